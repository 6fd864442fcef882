import type { ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow';

import { VoicemodControl } from '../../../nodes/VoicemodControl/VoicemodControl.node';
import { startVoicemodControlSimulator } from '../../simulators/voicemod';

type App = Awaited<ReturnType<typeof startVoicemodControlSimulator>>;

let app: App;
beforeEach(async () => {
	app = await startVoicemodControlSimulator();
});
afterEach(async () => await app.close());

async function check(more: object = {}, request: () => Promise<unknown> = async () => undefined) {
	const { port, clientKey } = app;
	const asked: unknown[] = [];
	const helpers = {
		request: async (options: unknown) => {
			asked.push(options);
			return await request();
		},
	};
	const { voicemodControlApiTest } = new VoicemodControl().methods.credentialTest;
	const result = await voicemodControlApiTest.call(
		{ helpers } as unknown as ICredentialTestFunctions,
		{
			data: { host: '127.0.0.1', port, apiKey: clientKey, ...more },
		} as unknown as ICredentialsDecrypted,
	);
	return { ...result, asked };
}

test('shows the version of the app, and leaves no connection', async () => {
	const { status, message, asked } = await check();
	expect([status, message]).toEqual([
		'OK',
		`Connected to Voicemod 3.16.70 at 127.0.0.1:${app.port}`,
	]);
	expect(asked).toMatchObject([{ uri: `http://127.0.0.1:${app.port}/v1/` }]);
	expect(app.registrations.accepted).toBe(1);
	await app.waitForClients(0);
});

test('says that the key is refused, without the key', async () => {
	const { status, message } = await check({ apiKey: 'wrong-key-1234' });
	expect(status).toBe('Error');
	expect(message).toMatch(
		/^Voicemod refused the client key: Unauthorized\. Check "Client Key \(API Key\)"/,
	);
	expect(message).not.toContain('wrong-key-1234');
});

test('says that the app is not there', async () => {
	const { status, message } = await check({ port: 9 });
	expect(status).toBe('Error');
	expect(message).toMatch(/could not be reached at 127\.0\.0\.1:9: .* Start Voicemod/);
});

test('a policy that forbids the address forbids the connection too', async () => {
	const { status, message } = await check({}, async () => {
		const error = new Error(
			'The request was blocked because it resolves to a restricted IP address',
		);
		error.name = 'SsrfBlockedIpError';
		throw error;
	});
	expect(status).toBe('Error');
	expect(message).toMatch(/network policy .* blocks 127\.0\.0\.1.*N8N_SSRF_ALLOWED_IP_RANGES/);
	expect(app.connections.total).toBe(0);
});

test('whatever else becomes of the request beforehand does not matter', async () => {
	const { status } = await check({}, async () => {
		throw new Error('Request failed with status code 426');
	});
	expect(status).toBe('OK');
});

test('a credential that cannot be used is said', async () => {
	expect(await check({ apiKey: '' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining(
			'"Client Key (API Key)" of the Voicemod Control credential is empty',
		) as string,
		asked: [],
	});
});
