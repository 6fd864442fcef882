/** Request IDs, signatures, and tokens that end: what the node sends again, and what it believes. */
import type { IDataObject } from 'n8n-workflow';

import {
	defaultSigning,
	startVoicemodSimulator,
	STRING_FORMATS,
	TAMPERINGS,
	type VoicemodSimulator,
} from '../simulators/voicemod';
import { FILES, runVoicemod, voicemodCredentials } from './support/voicemod';

let sim: VoicemodSimulator;

beforeAll(async () => {
	sim = await startVoicemodSimulator({ lifecycleMs: 5 });
});

afterEach(() => {
	jest.restoreAllMocks();
	sim.setOptions({
		...defaultSigning(),
		compression: 'none',
		tamper: null,
		tokenReply: 'full',
		rotateRefreshToken: false,
		tokenLifeMs: 3_600_000,
	});
	sim.faults.clear();
	sim.reset();
});

afterAll(async () => await sim.close());

const PATH = { path: 'sim/echo' };
const QUICK = { waitForCompletion: true, interval: 0.2, maxWait: 10 };

async function ask(options: IDataObject, parameters: IDataObject = PATH) {
	return await runVoicemod(
		sim,
		'serviceRequest/catalog',
		{ ...parameters, options },
		{ items: FILES },
	);
}

describe('request ID', () => {
	test('none is sent unless it is wanted', async () => {
		await ask({});
		await ask({ requestId: 'none', responseSignature: 'report' });
		expect([...sim.requestIds]).toEqual([]);
	});

	test('an automatic one is new for every try', async () => {
		sim.faults.add({ kind: 'status', status: 503 });
		await ask({ requestId: 'automatic' });
		const sent = sim.log.map(({ headers }) => headers['request-id']);
		expect(sent).toHaveLength(2);
		expect(new Set(sent).size).toBe(2);
		expect(sim.violations).toEqual([]);
	});

	test('an own one is used once, then with a number', async () => {
		sim.faults.add({ kind: 'status', status: 503 });
		const { error } = await ask({ requestId: 'own', ownRequestId: 'order-1' });
		expect(error).toBeUndefined();
		expect(sim.log.map(({ headers }) => headers['request-id'])).toEqual(['order-1', 'order-1-2']);
	});

	test('an own one names the reading of the profile, and with a number its writing', async () => {
		const options = { requestId: 'own', ownRequestId: 'profile-1', responseSignature: 'require' };
		const parameters = { additionalFields: { bio: 'New' }, options };
		const { json, error } = await runVoicemod(sim, 'account/updateProfile', parameters);
		expect(error?.message).toBeUndefined();
		expect(sim.log.map(({ method, headers }) => [method, headers['request-id']])).toEqual([
			['GET', 'profile-1'],
			['PUT', 'profile-1-2'],
		]);
		expect(json[0]).toMatchObject({
			success: true,
			_signature: { verified: true, requestId: 'profile-1-2' },
		});
		expect(sim.violations).toEqual([]);
	});

	test('a profile whose reading cannot be trusted is not written', async () => {
		sim.setOptions({ tamper: 'body' });
		const options = { requestId: 'own', ownRequestId: 'profile-2', responseSignature: 'require' };
		const parameters = { additionalFields: { bio: 'Forged' }, options };
		const { error } = await runVoicemod(sim, 'account/updateProfile', parameters);
		sim.setOptions({ tamper: null });
		expect(error?.message).toContain('cannot be trusted');
		expect(sim.log.map(({ method }) => method)).toEqual(['GET']);
		expect(sim.user.profile.bio).not.toBe('Forged');
	});

	test('an own one is read for every item', async () => {
		const items = [{ n: 1 }, { n: 2 }];
		const options = { requestId: 'own', ownRequestId: '={{ "order-" + $json.n }}' };
		await runVoicemod(sim, 'serviceRequest/catalog', { ...PATH, options }, { items });
		expect([...sim.requestIds.keys()].sort()).toEqual(['order-1', 'order-2']);
	});

	test('two items may not have the same own one, and nothing is sent then', async () => {
		const items = [{ n: 1 }, { n: 2 }, { n: 1 }];
		const options = { ownRequestId: '={{ "order-" + $json.n }}' };
		const parameters = { ...PATH, options };
		const { error } = await runVoicemod(sim, 'serviceRequest/catalog', parameters, { items });
		expect(error?.message).toBe(
			'"Own Request ID" order-1 is used twice, by items 0 and 2 [item 2]',
		);
		expect(error?.description).toContain('Automatic');
		expect(sim.log).toEqual([]);

		const { outputs } = await runVoicemod(sim, 'serviceRequest/catalog', parameters, {
			items,
			onError: 'continueRegularOutput',
		});
		expect((outputs[0] ?? []).map(({ json }) => json.outcome)).toEqual([
			'accepted',
			'accepted',
			'not_sent',
		]);
		expect([...sim.requestIds.keys()].sort()).toEqual(['order-1', 'order-2']);
	});

	test.each([{ requestId: 'automatic', ownRequestId: 'order-1' }, { requestId: 'none' }, {}])(
		'%j may be the same for all items',
		async (options) => {
			const items = [{}, {}];
			const parameters = { ...PATH, options };
			const { json } = await runVoicemod(sim, 'serviceRequest/catalog', parameters, { items });
			expect(json).toHaveLength(2);
			expect(sim.requestIds.has('order-1')).toBe(false);
		},
	);

	test('an own one must be given, and Require needs one', async () => {
		expect((await ask({ requestId: 'own' })).error?.message).toContain('"Own Request ID" is empty');
		const without = await ask({ requestId: 'none', responseSignature: 'require' });
		expect(without.error?.message).toContain('Require');
		expect(sim.log).toEqual([]);
	});

	test('a refusal names it for the support', async () => {
		const { error } = await ask(
			{ requestId: 'own', ownRequestId: 'ticket-7' },
			{ path: 'sim/status/404' },
		);
		expect(error?.description).toContain('ticket-7');
	});
});

