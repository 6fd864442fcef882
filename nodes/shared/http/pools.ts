import type { Dispatcher } from 'undici';

import type { EgressFilter } from './egress';

type Undici = typeof import('undici');
type Handler = Dispatcher.DispatchHandler;
interface StartHandler {
	onRequestStart(...args: Parameters<NonNullable<Handler['onRequestStart']>>): void;
}

/** Set by the dispatcher as soon as bytes of the request may have left. */
export interface SendMark {
	sent: boolean;
}

let loading: Promise<Undici> | undefined;

/** undici costs about 100 ms to load, so it is required when the first request goes out. */
export async function loadUndici(): Promise<Undici> {
	loading ??= import('undici');
	return await loading;
}

function isSendMark(value: unknown): value is SendMark {
	return typeof value === 'object' && value !== null && 'sent' in value;
}

/**
 * Notes on the request's `opaque` mark that it reached a connected socket. Before that moment a
 * failure is surely harmless; after it the provider may have acted.
 */
function markSent(undici: Undici): Dispatcher.DispatcherComposeInterceptor {
	// undici's own types leave out the methods of its decorator.
	const Decorator = undici.DecoratorHandler as unknown as new (handler: Handler) => StartHandler;
	class MarkingHandler extends Decorator {
		constructor(
			handler: Handler,
			private readonly mark: SendMark,
		) {
			super(handler);
		}

		override onRequestStart(...args: Parameters<StartHandler['onRequestStart']>) {
			this.mark.sent = true;
			super.onRequestStart(...args);
		}
	}
	return (dispatch) => (options, handler) => {
		const mark = 'opaque' in options ? options.opaque : undefined;
		return dispatch(options, isSendMark(mark) ? new MarkingHandler(handler, mark) : handler);
	};
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A socket that idles longer may have been closed by the server, which makes a failure ambiguous. */
const IDLE_SOCKET_MS = 4_000;

function createDispatcher(undici: Undici, filter: EgressFilter | undefined): Dispatcher {
	const lookup = filter?.createSecureLookup();
	const tls = { timeout: CONNECT_TIMEOUT_MS, ...(lookup && { lookup }) };
	const agent = new undici.EnvHttpProxyAgent({
		connect: tls,
		proxyTls: tls,
		keepAliveTimeout: IDLE_SOCKET_MS,
		keepAliveMaxTimeout: IDLE_SOCKET_MS,
	} as ConstructorParameters<Undici['EnvHttpProxyAgent']>[0]);
	return agent.compose(markSent(undici));
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
