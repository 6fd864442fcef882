import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { deflateSync, gzipSync } from 'node:zlib';

import { CallError, CancelledError } from '../../../nodes/shared/http/errors';
import type { ApiRequest } from '../../../nodes/shared/http/request';
import { decodeText } from '../../../nodes/shared/http/request';
import type { TransportOptions } from '../../../nodes/shared/http/transport';
import { transmit } from '../../../nodes/shared/http/transport';
import type { LocalServer, LocalTcpServer } from '../support/server';
import { startServer, startTcpServer, unusedPort } from '../support/server';

const open: Array<LocalServer | LocalTcpServer> = [];

async function serve(listener: RequestListener): Promise<LocalServer> {
	const server = await startServer(listener);
	open.push(server);
	return server;
}

async function serveTcp(...args: Parameters<typeof startTcpServer>): Promise<LocalTcpServer> {
	const server = await startTcpServer(...args);
	open.push(server);
	return server;
}

afterEach(async () => {
	await Promise.all(open.splice(0).map(async (server) => await server.close()));
});

const GET: ApiRequest = { method: 'GET', path: '/', safety: 'read' };
const POST: ApiRequest = {
	method: 'POST',
	path: '/send',
	body: { kind: 'json', value: { a: 1 } },
	safety: 'spends',
};
const OPTIONS: TransportOptions = { timeoutMs: 20_000, maxBytes: 100_000 };

async function send(origin: string, request = GET, options: Partial<TransportOptions> = {}) {
	return await transmit(request, origin, 'Acme', { ...OPTIONS, ...options });
}

async function failure(
	origin: string,
	request = POST,
	options: Partial<TransportOptions> = {},
): Promise<CallError> {
	const error: unknown = await send(origin, request, options).then(
		() => new Error('It was expected to fail'),
		(reason: unknown) => reason,
	);
	if (!(error instanceof CallError)) throw error;
	return error;
}

describe('what is sent', () => {
	it.each([
		['root', '', '/api', '/api'],
		['a trailing slash', '/', '/api', '/api'],
		['a path', '/gateway', '/api', '/gateway/api'],
		['a path with a slash', '/gateway/', '/api', '/gateway/api'],
	])('joins origin and path: %s', async (_, prefix, path, expected) => {
		const server = await serve((_, response) => response.end());
		await send(server.url + prefix, { ...GET, path });
		expect(server.requests).toEqual([`GET ${expected}`]);
	});

	it.each([
		'//other.example.com/x',
		'/\\\\other.example.com/x',
		'/\\other.example.com/x',
		'\\\\x/y',
	])('refuses a path that leads to another host: %s', async (path) => {
		const server = await serve((_, response) => response.end());
		const error = await failure(server.url, { ...POST, path });
		expect(error.message).toBe(`The path "${path}" leads away from ${server.url}`);
		expect(error).toMatchObject({ outcome: 'not_sent', transient: false });
		expect(server.requests).toEqual([]);
	});

	it.each(['/a//b', '/?u=//other.example.com', '/%2F/other.example.com'])(
		'sends a path with slashes elsewhere: %s',
		async (path) => {
			const server = await serve((_, response) => response.end());
			await send(server.url, { ...GET, path });
			expect(server.requests).toEqual([`GET ${path}`]);
		},
	);

	it('sends nothing when it is cancelled while the network policy is asked', async () => {
		const server = await serve((_, response) => response.end());
		const controller = new AbortController();
		const ok = () => ({ ok: true });
		const egress = {
			validateUrl: async () => {
				controller.abort();
				return ok();
			},
			validateConnectionHost: ok,
			createSecureLookup: () => () => undefined,
		};
		const call = send(server.url, POST, { egress, signal: controller.signal });
		const error: unknown = await call.catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(CancelledError);
		expect(error).toHaveProperty('sent', false);
		expect(server.requests).toEqual([]);
	});

	it('encodes the query', async () => {
		const server = await serve((_, response) => response.end());
		await send(server.url, { ...GET, query: { q: 'ї&', empty: '', none: undefined } });
		expect(server.requests).toEqual(['GET /?q=%D1%97%26&empty=']);
	});

	it('sends JSON and form bodies with their content type', async () => {
		const server = await serve((_, response) => response.end());
		await send(server.url, POST);
		await send(server.url, { ...POST, body: { kind: 'form', fields: { a: 'x y', b: undefined } } });
		expect(server.bodies).toEqual(['{"a":1}', 'a=x+y']);
		expect(server.headers.map((headers) => headers['content-type'])).toEqual([
			'application/json',
			'application/x-www-form-urlencoded',
		]);
	});

	it('sends files as multipart', async () => {
		const server = await serve((_, response) => response.end());
		const file = { bytes: Buffer.from('RIFF'), fileName: 'a.wav', mimeType: 'audio/wav' };
		await send(server.url, {
			...POST,
			body: { kind: 'multipart', fields: { key: 'K', voice: file } },
		});
		expect(server.headers[0]?.['content-type']).toMatch(/^multipart\/form-data; boundary=/);
		expect(server.bodies[0]).toMatch(/name="key"\r\n\r\nK\r\n/);
		expect(server.bodies[0]).toMatch(
			/name="voice"; filename="a.wav"\r\nContent-Type: audio\/wav\r\n\r\nRIFF\r\n/,
		);
	});

	async function socketsFor(concurrency: number): Promise<number> {
		const ports = new Set<number | undefined>();
		const server = await serve((request, response) => {
			ports.add(request.socket.remotePort);
			setTimeout(() => response.end('{}'), 1);
		});
		const worker = async () => {
			for (let times = 0; times < 20; times++) await send(server.url, POST);
		};
		await Promise.all(Array.from({ length: concurrency }, worker));
		expect(server.requests).toHaveLength(20 * concurrency);
		return ports.size;
	}

	it('opens no more sockets than there are requests at once', async () => {
		expect(await socketsFor(5)).toBeLessThanOrEqual(5);
	});
});

