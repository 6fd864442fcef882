/** What breaks in the middle of a run: a worker, Redis. Counted is what arrived at the provider. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nClient, Workflow } from '../../demo/client';
import { alphaSms, workflowOf } from '../e2e/support/workflows';
import { mainClient, STALLED, startPart } from './support/cluster';
import { note } from './support/findings';
import { killPart, partOf, stopPart, urlOf } from './support/record';
import { query, redis, startRedis } from './support/services';
import {
	alphaSmsSide,
	inParallel,
	publish,
	rowsWebhook,
	settled,
	smsParameters,
	splitRows,
} from './support/workflows';

const RUNS = 30;
const ROWS = 15;
const ALL = RUNS * ROWS;
const FIRST_ID = 8_000_000;

describe('when something breaks in the middle', () => {
	let client: N8nClient;
	let side: Awaited<ReturnType<typeof alphaSmsSide>>;
	let workflow: Workflow;
	let url: string;
	/** Each test uses numbers of its own. */
	let firstId = FIRST_ID;

	beforeAll(async () => {
		client = mainClient();
		// Slow, and one message per request, so that there is a middle.
		side = await alphaSmsSide({ latencyMs: 150 });
		const options = { batchSize: 1, concurrency: 1 };
		const sms = smsParameters('447700900004', '={{ $json.id }}', options);
		const nodes = [rowsWebhook('onReceived'), splitRows(), alphaSms('Send', side.credential, sms)];
		const file = workflowOf('Slow', nodes, { Orders: ['Rows'], Rows: ['Send'] });
		workflow = await client.createWorkflow(file);
		url = urlOf('webhook') + (await publish(workflow, 'Orders'));
	});

	afterAll(async () => {
		await client.deactivateWorkflow(workflow.id);
		await side.simulator.close();
	});

	const idOf = (run: number, row: number) => firstId + run * ROWS + row;
	/** How often the messages of each run arrived. */
	const arrivals = () =>
		Array.from({ length: RUNS }, (_, run) =>
			Array.from(
				{ length: ROWS },
				(__, row) => side.simulator.accepted.get(String(idOf(run, row))) ?? 0,
			),
		);
	const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
	const total = () => sum(arrivals().flat());

	async function call(run: number): Promise<number> {
		const rows = Array.from({ length: ROWS }, (_, row) => ({ id: idOf(run, row) }));
		const headers = { 'content-type': 'application/json' };
		const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ rows }) });
		await response.arrayBuffer();
		return response.status;
	}

	async function untilArrived(count: number): Promise<void> {
		const deadline = Date.now() + 300_000;
		while (total() < count && Date.now() < deadline) await sleep(20);
		expect(total()).toBeGreaterThanOrEqual(count);
	}

	async function lastExecution(): Promise<number> {
		const [[id] = []] = await query('SELECT coalesce(max(id), 0) FROM execution_entity');
		return Number(id);
	}

	/** Executions since then by status. */
	async function since(execution: number): Promise<Record<string, number>> {
		const rows = await query(
			`SELECT status, count(*) FROM execution_entity WHERE "workflowId" = '${workflow.id}' AND id > ${execution} GROUP BY status`,
		);
		return Object.fromEntries(rows.map(([status = '', count]) => [status, Number(count)]));
	}

	test('a worker killed with SIGKILL: nothing twice, its own runs end early and are marked', async () => {
		const before = await lastExecution();
		expect(new Set(await inParallel(RUNS, 10, call))).toEqual(new Set([200]));
		await untilArrived(ALL / 4);
		await killPart('worker1');
		const atKill = total();
		const killedAt = Date.now();
		await settled(workflow, RUNS);
		const secondsToMark = (Date.now() - killedAt) / 1000;
		const found = await since(before);

		const runs = arrivals().map(sum);
		const whole = runs.filter((count) => count === ROWS).length;
		const cut = runs.filter((count) => count > 0 && count < ROWS);
		const untouched = runs.filter((count) => count === 0).length;
		const afterwards = total();
		note('worker killed', {
			messages: ALL,
			atKill,
			arrived: afterwards,
			executions: found,
			runs: { whole, cut, untouched },
			secondsToMark,
		});
		expect(Math.max(...arrivals().flat())).toBe(1);
		expect(found.success).toBeGreaterThan(0);
		// Marked as failed, and visible as such: every run whose end nobody saw.
		const { success = 0, ...failed } = found;
		expect(success + sum(Object.values(failed))).toBe(RUNS);
		expect(cut.length + untouched).toBeGreaterThan(0);
		expect(whole).toBeGreaterThanOrEqual(success);
		expect(RUNS - success).toBeGreaterThanOrEqual(cut.length + untouched);

		// Nobody knows any more what the node had done, so n8n's Retry has nothing to go on with.
		const [[failedId = ''] = []] = await query(
			`SELECT min(id) FROM execution_entity WHERE "workflowId" = '${workflow.id}' AND status <> 'success' AND id > ${before}`,
		);
		const { status, data } = await client.getExecution(failedId);
		expect([status, data.resultData.runData]).toEqual(['error', {}]);
		expect(data.resultData.error?.message).toContain('failed to be processed too many times');
		const retried = await client.request<{ status: string }>(
			'POST',
			`/executions/${failedId}/retry`,
			{ loadWorkflow: false },
		);
		expect(retried.status).toBe('error');

		// Back again, and after another two checks: nothing is sent by itself.
		await startPart('worker1');
		await sleep(2 * STALLED.checkMs);
		expect(total()).toBe(afterwards);
		expect((await since(before)).success).toBe(success);
	});

	test('Redis restarted: calls in the meantime wait, everything arrives once', async () => {
		firstId += 10 * ALL;
		const before = await lastExecution();
		const early = RUNS / 2;
		await inParallel(early, 10, call);
		await untilArrived(ALL / 10);
		const { port } = partOf('redis');
		await stopPart('redis');
		const stopped = Date.now();
		const meantime = inParallel(RUNS - early, 10, async (index) => await call(early + index));
		await sleep(1500);
		await startRedis({ port });
		const seconds = (Date.now() - stopped) / 1000;
		const answers = await meantime;
		const found = await settledSince(before);
		note('Redis restarted', { messages: ALL, arrived: total(), seconds, executions: found });
		expect(new Set(answers)).toEqual(new Set([200]));
		expect(arrivals().flat()).toEqual(Array.from({ length: ALL }, () => 1));
		expect(found).toEqual({ success: RUNS });
	});

	test('a worker shut down: it finishes what it began, the other one does the rest', async () => {
		firstId += 10 * ALL;
		const before = await lastExecution();
		expect(new Set(await inParallel(RUNS, 10, call))).toEqual(new Set([200]));
		await untilArrived(ALL / 4);
		await stopPart('worker2');
		const found = await settledSince(before);
		note('worker shut down', { messages: ALL, arrived: total(), executions: found });
		expect(arrivals().flat()).toEqual(Array.from({ length: ALL }, () => 1));
		expect(found).toEqual({ success: RUNS });
		await startPart('worker2');
	});

	/** A crash of Redis after a snapshot, taken while runs wait in the queue, has become old. */
	async function crashRedis(log: boolean) {
		firstId += 10 * ALL;
		const before = await lastExecution();
		const { port } = partOf('redis');
		side.simulator.setOptions({ latencyMs: 600 });
		expect(new Set(await inParallel(RUNS, 10, call))).toEqual(new Set([200]));
		await redis('SAVE');
		side.simulator.setOptions({ latencyMs: 60 });
		await untilArrived(Math.round(ALL * 0.75));
		// Slow, so that runs which have begun since the snapshot are still under way when Redis is back.
		side.simulator.setOptions({ latencyMs: 600 });
		await killPart('redis');
		await sleep(500);
		await startRedis({ port, log });
		const found = await settledSince(before);
		side.simulator.setOptions({ latencyMs: 60 });
		// What an old queue brings back does not show in the executions: until nothing arrives any more.
		for (let last = -1; last !== total(); await sleep(STALLED.checkMs)) last = total();
		const counts = arrivals().flat();
		const times = (number: number) => counts.filter((count) => count === number).length;
		const facts = { once: times(1), twice: times(2), never: times(0), executions: found };
		note(log ? 'Redis crashed, appendonly yes' : 'Redis crashed', { messages: ALL, ...facts });
		return facts;
	}

	// Not our doing and nothing we could stop, but users must know: README, "Queue mode".
	test('a crash of Redis as Debian sets it up: runs since the snapshot are sent AGAIN', async () => {
		const { never, twice, executions } = await crashRedis(false);
		expect(never).toBe(0);
		expect(twice).toBeGreaterThan(0);
		expect(executions).toEqual({ success: RUNS });
	});

	test('a crash of Redis with "appendonly yes": everything arrives once', async () => {
		await redis('CONFIG', 'SET', 'appendonly', 'yes');
		// Redis first writes down what it holds, in the background.
		const isWriting = /aof_rewrite_(?:in_progress|scheduled):1/;
		while (isWriting.test(await redis('INFO', 'persistence'))) await sleep(50);
		const { once, executions } = await crashRedis(true);
		expect([once, executions]).toEqual([ALL, { success: RUNS }]);
	});

	async function settledSince(before: number): Promise<Record<string, number>> {
		const [[earlier] = []] = await query(
			`SELECT count(*) FROM execution_entity WHERE "workflowId" = '${workflow.id}' AND id <= ${before}`,
		);
		await settled(workflow, Number(earlier) + RUNS);
		return await since(before);
	}
});
