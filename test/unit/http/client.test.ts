import type { RequestListener } from 'node:http';

import type { ClientOptions, Dialect } from '../../../nodes/shared/http/client';
import { Client } from '../../../nodes/shared/http/client';
import { CallError, CancelledError, toNodeError } from '../../../nodes/shared/http/errors';
import { Gate } from '../../../nodes/shared/http/gate';
import type { ApiRequest, Safety } from '../../../nodes/shared/http/request';
import { SessionStore } from '../../../nodes/shared/http/session';
import type { AcmeConnection } from '../support/acme';
import { ACME_KEY, acmeDialect, readAcme } from '../support/acme';
import { NODE } from '../support/node';
import type { LocalServer } from '../support/server';
import { startServer } from '../support/server';

let server: LocalServer;
afterEach(async () => await server.close());

const OPTIONS: ClientOptions = { timeoutMs: 20_000, maxBytes: 100_000 };
const request = (safety: Safety): ApiRequest => ({
	method: 'POST',
	path: '/call',
	body: { kind: 'json', value: {} },
	safety,
});

/** Cancels twenty turns after something was seen, so that the answer to it has arrived. */
function abortWhen(controller: AbortController, seen: () => boolean): void {
	let turns = 0;
	const timer = setInterval(() => {
		if (turns === 0 && !seen()) return;
		if (++turns < 20) return;
		clearInterval(timer);
		controller.abort();
	}, 5);
}

