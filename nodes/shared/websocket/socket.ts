import type { WebSocket } from 'undici';

import type { EgressFilter } from '../http/egress';
import { assertAllowed, blocked } from '../http/egress';
import { CallError, CancelledError } from '../http/errors';
import { codeOf, REASONS } from '../http/failures';
import { isRecord } from '../http/json';
import { loadUndici } from '../http/pools';
import { ProxyError } from '../http/proxy';
import { asText } from '../http/redact';
import { settle } from '../http/settle';
import { atMost, orCancelled } from '../http/wait';
import type { Tap } from './dispatch';
import { tappedDispatcher } from './dispatch';

export interface SocketOptions {
	/** Who is expected there, for messages. */
	readonly name: string;
	/** `ws:` or `wss:`. */
	readonly url: URL;
	/** Longest time until the connection is open, in milliseconds. */
	readonly timeoutMs: number;
	/** Largest message that is accepted, in bytes. */
	readonly maxBytes: number;
	readonly egress?: EgressFilter;
	/** What to do when the instance's policy forbids the address. */
	readonly blockedHint?: string;
	readonly signal?: AbortSignal;
}

/** How a connection ended. */
export interface Closure {
	/** Close code of RFC 6455; 1006 when the connection just broke. */
	readonly code: number;
	readonly reason: string;
	/** Whether this side ended it. */
	readonly own: boolean;
	/** Set when a message was larger than was allowed. */
	readonly tooLarge?: boolean;
}

/** Close code of RFC 6455: a message is too large for the side that ends the connection. */
const TOO_LARGE = 1009;
/** How long the other side may take to answer a close frame, in milliseconds. */
const CLOSING_MS = 500;

/** The address as the policy of the instance knows it. */
function httpAddress(url: URL): URL {
	return new URL(url.href.replace(/^ws/, 'http'));
}

function wordsOf(failure: unknown): string {
	return isRecord(failure) ? asText(failure.message) : '';
}

/** Whether the policy refused what the host name resolved to, or an address behind it. */
function isPolicy(failure: unknown): boolean {
	return isRecord(failure) && asText(failure.name).startsWith('Ssrf');
}

/** What went wrong at the proxy of this n8n. */
function proxyTrouble(failure: unknown): string | undefined {
	if (!(failure instanceof ProxyError)) return undefined;
	const { status, code } = failure;
	if (status !== undefined) {
		return `the proxy of this n8n refused to connect to it (HTTP ${status})`;
	}
	return code === undefined
		? 'the proxy of this n8n ended the connection'
		: 'the proxy of this n8n could not be reached';
}

function unopened(options: SocketOptions, tap: Tap, late: boolean): CallError {
	const { name, url, timeoutMs, blockedHint } = options;
	if (isPolicy(tap.failure)) return blocked(url.host, tap.failure, blockedHint);
	const proxy = proxyTrouble(tap.failure);
	if (tap.failure instanceof CallError && proxy === undefined) {
		// Connections ask the policy too, and know nothing of what reaches for them.
		tap.failure.hint = blockedHint ?? tap.failure.hint;
		return tap.failure;
	}
	const code = codeOf(tap.failure);
	const place = `${name} could not be reached at ${url.host}`;
	const why = () => {
		if (late) return `no connection within ${timeoutMs} ms`;
		if (proxy !== undefined) return proxy;
		if (tap.status !== undefined) {
			return `what answers there is no WebSocket server (HTTP ${tap.status})`;
		}
		// The fetch standard keeps some ports from being used at all.
		if (!tap.tried) return 'this port belongs to another protocol and may not be used';
		return REASONS[code] ?? (wordsOf(tap.failure) || 'the connection was closed at once');
	};
	return new CallError(`${place}: ${why()}`, {
		code: late ? 'ETIMEDOUT' : code || undefined,
		httpStatus: tap.status,
		...(proxy !== undefined && {
			hint: `HTTP_PROXY (HTTPS_PROXY for wss://) sends this connection through a proxy. To connect directly, add ${url.hostname} to the NO_PROXY setting of this n8n.`,
		}),
		cause: 'temporarily-unavailable',
		outcome: 'not_sent',
	});
}

