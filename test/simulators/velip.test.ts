import { Agent, request } from 'undici';
import { API_TOKEN, MCP_TOKEN, startVelipSimulator, type VelipSimulator } from './velip';
import { caller, readAnswer } from './velipSupport';

let sim: VelipSimulator;
let call: ReturnType<typeof caller>;
beforeAll(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	call = caller(sim);
});
beforeEach(() => sim.reset());
afterAll(async () => await sim.close());

const UNKNOWN = 'x'.repeat(30);

describe('authentication (section 3)', () => {
	it('answers the sample of GetUserID, in both URL forms', async () => {
		const good = await call('GetUserID');
		expect(good.http).toBe(200);
		expect(good.body).toEqual({
			return: { status: 'OK', status_code: '0', cdcs_id: '1234', cdcsu_id: '987' },
		});
		expect((await call('GetUserID.php')).body).toEqual(good.body);
		expect(sim.requests).toEqual({ GetUserID: 2 });
		const bad = await caller(sim, '')('GetUserID');
		expect(bad.http).toBe(401);
		expect(bad.body).toEqual({
			return: {
				status: 'fail authentication',
				status_code: '100',
				cdcs_id: '0',
				cdcsu_id: '0',
			},
		});
		expect((await call('NoSuchFunction')).http).toBe(404);
	});

	it('takes the raw header, tsid in body and query, and Basic', async () => {
		const basic = `Basic ${Buffer.from('operator:secret').toString('base64')}`;
		expect((await caller(sim, API_TOKEN)('GetTTSVoices')).http).toBe(200);
		expect((await caller(sim, basic)('GetTTSVoices')).http).toBe(200);
		expect((await caller(sim, '')('GetTTSVoices', { tsid: API_TOKEN })).http).toBe(200);
		const query = await fetch(`${sim.url}/api/v2/GetTTSVoices?tsid=${API_TOKEN}`);
		expect(query.status).toBe(200);
		expect(sim.violations).toEqual([]);
		expect((await caller(sim, '')('GetTTSVoices', { sid: API_TOKEN })).http).toBe(200);
		expect(sim.plausible).toHaveLength(1);
	});

	it.each([
		['unknown token', `Bearer ${UNKNOWN}`, 102, 'SID not found'],
		['wrong length', 'Bearer short', 101, 'Token is not valid'],
		['MCP token', `Bearer ${MCP_TOKEN}`, 114, 'Token not allowed for REST API'],
		[
			'wrong password',
			`Basic ${Buffer.from('operator:no').toString('base64')}`,
			140,
			'invalid user/pass',
		],
		['no password', `Basic ${Buffer.from('operator:').toString('base64')}`, 130, 'no user/pass'],
	])('%s', async (_name, header, code, status) => {
		const answer = await caller(sim, header)('MakeTTSCall', { dest: '5511999999999', text: 'x' });
		expect(answer.outcome).toEqual([401, code, status]);
		expect(answer.ret.cd_id).toBe('0');
		expect(sim.accepted.total).toBe(0);
		expect(sim.authFailures).toBe(1);
	});

	it('account, IP and permission refusals', async () => {
		sim.setOptions({ accountActive: false });
		expect((await call('GetUserID')).outcome).toEqual([401, 110, 'Inactive account']);
		sim.setOptions({ accountActive: true, allowedIps: ['10.0.0.1'] });
		expect((await call('GetUserID')).outcome).toEqual([401, 142, 'IP not allowed']);
		sim.setOptions({ allowedIps: ['127.0.0.1'] });
		expect((await call('GetUserID')).http).toBe(200);
		expect((await caller(sim, '')('GetUserID', { user: 'operator' })).http).toBe(200);
		sim.setOptions({ allowedIps: [], tokensBlocked: true });
		expect((await call('GetUserID')).outcome).toEqual([401, 198, 'tokens blockeds']);
		sim.setOptions({ tokensBlocked: false });
		sim.setOptions({ tokens: [{ token: UNKNOWN, denied: ['MakeSMS'] }] });
		const other = caller(sim, UNKNOWN);
		expect((await other('MakeSMS')).outcome).toEqual([401, 123, 'permission denied']);
		sim.setOptions({ tokens: [] });
	});

	it('temporary tokens exist on the old server only', async () => {
		expect((await call('GetUserID', { tsid: '1' })).outcome[1]).toBe(101);
		sim.setOptions({ temporaryTokens: true });
		const { ret } = await call('GetUserID', { tsid: '1' });
		expect(ret.aut_send).toBe('1');
		expect(ret.tsid).toHaveLength(20);
		expect((await caller(sim, String(ret.tsid))('GetUserID')).ret.tsid).toBe('null');
		sim.advanceClock(61 * 60_000);
		expect((await caller(sim, String(ret.tsid))('GetUserID')).outcome[1]).toBe(101);
		sim.setOptions({ temporaryTokens: false });
	});

	it('bans an address for good after 15 unknown tokens', async () => {
		const bad = caller(sim, UNKNOWN);
		for (let count = 0; count < 15; count++) expect((await bad('MakeSMS')).outcome[1]).toBe(102);
		expect(sim.banned).toBe(true);
		expect((await call('GetUserID')).outcome).toEqual([401, 199, 'IP blocked']);
		sim.advanceClock(48 * 3_600_000);
		expect((await call('GetUserID')).outcome[1]).toBe(199);
		const other = new Agent({ localAddress: '127.0.0.9' });
		const { statusCode } = await request(`${sim.url}/api/v2/GetUserID?tsid=${API_TOKEN}`, {
			dispatcher: other,
		});
		expect(statusCode).toBe(200);
		await other.destroy();
		sim.unban();
		expect((await call('GetUserID')).http).toBe(200);
		expect(sim.authFailures).toBe(17);
	});

	it('counts each source of the source header apart', async () => {
		sim.setOptions({ sourceHeader: 'x-source', bruteForce: { unknownTokens: 2 } });
		const from = async (token: string, source: string): Promise<number> =>
			(await caller(sim, token)('GetTTSVoices', {}, { 'x-source': source })).outcome[1];
		expect(await from(UNKNOWN, 'a')).toBe(102);
		expect(await from(UNKNOWN, 'b')).toBe(102);
		expect(await from(UNKNOWN, 'a')).toBe(102);
		expect([await from(API_TOKEN, 'a'), await from(API_TOKEN, 'b')]).toEqual([199, 0]);
		expect(sim.bannedSources).toEqual(['a']);
		sim.setOptions({ bruteForce: { unknownTokens: 15 }, sourceHeader: '' });
	});

	it('blocks a user after 5, an address after 20 attempts, and bans it after 100', async () => {
		const wrong = caller(sim, `Basic ${Buffer.from('operator:no').toString('base64')}`);
		for (let count = 0; count < 5; count++) expect((await wrong('MakeSMS')).outcome[1]).toBe(140);
		expect((await wrong('MakeSMS')).outcome[1]).toBe(132);
		const malformed = caller(sim, 'short');
		for (let count = 0; count < 14; count++) await malformed('MakeSMS');
		expect((await call('GetUserID')).outcome).toEqual([401, 131, 'IP trials exceeded']);
		sim.advanceClock(30 * 60_000);
		expect((await call('GetUserID')).http).toBe(200);
		for (let count = 0; count < 80; count++) await malformed('MakeSMS');
		expect(sim.banned).toBe(true);
	});
});

