/** The two triggers of Voximplant Kit: registering, callbacks, and asking from time to time. */
import http from 'node:http';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { listen } from '../simulators/core/listen';
import { EVENTS, startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { failureOnHost } from './support/host';
import { kitCredentials, runKit, type Simulator } from './support/voximplantKit';

const ROOT = path.resolve(__dirname, '../..');
const dist = <T extends object>(file: string) =>
	jest.requireActual<T>(path.join(ROOT, 'dist/nodes/VoximplantKit', file));
/** A refused credential; its cause is told where the host knows causes. */
async function expectRefusal(work: Promise<unknown>) {
	const error: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
	expect((error as { failure?: object }).failure).toEqual(failureOnHost('credential-invalid'));
}

type Result = { workflowData?: Array<Array<{ json: IDataObject }>> };
const { receive } = dist<{ receive: (context: unknown) => Promise<Result> }>('receive.js');
type Step = (this: unknown) => Promise<boolean>;
const { subscription } = dist<{
	subscription: { default: { checkExists: Step; create: Step; delete: Step } };
}>('subscription.js');
const { callbackHash } = dist<{
	callbackHash: (salt: string, domain: string, type: string) => string;
}>('callbacks.js');
const { poll } = dist<{ poll: (context: unknown) => Promise<Result['workflowData'] | null> }>(
	'poll.js',
);

let sim: Simulator;

beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
});

afterEach(async () => await sim.close());

const NODE = { id: 'n', name: 'Kit', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} };

/** A trigger node in a workflow, with a real address that answers as n8n does. */
async function trigger(
	parameters: IDataObject = {},
	options: { mode?: string; node?: string } = {},
) {
	const { mode = 'trigger', node = `node-${Math.random()}` } = options;
	const state: IDataObject = {};
	const events: IDataObject[] = [];
	const statuses: number[] = [];
	const values: IDataObject = {
		events: ['new_calls', 'call_finalized'],
		options: {},
		...parameters,
	};
	const base = {
		getCredentials: async () => kitCredentials(sim).voximplantKitApi,
		getNode: () => ({ ...NODE, id: node }),
		getNodeParameter: (name: string, fallback: unknown) => values[name] ?? fallback,
		getMode: () => mode,
		getWorkflow: () => ({ id: 'w', name: 'Support calls' }),
		getWorkflowStaticData: () => state,
		helpers: {},
	};
	const server = http.createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			let status = 200;
			const answer = {
				status(code: number) {
					status = code;
					return answer;
				},
				json: () => answer,
			};
			void receive({
				...base,
				getRequestObject: () => ({
					rawBody: Buffer.concat(chunks),
					headers: request.headers,
					query: {},
					originalUrl: request.url,
				}),
				getResponseObject: () => answer,
			}).then((result) => {
				for (const { json } of (result.workflowData ?? []).flat()) events.push(json);
				statuses.push(status);
				response.writeHead(status).end('OK');
			});
		});
	});
	const port = await listen(server);
	const url = `http://127.0.0.1:${port}/webhook/abc/voximplant-kit`;
	const hook = { ...base, getNodeWebhookUrl: () => url };
	const { checkExists, create, delete: remove } = subscription.default;
	return {
		url,
		state,
		events,
		statuses,
		values,
		/** What n8n does when a workflow is published. */
		publish: async () => (await checkExists.call(hook)) || (await create.call(hook)),
		unpublish: async () => await remove.call(hook),
		close: async () => await new Promise((resolve) => server.close(resolve)),
	};
}

const runTriggers: Array<Awaited<ReturnType<typeof trigger>>> = [];

async function triggerOf(...args: Parameters<typeof trigger>) {
	const made = await trigger(...args);
	runTriggers.push(made);
	return made;
}

afterEach(async () => {
	await Promise.all(runTriggers.splice(0).map(async ({ close }) => await close()));
});

