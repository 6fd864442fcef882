import type { AddressInfo, Server } from 'node:net';

/**
 * Addresses that this process has had. A system gives out the same port again soon (Linux chooses among some 7,000), and
 * what calls these servers remembers by address: sessions, refused credentials, kept-alive sockets.
 */
const used = new Set<string>();

/** After so many used ones in a row hardly any is left, and the oldest are long forgotten. */
const MOST_TRIES = 50;

async function listenOnce(server: Server, port: number, host: string): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
	return (server.address() as AddressInfo).port;
}

/** Listens on this port, or for 0 on one that was not used here before, and gives it. */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
	for (let tries = 1; ; tries++) {
		const given = await listenOnce(server, port, host);
		const address = `${host}:${given}`;
		if (port !== 0 || tries >= MOST_TRIES || !used.has(address)) {
			used.add(address);
			return given;
		}
		await new Promise<void>((resolve) => server.close(() => resolve()));
	}
}