describe('response signature', () => {
	test.each(STRING_FORMATS)(
		'%s verifies, is reported, and pleases Require',
		async (stringFormat) => {
			sim.setOptions({ stringFormat });
			const { json } = await ask({ responseSignature: 'report' });
			expect(json[0]?._signature).toMatchObject({
				signed: true,
				verified: true,
				format: stringFormat,
			});
			expect((await ask({ responseSignature: 'require' })).error?.message).toBeUndefined();
			const pinned = await ask({ responseSignature: 'require', signatureFormat: stringFormat });
			expect(pinned.error?.message).toBeUndefined();
		},
	);

	test.each(['decoded', 'encoded'] as const)(
		'compressed answers, digest of the %s bytes',
		async (digestOf) => {
			sim.setOptions({ compression: 'gzip', digestOf });
			expect((await ask({ responseSignature: 'require' })).error?.message).toBeUndefined();
		},
	);

	test.each(['hash', 'absent'] as const)(
		'an empty answer with the digest %s',
		async (emptyDigest) => {
			sim.setOptions({ emptyDigest });
			const { json } = await ask({ responseSignature: 'require' }, { path: 'sim/empty' });
			expect(json[0]).toMatchObject({ success: true });
		},
	);

	test('SHA-512 and PSS by choice', async () => {
		sim.setOptions({ hash: 'SHA-512', padding: 'pss' });
		const wanted = { responseSignature: 'require', signatureAlgorithm: 'pssSha512' };
		expect((await ask(wanted)).error?.message).toBeUndefined();
		expect((await ask({ responseSignature: 'require' })).error?.message).toContain('trusted');
	});

	test.each(TAMPERINGS)('%s: Require fails, Report says so, Ignore goes on', async (tamper) => {
		for (let seed = 1; seed <= 5; seed++) {
			sim.setOptions({ tamper, tamperSeed: seed });
			const required = await ask({ responseSignature: 'require' });
			expect(required.error?.message).toContain('cannot be trusted');
			expect(required.json).toEqual([]);
		}
		const reported = await runVoicemod(sim, 'application/getLatestVersion', {
			options: { responseSignature: 'report', fullResponse: true },
		});
		expect(reported.json[0]?._signature).toMatchObject({ verified: false });
		const ignored = await runVoicemod(sim, 'application/getCommunityVoiceImage', {
			id: '82575ca45e',
			options: { requestId: 'automatic' },
		});
		expect(ignored.error?.message).toBeUndefined();
	});

	test('nothing is parsed before: broken JSON under a wrong signature is a wrong signature', async () => {
		sim.setOptions({ tamper: 'body' });
		sim.faults.add({ kind: 'truncatedJson' });
		const { error } = await ask({ responseSignature: 'require' });
		expect(error?.message).toContain('cannot be trusted');
		expect(error?.message).not.toContain('JSON');
	});

	test('an untrusted answer to something that costs money leaves its outcome unknown, and is not repeated', async () => {
		sim.setOptions({ tamper: 'body' });
		const { json } = await runVoicemod(
			sim,
			'voiceConversion/convert',
			{ voice: 'baby', waitForCompletion: false, options: { responseSignature: 'require' } },
			{ items: FILES, onError: 'continueRegularOutput' },
		);
		expect(json[0]).toMatchObject({
			outcome: 'unknown',
			code: 'untrusted_response',
			voice: 'baby',
		});
		expect(sim.accepted.total).toBe(1);
	});

	test('a refusal without a signature stays a refusal, one with a wrong signature does not', async () => {
		sim.setOptions({ signErrors: false });
		const plain = await ask({ responseSignature: 'require' }, { path: 'sim/status/404' });
		expect(plain.error?.message).toContain('Status 404');
		sim.setOptions({ signErrors: true, tamper: 'body' });
		const forged = await ask({ responseSignature: 'require' }, { path: 'sim/status/404' });
		expect(forged.error?.message).toContain('cannot be trusted');
	});

	test('without a key Require sends nothing, and Report says why', async () => {
		const credentials = voicemodCredentials(sim, { publicPem: '' });
		const run = async (responseSignature: string) =>
			await runVoicemod(
				sim,
				'serviceRequest/catalog',
				{ ...PATH, options: { responseSignature } },
				{ credentials },
			);
		expect((await run('require')).error?.message).toContain('no public key');
		expect(sim.log).toEqual([]);
		expect((await run('report')).json[0]?._signature).toMatchObject({
			signed: true,
			verified: false,
			problem: 'The credential has no public key',
		});
	});

	test('questions that follow are checked too', async () => {
		const { json, error } = await runVoicemod(
			sim,
			'voiceConversion/convert',
			{ voice: 'baby', ...QUICK, options: { responseSignature: 'report' } },
			{ items: FILES },
		);
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			isReady: true,
			_signature: { verified: true },
			_resultSignature: { verified: true },
		});
		expect(sim.violations).toEqual([]);
	});

	test('every row of a list says what its page was', async () => {
		const { json } = await runVoicemod(sim, 'sound/search', {
			returnAll: true,
			options: { responseSignature: 'report' },
		});
		expect(json.length).toBeGreaterThan(72);
		for (const row of json) expect(row._signature).toMatchObject({ verified: true });
	});
});

