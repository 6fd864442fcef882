import { createServer, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

import { listen } from '../../simulators/core/listen';

export interface LocalProxy {
	readonly url: string;
	/** `CONNECT host:port` or `METHOD url` of everything that came through. */
	readonly seen: string[];
	/** Proxy-Authorization headers. */
	readonly authorizations: Array<string | undefined>;
	close(): Promise<void>;
}

/**
 * An HTTP proxy on a local port, which tunnels and forwards everything to `target`, whatever host
 * is named: so that names which do not exist can be used.
 *
 * @param refuse answers 403 to everything
 */
export async function startProxy(targetPort: number, refuse = false): Promise<LocalProxy> {
	const seen: string[] = [];
	const authorizations: LocalProxy['authorizations'] = [];
	const sockets = new Set<Socket>();
	const server = createServer((incoming, outgoing) => {
		seen.push(`${incoming.method} ${incoming.url}`);
		authorizations.push(incoming.headers['proxy-authorization']);
		if (refuse) return void outgoing.writeHead(403).end();
		const path = new URL(incoming.url ?? '/').pathname;
		const { method, headers } = incoming;
		const onward = httpRequest(
			{ host: '127.0.0.1', port: targetPort, path, method, headers },
			(answer) => {
				outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(outgoing);
			},
		);
		incoming.pipe(onward);
	});
	server.on('connect', (incoming, socket: Socket, head) => {
		seen.push(`CONNECT ${incoming.url}`);
		authorizations.push(incoming.headers['proxy-authorization']);
		socket.on('error', () => undefined);
		if (refuse) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
		const onward = connect(targetPort, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
			onward.write(head);
			onward.pipe(socket);
			socket.pipe(onward);
		});
		onward.on('error', () => socket.destroy());
	});
	server.on('connection', (socket) => sockets.add(socket));
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		seen,
		authorizations,
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}