/** Asks the policy, which may have to look the name up, within the time that there is. */
async function assertOpen(options: SocketOptions): Promise<void> {
	const { url, timeoutMs, egress, blockedHint, signal } = options;
	const { value, error } = await settle(async () => {
		const asked = assertAllowed(egress, httpAddress(url), blockedHint);
		return await atMost(orCancelled(asked, signal), timeoutMs);
	});
	if (error instanceof CallError || error instanceof CancelledError) throw error;
	const isLate = error === undefined && value === undefined;
	if (error || isLate) throw unopened(options, { tried: true, failure: error }, isLate);
}

function textOf(data: unknown): string | undefined {
	if (typeof data === 'string') return data;
	return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : undefined;
}

/** A WebSocket connection for text messages. */
export class Socket {
	/** Resolves when the connection has ended, however; never rejects. */
	readonly closed: Promise<Closure>;
	private own = false;
	private bytesSeen = -1;

	private constructor(
		private readonly socket: WebSocket,
		private readonly tap: Tap,
		private readonly ping: (socket: WebSocket) => void,
		onMessage: (text: string) => void,
	) {
		socket.binaryType = 'arraybuffer';
		socket.addEventListener('message', ({ data }) => {
			const text = textOf(data);
			if (text !== undefined) onMessage(text);
		});
		// Without a listener undici's error event would be thrown.
		socket.addEventListener('error', () => undefined);
		this.closed = new Promise((resolve) => {
			socket.addEventListener('close', ({ code, reason }) => {
				const tooLarge = tap.sentCode === TOO_LARGE;
				resolve({ code, reason, own: this.own, ...(tooLarge && { tooLarge }) });
			});
		});
	}

	/**
	 * Opens a connection, through the process-wide dispatcher and within the instance's policy.
	 *
	 * @throws CallError (`not_sent`) when there is none, CancelledError when `signal` aborts
	 */
	static async open(options: SocketOptions, onMessage: (text: string) => void): Promise<Socket> {
		const { url, timeoutMs, maxBytes, egress, signal } = options;
		if (signal?.aborted) throw new CancelledError();
		await assertOpen(options);
		const undici = await loadUndici();
		const tap: Tap = {};
		const dispatcher = await tappedDispatcher(egress, maxBytes, tap);
		const webSocket = new undici.WebSocket(url, { dispatcher });
		const created = new Socket(webSocket, tap, undici.ping, onMessage);
		const opened = new Promise<boolean>((resolve) => {
			webSocket.addEventListener('open', () => resolve(true), { once: true });
			void created.closed.then(() => resolve(false));
		});
		const { value, error } = await settle(
			async () => await atMost(orCancelled(opened, signal), timeoutMs),
		);
		if (value?.value) return created;
		// Of a connection that is still being made nothing is left.
		created.own = true;
		created.destroy();
		throw error ?? unopened(options, tap, value === undefined);
	}

	get isOpen(): boolean {
		return this.socket.readyState === 1;
	}

	send(text: string): void {
		this.socket.send(text);
	}

	/**
	 * Sends a ping. False when not a single byte has come since the last one: every WebSocket server
	 * answers pings, so nobody is there any more.
	 */
	probe(): boolean {
		const bytes = this.tap.socket?.bytesRead ?? 0;
		if (!this.isOpen || bytes === this.bytesSeen) return false;
		this.bytesSeen = bytes;
		this.ping(this.socket);
		return true;
	}

	/** Ends the connection in an orderly way, or after a moment without the other side. */
	async close(): Promise<void> {
		this.own = true;
		this.socket.close(1000);
		if ((await atMost(this.closed, CLOSING_MS)) === undefined) this.destroy();
		await this.closed;
	}

	/** Ends the connection at once. */
	destroy(): void {
		// undici closes by itself only what is still connecting.
		if (this.socket.readyState === 0) this.socket.close();
		else if (this.tap.socket?.destroyed === false) this.tap.socket.destroy();
	}
}