describe('Signature: Verify', () => {
	test('says the same offline, without any credential', async () => {
		const { json: answers } = await ask({
			requestId: 'own',
			ownRequestId: 'abc',
			fullResponse: true,
		});
		const { headers } = answers[0] as { headers: IDataObject };
		const raw = sim.log.at(-1);
		expect(raw?.status).toBe(200);
		const answer = await fetch(`${sim.url}/v1/nextgen/update/%7B%7D`, {
			headers: { 'request-id': 'def' },
		});
		const body = await answer.text();
		const verify = async (more: IDataObject) =>
			await runVoicemod(
				sim,
				'signature/verify',
				{
					authentication: 'none',
					body,
					headers: Object.fromEntries(answer.headers),
					requestId: 'def',
					publicKey: sim.publicKey.certificate,
					...more,
				},
				{ credentials: {} },
			);
		const good = await verify({});
		expect(good.error?.message).toBeUndefined();
		expect(good.json[0]).toMatchObject({ verified: true, format: 'nameColonSpaceValue' });
		expect((await verify({ body: `${body} ` })).json[0]).toMatchObject({ verified: false });
		expect((await verify({ headers })).json[0]).toMatchObject({ verified: false });
		expect((await verify({ publicKey: 'nonsense!' })).error?.message).toContain('public key');
	});

	test('takes the bytes of a file', async () => {
		const answer = await fetch(`${sim.url}/v1/nextgen/update/%7B%7D`, {
			headers: { 'request-id': 'ghi' },
		});
		const data = Buffer.from(await answer.arrayBuffer()).toString('base64');
		const binary = { raw: { data, mimeType: 'application/json', fileName: 'body.json' } };
		const { json } = await runVoicemod(
			sim,
			'signature/verify',
			{
				bodySource: 'file',
				binaryPropertyName: 'raw',
				headers: Object.fromEntries(answer.headers),
				requestId: 'ghi',
				publicKey: sim.publicKey.bareLines,
			},
			{ credentials: {}, items: [{ json: {}, binary }] },
		);
		expect(json[0]).toMatchObject({ verified: true });
	});
});

