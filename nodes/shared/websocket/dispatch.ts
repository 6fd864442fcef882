import type { Dispatcher } from 'undici';

import type { EgressFilter } from '../http/egress';
import { dispatcherFor } from '../http/pools';

type Stream = Parameters<NonNullable<Dispatcher.DispatchHandler['onRequestUpgrade']>>[3];

/** The part of a network socket that is used here; undici names the general type only. */
interface NetworkSocket extends Pick<Stream, 'destroy' | 'destroyed'> {
	readonly bytesRead?: number;
	write: Method;
}

/** What undici's WebSocket does not tell about its connection. */
export interface Tap {
	/** Whether a connection was tried at all. */
	tried?: boolean;
	/** Status of an answer that is no WebSocket handshake. */
	status?: number;
	/** Why no connection came about. */
	failure?: unknown;
	/** The connection itself, once the handshake is done. */
	socket?: NetworkSocket;
	/** Close code in the last frame that was sent; undefined when that was no close frame. */
	sentCode?: number;
}

type Handler = Record<string, unknown>;
type Method = (...given: unknown[]) => unknown;

/** The code in a close frame of this side: two bytes behind the head and the mask (RFC 6455, 5.5.1). */
function closeCodeOf(frame: unknown): number | undefined {
	if (!Buffer.isBuffer(frame) || frame.length < 8 || frame[0] !== 0x88) return undefined;
	if (frame.length !== 6 + (frame.readUInt8(1) & 0x7f)) return undefined;
	return frame.readUInt16BE(6) ^ frame.readUInt16BE(2);
}

/** undici tells the other side why it ends a connection, and this side nothing. */
function overheard(socket: NetworkSocket, tap: Tap): NetworkSocket {
	const { write } = socket;
	socket.write = function (this: unknown, ...given: unknown[]) {
		tap.sentCode = closeCodeOf(given[0]);
		return write.apply(this, given);
	};
	return socket;
}

/** Calls `look` before the handler's own method of that name, if it has one. */
function tapped(handler: Handler, name: string, look: Method): Handler {
	const own = handler[name];
	if (typeof own !== 'function') return {};
	return {
		[name](this: unknown, ...given: unknown[]) {
			look(...given);
			return (own as Method).apply(this, given);
		},
	};
}

/** undici hands out methods of two generations; which ones is its own affair. */
function watched(handler: Handler, tap: Tap): Handler {
	const onFailure = (error: unknown) => {
		tap.failure ??= error;
	};
	const onSocket = (socket: unknown) => {
		tap.socket = overheard(socket as NetworkSocket, tap);
	};
	const onStatus = (status: unknown) => {
		if (typeof status === 'number') tap.status = status;
	};
	const looks: Record<string, Method> = {
		onError: (error) => onFailure(error),
		onResponseError: (_, error) => onFailure(error),
		onHeaders: (status) => onStatus(status),
		onResponseStart: (_, status) => onStatus(status),
		onUpgrade: (_, __, socket) => onSocket(socket),
		onRequestUpgrade: (_, __, ___, socket) => onSocket(socket),
	};
	const methods = Object.entries(looks).map(([name, look]) => tapped(handler, name, look));
	return Object.assign(Object.create(handler) as Handler, ...methods) as Handler;
}

/**
 * The process-wide dispatcher, with what this one connection goes through noted in `tap`.
 *
 * @param maxBytes largest message, in bytes
 */
export async function tappedDispatcher(
	egress: EgressFilter | undefined,
	maxBytes: number,
	tap: Tap,
): Promise<Dispatcher> {
	const pool = await dispatcherFor(egress);
	const through = {
		webSocketOptions: { maxPayloadSize: maxBytes, maxFragments: 131_072 },
		dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
			tap.tried = true;
			const watching: unknown = watched(handler as unknown as Handler, tap);
			return pool.dispatch(options, watching as Dispatcher.DispatchHandler);
		},
	};
	// undici's WebSocket asks its dispatcher for these two only.
	return through as unknown as Dispatcher;
}
