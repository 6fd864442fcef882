import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import type { LocalProxy } from '../support/proxy';
import { startProxy } from '../support/proxy';
import type { ProxyResult, ProxyTask } from '../support/proxyChild';
import type { LocalServer } from '../support/server';
import { startServer, unusedPort } from '../support/server';

const CHILD = path.join(__dirname, '../support/proxyChild.ts');
const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'];

let server: LocalServer;
let proxy: LocalProxy;
beforeEach(async () => {
	server = await startServer((_, response) => response.end('ok'));
	proxy = await startProxy(server.port);
});
afterEach(async () => {
	await proxy.close();
	await server.close();
});

/** Runs requests in a process with these proxy variables. */
async function inProcess(
	variables: Record<string, string>,
	...tasks: ProxyTask[]
): Promise<ProxyResult[]> {
	const env: NodeJS.ProcessEnv = { ...process.env };
	for (const name of PROXY_VARIABLES) {
		delete env[name];
		delete env[name.toLowerCase()];
	}
	const { stdout } = await promisify(execFile)(
		process.execPath,
		['--import', 'tsx', CHILD, JSON.stringify(tasks)],
		{ env: { ...env, ...variables }, cwd: path.join(__dirname, '../../..') },
	);
	return JSON.parse(stdout) as ProxyResult[];
}

describe('proxies from the environment', () => {
	it('HTTP_PROXY carries requests, also to names only it knows, within the network policy', async () => {
		const [address, name, blockedName, blockedAddress, allowed] = await inProcess(
			{ HTTP_PROXY: proxy.url },
			{ origin: server.url },
			{ origin: 'http://gateway.invalid' },
			{ origin: 'http://blocked.invalid', blocked: ['blocked.invalid'] },
			{ origin: 'http://169.254.169.254', blocked: ['169.254.169.254'] },
			{ origin: 'http://allowed.invalid', blocked: ['blocked.invalid'] },
		);
		expect([address, name, allowed]).toEqual([{ status: 200 }, { status: 200 }, { status: 200 }]);
		for (const refused of [blockedName, blockedAddress]) {
			expect(refused?.message).toMatch(/network policy of this n8n instance blocks/);
			expect(refused?.outcome).toBe('not_sent');
		}
		expect(server.requests).toEqual(['POST /x', 'POST /x', 'POST /x']);
		const seen = proxy.seen.join(' ');
		expect(seen).toMatch(/gateway\.invalid.*allowed\.invalid/);
		expect(seen).not.toMatch(/blocked\.invalid|169\.254/);
	});

	it('the lower-case name counts too', async () => {
		const results = await inProcess(
			{ http_proxy: proxy.url },
			{ origin: 'http://gateway.invalid' },
		);
		expect(results).toEqual([{ status: 200 }]);
	});

	it('HTTPS_PROXY carries only https requests, through a tunnel', async () => {
		const [plain, secure] = await inProcess(
			{ HTTPS_PROXY: proxy.url },
			{ origin: server.url },
			{ origin: 'https://gateway.invalid' },
		);
		expect(plain).toEqual({ status: 200 });
		expect(secure?.message).toMatch(/could not be reached/);
		expect(secure?.outcome).toBe('not_sent');
		expect(proxy.seen).toEqual(['CONNECT gateway.invalid:443']);
	});

	it('NO_PROXY names hosts that are reached directly', async () => {
		const variables = { HTTP_PROXY: proxy.url, NO_PROXY: 'example.com,127.0.0.1' };
		expect(await inProcess(variables, { origin: server.url })).toEqual([{ status: 200 }]);
		expect(proxy.seen).toEqual([]);
	});

	it('a proxy that does not answer is a harmless failure', async () => {
		const dead = `http://127.0.0.1:${await unusedPort()}`;
		const [result] = await inProcess({ HTTP_PROXY: dead }, { origin: 'http://gateway.invalid' });
		expect(result?.message).toMatch(/could not be reached/);
		expect(result).toMatchObject({ outcome: 'not_sent', transient: true });
	});

	it('credentials of the proxy go to the proxy only', async () => {
		const withLogin = proxy.url.replace('//', '//user:pass@');
		await inProcess({ HTTP_PROXY: withLogin }, { origin: server.url });
		expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('user:pass').toString('base64')}`]);
		expect(server.headers[0]).not.toHaveProperty('proxy-authorization');
	});
});
