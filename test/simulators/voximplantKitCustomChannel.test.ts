import {
	API_TOKEN,
	CHANNEL_UUID,
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from './voximplantKitCustomChannel';
import {
	ask,
	login,
	LOGIN,
	postForm,
	REFRESH,
	sampleEvent,
	sendEvent,
	tokenOf,
} from './voximplantKitCustomChannelSupport';
import { holdClock } from './testSupport';

let sim: VoximplantKitCustomChannelSimulator;
beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator({ lifecycleMs: 5 });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await sim.close();
});

const OTHER = '99999999-2222-4333-8444-555555555555';

describe('login (§4.1)', () => {
	it('gives both tokens, the first a JWT that ends in 15 minutes', async () => {
		const before = Date.now();
		const { http, body, result } = await login(sim);
		const after = Date.now();
		expect(http).toBe(200);
		expect(body).toEqual({
			success: true,
			result: { access_token: expect.any(String), refresh_token: expect.any(String) },
		});
		const [, claims = ''] = String(result.access_token).split('.');
		const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number };
		// In whole seconds.
		expect(exp * 1000 - 900_000).toBeGreaterThan(before - 1000);
		expect(exp * 1000 - 900_000).toBeLessThan(after + 1000);
		expect(sim.logins).toEqual({ ok: 1, failed: 0 });
		expect(sim.violations).toEqual([]);
		expect(sim.requests).toEqual({ login: 1 });
		expect(sim.secrets).toEqual(
			expect.arrayContaining([API_TOKEN, sim.options.salt, result.access_token]),
		);
	});

	it.each([
		['wrong API token', { access_token: 'no' }, 401],
		['wrong account', { domain: 'no' }, 401],
		['unknown channel', { channel_uuid: OTHER }, 404],
		['no channel', { channel_uuid: '' }, 422],
		['no API token', { access_token: '' }, 422],
	])('%s: success false, at HTTP 200 or not', async (_name, changes, code) => {
		const refused = { success: false, result: { error: expect.any(String), code } };
		const ok = await login(sim, changes);
		expect([ok.http, ok.body]).toEqual([200, refused]);
		sim.setOptions({ loginErrors: 'status' });
		const status = await login(sim, changes);
		expect([status.http, status.body]).toEqual([code, refused]);
		expect(sim.logins).toEqual({ ok: 0, failed: 2 });
	});

	it('wants each parameter in its place', async () => {
		const misplaced = async (): Promise<unknown> =>
			(
				await postForm(`${sim.url}${LOGIN}`, {
					access_token: API_TOKEN,
					domain: 'my-account',
					channel_uuid: CHANNEL_UUID,
				})
			).body.success;
		expect(await misplaced()).toBe(false);
		expect(sim.violations).toEqual([
			{ method: 'login', field: 'access_token', detail: 'in the body' },
			{ method: 'login', field: 'domain', detail: 'in the body' },
		]);
		sim.setOptions({ loginParams: 'anywhere' });
		expect(await misplaced()).toBe(true);
		expect(sim.plausible).toHaveLength(2);
		const query = new URLSearchParams({ access_token: API_TOKEN, domain: 'my-account' });
		const asJson = async (): Promise<unknown> =>
			(
				await ask(`${sim.url}${LOGIN}?${query}`, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ channel_uuid: CHANNEL_UUID }),
				})
			).body.success;
		expect(await asJson()).toBe(true);
		sim.setOptions({ loginParams: 'page' });
		expect(await asJson()).toBe(false);
	});

	it('notes unknown parameters, a bearer token, and a JWT in place of the API token', async () => {
		const { result } = await login(sim);
		await login(sim, { access_token: String(result.access_token) });
		const query = new URLSearchParams({ access_token: API_TOKEN, domain: 'my-account', x: '1' });
		await ask(`${sim.url}${LOGIN}?${query}`, {
			method: 'POST',
			headers: { authorization: 'Bearer x' },
			body: new URLSearchParams({ channel_uuid: CHANNEL_UUID }),
		});
		expect(sim.violations.map(({ field }) => field)).toEqual([
			'access_token',
			'Authorization',
			'x',
		]);
	});
});