describe('registering', () => {
	test('creates one endpoint with the chosen events and removes it again', async () => {
		const one = await triggerOf();
		await one.publish();
		expect(sim.subscriptions()).toEqual([
			expect.objectContaining({
				url: one.url,
				callbacks: ['call_finalized', 'new_calls'],
				is_enabled: true,
				name: 'n8n: Support calls',
			}),
		]);
		expect(one.state.salt).toMatch(/^[0-9a-f]{48}$/);
		await one.unpublish();
		expect(sim.subscriptions()).toEqual([]);
		expect(one.state).toEqual({});
	});

	test('uses what is there, and repairs it when the events were changed', async () => {
		const one = await triggerOf();
		await one.publish();
		await one.publish();
		expect(sim.requests['v3/callback/create']).toBe(1);
		one.values.events = ['chat_started'];
		await one.publish();
		expect(sim.requests['v3/callback/create']).toBe(1);
		expect(sim.subscriptions()).toEqual([
			expect.objectContaining({ callbacks: ['chat_started'], salt: one.state.salt }),
		]);
	});

	test('gives an endpoint of ours whose salt was lost a new one', async () => {
		const one = await triggerOf();
		await one.publish();
		for (const key of Object.keys(one.state)) delete one.state[key];
		await one.publish();
		expect(sim.subscriptions()).toHaveLength(1);
		await sim.deliver();
		expect(one.statuses).toEqual([200]);
	});

	test('switches its endpoint on again, and removes surplus ones with its URL', async () => {
		const one = await triggerOf();
		await one.publish();
		const [first] = sim.subscriptions();
		if (!first) throw new Error('no subscription');
		sim.store.subscriptions.set(99, { ...first, id: 99 });
		first.is_enabled = false;
		await one.publish();
		expect(sim.subscriptions()).toEqual([
			expect.objectContaining({ id: first.id, is_enabled: true }),
		]);
	});

	test("never touches somebody else's endpoint, test and production apart", async () => {
		const production = await triggerOf();
		const testing = await triggerOf({}, { mode: 'manual' });
		await production.publish();
		await testing.publish();
		expect(sim.subscriptions().map(({ name }) => name)).toEqual([
			'n8n: Support calls',
			'n8n: Support calls (test)',
		]);
		await testing.unpublish();
		expect(sim.subscriptions().map(({ url }) => url)).toEqual([production.url]);
		await sim.deliver();
		expect(production.statuses).toEqual([200]);
	});

	test('says what is there when all five endpoints are in use', async () => {
		const others = await Promise.all(Array.from({ length: 5 }, async () => await triggerOf()));
		for (const other of others) await other.publish();
		const sixth = await triggerOf();
		const failing = sixth.publish();
		// n8n shows the message alone, so what is there stands in it.
		await expect(failing).rejects.toThrow(/5 callback endpoints .+"n8n: Support calls" \(ID \d+\)/);
		await expect(failing).rejects.toMatchObject({
			description: expect.stringContaining(others[0]?.url ?? 'none') as string,
		});
		expect(sim.subscriptions()).toHaveLength(5);
	});

	test('a token that may not make endpoints is told so, also when there are five', async () => {
		const others = await Promise.all(Array.from({ length: 5 }, async () => await triggerOf()));
		for (const other of others) await other.publish();
		sim.faults.add({
			kind: 'status',
			status: 403,
			path: '/api/v3/callback/create',
			body: JSON.stringify({
				success: false,
				result: { error: 'You are not allowed to perform this action.', code: 403 },
			}),
		});
		const sixth = await triggerOf();
		await expect(sixth.publish()).rejects.toThrow('You are not allowed');
	});

	test('finds the endpoint whose creation was answered too late', async () => {
		sim.faults.add({
			kind: 'resetAfterBody',
			path: '/api/v3/callback/create',
			afterProcessing: true,
		});
		const one = await triggerOf();
		await one.publish();
		expect(sim.subscriptions()).toHaveLength(1);
		await sim.deliver();
		expect(one.statuses).toEqual([200]);
	});

	test('removes its endpoint again although Kit has not said its ID', async () => {
		const body = JSON.stringify({ success: true, result: true });
		const create = '/api/v3/callback/create';
		sim.faults.add({ kind: 'okWithError', path: create, afterProcessing: true, body });
		const one = await triggerOf();
		await one.publish();
		expect(sim.subscriptions()).toHaveLength(1);
		await sim.deliver();
		expect(one.statuses).toEqual([200]);
		await one.unpublish();
		expect(sim.subscriptions()).toEqual([]);
	});

	test('a refused credential makes one request and says so', async () => {
		const one = await triggerOf();
		sim.faults.add({ kind: 'status', status: 401, times: 'always' });
		await expectRefusal(one.publish());
		expect(sim.log).toHaveLength(1);
		expect(one.state).toEqual({});
	});

	test('needs an event', async () => {
		const one = await triggerOf({ events: [] });
		await expect(one.publish()).rejects.toThrow('"Events" is empty');
		const other = await triggerOf({ options: { additionalEvents: 'no name!' } });
		await expect(other.publish()).rejects.toThrow('"Additional Events"');
		expect(sim.log).toEqual([]);
	});
});

