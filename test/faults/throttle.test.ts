/** Many single sends at once while the provider limits the rate: each is accepted exactly once. */
import { watchLog } from './support/secrets';
import { setTimeout as sleep } from 'node:timers/promises';

import { eachProvider } from './support/providers';
import { byKey, type Gateway } from './support/providers/provider';
import { run } from './support/spend';

watchLog();

const REQUESTS = 200;
const CONCURRENCY = 10;

/** Rate limits as providers have them: so many refusals, or a time in which everything is refused. */
const BURSTS: ReadonlyArray<readonly [string, (gateway: Gateway) => Promise<void> | void]> = [
	['20 refusals', ({ faults }) => faults.add({ kind: 'status', status: 429, times: 20, skip: 30 })],
	[
		'a second of refusals with Retry-After',
		async ({ faults }) => {
			faults.add({ kind: 'status', status: 429, retryAfter: 1, times: 'always', skip: 30 });
			while (faults.log.length === 0) await sleep(5);
			await sleep(900);
			faults.clear();
		},
	],
];

describe.each(eachProvider)('%s', (_, provider) => {
	it.each(BURSTS)(
		'200 sends, 10 at once, under a burst of 429: %s',
		async (__, burst) => {
			const [operation] = byKey(provider, provider.simple);
			if (!operation) throw new Error('no operation');
			const { identifiedBy = '', batch } = operation;
			const gateway = await provider.start({ operation, log: 'counts', latencyMs: 2 });
			try {
				const running = run(
					provider,
					gateway.url,
					{
						...gateway.parameters(operation),
						options: { concurrency: CONCURRENCY, ...(batch && { batchSize: 1 }), timeout: 20 },
					},
					{ items: provider.items(REQUESTS), onError: 'continueRegularOutput' },
				);
				const [{ json }] = await Promise.all([running, burst(gateway)]);
				expect(gateway.faults.log.length).toBeGreaterThan(0);
				expect(json.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
				expect(new Set(json.map((output) => output[identifiedBy])).size).toBe(REQUESTS);
				expect({
					total: gateway.accepted,
					keys: gateway.acceptedKeys(operation).length,
					maxPerKey: gateway.maxPerKey,
				}).toEqual({ total: REQUESTS, keys: REQUESTS, maxPerKey: 1 });
				expect(gateway.connections.peakInFlight).toBeLessThanOrEqual(CONCURRENCY);
				// Sockets that idle through a long pause are closed, so the total may be higher.
				expect(gateway.connections.peak).toBeLessThanOrEqual(CONCURRENCY);
			} finally {
				await gateway.close();
			}
		},
		120_000,
	);
});
