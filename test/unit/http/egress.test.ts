import { lookup as dnsLookup } from 'node:dns';

import type { EgressFilter } from '../../../nodes/shared/http/egress';
import { assertAllowed, egressFilterOf } from '../../../nodes/shared/http/egress';
import { CallError } from '../../../nodes/shared/http/errors';
import { transmit } from '../../../nodes/shared/http/transport';
import type { LocalServer } from '../support/server';
import { startServer } from '../support/server';

let server: LocalServer;
beforeEach(async () => {
	server = await startServer((request, response) => {
		if (request.url === '/away') response.writeHead(302, { location: '/forbidden' });
		response.end('ok');
	});
});
afterEach(async () => await server.close());

interface FakePolicy {
	/** Hosts or paths that `validateUrl` refuses. */
	urls?: string[];
	hosts?: string[];
	/** Names that the lookup refuses. */
	lookups?: string[];
}

/** A policy as n8n hands it out, which notes what it was asked. */
function fakeFilter(policy: FakePolicy = {}) {
	const asked: string[] = [];
	const verdict = (refuse: boolean) =>
		refuse ? { ok: false, error: new Error('The IP address is blocked') } : { ok: true };
	const filter: EgressFilter = {
		validateUrl: async (url) => {
			asked.push(`url ${url.href}`);
			return verdict((policy.urls ?? []).some((part) => url.href.includes(part)));
		},
		validateConnectionHost: (host) => {
			asked.push(`host ${host}`);
			return verdict((policy.hosts ?? []).includes(host));
		},
		createSecureLookup: () => (hostname, options, callback) => {
			asked.push(`lookup ${hostname}`);
			if ((policy.lookups ?? []).includes(hostname)) {
				const refusal = callback as (error: Error) => void;
				refusal(new Error(`${hostname} resolves to a blocked address`));
				return;
			}
			dnsLookup(hostname, { ...options, family: 4 }, callback as unknown as () => void);
		},
	};
	return { filter, asked };
}

async function get(filter: EgressFilter | undefined, origin = server.url, path = '/') {
	return await transmit({ method: 'GET', path, safety: 'read' }, origin, 'Acme', {
		timeoutMs: 20_000,
		maxBytes: 1000,
		egress: filter,
	});
}

async function refusal(promise: Promise<unknown>): Promise<CallError> {
	const error: unknown = await promise.catch((reason: unknown) => reason);
	if (!(error instanceof CallError)) throw error;
	return error;
}

describe('the network policy of the instance', () => {
	it('is absent on older hosts', async () => {
		expect(egressFilterOf({})).toBeUndefined();
		const { filter } = fakeFilter();
		expect(egressFilterOf({ getSecureEgressFilter: () => filter })).toBe(filter);
		await expect(assertAllowed(undefined, new URL('http://10.0.0.1'))).resolves.toBeUndefined();
	});

	it('is asked about the URL, and about address literals once more', async () => {
		const { filter, asked } = fakeFilter();
		expect((await get(filter)).status).toBe(200);
		expect(asked).toEqual([`url ${server.url}/`, 'host 127.0.0.1']);
	});

	it('is asked about IPv6 literals too', async () => {
		const { filter, asked } = fakeFilter();
		await assertAllowed(filter, new URL('http://[::1]:80/x'));
		expect(asked).toContain('host [::1]');
	});

	it('gives the lookup by which names are resolved', async () => {
		const { filter, asked } = fakeFilter();
		expect((await get(filter, `http://localhost:${server.port}`)).status).toBe(200);
		expect(asked).toContain('lookup localhost');
	});

	it.each([
		['the URL', { urls: ['127.0.0.1'] }],
		['the address', { hosts: ['127.0.0.1'] }],
	])('refuses %s before anything is sent', async (_, policy) => {
		const error = await refusal(get(fakeFilter(policy).filter));
		expect(error.message).toBe(
			`The network policy of this n8n instance blocks 127.0.0.1:${server.port}: The IP address is blocked`,
		);
		expect(error).toMatchObject({
			failureCause: 'configuration-invalid',
			transient: false,
			outcome: 'not_sent',
		});
		expect(error.hint).toMatch(/SSRF protection/);
		expect(server.requests).toEqual([]);
	});

	it('refuses what a name resolves to', async () => {
		const { filter } = fakeFilter({ lookups: ['localhost'] });
		const error = await refusal(get(filter, `http://localhost:${server.port}`));
		expect(error.message).toMatch(/localhost resolves to a blocked address/);
		expect(error.outcome).toBe('not_sent');
		expect(server.requests).toEqual([]);
	});

	it('is asked again for every redirect', async () => {
		const error = await refusal(
			get(fakeFilter({ urls: ['/forbidden'] }).filter, server.url, '/away'),
		);
		expect(error.message).toMatch(/network policy/);
		expect(server.requests).toEqual(['GET /away']);
	});

	it('is not mixed up with the policy of another execution', async () => {
		const strict = fakeFilter({ lookups: ['localhost'] });
		const lax = fakeFilter();
		const origin = `http://localhost:${server.port}`;
		expect((await get(lax.filter, origin)).status).toBe(200);
		await refusal(get(strict.filter, origin));
		expect(server.requests).toHaveLength(1);
	});
});
