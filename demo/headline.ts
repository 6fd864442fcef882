// Runs the headline workflow end to end and tells what happened: messages out, callbacks in, executions.
import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems, type Execution, type ExecutionSummary } from './client';
import { registeredWebhooks } from './database';
import type { Example } from './examples';
import type { N8nHost } from './host';
import type { AlphaSms } from './providers';

const SETTLE_TIMEOUT_MS = 60_000;
const TRIGGER_TYPE = /\.alphaSmsTrigger$/;

export interface HeadlineReport {
	ok: boolean;
	lines: string[];
	executionId: string;
}

/** The production address of the AlphaSMS trigger, preferably the one in this workflow. */
export function callbackAddress(host: N8nHost, examples: Example[]): string | undefined {
	const hooks = registeredWebhooks(host.userFolder).filter(({ method }) => method === 'POST');
	for (const { workflow } of examples) {
		const triggers = workflow.nodes.filter(({ type }) => TRIGGER_TYPE.test(type));
		const hook = hooks.find(
			({ workflowId, node }) =>
				workflowId === workflow.id && triggers.some(({ name }) => name === node),
		);
		if (hook) return `${host.url}/webhook/${hook.path}`;
	}
	return undefined;
}

/** Executions that callbacks started, once as many are done as callbacks were accepted or nothing moves. */
async function triggerExecutions(
	host: N8nHost,
	before: Set<string>,
	accepted: number,
): Promise<ExecutionSummary[]> {
	const deadline = Date.now() + SETTLE_TIMEOUT_MS;
	let previous = '';
	let quietSince = Date.now();
	for (;;) {
		const all = await host.client.listExecutions(undefined, 250);
		const started = all.filter(({ id, mode }) => mode === 'webhook' && !before.has(id));
		const unfinished = started.some(({ stoppedAt }) => !stoppedAt);
		const current = started.map(({ id, status }) => `${id}${status}`).join();
		if (current !== previous) quietSince = Date.now();
		previous = current;
		// Callbacks that the trigger filters out start nothing, so fewer executions are fine.
		const quiet = Date.now() - quietSince > 1500;
		if (!unfinished && (started.length >= accepted || quiet)) return started;
		if (Date.now() > deadline) return started;
		await sleep(200);
	}
}

function describeNodes(execution: Execution): string[] {
	return Object.entries(execution.data.resultData.runData).map(([node, runs]) => {
		const outputs = runs.at(-1)?.data?.main ?? [];
		const counts = outputs.map(
			(_, index) => outputItems(execution, node, index, runs.length - 1).length,
		);
		const time = runs.reduce((sum, run) => sum + run.executionTime, 0);
		return `    ${node}: ${counts.join(' + ')} item${counts.join() === '1' ? '' : 's'} (${time} ms)`;
	});
}

export async function runHeadline(
	host: N8nHost,
	example: Example,
	alphaSms: AlphaSms,
): Promise<HeadlineReport> {
	if (!example.manualTrigger)
		throw new Error(`${example.file} has no Manual Trigger to run it from`);
	const before = new Set((await host.client.listExecutions(undefined, 250)).map(({ id }) => id));
	const earlierCallbacks = alphaSms.callbacks.length;
	const earlierAccepted = alphaSms.acceptedTotal;

	const started = Date.now();
	const execution = await host.client.runToEnd(example.workflow.id, example.manualTrigger);
	const sentMs = Date.now() - started;
	await alphaSms.idle();
	const callbacks = alphaSms.callbacks.slice(earlierCallbacks);
	const verified = callbacks.filter((callback) => callback.ok).length;
	const executions = await triggerExecutions(host, before, verified);
	const finished = executions.filter(({ status }) => status === 'success').length;
	const accepted = alphaSms.acceptedTotal - earlierAccepted;
	const finalStates = new Map<string, number>();
	for (const { status } of alphaSms.messages()) {
		finalStates.set(status, (finalStates.get(status) ?? 0) + 1);
	}

	const problem = execution.data.resultData.error?.message;
	const ok =
		execution.status === 'success' &&
		accepted > 0 &&
		callbacks.length > 0 &&
		verified === callbacks.length &&
		executions.length > 0 &&
		finished === executions.length;
	const mark = (good: boolean) => (good ? '✓' : '✗');
	return {
		ok,
		executionId: execution.id,
		lines: [
			`  ${mark(execution.status === 'success')} workflow "${example.workflow.name}": ${execution.status} in ${sentMs} ms${problem ? ` (${problem})` : ''}`,
			...describeNodes(execution),
			`  ${mark(accepted > 0)} messages accepted by the gateway: ${accepted}; now ${[...finalStates].map(([state, count]) => `${count} ${state}`).join(', ')}`,
			`  ${mark(callbacks.length > 0 && verified === callbacks.length)} signed callbacks delivered and verified: ${verified} of ${callbacks.length}`,
			`  ${mark(executions.length > 0 && finished === executions.length)} trigger executions finished: ${finished} of ${executions.length}`,
			`    from the first request to the last trigger execution: ${((Date.now() - started) / 1000).toFixed(1)} s`,
		],
	};
}
