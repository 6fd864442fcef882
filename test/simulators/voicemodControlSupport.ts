import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'undici';
import { until } from './testSupport';

/** A frame of the app, parsed. */
export type AppFrame = Record<string, unknown>;

/** A plain client of the Control API: sends, and keeps what comes. */
export class Client {
	readonly frames: AppFrame[] = [];
	readonly texts: string[] = [];
	closed: { code: number; reason: string } | undefined;
	hasFailed = false;

	private constructor(readonly socket: WebSocket) {
		socket.addEventListener('message', ({ data }) => {
			const text = String(data);
			this.texts.push(text);
			try {
				this.frames.push(JSON.parse(text) as AppFrame);
			} catch {
				this.frames.push({ unreadable: text });
			}
		});
		socket.addEventListener('close', ({ code, reason }) => {
			this.closed = { code, reason };
		});
		socket.addEventListener('error', () => {
			this.hasFailed = true;
		});
	}

	static async open(url: string): Promise<Client> {
		const client = new Client(new WebSocket(url));
		await until(() => client.socket.readyState === 1 || client.closed !== undefined);
		return client;
	}

	/** Connected, registered, and with the greeting forgotten. */
	static async registered(url: string, clientKey = 'voicemod-client-key'): Promise<Client> {
		const client = await Client.open(url);
		const id = client.send('registerClient', { clientKey });
		// The greeting may come before or after this request.
		await until(() => client.texts.some((text) => text.includes(id)));
		client.frames.length = 0;
		return client;
	}

	/** Sends an action; gives its id. */
	send(action: string, payload: unknown = {}): string {
		const id = randomUUID();
		this.socket.send(JSON.stringify({ id, action, payload }));
		return id;
	}

	/** Sends an action and gives the next frame that comes. */
	async ask(action: string, payload: unknown = {}): Promise<AppFrame> {
		const before = this.frames.length;
		this.send(action, payload);
		await until(() => this.frames.length > before);
		return this.frames.at(-1) ?? {};
	}

	/** Waits for frames and takes them. */
	async take(count: number): Promise<AppFrame[]> {
		await until(() => this.frames.length >= count);
		return this.frames.splice(0);
	}

	async close(): Promise<void> {
		this.socket.close();
		await until(() => this.closed !== undefined);
	}
}

/** A client that writes bytes, for frames that no proper client sends. */
export class RawClient {
	received = Buffer.alloc(0);
	ended = false;

	private constructor(readonly socket: Socket) {
		socket.on('data', (chunk: Buffer) => {
			this.received = Buffer.concat([this.received, chunk]);
		});
		socket.on('error', () => socket.destroy());
		socket.on('close', () => {
			this.ended = true;
		});
	}

	static async open(port: number, headers: Record<string, string> = {}): Promise<RawClient> {
		const client = new RawClient(connect(port, '127.0.0.1'));
		const lines = {
			Host: `127.0.0.1:${port}`,
			Upgrade: 'websocket',
			Connection: 'Upgrade',
			'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
			'Sec-WebSocket-Version': '13',
			...headers,
		};
		const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
		client.socket.write(['GET /v1/ HTTP/1.1', ...text, '\r\n'].join('\r\n'));
		await until(() => client.received.includes('\r\n\r\n') || client.ended);
		return client;
	}

	get status(): number {
		return Number(this.received.toString('latin1').split(' ')[1]);
	}

	/** Writes a frame; masked unless told otherwise. */
	frame(first: number, payload: Buffer, isMasked = true): void {
		const mask = randomBytes(4);
		const size =
			payload.length < 126
				? [payload.length | (isMasked ? 0x80 : 0)]
				: [126 | (isMasked ? 0x80 : 0), payload.length >> 8, payload.length & 0xff];
		const body = isMasked
			? Buffer.concat([mask, payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))])
			: payload;
		this.socket.write(Buffer.concat([Buffer.from([first, ...size]), body]));
	}

	/** Code of the close frame, which is the last thing that came. */
	async closeCode(): Promise<number> {
		const start = (): number => this.received.lastIndexOf(0x88);
		await until(() => this.ended || (start() > 0 && this.received.length >= start() + 4));
		return this.received.readUInt16BE(start() + 2);
	}
}
