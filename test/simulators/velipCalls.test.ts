import { startVelipSimulator, type VelipSimulator } from './velip';
import { holdClock } from './testSupport';
import { caller } from './velipSupport';

let sim: VelipSimulator;
let call: ReturnType<typeof caller>;
beforeAll(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	call = caller(sim);
});
beforeEach(() => sim.reset());
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await sim.close());

type Row = Record<string, unknown>;
const rows = (answer: { body: Row }): Row[] => answer.body.calls as Row[];
const sample = {
	dest: '5511999999999',
	text: 'Hello <NOME>, your appointment is confirmed.',
	nome: 'John',
	voice: 'google|pt-BR-Wavenet-A',
	encoding: 'UTF-8',
};

describe('MakeTTSCall (section 7.1)', () => {
	it('answers the samples', async () => {
		const good = await call('MakeTTSCall', sample);
		expect(good.body).toEqual({ return: { status: 'OK', status_code: '0', cd_id: 'c_88700' } });
		const bad = await call('MakeTTSCall', { ...sample, dest: '+55 11' });
		expect(bad.http).toBe(400);
		expect(bad.body).toEqual({
			return: { status: 'number invalid', status_code: '203', cd_id: '0' },
		});
		expect(sim.violations).toEqual([]);
		expect(sim.acceptedBy('MakeTTSCall').byDest.get('5511999999999')).toBe(1);
	});

	it('normalises Brazilian numbers', async () => {
		for (const dest of ['011988887771', '11988887772', '551188887773', '1133334444'])
			await call('MakeTTSCall', { dest, text: 'x' });
		await call('MakeTTSCall', { dest: '380971234567', text: 'x', setbrasil: 0 });
		expect(sim.calls().map(({ dest }) => dest)).toEqual([
			'5511988887771',
			'5511988887772',
			'5511988887773',
			'551133334444',
			'380971234567',
		]);
	});

	it.each([
		[{ text: '' }, 201, 'No text'],
		[{ voice: 'elevenlabs|Rachel' }, 210, 'TTS ElevenLabs not permitted in MakeTTSCall'],
		[{ text: '', content: 'abc' }, 204, 'Invalid content'],
		[{ text: '', content: 'tf1' }, 205, 'Content not found'],
		[{ text: '', nome: 'x', content5: 'x' }, 204, 'Invalid content5'],
		[{ type: 100 }, 290, 'Inform agent ID'],
		[{ type: 100, dtmfini: 5 }, 290, 'Agent is not valid'],
		[{ type: 3, sms_action: 'ok', sms_text: 'x' }, 300, 'Sms only in type 0'],
		[{ sms_text: 'x' }, 301, 'Sms no action'],
		[{ sms_action: 'ok' }, 302, 'Sms no text'],
		[{ sms_action: 'never', sms_text: 'x' }, 304, 'Invalid sms_action'],
		[{ sms_action: 'ok', sms_text: 'x'.repeat(161) }, 305, 'Sms text 160 characters'],
		[{ dest: '5511999999910' }, 250, 'Blocked'],
		[{ dest: '5511999999909' }, 250, 'BK_PROCON'],
		[{ dest: '5511999999913', bkddd: 1 }, 230, 'block ddd time'],
	])('refuses %j', async (changes, code, status) => {
		const answer = await call('MakeTTSCall', { ...sample, nome: '', ...changes });
		expect(answer.outcome).toEqual([400, code, status]);
		if (code === 250) expect(answer.body.errodet).toBe(`error sent message ${status}`);
		expect(sim.accepted.total).toBe(0);
	});

	it('suppresses repeats within the window, by ctid only with the rule', async () => {
		await call('MakeTTSCall', { ...sample, ctid: 'a' });
		expect((await call('MakeTTSCall', sample)).outcome).toEqual([400, 244, 'http duplicity']);
		expect((await call('MakeTTSCall', { ...sample, httpdup: 0 })).http).toBe(200);
		sim.advanceClock(10_001);
		expect((await call('MakeTTSCall', { ...sample, ctid: 'a' })).http).toBe(200);
		expect(sim.accepted.byCtid.get('a')).toBe(2);
		expect(sim.accepted.maxPerKey).toBe(2);
		sim.setOptions({ ctidRule: true });
		expect((await call('MakeTTSCall', { ...sample, ctid: 'a' })).outcome).toEqual([400, 220, 'DP']);
		sim.setOptions({ ctidRule: false });
	});

	it('warns about callerid, hides cd_id with repeat, limits by numlim and credit', async () => {
		const warned = await call('MakeTTSCall', { ...sample, callerid: '1133334444' });
		expect(warned.ret.warning).toMatch(/callerid/);
		const repeat = { text: 'x', dest: '5511999999900', repeat: '3|30|22:00', ctid: 'again' };
		expect((await call('MakeTTSCall', repeat)).ret.cd_id).toBeUndefined();
		await sim.idle();
		expect(
			rows(await call('GetCallStatus', { ctid: 'again' })).map((row) => row.cd_status),
		).toEqual(['NA', 'NA', 'NA']);
		const limited = { ...sample, httpdup: 0, cpid: 'batch', numlim: 1 };
		expect((await call('MakeTTSCall', limited)).http).toBe(200);
		expect((await call('MakeTTSCall', limited)).outcome).toEqual([400, 250, 'CA']);
		sim.setOptions({ creditLimit: 2_000_000 });
		expect((await call('MakeTTSCall', { ...sample, dest: '5511977776666' })).outcome[2]).toBe(
			'No credit ID',
		);
		sim.setOptions({ creditLimit: 0 });
	});

	it('drops calls whose audio id lacks tf (section 6.5)', async () => {
		await call('CreateAudioFile', { text: 'Press 1', ttswrt: 1 });
		await call('MakeTTSCall', { dest: '5511999999906', content: '12345', ctid: 'bare' });
		await call('MakeTTSCall', { dest: '5511988888806', content: 'tf12345', ctid: 'full' });
		await sim.idle();
		expect(sim.call('bare')).toMatchObject({ status: 'OK', seconds: 0, digits: [] });
		expect(sim.call('full')).toMatchObject({ status: 'OK', seconds: 12, digits: ['1'] });
	});
});

