import { createServer } from 'node:net';

/** Given out and perhaps not taken yet: the system may name a port twice, and n8n takes its own seconds later. */
const promised = new Set<number>();

function tryPort(port: number): Promise<number | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			const actual = typeof address === 'object' && address ? address.port : undefined;
			server.close(() => resolve(actual));
		});
	});
}

/** The first of `count` free ports in a row, from `preferred` upwards. */
export async function findFreeRow(preferred: number, count: number): Promise<number> {
	for (let first = preferred; first < preferred + 50; first += 1) {
		const row = Array.from({ length: count }, async (_, index) => await tryPort(first + index));
		if ((await Promise.all(row)).every((port) => port !== undefined)) return first;
	}
	throw new Error(`No ${count} free ports in a row from ${preferred} on 127.0.0.1`);
}

/** The first free port of 127.0.0.1 from `preferred` upwards; any free one when that is 0. */
export async function findFreePort(preferred = 0): Promise<number> {
	for (let offset = 0; offset < 50; offset += 1) {
		const port = await tryPort(preferred === 0 ? 0 : preferred + offset);
		if (port === undefined) continue;
		if (preferred !== 0) return port;
		if (promised.has(port)) continue;
		promised.add(port);
		return port;
	}
	throw new Error(`No free port between ${preferred} and ${preferred + 49} on 127.0.0.1`);
}
