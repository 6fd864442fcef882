/** Callbacks to the trigger and to a waiting execution, lookups, and the polling trigger. */
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { startVelipSimulator } from '../simulators/velip';
import { runVelip, velipCredentials, type Simulator } from './support/velip';

const ROOT = path.resolve(__dirname, '../..');
const dist = <T extends object>(file: string) =>
	jest.requireActual<T>(path.join(ROOT, 'dist/nodes/Velip', file));
type Handler = (
	context: unknown,
) => Promise<{ workflowData?: Array<Array<{ json: IDataObject }>> }>;
const { receive } = dist<{ receive: Handler }>('receive.js');
const { resume } = dist<{ resume: Handler }>('resume.js');
type Poll = (context: unknown) => Promise<Array<Array<{ json: IDataObject }>> | null>;
const { poll } = dist<{ poll: Poll }>('poll.js');
const { velipNode } = {
	velipNode: new (dist<{ Velip: new () => { methods: { listSearch: Record<string, Search> } } }>(
		'Velip.node.js',
	).Velip)(),
};
type Search = (
	this: unknown,
	filter?: string,
	token?: string,
) => Promise<{ results: Array<{ name: string; value: string }>; paginationToken?: string }>;

interface Incoming {
	method?: 'GET' | 'POST';
	url?: string;
	body?: Buffer | string;
	headers?: Record<string, string>;
	address?: string;
	parameters?: IDataObject;
	node?: string;
	credentials?: IDataObject;
}

async function call(handler: Handler, incoming: Incoming) {
	const { url = '/webhook/x', body = '', headers = {}, parameters = {} } = incoming;
	let status: number | undefined;
	const response = {
		status(code: number) {
			status = code;
			return response;
		},
		json: () => response,
	};
	const values: IDataObject = {
		callbackSecret: '8Qk2vX7mB4nR9tLzAb',
		events: ['callFinished', 'smsDelivery', 'other'],
		options: {},
		...parameters,
	};
	const result = await handler({
		getCredentials: async () => incoming.credentials ?? {},
		getRequestObject: () => ({
			rawBody: Buffer.from(body),
			headers,
			query: Object.fromEntries(new URL(url, 'http://x').searchParams),
			originalUrl: url,
			socket: { remoteAddress: incoming.address ?? '127.0.0.1' },
		}),
		getResponseObject: () => response,
		getNodeParameter: (name: string, fallback: unknown) => values[name] ?? fallback,
		getMode: () => 'webhook',
		getWorkflow: () => ({ id: 'workflow-1', name: 'Test' }),
		getNode: () => ({ id: incoming.node ?? 'node-under-test', name: 'Node' }),
	});
	const events = (result.workflowData ?? []).flat().map(({ json }) => json);
	return { status, events };
}

let sim: Simulator;

beforeEach(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
});

afterEach(async () => await sim.close());

