/** The cloud of Voicemod in real n8n: its credentials, and workflows of each kind run whole. */
import type { Execution, N8nClient, WorkflowNode } from '../../demo/client';
import { outputItems } from '../../demo/client';
import { signedInClient } from './support/session';
import { recording, voicemod, voicemodFixture, type VoicemodFixture } from './support/voicemod';
import { json } from './support/waiting';
import { set, start, workflowOf } from './support/workflows';

let client: N8nClient;
let cloud: VoicemodFixture;

beforeAll(async () => {
	client = await signedInClient();
	cloud = await voicemodFixture(client);
});

beforeEach(() => cloud.simulator.reset());

afterEach(() => {
	expect(cloud.simulator.violations).toEqual([]);
	cloud.simulator.faults.clear();
	cloud.simulator.setOptions({ tamper: null });
});

afterAll(async () => await cloud?.close());

/** Runs these nodes one after the other. */
async function run(...nodes: WorkflowNode[]): Promise<Execution> {
	const names = ['Start', ...nodes.map(({ name }) => name)];
	const links = names.slice(0, -1).map((name, index) => [name, [names[index + 1] ?? '']]);
	const file = workflowOf('Voicemod', [start(), ...nodes], Object.fromEntries(links));
	return await client.runToEnd((await client.createWorkflow(file)).id, 'Start');
}

/** A node with the operation `<resource>/<operation>`. */
function ask(
	operation: string,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
	credential = cloud.credential,
): WorkflowNode {
	const [resource = '', name = ''] = operation.split('/');
	const all = { resource, operation: name, ...parameters };
	return voicemod('Voicemod', credential, all, more);
}

const failure = (execution: Execution) => {
	const error = execution.data.resultData.runData.Voicemod?.[0]?.error;
	return `${error?.message} ${error?.description ?? ''}`;
};

const QUICK = { waitForCompletion: true, interval: 0.2, maxWait: 20 };

describe('the credential', () => {
	const tested = async (more: Record<string, unknown> = {}) =>
		await client.testCredential(cloud.credential, cloud.data(more));

	test('its test asks for the user with the token, and for nothing with the key', async () => {
		expect(await tested()).toMatchObject({
			status: 'OK',
			message: 'Voicemod: the access token is good, the API key is accepted',
		});
		expect(cloud.simulator.requests).toEqual({
			'/tuna/v1/auth': 1,
			'/v2/cloud/audio/00000000-0000-0000-0000-000000000000': 1,
		});
	});

	test('with neither it sees whether Voicemod can be reached', async () => {
		expect(await tested({ accessToken: '', apiKey: '' })).toMatchObject({ status: 'OK' });
		expect(cloud.simulator.requests).toEqual({ '/v1/nextgen/update/%7B%7D': 1 });
	});

	test.each([
		['access token', { accessToken: 'wrong-4711', apiKey: '' }],
		['API key', { accessToken: '', apiKey: 'wrong-4711' }],
	])('a wrong %s fails it, by one request, and is not shown', async (what, more) => {
		const { status, message } = await tested(more);
		expect(status).toBe('Error');
		expect(message).toContain(`Voicemod refused the ${what} (Unauthorized, HTTP 401). `);
		expect(message).not.toContain('wrong-4711');
		expect(cloud.simulator.log).toHaveLength(1);
	});

	test('an address with a slash and blanks around it is taken', async () => {
		const { url, tunaUrl } = cloud.simulator;
		const places = { baseUrl: ` ${url}/ `, tunaBaseUrl: `${tunaUrl}/ ` };
		expect(await tested(places)).toMatchObject({ status: 'OK' });
		expect(await tested({ ...places, accessToken: '' })).toMatchObject({ status: 'OK' });
	});

	test('an address that is not Voicemod fails it', async () => {
		// The editor's page, with HTTP 200.
		const places = { baseUrl: client.url, tunaBaseUrl: client.url };
		const { status, message } = await tested(places);
		expect(status).toBe('Error');
		expect(message).toContain('Check the environment and the base URLs');
	});

	test('a port where nobody listens fails it', async () => {
		const places = { baseUrl: 'http://127.0.0.1:9', accessToken: '' };
		const { status, message } = await tested(places);
		expect(status).toBe('Error');
		expect(message).toContain('ECONNREFUSED');
	});
});

