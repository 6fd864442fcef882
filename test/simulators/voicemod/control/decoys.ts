import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { acceptWebSocket, ServerWebSocket } from '../../core/webSocket';

/** Something else that listens on a port of the published list. */
export type DecoyKind =
	/** A web server: answers an upgrade with 404. */
	| 'http'
	/** Takes connections and says nothing. */
	| 'silent'
	/** Closes every connection. */
	| 'closing'
	/** Another WebSocket server: accepts, and answers every message with nonsense. */
	| 'webSocket'
	/** Another WebSocket server that sends back what it gets. */
	| 'echo'
	/** Another WebSocket server that accepts and stays silent. */
	| 'silentWebSocket';

/** A running decoy. */
export interface Decoy {
	port: number;
	/** Connections that arrived. */
	readonly connections: number;
	/** Messages that arrived: a client key must not be among them unless nothing told the decoy apart. */
	readonly messages: string[];
	close(): Promise<void>;
}

/** Starts a decoy, so that a client that looks for the app on several ports can go wrong. */
export async function startDecoy(kind: DecoyKind, port = 0): Promise<Decoy> {
	const sockets = new Set<Socket>();
	const messages: string[] = [];
	let connections = 0;
	const isPlain = kind === 'silent' || kind === 'closing';
	const server = isPlain
		? createServer()
		: createHttpServer((_req, res) => res.writeHead(404).end());
	server.on('connection', (socket: Socket) => {
		connections++;
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.once('close', () => sockets.delete(socket));
		if (kind === 'closing') socket.destroy();
	});
	if (kind === 'webSocket' || kind === 'silentWebSocket' || kind === 'echo')
		server.on('upgrade', (req, socket: Socket, head: Buffer) => {
			if (!acceptWebSocket(req, socket)) return;
			const settings = { maxMessageBytes: 65536, fragmentBytes: 0, pongs: true };
			const webSocket = new ServerWebSocket(socket, head, settings, {
				message(data) {
					messages.push(data.toString('utf8'));
					if (kind === 'webSocket') webSocket.send('{"hello":"world"}');
					if (kind === 'echo') webSocket.send(data.toString('utf8'));
				},
				ping() {},
				pong() {},
				close() {},
			});
		});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	return {
		port: typeof address === 'object' && address ? address.port : 0,
		get connections() {
			return connections;
		},
		messages,
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}
