import type { Dispatcher, Pool } from 'undici';

import type { CallErrorOptions } from './errors';
import { CallError } from './errors';
import { codeOf, LATER_MAY_HELP, REASONS } from './failures';

/** A proxy for each kind of address; empty for none. */
export interface Proxies {
	readonly httpProxy: string;
	readonly httpsProxy: string;
}

const HINT =
	'Nothing was sent. The proxy comes from HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, which the administrator of this n8n sets.';

/** The proxy gave no connection, so the request itself never left. */
export class ProxyError extends CallError {
	/** @param status the HTTP status with which it refused, if it answered at all */
	constructor(
		message: string,
		readonly status: number | undefined,
		options: CallErrorOptions,
	) {
		super(message, { ...options, hint: HINT, outcome: 'not_sent' });
		this.name = 'ProxyError';
	}
}

type Environment = Readonly<Record<string, string | undefined>>;

function fromEnvironment(env: Environment, name: string): string {
	// As in n8n and curl, the small letters come first.
	const value = (env[name.toLowerCase()] || env[name] || '').trim();
	if (value === '') return '';
	const url = value.includes('://') ? value : `http://${value}`;
	if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
	// It may hold a password, so it is not repeated.
	throw new CallError(`The proxy in ${name} is not an http or https address`, {
		hint: HINT,
		cause: 'configuration-invalid',
		outcome: 'not_sent',
	});
}

/**
 * The proxies that the environment names: HTTP_PROXY and HTTPS_PROXY, in their place ALL_PROXY, and
 * HTTP_PROXY also for https where nothing else is named. NO_PROXY is undici's to read.
 */
export function environmentProxies(env: Environment = process.env): Proxies {
	const http = fromEnvironment(env, 'HTTP_PROXY');
	const https = fromEnvironment(env, 'HTTPS_PROXY');
	// Read only where it is needed: beside the other two it often names a SOCKS proxy.
	const all = http && https ? '' : fromEnvironment(env, 'ALL_PROXY');
	return { httpProxy: http || all, httpsProxy: https || all || http };
}

/** Statuses by which proxies say that the target cannot be reached just now. */
const TARGET_FAILS = new Set([502, 503, 504]);

function refusal(proxy: string, target: string, status: number): ProxyError {
	const later = TARGET_FAILS.has(status);
	const why = status === 407 ? 'it wants a login, or another one' : 'it refuses the connection';
	const reason = later ? 'it cannot reach the host' : why;
	return new ProxyError(
		`The proxy ${proxy} gave no connection to ${target}: ${reason} (HTTP ${status})`,
		status,
		{ cause: later ? 'temporarily-unavailable' : 'configuration-invalid', transient: later },
	);
}

function breakdown(proxy: string, target: string, error: unknown): ProxyError {
	const code = codeOf(error);
	const reason = REASONS[code];
	const message =
		reason === undefined
			? `The proxy ${proxy} gave no connection to ${target}: it ended the connection or is no HTTP proxy`
			: `The proxy ${proxy} could not be reached: ${reason}`;
	return new ProxyError(message, undefined, {
		// undici takes its own codes for a reason to ask for another connection at once.
		code: reason && code,
		cause: 'temporarily-unavailable',
		transient: LATER_MAY_HELP.has(code),
	});
}

/**
 * Makes the connections to a proxy say in words why there is no tunnel. Left to itself, undici asks
 * for the next tunnel at once, thousands of times, when a proxy just closes the connection.
 *
 * @param proxy host and port, never its login
 */
export function explained(pool: Pool, proxy: string): Pool {
	const connect = pool.connect.bind(pool) as (
		options: Dispatcher.ConnectOptions,
	) => Promise<Dispatcher.ConnectData>;
	const inWords = async (options: Dispatcher.ConnectOptions) => {
		const answer = await connect(options).catch((error: unknown) => {
			throw breakdown(proxy, options.path, error);
		});
		if (answer.statusCode === 200) return answer;
		answer.socket.on('error', () => undefined).destroy();
		throw refusal(proxy, options.path, answer.statusCode);
	};
	return Object.assign(pool, { connect: inWords });
}
