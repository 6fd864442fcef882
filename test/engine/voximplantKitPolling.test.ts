/** The polling trigger with answers that the simulator does not give: odd rows, forgotten cursors, changed options. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { listen } from '../simulators/core/listen';

const ROOT = path.resolve(__dirname, '../..');
type Items = Array<Array<{ json: IDataObject }>> | null;
const { poll } = jest.requireActual<{ poll: (context: unknown) => Promise<Items> }>(
	path.join(ROOT, 'dist/nodes/VoximplantKit/poll.js'),
);

type Answer = { status?: number; result: unknown; meta?: IDataObject };
let answer: (method: string, form: URLSearchParams) => Answer;
let asked: Array<{ method: string; form: URLSearchParams }>;
let server: http.Server;

beforeEach(async () => {
	asked = [];
	server = http.createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const method = /\/api\/v\d\/([^?]+)/.exec(request.url ?? '')?.[1] ?? '';
			const form = new URLSearchParams(Buffer.concat(chunks).toString());
			asked.push({ method, form });
			const { status = 200, result, meta } = answer(method, form);
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ success: status === 200, result, _meta: meta }));
		});
	});
	await listen(server);
});

afterEach(async () => {
	jest.useRealTimers();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

function poller(event: string, values: IDataObject = {}) {
	const state: IDataObject = {};
	const { port } = server.address() as AddressInfo;
	const polling = {
		state,
		values,
		budget: Infinity,
		async run() {
			const parameters: IDataObject = { event, options: {}, ...polling.values };
			const context = {
				getCredentials: async () => ({
					domain: 'acme',
					accessToken: 'token-12345',
					region: 'custom',
					apiHost: `http://127.0.0.1:${port}`,
				}),
				getNode: () => ({ id: 'n', name: 'Kit', type: 'x', typeVersion: 1, parameters: {} }),
				getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
				getMode: () => 'trigger',
				getWorkflowStaticData: () => state,
				getPollBudgetMs: () => polling.budget,
				helpers: {},
			};
			return ((await poll(context)) ?? []).flat().map(({ json }) => json);
		},
	};
	return polling;
}

const MINUTE = 60_000;
/** What the HTTP client needs. */
const REAL_TIMERS = [
	...(['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'] as const),
	...(['clearImmediate', 'clearInterval', 'clearTimeout'] as const),
];
const utc = (at: number) => new Date(at).toISOString().slice(0, 23).replace('T', ' ');
const call = (id: number, start: string | null) => ({
	id,
	datetime_start: start,
	processing: false,
	completion_code: 'Call_Answered',
});

/** What Kit would list: the calls that have started in the window that is asked for. */
function history(calls: Array<ReturnType<typeof call>>) {
	return (_: string, form: URLSearchParams): Answer => {
		const from = form.get('from') ?? '';
		return { result: calls.filter((row) => (row.datetime_start ?? '9') >= from), meta: {} };
	};
}

const ids = (rows: IDataObject[]) => rows.map(({ id }) => id);

test('a longer look back gives out nothing a second time', async () => {
	const calls: Array<ReturnType<typeof call>> = [];
	answer = history(calls);
	const polling = poller('callFinished', { options: { lookBackMinutes: 10 } });
	await polling.run();
	calls.push(call(1, utc(Date.now() - 9 * MINUTE)));
	expect(ids(await polling.run())).toEqual([1]);
	// Later on it has left the window and is forgotten.
	const later = Date.now() + 5 * MINUTE;
	jest.useFakeTimers({ now: later, doNotFake: [...REAL_TIMERS] });
	try {
		expect(await polling.run()).toEqual([]);
		polling.values = { options: { lookBackMinutes: 120 } };
		expect(await polling.run()).toEqual([]);
	} finally {
		jest.useRealTimers();
	}
});

