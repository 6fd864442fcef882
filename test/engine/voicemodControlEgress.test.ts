/**
 * Where the Voicemod Control nodes may connect to: the network policy of n8n itself, switched on, and
 * proxies, for everything that makes a connection.
 */
import type { EgressFilter } from '../../nodes/shared/http/egress';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import type { ConnectProxy, ConnectProxyOptions } from './support/connectProxy';
import { startConnectProxy } from './support/connectProxy';
import { searchList, testCredential } from './support/lookups';
import { hostHas } from './support/host';
import { startTrigger } from './support/trigger';
import type { App } from './support/voicemodControl';
import { controlAsked, controlCredentials, runControl } from './support/voicemodControl';

process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';

interface Network {
	OutboundHttp: { prototype: { egressFilter(policy?: string): EgressFilter } };
}
const { OutboundHttp } = jest.requireActual<Network>('@n8n/backend-network');
const realFilter = OutboundHttp.prototype.egressFilter;

let app: App;
let app6: App | undefined;
let proxy: ConnectProxy | undefined;

/**
 * n8n's policy as an object of its own: the transport has one dispatcher per policy, and reads the
 * proxy variables when it makes it.
 */
function usePolicy(change: (real: EgressFilter) => Partial<EgressFilter> = () => ({})): void {
	let filter: EgressFilter | undefined;
	jest.spyOn(OutboundHttp.prototype, 'egressFilter').mockImplementation(function (
		this: object,
		policy,
	) {
		const real = realFilter.call(this as never, policy);
		filter ??= {
			validateUrl: async (url) => await real.validateUrl(url),
			validateConnectionHost: (host) => real.validateConnectionHost(host),
			createSecureLookup: () => real.createSecureLookup(),
			...change(real),
		};
		return filter;
	});
}

async function useProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
	proxy = await startConnectProxy(options);
	process.env.HTTP_PROXY = proxy.url;
	return proxy;
}

const ALLOWED: EgressFilter = {
	validateUrl: async () => ({ ok: true }),
	validateConnectionHost: () => ({ ok: true }),
	createSecureLookup: () => {
		throw new Error('overwritten');
	},
};

beforeEach(async () => {
	app = await startVoicemodControlSimulator();
	// Not every machine has IPv6.
	app6 = await startVoicemodControlSimulator({ host: '::1', port: app.port }).catch(
		() => undefined,
	);
});

afterEach(async () => {
	jest.restoreAllMocks();
	delete process.env.HTTP_PROXY;
	delete process.env.NO_PROXY;
	await app.close();
	await app6?.close();
	await proxy?.close();
	proxy = undefined;
});

type Host = Record<string, unknown>;

const credentialsFor = (more: Host) => controlCredentials(app, more as never);

/** Everything that makes a connection, and the error it ends with. */
const WAYS: Record<string, (more: Host) => Promise<string>> = {
	'the node': async (more) => {
		const { error } = await runControl(app, 'user/get', {}, { credentials: credentialsFor(more) });
		return error === undefined ? 'reached' : `${error.message} ${error.description ?? ''}`;
	},
	'a dropdown': async (more) =>
		await searchList(controlAsked(credentialsFor(more)), 'searchVoices').then(
			() => 'reached',
			(error: Error & { description?: string }) => `${error.message} ${error.description ?? ''}`,
		),
	'the credential test': async (more) => {
		const { status, message } = await testCredential(
			controlAsked(credentialsFor(more)),
			'voicemodControlApiTest',
		);
		return status === 'OK' ? 'reached' : message;
	},
	'the trigger': async (more) => {
		const options = {
			node: 'voicemodControlTrigger',
			parameters: { events: ['any'], filters: {}, options: {} },
			credentials: credentialsFor(more),
			mode: 'manual' as const,
		};
		const trigger = await startTrigger(options);
		try {
			await trigger.response.manualTriggerFunction?.();
			return 'reached';
		} catch (error) {
			const { message, description } = error as Error & { description?: string };
			return `${message} ${description ?? ''}`;
		} finally {
			await trigger.close();
		}
	},
};

const ways = Object.entries(WAYS);
const connections = () => app.connections.total + (app6?.connections.total ?? 0);

const LOCAL = [
	['IPv4', '127.0.0.1'],
	['another address of the loopback', '127.8.9.1'],
	['IPv6', '::1'],
	['IPv6 in brackets', '[::1]'],
	['IPv4 in IPv6', '::ffff:127.0.0.1'],
	['IPv4 in hexadecimal', '0x7f.1'],
	['IPv4 as one number', '2130706433'],
	['every address of the machine', '0.0.0.0'],
	['a name that leads to the loopback', 'localhost'],
	['an address with a scheme', 'ws://127.0.0.1'],
	['a private network', '10.0.0.1'],
	['the metadata of clouds', '169.254.169.254'],
] as const;