describe('refresh (§4.2) and the life of tokens', () => {
	it('gives both tokens again, and the old refresh token works on unless it rotates', async () => {
		const refresh_token = String((await login(sim)).result.refresh_token);
		const first = await postForm(`${sim.url}${REFRESH}`, { refresh_token });
		expect(first.body).toEqual({
			success: true,
			result: { access_token: expect.any(String), refresh_token: expect.any(String) },
		});
		expect((await sendEvent(sim, String(first.result.access_token))).http).toBe(200);
		sim.setOptions({ refreshRotates: true });
		expect((await postForm(`${sim.url}${REFRESH}`, { refresh_token })).body.success).toBe(true);
		const used = await postForm(`${sim.url}${REFRESH}`, { refresh_token });
		expect([used.http, used.result.code]).toEqual([200, 401]);
		expect(sim.refreshes).toEqual({ ok: 2, failed: 1 });
		expect(sim.violations).toEqual([]);
	});

	it('access tokens end after 15 minutes, refresh tokens after 24 hours', async () => {
		holdClock();
		const { result } = await login(sim);
		const refresh_token = String(result.refresh_token);
		const refresh = async (): Promise<unknown> =>
			(await postForm(`${sim.url}${REFRESH}`, { refresh_token })).body.success;
		sim.advanceClock(899_000);
		expect((await sendEvent(sim, String(result.access_token))).http).toBe(200);
		sim.advanceClock(2000);
		expect((await sendEvent(sim, String(result.access_token))).http).toBe(401);
		expect(sim.unauthorized).toBe(1);
		expect(await refresh()).toBe(true);
		sim.advanceClock(24 * 3600_000);
		expect(await refresh()).toBe(false);
	});

	it('all tokens can be ended at once', async () => {
		const { result } = await login(sim);
		sim.expireTokens();
		const refused = await sendEvent(sim, String(result.access_token));
		expect(refused.http).toBe(401);
		expect(refused.body).toEqual({
			success: false,
			result: { error: 'You are not authenticated.', code: 401 },
		});
		sim.setOptions({ authErrors: 'ok' });
		const ok = await sendEvent(sim, String(result.access_token));
		expect([ok.http, ok.body.success, ok.result.code]).toEqual([200, false, 401]);
		const refresh_token = String(result.refresh_token);
		expect((await postForm(`${sim.url}${REFRESH}`, { refresh_token })).body.success).toBe(true);
		sim.expireTokens({ refresh: true });
		expect((await postForm(`${sim.url}${REFRESH}`, { refresh_token })).body.success).toBe(false);
		expect(sim.accepted.total).toBe(0);
	});

	it('loginInvalidates, tokenFormat, tokenLifetimeMs', async () => {
		const first = await tokenOf(sim);
		await login(sim);
		expect((await sendEvent(sim, first)).http).toBe(200);
		sim.setOptions({ loginInvalidates: true, tokenFormat: 'opaque' });
		const opaque = await tokenOf(sim);
		expect(opaque).not.toContain('.');
		expect((await sendEvent(sim, first)).http).toBe(401);
		expect((await sendEvent(sim, opaque)).http).toBe(200);
		sim.setOptions({ tokenFormat: 'withoutExp', tokenLifetimeMs: 60_000 });
		const silent = await tokenOf(sim);
		const [, claims = ''] = silent.split('.');
		expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).not.toHaveProperty('exp');
		sim.advanceClock(60_001);
		expect((await sendEvent(sim, silent)).http).toBe(401);
	});

	it('a token is good for its channel only, and is not the API token', async () => {
		sim.setOptions({ channels: [{ uuid: OTHER }] });
		const token = await tokenOf(sim);
		expect((await sendEvent(sim, token, sampleEvent(), OTHER)).http).toBe(403);
		expect((await sendEvent(sim, token, sampleEvent(), 'nowhere')).http).toBe(404);
		expect((await sendEvent(sim, API_TOKEN)).http).toBe(401);
		const other = String((await login(sim, { channel_uuid: OTHER })).result.access_token);
		expect((await sendEvent(sim, other, sampleEvent(), OTHER)).http).toBe(200);
		expect(sim.conversation('107804195', OTHER)?.messages).toHaveLength(1);
		expect(sim.violations.map(({ detail }) => detail)).toEqual([
			'a JWT of another channel',
			'the API token in place of the JWT',
		]);
	});
});