describe('what comes back', () => {
	const text = JSON.stringify({ hello: 'wörld' });
	it.each([
		['plain', {}, Buffer.from(text)],
		['gzip', { 'content-encoding': 'gzip' }, gzipSync(text)],
		['x-gzip', { 'content-encoding': 'X-GZIP' }, gzipSync(text)],
		['deflate', { 'content-encoding': 'deflate' }, deflateSync(text)],
		['identity', { 'content-encoding': 'identity' }, Buffer.from(text)],
	])('reads a body: %s', async (_, headers, body) => {
		const server = await serve((_, response) => response.writeHead(200, headers).end(body));
		expect(decodeText(await send(server.url))).toBe(text);
	});

	it('gives status and headers of refusals too', async () => {
		const server = await serve((_, response) =>
			response.writeHead(418, { 'X-Why': 'teapot' }).end('no'),
		);
		const reply = await send(server.url, { ...GET, path: '/a', query: { key: 'K' } });
		expect(reply).toMatchObject({ status: 418, source: `${server.url}/a` });
		expect(reply.headers['x-why']).toBe('teapot');
	});

	it.each([204, 304])('reads an answer without a body: %i', async (status) => {
		const server = await serve((_, response) => response.writeHead(status).end());
		expect((await send(server.url)).bytes).toHaveLength(0);
	});

	it('reads the answer to HEAD, whose headers may name a compression', async () => {
		const server = await serve((_, response) =>
			response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '100' }).end(),
		);
		expect((await send(server.url, { ...GET, method: 'HEAD' })).status).toBe(200);
	});
});

describe('size limit', () => {
	it.each([
		['declared', (size: number) => ({ 'content-length': String(size) })],
		['undeclared', () => ({})],
	])('stops reading a body that is too large: %s', async (_, headers) => {
		const body = Buffer.alloc(100_001, 0x20);
		const server = await serve((_, response) =>
			response.writeHead(200, headers(body.length)).end(body),
		);
		const error = await failure(server.url);
		expect(error.message).toMatch(/Acme answered with more than 0 MB/);
		expect(error).toMatchObject({ outcome: 'unknown', transient: false });
	});

	it('takes a body of exactly the limit', async () => {
		const server = await serve((_, response) => response.end(Buffer.alloc(100_000, 0x20)));
		expect((await send(server.url)).bytes).toHaveLength(100_000);
	});

	it('counts decompressed bytes, so a small bomb does no harm', async () => {
		const bomb = gzipSync(Buffer.alloc(30_000_000, 0x20));
		expect(bomb.length).toBeLessThan(100_000);
		const server = await serve((_, response) =>
			response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
		);
		expect((await failure(server.url)).message).toMatch(/more than/);
	});
});