if (hostHas('egressFilter')) {
	describe.each(['direct', 'by a proxy'] as const)('%s', (how) => {
		describe.each(ways)('%s', (_, reach) => {
			test.each(LOCAL)('is kept from %s', async (__, host) => {
				usePolicy();
				// The proxy would lead anywhere to the app: only the policy stands between.
				if (how === 'by a proxy') await useProxy({ leadTo: app });
				const told = await reach({ host });
				expect(told).toMatch(/network policy of this n8n instance blocks /);
				expect(told).toMatch(/restricted IP address/);
				expect(told).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
				expect(connections()).toBe(0);
				expect(proxy?.asked ?? []).toEqual([]);
			});
		});
	});

	describe.each(ways)('%s', (way, reach) => {
		test('is told by n8n that it is kept from all ports at once', async () => {
			usePolicy();
			const told = await reach({ port: 0 });
			expect(told).toMatch(/network policy .* blocks 127\.0\.0\.1/);
			expect(connections()).toBe(0);
		});

		// The credential test has no policy of its own to look names up with.
		if (way !== 'the credential test') {
			test('is kept from a name that leads elsewhere once it is looked up again', async () => {
				usePolicy(() => ({ validateUrl: async () => ({ ok: true }) }));
				const told = await reach({ host: 'localhost' });
				expect(told).toMatch(/network policy of this n8n instance blocks localhost/);
				expect(told).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
				expect(connections()).toBe(0);
			});
		}
	});
} else {
	test.each(ways)('%s connects on a host that has no policy', async (_, reach) => {
		expect(await reach({})).toBe('reached');
	});
}

// Without policies there is one dispatcher in a process, and it reads the proxy when it is made.
if (hostHas('egressFilter')) {
	describe('without a policy', () => {
		const open = () => {
			usePolicy(() => ({ ...ALLOWED, createSecureLookup: () => undefined as never }));
			process.env.N8N_SSRF_PROTECTION_ENABLED = 'false';
		};
		afterEach(() => {
			process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';
		});
		/** The preflight of the credential test has n8n's policy whatever is said here. */
		const others = ways.filter(([name]) => name !== 'the credential test');

		test.each(others)('%s goes through the proxy as all connections do', async (_, reach) => {
			open();
			const { asked } = await useProxy({});
			expect(await reach({})).toBe('reached');
			expect(asked).toEqual([`127.0.0.1:${app.port}`]);
		});

		test.each(others)('%s goes directly where NO_PROXY says so', async (_, reach) => {
			open();
			const { asked } = await useProxy({ refuseWith: 403 });
			process.env.NO_PROXY = 'example.com, 127.0.0.1';
			expect(await reach({})).toBe('reached');
			expect(asked).toEqual([]);
		});

		test.each(others)('%s names NO_PROXY when the proxy refuses', async (_, reach) => {
			open();
			const { asked } = await useProxy({ refuseWith: 403 });
			const told = await reach({});
			expect(told).toContain(
				`Voicemod could not be reached at 127.0.0.1:${app.port}: the proxy of this n8n refused to connect to it (HTTP 403)`,
			);
			expect(told).toContain('add 127.0.0.1 to the NO_PROXY setting of this n8n');
			expect(asked).toHaveLength(1);
			expect(connections()).toBe(0);
		});

		test.each(others)('%s names NO_PROXY when the proxy is not there', async (_, reach) => {
			open();
			await (await useProxy({})).close();
			const told = await reach({});
			expect(told).toContain('the proxy of this n8n could not be reached');
			expect(told).toContain('NO_PROXY');
		});

		test.each(others)('%s names NO_PROXY when the proxy says nothing', async (_, reach) => {
			open();
			await useProxy({ stall: true });
			const told = await reach({ connectTimeout: 300 });
			expect(told).toContain('no connection within 300 ms');
			expect(told).toContain('If this n8n uses a proxy (HTTP_PROXY), add 127.0.0.1 to NO_PROXY');
		});

		test('port 0 through a proxy that refuses says the same', async () => {
			open();
			await useProxy({ refuseWith: 502 });
			const told = await WAYS['the node']?.({ port: 0 });
			expect(told).toContain('could not be found at 127.0.0.1 on any of its ports');
			expect(told).toContain('add 127.0.0.1 to the NO_PROXY setting of this n8n');
		});
	});
}
