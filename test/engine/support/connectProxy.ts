/** A proxy as companies have it: opens tunnels on request, wherever they lead to. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

import { listen } from '../../simulators/core/listen';

export interface ConnectProxy {
	readonly url: string;
	/** Addresses to which tunnels were asked for, and URLs that were asked for as they are. */
	readonly asked: string[];
	close(): Promise<void>;
}

export interface ConnectProxyOptions {
	/** Status by which every tunnel is refused. */
	readonly refuseWith?: number;
	/** Where all tunnels lead, whatever was asked for. */
	readonly leadTo?: { readonly port: number };
	/** Tunnels are neither opened nor refused. */
	readonly stall?: boolean;
}

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
	const asked: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((request, response) => {
		asked.push(String(request.url));
		response.writeHead(502).end();
	});
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
	});
	server.on('connect', ({ url = '' }, client: Socket) => {
		asked.push(url);
		client.on('error', () => client.destroy());
		if (options.stall) return;
		if (options.refuseWith !== undefined) {
			client.end(`HTTP/1.1 ${options.refuseWith} Refused\r\n\r\n`);
			return;
		}
		const { hostname, port } = new URL(`http://${url}`);
		const host = options.leadTo ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
		const target = connect(options.leadTo?.port ?? Number(port || 80), host, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			target.pipe(client);
			client.pipe(target);
		});
		sockets.add(target);
		const end = () => {
			client.destroy();
			target.destroy();
		};
		target.on('error', end).on('close', end);
		client.on('close', end);
	});
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		asked,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
