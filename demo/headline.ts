// Runs the headline workflow end to end and tells what happened: messages out, callbacks in, executions.
import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems, type Execution, type ExecutionSummary } from './client';
import { registeredWebhooks } from './database';
import type { Example } from './examples';
import type { N8nHost } from './host';
import type { AlphaSms } from './providers';

const SETTLE_TIMEOUT_MS = 180_000;
const TRIGGER_TYPE = /\.alphaSmsTrigger$/;
const CHANNEL_TRIGGER_TYPE = /\.voximplantKitCustomChannelTrigger$/;

type Host = Pick<N8nHost, 'url' | 'userFolder' | 'client'>;

export interface HeadlineReport {
	ok: boolean;
	lines: string[];
	executionId: string;
}

/**
 * What a person enters once in AlphaSMS' cabinet: the production address of a trigger that listens for
 * replies, since those come to the account's address alone; without one, of any trigger.
 */
export function accountCallbackAddress(
	host: Omit<Host, 'client'>,
	examples: Example[],
): string | undefined {
	const hooks = registeredWebhooks(host.userFolder).filter(({ method }) => method === 'POST');
	const triggers = examples.flatMap(({ workflow }) =>
		workflow.nodes
			.filter(({ type }) => TRIGGER_TYPE.test(type))
			.map((node) => ({ node, workflowId: workflow.id })),
	);
	const wanted =
		triggers.find(({ node }) => JSON.stringify(node.parameters.events)?.includes('viberReply')) ??
		triggers[0];
	const hook = hooks.find(
		({ workflowId, node }) => workflowId === wanted?.workflowId && node === wanted.node.name,
	);
	return hook && `${host.url}/webhook/${hook.path}`;
}

/** What a person enters as Callback URL of the custom channel: the address of the first trigger for it. */
export function channelCallbackAddress(
	host: Omit<Host, 'client'>,
	examples: Example[],
): string | undefined {
	const hooks = registeredWebhooks(host.userFolder).filter(({ method }) => method === 'POST');
	for (const { workflow } of examples) {
		const trigger = workflow.nodes.find(({ type }) => CHANNEL_TRIGGER_TYPE.test(type));
		const hook = hooks.find(
			({ workflowId, node }) => workflowId === workflow.id && node === trigger?.name,
		);
		if (hook) return `${host.url}/webhook/${hook.path}`;
	}
	return undefined;
}

/** Executions that callbacks started, once as many are done as callbacks were accepted or nothing moves. */
async function triggerExecutions(
	host: Host,
	after: string,
	accepted: number,
): Promise<ExecutionSummary[]> {
	const deadline = Date.now() + SETTLE_TIMEOUT_MS;
	let previous = '';
	let quietSince = Date.now();
	for (;;) {
		const all = await host.client.listExecutions({ after });
		const started = all.filter(({ mode }) => mode === 'webhook');
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

/** Callbacks by what they say, true where a try of it was answered with 200; repeats count once. */
function deliveries({ callbacks }: AlphaSms): boolean[] {
	const answered = new Map<string, boolean>();
	for (const callback of callbacks) {
		const key = `${callback.url} ${callback.body}`;
		answered.set(key, callback.ok || answered.get(key) === true);
	}
	return [...answered.values()];
}

function countStates({ messages }: { messages: Array<{ status: string }> }): string {
	const counts = new Map<string, number>();
	for (const { status } of messages) counts.set(status, (counts.get(status) ?? 0) + 1);
	return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

/** Expects a simulator that has seen nothing else. */
export async function runHeadline(
	host: Host,
	{ file, workflow, manualTrigger }: Example,
	alphaSms: AlphaSms,
): Promise<HeadlineReport> {
	if (!manualTrigger) throw new Error(`${file} has no Manual Trigger to run it from`);
	const started = Date.now();
	const execution = await host.client.runToEnd(workflow.id, manualTrigger);
	const sentMs = Date.now() - started;
	await alphaSms.idle(SETTLE_TIMEOUT_MS);
	const callbacks = deliveries(alphaSms);
	const verified = callbacks.filter(Boolean).length;
	const executions = await triggerExecutions(host, execution.id, verified);
	const finished = executions.filter(({ status }) => status === 'success').length;
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	const problem = execution.data.resultData.error?.message;
	const states = countStates({ messages: alphaSms.messages() });

	const checks: Array<[good: boolean, text: string]> = [
		[
			execution.status === 'success',
			`workflow "${workflow.name}": ${problem ?? execution.status} in ${sentMs} ms`,
		],
		[
			alphaSms.acceptedTotal > 0,
			`messages accepted by the gateway: ${alphaSms.acceptedTotal}; now ${states}`,
		],
		[
			callbacks.length > 0 && verified === callbacks.length,
			`callbacks delivered, signature verified: ${verified} of ${callbacks.length}`,
		],
		[
			executions.length > 0 && finished === executions.length,
			`trigger executions finished: ${finished} of ${executions.length}`,
		],
	];
	const [first, ...others] = checks.map(([good, text]) => `  ${good ? '✓' : '✗'} ${text}`);
	return {
		ok: checks.every(([good]) => good),
		executionId: execution.id,
		lines: [
			first ?? '',
			...describeNodes(execution),
			...others,
			`    from the first request to the last trigger execution: ${seconds} s`,
		],
	};
}
