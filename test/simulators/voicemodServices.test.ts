import { SERVICES, startVoicemodSimulator, type VoicemodSimulator } from './voicemod';
import { call } from './voicemodSupport';

let sim: VoicemodSimulator;
let key: Record<string, string>;
let token: Record<string, string>;
beforeAll(async () => {
	sim = await startVoicemodSimulator({ lifecycleMs: 10 });
	key = { 'x-api-key': sim.apiKey };
	token = { authorization: `Bearer ${sim.accessToken}` };
});
beforeEach(() => sim.reset());
afterAll(async () => await sim.close());

describe('application (section A.7)', () => {
	it('version and image', async () => {
		expect((await call(`${sim.services.nextGenUrl}/update/%7B%7D`)).body).toEqual({
			appVersion: '3.16.54',
		});
		const image = `${sim.services.desktopUrl}/api.windows/v2/communityVoices/voice`;
		const png = await call(`${image}/82575ca45e/image.png`);
		expect(png.bytes.toString('latin1', 1, 4)).toBe('PNG');
		expect((await call(`${image}/0/image.png`)).status).toBe(404);
	});
});

describe('services without a public endpoint (sections A.2, A.8)', () => {
	it.each(SERVICES.map(({ variable }) => variable))('%s', async (variable) => {
		const base = `${sim.services[variable]}/things`;
		const created = await call(base, { method: 'POST', headers: token, body: { id: '1', a: 1 } });
		expect([created.status, created.body]).toEqual([200, { id: '1', a: 1 }]);
		const put = { method: 'PUT', headers: key, body: { id: '1', b: 2 } };
		expect((await call(`${base}/1`, put)).body).toEqual({ id: '1', b: 2 });
		const patch = { method: 'PATCH', headers: token, body: { c: 3 } };
		expect((await call(`${base}/1`, patch)).body).toEqual({ id: '1', b: 2, c: 3 });
		expect((await call(base, { headers: token })).body).toMatchObject({ total: 1 });
		expect((await call(`${base}/1`, { method: 'DELETE', headers: token })).status).toBe(204);
		expect((await call(`${base}/1`, { headers: token })).status).toBe(404);
		expect((await call(`${base}/1`)).status).toBe(401);
		expect(sim.byService[variable]).toBe(7);
	});

	it('knows all 50 rows of the table', () => {
		expect(SERVICES).toHaveLength(50);
		expect(sim.services.tunaSoundsUrl).toBe(`${sim.url}/tuna/v1`);
		expect(sim.services.baseTunaGateway).toBe(`${sim.url}/tuna`);
		expect(sim.services.mobileHubUrl).toBe(`${sim.url}/v1/content/mobile`);
	});

	it('answers as its path says', async () => {
		const base = `${sim.services.twitchUrl}/sim`;
		const get = async (path: string) => await call(`${base}/${path}`, { headers: token });
		expect((await get('accepted')).status).toBe(202);
		expect((await get('empty')).status).toBe(204);
		expect((await get('status/503')).status).toBe(503);
		expect((await get('text')).bytes.toString()).toBe('plain text');
		const echo = await get('echo?a=1&a=2&b=%20');
		expect(echo.body).toMatchObject({
			path: '/v1/twitch/sim/echo',
			query: { a: ['1', '2'], b: [' '] },
			headers: { authorization: '(present)' },
		});
	});

	it('refuses what a token has no permission for, and what is not to be called', async () => {
		sim.setOptions({ tokens: [{ token: 'limited', denied: ['/v1/orders'] }] });
		const limited = { authorization: 'Bearer limited' };
		expect((await call(`${sim.services.ordersUrl}/1`, { headers: limited })).status).toBe(403);
		expect((await call(`${sim.services.catalogUrl}/1`, { headers: limited })).status).toBe(404);
		sim.setOptions({ tokens: [{ token: 'voicemod-access-token' }] });
		expect(sim.violations).toEqual([]);
		for (const path of ['/v1/auth/sign-in-with-email', '/v1/voice/transform', '/v2/fx'])
			expect((await call(`${sim.url}${path}`, { method: 'POST', headers: token })).status).toBe(
				404,
			);
		expect(sim.violations).toHaveLength(3);
	});

	it('steers over HTTP', async () => {
		const post = async (name: string, body: unknown) =>
			await call(`${sim.url}/__sim/${name}`, { method: 'POST', body });
		expect((await call(`${sim.url}/__sim/keys`)).body).toEqual(sim.publicKey);
		expect((await call(`${sim.url}/__sim/services`)).body).toEqual(sim.services);
		await post('options', { appVersion: '4' });
		expect(sim.options.appVersion).toBe('4');
		await post('options', { appVersion: '3.16.54' });
		expect((await post('options', { nonsense: 1 })).status).toBe(400);
		await post('revoke', {});
		expect((await call(`${sim.tunaUrl}/v1/auth`, { headers: token })).status).toBe(401);
		expect((await call(`${sim.url}/__sim/state`)).body).toMatchObject({ auth: { refusals: 1 } });
		await post('reset', {});
		expect((await call(`${sim.tunaUrl}/v1/auth`, { headers: token })).status).toBe(200);
	});
});
