/** However a blocked address is written, named or redirected to: with n8n's SSRF protection on nothing connects to it. */
import { download } from '../../nodes/shared/http/download';
import { CallError } from '../../nodes/shared/http/errors';
import { transmit } from '../../nodes/shared/http/transport';
import { startProxy, type LocalProxy } from '../unit/support/proxy';
import {
	type ActivePolicy,
	type Listener,
	type Names,
	resolveNames,
	startListener,
	startTwins,
	usePolicy,
	useProxies,
} from './support/egress';

const NAMES: Names = {
	localhost: [['127.0.0.1', '::1']],
	'localhost.': [['127.0.0.1']],
	'loopback.test': [['127.0.0.1']],
	'loopback.test.': [['127.0.0.1']],
	'loopback6.test': [['::1']],
	'mapped.test': [['::ffff:127.0.0.1']],
	'unspecified.test': [['0.0.0.0']],
	'unspecified6.test': [['::']],
	// Public addresses beside a blocked one; nobody is to connect to any of them.
	'mixed.test': [['192.88.99.1', '127.0.0.1']],
	'mixed6.test': [['2001:db8::1', '::1']],
	'private.test': [['10.1.2.3']],
	'allowed.test': [['127.0.0.1']],
};

/** Host parts of URLs that all lead to this machine or its network. */
const BLOCKED = [
	'127.0.0.1',
	'127.0.0.1.',
	'127.1',
	'127.8.9.10',
	'0x7f.1',
	'0x7f000001',
	'0177.0.0.1',
	'2130706433',
	'017700000001',
	'0',
	'0.0.0.0',
	'127。0。0。1',
	'１２７.0.0.1',
	'%31%32%37.0.0.1',
	'[::1]',
	'[0:0:0:0:0:0:0:1]',
	'[::]',
	'[::0.0.0.0]',
	'[::ffff:127.0.0.1]',
	'[::ffff:7f00:1]',
	'[::ffff:0.0.0.0]',
	'[::FFFF:169.254.169.254]',
	'[fc00::1]',
	'[fd12:3456::1]',
	'[fe80::1]',
	'10.0.0.1',
	'172.16.0.1',
	'192.168.1.1',
	'169.254.169.254',
	'0xa9.0xfe.0xa9.0xfe',
	'localhost',
	'LOCALHOST',
	'localhost.',
	'loopback.test',
	'loopback.test.',
	'loopback6.test',
	'mapped.test',
	'unspecified.test',
	'unspecified6.test',
	'mixed.test',
	'mixed6.test',
	'private.test',
	'user:pass@127.0.0.1',
	'allowed.test@127.0.0.1',
	'allowed.test:80@loopback.test',
];

let trap: Listener;
let open: Listener;
let proxy: LocalProxy;
let policy: ActivePolicy;
/** Where the open server sends whoever asks for `/away`. */
let away = '';

beforeAll(async () => {
	trap = await startListener();
	open = await startListener((request, response) => {
		if (request.url === '/away') return void response.writeHead(302, { location: away }).end();
		response.end('reached');
	});
});
afterAll(async () => {
	await trap.close();
	await open.close();
});

beforeEach(async () => {
	proxy = await startProxy(open.port);
	resolveNames(NAMES);
});
afterEach(async () => {
	jest.restoreAllMocks();
	useProxies();
	await proxy.close();
});

const limits = () => ({ timeoutMs: 8000, maxBytes: 10_000, egress: policy.filter });

async function request(origin: string, path = '/x', method: 'GET' | 'POST' = 'POST') {
	const safety = method === 'GET' ? ('read' as const) : ('spends' as const);
	return await transmit({ method, path, safety }, origin, 'Acme', limits());
}

async function fetchFile(url: string) {
	return await download(url, { name: 'The file "a"', ...limits() }, async ({ content }) => {
		const chunks: Buffer[] = [];
		for await (const chunk of content as AsyncIterable<Buffer>) chunks.push(chunk);
		return Buffer.concat(chunks).toString();
	});
}

type Task = (address: string) => Promise<unknown>;

/** Everything by which an address is asked, given its origin with the port of the trap. */
const WAYS: ReadonlyArray<readonly [string, Task]> = [
	['a request', async (origin) => await request(origin)],
	['a request that reads', async (origin) => await request(origin, '/x', 'GET')],
	['a download', async (origin) => await fetchFile(`${origin}/x`)],
	[
		'a download that is redirected',
		async (origin) => {
			away = `${origin}/x`.replace(/[^\0-\x7f]/g, encodeURIComponent);
			return await fetchFile(`http://allowed.test:${open.port}/away`);
		},
	],
];

/** What is wrong about how a blocked address was refused. */
async function problemsOf(task: Task, origin: string): Promise<string[]> {
	const before = [trap.connections, policy.refusals()];
	const error: unknown = await task(origin).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	const problems: string[] = [];
	const say = (wrong: boolean, what: string) => void (wrong && problems.push(`${origin}: ${what}`));
	say(trap.connections !== before[0], 'was connected to');
	if (!(error instanceof CallError)) return [...problems, `${origin}: ${String(error)}`];
	say(!/^The network policy of this n8n instance blocks /.test(error.message), error.message);
	say(!/administrator.+N8N_SSRF_ALLOWED_HOSTNAMES/.test(error.hint ?? ''), `hint ${error.hint}`);
	say(/user|pass@/.test(error.message), 'shows a login');
	say(error.outcome !== 'not_sent', error.outcome);
	say(error.transient, 'may be tried again');
	say(policy.refusals() - (before[1] ?? 0) !== 1, 'was not refused once and for all');
	return problems;
}