describe('OAuth2', () => {
	/** What happens behind "Connect my account"; the provider's page is not published, so nobody shows it. */
	async function connect(id: string): Promise<void> {
		const authUrl = new URL(await client.request('GET', `/oauth2-credential/auth?id=${id}`));
		expect(authUrl.href).toContain(`${cloud.simulator.url}/authorize`);
		expect(authUrl.searchParams.get('client_id')).toBe(cloud.simulator.options.client.clientId);
		const back = new URL('/rest/oauth2-credential/callback', client.url);
		back.searchParams.set('code', cloud.simulator.options.codes[0] ?? '');
		back.searchParams.set('state', authUrl.searchParams.get('state') ?? '');
		const page = await fetch(back, { headers: { cookie: client.sessionCookie } });
		expect(page.status).toBe(200);
		expect(await page.text()).not.toContain('Error');
	}

	test.each(['body', 'header'])(
		'the flow of n8n gets a token, uses it, renews it when it has ended, and stores the new one (client in the %s)',
		async (authentication) => {
			const credential = await client.createCredential(
				'voicemodOAuth2Api',
				`Voicemod OAuth2 ${authentication}`,
				cloud.oAuth2Data({ authentication }),
			);
			const user = async () => await run(ask('account/getUser', {}, {}, credential));
			expect(failure(await user())).toContain('not connected');

			await connect(credential.id);
			expect(cloud.simulator.exchanges).toEqual({ authorization_code: 1 });
			expect(json(await user(), 'Voicemod')).toEqual([
				expect.objectContaining({ slug: 'deep-dave' }),
			]);
			expect(cloud.simulator.exchanges).toEqual({ authorization_code: 1 });

			cloud.simulator.revoke();
			expect((await user()).status).toBe('success');
			expect(cloud.simulator.exchanges).toEqual({ authorization_code: 1, refresh_token: 1 });
			// Another run reads the credential anew: the renewed token is in it.
			expect((await user()).status).toBe('success');
			expect(cloud.simulator.exchanges).toEqual({ authorization_code: 1, refresh_token: 1 });

			cloud.simulator.revoke();
			cloud.simulator.revokeRefreshTokens();
			const refused = await user();
			expect(refused.status).toBe('error');
			expect(failure(refused)).toContain('connect it again');
		},
	);
});

