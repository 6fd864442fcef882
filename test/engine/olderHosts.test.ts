/** What the nodes do where n8n has no helper for it: helpers are taken away, so that this is tested on every host. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { startVoicemodSimulator, type VoicemodSimulator } from '../simulators/voicemod';
import { runAlphaSms, SMS, startGateway } from './support/alphaSms';
import { runVoicemod, voicemodCredentials } from './support/voicemod';

const without = (names: string[], from: (context: IExecuteFunctions) => object) => {
	return (context: IExecuteFunctions) => {
		const place = from(context);
		Object.assign(place, Object.fromEntries(names.map((name) => [name, undefined])));
	};
};

describe('a host without refreshOAuth2Token', () => {
	let sim: VoicemodSimulator;
	beforeAll(async () => {
		sim = await startVoicemodSimulator();
	});
	afterAll(async () => await sim.close());

	const oAuth2 = (access_token: string) => ({
		voicemodOAuth2Api: {
			...voicemodCredentials(sim).voicemodApi,
			accessToken: '',
			grantType: 'authorizationCode',
			accessTokenUrl: sim.tokenUrl,
			clientId: 'voicemod-client',
			clientSecret: 'voicemod-client-secret',
			authentication: 'body',
			scope: '',
			oauthTokenData: { access_token, refresh_token: sim.refreshToken },
		} as IDataObject,
	});
	const getUser = async (access_token: string) =>
		await runVoicemod(
			sim,
			'account/getUser',
			{ authentication: 'oAuth2' },
			{
				credentials: oAuth2(access_token) as never,
				prepare: without(['refreshOAuth2Token'], ({ helpers }) => helpers),
			},
		);

	test('a token that has ended is renewed by the node itself, once', async () => {
		const { error, json } = await getUser('ended');
		expect(error?.message).toBeUndefined();
		expect(json[0]).toMatchObject({ slug: 'deep-dave' });
		// The refused request, the renewal, and the request again.
		expect([sim.exchanges, sim.log.length]).toEqual([{ refresh_token: 1 }, 3]);
	});

	test('one that cannot be renewed is one clear error, without the refresh token', async () => {
		sim.revokeRefreshTokens();
		const { error } = await getUser('ended-2');
		expect(error?.message).toContain('could not be renewed');
		expect(error?.description).toContain('Put a new access token and refresh token');
		expect(JSON.stringify([error, error?.message, error?.stack])).not.toContain(sim.refreshToken);
	});

	test('a token that is good works', async () => {
		const { error, json } = await getUser(sim.accessToken);
		expect(error?.message).toBeUndefined();
		expect(json[0]).toMatchObject({ slug: 'deep-dave' });
	});
});

test.each([
	['a network policy', without(['getSecureEgressFilter'], ({ helpers }) => helpers)],
	['a cancel signal', without(['getExecutionCancelSignal'], (context) => context)],
	['a sign of an AI agent', without(['isToolExecution'], (context) => context)],
])('a host without %s sends, once', async (_, prepare) => {
	const sim = await startGateway();
	const operation = 'message.sendSms';
	const { error, json } = await runAlphaSms(sim, { operation, parameters: SMS, prepare });
	expect(error?.message).toBeUndefined();
	expect(json).toEqual([expect.objectContaining({ outcome: 'accepted' })]);
	expect(sim.acceptedTotal).toBe(1);
	await sim.close();
});