describe('GetCallStatus (section 7.2)', () => {
	it('shows a call from start to end', async () => {
		const clock = holdClock();
		const cdId = (await call('MakeTTSCall', { ...sample, dest: '5511999999907', rec: 5 })).ret
			.cd_id;
		expect(rows(await call('GetCallStatus', { cd_id: cdId }))[0]).toMatchObject({
			cd_status: 'null',
			time_start: 'null',
		});
		clock.release();
		await sim.idle();
		const [row] = rows(await call('GetCallStatus', { cd_id: cdId }));
		expect(row).toMatchObject({
			cd_id: 'c_88700',
			cd_status: 'OK',
			cp_id: 'null',
			ctid: 'null',
			origin: 'api',
			dest: '5511999999907',
			dur: '31',
			resp_1: '2',
			resp_2: '5',
			rate: '0,050',
			value: '0,050',
			cdr_sec: '2',
		});
		const recording = await fetch(String(row?.cdr_url));
		expect(recording.headers.get('content-type')).toBe('audio/x-wav');
		const bytes = Buffer.from(await recording.arrayBuffer());
		expect([bytes.toString('latin1', 0, 4), bytes.length]).toEqual(['RIFF', 16044]);
		const download = await call('PlayAudioFile', { recid: '88700' });
		expect(download.bytes).toEqual(bytes);
	});

	it.each([
		['00', 'NA'],
		['01', 'BUSY'],
		['02', 'IK'],
		['03', 'EK'],
		['04', 'CK'],
		['12', 'CONGESTION'],
	])('number ending %s: %s', async (ending, status) => {
		await call('MakeTTSCall', { ...sample, dest: `55119999999${ending}`, ctid: 'x' });
		await sim.idle();
		const [row] = rows(await call('GetCallStatus', { ctid: 'x' }));
		expect(row).toMatchObject({ cd_status: status, time_start: 'null', dur: '0', value: '0,000' });
	});

	it('pages 100,000 calls quickly', async () => {
		sim.seedCalls(100_000, { spanMs: 10 * 86_400_000 });
		const started = performance.now();
		const seen = new Set<unknown>();
		let last: unknown;
		let pages = 0;
		for (;;) {
			const params = { maxreg: 9000, ...(last === undefined ? {} : { last_id: last }) };
			const answer = await call('GetCallStatus', params);
			const page = answer.ret.pagination as Row;
			expect(page).toMatchObject({ maxreg_capped: true, maxreg_applied: '5000' });
			for (const row of rows(answer)) seen.add(row.cd_id);
			pages++;
			if (!page.has_more) {
				expect(page.next_id).toBe('null');
				break;
			}
			last = page.next_id;
		}
		expect([seen.size, pages]).toEqual([100_000, 20]);
		expect(performance.now() - started).toBeLessThan(30_000);
		expect((await call('GetCallStatus')).ret).not.toHaveProperty('pagination');
		sim.setOptions({ callOrder: 'desc' });
		const newest = await call('GetCallStatus', { maxreg: 2 });
		expect(rows(newest).map((row) => row.cd_id)).toEqual(['c_188699', 'c_188698']);
		const next = (newest.ret.pagination as Row).next_id;
		const older = await call('GetCallStatus', { maxreg: -1, last_id: next });
		expect(rows(older)[0]?.cd_id).toBe('c_188697');
		expect(rows(older)).toHaveLength(5000);
		sim.setOptions({ callOrder: 'asc' });
	}, 60_000);

	it('filters', async () => {
		sim.seedCalls(200, {
			spanMs: 4 * 86_400_000,
			cpid: 'batch',
			ctid: (n) => (n % 2 ? `c${n}` : undefined),
		});
		const count = async (filter: Row): Promise<number> =>
			rows(await call('GetCallStatus', filter)).length;
		expect(await count({ cpid: 'batch' })).toBe(200);
		expect(await count({ cp_id: 3001 })).toBe(200);
		expect(await count({ cp_id: 9 })).toBe(0);
		expect(await count({ ctid: 'null' })).toBe(100);
		expect(await count({ ctid: 'c7', cd_id: 'c_88700' })).toBe(1);
		expect(await count({ onlydtmf: 1 })).toBe(4);
		const day = new Date(Date.now() - 2 * 86_400_000 - 3 * 3_600_000).toISOString().slice(0, 10);
		expect(await count({ date_start: day, date_end: day })).toBe(50);
		expect(await count({ dini: day, dend: day })).toBe(50);
		expect(await count({ date_start: '01/02/2026' })).toBe(0);
		expect(sim.violations).toHaveLength(1);
		const [row] = rows(await call('GetCallStatus', { numtype: '0DDD', origin: 'n8n', maxreg: 1 }));
		expect(row).toMatchObject({ dest: '011900000000', origin: 'n8n' });
	});

	it('limits list requests and look-ups', async () => {
		for (let count = 0; count < 200; count++) await call('GetCallStatus', { maxreg: 1 });
		const refused = await call('GetCallStatus', { maxreg: 1 });
		expect([refused.http, refused.ret.status_code]).toEqual([429, '429']);
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
		expect((await call('GetCallStatus', { cd_id: 'c_1' })).http).toBe(200);
		sim.advanceClock(3_600_000);
		expect((await call('GetCallStatus', { maxreg: 1 })).http).toBe(200);
		sim.reset();
		sim.setOptions({ lookUpsPerDay: 1 });
		expect((await call('GetCallStatus', { ctid: 'none' })).http).toBe(200);
		expect((await call('GetCallStatus', { ctid: 'none' })).http).toBe(429);
		sim.setOptions({ lookUpsPerDay: 500 });
	});

	it('masks numbers for tokens without full numbers, and warns unregistered addresses', async () => {
		const token = 'y'.repeat(30);
		sim.setOptions({ tokens: [{ token, fullNumbers: false }] });
		sim.seedCalls(2, { ctid: (n) => `c${n}` });
		const masked = caller(sim, token);
		const list = await masked('GetCallStatus', { maxreg: 5 });
		expect(list.ret).toMatchObject({ numbers_masked: true, warning: expect.any(String) as string });
		expect(rows(list)[0]?.dest).toBe('xxxxx000');
		expect(rows(await masked('GetCallStatus', { cd_id: 'c_88701' }))[0]?.dest).toBe('xxxxx001');
		expect(rows(await masked('GetCallStatus', { ctid: 'c1' }))[0]?.dest).toBe('5511900000001');
		sim.setOptions({ unregisteredIpLists: 'refuse' });
		expect((await call('GetCallStatus')).outcome.slice(0, 2)).toEqual([403, 105]);
		sim.setOptions({ unregisteredIpLists: 'warn', tokens: [] });
	});
});
