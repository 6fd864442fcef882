/** A Voicemod app that registers everybody and answers whatever the test wants. */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { acceptWebSocket, ServerWebSocket } from '../../simulators/core/webSocket';

export interface Asked {
	readonly id: string;
	readonly action: string;
	readonly payload: Record<string, unknown>;
}

export interface HostileApp {
	readonly port: number;
	readonly clientKey: string;
	/** Everything that was asked, registrations left out. */
	readonly asked: Asked[];
	readonly open: number;
	/** Sends a text to everybody who is connected. */
	emit(text: string): void;
	close(): Promise<void>;
}

/** @param answer the texts that follow a question, or bytes for a binary frame */
export async function startHostileApp(
	answer: (asked: Asked) => ReadonlyArray<string | Buffer>,
	clientKey = 'hostile-client-key-4711',
): Promise<HostileApp> {
	const asked: Asked[] = [];
	const raw = new Set<Socket>();
	const sockets = new Set<ServerWebSocket>();
	const server = createServer((_, response) => response.writeHead(426).end());
	const receive = (socket: ServerWebSocket, text: string) => {
		const question = JSON.parse(text) as Asked;
		const { id, action } = question;
		if (action === 'registerClient') {
			const payload = { status: { code: 200, description: 'Authorized' } };
			return socket.send(JSON.stringify({ action, id, payload }));
		}
		asked.push(question);
		for (const message of answer(question)) socket.send(message, typeof message !== 'string');
	};
	server.on('upgrade', (request, socket: Socket, head: Buffer) => {
		if (!acceptWebSocket(request, socket)) return;
		raw.add(socket);
		const settings = { maxMessageBytes: 1024 * 1024, fragmentBytes: 0, pongs: true };
		const webSocket = new ServerWebSocket(socket, head, settings, {
			message: (data) => receive(webSocket, data.toString('utf8')),
			ping() {},
			pong() {},
			close: () => void sockets.delete(webSocket),
		});
		sockets.add(webSocket);
		webSocket.send(JSON.stringify({ appVersion: '3.16.70', msg: 'Pending authentication' }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		clientKey,
		asked,
		get open() {
			return sockets.size;
		},
		emit(text) {
			for (const socket of sockets) socket.send(text);
		},
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of raw) socket.destroy();
			await closed;
		},
	};
}
