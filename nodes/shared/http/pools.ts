import type { Dispatcher } from 'undici';

import type { EgressFilter } from './egress';
import { secureLookup } from './egress';
import { environmentProxies, explained } from './proxy';

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
	const lookup = filter && secureLookup(filter);
	const timing = { timeout: CONNECT_TIMEOUT_MS };
	return new undici.EnvHttpProxyAgent({
		...environmentProxies(),
		connect: { ...timing, ...(lookup && { lookup }) },
		// Who runs this n8n has chosen the proxy, so the policy, which is for targets, leaves it alone.
		proxyTls: timing,
		clientFactory: (proxy: URL, options: object) =>
			explained(new undici.Pool(proxy, options), proxy.host),
		keepAliveTimeout: IDLE_SOCKET_MS,
		keepAliveMaxTimeout: IDLE_SOCKET_MS,
	} as ConstructorParameters<Undici['EnvHttpProxyAgent']>[0]);
}

const OPEN: object = {};
const dispatchers = new WeakMap<object, Dispatcher>();

/**
 * The process-wide dispatcher for an egress policy: one pool of kept-alive sockets per origin,
 * through the proxies of the environment. n8n hands out one filter object per policy.
 *
 * @throws CallError for a proxy address that cannot be used
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
