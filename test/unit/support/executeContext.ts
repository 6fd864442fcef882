import type {
	IDataObject,
	IExecuteData,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';

import { NODE } from './node';

export interface FakeExecution {
	/** The same for every item, or made for each. */
	parameters: IDataObject | ((itemIndex: number) => IDataObject);
	items?: INodeExecutionData[];
	continueOnFail?: boolean;
	signal?: AbortSignal;
	credentials?: IDataObject;
	node?: Partial<INode>;
	helpers?: object;
	/** What n8n keeps of this run of the node. */
	executeData?: object;
	/** Whether an AI agent calls the node. */
	isTool?: boolean;
}

/** As much of n8n's execution context as the runner uses. */
export function fakeExecution(options: FakeExecution): IExecuteFunctions {
	const items = options.items ?? [{ json: {} }];
	const { parameters, executeData = {} } = options;
	const parametersOf = (item: number) =>
		typeof parameters === 'function' ? parameters(item) : parameters;
	// As n8n stores them: what differs by item is an expression.
	const stored = Object.fromEntries(
		Object.entries(parametersOf(0)).map(([name, value]) => [
			name,
			typeof parameters === 'function' ? `={{ ${name} }}` : value,
		]),
	) as INode['parameters'];
	const context: Partial<IExecuteFunctions> = {
		getNode: () => ({ ...NODE, parameters: stored, ...options.node }),
		getInputData: () => items,
		continueOnFail: () => options.continueOnFail ?? false,
		getTimezone: () => 'UTC',
		getExecutionCancelSignal: () => options.signal,
		getCredentials: async <T extends object>() => (options.credentials ?? {}) as T,
		getExecuteData: () => executeData as IExecuteData,
		isToolExecution: () => options.isTool ?? false,
		getWorkflow: () => ({ id: 'workflow-1', name: 'Test', active: false }),
		getExecutionId: () => '42',
		evaluateExpression: () => 0,
		getNodeParameter: ((name: string, item: number, fallback: unknown) =>
			parametersOf(item)[name] ?? fallback) as IExecuteFunctions['getNodeParameter'],
		helpers: (options.helpers ?? {}) as IExecuteFunctions['helpers'],
	};
	return context as IExecuteFunctions;
}
