/** Many single sends at once while the provider limits the rate: each is accepted exactly once. */
import { watchLog } from './support/secrets';
import { setTimeout as sleep } from 'node:timers/promises';

import { runNode } from '../engine/support/engine';
import type { AlphaSmsSimulator } from '../simulators/alphasms';
import { operations } from './support/operations';
import { credentials, simulator } from './support/spend';

watchLog();

const REQUESTS = 200;
const CONCURRENCY = 10;
const [sendSms] = operations('message/sendSms');

async function sendAll(sim: AlphaSmsSimulator) {
	return await runNode({
		node: 'alphaSms',
		credentials: credentials(sim.url),
		items: Array.from({ length: REQUESTS }, (_, index) => ({
			phone: String(380971200111 + index * 100),
		})),
		onError: 'continueRegularOutput',
		parameters: {
			...sendSms?.parameters,
			options: { concurrency: CONCURRENCY, batchSize: 1, timeout: 20 },
		},
	});
}

/** Rate limits as providers have them: so many refusals, or a time in which everything is refused. */
const BURSTS: ReadonlyArray<readonly [string, (sim: AlphaSmsSimulator) => Promise<void> | void]> = [
	['20 refusals', (sim) => sim.faults.add({ kind: 'status', status: 429, times: 20, skip: 30 })],
	[
		'a second of refusals with Retry-After',
		async (sim) => {
			sim.faults.add({ kind: 'status', status: 429, retryAfter: 1, times: 'always', skip: 30 });
			while (sim.faults.log.length === 0) await sleep(5);
			await sleep(900);
			sim.faults.clear();
		},
	],
];

it.each(BURSTS)('200 sends, 10 at once, under a burst of 429: %s', async (_, burst) => {
	const sim = await simulator({ log: 'counts', latencyMs: 2 });
	try {
		const [result] = await Promise.all([sendAll(sim), burst(sim)]);
		expect(sim.faults.log.length).toBeGreaterThan(0);
		expect(result.json.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
		expect(new Set(result.json.map(({ id }) => id)).size).toBe(REQUESTS);
		expect({ total: sim.acceptedTotal, ids: sim.accepted.size, maxPerId: sim.maxPerId }).toEqual({
			total: REQUESTS,
			ids: REQUESTS,
			maxPerId: 1,
		});
		expect(sim.connections.peakInFlight).toBeLessThanOrEqual(CONCURRENCY);
		// Sockets that idle through a long pause are closed, so the total may be higher.
		expect(sim.connections.peak).toBeLessThanOrEqual(CONCURRENCY);
	} finally {
		await sim.close();
	}
});