describe('tokens that end', () => {
	const client = { clientId: 'voicemod-client', clientSecret: 'voicemod-client-secret' };
	/** A session belongs to its credential, so every test has one of its own. */
	let turn = 0;
	function refreshing(more: IDataObject = {}) {
		const app = {
			refreshToken: sim.refreshToken,
			...client,
			apiKey: `${sim.apiKey}`,
			accessToken: `ended-${turn++}`,
		};
		return voicemodCredentials(sim, { ...app, ...more });
	}

	test('fifty items renew it once and all go well', async () => {
		const items = Array.from({ length: 50 }, () => ({}));
		const { error, json } = await runVoicemod(
			sim,
			'account/getUser',
			{ options: { concurrency: 20 } },
			{ items, credentials: refreshing() },
		);
		expect(error?.message).toBeUndefined();
		expect(json).toHaveLength(50);
		expect(sim.exchanges).toEqual({ refresh_token: 1 });
	});

	test('a later run goes on with the new token, also where refresh tokens are good once', async () => {
		sim.setOptions({ rotateRefreshToken: true });
		const credentials = refreshing();
		for (let run = 0; run < 2; run++) {
			expect(
				(await runVoicemod(sim, 'account/getUser', {}, { credentials })).error,
			).toBeUndefined();
		}
		expect(sim.exchanges).toEqual({ refresh_token: 1 });
		sim.revoke();
		expect((await runVoicemod(sim, 'account/getUser', {}, { credentials })).error).toBeUndefined();
		expect(sim.exchanges).toEqual({ refresh_token: 2 });
	});

	test('a refused renewal ends the run with what to do, and no secret', async () => {
		sim.revokeRefreshTokens();
		const credentials = refreshing();
		const items = [{}, {}, {}];
		const { error } = await runVoicemod(sim, 'account/getUser', {}, { items, credentials });
		expect(error?.message).toContain(
			'could not be renewed: Voicemod refused: Invalid refresh token',
		);
		expect(error?.description).toContain('new access token');
		expect(JSON.stringify(error)).not.toContain(client.clientSecret);
		expect(sim.log.filter(({ path }) => path === '/v1/oauth/token')).toHaveLength(1);
	});

	test('without a refresh token a 401 is a 401', async () => {
		const credentials = refreshing({ refreshToken: '' });
		const { error } = await runVoicemod(
			sim,
			'account/getUser',
			{},
			{ items: [{}, {}], credentials },
		);
		expect(error?.message).toContain('Voicemod refused: Unauthorized');
		expect(sim.log).toHaveLength(1);
	});

	test('a short-lived token is renewed before its end', async () => {
		const life = 10 * 60_000;
		sim.setOptions({ tokenLifeMs: life });
		const credentials = refreshing();
		await runVoicemod(sim, 'account/getUser', {}, { credentials });
		const before = sim.log.length;
		// For the simulator, too, which would still take the old one.
		const real = Date.now.bind(Date);
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() + 0.95 * life);
		await runVoicemod(sim, 'account/getUser', {}, { credentials });
		clock.mockRestore();
		expect(sim.log.slice(before).map(({ status }) => status)).toEqual([200, 200]);
		expect(sim.exchanges).toEqual({ refresh_token: 2 });
	});

	test('403 is a matter of permission and renews nothing', async () => {
		sim.setOptions({ tokens: [{ token: 'voicemod-access-token', denied: ['/v1/catalog'] }] });
		const { error } = await ask({});
		expect(error?.httpCode).toBe('403');
		expect(error?.description).toContain('permission');
		expect(sim.exchanges).toEqual({});
		sim.setOptions({ tokens: [{ token: 'voicemod-access-token' }] });
	});
});

