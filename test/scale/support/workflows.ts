// The workflows of these tests, and what is asked about them.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credential, Workflow, WorkflowNode } from '../../../demo/client';
import { node } from '../../e2e/support/workflows';
import { startAlphaSmsSimulator } from '../../simulators/alphasms';
import { logOf, mainClient, WORKERS } from './cluster';
import { query } from './services';

export type AlphaSmsSimulator = Awaited<ReturnType<typeof startAlphaSmsSimulator>>;

/** What comes back late on a small machine has come back all the same. */
export const CALLBACK_TIMEOUT_MS = 60_000;

/** Repeated ids are taken, so that a message sent twice is seen as one. */
export async function alphaSmsSide(options: Parameters<typeof startAlphaSmsSimulator>[0] = {}) {
	const simulator = await startAlphaSmsSimulator({
		duplicateIds: 'accept',
		lifecycle: 'manual',
		steerByPhone: false,
		log: 'counts',
		callbackTimeoutMs: CALLBACK_TIMEOUT_MS,
		...options,
	});
	const credential = await mainClient().createCredential(
		'alphaSmsApi',
		`AlphaSMS ${simulator.port}`,
		{ baseUrl: 'custom', customBaseUrl: simulator.url, apiKey: simulator.apiKey },
	);
	return { simulator, credential };
}

/** n8n's own Webhook node: `rows` come in by POST. */
export function rowsWebhook(responseMode: 'lastNode' | 'onReceived'): WorkflowNode {
	const parameters = {
		httpMethod: 'POST',
		path: randomUUID(),
		responseMode,
		...(responseMode === 'lastNode' && { responseData: 'allEntries' }),
		options: {},
	};
	return node('Orders', 'n8n-nodes-base.webhook', parameters, {
		typeVersion: 2,
		webhookId: randomUUID(),
	});
}

export const splitRows = (): WorkflowNode =>
	node('Rows', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'body.rows', options: {} });

/** An SMS for each item: phone and id are expressions. */
export function smsParameters(phone: string, id: string, options: Record<string, unknown> = {}) {
	return {
		resource: 'message',
		operation: 'sendSms',
		phone,
		smsSignature: 'MyShop',
		smsMessage: `=Order ${id.replace(/^=/, '')}`,
		additionalFields: { id },
		options,
	};
}

export const usedBy = ({ id, name, type }: Credential) => ({ [type]: { id, name } });

/** A main process that has just started may answer that it has published nothing yet. */
async function activate(workflow: Workflow, tries = 5): Promise<void> {
	try {
		await mainClient().activateWorkflow(workflow);
	} catch (error) {
		if (tries === 1 || !String(error).includes('"not_published"')) throw error;
		await sleep(2000);
		await activate(workflow, tries - 1);
	}
}

/** Publishes, and gives the path below `/webhook/` of the node. */
export async function publish(workflow: Workflow, nodeName: string): Promise<string> {
	await activate(workflow);
	const [row] = await query(
		`SELECT "webhookPath" FROM webhook_entity WHERE "workflowId" = '${workflow.id}' AND node = '${nodeName}'`,
	);
	if (!row?.[0]) throw new Error(`"${nodeName}" listens nowhere`);
	return `/webhook/${row[0]}`;
}

/** Executions of a workflow by status. */
export async function statuses({ id }: Pick<Workflow, 'id'>): Promise<Record<string, number>> {
	const rows = await query(
		`SELECT status, count(*) FROM execution_entity WHERE "workflowId" = '${id}' GROUP BY status`,
	);
	return Object.fromEntries(rows.map(([status = '', count]) => [status, Number(count)]));
}

const OPEN = ['new', 'running', 'unknown'];

/** Their number by status, once `count` executions exist and all have ended (or wait). */
export async function settled(
	workflow: Pick<Workflow, 'id'>,
	count: number,
	timeoutMs = 400_000,
): Promise<Record<string, number>> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const found = await statuses(workflow);
		const total = Object.values(found).reduce((sum, one) => sum + one, 0);
		const open = OPEN.some((status) => (found[status] ?? 0) > 0);
		if (total >= count && !open) return found;
		if (Date.now() > deadline) {
			throw new Error(`Still open after ${timeoutMs / 1000} s: ${JSON.stringify(found)}`);
		}
		await sleep(300);
	}
}

/** Calls `work` for each of `count` numbers, so many at a time. */
export async function inParallel<T>(
	count: number,
	concurrency: number,
	work: (index: number) => Promise<T>,
): Promise<T[]> {
	const results: T[] = [];
	let next = 0;
	const lane = async () => {
		while (next < count) {
			const index = next;
			next += 1;
			results[index] = await work(index);
		}
	};
	await Promise.all(Array.from({ length: concurrency }, lane));
	return results;
}

/** How many executions of a workflow each worker has begun (and, after a wait, gone on with). */
export async function workersOf({ id }: Pick<Workflow, 'id'>): Promise<number[]> {
	const rows = await query(`SELECT id FROM execution_entity WHERE "workflowId" = '${id}'`);
	const ours = new Set(rows.map(([execution]) => execution));
	return WORKERS.map((worker) => {
		const started = logOf(worker).matchAll(/Worker started execution (\d+)/g);
		return [...started].filter(([, execution]) => ours.has(execution)).length;
	});
}