describe('failures', () => {
	it('names a refused connection, which is surely harmless', async () => {
		const error = await failure(`http://127.0.0.1:${await unusedPort()}`);
		expect(error.message).toMatch(
			/Acme could not be reached at http:.*: the connection was refused/,
		);
		expect(error).toMatchObject({ code: 'ECONNREFUSED', transient: true, outcome: 'not_sent' });
		expect(error.hint).toMatch(/Nothing was sent/);
	});

	it('names a host that does not exist, which no retry helps', async () => {
		const error = await failure('http://no-such-host.invalid');
		expect(error.message).toMatch(/the host name (does not exist|could not be looked up)/);
		expect(error.outcome).toBe('not_sent');
	});

	it('says that a server of another kind is not TLS, and nothing was sent', async () => {
		const server = await serveTcp((socket) => socket.end('220 mail.example.com ESMTP\r\n'));
		const error = await failure(server.url.replace('http:', 'https:'));
		expect(error.message).toMatch(/could not be reached/);
		expect(error.outcome).toBe('not_sent');
	});

	it.each([
		['closed without an answer', (end: () => void) => end()],
		[
			'closed after half of the headers',
			(end: () => void, write: (text: string) => void) => {
				write('HTTP/1.1 200 OK\r\ncontent-le');
				end();
			},
		],
		[
			'closed after half of the body',
			(end: () => void, write: (text: string) => void) => {
				write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":');
				end();
			},
		],
		[
			'no HTTP at all',
			(end: () => void, write: (text: string) => void) => {
				write('SSH-2.0-OpenSSH_9.6\r\n');
				end();
			},
		],
	])('calls the outcome unknown when the connection is %s', async (_, act) => {
		const server = await serveTcp((socket) => {
			socket.once('data', () =>
				act(
					() => socket.end(),
					(part) => void socket.write(part),
				),
			);
		});
		const error = await failure(server.url);
		expect(error.message).toBe('The connection to Acme broke before the answer was complete');
		expect(error).toMatchObject({ transient: true, outcome: 'unknown' });
		expect(server.connections).toBe(1);
	});

	it.each([
		['broken gzip', 'gzip', randomBytes(100)],
		['cut gzip', 'gzip', gzipSync(randomBytes(1000)).subarray(0, 500)],
		['an unknown compression', 'br', randomBytes(100)],
	])('calls the outcome unknown after %s', async (_, encoding, body) => {
		const server = await serve((_, response) =>
			response.writeHead(200, { 'content-encoding': encoding }).end(body),
		);
		expect(await failure(server.url)).toMatchObject({ outcome: 'unknown' });
	});
});

describe('time', () => {
	it('ends a request whose answer does not begin', async () => {
		const server = await serve(() => undefined);
		const started = performance.now();
		const error = await failure(server.url, POST, { timeoutMs: 300 });
		expect(performance.now() - started).toBeLessThan(10_000);
		expect(error.message).toMatch(/Acme did not answer (within 1 seconds|in time)/);
		expect(error).toMatchObject({ transient: true, outcome: 'unknown' });
	});

	it('ends a request whose body never ends, although bytes keep coming', async () => {
		const server = await serve((_, response) => {
			const timer = setInterval(() => response.write(' '), 20);
			response.on('close', () => clearInterval(timer));
		});
		const started = performance.now();
		const error = await failure(server.url, POST, { timeoutMs: 300 });
		expect(performance.now() - started).toBeLessThan(10_000);
		expect(error.outcome).toBe('unknown');
	});

	it.each([
		['before the answer', () => undefined],
		['within the body', (response: { write(text: string): void }) => response.write('{"a":')],
	])('is cancelled at once %s', async (_, answer) => {
		const server = await serve((_, response) => void answer(response));
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 50);
		const started = performance.now();
		const options = { signal: controller.signal, timeoutMs: 25_000 };
		await expect(send(server.url, POST, options)).rejects.toBeInstanceOf(CancelledError);
		expect(performance.now() - started).toBeLessThan(10_000);
	});

	it('sends nothing when it is cancelled before', async () => {
		const server = await serve((_, response) => response.end());
		const options = { signal: AbortSignal.abort() };
		await expect(send(server.url, POST, options)).rejects.toBeInstanceOf(CancelledError);
		expect(server.requests).toEqual([]);
	});
});

describe('redirects', () => {
	const to =
		(status: number, location: string): RequestListener =>
		(request, response) =>
			request.url === '/there'
				? response.end('there')
				: response.writeHead(status, { location }).end();

	it.each([301, 302, 303, 307, 308])(
		'are followed by GET on the same origin: %i',
		async (status) => {
			const server = await serve(to(status, '/there'));
			expect(decodeText(await send(server.url))).toBe('there');
			expect(server.requests).toEqual(['GET /', 'GET /there']);
		},
	);

	it('are not followed to another origin, where the credential does not belong', async () => {
		const other = await serve((_, response) => response.end());
		const server = await serve(to(302, `${other.url}/there?key=K`));
		const error = await failure(server.url, GET);
		expect(error.message).toBe(`Acme redirected the request to ${other.url}/there`);
		expect(error.failureCause).toBe('configuration-invalid');
		expect(other.requests).toEqual([]);
	});

	it.each([301, 302, 303, 307, 308])('are never followed by POST: %i', async (status) => {
		const server = await serve(to(status, '/there'));
		const error = await failure(server.url, POST);
		expect(error.message).toMatch(/redirected the request/);
		expect(error.transient).toBe(false);
		expect(server.requests).toEqual(['POST /send']);
	});

	it('end when they go round in a circle', async () => {
		const server = await serve(to(302, '/'));
		expect((await failure(server.url, GET)).message).toMatch(/redirected the request/);
		expect(server.requests).toHaveLength(6);
	});

	it.each([
		['no target', {}],
		['a target that is no address', { location: 'http://[' }],
	])('without a usable target are plain answers: %s', async (_, headers) => {
		const server = await serve((_, response) => response.writeHead(302, headers).end());
		expect((await send(server.url)).status).toBe(302);
	});
});
