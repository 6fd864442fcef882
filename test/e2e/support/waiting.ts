// What the tests of Send and Wait share: a workflow that waits, and the callback address it gave out.
import {
	outputItems,
	type Credential,
	type Execution,
	type N8nClient,
	type WorkflowNode,
} from '../../../demo/client';
import type { AlphaSmsSimulator, VelipSimulator } from './session';
import { alphaSms, runUntilWaiting, set, start, velip, workflowOf } from './workflows';

export const WAIT_NODE = 'Send and Wait';

export interface Waiting {
	execution: Execution;
	/** Our own id of the message, or of the call. */
	id: string;
	/** The callback address that the provider was given. */
	hook: URL;
}

export const json = (execution: Execution, name: string, output?: number) =>
	outputItems(execution, name, output).map((item) => item.json);

/** An address with another query. */
export function changed(hook: URL, change: (query: URLSearchParams) => void): URL {
	const copy = new URL(hook);
	change(copy.searchParams);
	return copy;
}

/** Both branches end in a node that looks back, over the wait, to the item before it. */
async function waitOn(client: N8nClient, waitNode: WorkflowNode): Promise<Execution> {
	const customer = "={{ $('Customer').item.json.name }}";
	const nodes = [
		start(),
		set('Customer', { name: 'Olena' }),
		waitNode,
		set('After Answer', { customer }),
		set('After Time', { customer }),
	];
	const workflow = await client.createWorkflow(
		workflowOf('Waiting', nodes, {
			Start: ['Customer'],
			Customer: [WAIT_NODE],
			[WAIT_NODE]: ['After Answer', 'After Time'],
		}),
	);
	const execution = await runUntilWaiting(client, workflow);
	expect(execution.status).toBe('waiting');
	return execution;
}

/** Sends with AlphaSMS and resolves when the execution waits. */
export async function sendAndWait(
	client: N8nClient,
	{ credential, simulator }: { credential: Credential; simulator: AlphaSmsSimulator },
	parameters: Record<string, unknown>,
): Promise<Waiting> {
	const execution = await waitOn(client, alphaSms(WAIT_NODE, credential, parameters));
	const message = simulator.messages().at(-1);
	return { execution, id: String(message?.id), hook: new URL(String(message?.hook)) };
}

/** Calls with Velip and resolves when the execution waits. */
export async function callAndWait(
	client: N8nClient,
	{ credential, simulator }: { credential: Credential; simulator: VelipSimulator },
	parameters: Record<string, unknown>,
): Promise<Waiting> {
	const execution = await waitOn(client, velip(WAIT_NODE, credential, parameters));
	const call = simulator.calls().at(-1);
	return { execution, id: String(call?.ctid), hook: new URL(String(call?.rurl)) };
}
