import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { NODE } from './node';

export interface FakeExecution {
	parameters: IDataObject;
	items?: INodeExecutionData[];
	continueOnFail?: boolean;
	signal?: AbortSignal;
	credentials?: IDataObject;
}

/** As much of n8n's execution context as the runner uses; the parameters hold for every item. */
export function fakeExecution(options: FakeExecution): IExecuteFunctions {
	const items = options.items ?? [{ json: {} }];
	const context: Partial<IExecuteFunctions> = {
		getNode: () => NODE,
		getInputData: () => items,
		continueOnFail: () => options.continueOnFail ?? false,
		getTimezone: () => 'UTC',
		getExecutionCancelSignal: () => options.signal,
		getCredentials: async <T extends object>() => (options.credentials ?? {}) as T,
		getNodeParameter: ((name: string, _: number, fallback: unknown) =>
			options.parameters[name] ?? fallback) as IExecuteFunctions['getNodeParameter'],
		helpers: {} as IExecuteFunctions['helpers'],
	};
	return context as IExecuteFunctions;
}