test.each([
	['no date', null],
	['a date before the window', '2020-01-01 00:00:00'],
	['a date that is none', 'soon'],
])('a call with %s comes once', async (_, start) => {
	const calls: Array<ReturnType<typeof call>> = [];
	// Kit may have its own idea of what is in the window.
	answer = () => ({ result: calls, meta: {} });
	const polling = poller('callFinished');
	await polling.run();
	calls.push(call(1, start));
	const found = [];
	for (let times = 0; times < 4; times++) found.push(...(await polling.run()));
	expect(ids(found)).toEqual([1]);
});

test('a forgotten cursor that looks like the end of the list loses nothing', async () => {
	const started = utc(Date.now() + 5 * MINUTE);
	let forgets = false;
	let total = 0;
	answer = (_, form) => {
		if ((form.get('from') ?? '') > started) return { result: [], meta: {} };
		const at = Number(form.get('cursor') ?? 0);
		if (forgets && at > 0) return { result: [], meta: {} };
		const rows = Array.from({ length: Math.min(50, total - at) }, (__, index) =>
			call(at + index + 1, started),
		);
		return { result: rows, meta: { cursor: at + 50 < total ? String(at + 50) : '' } };
	};
	const polling = poller('callFinished', { options: { lookBackMinutes: 10 } });
	await polling.run();
	// n8n was down for half an hour.
	jest.useFakeTimers({ now: Date.now() + 30 * MINUTE, doNotFake: [...REAL_TIMERS] });
	total = 120;
	polling.budget = 0;
	const found = [...(await polling.run())];
	expect(found).toHaveLength(50);
	forgets = true;
	found.push(...(await polling.run()));
	forgets = false;
	for (let times = 0; times < 4; times++) found.push(...(await polling.run()));
	jest.useRealTimers();
	expect(ids(found).sort((a, b) => Number(a) - Number(b))).toEqual(
		Array.from({ length: 120 }, (_, index) => index + 1),
	);
});

test('campaigns of a kind that is chosen later are not news', async () => {
	const status: IDataObject = { pds: 'ongoing' };
	answer = (method) => ({
		result: method.startsWith('agentCampaigns')
			? [{ id: 685, title: 'Sale', status: status.pds }]
			: [],
		meta: { currentPage: 1, pageCount: 1 },
	});
	const polling = poller('campaignStatusChanged', { campaignKinds: ['automated'] });
	expect(await polling.run()).toEqual([]);
	polling.values = { campaignKinds: ['automated', 'pds'] };
	expect(await polling.run()).toEqual([]);
	status.pds = 'paused';
	expect(await polling.run()).toEqual([
		expect.objectContaining({ kind: 'pds', id: 685, previousStatus: 'ongoing', status: 'paused' }),
	]);
});

test('a report that is gone does not hold back the others', async () => {
	answer = (_, form) => {
		const id = form.get('report_id');
		if (id === '7') return { status: 404, result: { error: 'Report not found', code: 404 } };
		return { result: { report_id: Number(id), processed: true } };
	};
	const polling = poller('reportReady', { reportIds: '6, 7, 8' });
	expect((await polling.run()).map(({ report_id: id }) => id)).toEqual([6, 8]);
	await expect(polling.run()).rejects.toThrow('Report not found');
});

test.each([
	['callFinished', { options: { scenarioIds: 'Reminder' } }, '"Scenario IDs"'],
	['callFinished', { options: { scenarioIds: '17828, Reminder 2' } }, '"Scenario IDs"'],
	['campaignStatusChanged', { options: { campaignIds: 'Sale' } }, '"Campaign IDs"'],
	['reportReady', { reportIds: 'Sale' }, '"Report IDs"'],
])(
	'%s: a title in place of an ID is refused, and not taken for all (%j)',
	async (event, values, label) => {
		answer = () => ({ result: [], meta: {} });
		const polling = poller(event, { campaignKinds: ['pds'], ...values });
		await expect(polling.run()).rejects.toThrow(`${label} needs IDs, which have digits only`);
		expect(asked).toEqual([]);
	},
);
