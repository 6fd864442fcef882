import { callOutcome } from './steering';
import type { World } from './world';

/** What seeded calls look like. */
export interface CallSeed {
	/** Length of the past they are spread over; default a day. */
	spanMs?: number;
	/** Phone of the other side; default running numbers. */
	phone?: string;
	incoming?: boolean;
	scenarioId?: number;
	userId?: number;
	queueId?: number;
	/** Cost, recording and `processing` are final; default true. */
	settled?: boolean;
	recorded?: boolean;
	data?: Record<string, unknown>;
}

/** Adds finished calls of the past, neither billed nor reported; their outcome follows their number. */
export function seedCalls({ store, clock, options }: World, count: number, seed: CallSeed): void {
	const span = seed.spanMs ?? 86_400_000;
	const now = clock.now();
	for (let index = 0; index < count; index++) {
		const phone = seed.phone ?? String(15_550_100_000 + index);
		const outcome = callOutcome(phone, options.steerByPhone);
		const own = '15557654321';
		store.addCall({
			scenarioId: seed.scenarioId ?? 17828,
			campaignId: null,
			dialer: null,
			contactId: null,
			attempt: 1,
			startedAt: now - span + Math.floor((index * span) / Math.max(1, count)),
			phoneA: seed.incoming ? phone : own,
			phoneB: seed.incoming ? own : phone,
			incoming: seed.incoming ?? false,
			resultCode: outcome.resultCode,
			code: outcome.code,
			duration: outcome.seconds,
			dialling: 6,
			cost: outcome.seconds > 0 ? options.prices.call : 0,
			data: seed.data ?? { phone },
			userId: seed.userId ?? null,
			groupId: null,
			queueId: seed.queueId ?? null,
			tags: [],
			topics: [],
			comments: [],
			wrapUp: null,
			source: 'scenario',
			recorded: seed.recorded ?? outcome.seconds > 0,
			settled: seed.settled ?? true,
		});
	}
}
