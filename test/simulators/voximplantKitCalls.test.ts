import { startVoximplantKitSimulator, type VoximplantKitSimulator } from './voximplantKit';
import { holdClock } from './testSupport';
import { callKit, readKit, rowsOf, type KitAnswer } from './voximplantKitSupport';

let sim: VoximplantKitSimulator;
beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5, reportMs: 20 });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await sim.close();
});

const call = async (path: string, params?: Record<string, unknown>): Promise<KitAnswer> =>
	await callKit(sim, `/api/${path}`, params);
const run = async (phone: string, more: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await call('v3/scenario/runScenario', {
		scenario_id: '17828',
		phone,
		phone_number_id: '610',
		...more,
	});
const history = async (params: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await call('v4/history/searchCalls', params);

describe('runScenario (section 5.2)', () => {
	it('calls once and comes back in the history with its variables', async () => {
		const answer = await run('+15551230055', { variables: { name: 'Ana', order: 'A-7' } });
		expect(answer.result).toBe(true);
		await sim.idle();
		const [row] = rowsOf(await history({ with_scenarios: 'true' }));
		expect(row).toMatchObject({
			session_id: '1126281001',
			phone_a: '15557654321',
			phone_b: '15551230055',
			completion_code: 'Call_Answered',
			call_result_code: 200,
			call_status: true,
			call_cost: '0.0213',
			scenario: { id: 17828, title: 'Order reminder' },
		});
		expect(JSON.parse(String(row?.call_data))).toEqual({
			phone: '15551230055',
			name: 'Ana',
			order: 'A-7',
		});
		expect(JSON.parse(String(row?.call_calls))).toMatchObject([
			{ remote_number: '15551230055', remote_number_type: 'pstn', successful: true },
		]);
		expect(sim.accepted.byPhone.get('15551230055')).toBe(1);
		expect(sim.spent).toBe(0.0213);
		await run('15551230055');
		expect(sim.accepted.maxPerKey).toBe(2);
	});

	it.each([
		['unknown scenario', { scenario_id: '1' }, 404],
		['incoming scenario', { scenario_id: '17829' }, 422],
		['unknown number', { phone_number_id: '1' }, 404],
		['inactive number', { phone_number_id: '2003' }, 422],
		['bad phone', { phone: 'abc' }, 422],
		['bad variables', { variables: '[]' }, 422],
	])('refuses an %s', async (_what, change, status) => {
		const answer = await run('15551230055', change);
		expect(answer.status).toBe(status);
		expect(sim.accepted.total).toBe(0);
	});

	it('takes a number as caller_id, its id only when the option says so', async () => {
		const params = { scenario_id: '17828', phone: '15551230055' };
		const start = 'v3/scenario/runScenario';
		expect((await call(start, params)).status).toBe(422);
		expect((await call(start, { ...params, caller_id: '15557654321' })).success).toBe(true);
		expect((await call(start, { ...params, caller_id: '1' })).status).toBe(422);
		sim.setOptions({ callerId: 'both' });
		expect((await call(start, { ...params, caller_id: '1' })).success).toBe(true);
		await call(start, { ...params, caller_id: '15557654321', phone_number_id: '610' });
		expect(sim.violations).toMatchObject([{ field: 'caller_id' }]);
	});

	it('refuses without money inside HTTP 200, or with the status of the option', async () => {
		sim.setOptions({ balance: 0 });
		expect(await run('15551230055')).toMatchObject({
			status: 200,
			success: false,
			error: 'Insufficient funds on balance',
		});
		sim.setOptions({ fundsStatus: 402 });
		expect((await run('15551230055')).status).toBe(402);
	});

	it.each([
		['00', 'No_Answer', 408],
		['01', 'Call_Busy', 486],
		['02', 'Invalid_Number', 404],
		['03', 'Temporary_Unavailable', 480],
		['04', 'Call_Was_Rejected', 603],
		['07', 'AMD', 1],
		['12', 'Request_Terminated', 487],
		['14', 'Call_Prohibited', 403],
	])('ends a call to ...%s as %s', async (ending, code, resultCode) => {
		await run(`155512300${ending}`);
		await sim.idle();
		expect(rowsOf(await history())[0]).toMatchObject({
			completion_code: code,
			call_result_code: resultCode,
			call_status: false,
		});
	});

	it('lists variables of a scenario', async () => {
		const answer = await call('v3/scenario/getScenarioVariables', {
			scenario_id: '17828',
			required_only: 'true',
		});
		expect(rowsOf(answer)).toHaveLength(1);
	});
});

describe('history (section 5.3)', () => {
	it('pages by cursor to the end without losing or repeating', async () => {
		sim.seedCalls(100);
		const ids: unknown[] = [];
		let cursor: unknown;
		let pages = 0;
		do {
			const page = await history({
				limit: '25',
				...(typeof cursor === 'string' ? { cursor } : {}),
			});
			ids.push(...rowsOf(page).map(({ id }) => id));
			expect(page.meta?.limit).toBe(25);
			cursor = page.meta?.cursor;
			pages++;
		} while (cursor);
		// The last full page carries a cursor too, so one empty page follows.
		expect(pages).toBe(5);
		expect(cursor).toBeNull();
		expect(new Set(ids).size).toBe(100);
		expect(ids[0]).toBeGreaterThan(Number(ids[99]));
		sim.setOptions({ cursorAfterFullPage: false, lastCursor: 'absent', historyOrder: 'asc' });
		const all = await history({
			limit: '50',
			cursor: Buffer.from(`c:${ids[50]}`).toString('base64'),
		});
		expect(rowsOf(all)).toHaveLength(50);
		expect(all.meta).toEqual({ limit: 50 });
		expect((await history({ cursor: 'nonsense' })).status).toBe(422);
	});

	it('filters by window, phone, direction, scenario and id', async () => {
		sim.seedCalls(10, { spanMs: 36_000_000 });
		sim.seedCalls(2, { incoming: true, phone: '15559990001', scenarioId: 17829 });
		const at = (hours: number): string =>
			new Date(sim.now() - hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
		expect(rowsOf(await history({ from: at(5.5), to: at(0.5) }))).toHaveLength(5);
		expect(rowsOf(await history({ phone: '9990001' }))).toHaveLength(2);
		expect(rowsOf(await history({ phone: '9990001', phone_full_text: 'true' }))).toHaveLength(0);
		expect(rowsOf(await history({ call_direction: 'incoming' }))).toHaveLength(2);
		expect(rowsOf(await history({ scenario_ids: [17829] }))).toHaveLength(2);
		const id = sim.calls()[3]?.id;
		expect(rowsOf(await history({ id }))).toMatchObject([{ id }]);
		expect((await history({ from: '2026-07-14T00:00:00Z' })).status).toBe(422);
		expect((await history({ phone: '12' })).status).toBe(422);
	});

	it('settles cost, recording and processing late', async () => {
		sim.setOptions({ settleMs: 60_000 });
		await run('15551230055');
		while (sim.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		const open = rowsOf(await history())[0];
		expect(open).toMatchObject({ processing: true, record_url: null, call_cost: '0.0000' });
		sim.settleCall(Number(open?.id));
		const settled = rowsOf(await history())[0];
		expect(settled).toMatchObject({ processing: false, call_cost: '0.0213' });
		expect(settled?.record_url).toContain(`call_id=${String(open?.id)}`);
	});

	it('binds tags and topics', async () => {
		sim.seedCalls(1);
		const id = String(sim.calls()[0]?.id);
		const bind = 'v3/calls/bindTags';
		expect((await call(bind, { call_id: id, tags: [12, 34] })).result).toBe(true);
		expect((await call('v3/calls/bindTopics', { call_id: id, topics: [5] })).result).toBe(true);
		expect((await call(bind, { call_id: id, tags: [999] })).status).toBe(404);
		expect((await call(bind, { call_id: '1', tags: [12] })).status).toBe(404);
		const [row] = rowsOf(await history({ with_tags: 'true' }));
		expect(row?.tags).toEqual([
			{ id: 12, tag_name: 'vip' },
			{ id: 34, tag_name: 'callback' },
		]);
		expect(rowsOf(await history())[0]).not.toHaveProperty('tags');
	});

	it('pages the old history and agent statuses, newest first', async () => {
		sim.seedCalls(30);
		const old = await call('v3/history/searchCalls', { 'per-page': '10', page: '2', sort: 'id' });
		expect(old.meta).toEqual({ totalCount: 30, pageCount: 3, currentPage: 2, perPage: 10 });
		sim.setAgentStatus(1219, 'CUSTOM_2', null);
		const day = new Date(sim.now()).toISOString().slice(0, 10);
		const statuses = await call('v3/history/searchStatuses', {
			from: '2020-01-01 00:00:00',
			to: `${day} 23:59:59`,
			user_ids: [1219],
		});
		const starts = rowsOf(statuses).map((row) => String(row.status_start_date));
		expect(starts).toEqual([...starts].sort().reverse());
		expect(rowsOf(statuses)[0]).toMatchObject({ next_status: 'CUSTOM_2', changed_by: null });
		expect((await call('v3/history/searchStatuses')).status).toBe(422);
	});
});

describe('recordings (section 5.3)', () => {
	const recording = async (): Promise<URL> => {
		sim.seedCalls(1, { phone: '15551230055' });
		return new URL(String(rowsOf(await history())[0]?.record_url));
	};

	it('gives them for credentials only, by POST and GET', async () => {
		const url = await recording();
		expect(url.origin).toBe(sim.hosts.api);
		expect((await fetch(url)).status).toBe(401);
		const body = new URLSearchParams({
			access_token: sim.apiKey,
			domain: sim.domain,
			call_id: url.searchParams.get('call_id') ?? '',
		});
		const posted = await readKit(await fetch(url, { method: 'POST', body }));
		expect(posted.bytes.toString('latin1', 0, 4)).toBe('RIFF');
		const got = new URL(url);
		for (const [name, value] of body) got.searchParams.set(name, value);
		expect((await fetch(got)).status).toBe(200);
		expect(sim.recordings.map(({ token, valid }) => [token, valid])).toEqual([
			['none', false],
			['body', true],
			['query', true],
		]);
		sim.setOptions({ secureRecordings: false });
		expect((await fetch(url)).status).toBe(200);
		sim.setOptions({ recordingMethods: ['POST'] });
		expect((await fetch(url)).status).toBe(405);
	});

	it('tells when the token reaches a foreign host, directly or by a redirect', async () => {
		sim.setOptions({ recordingHost: 'storage' });
		const url = await recording();
		expect(url.origin).toBe(sim.hosts.storage);
		await fetch(url, { headers: { authorization: 'Bearer x' } });
		expect(sim.recordings).toMatchObject([{ listener: 'storage', token: 'header', status: 200 }]);
		sim.setOptions({ recordingHost: 'api', recordingRedirect: true });
		const body = new URLSearchParams({ access_token: sim.apiKey, domain: sim.domain });
		const own = String(rowsOf(await history())[0]?.record_url);
		const answer = await fetch(own, { method: 'POST', body, redirect: 'manual' });
		expect(answer.status).toBe(302);
		expect(answer.headers.get('location')).toContain(sim.hosts.storage);
	});
});

describe('reports (section 5.4)', () => {
	const ready = async (id: unknown): Promise<boolean> =>
		((await call('v3/report/getReportStatus', { report_id: id })).result as { processed: boolean })
			.processed;

	it.each(['csv', 'xlsx'])('makes %s in three steps', async (format) => {
		sim.seedCalls(3);
		const clock = holdClock();
		const order = await call('v3/history/exportCallsHistoryReport', {
			datetime_start: '2020-01-01 00:00:00',
			datetime_end: '2099-01-01 00:00:00',
			call_direction: 'all',
			format,
		});
		const { report_id: id } = order.result as { report_id: number };
		expect(id).toBe(777);
		expect(await ready(id)).toBe(false);
		const early = await call('v3/report/downloadReport', { report_id: id });
		expect(early).toMatchObject({ status: 422, success: false });
		clock.release();
		await sim.idle();
		expect(await ready(id)).toBe(true);
		const file = await call('v3/report/downloadReport', { report_id: id });
		const start = format === 'csv' ? 'id,d' : 'PK\x03\x04';
		expect(file.bytes.toString('latin1', 0, 4)).toBe(start);
		expect(file.success).toBeUndefined();
		expect((await call('v3/report/getReportStatus', { report_id: '1' })).status).toBe(404);
	});

	it('takes any parameters for the exports known by name, and a broken report is a JSON error', async () => {
		const order = await call('v3/report/exportDncList', { anything: '1' });
		const { report_id: id } = order.result as { report_id: number };
		expect(sim.violations).toEqual([]);
		await sim.idle();
		const report = sim.report(id);
		if (report) report.broken = true;
		const answer = await call('v3/report/downloadReport', { report_id: id });
		expect(answer).toMatchObject({ status: 200, success: false });
	});

	it('waits for finishReports when nothing moves by itself', async () => {
		sim.setOptions({ lifecycle: 'manual' });
		await call('v3/history/exportCallsHistoryReport', { format: 'csv' });
		expect(await ready(777)).toBe(false);
		sim.finishReports();
		expect(await ready(777)).toBe(true);
	});
});
