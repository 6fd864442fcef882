/** The proxies of the environment: everything goes through them, they learn nothing, and what they refuse was not sent. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { download } from '../../nodes/shared/http/download';
import { CallError } from '../../nodes/shared/http/errors';
import { environmentProxies } from '../../nodes/shared/http/proxy';
import { transmit } from '../../nodes/shared/http/transport';
import { startProxy, type LocalProxy } from '../unit/support/proxy';
import { unusedPort } from '../unit/support/server';
import {
	type Listener,
	type Policy,
	resolveNames,
	startListener,
	usePolicy,
	useProxies,
} from './support/egress';

const KEY = 'marker-key-5b1e7c';
const LOGIN = 'operator:marker%40password-9d2f';
const PASSWORD = 'marker@password-9d2f';
const ALLOWED: Policy = { allowedIpRanges: ['127.0.0.0/8'] };

let target: Listener;
let proxy: LocalProxy;
const closing: Array<() => Promise<void>> = [];

beforeEach(async () => {
	target = await startListener((request, response) => {
		response.end(`authorization ${String(request.headers['proxy-authorization'])}`);
	});
	proxy = await startProxy(target.port);
	resolveNames({ 'api.acme.test': [['127.0.0.1']], 'proxy.test': [['127.0.0.1']] });
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	jest.restoreAllMocks();
	useProxies();
	await proxy.close();
	await target.close();
});

async function send(origin: string, policy: Policy = ALLOWED) {
	return await transmit(
		{
			method: 'POST',
			path: `/sms?key=${KEY}`,
			headers: { authorization: `Bearer ${KEY}` },
			body: { kind: 'json', value: { key: KEY } },
			safety: 'spends',
		},
		origin,
		'Acme',
		{ timeoutMs: 5000, maxBytes: 10_000, egress: usePolicy(policy).filter },
	);
}

async function failureOf(task: Promise<unknown>): Promise<CallError> {
	const error: unknown = await task.catch((reason: unknown) => reason);
	if (!(error instanceof CallError)) throw new Error(`no CallError: ${String(error)}`);
	return error;
}

/** Ports of the target, by which NO_PROXY is tried. */
const port = () => String(target.port);

describe('NO_PROXY', () => {
	const host = 'api.acme.test';
	it.each([
		[host, true],
		['API.ACME.TEST', true],
		['acme.test', true],
		['.acme.test', true],
		['*.acme.test', true],
		['other.test, acme.test', true],
		['other.test acme.test', true],
		['*', true],
		[`${host}:PORT`, true],
		['acme.test:PORT', true],
		[`${host}:1`, false],
		['cme.test', false],
		['pi.acme.test', false],
		['acme', false],
		['other.test', false],
		// Ranges are no names; n8n does not take them either.
		['127.0.0.0/8', false],
		['', false],
	])('%s reaches the host directly: %s', async (noProxy, isDirect) => {
		useProxies({ HTTP_PROXY: proxy.url, NO_PROXY: noProxy.replace('PORT', port()) });
		const { status } = await send(`http://${host}:${port()}`);
		expect([status, proxy.seen.length]).toEqual([200, isDirect ? 0 : 1]);
	});

	it.each([
		['127.0.0.1', '127.0.0.1'],
		['[::1]', '[::1]'],
		['[::1]:PORT', '[::1]'],
	])('%s is an address', async (noProxy, address) => {
		useProxies({ HTTP_PROXY: proxy.url, NO_PROXY: noProxy.replace('PORT', port()) });
		const allowed = { allowedIpRanges: ['127.0.0.0/8', '::1/128'] };
		expect((await send(`http://${address}:${port()}`, allowed)).status).toBe(200);
		expect(proxy.seen).toEqual([]);
	});

	it('does not lift the policy', async () => {
		useProxies({ HTTP_PROXY: proxy.url, NO_PROXY: '*' });
		expect(await failureOf(send(`http://127.0.0.1:${port()}`, {}))).toMatchObject({
			outcome: 'not_sent',
			message: expect.stringContaining('network policy') as string,
		});
		expect([target.connections, proxy.seen]).toEqual([0, []]);
	});
});