describe.each([['directly'], ['through a proxy']])('%s', (route) => {
	const isProxied = route !== 'directly';
	beforeEach(() => {
		useProxies(isProxied ? { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url } : {});
		policy = usePolicy({ allowedHostnames: ['allowed.test'] });
	});

	it.each(WAYS)('%s reaches no blocked address, however it is written', async (_, task) => {
		const problems: string[] = [];
		// What a name is to a proxy, only the proxy knows: `::` is its own machine then, not this one.
		const hosts = BLOCKED.filter((host) => !isProxied || host !== 'unspecified6.test');
		for (const host of hosts) {
			for (const scheme of ['http', 'https']) {
				problems.push(...(await problemsOf(task, `${scheme}://${host}:${trap.port}`)));
			}
		}
		expect(problems).toEqual([]);
		expect(proxy.seen.filter((line) => !line.includes('allowed.test'))).toEqual([]);
	});

	it('a request is not redirected to a blocked address, nor anywhere but within its origin', async () => {
		for (const target of [`http://127.0.0.1:${trap.port}/`, `https://[::1]:${trap.port}/`]) {
			away = target;
			const error = await request(`http://allowed.test:${open.port}`, '/away', 'GET').catch(
				(reason: unknown) => reason,
			);
			expect(error).toMatchObject({ message: expect.stringContaining('redirected') as string });
		}
		expect(trap.connections).toBe(0);
	});

	it('what the policy allows is reached, by name, by address and after a redirect', async () => {
		const allowed = `http://allowed.test:${open.port}`;
		expect((await request(allowed)).status).toBe(200);
		expect(await fetchFile(`${allowed}/x`)).toBe('reached');
		away = '/x';
		expect(await fetchFile(`${allowed}/away`)).toBe('reached');

		policy = usePolicy({ allowedIpRanges: ['127.0.0.0/8', '0.0.0.0/8', '::/127'] });
		const hosts = [
			'127.0.0.1',
			'0x7f.1',
			'[::1]',
			'[::]',
			'0',
			'loopback.test',
			'unspecified6.test',
		];
		for (const host of hosts) {
			expect((await request(`http://${host}:${open.port}`)).status).toBe(200);
			expect(await fetchFile(`http://${host}:${open.port}/x`)).toBe('reached');
		}
		expect(proxy.seen.length > 0).toBe(isProxied);
	});

	it('an instance without protection refuses nothing', async () => {
		policy = usePolicy({ enabled: false });
		for (const host of ['127.0.0.1', '[::]', 'loopback.test', 'unspecified.test']) {
			expect((await request(`http://${host}:${open.port}`)).status).toBe(200);
		}
	});

	it('a name that cannot be looked up is "not sent", with the policy on as with none', async () => {
		const error = await request('http://nowhere.test').catch((reason: unknown) => reason);
		const absent = await transmit(
			{ method: 'POST', path: '/x', safety: 'spends' },
			'http://nowhere.test',
			'Acme',
			{ timeoutMs: 8000, maxBytes: 1000 },
		).catch((reason: unknown) => reason);
		expect(error).toMatchObject({
			message: 'Acme could not be reached at http://nowhere.test: the host name does not exist',
			outcome: 'not_sent',
			transient: false,
		});
		// Without a policy a proxy may know names that this machine does not.
		if (!isProxied) expect(absent).toMatchObject({ message: (error as CallError).message });
	});
});

describe('a name that changes its address', () => {
	const both = ['::1', '127.0.0.1'];
	const rebinding: Names = {
		'changing.test': [['::1'], ['127.0.0.1']],
		'changing6.test': [['::1'], ['::'], ['::']],
		'mixing.test': [['::1'], both],
	};

	it.each(Object.keys(rebinding))('leads to nothing but a validated one: %s', async (name) => {
		jest.restoreAllMocks();
		const [good, bad] = await startTwins('::1', '127.0.0.1');
		try {
			for (const task of [WAYS[0]?.[1], WAYS[2]?.[1]]) {
				resolveNames(rebinding);
				// The address of the good server is allowed, that of the other one is not.
				policy = usePolicy({ allowedIpRanges: ['::1/128'] });
				const error = await task?.(`http://${name}:${good.port}`).catch(
					(reason: unknown) => reason,
				);
				if (error instanceof Error) {
					expect(error).toMatchObject({ outcome: 'not_sent', transient: false });
					expect(error.message).toMatch(/^The network policy of this n8n instance blocks /);
				}
				expect(bad.connections).toBe(0);
				jest.restoreAllMocks();
			}
		} finally {
			await good.close();
			await bad.close();
		}
	});
});

it('the policy is asked within the time-out of the request and until it is cancelled', async () => {
	const never = new Promise<never>(() => undefined);
	const { filter } = usePolicy();
	const egress = Object.assign(Object.create(filter) as typeof filter, {
		validateUrl: async () => await never,
	});
	const asking = { method: 'POST', path: '/', safety: 'spends' } as const;
	const late = transmit(asking, 'http://slow.test', 'Acme', { ...limits(), egress, timeoutMs: 50 });
	await expect(late).rejects.toMatchObject({ outcome: 'not_sent', transient: true });
	const cancelled = new AbortController();
	const over = transmit(asking, 'http://slow.test', 'Acme', {
		...limits(),
		egress,
		signal: cancelled.signal,
	});
	cancelled.abort();
	await expect(over).rejects.toMatchObject({ name: 'CancelledError', sent: false });
	const file = download(
		'http://slow.test/a',
		{ name: 'The file "a"', ...limits(), egress, timeoutMs: 50, attempts: 1 },
		async () => undefined,
	);
	await expect(file).rejects.toThrow(/took too long/);
});
