import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { resetSocket } from './faultActions';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Frame types of RFC 6455. */
export const OPCODES = {
	continuation: 0,
	text: 1,
	binary: 2,
	close: 8,
	ping: 9,
	pong: 10,
} as const;

/** Limits and habits of a server socket; read at each frame. */
export interface WebSocketSettings {
	/** Larger messages of the client are refused with 1009. */
	maxMessageBytes: number;
	/** Messages are sent in frames of this size; 0: in one frame. */
	fragmentBytes: number;
	/** Whether pings are answered. */
	pongs: boolean;
}

/** What happens on a socket. */
export interface WebSocketEvents {
	message(data: Buffer, isBinary: boolean): void;
	ping(): void;
	pong(): void;
	/** Once, at the end; 1006 when no close frame came. */
	close(code: number, reason: string, byClient: boolean): void;
}

/** How a connection ended. */
interface Closing {
	code: number;
	reason: string;
	byClient: boolean;
}

/** Answers the opening handshake; false when the request is no WebSocket request (the socket is closed then). */
export function acceptWebSocket(req: IncomingMessage, socket: Duplex): boolean {
	const key = req.headers['sec-websocket-key'];
	const isValid =
		req.method === 'GET' &&
		/^websocket$/i.test(req.headers.upgrade ?? '') &&
		/\bupgrade\b/i.test(req.headers.connection ?? '') &&
		req.headers['sec-websocket-version'] === '13' &&
		typeof key === 'string' &&
		Buffer.from(key, 'base64').length === 16;
	if (!isValid) {
		refuseUpgrade(socket, 400, 'Bad Request');
		return false;
	}
	socket.write(
		[
			'HTTP/1.1 101 Switching Protocols',
			'Upgrade: websocket',
			'Connection: Upgrade',
			`Sec-WebSocket-Accept: ${acceptOf(key)}`,
			'\r\n',
		].join('\r\n'),
	);
	return true;
}

/** `Sec-WebSocket-Accept` for a key. */
export function acceptOf(key: string): string {
	return createHash('sha1')
		.update(key + GUID)
		.digest('base64');
}