describe('account', () => {
	it('whitelist, payment, pace, unknown paths', async () => {
		holdClock();
		const token = await tokenOf(sim);
		sim.setOptions({ allowedIps: ['10.0.0.1'] });
		const refused = await sendEvent(sim, token);
		expect([refused.http, refused.result]).toEqual([
			403,
			{ error: 'You are not allowed to perform this action.', code: 403 },
		]);
		sim.setOptions({ allowedIps: [], paymentRequired: true });
		expect((await sendEvent(sim, token)).http).toBe(402);
		sim.setOptions({ paymentRequired: false, requestsPerSecond: 1 });
		expect((await sendEvent(sim, token)).http).toBe(200);
		const fast = await sendEvent(sim, token);
		expect([fast.http, fast.headers.get('retry-after')]).toEqual([429, '1']);
		sim.advanceClock(1001);
		expect((await sendEvent(sim, token)).http).toBe(200);
		sim.setOptions({ requestsPerSecond: 1000 });
		sim.advanceClock(1001);
		const legacy = `${sim.url}/api/v3/botService/callback/${CHANNEL_UUID}`;
		expect((await ask(legacy, { method: 'POST' })).http).toBe(404);
		expect((await ask(`${sim.url}${LOGIN}`)).http).toBe(404);
		expect(sim.violations.map(({ detail }) => detail)).toEqual([
			'address of 2021',
			'no such method',
		]);
	});

	it('faults act before or after the provider worked', async () => {
		const token = await tokenOf(sim);
		sim.faults.add([
			{ kind: 'status', status: 503, path: `/${CHANNEL_UUID}` },
			{ kind: 'okWithError', error: 'Broken' },
			{ kind: 'resetAfterBody' },
		]);
		const plain = await fetch(`${sim.url}/${CHANNEL_UUID}`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}` },
		});
		expect([plain.status, plain.headers.get('content-type')]).toEqual([
			503,
			'text/html; charset=utf-8',
		]);
		const broken = await sendEvent(sim, token);
		expect([broken.http, broken.body]).toEqual([
			200,
			{ success: false, result: { error: 'Broken', code: 500 } },
		]);
		expect(sim.accepted.total).toBe(0);
		await expect(sendEvent(sim, token)).rejects.toThrow();
		expect(sim.accepted.total).toBe(1);
		expect(sim.faults.log.map(({ processed, accepted }) => [processed, accepted])).toEqual([
			[false, 0],
			[false, 0],
			[true, 1],
		]);
	});

	it('changed options replace the channel and the API token', async () => {
		sim.setOptions({ channelUuid: OTHER, apiKey: 'new' });
		expect((await login(sim, { access_token: API_TOKEN })).result.code).toBe(401);
		expect((await login(sim)).result.code).toBe(404);
		expect((await login(sim, { channel_uuid: OTHER })).body.success).toBe(true);
		await ask(`${sim.url}/%zz`);
		expect(sim.requests).toEqual({ login: 3, '/%zz': 1 });
	});

	it('a reset keeps tokens good and forgets the rest', async () => {
		const token = await tokenOf(sim);
		await sendEvent(sim, token);
		sim.reset();
		expect(sim.state()).toMatchObject({
			requests: {},
			accepted: { total: 0, maxPerKey: 0 },
			auth: { logins: { ok: 0, failed: 0 }, refreshes: { ok: 0, failed: 0 }, unauthorized: 0 },
			conversations: { open: 0, closed: 0 },
			messages: 0,
		});
		expect((await sendEvent(sim, token)).http).toBe(200);
	});
});
