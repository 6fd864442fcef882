/** A genuine callback starts a workflow; one that was changed starts it only where what is signed is still the same. */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';

import { alphaSmsTrigger } from './support/callbacks/alphaSms';
import { mutations } from './support/callbacks/mutations';
import { call } from './support/callbacks/trigger';
import { velipTrigger } from './support/callbacks/velip';
import { kitTriggers } from './support/callbacks/voximplantKit';
import { channelTriggers } from './support/callbacks/voximplantKitCustomChannel';

watchLog();

const SEED = 20_240_601;
const RUNS = 5_000;
/** Without a salt there is nothing genuine. */
const TRIGGERS = [alphaSmsTrigger, velipTrigger, channelTriggers[0], kitTriggers[0]].flatMap(
	(one) => (one === undefined ? [] : [[one.node, one] as const]),
);

let count = 0;

describe.each(TRIGGERS)('%s', (_, trigger) => {
	it('starts for genuine callbacks', async () => {
		await fc.assert(
			fc.asyncProperty(trigger.genuine, async ({ setting, callback }) => {
				const { events, status } = await call(trigger, setting, callback, `genuine-${count++}`);
				expect({ started: events.length, status }).toEqual({ started: 1, status: undefined });
				expect(trigger.isGenuine({ setting, callback }, events)).toBe(true);
			}),
			{ seed: SEED, numRuns: 500 },
		);
	});

	it(`believes none of ${RUNS} changed ones that it should not`, async () => {
		const seen = { started: 0, refused: 0 };
		const forged = fc.tuple(trigger.genuine, mutations(trigger.proofHeader));
		await fc.assert(
			fc.asyncProperty(forged, async ([{ setting, callback }, change]) => {
				const changed = change(callback);
				const answer = await call(trigger, setting, changed, `forged-${count++}`);
				const { events, status } = answer;
				expect(answer.answered).toBe(true);
				expect([undefined, 400, 401]).toContain(status);
				expect('polluted' in {}).toBe(false);
				seen[events.length > 0 ? 'started' : 'refused']++;
				if (events.length === 0) return;
				expect(status).toBeUndefined();
				expect(leakOf(events)).toBeUndefined();
				expect(trigger.isGenuine({ setting, callback: changed }, events)).toBe(true);
			}),
			{ seed: SEED, numRuns: RUNS },
		);
		// Both ways are taken, so the changes are neither too coarse nor without effect.
		expect(Math.min(seen.started, seen.refused)).toBeGreaterThan(RUNS / 50);
	});
});
