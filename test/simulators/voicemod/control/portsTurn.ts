import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Not one of the published ports. */
const TURN_PORT = 20_999;
const PATIENCE_MS = 100_000;

/**
 * The published ports are the same for all that runs on this machine, so whoever tests with them waits for a turn: whoever
 * holds a port beside them has it.
 *
 * @returns ends the turn
 */
export async function publishedPortsTurn(): Promise<() => Promise<void>> {
	const deadline = Date.now() + PATIENCE_MS;
	do {
		const server = createServer();
		const isMine = await new Promise<boolean>((resolve) => {
			server.once('error', () => resolve(false));
			server.listen(TURN_PORT, '127.0.0.1', () => resolve(true));
		});
		if (isMine) {
			return async () => await new Promise((resolve) => server.close(() => resolve()));
		}
		await sleep(200);
	} while (Date.now() < deadline);
	throw new Error(`Nobody gives up port ${TURN_PORT}, the turn to use the published ports`);
}
