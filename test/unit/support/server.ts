import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';

import { listen } from '../../simulators/core/listen';

export interface LocalServer {
	readonly url: string;
	readonly port: number;
	/** `METHOD path` of every request that arrived. */
	readonly requests: string[];
	readonly headers: Array<IncomingMessage['headers']>;
	readonly bodies: string[];
	close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('latin1');
}

/** A web server on a free local port. The listener runs after the request's body has arrived. */
export async function startServer(listener: RequestListener): Promise<LocalServer> {
	const requests: string[] = [];
	const headers: LocalServer['headers'] = [];
	const bodies: string[] = [];
	const server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		headers.push(request.headers);
		void readBody(request).then((body) => {
			bodies.push(body);
			listener(request, response);
		});
	});
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		port,
		requests,
		headers,
		bodies,
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}

export interface LocalTcpServer {
	readonly url: string;
	readonly port: number;
	connections: number;
	close(): Promise<void>;
}

/** A bare TCP server, for answers that no web server would give. */
export async function startTcpServer(onSocket: (socket: Socket) => void): Promise<LocalTcpServer> {
	const sockets = new Set<Socket>();
	const server = createTcpServer((socket) => {
		running.connections++;
		sockets.add(socket);
		socket.on('error', () => undefined);
		onSocket(socket);
	});
	const port = await listen(server);
	const running: LocalTcpServer = {
		url: `http://127.0.0.1:${port}`,
		port,
		connections: 0,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
	return running;
}

/** Below those that systems give out by themselves, so that no other program is given it meanwhile. */
const QUIET_PORTS = { from: 22_000, count: 6000 };

/** A port on which nobody listens. */
export async function unusedPort(): Promise<number> {
	for (;;) {
		const port = QUIET_PORTS.from + Math.floor(Math.random() * QUIET_PORTS.count);
		const server = createTcpServer();
		const isFree = await new Promise<boolean>((resolve) => {
			server.once('error', () => resolve(false));
			server.listen(port, '127.0.0.1', () => resolve(true));
		});
		await new Promise<void>((resolve) => server.close(() => resolve()));
		if (isFree) return port;
	}
}