describe('what goes through', () => {
	const url = (more = '') => proxy.url.replace('//', `//${more}`);

	it.each<[string, () => Record<string, string>, [http: boolean, https: boolean]]>([
		['HTTP_PROXY', () => ({ HTTP_PROXY: url() }), [true, true]],
		['http_proxy', () => ({ http_proxy: url() }), [true, true]],
		['HTTPS_PROXY', () => ({ HTTPS_PROXY: url() }), [false, true]],
		['ALL_PROXY', () => ({ ALL_PROXY: url() }), [true, true]],
		['all_proxy', () => ({ all_proxy: url() }), [true, true]],
		['without a scheme', () => ({ HTTP_PROXY: url().replace('http://', '') }), [true, true]],
		['an empty one before it', () => ({ http_proxy: '', HTTP_PROXY: url() }), [true, true]],
		['none', () => ({}), [false, false]],
	])('%s', async (_, variables, [plain, secure]) => {
		useProxies(variables());
		expect((await send(`http://api.acme.test:${port()}`)).status).toBe(200);
		expect(proxy.seen).toEqual(plain ? [`CONNECT api.acme.test:${port()}`] : []);
		// The target speaks no TLS; how far it gets is enough.
		await failureOf(send(`https://api.acme.test:${port()}`));
		expect(proxy.seen).toHaveLength(Number(plain) + Number(secure));
	});

	it('downloads go through it too, and redirects of them', async () => {
		useProxies({ ALL_PROXY: url() });
		const keep = async () => 'kept';
		const wanted = {
			name: 'The file',
			timeoutMs: 5000,
			maxBytes: 1000,
			egress: usePolicy(ALLOWED).filter,
		};
		await download(`http://api.acme.test:${port()}/a`, wanted, keep);
		expect(proxy.seen).toEqual([`CONNECT api.acme.test:${port()}`]);
		expect(target.requests).toEqual(['GET /a']);
	});

	it('a proxy of the own network is reached by name and by address, with the protection on', async () => {
		// The policy is for targets; who runs n8n has chosen the proxy.
		const only = { allowedHostnames: ['api.acme.test'] };
		for (const name of ['127.0.0.1', 'proxy.test']) {
			useProxies({ HTTP_PROXY: url().replace('127.0.0.1', name) });
			expect((await send(`http://api.acme.test:${port()}`, only)).status).toBe(200);
		}
		expect(proxy.seen).toHaveLength(2);
	});

	it('its login goes to the proxy and to nobody else', async () => {
		useProxies({ HTTP_PROXY: url(`${LOGIN}@`) });
		const { bytes } = await send(`http://api.acme.test:${port()}`);
		expect(proxy.authorizations).toEqual([
			`Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}`,
		]);
		expect(Buffer.from(bytes).toString()).toBe('authorization undefined');
	});

	it('of a request by TLS it sees host and port, and no key', async () => {
		let seen = '';
		const spy = await startRaw((socket, chunk) => {
			const isFirst = seen === '';
			seen += chunk.toString('latin1');
			if (isFirst) socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
			else socket.destroy();
		});
		useProxies({ HTTPS_PROXY: `http://${LOGIN}@127.0.0.1:${spy.port}` });
		const error = await failureOf(send('https://api.acme.test'));
		expect(seen).toMatch(/^CONNECT api\.acme\.test:443 HTTP\/1\.1\r\n/);
		// A TLS handshake begins behind the head.
		expect(seen.split('\r\n\r\n')[1]?.charCodeAt(0)).toBe(0x16);
		expect(seen).not.toMatch(new RegExp(`${KEY}|sms|Bearer`));
		expect(error.outcome).toBe('not_sent');
		expect(`${error.message} ${error.hint}`).not.toMatch(/marker|operator/);
	});
});

async function startRaw(onData: (socket: Socket, chunk: Buffer) => void) {
	let connections = 0;
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		connections++;
		sockets.add(socket);
		socket.on('error', () => undefined);
		socket.on('data', (chunk: Buffer) => onData(socket, chunk));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = async () => {
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		for (const socket of sockets) socket.destroy();
		await closed;
	};
	closing.push(close);
	return {
		port: (server.address() as AddressInfo).port,
		connections: () => connections,
		close,
	};
}

