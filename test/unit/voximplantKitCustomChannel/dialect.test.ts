import { CallError } from '../../../nodes/shared/http/errors';
import type { Reply } from '../../../nodes/shared/http/request';
import { dialect, readEnvelope } from '../../../nodes/VoximplantKitCustomChannel/api';
import { callbackKeys, connect } from '../../../nodes/VoximplantKitCustomChannel/connection';
import {
	isNearEnd,
	lifeOf,
	logIn,
	loginRequest,
	readTokens,
	sessionKey,
} from '../../../nodes/VoximplantKitCustomChannel/session';

const CREDENTIAL = {
	region: 'eu',
	domain: 'my-account',
	accessToken: 'api-token',
	channelUuid: '11111111-2222-4333-8444-555555555555',
};
const connection = connect(CREDENTIAL);

function reply(body: unknown, status = 200, path = `/${CREDENTIAL.channelUuid}`): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const source = `https://kit-im-eu.voximplant.com${path}`;
	return { status, headers: {}, bytes: Buffer.from(text), source };
}

function thrown(work: () => unknown): CallError {
	try {
		work();
	} catch (error) {
		if (error instanceof CallError) return error;
	}
	throw new Error('no CallError');
}

const no = (error: unknown, code?: unknown) => ({ success: false, result: { error, code } });

function jwt(claims: object): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	return `${part({ alg: 'HS256' })}.${part(claims)}.x`;
}

