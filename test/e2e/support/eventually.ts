import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again until it is so: some things happen in n8n, and some are drawn, a moment after its answer. */
export async function eventually(
	look: () => Promise<void> | void,
	timeoutMs = 30_000,
): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		try {
			await look();
			return;
		} catch (error) {
			if (Date.now() > deadline) throw error;
		}
		await sleep(100);
	}
}