const RESULT = {
	cd_id: 'c_1',
	ctid: 'a1',
	dest: '5511987654321',
	cd_called_status: 'OK',
	cd_time_sec: '12',
	cd_value: '0,050',
	cd_resp1: '1',
	cd_resp2: '',
	cd_time_end: 'null',
	cd_name: 'João',
};
const asForm = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const latin = (text: string) =>
	[...Buffer.from(text, 'latin1')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

describe('the trigger', () => {
	test.each([
		['JSON', { body: JSON.stringify(RESULT) }],
		['JSON in ISO-8859-1', { body: Buffer.from(JSON.stringify(RESULT), 'latin1') }],
		['a form', { body: asForm(RESULT) }],
		[
			'a form in ISO-8859-1',
			{ body: `${asForm({ ...RESULT, cd_name: '' })}&cd_name=${latin('João')}` },
		],
		['GET', { url: `/webhook/x?${asForm(RESULT)}` }],
		[
			'GET in ISO-8859-1',
			{ url: `/webhook/x?${asForm({ ...RESULT, cd_name: '' })}&cd_name=${latin('João')}` },
		],
	])('reads %s', async (name, incoming) => {
		const { events } = await call(receive, { ...incoming, node: name });
		expect(events).toEqual([
			expect.objectContaining({
				event: 'callFinished',
				state: 'answered',
				digits: ['1'],
				cd_time_sec: 12,
				cd_value: 0.05,
				cd_time_end: null,
				cd_name: 'João',
				deliveryKey: 'call:c_1:OK:12',
			}),
		]);
	});

	test('leaves out repeats, and tells SMS from calls', async () => {
		const sms = { command: 'sms', cdls_id: '7', delivstatus: 'UNDELIV', dest: '5511987654321' };
		const one = { body: JSON.stringify(sms), node: 'repeats' };
		expect((await call(receive, one)).events[0]).toMatchObject({
			event: 'smsDelivery',
			state: 'failed',
		});
		expect((await call(receive, one)).events).toEqual([]);
	});

	test.each([
		[{ callStates: ['failed'] }, 0],
		[{ callStates: ['answered'] }, 1],
		[{ onlyDtmf: true }, 1],
	])('filters by %j', async (options, count) => {
		const node = JSON.stringify(options);
		const { events } = await call(receive, {
			body: JSON.stringify(RESULT),
			node,
			parameters: { options },
		});
		expect(events).toHaveLength(count);
	});

	test('refuses without a secret, and strangers where the address is checked', async () => {
		const body = JSON.stringify(RESULT);
		expect(await call(receive, { body, parameters: { callbackSecret: '' } })).toMatchObject({
			status: 401,
			events: [],
		});
		const options = { checkSource: true };
		expect(await call(receive, { body, parameters: { options } })).toMatchObject({ status: 401 });
		const good = { body, parameters: { options }, address: '::ffff:35.232.103.91', node: 'good' };
		expect((await call(receive, good)).events).toHaveLength(1);
		// What the caller wrote into the header himself stands before what the proxy added.
		const proxied = { checkSource: true, proxies: 1 };
		const forged = { 'x-forwarded-for': '35.232.103.91, 6.6.6.6' };
		const honest = { 'x-forwarded-for': '6.6.6.6, 35.232.103.91' };
		expect(
			await call(receive, { body, headers: forged, parameters: { options: proxied } }),
		).toMatchObject({ status: 401 });
		const behind = { body, headers: honest, parameters: { options: proxied }, node: 'behind' };
		expect((await call(receive, behind)).events).toHaveLength(1);
	});

	test('answers the empty test of the panel, and 400 to nonsense', async () => {
		expect(await call(receive, { method: 'GET' })).toEqual({ status: undefined, events: [] });
		expect(await call(receive, { body: '{"a":' })).toMatchObject({ status: 400 });
	});

	test.each(['batch', 'each'] as const)(
		'takes a push of results as JSON (%s)',
		async (pushJson) => {
			sim.setOptions({ pushJson, callbackFormat: 'json' });
			sim.seedCalls(3);
			const rurl = `${sim.url}/nobody`;
			await runVelip(sim, 'call/resendResults', {
				findBy: 'dates',
				dateStart: '2000-01-01',
				dateEnd: '2100-01-01',
				rurl,
				additionalFields: { rurlType: 'json', rurlMethod: 'POST' },
			});
			await sim.idle();
			const bodies = [...new Set(sim.callbacks.map(({ body }) => String(body)))];
			const all = [];
			for (const body of bodies)
				all.push(...(await call(receive, { body, node: pushJson })).events);
			expect(all).toHaveLength(3);
			for (const event of all) expect(event).toMatchObject({ event: 'callFinished' });
		},
	);
});

describe('a push', () => {
	const rows = (count: number) =>
		Array.from({ length: count }, (_, index) => ({
			...RESULT,
			cd_id: `c_${index}`,
			cdr_url: 'https://vox.velip.com.br/recordings/2030/01/31/123456.mp3',
			note: 'x'.repeat(200),
		}));

	test('of 5,000 results in one body is taken', async () => {
		const body = JSON.stringify({ calls: rows(5000) });
		expect(body.length).toBeGreaterThan(1024 * 1024);
		const { events } = await call(receive, { body, node: 'big' });
		expect(events).toHaveLength(5000);
	});

	test('that is a list itself is taken', async () => {
		const body = JSON.stringify(rows(2));
		expect((await call(receive, { body, node: 'list' })).events).toHaveLength(2);
	});
});

describe('call and wait', () => {
	async function waiting() {
		const { run, error } = await runVelip(sim, 'call/speakTextAndWait', {
			dest: '5511987654305',
			text: 'Press 1',
			ndig: 1,
			waitAmount: 5,
			waitUnit: 'minutes',
		});
		expect(error).toBeUndefined();
		expect(run.status).toBe('waiting');
		const body = JSON.parse(String(sim.log.at(-1)?.body)) as { rurl: string; ctid: string };
		return { rurl: new URL(body.rurl), ctid: body.ctid };
	}

	const credentials = () => velipCredentials(sim.url).velipApi;

	test.each(['GET', 'POST'] as const)(
		'goes on with the result that comes by %s',
		async (method) => {
			const { rurl, ctid } = await waiting();
			const fields = asForm({ ...RESULT, ctid });
			const path = rurl.pathname + rurl.search;
			const incoming =
				method === 'GET' ? { url: `${path}&${fields}` } : { url: path, body: fields };
			const { events } = await call(resume, { ...incoming, credentials: credentials() });
			expect(events).toEqual([
				expect.objectContaining({ state: 'answered', digits: ['1'], timedOut: false }),
			]);
			expect(Object.keys(events[0] ?? {})).not.toEqual(expect.arrayContaining(['seal']));
		},
	);

	test('finds its result in a list', async () => {
		const { rurl, ctid } = await waiting();
		const { ctid: _, ...nameless } = RESULT;
		const others = [nameless, { ...RESULT, ctid: 'somebody' }];
		const body = JSON.stringify([...others, { ...RESULT, ctid }]);
		const url = rurl.pathname + rurl.search;
		const { events } = await call(resume, { url, body, credentials: credentials() });
		expect(events).toEqual([expect.objectContaining({ ctid, timedOut: false })]);
	});

	test('is not ended by a forged seal, another call or an SMS report', async () => {
		const { rurl, ctid } = await waiting();
		const url = rurl.pathname + rurl.search;
		const good = { url, credentials: credentials() };
		const forged = url.replace(/seal=\w+/, `seal=${'0'.repeat(40)}`);
		const body = asForm({ ...RESULT, ctid });
		expect(await call(resume, { ...good, url: forged, body })).toMatchObject({ status: 401 });
		const other = asForm({ ...RESULT, ctid: 'somebody' });
		expect((await call(resume, { ...good, body: other })).events).toEqual([]);
		const sms = asForm({ command: 'sms', cdls_id: '1', delivstatus: 'DELIVRD', ctid });
		expect((await call(resume, { ...good, body: sms })).events).toEqual([]);
	});
});

describe('lookups', () => {
	function context(parameters: IDataObject = {}, more: IDataObject = {}) {
		return {
			getCredentials: async () => velipCredentials(sim.url, more).velipApi,
			getNode: () => ({ id: 'n', name: 'Velip', type: 'velip', typeVersion: 1, parameters: {} }),
			getCurrentNodeParameter: (name: string) => parameters[name],
			helpers: {},
		};
	}
	const search = async (name: string, self: unknown, filter?: string, token?: string) => {
		const method = velipNode.methods.listSearch[name];
		if (method === undefined) throw new Error(name);
		return await method.call(self, filter, token);
	};

	test('list voices and templates, filtered', async () => {
		const voices = await search('searchVoices', context());
		const eleven = voices.results.filter(({ value }) => value.startsWith('elevenlabs'));
		expect(eleven.map(({ name }) => name)).toEqual(['Rachel (pt-BR, ElevenLabs, for audios only)']);
		expect(voices.results.length).toBeGreaterThan(0);
		const templates = await search('searchTemplates', context({ appId: '101' }), 'ORDER');
		expect(templates.results).toEqual([expect.objectContaining({ value: 'order_update|pt_BR' })]);
	});

	test('page through long lists', async () => {
		for (let index = 0; index < 3; index++) {
			const items = [{ number: '5511987654321' }];
			const name = `List ${index}`;
			await runVelip(sim, 'destinationList/createFromItems', { name }, { items });
		}
		const [inactive, purged] = [sim.list('701'), sim.list('702')];
		Object.assign(inactive ?? {}, { active: false });
		Object.assign(purged ?? {}, { active: false, deleted: true });
		const { results } = await search('searchLists', context());
		expect(results.map(({ name }) => name)).toEqual([
			'List 2 (703, 1 numbers)',
			'List 1 (702, 1 numbers, inactive, purged)',
			'List 0 (701, 1 numbers, inactive)',
		]);
		expect(JSON.parse(String(sim.log.at(-1)?.body))).toMatchObject({ maxreg: 200 });
	});

	test('fail in the words of Velip', async () => {
		const failing = search('searchVoices', context({}, { token: 'x'.repeat(30) }));
		await expect(failing).rejects.toThrow('SID not found');
		await expect(search('searchTemplates', context())).rejects.toThrow('Line ID');
		await expect(search('searchQueues', context())).rejects.toThrow('none yet');
	});
});

describe('the polling trigger', () => {
	function poller(mode = 'trigger', options: IDataObject = {}) {
		const state: IDataObject = {};
		return {
			state,
			run: async () =>
				(
					(await poll({
						getCredentials: async () => velipCredentials(sim.url).velipApi,
						getNode: () => ({ id: 'p', name: 'Poll', type: 'x', typeVersion: 1, parameters: {} }),
						getNodeParameter: (name: string) => (name === 'options' ? options : ''),
						getMode: () => mode,
						getWorkflowStaticData: () => state,
						helpers: {},
					})) ?? []
				)
					.flat()
					.map(({ json }) => json),
		};
	}
	const place = async (dest: string) => {
		await runVelip(sim, 'call/speakText', { dest, text: 'Hello' });
		await sim.idle();
	};

	test.each(['asc', 'desc'] as const)('gives each finished call once (%s)', async (callOrder) => {
		sim.setOptions({ callOrder });
		const { run } = poller();
		await place('5511987654331');
		expect(await run()).toEqual([]);
		await place('5511987654300');
		expect((await run()).map(({ state }) => state)).toEqual(['notAnswered']);
		expect(await run()).toEqual([]);
	});

	test.each(['null', 'hidden'] as const)(
		'does not lose a call that finishes late (pending: %s)',
		async (pendingCalls) => {
			sim.setOptions({ pendingCalls, lifecycle: 'manual' });
			const { run } = poller();
			await run();
			await runVelip(sim, 'call/speakText', { dest: '5511987654331', text: 'slow' });
			await runVelip(sim, 'call/speakText', { dest: '5511987654332', text: 'quick' });
			const [slow, quick] = sim.calls();
			sim.finishCall(`c_${quick?.num}`);
			expect((await run()).map(({ dest }) => dest)).toEqual(['5511987654332']);
			sim.finishCall(`c_${slow?.num}`);
			expect((await run()).map(({ dest }) => dest)).toEqual(['5511987654331']);
		},
	);

	test('asking again from an old saved state repeats, and loses nothing', async () => {
		const { run, state } = poller();
		await run();
		const saved = structuredClone(state);
		await place('5511987654331');
		expect(await run()).toHaveLength(1);
		for (const key of Object.keys(state)) delete state[key];
		Object.assign(state, saved);
		expect(await run()).toHaveLength(1);
	});

	test('stays within its requests of an hour', async () => {
		const { run } = poller('trigger', { maxRequests: 2 });
		await run();
		sim.seedCalls(12_000);
		const first = await run();
		expect(first.length).toBe(5000);
		expect(await run()).toEqual([]);
		expect(sim.requests.GetCallStatus).toBe(2);
	});

	test('goes on where it was cut short, and gives every call once', async () => {
		const { run } = poller('trigger', { maxRequests: 2 });
		await run();
		sim.seedCalls(12_000);
		const seen: unknown[] = [];
		let now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
		try {
			for (let hour = 0; hour < 3; hour++) {
				seen.push(...(await run()).map(({ cd_id: id }) => id));
				now += 61 * 60_000;
			}
		} finally {
			clock.mockRestore();
		}
		expect([seen.length, new Set(seen).size]).toEqual([12_000, 12_000]);
	});

	test('shows a sample by hand and notes nothing', async () => {
		await place('5511987654331');
		const { run, state } = poller('manual');
		expect(await run()).toHaveLength(1);
		expect(state).toEqual({});
	});
});
