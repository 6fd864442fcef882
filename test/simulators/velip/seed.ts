import { DAY } from './clock';
import { callOutcome } from './steering';
import type { World } from './world';

/** What seeded calls look like. */
export interface SeedOptions {
	/** The period they are spread over, up to now; default one day. */
	spanMs?: number;
	/** `ctid` of call number n; default none. */
	ctid?: (index: number) => string | undefined;
	cpid?: string;
	campaignId?: number;
	/** Destination of call number n; default a mobile number whose ending steers its outcome. */
	dest?: (index: number) => string;
}

/** Adds finished calls, as if they had been made before. They are not counted as accepted, billed or reported. */
export function seedCalls(world: World, count: number, options: SeedOptions): void {
	const { store, clock } = world;
	const span = options.spanMs ?? DAY;
	const start = clock.now() - span;
	let campaignId = options.campaignId;
	if (options.cpid !== undefined && campaignId === undefined) {
		campaignId = store.batches.get(options.cpid) ?? store.nextId('campaign', 3001);
		store.batches.set(options.cpid, campaignId);
	}
	for (let index = 0; index < count; index++) {
		const createdAt = Math.floor(start + (span * index) / count);
		const dest = options.dest?.(index) ?? `5511${String(900_000_000 + index)}`;
		const outcome = callOutcome(dest, true);
		const answered = outcome.status === 'OK';
		const answeredAt = createdAt + 5000;
		store.addCall({
			dest,
			ctid: options.ctid?.(index),
			cpid: options.cpid,
			campaignId,
			createdAt,
			dialledAt: createdAt,
			answeredAt: answered ? answeredAt : undefined,
			endedAt: answeredAt + outcome.seconds * 1000,
			status: outcome.status,
			seconds: outcome.seconds,
			digits: outcome.digits,
			value: answered ? world.options.prices.call : 0,
		});
	}
}
