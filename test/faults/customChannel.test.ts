/**
 * The custom channel under every fault: nothing is sent twice and every item is called what it is. It has a token, so its
 * requests are counted from the first event on; what becomes of logins is in test/engine.
 */
import { watchLog } from './support/secrets';

import { describedOperations } from './support/described';
import type { FaultCase } from './support/faultCases';
import { faultCases } from './support/faultCases';
import { byKey, ofSafety, REPEATS } from './support/providers/provider';
import { voximplantKitCustomChannel as provider } from './support/providers/voximplantKitCustomChannel';
import { attempt, judge, pooled } from './support/spend';

watchLog();

const spending = ofSafety(provider, 'spends');

it('has every operation of the built node in the table', () => {
	const described = describedOperations(provider.node);
	expect(spending.map(({ key }) => key).sort()).toEqual(described.spending);
	expect(provider.operations.map(({ key }) => key).sort()).toEqual(described.all);
});

/** Nothing of this API only reads, so there is nothing to open a socket with beforehand. */
const faults: FaultCase[] = [
	{ name: 'no fault', words: ['accepted'] },
	...faultCases(provider).filter(({ warmUp }) => !warmUp),
];

it.each(faults)('sends nothing twice and calls every item what it is: $name', async (fault) => {
	const list = fault.heavy ? byKey(provider, ...provider.representative) : spending;
	const jobs = list.flatMap((operation) => REPEATS.map((repeats) => ({ operation, repeats })));
	const problems = await pooled(jobs, 10, async ({ operation, repeats }) =>
		judge(
			await attempt(provider, operation, fault, { repeats, strangerUrl: 'http://127.0.0.1:9/' }),
			fault,
		),
	);
	expect(problems.flat()).toEqual([]);
});