describe('deliveries', () => {
	test.each([
		['new_calls', '6be7464d218dc9a64e2cde4490ed6788'],
		['call_finalized', '114d6721dfb277ee27c365101f36ece6'],
	])('the hash of %s is that of the reference (§6.2)', (type, hash) => {
		expect(callbackHash('s3cr3t', 'acme', type)).toBe(hash);
	});

	test('a real call arrives as new_calls and call_finalized with one join key', async () => {
		const one = await triggerOf();
		await one.publish();
		await runKit(sim, 'scenario/run', {
			scenarioId: '17828',
			phone: '15551230055',
			phoneNumberId: '610',
		});
		await sim.idle();
		const types = one.events.map(({ event }) => event);
		expect(types.sort()).toEqual(['call_finalized', 'new_calls']);
		const [first, second] = one.events;
		expect(first?.session_id).toBeDefined();
		expect(first?.session_id).toBe(second?.session_id);
		expect(first).toMatchObject({ successful: true, reason: 'answered' });
		expect(one.statuses.every((status) => status === 200)).toBe(true);
	});

	test.each(['invalid', 'missing', 'otherSalt'] as const)(
		'refuses a hash that is %s',
		async (signature) => {
			const one = await triggerOf();
			await one.publish();
			const callbacks = [{ type: 'new_calls' }, { type: 'call_finalized', signature }];
			await sim.deliver({ callbacks });
			expect(one.statuses).toEqual([401]);
			expect(one.events).toEqual([]);
		},
	);

	test('takes hashes in capitals, and without any when the check is off', async () => {
		const one = await triggerOf();
		await one.publish();
		await sim.deliver({ callbacks: [{ type: 'new_calls', signature: 'uppercase' }] });
		expect(one.events).toHaveLength(1);
		one.values.options = { verification: 'off' };
		await sim.deliver({ callbacks: [{ type: 'call_finalized', signature: 'missing' }] });
		expect(one.events).toHaveLength(2);
	});

	test('refuses everything without a salt', async () => {
		const one = await triggerOf();
		await sim.deliver({ url: one.url, salt: '' });
		expect(one.statuses).toEqual([401]);
	});

	test.each(['single', 'double'] as const)('unwraps every event (%s nesting)', async (nesting) => {
		sim.setOptions({ nesting });
		const one = await triggerOf({ events: [...EVENTS] });
		await one.publish();
		for (const type of EVENTS) await sim.deliver({ callbacks: [{ type }] });
		expect(one.events.map(({ event }) => event)).toEqual([...EVENTS]);
		const byType = Object.fromEntries(one.events.map((event) => [event.event, event]));
		expect(byType.chat_closed).toMatchObject({ closed_reason: 'CLOSED_BY_AGENT' });
		expect(byType.scenario_updated).toMatchObject({ scenario_id: 17828 });
		expect(byType.finished_call).toMatchObject({ session_id: expect.anything() as unknown });
		expect(Object.keys(byType.call_finalized ?? {})).not.toContain('call_finalized');
	});

	test('gives one item per call, and unknown events as they are', async () => {
		const one = await triggerOf();
		await one.publish();
		const calls = [
			{ id: 1, session_id: 'a' },
			{ id: 2, session_id: 'b' },
		];
		await sim.deliver({
			callbacks: [
				{ type: 'new_calls', data: { calls } },
				{ type: 'quality_scored', data: { score: 5 } },
			],
		});
		expect(one.events).toEqual([
			expect.objectContaining({ event: 'new_calls', id: 1 }),
			expect.objectContaining({ event: 'new_calls', id: 2 }),
			{ event: 'quality_scored', score: 5 },
		]);
	});

	test.each([
		['in no wrapper', (call: IDataObject) => call],
		['in its name once more', (call: IDataObject) => ({ finished_call: call })],
		['in another name', (call: IDataObject) => ({ call })],
		['in a list', (call: IDataObject) => [call]],
		['in a list of another name', (call: IDataObject) => ({ records: [call] })],
		['in two wrappers', (call: IDataObject) => ({ data: { call } })],
	])('finds a call %s, and filters it', async (_, wrap) => {
		const one = await triggerOf({
			events: ['finished_call'],
			options: { completionCodes: ['AMD'] },
		});
		await one.publish();
		const call = (id: number, code: string) => ({ id, session_id: 's', completion_code: code });
		await sim.deliver({
			callbacks: [call(1, 'AMD'), call(2, 'Call_Answered')].map((record) => ({
				type: 'finished_call',
				data: wrap(record) as IDataObject,
			})),
		});
		expect(one.events).toEqual([
			expect.objectContaining({ event: 'finished_call', id: 1, successful: false }),
		]);
	});

	test('a call that does not say its direction is not thrown away', async () => {
		const one = await triggerOf({
			events: ['finished_call'],
			options: { callDirection: 'incoming' },
		});
		await one.publish();
		await sim.deliver({ callbacks: [{ type: 'finished_call', data: { id: 1, duration: 5 } }] });
		expect(one.events).toHaveLength(1);
	});

	test('leaves out repeats, not changes', async () => {
		const one = await triggerOf();
		await one.publish();
		const deliver = async (code: string) =>
			await sim.deliver({
				callbacks: [{ type: 'new_calls', data: { calls: [{ id: 1, completion_code: code }] } }],
			});
		await deliver('AMD');
		await deliver('AMD');
		await deliver('Call_Answered');
		expect(one.events.map(({ completion_code: code }) => code)).toEqual(['AMD', 'Call_Answered']);
		expect(one.statuses).toEqual([200, 200, 200]);
	});

	test('filters by chosen event, direction and completion code', async () => {
		const options = { callDirection: 'incoming', completionCodes: ['Call_Answered'] };
		const one = await triggerOf({ options });
		await one.publish();
		const calls = [
			{ id: 1, is_incoming: true, completion_code: 'Call_Answered' },
			{ id: 2, is_incoming: false, completion_code: 'Call_Answered' },
			{ id: 3, is_incoming: true, completion_code: 'AMD' },
		];
		await sim.deliver({
			callbacks: [{ type: 'new_calls', data: { calls } }, { type: 'chat_started' }],
		});
		expect(one.events.map(({ id }) => id)).toEqual([1]);
	});

	test('returns raw data on request', async () => {
		const one = await triggerOf({ options: { simplify: false } });
		await one.publish();
		const call = { id: 1, session_id: 's', call_data: '{"a":1}' };
		await sim.deliver({ callbacks: [{ type: 'new_calls', data: { calls: [call] } }] });
		expect(one.events).toEqual([
			expect.objectContaining({ event: 'new_calls', session_id: 's', data: call }),
		]);
	});

	test.each([
		['no JSON', 'hello there'],
		['no callbacks', '{"a":1}'],
		['an empty list', '{"callbacks":[]}'],
		['an entry without type', '{"callbacks":[{"hash":"x"}]}'],
		['an entry that is no object', '{"callbacks":["new_calls"]}'],
		['a type of another kind', '{"callbacks":[{"type":7}]}'],
		['an array', '[]'],
	])('answers 4xx to %s', async (_, rawBody) => {
		const one = await triggerOf();
		await one.publish();
		await sim.deliver({ rawBody });
		expect(one.statuses).toEqual([expect.any(Number) as number]);
		expect(one.statuses[0]).toBeGreaterThanOrEqual(400);
		expect(one.statuses[0]).toBeLessThan(500);
	});
});

