/** Without "Continue", the first failure ends the run: nothing is sent twice, and the error tells what was accepted. */
import { watchLog } from './support/secrets';
import type { IDataObject } from 'n8n-workflow';

import type { FaultCase } from './support/faultCases';
import { concerns, faultCases } from './support/faultCases';
import { eachProvider } from './support/providers';
import { ofSafety, tries } from './support/providers/provider';
import type { Trial } from './support/spend';
import { attempt, judgeSecrets, label, pooledRuns } from './support/spend';

watchLog();

const AT_ONCE = 40;

function named({ operation: { identifiedBy } }: Trial, rows: unknown): string[] {
	if (!Array.isArray(rows) || identifiedBy === undefined) return [];
	return rows.map((row: IDataObject) => String(row[identifiedBy]));
}

function judgeStop(trial: Trial, { words }: FaultCase): string[] {
	const { gateway, result, operation } = trial;
	const problems = judgeSecrets(gateway, result);
	const { error } = result;
	if (!error) return [...problems, 'the run did not fail'];
	if (gateway.maxPerKey > 1) problems.push(`one key was accepted ${gateway.maxPerKey} times`);
	const data = (error.context?.data ?? {}) as IDataObject;
	const [accepted, unknown] = [named(trial, data.accepted), named(trial, data.unknown)];
	const really = gateway.acceptedKeys(operation);
	for (const key of really) {
		if (![...accepted, ...unknown].includes(key))
			problems.push(`the error does not name ${key}, which was accepted`);
	}
	for (const key of accepted) {
		if (!really.includes(key)) problems.push(`the error calls ${key} accepted, which it was not`);
	}
	const isUnknown = words.length === 1 && words[0] === 'unknown';
	if (isUnknown && !/before you send it again/.test(error.description ?? '')) {
		problems.push(`the error lacks the advice to check first: ${String(error.description)}`);
	}
	return problems;
}

describe.each(eachProvider)('%s', (_, provider) => {
	// Several items, and a key by which the accepted ones are found again.
	const tried = ofSafety(provider, 'spends').filter(
		({ single, identifiedBy }) => !single && identifiedBy !== undefined,
	);
	const faults = faultCases(provider).filter(
		({ heavy, words }) => !heavy && !words.includes('accepted'),
	);

	it('tells what was accepted before the run ended', async () => {
		const jobs = faults.flatMap((fault) =>
			tried
				.filter((operation) => concerns(fault, operation))
				.flatMap((operation) => tries(provider, operation).map((one) => ({ fault, ...one }))),
		);
		const problems = await pooledRuns(jobs, AT_ONCE, async ({ fault, operation, repeats }) => {
			const settings = { repeats, strangerUrl: 'http://localhost:9/' };
			const trial = await attempt(provider, operation, fault, {
				...settings,
				onError: 'stopWorkflow',
			});
			return judgeStop(trial, fault).map(label(operation, fault.name, repeats));
		});
		expect(problems.flat()).toEqual([]);
	}, 180_000);
});