describe('requests (section 2)', () => {
	const post = async (fn: string, type: string, body: string | Buffer): Promise<Response> =>
		await fetch(`${sim.url}/api/v2/${fn}`, {
			method: 'POST',
			headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': type },
			body,
		});
	const FORM = 'application/x-www-form-urlencoded';

	it('the query wins over the body', async () => {
		const path = 'MakeSMS?dest=5511988887777';
		const answer = await readAnswer(
			await post(path, 'application/json', '{"dest":"5511999999999","message":"Hi"}'),
		);
		expect(answer.http).toBe(200);
		expect(sim.messages()[0]?.dest).toBe('5511988887777');
	});

	it('forms are ISO-8859-1, unless the function takes encoding=UTF-8', async () => {
		const text = 'Ol%C3%A1';
		await post('MakeSMS', FORM, `dest=5511999999999&message=${text}`);
		await post('MakeSMS', FORM, 'dest=5511999999998&message=Ol%E1');
		expect(sim.messages().map((message) => message.text)).toEqual(['OlÃ¡', 'Olá']);
		await post('CreateAudioFile', FORM, `text=${text}&encoding=UTF-8&ttswrt=1`);
		await post('CreateAudioFile', FORM, `text=${text}&ttswrt=1`);
		expect([sim.audio('tf12345')?.text, sim.audio(12346)?.text]).toEqual(['Olá', 'OlÃ¡']);
		expect(sim.violations).toEqual([]);
	});

	it('notes parameters and bodies the page does not list', async () => {
		await call('MakeSMS', { dest: '5511999999999', message: 'x', priority: 1 });
		await post('MakeSMS', 'text/plain', 'x');
		await post('GetUserID', 'application/json', Buffer.from([0x22, 0xe9, 0x22]));
		expect(sim.violations.map(({ fn, field }) => [fn, field])).toEqual([
			['MakeSMS', 'priority'],
			['MakeSMS', '(body)'],
			['GetUserID', '(body)'],
		]);
	});

	it('GET may be limited to some functions', async () => {
		const url = `${sim.url}/api/v2/MakeSMS?tsid=${API_TOKEN}&dest=5511999999999&message=Hi`;
		expect((await fetch(url)).status).toBe(200);
		sim.setOptions({ getFunctions: ['PlayAudioFile'] });
		expect((await fetch(url)).status).toBe(405);
		sim.setOptions({ getFunctions: 'all' });
	});
});