describe('polling', () => {
	function poller(event: string, parameters: IDataObject = {}, mode = 'trigger') {
		let state: IDataObject = {};
		const values: IDataObject = { event, options: {}, ...parameters };
		return {
			get state() {
				return state;
			},
			set state(saved: IDataObject) {
				state = saved;
			},
			budget: undefined as number | undefined,
			async run() {
				const { budget } = this;
				const context = {
					getCredentials: async () => kitCredentials(sim).voximplantKitApi,
					getNode: () => NODE,
					getNodeParameter: (name: string, fallback: unknown) => values[name] ?? fallback,
					getMode: () => mode,
					getWorkflowStaticData: () => state,
					helpers: {},
					...(budget !== undefined && { getPollBudgetMs: () => budget }),
				};
				return ((await poll(context)) ?? []).flat().map(({ json }) => json);
			},
		};
	}

	const HOUR = 3_600_000;

	describe('finished calls', () => {
		test('are given out once, and those from before are not news', async () => {
			sim.seedCalls(3, { spanMs: HOUR });
			const polling = poller('callFinished');
			expect(await polling.run()).toEqual([]);
			sim.seedCalls(60, { spanMs: HOUR / 2 });
			const found = await polling.run();
			expect(found).toHaveLength(60);
			expect(found[0]).toMatchObject({
				event: 'callFinished',
				successful: expect.any(Boolean) as boolean,
			});
			expect(await polling.run()).toEqual([]);
		});

		test('wait until their record has settled', async () => {
			const polling = poller('callFinished');
			await polling.run();
			sim.seedCalls(1, { spanMs: 60_000, settled: false });
			expect(await polling.run()).toEqual([]);
			const [call] = sim.calls();
			sim.settleCall(call?.id ?? 0);
			expect(await polling.run()).toHaveLength(1);
		});

		test('are given out unsettled before they leave the window, or on request', async () => {
			const polling = poller('callFinished');
			await polling.run();
			sim.seedCalls(1, { spanMs: 1.9 * HOUR, settled: false });
			expect(await polling.run()).toHaveLength(1);
			const eager = poller('callFinished', { options: { unsettled: true } });
			await eager.run();
			sim.seedCalls(1, { spanMs: 60_000, settled: false });
			expect(await eager.run()).toHaveLength(1);
		});

		test('are not lost when n8n was down, longer than the window', async () => {
			const polling = poller('callFinished', { options: { lookBackMinutes: 5 } });
			await polling.run();
			const saved = structuredClone(polling.state);
			const later = Date.now() + 5 * HOUR;
			sim.advanceClock(5 * HOUR);
			sim.seedCalls(30, { spanMs: 5 * HOUR - 10 * 60_000 });
			const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
			jest.useFakeTimers({
				doNotFake: [
					'setTimeout',
					'setImmediate',
					'nextTick',
					'clearTimeout',
					'queueMicrotask',
					'setInterval',
					'clearInterval',
				],
				now: later,
			});
			try {
				polling.state = saved;
				expect(await polling.run()).toHaveLength(30);
				expect(await polling.run()).toEqual([]);
			} finally {
				jest.useRealTimers();
				clock.mockRestore();
			}
		});

		test('come again from an old saved state, and none is lost', async () => {
			const polling = poller('callFinished');
			await polling.run();
			const saved = structuredClone(polling.state);
			sim.seedCalls(3, { spanMs: HOUR });
			expect(await polling.run()).toHaveLength(3);
			polling.state = saved;
			expect(await polling.run()).toHaveLength(3);
		});

		test('go on where the time was over, each once', async () => {
			const polling = poller('callFinished');
			await polling.run();
			sim.seedCalls(230, { spanMs: HOUR });
			polling.budget = 0;
			const ids = new Set<unknown>();
			for (let round = 0; round < 6; round++) {
				for (const { id } of await polling.run()) {
					expect(ids.has(id)).toBe(false);
					ids.add(id);
				}
			}
			expect(ids.size).toBe(230);
		});

		test('remembers no more calls than the window holds', async () => {
			const polling = poller('callFinished', { options: { lookBackMinutes: 30 } });
			await polling.run();
			sim.seedCalls(100, { spanMs: HOUR });
			await polling.run();
			await polling.run();
			const { calls } = polling.state as { calls: { seen: IDataObject } };
			expect(Object.keys(calls.seen).length).toBeLessThan(100);
		});

		test('a test run shows a sample and notes nothing', async () => {
			sim.seedCalls(30, { spanMs: HOUR });
			const polling = poller('callFinished', {}, 'manual');
			expect(await polling.run()).toHaveLength(10);
			expect(polling.state).toEqual({});
		});

		test('a refused credential is one clear error with its cause', async () => {
			const polling = poller('callFinished');
			sim.faults.add({ kind: 'status', status: 401 });
			await expectRefusal(polling.run());
			expect(Object.values(sim.requests).reduce((sum, count) => sum + count, 0)).toBe(1);
		});
	});

	test('campaigns with a new status, of all kinds', async () => {
		const parameters = { campaignKinds: ['automated', 'agent', 'pds'] };
		const polling = poller('campaignStatusChanged', parameters);
		const { json } = await runKit(sim, 'campaign/createAutomated', {
			title: 'Reminders',
			scenarioId: '17828',
			phoneNumberIds: [610],
			region: 'europe',
			maxLines: 10,
			maxAttempts: 2,
		});
		const id = Number(json[0]?.id);
		expect(await polling.run()).toEqual([]);
		sim.setCampaignStatus('kit2', id, 'paused');
		expect(await polling.run()).toEqual([
			expect.objectContaining({
				event: 'campaignStatusChanged',
				kind: 'automated',
				id,
				status: 'paused',
				previousStatus: 'draft',
			}),
		]);
		expect(await polling.run()).toEqual([]);
		sim.setCampaignStatus('kit2', id, 'ongoing');
		const filtered = poller('campaignStatusChanged', {
			...parameters,
			options: { campaignStatuses: ['completed'] },
		});
		filtered.state = structuredClone(polling.state);
		expect(await filtered.run()).toEqual([]);
		expect(await polling.run()).toHaveLength(1);
	});

	test('reports that have become ready, once each', async () => {
		sim.setOptions({ reportMs: 3_600_000 });
		await expect(poller('reportReady').run()).rejects.toThrow('"Report IDs" is empty');
		const { json } = await runKit(sim, 'apiRequest/callMethod', {
			method: 'history/exportCallsHistoryReport',
		});
		const id = Number((json[0] as { report_id?: number } | undefined)?.report_id);
		const polling = poller('reportReady', { reportIds: ` ${id}, ` });
		expect(await polling.run()).toEqual([]);
		sim.finishReports();
		expect(await polling.run()).toEqual([
			{ event: 'reportReady', report_id: id, processed: true, deliveryKey: `report:${id}` },
		]);
		expect(await polling.run()).toEqual([]);
	});
});
