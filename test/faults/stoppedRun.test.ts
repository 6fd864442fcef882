/** Without "Continue", the first failure ends the run: nothing is sent twice, and the error tells what was accepted. */
import { watchLog } from './support/secrets';
import type { IDataObject } from 'n8n-workflow';

import type { FaultCase } from './support/faultCases';
import { faultCases } from './support/faultCases';
import { operations } from './support/operations';
import type { Trial } from './support/spend';
import { attempt, judgeSecrets, MODES } from './support/spend';

watchLog();

const OPERATIONS = operations('message/sendSms', 'call/playAudioFile', 'message/scheduleSms');
const CASES = faultCases.filter(({ heavy, words }) => !heavy && !words.includes('accepted'));

function named(trial: Trial, rows: unknown): string[] {
	const key = trial.operation.identity === 'id' ? 'id' : 'phone';
	return Array.isArray(rows) ? rows.map((row: IDataObject) => String(row[key])) : [];
}

function acceptedKeys({ sim, operation }: Trial): string[] {
	return operation.identity === 'id'
		? [...sim.accepted.keys()]
		: sim.messages().map(({ phone }) => phone);
}

function judgeStop(trial: Trial, { words }: FaultCase): string[] {
	const { sim, result } = trial;
	const problems = judgeSecrets(trial);
	const { error } = result;
	if (!error) return [...problems, 'the run did not fail'];
	if (sim.maxPerId > 1) problems.push(`one id was accepted ${sim.maxPerId} times`);
	const data = (error.context?.data ?? {}) as IDataObject;
	const [accepted, unknown] = [named(trial, data.accepted), named(trial, data.unknown)];
	for (const key of acceptedKeys(trial)) {
		if (![...accepted, ...unknown].includes(key))
			problems.push(`the error does not name ${key}, which was accepted`);
	}
	for (const key of accepted) {
		if (!acceptedKeys(trial).includes(key))
			problems.push(`the error calls ${key} accepted, which it was not`);
	}
	const [word] = words;
	if (
		word === 'unknown' &&
		words.length === 1 &&
		!/before you send it again/.test(error.description ?? '')
	) {
		problems.push(`the error lacks the advice to check first: ${String(error.description)}`);
	}
	return problems;
}

it.each(CASES.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
	const runs = OPERATIONS.flatMap((operation) =>
		MODES.map(async (mode) => {
			const trial = await attempt(operation, fault, mode, {
				onError: 'stopWorkflow',
				strangerUrl: 'http://localhost:9/',
			});
			return judgeStop(trial, fault).map(
				(problem) => `${operation.key} · ${fault.name} · duplicate ids: ${mode}: ${problem}`,
			);
		}),
	);
	expect((await Promise.all(runs)).flat()).toEqual([]);
});
