/**
 * Operations that change things and may be repeated: they are, nothing is made twice by that, and no item that was done is
 * called refused.
 */
import { watchLog } from './support/secrets';

import { concerns, faultCases, PASSING_FAULTS } from './support/faultCases';
import type { FaultCase } from './support/faultCases';
import { eachProvider } from './support/providers';
import { ofSafety } from './support/providers/provider';
import type { Trial } from './support/spend';
import { acceptedFor, ADVICE, attempt, judgeSecrets, label, pooled } from './support/spend';

watchLog();

const AT_ONCE = 120;
/** Faults with which a run ends well after at most a few repetitions. */
const PASSING = new Set(PASSING_FAULTS.map(({ name }) => name));

function judge(trial: Trial, { name }: FaultCase): string[] {
	const { gateway, result, operation, items } = trial;
	const problems = judgeSecrets(gateway, result);
	const [outputs = []] = result.outputs;
	if (result.error) problems.push(`the run failed: ${result.error.message}`);
	if (outputs.length !== items) problems.push(`${outputs.length} output items`);
	if (gateway.accepted > (operation.creates ? items : 0))
		problems.push(`${gateway.accepted} things were made`);
	if (gateway.maxPerKey > 1) problems.push('one key was accepted twice');
	// What was removed by a request whose answer was lost is not found by the repetition.
	const failed = outputs.filter(
		({ json }) => json.error !== undefined && !(operation.removes && json.outcome === 'unknown'),
	);
	if (PASSING.has(name) && failed.length > 0)
		problems.push(`failed: ${String(failed[0]?.json.error)}`);
	outputs.forEach(({ json }, index) => {
		const word = json.outcome;
		const isDone = operation.creates && acceptedFor(trial, json, index) > 0;
		if (isDone && (word === 'refused' || word === 'not_sent'))
			problems.push(`was made but is called ${word}: ${String(json.error)}`);
		if (operation.creates && !isDone && json.error === undefined)
			problems.push('is called done but was not');
		// The key of the next run is another one.
		const advice = operation.keyed ? ADVICE : /does no harm/;
		if (word === 'unknown' && !advice.test(String(json.description)))
			problems.push(`does not say whether it may be repeated: ${String(json.description)}`);
	});
	return problems;
}

describe.each(eachProvider)('%s', (_, provider) => {
	const operations = ofSafety(provider, 'idempotent');
	let problems: string[][];

	// All in one pool: most of the time goes to pauses, which need not wait for each other.
	beforeAll(async () => {
		const jobs = operations.flatMap((operation) =>
			faultCases(provider)
				.filter((fault) => !fault.heavy && concerns(fault, operation))
				.map((fault) => ({ operation, fault })),
		);
		const found = await pooled(jobs, AT_ONCE, async ({ operation, fault }) => {
			const settings = { strangerUrl: 'http://localhost:9/' };
			const trial = await attempt(provider, operation, fault, settings);
			return judge(trial, fault).map(label(operation, fault.name));
		});
		problems = operations.map((operation) =>
			found.filter((___, index) => jobs[index]?.operation === operation).flat(),
		);
	}, 300_000);

	it.each(operations.map(({ key }, index) => [key, index] as const))(
		'%s happens once, whatever happens on the way',
		(__, index) => {
			expect(problems[index]).toEqual([]);
		},
	);
});
