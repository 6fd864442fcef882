import { runInNewContext } from 'node:vm';

import type { IDataObject } from 'n8n-workflow';

import { VoicemodApi } from '../../../credentials/VoicemodApi.credentials';
import { VoicemodOAuth2Api } from '../../../credentials/VoicemodOAuth2Api.credentials';
import { dialect } from '../../../nodes/Voicemod/api';
import { connect, ownOrigin } from '../../../nodes/Voicemod/connection';

const ORIGINS = {
	production: ['https://api.voicemod.net', 'https://tuna-api.voicemod.net'],
	staging: [
		'https://staging-gateway-api.voicemod.net',
		'https://staging-tuna-gateway-api.voicemod.net',
	],
	custom: ['https://proxy.example.com/vm', 'http://127.0.0.1:5000/tuna'],
} as const;

const CUSTOM = {
	baseUrl: ' https://proxy.example.com/vm/ ',
	tunaBaseUrl: 'http://127.0.0.1:5000/tuna/',
};

describe('environments', () => {
	test.each(Object.entries(ORIGINS))('%s', (environment, [main, tuna]) => {
		const connection = connect({ environment, ...CUSTOM });
		expect(dialect.origin(connection)).toBe(main);
		expect(dialect.origin(connection, 'tuna')).toBe(tuna);
		expect(connection.tokenUrl).toBe(`${main}/v1/oauth/token`);
	});

	test('Twitch is that of production in staging too, as published', () => {
		expect(dialect.origin(connect({ environment: 'staging' }), 'twitch')).toBe(
			ORIGINS.production[0],
		);
		expect(dialect.origin(connect({ environment: 'production' }), 'twitch')).toBe(
			ORIGINS.production[0],
		);
		const custom = connect({ environment: 'custom', ...CUSTOM });
		expect(dialect.origin(custom, 'twitch')).toBe(ORIGINS.custom[0]);
	});

	test('no credential at all is production', () => {
		expect(dialect.origin(connect({}, { type: '' }))).toBe(ORIGINS.production[0]);
	});

	test.each(['', 'ftp://x', 'voicemod', 'https://user:pw@x'])(
		'base URL "%s" is refused',
		(baseUrl) => {
			const credentials = { environment: 'custom', baseUrl, tunaBaseUrl: 'https://x.example' };
			expect(() => connect(credentials)).toThrow('base URL');
		},
	);
});

describe('credentials', () => {
	test('a pasted "Bearer" and blanks around are taken off, blanks inside are refused', () => {
		expect(connect({ accessToken: ' Bearer abc ' }).accessToken).toBe('abc');
		expect(() => connect({ accessToken: 'a b' })).toThrow('access token');
		expect(() => connect({ apiKey: 'a\nb' })).toThrow('API key');
	});

	test('travel to own hosts only', () => {
		const connection = connect({ environment: 'custom', ...CUSTOM });
		for (const address of [
			'https://account.voicemod.net/x',
			'http://127.0.0.1:5000',
			'https://proxy.example.com',
		]) {
			expect(ownOrigin(connection, address)).toBe(new URL(address).origin);
		}
		for (const address of [
			'https://voicemod.net.evil.example',
			'https://evilvoicemod.net',
			'http://api.voicemod.net',
			'https://api.voicemod.net:444',
			'http://127.0.0.1:5001',
			'nonsense',
		]) {
			expect(() => ownOrigin(connection, address)).toThrow('is not a host of Voicemod');
		}
	});
});

function resolved(expression: string | undefined, $credentials: IDataObject): unknown {
	const code = /^=\{\{(.*)\}\}$/s.exec(expression ?? '')?.[1];
	if (code === undefined) return expression;
	const value: unknown = runInNewContext(code, { $credentials });
	return value;
}

describe('what the credentials do for other nodes', () => {
	test('the HTTP Request node gets key and token', async () => {
		const credentials = { apiKey: ' k ', accessToken: ' Bearer t ' };
		const options = { url: 'https://x.example/v1/auth', headers: { accept: 'a' } };
		expect(await new VoicemodApi().authenticate(credentials, options)).toEqual({
			...options,
			headers: { accept: 'a', 'x-api-key': 'k', Authorization: 'Bearer t' },
		});
	});

	test.each(Object.entries(ORIGINS))('OAuth2 asks the user of %s', (environment, [, tuna]) => {
		const { baseURL } = new VoicemodOAuth2Api().test.request;
		expect(resolved(baseURL, { environment, ...CUSTOM })).toBe(tuna);
	});
});
