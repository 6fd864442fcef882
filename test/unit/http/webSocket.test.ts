/** The WebSocket transport: the instance's policy, proxies, and connections that do not come about. */
import { lookup as dnsLookup } from 'node:dns';

import type { EgressFilter } from '../../../nodes/shared/http/egress';
import { Socket } from '../../../nodes/shared/websocket/socket';
import { startDecoy, startVoicemodControlSimulator } from '../../simulators/voicemod';

type App = Awaited<ReturnType<typeof startVoicemodControlSimulator>>;

let app: App;
beforeEach(async () => {
	app = await startVoicemodControlSimulator();
});
afterEach(async () => await app.close());

function filterOf(policy: { url?: boolean; host?: boolean; lookup?: boolean } = {}) {
	const asked: string[] = [];
	const verdict = (refused?: boolean) =>
		refused ? { ok: false, error: new Error('The address is blocked') } : { ok: true };
	const filter: EgressFilter = {
		validateUrl: async (url) => {
			asked.push(url.href);
			return verdict(policy.url);
		},
		validateConnectionHost: (host) => {
			asked.push(host);
			return verdict(policy.host);
		},
		createSecureLookup: () => (hostname, options, callback) => {
			asked.push(`lookup ${hostname}`);
			if (policy.lookup) (callback as (error: Error) => void)(new Error('blocked by lookup'));
			else dnsLookup(hostname, { ...options, family: 4 }, callback as unknown as () => void);
		},
	};
	return { filter, asked };
}

async function open(url: string, more: Partial<Parameters<typeof Socket.open>[0]> = {}) {
	const texts: string[] = [];
	const options = { name: 'Acme', url: new URL(url), timeoutMs: 10_000, maxBytes: 1e6, ...more };
	return { texts, socket: await Socket.open(options, (text) => texts.push(text)) };
}

test('the policy is asked before the connection, and its lookup is used', async () => {
	const { filter, asked } = filterOf();
	const { socket } = await open(`ws://localhost:${app.port}/v1/`, { egress: filter });
	expect(asked).toEqual([`http://localhost:${app.port}/v1/`, 'lookup localhost']);
	await socket.close();
	const literal = filterOf();
	const second = await open(app.url, { egress: literal.filter });
	expect(literal.asked).toEqual([`http://127.0.0.1:${app.port}/v1/`, '127.0.0.1']);
	await second.socket.close();
});

test.each([
	['url', '127.0.0.1', /network policy .*The address is blocked/],
	['host', '127.0.0.1', /network policy .*The address is blocked/],
	[
		'lookup',
		'localhost',
		/network policy of this n8n instance blocks localhost: blocked by lookup/,
	],
] as const)(
	'a policy that refuses the %s keeps the connection from being made',
	async (part, host, message) => {
		const { filter } = filterOf({ [part]: true });
		await expect(open(`ws://${host}:${app.port}/v1/`, { egress: filter })).rejects.toThrow(message);
		expect(app.connections.total).toBe(0);
	},
);

test.each(['silent', 'closing', 'http'] as const)(
	'a port that is %s is an error in time',
	async (kind) => {
		const decoy = await startDecoy(kind);
		const started = Date.now();
		await expect(open(`ws://127.0.0.1:${decoy.port}/`, { timeoutMs: 200 })).rejects.toThrow(
			'could not be reached',
		);
		expect(Date.now() - started).toBeLessThan(10_000);
		await decoy.close();
	},
);

test('a cancel ends the attempt at once, and nothing stays open', async () => {
	app.setOptions({ upgrade: 'stall' });
	const stop = new AbortController();
	const opening = open(app.url, { signal: stop.signal, timeoutMs: 60_000 });
	setTimeout(() => stop.abort(), 50);
	await expect(opening).rejects.toThrow('cancelled');
});

test('the end is told, whoever brings it about', async () => {
	const own = await open(app.url);
	await own.socket.close();
	expect(await own.socket.closed).toMatchObject({ code: 1000, own: true });
	const theirs = await open(app.url);
	app.drop(1011, 'busy');
	expect(await theirs.socket.closed).toMatchObject({ code: 1011, reason: 'busy', own: false });
	expect(theirs.texts[0]).toContain('Pending authentication');
});

test('a message that is too large is told from a connection that breaks', async () => {
	const greeted = await open(app.url, { maxBytes: 20 });
	expect(await greeted.socket.closed).toMatchObject({ own: false, tooLarge: true });
	expect(greeted.texts).toEqual([]);
	const broken = await open(app.url);
	for (const size of [1, 200, 70_000]) broken.socket.send('x'.repeat(size));
	broken.socket.destroy();
	expect(await broken.socket.closed).toEqual({ code: 1006, reason: '', own: false });
});
