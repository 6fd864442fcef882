// Small workflows written down as data, and what the tests ask about them.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
	Credential,
	Execution,
	ExecutionSummary,
	N8nClient,
	Workflow,
	WorkflowFile,
	WorkflowNode,
} from '../../../demo/client';
import { registeredWebhooks } from '../../../demo/database';

export const PACK = 'n8n-nodes-voice-providers';

const WAITING: ReadonlySet<string> = new Set(['waiting', 'success', 'error', 'crashed']);

export function node(
	name: string,
	type: string,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion: 1, position: [0, 0], parameters, ...more };
}

export const start = (): WorkflowNode => node('Start', 'n8n-nodes-base.manualTrigger');

/** A Set node with these text fields, which may be expressions. */
export function set(name: string, fields: Record<string, string>): WorkflowNode {
	const assignments = Object.entries(fields).map(([field, value]) => ({
		id: randomUUID(),
		name: field,
		value,
		type: 'string',
	}));
	const parameters = { assignments: { assignments }, options: {} };
	return node(name, 'n8n-nodes-base.set', parameters, { typeVersion: 3.4 });
}

const usedBy = ({ id, name, type }: Credential) => ({ [type]: { id, name } });

export function alphaSms(
	name: string,
	credential: Credential,
	parameters: Record<string, unknown>,
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return node(name, `${PACK}.alphaSms`, parameters, {
		credentials: usedBy(credential),
		webhookId: randomUUID(),
		...more,
	});
}

export function alphaSmsTrigger(
	credential: Credential,
	parameters: Record<string, unknown>,
): WorkflowNode {
	const more = { credentials: usedBy(credential), webhookId: randomUUID() };
	return node('Callback', `${PACK}.alphaSmsTrigger`, parameters, more);
}

export function velip(
	name: string,
	credential: Credential,
	parameters: Record<string, unknown>,
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return node(name, `${PACK}.velip`, parameters, {
		credentials: usedBy(credential),
		webhookId: randomUUID(),
		...more,
	});
}

export function velipTrigger(parameters: Record<string, unknown>): WorkflowNode {
	return node('Callback', `${PACK}.velipTrigger`, parameters, { webhookId: randomUUID() });
}

/** For tests that publish anew to poll: n8n polls then, and a poll by the clock at that moment would be a second one. */
export const NEVER_BY_ITSELF = {
	pollTimes: { item: [{ mode: 'custom', cronExpression: '0 0 29 2 *' }] },
};

/** Asks once a minute, which is as often as n8n allows. */
export function velipPollingTrigger(
	credential: Credential,
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	return node(
		'Finished Calls',
		`${PACK}.velipPollingTrigger`,
		{ pollTimes, ...parameters },
		{ credentials: usedBy(credential) },
	);
}

export function kit(
	name: string,
	credential: Credential,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return node(name, `${PACK}.voximplantKit`, parameters, { credentials: usedBy(credential) });
}

export function kitTrigger(
	credential: Credential,
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	return node('Callback', `${PACK}.voximplantKitTrigger`, parameters, {
		credentials: usedBy(credential),
		webhookId: randomUUID(),
	});
}

/** Asks once a minute, as Velip's. */
export function kitPollingTrigger(
	credential: Credential,
	parameters: Record<string, unknown>,
): WorkflowNode {
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	const type = `${PACK}.voximplantKitPollingTrigger`;
	return node('Polling', type, { pollTimes, ...parameters }, { credentials: usedBy(credential) });
}

/** `links` names the next node, or nodes, for each output of a node, in their order. */
export function workflowOf(
	name: string,
	nodes: WorkflowNode[],
	links: Record<string, Array<string | string[]>> = {},
): WorkflowFile {
	const placed = nodes.map((one, index) => ({
		...one,
		position: [index * 220, 0] as [number, number],
	}));
	const target = (next: string | string[]) =>
		[next].flat().map((one) => ({ node: one, type: 'main', index: 0 }));
	const connections = Object.fromEntries(
		Object.entries(links).map(([from, outputs]) => [from, { main: outputs.map(target) }]),
	);
	return { name, nodes: placed, connections, settings: { executionOrder: 'v1' } };
}

/** Where a published workflow listens. */
export function productionUrl(session: { url: string; userFolder: string }, { id }: Workflow) {
	const hook = registeredWebhooks(session.userFolder).find(({ workflowId }) => workflowId === id);
	if (hook === undefined) throw new Error(`Workflow ${id} listens nowhere`);
	return `${session.url}/webhook/${hook.path}`;
}

/** Starts a workflow and resolves when it waits (or has ended without waiting). */
export async function runUntilWaiting(client: N8nClient, workflow: Workflow): Promise<Execution> {
	const started = await client.runWorkflow(workflow.id, 'Start');
	if (!('executionId' in started)) throw new Error('The run waits for a call to a test URL');
	return await client.waitForExecution(started.executionId, { until: WAITING });
}

/** The executions of a workflow, oldest first, once `count` of them have ended. */
export async function finishedExecutions(
	client: N8nClient,
	filter: { workflowId: string; after?: string },
	count: number,
	timeoutMs = 90_000,
): Promise<ExecutionSummary[]> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const found = await client.listExecutions(filter);
		const open = found.filter(({ stoppedAt }) => !stoppedAt).length;
		if ((found.length >= count && open === 0) || Date.now() > deadline) return found.reverse();
		await sleep(100);
	}
}