async function clientFor(listener: RequestListener, options: Partial<ClientOptions> = {}) {
	server = await startServer(listener);
	return new Client(acmeDialect, { origin: server.url, key: ACME_KEY }, { ...OPTIONS, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<CallError> {
	const error: unknown = await promise.catch((reason: unknown) => reason);
	if (!(error instanceof CallError)) throw error;
	return error;
}

/** Answers in turn with these functions, the last one again and again. */
function inTurn(...answers: RequestListener[]): RequestListener {
	let count = 0;
	return (incoming, response) =>
		answers[Math.min(count++, answers.length - 1)]?.(incoming, response);
}

const fine: RequestListener = (_, response) => response.end('{"ok":true}');
const status =
	(code: number, headers = {}): RequestListener =>
	(_, response) =>
		response.writeHead(code, headers).end('<html><b>Some</b> words</html>');
const reset: RequestListener = (incoming) => incoming.socket.destroy();

describe('repeating', () => {
	it.each<[string, RequestListener, Record<Safety, number>]>([
		['429', status(429, { 'retry-after': '0' }), { read: 2, idempotent: 2, once: 2, spends: 2 }],
		['503', status(503), { read: 2, idempotent: 2, once: 1, spends: 1 }],
		['500', status(500), { read: 2, idempotent: 2, once: 1, spends: 1 }],
		['a broken connection', reset, { read: 2, idempotent: 2, once: 1, spends: 1 }],
		['400', status(400), { read: 1, idempotent: 1, once: 1, spends: 1 }],
		['401', status(401), { read: 1, idempotent: 1, once: 1, spends: 1 }],
	])('after %s', async (_, answer, expected) => {
		for (const safety of ['read', 'idempotent', 'once', 'spends'] as const) {
			const client = await clientFor(inTurn(answer, fine));
			const result = client.call(request(safety), readAcme);
			await (expected[safety] === 2
				? expect(result).resolves.toEqual({ ok: true })
				: expect(result).rejects.toBeInstanceOf(CallError));
			expect([safety, server.requests.length]).toEqual([safety, expected[safety]]);
			await server.close();
		}
	});

	it('repeats a lost spending request when the user has asked for it', async () => {
		const client = await clientFor(inTurn(reset, fine), { resendUnknown: true });
		expect(await client.call(request('spends'), readAcme)).toEqual({ ok: true });
		expect(server.requests).toHaveLength(2);
	});

	it('ends after the given number of attempts', async () => {
		const client = await clientFor(status(503), { attempts: 2 });
		const error = await failureOf(client.call(request('read'), readAcme));
		expect(error.message).toBe('Acme answered with HTTP 503: Some words');
		expect(server.requests).toHaveLength(2);
	});

	it('does not wait for a Retry-After of an hour', async () => {
		const client = await clientFor(status(429, { 'retry-after': '3600' }));
		const error = await failureOf(client.call(request('read'), readAcme));
		expect(error).toMatchObject({ failureCause: 'rate-limited', retryAfterMs: 3_600_000 });
		expect(server.requests).toHaveLength(1);
	});

	it('ends the run when it is told to come back later than a run should wait', async () => {
		const gate = new Gate(4);
		const client = await clientFor(status(429, { 'retry-after': '61' }), { gate });
		const calls = Array.from({ length: 8 }, () => client.call(request('spends'), readAcme));
		const errors = await Promise.all(calls.map(failureOf));
		expect(server.requests).toHaveLength(1);
		expect(errors[0]).toMatchObject({
			message: 'Acme limits the request rate (HTTP 429)',
			hint: expect.stringMatching(/come back in 2 minutes/),
			outcome: 'not_sent',
			failureCause: 'rate-limited',
			stopsRun: true,
		});
		expect(errors.slice(1).map(({ message, outcome }) => [message, outcome])).toEqual(
			Array(7).fill([
				'Not sent, because the run was stopped: Acme limits the request rate (HTTP 429)',
				'not_sent',
			]),
		);
	});

	it.each([
		['nothing had left', (_: unknown, response: { end(): void }) => response.end(), 'read', false],
		['a request had been lost', reset, 'spends', true],
	] as const)('says whether anything was sent: %s', async (_, first, safety, sent) => {
		const controller = new AbortController();
		const limited = status(429, { 'retry-after': '30' });
		const answers = safety === 'read' ? [limited] : [first, limited];
		const options = { signal: controller.signal, resendUnknown: true };
		const client = await clientFor(inTurn(...answers), options);
		const call = client.call(request(safety), readAcme);
		abortWhen(controller, () => server.requests.length === answers.length);
		const error: unknown = await call.catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(CancelledError);
		expect((error as CancelledError).sent).toBe(sent);
	});

	it('stops waiting when cancelled', async () => {
		const controller = new AbortController();
		const options = { signal: controller.signal };
		const client = await clientFor(status(429, { 'retry-after': '30' }), options);
		abortWhen(controller, () => server.requests.length > 0);
		await expect(client.call(request('read'), readAcme)).rejects.toBeInstanceOf(CancelledError);
	});

	it('lets the others pause as well, and widens again', async () => {
		const gate = new Gate(4);
		const client = await clientFor(inTurn(status(429, { 'retry-after': '0' }), fine), { gate });
		const started = performance.now();
		await Promise.all(
			Array.from({ length: 8 }, async () => await client.call(request('spends'), readAcme)),
		);
		expect(performance.now() - started).toBeGreaterThan(200);
		expect(server.requests).toHaveLength(9);
	});

	it('lets nobody ask within the pause, not even who waited at the gate', async () => {
		const limited = status(429, { 'retry-after': '1' });
		const askedAt: number[] = [];
		const listener: RequestListener = (incoming, response) => {
			const answer = askedAt.length === 0 ? limited : fine;
			askedAt.push(performance.now());
			answer(incoming, response);
		};
		const client = await clientFor(listener, { gate: new Gate(4) });
		await Promise.all(
			Array.from({ length: 8 }, async () => await client.call(request('spends'), readAcme)),
		);
		const [first = 0, second = 0] = askedAt;
		// Timers of Node may be a little early.
		expect(second - first).toBeGreaterThan(950);
	});
});

describe('words of the provider', () => {
	it('come before our own when the status is an error', async () => {
		server = await startServer(status(400));
		const dialect: Dialect<AcmeConnection> = {
			...acmeDialect,
			explain: () => new CallError('Acme says: field x is bad', { httpStatus: 400 }),
		};
		const client = new Client(dialect, { origin: server.url, key: ACME_KEY }, OPTIONS);
		const error = await failureOf(client.call(request('spends'), readAcme));
		expect(error.message).toBe('Acme says: field x is bad');
	});
});

describe('secrets', () => {
	const echo =
		(text: string): RequestListener =>
		(_, response) =>
			response.end(text);
	it.each<[string, RequestListener]>([
		['a refusal', echo(JSON.stringify({ error: `key ${ACME_KEY} is wrong` }))],
		['an error page', (_, response) => response.writeHead(400).end(`bad key ${ACME_KEY}`)],
		[
			'a redirect',
			(_, response) => response.writeHead(302, { location: `http://127.0.0.1/${ACME_KEY}` }).end(),
		],
	])('are not in the error after %s repeats them', async (_, answer) => {
		const client = await clientFor(answer);
		const error = await failureOf(client.call(request('spends'), readAcme));
		expect(error.message).not.toContain(ACME_KEY);
		expect(error.message).toContain('[hidden]');
	});
});

describe('a key that stands where the text is cut', () => {
	const KEY = 'Zq7RtW3bXk9LmN2vHs5Yd8Pf';
	/** Every part of the key of 8 characters or more has one of these. */
	const parts = Array.from({ length: KEY.length - 7 }, (_, at) => KEY.slice(at, at + 8));
	const partOf = (error: CallError) => {
		const { message, description } = toNodeError(NODE, error);
		const shown = `${message} ${description ?? ''}`;
		return parts.find((part) => shown.includes(part));
	};
	const around = (cut: number) => [cut - 23, cut - 16, cut - 9, cut - 1, cut];

	async function failing(answer: RequestListener): Promise<CallError> {
		server = await startServer(answer);
		const client = new Client(acmeDialect, { origin: server.url, key: KEY }, OPTIONS);
		return await failureOf(client.call(request('spends'), readAcme));
	}

	it.each([...around(200), ...around(500), ...around(20_000)])(
		'is not shown in part by an error page, at %i',
		async (at) => {
			for (const filler of ['x', ' ', '<p>']) {
				const page = filler.repeat(Math.ceil(at / filler.length)).slice(-at) + KEY;
				const error = await failing((_, response) => response.writeHead(500).end(page));
				expect(error.message).toMatch(/^Acme answered with HTTP 500/);
				expect([filler, partOf(error)]).toEqual([filler, undefined]);
				await server.close();
			}
		},
	);

	it.each([...around(500 - 'Acme refused: '.length), ...around(10_000 - 'Acme refused: '.length)])(
		'is not shown in part by a refusal, at %i',
		async (at) => {
			for (const filler of ['x', '\u0007', '\u200e']) {
				const body = JSON.stringify({ error: filler.repeat(at) + KEY });
				const error = await failing((_, response) => response.end(body));
				expect(error.message).toMatch(/^Acme refused/);
				expect([filler, partOf(error)]).toEqual([filler, undefined]);
				await server.close();
			}
		},
	);
});

describe('sessions', () => {
	const connection = (): AcmeConnection => ({ origin: server.url, key: ACME_KEY });

	function withLogin(store: SessionStore<string>): Dialect<AcmeConnection, string> {
		return {
			...acmeDialect,
			authenticate: (call, _, session) => ({
				...call,
				headers: { authorization: session ?? 'none' },
			}),
			sessions: {
				store,
				key: ({ key }) => key,
				login: async (ask) =>
					await ask({ method: 'POST', path: '/login', safety: 'read' }, (reply) =>
						String(readAcme(reply).token),
					),
				isRefused: (reply) => reply.status === 401,
			},
		};
	}

	it('log in once for 50 concurrent calls whose token has expired', async () => {
		let logins = 0;
		let valid = 'none';
		server = await startServer((incoming, response) => {
			if (incoming.url === '/login') {
				valid = `token-${++logins}`;
				response.end(JSON.stringify({ token: valid }));
			} else if (incoming.headers.authorization === valid) fine(incoming, response);
			else status(401)(incoming, response);
		});
		const store = new SessionStore<string>();
		await store.get(ACME_KEY, async () => 'expired');
		const client = new Client(withLogin(store), connection(), OPTIONS);
		const results = await Promise.all(
			Array.from({ length: 50 }, async () => await client.call(request('spends'), readAcme)),
		);
		expect(results).toEqual(Array(50).fill({ ok: true }));
		expect(logins).toBe(1);
	});

	it('are renewed only once when the new one is refused as well', async () => {
		server = await startServer((incoming, response) =>
			incoming.url === '/login' ? response.end('{"token":"t"}') : status(401)(incoming, response),
		);
		const client = new Client(withLogin(new SessionStore()), connection(), OPTIONS);
		const error = await failureOf(client.call(request('spends'), readAcme));
		expect(error).toMatchObject({ httpStatus: 401, failureCause: 'credential-invalid' });
		expect(server.requests).toEqual(['POST /login', 'POST /call', 'POST /login', 'POST /call']);
	});

	it('make the call not sent when the login fails, after trying the login again', async () => {
		server = await startServer((incoming, response) =>
			incoming.url === '/login' ? response.writeHead(503).end() : fine(incoming, response),
		);
		const client = new Client(withLogin(new SessionStore()), connection(), {
			...OPTIONS,
			attempts: 2,
		});
		const error = await failureOf(client.call(request('spends'), readAcme));
		expect(error).toMatchObject({ outcome: 'not_sent', httpStatus: 503 });
		expect(server.requests).toEqual(['POST /login', 'POST /login']);
	});

	it('stop the run when the login is refused: nothing was sent', async () => {
		server = await startServer((incoming, response) =>
			incoming.url === '/login' ? status(401)(incoming, response) : fine(incoming, response),
		);
		const client = new Client(withLogin(new SessionStore()), connection(), OPTIONS);
		const error = await failureOf(client.call(request('spends'), readAcme));
		expect(error).toMatchObject({ outcome: 'not_sent', stopsRun: true });
		expect(server.requests).toEqual(['POST /login']);
	});

	it('serve a neighbour although the run that logs in is cancelled', async () => {
		let answerLogin = (): unknown => undefined;
		server = await startServer((incoming, response) => {
			if (incoming.url !== '/login') return fine(incoming, response);
			answerLogin = () => response.end('{"token":"t"}');
		});
		const dialect = withLogin(new SessionStore());
		const controller = new AbortController();
		const one = new Client(dialect, connection(), { ...OPTIONS, signal: controller.signal });
		const two = new Client(dialect, connection(), OPTIONS);
		const cancelled = one.call(request('spends'), readAcme);
		const served = two.call(request('spends'), readAcme);
		abortWhen(controller, () => server.requests.length > 0);
		await expect(cancelled).rejects.toThrow('cancelled');
		// Only now, so the cancelled one cannot have waited for it.
		answerLogin();
		expect(await served).toEqual({ ok: true });
		expect(server.requests).toEqual(['POST /login', 'POST /call']);
	});

	it('are kept apart by scope, and left out where the request is anonymous', async () => {
		server = await startServer((incoming, response) =>
			incoming.url === '/login' ? response.end('{"token":"t"}') : fine(incoming, response),
		);
		const dialect = withLogin(new SessionStore());
		const { sessions } = dialect;
		if (sessions === undefined) throw new Error('no sessions');
		const scoped = {
			...dialect,
			sessions: {
				...sessions,
				key: ({ key }: AcmeConnection, scope?: string) => `${key} ${scope}`,
			},
		};
		const client = new Client(scoped, connection(), OPTIONS);
		for (const scope of ['a', 'b', 'a']) {
			await client.call({ ...request('spends'), scope }, readAcme);
		}
		await client.call({ ...request('spends'), anonymous: true }, readAcme);
		expect(server.requests.filter((line) => line === 'POST /login')).toHaveLength(2);
		expect(server.headers.at(-1)?.authorization).toBe('none');
	});

	it('hide their tokens in errors', async () => {
		server = await startServer((incoming, response) =>
			incoming.url === '/login'
				? response.end('{"token":"token-of-the-session"}')
				: response.end('{"error":"bad token-of-the-session"}'),
		);
		const dialect = withLogin(new SessionStore());
		const { sessions } = dialect;
		if (sessions === undefined) throw new Error('no sessions');
		const hiding = { ...dialect, sessions: { ...sessions, secrets: (token: string) => [token] } };
		const client = new Client(hiding, connection(), OPTIONS);
		const error = await failureOf(client.call(request('spends'), readAcme));
		expect(error.message).toBe('Acme refused: bad [hidden]');
	});
});
