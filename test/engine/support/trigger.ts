/** Runs a trigger of the built package as n8n does, published or while a workflow is built. */
import { TriggerContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	ITriggerResponse,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { until } from '../../simulators/testSupport';
import { additionalData, nodeTypes } from './engine';
import { openExpressions, runTrigger } from './host';

export interface TriggerOptions {
	/** Node type without the package name. */
	node: string;
	parameters: IDataObject;
	credentials: Record<string, ICredentialDataDecryptedObject>;
	mode?: 'trigger' | 'manual';
	/** Network policy of the instance. */
	egress?: object;
}

export interface RunningTrigger {
	/** What has been emitted, as JSON. */
	readonly events: IDataObject[];
	/** What `emitError` and `saveFailedExecution` were called with. */
	readonly errors: Error[];
	readonly response: ITriggerResponse;
	/** Takes so many events, and waits for them. */
	take(count: number): Promise<IDataObject[]>;
	close(): Promise<void>;
}

function workflowOf(node: INode, types: Awaited<ReturnType<typeof nodeTypes>>): Workflow {
	return new Workflow({
		id: 'workflow-1',
		name: 'Test',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: types,
		settings: { timezone: 'Europe/Kyiv' },
	});
}

/** Starts the trigger; rejects as n8n's publishing would. */
export async function startTrigger(options: TriggerOptions): Promise<RunningTrigger> {
	const { mode = 'trigger', credentials } = options;
	const names = Object.keys(credentials).map((type) => [type, { id: '1', name: type }]);
	const node: INode = {
		id: 'trigger-under-test',
		name: 'Trigger',
		type: `n8n-nodes-voice-providers.${options.node}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: options.parameters as INode['parameters'],
		credentials: Object.fromEntries(names) as INode['credentials'],
	};
	const workflow = workflowOf(node, await nodeTypes([]));
	const closeExpressions = await openExpressions(workflow);
	const events: IDataObject[] = [];
	const errors: Error[] = [];
	const note = (data: INodeExecutionData[][]) => {
		for (const items of data) events.push(...items.map(({ json }) => json));
	};
	const additional: IWorkflowExecuteAdditionalData = additionalData({ ...options, credentials });
	const response = await runTrigger(
		workflow,
		node,
		(flow, one, data, how, activation) => {
			const context = new TriggerContext(
				flow,
				one,
				data,
				how,
				activation,
				(items) => note(items),
				(error) => errors.push(error),
				(error) => errors.push(error),
			);
			if (options.egress) {
				Object.assign(context.helpers, { getSecureEgressFilter: () => options.egress });
			}
			return context;
		},
		additional,
		mode,
		mode === 'manual' ? 'manual' : 'activate',
	);
	if (response === undefined) throw new Error('The trigger gave no response');
	if (mode === 'manual') {
		response.manualTriggerResponse?.then(
			(data) => note(data),
			(error: Error) => errors.push(error),
		);
	}
	return {
		events,
		errors,
		response,
		async take(count) {
			await until(() => events.length >= count);
			return events.splice(0, count);
		},
		async close() {
			await response.closeFunction?.();
			await closeExpressions();
		},
	};
}
