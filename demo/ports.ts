import { createServer } from 'node:net';

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

/** The first free port of 127.0.0.1 from `preferred` upwards; any free one when that is 0. */
export async function findFreePort(preferred = 0): Promise<number> {
	for (let offset = 0; offset < 50; offset += 1) {
		const port = await tryPort(preferred === 0 ? 0 : preferred + offset);
		if (port !== undefined) return port;
	}
	throw new Error(`No free port between ${preferred} and ${preferred + 49} on 127.0.0.1`);
}
