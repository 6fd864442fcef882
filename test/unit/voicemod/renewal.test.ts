/** OAuth2 tokens on hosts that do not renew them for nodes: the dialect asks the token endpoint itself. */
import type { IDataObject } from 'n8n-workflow';

import { dialect } from '../../../nodes/Voicemod/api';
import { connect } from '../../../nodes/Voicemod/connection';
import { readObject } from '../../../nodes/Voicemod/api';
import { Client } from '../../../nodes/shared/http/client';
import type { ApiRequest } from '../../../nodes/shared/http/request';
import { startVoicemodSimulator, type VoicemodSimulator } from '../../simulators/voicemod';

const USER: ApiRequest = {
	method: 'GET',
	host: 'tuna',
	path: '/v1/auth',
	scope: 'token',
	safety: 'read',
};

let sim: VoicemodSimulator;
beforeAll(async () => {
	sim = await startVoicemodSimulator();
});
beforeEach(() => sim.reset());
afterAll(async () => await sim.close());

function clientOf(authentication: string, more: IDataObject = {}) {
	const { clientId, clientSecret } = sim.options.client;
	const credentials = {
		environment: 'custom',
		baseUrl: sim.url,
		tunaBaseUrl: sim.tunaUrl,
		accessTokenUrl: sim.tokenUrl,
		authentication,
		clientId,
		clientSecret,
		oauthTokenData: { access_token: `ended-${authentication}`, refresh_token: sim.refreshToken },
		...more,
	};
	const connection = connect(credentials, { type: 'voicemodOAuth2Api' });
	return new Client(dialect, connection, { timeoutMs: 20_000, maxBytes: 1e6 });
}

test.each([
	['body', { client_id: 'voicemod-client', client_secret: 'voicemod-client-secret' }, undefined],
	[
		'header',
		{},
		`Basic ${Buffer.from('voicemod-client:voicemod-client-secret').toString('base64')}`,
	],
])('a form with the client in the %s, once', async (authentication, inForm, authorization) => {
	const client = clientOf(authentication);
	const user = await client.call(USER, readObject);
	expect(user).toMatchObject({ slug: 'deep-dave' });
	await client.call(USER, readObject);
	expect(sim.exchanges).toEqual({ refresh_token: 1 });
	const asked = sim.log.filter(({ path }) => path === '/v1/oauth/token');
	expect(asked).toHaveLength(1);
	expect(asked[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded');
	expect(asked[0]?.headers.authorization).toBe(authorization);
	expect(Object.fromEntries(new URLSearchParams(String(asked[0]?.body)))).toEqual({
		...inForm,
		grant_type: 'refresh_token',
		refresh_token: sim.refreshToken,
	});
	expect(asked[0]?.headers).not.toHaveProperty('x-api-key');
});

test('without a refresh token the refusal is told', async () => {
	const client = clientOf('body', { oauthTokenData: { access_token: 'ended-alone' } });
	await expect(client.call(USER, readObject)).rejects.toThrow('Voicemod refused: Unauthorized');
	expect(sim.exchanges).toEqual({});
});

test('a refused renewal says so, without a secret', async () => {
	sim.revokeRefreshTokens();
	const tokens = { access_token: 'ended-for-good', refresh_token: 'gone-4711' };
	const failed: unknown = await clientOf('body', { oauthTokenData: tokens })
		.call(USER, readObject)
		.catch((error: unknown) => error);
	expect(String(failed)).toContain('could not be renewed: Voicemod refused: Invalid refresh token');
	expect(JSON.stringify(failed)).not.toMatch(/4711|client-secret/);
	expect(sim.log).toHaveLength(2);
});