/** Answers an upgrade with an HTTP error and closes. */
export function refuseUpgrade(socket: Duplex, status: number, title: string): void {
	socket.end(`HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The server side of one WebSocket, after the handshake (RFC 6455, no extensions). */
export class ServerWebSocket {
	private chunks: Buffer[] = [];
	private size = 0;
	private fragments: Buffer[] = [];
	private fragmentBytes = 0;
	private fragmentOpcode = 0;
	private closing: Closing | undefined;
	private isClosed = false;

	constructor(
		private readonly socket: Duplex,
		head: Buffer,
		private readonly settings: WebSocketSettings,
		private readonly events: WebSocketEvents,
	) {
		if (socket instanceof Socket) socket.setNoDelay(true);
		socket.on('data', (chunk: Buffer) => this.receive(chunk));
		// A reset by the client arrives as an error; "close" follows.
		socket.on('error', () => socket.destroy());
		socket.on('end', () => socket.end());
		socket.on('close', () => this.finish());
		if (head.length > 0) this.receive(head);
	}

	get isOpen(): boolean {
		return !this.isClosed && !this.closing && !this.socket.destroyed;
	}

	/** Sends a message, in fragments when the settings say so. */
	send(data: Buffer | string, isBinary = false): void {
		if (!this.isOpen) return;
		const payload = typeof data === 'string' ? Buffer.from(data) : data;
		const opcode = isBinary ? OPCODES.binary : OPCODES.text;
		const step = this.settings.fragmentBytes;
		if (step <= 0 || payload.length <= step) return this.sendFrame(opcode, payload);
		for (let start = 0; start < payload.length; start += step)
			this.sendFrame(
				start === 0 ? opcode : OPCODES.continuation,
				payload.subarray(start, start + step),
				start + step >= payload.length,
			);
	}

	/** Sends one frame as given, which need not be allowed. Reserved bits are 0x40, 0x20 and 0x10. */
	sendFrame(opcode: number, payload: Buffer, isFinal = true, reserved = 0): void {
		if (this.isClosed || this.socket.destroyed) return;
		this.socket.write(frameHead(opcode, payload.length, isFinal, reserved));
		this.socket.write(payload);
	}

	ping(): void {
		if (this.isOpen) this.sendFrame(OPCODES.ping, Buffer.from('simulator'));
	}

	/** Starts the closing handshake. */
	close(code = 1000, reason = ''): void {
		if (!this.isOpen) return;
		this.closing = { code, reason, byClient: false };
		this.sendFrame(OPCODES.close, closePayload(code, reason));
		// A client that never answers must not keep the socket.
		setTimeout(() => this.socket.destroy(), 500).unref();
	}

	/** Ends the connection without a close frame, as a crash or a pulled cable does. */
	drop(): void {
		if (this.socket instanceof Socket) resetSocket(this.socket);
		else this.socket.destroy();
	}

	private receive(chunk: Buffer): void {
		this.chunks.push(chunk);
		this.size += chunk.length;
		while (!this.isClosed && this.readFrame());
	}

	/** Reads one frame; false when it is not complete. */
	private readFrame(): boolean {
		const head = this.peek(14);
		if (head.length < 2) return false;
		const [first = 0, second = 0] = head;
		const marker = second & 0x7f;
		const lengthBytes = marker === 126 ? 2 : marker === 127 ? 8 : 0;
		const isMasked = (second & 0x80) !== 0;
		const headBytes = 2 + lengthBytes + (isMasked ? 4 : 0);
		if (head.length < headBytes) return false;
		let length = marker;
		if (marker === 126) length = head.readUInt16BE(2);
		if (marker === 127) length = Number(head.readBigUInt64BE(2));
		if (!isMasked) return this.fail(1002, 'A frame of the client without mask');
		if ((first & 0x70) !== 0) return this.fail(1002, 'Reserved bits');
		if (length + this.fragmentBytes > this.settings.maxMessageBytes)
			return this.fail(1009, 'Message too big');
		if (this.size < headBytes + length) return false;
		const mask = Buffer.from(head.subarray(headBytes - 4, headBytes));
		this.take(headBytes);
		const payload = unmask(this.take(length), mask);
		this.handle(first & 0x0f, (first & 0x80) !== 0, payload);
		return true;
	}

	private handle(opcode: number, isFinal: boolean, payload: Buffer): void {
		if (opcode >= 8 && (!isFinal || payload.length > 125)) {
			this.fail(1002, 'A control frame must be short and whole');
			return;
		}
		switch (opcode) {
			case OPCODES.ping:
				if (this.settings.pongs) this.sendFrame(OPCODES.pong, payload);
				return this.events.ping();
			case OPCODES.pong:
				return this.events.pong();
			case OPCODES.close:
				return this.receiveClose(payload);
			case OPCODES.continuation:
			case OPCODES.text:
			case OPCODES.binary:
				return this.collect(opcode, isFinal, payload);
			default:
				this.fail(1002, 'Unknown opcode');
		}
	}

	private collect(opcode: number, isFinal: boolean, payload: Buffer): void {
		const isFirst = opcode !== OPCODES.continuation;
		if (isFirst === this.fragments.length > 0) {
			this.fail(1002, 'Fragments out of order');
			return;
		}
		if (isFirst) this.fragmentOpcode = opcode;
		this.fragments.push(payload);
		this.fragmentBytes += payload.length;
		if (!isFinal) return;
		const message = Buffer.concat(this.fragments);
		this.fragments = [];
		this.fragmentBytes = 0;
		const isBinary = this.fragmentOpcode === OPCODES.binary;
		if (!isBinary && !isUtf8(message)) this.fail(1007, 'Text that is no UTF-8');
		else if (!this.closing) this.events.message(message, isBinary);
	}

	private receiveClose(payload: Buffer): void {
		if (!this.closing) {
			const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
			this.closing = { code, reason: payload.toString('utf8', 2), byClient: true };
			this.sendFrame(OPCODES.close, payload);
		}
		this.socket.end();
	}

	private fail(code: number, reason: string): false {
		this.close(code, reason);
		this.chunks = [];
		this.size = 0;
		return false;
	}

	private finish(): void {
		if (this.isClosed) return;
		this.isClosed = true;
		const { code, reason, byClient } = this.closing ?? { code: 1006, reason: '', byClient: true };
		this.events.close(code, reason, byClient);
	}

	/** Up to `count` bytes without taking them. */
	private peek(count: number): Buffer {
		const [first] = this.chunks;
		if (first && first.length >= Math.min(count, this.size)) return first.subarray(0, count);
		return Buffer.concat(this.chunks.slice(0, count)).subarray(0, count);
	}

	private take(count: number): Buffer {
		const all =
			this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks);
		const rest = all.subarray(count);
		this.chunks = rest.length > 0 ? [rest] : [];
		this.size = rest.length;
		return all.subarray(0, count);
	}
}

function frameHead(opcode: number, length: number, isFinal: boolean, reserved: number): Buffer {
	const first = (isFinal ? 0x80 : 0) | reserved | opcode;
	if (length < 126) return Buffer.from([first, length]);
	const head = Buffer.alloc(length < 65536 ? 4 : 10);
	head[0] = first;
	head[1] = length < 65536 ? 126 : 127;
	if (length < 65536) head.writeUInt16BE(length, 2);
	else head.writeBigUInt64BE(BigInt(length), 2);
	return head;
}

function closePayload(code: number, reason: string): Buffer {
	// 1005 stands for "no code", which is an empty close frame.
	if (code === 1005) return Buffer.alloc(0);
	const payload = Buffer.alloc(2);
	payload.writeUInt16BE(code, 0);
	return Buffer.concat([payload, Buffer.from(reason)]);
}

function unmask(payload: Buffer, mask: Buffer): Buffer {
	const plain = Buffer.allocUnsafe(payload.length);
	for (let index = 0; index < payload.length; index++)
		plain[index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
	return plain;
}

function isUtf8(bytes: Buffer): boolean {
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return true;
	} catch {
		return false;
	}
}