describe('sounds', () => {
	test('a search follows the pages, and what it found is downloaded', async () => {
		const search = { text: '', api: 'contentHub', returnAll: false, limit: 40 };
		const find = voicemod('Find', cloud.credential, {
			resource: 'sound',
			operation: 'search',
			...search,
		});
		const execution = await run(find, ask('sound/download'));
		expect(execution.status).toBe('success');
		const found = json(execution, 'Find');
		expect(found).toHaveLength(40);
		expect(new Set(found.map(({ id }) => id)).size).toBe(40);
		expect(cloud.simulator.requests['/v1/content-hub/sounds/']).toBe(2);
		const files = outputItems(execution, 'Voicemod');
		expect(files).toHaveLength(40);
		for (const [index, { json: row, binary }] of files.entries()) {
			expect(row).toMatchObject({ id: found[index]?.id });
			expect(binary?.data).toMatchObject({
				mimeType: 'audio/mpeg',
				fileName: `${String(found[index]?.name)}.mp3`,
			});
		}
	});

	test('Return All of Tuna V1 takes every page', async () => {
		const parameters = { api: 'tunaV1', text: '', returnAll: true };
		const execution = await run(ask('sound/search', parameters));
		const wanted = cloud.simulator.sounds().filter(({ published }) => published);
		expect(json(execution, 'Voicemod').map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
		expect(cloud.simulator.requests['/tuna/v1/sounds/search']).toBe(Math.ceil(wanted.length / 36));
	});
});

describe('voice conversion', () => {
	test('a recording from a binary field is converted, waited for and downloaded', async () => {
		const voice = { __rl: true, mode: 'list', value: 'cave' };
		const execution = await run(
			...recording(),
			ask('voiceConversion/convert', { voice, ...QUICK }),
		);
		expect(failure(execution)).toBe('undefined ');
		const [item] = outputItems(execution, 'Voicemod');
		expect(item?.json).toMatchObject({ voice: 'cave', isReady: true, outcome: 'accepted' });
		expect(item?.binary?.data).toMatchObject({ mimeType: 'audio/wav', fileExtension: 'wav' });
		expect(cloud.simulator.accepted).toMatchObject({ total: 1, maxPerOrder: 1 });
	});

	test('"Retry On Fail" of n8n orders nothing twice', async () => {
		cloud.simulator.faults.add({ kind: 'truncatedJson' });
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
		const execution = await run(
			...recording(),
			ask('voiceConversion/convert', { voice: 'baby', ...QUICK }, retry),
		);
		expect(execution.status).toBe('error');
		expect(failure(execution)).toContain('look at Voicemod whether it was converted');
		expect(cloud.simulator.accepted.total).toBe(1);
	});
});

test('a song is made, waited for and downloaded', async () => {
	const lyrics = 'Happy birthday to you\nHappy birthday to you';
	const execution = await run(ask('song/create', { lyrics, ...QUICK }));
	const [item] = outputItems(execution, 'Voicemod');
	expect(item?.json).toMatchObject({
		status: 'completed',
		isReady: true,
		songName: 'Happy Birthday',
		lines: 2,
	});
	expect(item?.binary?.data).toMatchObject({ mimeType: 'audio/mpeg' });
	expect(cloud.simulator.accepted.total).toBe(1);
});

test('the profile is read first, and what is not named stays', async () => {
	const additionalFields = { bio: '={{ $json.bio }}', clear: ['twitchId'] };
	const execution = await run(
		set('New', { bio: 'Streams on Sundays' }),
		ask('account/updateProfile', { additionalFields }),
	);
	expect(json(execution, 'Voicemod')).toEqual([
		expect.objectContaining({ success: true, id: cloud.simulator.user.id }),
	]);
	expect(cloud.simulator.user.profile).toMatchObject({
		name: 'Deep Dave',
		bio: 'Streams on Sundays',
		social: { twitchId: '', personalSite: 'https://dave.example.com' },
	});
});

test('a service is asked on its own address', async () => {
	const create = voicemod('Create', cloud.credential, {
		resource: 'serviceRequest',
		operation: 'twitch',
		method: 'POST',
		path: 'rewards',
		bodyType: 'json',
		jsonBody: '={{ { "id": "r1", "title": "Voice of " + "Maria" } }}',
	});
	const read = ask('serviceRequest/twitch', { method: 'GET', path: 'rewards/r1' });
	const execution = await run(create, read);
	expect(json(execution, 'Voicemod')).toEqual([
		{ id: 'r1', title: 'Voice of Maria', outcome: 'accepted' },
	]);
	expect(cloud.simulator.byService.twitchUrl).toBe(2);
});

describe('signed answers', () => {
	const own = (ownRequestId: string, responseSignature: string) => ({
		options: { requestId: 'own', ownRequestId, responseSignature },
	});
	const rename = { additionalFields: { bio: 'New' } };

	test.each(['report', 'require'])('a good one passes (%s)', async (responseSignature) => {
		const execution = await run(ask('account/getUser', { options: { responseSignature } }));
		expect(json(execution, 'Voicemod')).toEqual([
			expect.objectContaining({
				slug: 'deep-dave',
				_signature: expect.objectContaining({ verified: true, format: 'nameColonSpaceValue' }),
			}),
		]);
	});

	test('a changed body is reported, and refused where that is required', async () => {
		cloud.simulator.setOptions({ tamper: 'body' });
		const told = await run(ask('sound/search', { options: { responseSignature: 'report' } }));
		expect(told.status).toBe('success');
		for (const { _signature } of json(told, 'Voicemod')) {
			expect(_signature).toMatchObject({ signed: true, verified: false, digestMatches: false });
		}
		const refused = await run(ask('sound/search', { options: { responseSignature: 'require' } }));
		expect(refused.status).toBe('error');
		expect(failure(refused)).toContain('cannot be trusted: The digest does not belong to the body');
	});

	test('an own request ID names the reading of the profile, and with a number its writing', async () => {
		const execution = await run(
			ask('account/updateProfile', { ...rename, ...own('profile-7', 'require') }),
		);
		expect(json(execution, 'Voicemod')).toEqual([
			expect.objectContaining({
				success: true,
				_signature: expect.objectContaining({ verified: true, requestId: 'profile-7-2' }),
			}),
		]);
		expect([...cloud.simulator.requestIds]).toEqual([
			['profile-7', 1],
			['profile-7-2', 1],
		]);
	});

	test('a profile that may be forged is not written back', async () => {
		cloud.simulator.setOptions({ tamper: 'body' });
		const execution = await run(
			ask('account/updateProfile', { ...rename, ...own('profile-8', 'require') }),
		);
		expect(failure(execution)).toContain('cannot be trusted');
		expect(cloud.simulator.requests).toEqual({ '/tuna/v1/auth': 1 });
	});
});

describe('what fails', () => {
	const get = (onError: string) => ask('sound/get', { id: '={{ $json.sound }}' }, { onError });
	const twoItems = () => ({
		...set('Two', {}),
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: {
			jsCode: `return [{ sound: 'unknown' }, { sound: '${cloud.simulator.sounds()[0]?.id}' }].map((json) => ({ json }));`,
		},
	});

	test('stops the workflow, in the words of Voicemod', async () => {
		const execution = await run(twoItems(), get('stopWorkflow'));
		expect(execution.status).toBe('error');
		expect(failure(execution)).toMatch(/Voicemod refused: Not Found: No sound unknown \(\w+\) /);
	});

	test('goes on as an item beside the others', async () => {
		const execution = await run(twoItems(), get('continueRegularOutput'));
		expect(execution.status).toBe('success');
		expect(json(execution, 'Voicemod')).toEqual([
			expect.objectContaining({ error: expect.stringContaining('No sound unknown') }),
			expect.objectContaining({ id: cloud.simulator.sounds()[0]?.id }),
		]);
	});

	test('leaves through the error output', async () => {
		const execution = await run(twoItems(), get('continueErrorOutput'));
		expect(json(execution, 'Voicemod', 0)).toEqual([
			expect.objectContaining({ id: cloud.simulator.sounds()[0]?.id }),
		]);
		const [failed, ...more] = json(execution, 'Voicemod', 1);
		expect(more).toEqual([]);
		expect(failed).toMatchObject({
			sound: 'unknown',
			error: { message: expect.stringContaining('No sound unknown') },
		});
	});

	test('a refused key ends the run after one request, says what to do, and is not shown', async () => {
		const data = cloud.data({ apiKey: 'wrong-key-4711', accessToken: '' });
		const wrong = await client.createCredential('voicemodApi', 'Wrong key', data);
		const convert = ask('voiceConversion/convert', { voice: 'cave', ...QUICK }, {}, wrong);
		const execution = await run(...recording(), convert);
		expect(failure(execution)).toContain('Check the API key or access token');
		expect(JSON.stringify(execution.data)).not.toContain('wrong-key-4711');
		expect(cloud.simulator.log).toHaveLength(1);
	});
});
