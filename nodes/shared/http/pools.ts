import type { Dispatcher } from 'undici';

import type { EgressFilter } from './egress';

type Undici = typeof import('undici');

let loading: Promise<Undici> | undefined;

/** undici costs about 100 ms to load, so it is required when the first request goes out. */
export async function loadUndici(): Promise<Undici> {
	loading ??= import('undici');
	return await loading;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A socket that idles longer may have been closed by the server, which makes a failure ambiguous. */
const IDLE_SOCKET_MS = 4_000;

function createDispatcher(undici: Undici, filter: EgressFilter | undefined): Dispatcher {
	const lookup = filter?.createSecureLookup();
	const tls = { timeout: CONNECT_TIMEOUT_MS, ...(lookup && { lookup }) };
	return new undici.EnvHttpProxyAgent({
		connect: tls,
		proxyTls: tls,
		keepAliveTimeout: IDLE_SOCKET_MS,
		keepAliveMaxTimeout: IDLE_SOCKET_MS,
	} as ConstructorParameters<Undici['EnvHttpProxyAgent']>[0]);
}

const OPEN: object = {};
const dispatchers = new WeakMap<object, Dispatcher>();

/**
 * The process-wide dispatcher for an egress policy: one pool of kept-alive sockets per origin,
 * through HTTP_PROXY / HTTPS_PROXY / NO_PROXY. n8n hands out one filter object per policy.
 */
export async function dispatcherFor(filter: EgressFilter | undefined): Promise<Dispatcher> {
	const undici = await loadUndici();
	const key = filter ?? OPEN;
	const known = dispatchers.get(key);
	if (known !== undefined) return known;
	const created = createDispatcher(undici, filter);
	dispatchers.set(key, created);
	return created;
}
