/** n8n's real SSRF protection, names that resolve as a test wants, and servers that must not be reached. */
import 'reflect-metadata';

import dns from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { isIP, type AddressInfo, type Socket } from 'node:net';

import { Logger } from '@n8n/backend-common';
import {
	DnsResolver,
	InMemoryDnsCache,
	OutboundHttp,
	SsrfProtectionService,
} from '@n8n/backend-network';
import { SsrfProtectionConfig } from '@n8n/config';
import { Container } from '@n8n/di';

import type { EgressFilter } from '../../../nodes/shared/http/egress';

export interface Policy {
	/** False: the protection is off, as n8n comes. */
	enabled?: boolean;
	allowedHostnames?: string[];
	allowedIpRanges?: string[];
	blockedIpRanges?: string[];
}

export interface ActivePolicy {
	/** What `helpers.getSecureEgressFilter()` gives from now on, in every context of n8n-core. */
	readonly filter: EgressFilter;
	/** How often the policy refused something. */
	refusals(): number;
}

/** Puts n8n's own service in force, as n8n does at its start, with an empty cache of names. */
export function usePolicy({ enabled = true, ...lists }: Policy = {}): ActivePolicy {
	const config = Object.assign(new SsrfProtectionConfig(), { enabled, ...lists });
	const logger = Container.get(Logger);
	const resolver = new DnsResolver(new InMemoryDnsCache(config));
	const service = new SsrfProtectionService(config, resolver, logger);
	const outbound = new OutboundHttp(service, config, logger);
	Container.set(OutboundHttp, outbound);
	let count = 0;
	service.events.on('ssrf.blocked', () => count++);
	return { filter: outbound.egressFilter(), refusals: () => count };
}

/** Addresses for each look-up of a name, the last ones for all further look-ups. */
export type Names = Record<string, string[][]>;

/** Lets names resolve as given, and nothing else, for n8n's resolver and for Node's. Ends with `jest.restoreAllMocks()`. */
export function resolveNames(names: Names): { readonly lookups: string[] } {
	const left = new Map(Object.entries(names).map(([name, steps]) => [name, [...steps]]));
	const lookups: string[] = [];
	const next = (name: string) => {
		lookups.push(name);
		// Servers of the tests are listened to by their address.
		const steps = isIP(name) ? [[name]] : (left.get(name) ?? []);
		const addresses = steps.length > 1 ? steps.shift() : steps[0];
		if (addresses === undefined) {
			const error = new Error(`getaddrinfo ENOTFOUND ${name}`);
			throw Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
		}
		return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
	};
	const promised = async (name: string, options?: { all?: boolean }) => {
		const found = next(name);
		return options?.all ? found : found[0];
	};
	jest.spyOn(dns.promises, 'lookup').mockImplementation(promised as typeof dns.promises.lookup);
	const called = (
		name: string,
		options: { all?: boolean },
		callback: (error: unknown, found?: unknown, family?: number) => void,
	) => {
		promised(name, { all: true }).then(
			(found) => {
				const [first] = [found].flat();
				return options.all ? callback(null, found) : callback(null, first?.address, first?.family);
			},
			(error: unknown) => callback(error),
		);
	};
	jest.spyOn(dns, 'lookup').mockImplementation(called as unknown as typeof dns.lookup);
	return { lookups };
}

export interface Listener {
	readonly port: number;
	/** TCP connections so far, whatever came over them. */
	readonly connections: number;
	readonly requests: string[];
	close(): Promise<void>;
}

/** Where a port is wanted that is free at two addresses, another program may have it at the second one. */
async function withFreePort<T>(start: () => Promise<T>, tries = 10): Promise<T> {
	try {
		return await start();
	} catch (error) {
		if (tries <= 1) throw error;
		return await withFreePort(start, tries - 1);
	}
}

/** A web server on the loopback: 127.0.0.1 and, on the same port, ::1, or only one of them. */
export async function startListener(
	answer: RequestListener = (_, response) => response.end('reached'),
	addresses: readonly string[] = ['127.0.0.1', '::1'],
): Promise<Listener> {
	return await withFreePort(async () => await listen(answer, addresses));
}

/** Two web servers at two addresses with one port. */
export async function startTwins(one: string, other: string): Promise<[Listener, Listener]> {
	const reached: RequestListener = (_, response) => void response.end('reached');
	return await withFreePort(async () => {
		const first = await listen(reached, [one]);
		try {
			return [first, await listen(reached, [other], first.port)];
		} catch (error) {
			await first.close();
			throw error;
		}
	});
}

async function listen(
	answer: RequestListener,
	addresses: readonly string[],
	wantedPort = 0,
): Promise<Listener> {
	const sockets = new Set<Socket>();
	const requests: string[] = [];
	let connections = 0;
	let port = wantedPort;
	const servers: Server[] = [];
	for (const address of addresses) {
		const server = createServer((request, response) => {
			requests.push(`${request.method} ${request.url}`);
			request.resume();
			answer(request, response);
		});
		server.on('connection', (socket) => {
			connections++;
			sockets.add(socket);
		});
		await new Promise<void>((resolve, reject) => {
			server.once('error', (error) => {
				for (const earlier of servers) earlier.close();
				reject(error);
			});
			server.listen(port, address, resolve);
		});
		({ port } = server.address() as AddressInfo);
		servers.push(server);
	}
	return {
		port,
		get connections() {
			return connections;
		},
		requests,
		async close() {
			const closed = servers.map(
				async (server) => await new Promise<void>((resolve) => server.close(() => resolve())),
			);
			for (const socket of sockets) socket.destroy();
			await Promise.all(closed);
		},
	};
}

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/** Sets the proxy variables, and no others, for dispatchers that are made from now on. */
export function useProxies(variables: Record<string, string> = {}): void {
	for (const name of VARIABLES) {
		delete process.env[name];
		delete process.env[name.toLowerCase()];
	}
	Object.assign(process.env, variables);
}