describe('which credential', () => {
	function oAuth2(data: IDataObject) {
		const [{ voicemodApi }] = [voicemodCredentials(sim)];
		return {
			voicemodOAuth2Api: {
				...voicemodApi,
				accessToken: '',
				grantType: 'authorizationCode',
				accessTokenUrl: sim.tokenUrl,
				clientId: 'voicemod-client',
				clientSecret: 'voicemod-client-secret',
				authentication: 'body',
				scope: '',
				oauthTokenData: data,
			} as IDataObject,
		};
	}

	const run = async (
		name: string,
		credentials: Record<string, IDataObject>,
		parameters: IDataObject = {},
	) =>
		await runVoicemod(
			sim,
			name,
			{ authentication: 'oAuth2', ...parameters },
			{ credentials: credentials as never },
		);

	test('OAuth2 uses its token', async () => {
		const { json, error } = await run('account/getUser', oAuth2({ access_token: sim.accessToken }));
		expect(error?.message).toBeUndefined();
		expect(json[0]).toMatchObject({ slug: 'deep-dave' });
	});

	test.each(['body', 'header'])(
		'n8n renews an OAuth2 token that has ended, client in the %s',
		async (authentication) => {
			const credentials = oAuth2({
				access_token: `old-${authentication}`,
				refresh_token: sim.refreshToken,
			});
			credentials.voicemodOAuth2Api.authentication = authentication;
			const { json, error } = await run('account/getUser', credentials);
			expect(error && `${error.message} ${error.description}`).toBeUndefined();
			expect(json[0]).toMatchObject({ slug: 'deep-dave' });
			expect(sim.exchanges).toEqual({ refresh_token: 1 });
		},
	);

	test('an OAuth2 credential that cannot be renewed says what to do', async () => {
		sim.revokeRefreshTokens();
		const { error } = await run(
			'account/getUser',
			oAuth2({ access_token: 'old-2', refresh_token: 'gone' }),
		);
		expect(error?.message).toContain('could not be renewed');
		expect(error?.description).toContain('connect it again');
	});

	test('an OAuth2 credential that was never connected says so', async () => {
		const { error } = await run('account/getUser', oAuth2({}));
		expect(error?.message).toContain('not connected');
	});

	test('what is missing is said before anything is sent', async () => {
		const noKey = { credentials: voicemodCredentials(sim, { apiKey: '' }), items: FILES };
		const convert = await runVoicemod(sim, 'voiceConversion/convert', { voice: 'baby' }, noKey);
		expect(convert.error?.message).toContain('needs an API key of Voicemod');
		const noToken = { credentials: voicemodCredentials(sim, { accessToken: '' }) };
		const user = await runVoicemod(sim, 'account/getUser', {}, noToken);
		expect(user.error?.message).toContain('needs an access token of Voicemod');
		expect(user.error?.description).toContain('"Authentication"');
		expect(sim.log).toEqual([]);
	});

	test('searching works with an empty credential, and hints when it does not any more', async () => {
		const credentials = voicemodCredentials(sim, { apiKey: '', accessToken: '' });
		const found = await runVoicemod(sim, 'sound/search', { limit: 2 }, { credentials });
		expect(found.json).toHaveLength(2);
		expect(sim.log[0]?.headers).not.toHaveProperty('x-api-key');
		expect(sim.log[0]?.headers).not.toHaveProperty('authorization');
		sim.setOptions({ anonymousSearch: false });
		const refused = await runVoicemod(sim, 'sound/search', { limit: 2 }, { credentials });
		sim.setOptions({ anonymousSearch: true });
		expect(refused.error?.description).toContain('may need one now');
	});

	test('a key travels where a key is needed, a token where a token is', async () => {
		await runVoicemod(
			sim,
			'voiceConversion/convert',
			{ voice: 'baby', waitForCompletion: false },
			{ items: FILES },
		);
		await runVoicemod(sim, 'account/getUser');
		await runVoicemod(sim, 'application/getLatestVersion');
		const sent = sim.log.map(({ headers }) => [
			headers['x-api-key'] !== undefined,
			headers.authorization !== undefined,
		]);
		expect(sent).toEqual([
			[true, false],
			[false, true],
			[false, false],
		]);
	});
});