describe('a proxy that gives no connection', () => {
	const answers =
		(status: string) =>
		(socket: Socket): void =>
			void socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);

	it.each<[string, (socket: Socket) => void, RegExp, boolean]>([
		['wants a login', answers('407 Proxy Authentication Required'), /login.+HTTP 407/, false],
		['forbids', answers('403 Forbidden'), /refuses the connection \(HTTP 403\)/, false],
		['cannot reach the host', answers('502 Bad Gateway'), /cannot reach.+HTTP 502/, true],
		['is overloaded', answers('503 Service Unavailable'), /HTTP 503/, true],
		['closes', (socket) => void socket.end(), /gave no connection/, true],
		['resets', (socket) => void socket.resetAndDestroy(), /gave no connection/, true],
		[
			'speaks another protocol',
			(socket) => void socket.end('SSH-2.0-x\r\n'),
			/no HTTP proxy/,
			false,
		],
	])('%s: one try, nothing was sent', async (_, answer, words, transient) => {
		const refusing = await startRaw(answer);
		useProxies({ HTTP_PROXY: `http://${LOGIN}@127.0.0.1:${refusing.port}` });
		for (const scheme of ['http', 'https']) {
			const error = await failureOf(send(`${scheme}://api.acme.test:${port()}`));
			expect(error.message).toMatch(words);
			expect(error.message).toContain(`The proxy 127.0.0.1:${refusing.port} `);
			expect(error.message).toContain(`api.acme.test:${port()}`);
			expect(error).toMatchObject({ outcome: 'not_sent', transient });
			expect(error.hint).toMatch(/^Nothing was sent\. .+HTTPS_PROXY.+administrator/);
			expect(JSON.stringify([error.message, error])).not.toMatch(/marker|operator/);
		}
		expect([refusing.connections(), target.connections]).toEqual([2, 0]);
	});

	it('does not answer: the time-out of the request ends it', async () => {
		const silent = await startRaw(() => undefined);
		useProxies({ HTTP_PROXY: `http://127.0.0.1:${silent.port}` });
		const task = transmit(
			{ method: 'POST', path: '/', safety: 'spends' },
			'https://api.acme.test',
			'Acme',
			{ timeoutMs: 300, maxBytes: 1000, egress: usePolicy(ALLOWED).filter },
		);
		expect(await failureOf(task)).toMatchObject({ outcome: 'not_sent', transient: true });
		expect(silent.connections()).toBe(1);
	});

	it('is not there', async () => {
		const gone = await unusedPort();
		useProxies({ HTTP_PROXY: `http://${LOGIN}@127.0.0.1:${gone}` });
		expect(await failureOf(send('https://api.acme.test'))).toMatchObject({
			message: `The proxy 127.0.0.1:${gone} could not be reached: the connection was refused`,
			outcome: 'not_sent',
			transient: true,
		});
	});

	it.each(['socks5://user:marker@127.0.0.1:1080', 'http://', 'http://operator:marker@a b'])(
		'cannot be used: %s',
		async (address) => {
			for (const variable of ['HTTP_PROXY', 'ALL_PROXY']) {
				useProxies({ [variable]: address });
				const error = await failureOf(send('https://api.acme.test'));
				expect(error.message).toBe(`The proxy in ${variable} is not an http or https address`);
				expect(error).toMatchObject({ outcome: 'not_sent', transient: false });
			}
			expect(target.connections).toBe(0);
		},
	);
});

test('which proxy is taken for what', () => {
	const of = (env: Record<string, string>) => {
		const { httpProxy, httpsProxy } = environmentProxies(env);
		return [httpProxy, httpsProxy];
	};
	expect(of({})).toEqual(['', '']);
	expect(of({ HTTP_PROXY: 'http://a' })).toEqual(['http://a', 'http://a']);
	expect(of({ HTTPS_PROXY: 'http://b' })).toEqual(['', 'http://b']);
	expect(of({ HTTP_PROXY: 'http://a', ALL_PROXY: 'c:3128' })).toEqual([
		'http://a',
		'http://c:3128',
	]);
	const both = { HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b' };
	expect(of({ ...both, all_proxy: 'socks5://c:1080' })).toEqual(['http://a', 'http://b']);
	expect(of({ https_proxy: ' http://d ', HTTPS_PROXY: 'http://b' })).toEqual(['', 'http://d']);
});
