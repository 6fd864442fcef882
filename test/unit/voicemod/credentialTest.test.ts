import type { ICredentialsDecrypted, ICredentialTestFunctions, IDataObject } from 'n8n-workflow';

import { Voicemod } from '../../../nodes/Voicemod/Voicemod.node';
import { startVoicemodSimulator, type VoicemodSimulator } from '../../simulators/voicemod';

let sim: VoicemodSimulator;
beforeAll(async () => {
	sim = await startVoicemodSimulator();
});
beforeEach(() => sim.reset());
afterAll(async () => await sim.close());

interface Request {
	uri: string;
	headers: Record<string, string>;
}

/** As the helper of n8n answers these options. */
async function viaFetch({ uri, headers }: Request): Promise<unknown> {
	const reply = await fetch(uri, { headers, redirect: 'manual' });
	return { statusCode: reply.status, body: await reply.text() };
}

async function check(more: IDataObject, request: (options: Request) => unknown = viaFetch) {
	const { voicemodApiTest } = new Voicemod().methods.credentialTest;
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const place = { environment: 'custom', baseUrl: sim.url, tunaBaseUrl: sim.tunaUrl };
	const credential = { data: { ...place, ...more } } as unknown as ICredentialsDecrypted;
	return await voicemodApiTest.call(context, credential);
}

test.each<[string, IDataObject, string[], string]>([
	['a token', { accessToken: 'voicemod-access-token' }, ['/tuna/v1/auth'], 'token is good'],
	[
		'a key',
		{ apiKey: 'voicemod-api-key' },
		['/v2/cloud/audio/00000000-0000-0000-0000-000000000000'],
		'key is accepted',
	],
	[
		'both',
		{ accessToken: 'Bearer voicemod-access-token', apiKey: ' voicemod-api-key ' },
		['/tuna/v1/auth', '/v2/cloud/audio/00000000-0000-0000-0000-000000000000'],
		'token is good, the API key is accepted',
	],
	['neither', {}, ['/v1/nextgen/update/%7B%7D'], 'neither key nor token'],
])('%s: one request for each, with its own secret alone', async (_, data, paths, words) => {
	const result = await check(data);
	expect(result.message).toContain(words);
	expect(result.status).toBe('OK');
	expect(sim.log.map(({ path }) => path)).toEqual(paths);
	for (const { path, headers } of sim.log) {
		expect(headers).toMatchObject({ 'app-name': 'n8n', 'app-os': 'windows' });
		expect(headers.authorization !== undefined).toBe(path === '/tuna/v1/auth');
		expect(headers['x-api-key'] !== undefined).toBe(path.startsWith('/v2'));
	}
	expect(sim.violations).toEqual([]);
});

test.each<[IDataObject, string]>([
	[{ accessToken: 'wrong-4711' }, 'refused the access token (Unauthorized, HTTP 401). Tokens end'],
	[{ accessToken: 'wrong-4711', refreshToken: 'r' }, 'the node renews it when it is used'],
	[{ apiKey: 'wrong-4711' }, 'refused the API key (Unauthorized, HTTP 401). Voicemod gives keys'],
	[
		{ accessToken: 'voicemod-access-token', apiKey: 'wrong-4711' },
		'refused the API key (Unauthorized, HTTP 401)',
	],
	[{ accessToken: 'wrong 4711' }, 'has blanks'],
	[{ publicPem: 'nonsense!' }, 'The public key is neither PEM nor base64. Paste the key'],
	[{ baseUrl: 'voicemod' }, 'is not a web address: "voicemod". It looks like https://'],
])('%j fails with what to do, without the secret', async (data, words) => {
	const { status, message } = await check(data);
	expect(status).toBe('Error');
	expect(message).toContain(words);
	expect(message).not.toContain('4711');
	expect(sim.log.filter(({ status: answered }) => answered === 401).length).toBeLessThan(2);
});

const WRONG_PLACE = 'does not answer like Voicemod. Check the environment and the base URLs';

test.each<[string, unknown, IDataObject, string]>([
	['another server', { statusCode: 200, body: '<html>' }, { accessToken: 't' }, WRONG_PLACE],
	['another server', { statusCode: 302, body: '' }, { apiKey: 'k' }, WRONG_PLACE],
	['another server', { statusCode: 200, body: '<html>' }, {}, WRONG_PLACE],
	['trouble', { statusCode: 503, body: '' }, { apiKey: 'k' }, '(HTTP 503). Voicemod has trouble'],
	['trouble', { statusCode: 500, body: '' }, { accessToken: 't' }, 'try again later'],
	[
		'an error with HTTP 200',
		{ statusCode: 200, body: '{"message":"Token expired"}' },
		{ accessToken: 't' },
		'refused the access token (Token expired, HTTP 200)',
	],
	[
		'words that repeat the token',
		{ statusCode: 401, body: '{"message":"Token 4711-abc is unknown"}' },
		{ accessToken: 'Bearer 4711-abc' },
		'refused the access token (Token [hidden] is unknown, HTTP 401)',
	],
])('%s (%j) is no success for %j', async (_, answer, data, words) => {
	const { status, message } = await check(data, () => answer);
	expect(status).toBe('Error');
	expect(message).toContain(words);
});

test('nobody there', async () => {
	const refused = async () => {
		throw new Error('connect ECONNREFUSED 127.0.0.1:9');
	};
	const result = await check({}, refused);
	expect(result).toEqual({ status: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:9' });
});

test.each([
	['production', 'https://api.voicemod.net/', 'https://tuna-api.voicemod.net/'],
	[
		'staging',
		'https://staging-gateway-api.voicemod.net/',
		'https://staging-tuna-gateway-api.voicemod.net/',
	],
	['custom', 'https://proxy.example.com/vm/', 'http://127.0.0.1:5000/tuna/'],
])('the addresses of %s are asked', async (environment, main, tuna) => {
	const asked: string[] = [];
	const ask = async ({ uri }: Request) => {
		asked.push(uri);
		return { statusCode: 200, body: '{"id":"1","appVersion":"3"}' };
	};
	const places = {
		baseUrl: ' https://proxy.example.com/vm/ ',
		tunaBaseUrl: 'http://127.0.0.1:5000/tuna/',
	};
	await check({ environment, ...places, accessToken: 't', apiKey: 'k' }, ask);
	expect(asked[0]?.startsWith(tuna)).toBe(true);
	expect(asked[1]?.startsWith(main)).toBe(true);
	expect(asked).toHaveLength(2);
});
