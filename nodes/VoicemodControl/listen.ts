import type { EgressFilter } from '../shared/http/egress';
import { settle } from '../shared/http/settle';
import { wait } from '../shared/http/wait';
import type { Closure } from '../shared/websocket/socket';
import type { Connection } from './connection';
import type { Link } from './link';
import type { Message } from './messages';
import { isFinal, reach } from './reach';

/** Pauses before another attempt, in milliseconds; the last one again and again (voicemod.md §B.1). */
const PAUSES_MS: readonly number[] = [1000, 2000, 4000, 8000, 15_000, 30_000];
/** A connection that has lasted so long was a good one. */
const STABLE_MS = 10_000;
const PROBE_MS = 25_000;
/** One unanswered probe may be a busy moment. */
const MAX_UNANSWERED = 2;

export interface Listener {
	connected(link: Pick<Link, 'appVersion' | 'address'>): void;
	disconnected(closure: Closure): void;
	message(message: Message): void;
	/** The key was refused: nothing more is tried. */
	refused(error: Error): void;
}

export interface ListenOptions {
	readonly egress?: EgressFilter;
	readonly pausesMs?: readonly number[];
	readonly probeMs?: number;
}

/** A connection that is kept up until `close`. */
export interface Listening {
	/** Resolves with the first attempt, rejects with its error; after that the listener is told. */
	readonly first: Promise<void>;
	close(): Promise<void>;
}

/** Ends a connection on whose other end nobody is any more. */
async function watch(link: Link, probeMs: number, signal: AbortSignal): Promise<void> {
	let unanswered = 0;
	for (;;) {
		const { error } = await settle(async () => await wait(probeMs, signal));
		if (error !== undefined) return;
		unanswered = link.probe() ? 0 : unanswered + 1;
		if (unanswered >= MAX_UNANSWERED || !link.isOpen) return link.destroy();
	}
}

/** One connection from its registration to its end. */
async function attend(
	link: Link,
	listener: Listener,
	probeMs: number,
	signal: AbortSignal,
): Promise<void> {
	const over = new AbortController();
	const end = () => over.abort();
	signal.addEventListener('abort', end, { once: true });
	const watching = watch(link, probeMs, over.signal);
	listener.connected(link);
	const closing = new Promise<void>((resolve) => {
		over.signal.addEventListener('abort', () => resolve(), { once: true });
	});
	if (signal.aborted) end();
	await Promise.race([link.closed, closing]);
	if (signal.aborted) await link.close();
	const closure = await link.closed;
	end();
	signal.removeEventListener('abort', end);
	await watching;
	if (!closure.own) listener.disconnected(closure);
}

async function keepUp(
	connection: Connection,
	listener: Listener,
	options: ListenOptions,
	signal: AbortSignal,
	onFirst: (error?: Error) => void,
): Promise<void> {
	const { egress, pausesMs = PAUSES_MS, probeMs = PROBE_MS } = options;
	for (let failures = 0; !signal.aborted; failures++) {
		const { value: link, error } = await settle(
			async () =>
				await reach(connection, {
					egress,
					signal,
					onEvent: (message) => listener.message(message),
				}),
		);
		onFirst(error);
		if (link !== undefined) {
			const since = Date.now();
			await attend(link, listener, probeMs, signal);
			if (Date.now() - since >= STABLE_MS) failures = 0;
		} else if (isFinal(error)) {
			return listener.refused(error);
		}
		const pause = pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0;
		const { error: cancelled } = await settle(async () => await wait(pause, signal));
		if (cancelled !== undefined) return;
	}
}

/**
 * Keeps a connection to the app and hands on what it sends. The app may be closed and opened again,
 * and the PC may sleep: it is looked for again with growing pauses. A refused key is final.
 */
export function listen(
	connection: Connection,
	listener: Listener,
	options: ListenOptions = {},
): Listening {
	const stop = new AbortController();
	let running: Promise<void> = Promise.resolve();
	const first = new Promise<void>((resolve, reject) => {
		running = keepUp(connection, listener, options, stop.signal, (error) => {
			if (error === undefined) resolve();
			else reject(error);
		});
	});
	// Who waits for it hears of it; nobody has to.
	first.catch(() => undefined);
	return {
		first,
		async close() {
			stop.abort();
			await running;
		},
	};
}