describe('envelope (section 4)', () => {
	it('odd shapes on request', async () => {
		sim.setOptions({ statusShape: 'object' });
		expect((await call('MakeSMS')).ret.status).toEqual({ 0: 'No dest' });
		sim.setOptions({ statusShape: 'array' });
		expect((await call('MakeSMS')).ret.status).toEqual(['No dest']);
		sim.setOptions({ statusShape: 'string', legacy201: true });
		expect((await call('GetUserID')).http).toBe(201);
		sim.setOptions({ legacy201: false });
	});

	it('voices, WebRTC, and faults', async () => {
		const { voices } = (await call('GetTTSVoices')).body as { voices: unknown[] };
		expect(voices[0]).toMatchObject({ cdwv_name: 'google|pt-BR-Wavenet-A', cdwv_genre: 'F' });
		expect((await call('GetWebRTC')).outcome).toEqual([400, 200, 'No userid']);
		const first = await call('GetWebRTC', { userid: 5 });
		expect(first.ret).toMatchObject({ sipname: 'VW1234U5' });
		expect((await call('GetWebRTC', { userid: '5' })).body).toEqual(first.body);
		sim.faults.add({ kind: 'okWithError', error: 'internal error' });
		expect((await call('GetAudiosList')).outcome).toEqual([200, 500, 'internal error']);
		sim.faults.add({ kind: 'resetAfterBody' });
		const sms = { dest: '5511999999999', message: 'Hi', ctid: 'once' };
		await expect(call('MakeSMS', sms)).rejects.toThrow();
		expect(sim.accepted.byCtid.get('once')).toBe(1);
	});

	it('control endpoints', async () => {
		const control = async (method: string, path: string, body?: unknown): Promise<unknown> =>
			await (
				await fetch(`${sim.url}/__sim/${path}`, {
					method,
					body: body && JSON.stringify(body),
				} as RequestInit)
			).json();
		await control('POST', 'seed', { calls: 10 });
		await control('POST', 'clock', { advanceMs: 1000 });
		expect(await control('GET', 'state')).toMatchObject({ calls: 10, auth: { failures: 0 } });
		expect(await control('POST', 'options', { nope: 1 })).toEqual({
			error: 'Unknown option: nope',
		});
		await expect(startVelipSimulator({ apiKey: 'KEY' })).rejects.toThrow('10 or 30');
	});
});