describe('the host', () => {
	it.each(['us', 'br', 'eu', 'kz', 'ru', 'ru2'])('of region %s', (region) => {
		expect(connect({ ...CREDENTIAL, region }).baseUrl).toBe(
			`https://kit-im-${region}.voximplant.com`,
		);
	});

	it.each([
		['kit-im-eu.voximplant.com', 'https://kit-im-eu.voximplant.com'],
		[' https://kit-im-eu.voximplant.com/ ', 'https://kit-im-eu.voximplant.com'],
		['https://kit-im-eu.voximplant.com/api/v3', 'https://kit-im-eu.voximplant.com'],
		['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
	])('given as %s', (customHost, expected) => {
		expect(connect({ ...CREDENTIAL, region: 'custom', customHost }).baseUrl).toBe(expected);
	});

	it.each(['EU', ' eu '])('of a region spelled "%s"', (region) => {
		expect(connect({ ...CREDENTIAL, region }).baseUrl).toBe('https://kit-im-eu.voximplant.com');
	});

	it.each(['de', 'eu.evil.com', {}])('is not guessed for the region %j', (region) => {
		expect(() => connect({ ...CREDENTIAL, region })).toThrow('region that is not known');
	});

	it.each(['', 'a b', '://x'])('refused: "%s"', (customHost) => {
		expect(() => connect({ ...CREDENTIAL, region: 'custom', customHost })).toThrow(
			'not a host name',
		);
	});
});

describe('callback keys', () => {
	it.each([
		[{}, undefined],
		[{ saltSecret: ' ' }, undefined],
		[{ saltSecret: ' s ' }, { salt: 's', token: 'api-token' }],
		[
			{ saltSecret: 's', callbackToken: ' t ' },
			{ salt: 's', token: 't' },
		],
	])('of %j', (more, expected) => {
		expect(callbackKeys({ ...CREDENTIAL, ...more })).toEqual(expected);
	});

	it('need a token', () => {
		expect(() => callbackKeys({ saltSecret: 's' })).toThrow('no API token');
	});
});

describe('authentication', () => {
	const session = { accessToken: 'jwt', expiresAt: 0, renewAt: 0 };
	const event = { method: 'POST', path: '/{channel_uuid}', safety: 'spends' } as const;

	it('sends the token of the session in the header, into the channel of the credential', () => {
		expect(dialect.authenticate(event, connection, session)).toMatchObject({
			path: `/${CREDENTIAL.channelUuid}`,
			headers: { authorization: 'Bearer jwt' },
		});
	});

	it('encodes another channel', () => {
		const { path } = dialect.authenticate({ ...event, scope: 'a/../b' }, connection, session);
		expect(path).toBe('/a%2F..%2Fb');
	});

	it('logs in with the API token in the query and the channel in the form', () => {
		expect(dialect.authenticate(loginRequest(), connection, undefined)).toMatchObject({
			path: '/api/v3/botService/login',
			query: { access_token: 'api-token', domain: 'my-account' },
			body: { kind: 'form', fields: { channel_uuid: CREDENTIAL.channelUuid } },
		});
	});

	it('keeps sessions of accounts, tokens and channels apart, and says none of them', () => {
		const others = [
			{ ...connection, domain: 'other' },
			{ ...connection, apiToken: 'other' },
			{ ...connection, baseUrl: 'https://kit-im-us.voximplant.com' },
		];
		const keys = [connection, ...others].map((one) => sessionKey(one));
		keys.push(sessionKey(connection, 'channel'));
		expect(new Set(keys).size).toBe(5);
		expect(keys.join()).not.toContain('api-token');
	});
});

describe('answers', () => {
	it('say yes only by success: true', () => {
		expect(readEnvelope(reply({ success: true, result: true }))).toEqual({
			success: true,
			result: true,
		});
		for (const body of [{}, { result: true }, { success: 'yes' }, '[]', '<html>', '', '{"succ']) {
			expect(thrown(() => readEnvelope(reply(body)))).toMatchObject({
				outcome: 'unknown',
				transient: true,
			});
		}
	});

	it.each([
		[
			no('Not yours', 403),
			200,
			{ code: '403', stopsRun: true, failureCause: 'credential-invalid' },
		],
		[no('Bad', 400), 400, { code: '400', stopsRun: false, outcome: 'refused', transient: false }],
		[no('Pay', 402), 200, { code: '402', failureCause: 'quota-exhausted' }],
		[no('Slow', 429), 200, { failureCause: 'rate-limited', transient: true, outcome: 'not_sent' }],
		[no('Oops', 500), 200, { transient: true, outcome: 'unknown' }],
		[no('Oops', '503'), 200, { transient: true, outcome: 'unknown' }],
		[no('x', 1234), 200, { code: '1234', outcome: 'refused' }],
		[no('x', 1234), 401, { code: '1234', stopsRun: true, failureCause: 'credential-invalid' }],
		[
			no('x', 1234),
			403,
			{ code: '1234', stopsRun: true, hint: expect.stringContaining('whitelist') },
		],
		[no('x', 1234), 402, { code: '1234', failureCause: 'quota-exhausted' }],
		[no('x', 1234), 422, { code: '1234', stopsRun: false, outcome: 'refused' }],
		[{ success: false }, 404, { code: '404' }],
		[{ success: false }, 200, { code: undefined }],
	])('%j with HTTP %i', (body, status, expected) => {
		const error =
			status === 200
				? thrown(() => readEnvelope(reply(body, status)))
				: dialect.explain?.(reply(body, status));
		expect(error).toMatchObject(expected);
	});

	it.each([
		[no('Bad thing', 400), 'Voximplant Kit refused the request: Bad thing, code 400'],
		[{ success: false, result: 'words' }, 'Voximplant Kit refused the request: words'],
		[{ success: false, result: false }, 'Voximplant Kit refused the request: no reason given'],
		[{ success: false, result: null }, 'Voximplant Kit refused the request: no reason given'],
		[no({ phone: ['bad'] }, 422), 'refused the request: {"phone":["bad"]}, code 422'],
	])('%j are told', (body, message) => {
		expect(thrown(() => readEnvelope(reply(body))).message).toContain(message);
	});

	it('of other servers are not explained', () => {
		expect(dialect.explain?.(reply('<html>', 404))).toBeUndefined();
		expect(dialect.explain?.(reply({ message: 'x' }, 404))).toBeUndefined();
	});

	it.each([
		[reply('', 401), true],
		[reply(no('x', 401)), true],
		[reply(no('x', '401')), true],
		[reply(no('x', 403)), false],
		[reply(no('x', 401), 500), false],
		[reply({ success: true, result: { code: 401 } }), false],
		[reply('401'), false],
	])('%# tell a refused session', (answer, expected) => {
		expect(dialect.sessions?.isRefused(answer, {} as never)).toBe(expected);
	});
});

describe('the life of a token', () => {
	const MINUTE = 60_000;
	const now = 1_700_000_000_000;
	const seconds = now / 1000;

	it.each([
		[{ iat: seconds, exp: seconds + 600 }, 10 * MINUTE],
		// The clock here is an hour behind, or ahead.
		[{ iat: seconds + 3600, exp: seconds + 4200 }, 10 * MINUTE],
		[{ iat: seconds - 3600, exp: seconds - 3000 }, 10 * MINUTE],
		[{ exp: seconds + 300 }, 5 * MINUTE],
		[{ exp: seconds - 300 }, 15 * MINUTE],
		[{}, 15 * MINUTE],
		[{ exp: 'soon' }, 15 * MINUTE],
		// Milliseconds for seconds, and worse; no date could be made from it.
		[{ exp: seconds * 1000 }, 15 * MINUTE],
		[{ exp: 1e308 }, 15 * MINUTE],
	])('of %j', (claims, expected) => {
		expect(lifeOf(jwt(claims), now)).toBe(expected);
	});

	it.each(['opaque', '', 'a.b.c', `x.${Buffer.from('7').toString('base64url')}.y`])(
		'of "%s"',
		(token) => {
			expect(lifeOf(token, now)).toBe(15 * MINUTE);
		},
	);

	it('ends a minute early, or by a fifth', async () => {
		const session = async (life: number) =>
			await logIn(
				async () => ({
					success: true,
					result: { access_token: jwt({ iat: seconds, exp: seconds + life }), refresh_token: 'r' },
				}),
				{},
			);
		const long = await session(900);
		expect(long.expiresAt - long.renewAt).toBe(MINUTE);
		expect(isNearEnd(long, long.renewAt - 1)).toBe(false);
		expect(isNearEnd(long, long.renewAt)).toBe(true);
		const short = await session(10);
		expect(Math.round((short.expiresAt - short.renewAt) / 100)).toBe(20);
	});

	it.each([
		{},
		{ result: null },
		{ result: { access_token: '' } },
		{ result: { access_token: 7 } },
	])('%j is no token', (envelope) => {
		expect(thrown(() => readTokens(envelope)).message).toContain('without a token');
	});
});

describe('a renewal', () => {
	const stale = { accessToken: 'old', refreshToken: 'refresh', expiresAt: 0, renewAt: 0 };
	const good = { success: true, result: { access_token: 'new' } };

	async function renew(failure: CallError | undefined) {
		const paths: string[] = [];
		const work = logIn(
			async ({ path }) => {
				paths.push(path.replace('/api/v3/botService/', ''));
				if (failure && path.endsWith('refreshToken')) throw failure;
				return good;
			},
			{ stale },
		);
		const error = await work.then(
			() => undefined,
			(reason: unknown) => reason,
		);
		return { paths, error };
	}

	it('uses the refresh token first, and a login where it is refused or the answer is lost', async () => {
		expect((await renew(undefined)).paths).toEqual(['refreshToken']);
		for (const outcome of ['refused', 'unknown'] as const) {
			const { paths, error } = await renew(new CallError('no', { outcome }));
			expect([paths, error]).toEqual([['refreshToken', 'login'], undefined]);
		}
	});

	it('makes no login where Kit cannot be reached', async () => {
		const { paths, error } = await renew(new CallError('down', { outcome: 'not_sent' }));
		expect(paths).toEqual(['refreshToken']);
		expect(error).toMatchObject({ message: 'down' });
	});
});
