/**
 * "On Unknown Outcome: Send Again with the Same ID" repeats exactly the same request, and whatever the repetition brings,
 * an item that may have been accepted is not called refused or not sent.
 */
import { watchLog } from './support/secrets';
import type { Fault } from '../simulators/core/faults';
import type { FaultCase } from './support/faultCases';
import type { SpendingOperation } from './support/operations';
import { operations, spendingOperations } from './support/operations';
import type { Mode, Trial } from './support/spend';
import { acceptedFor, attempt, judgeSecrets, MODES } from './support/spend';

watchLog();

const RESEND = { onUnknownOutcome: 'resend' };
/** The option exists only where the gateway is given an ID of ours. */
const withOwnId = spendingOperations.filter(({ identity }) => identity === 'id');
const withoutOwnId = spendingOperations.filter(({ identity }) => identity !== 'id');
const LOST: Fault = { kind: 'resetAfterBody' };

async function resend(operation: SpendingOperation, mode: Mode, faults: Fault[]): Promise<Trial> {
	const fault: FaultCase = { name: 'answer lost', faults: () => faults, words: [] };
	return await attempt(operation, fault, mode, { options: RESEND });
}

/** A body without what is new in each multipart request. */
function comparable(body: Buffer): string {
	return body.toString('latin1').replace(/-{4,}\S*\d+\S*/g, '<boundary>');
}

function judgeResend(trial: Trial): string[] {
	const { sim, result, mode } = trial;
	const problems = judgeSecrets(trial);
	const [first, second] = sim.log;
	if (!first || !second) return ['the request was not repeated'];
	if (comparable(first.body) !== comparable(second.body))
		problems.push('the repeated request differs');
	const [outputs = []] = result.outputs;
	const [lead = { json: {} }] = outputs;
	const count = acceptedFor(trial, lead.json, 0);
	const expected = mode === 'accept' ? 2 : 1;
	if (count !== expected) problems.push(`item 0 was accepted ${count} times, expected ${expected}`);
	outputs.forEach(({ json }, index) => {
		if (!['accepted', 'unknown'].includes(String(json.outcome))) {
			problems.push(
				`item ${index} was accepted but is called ${String(json.outcome)}: ${String(json.error)}`,
			);
		}
	});
	return problems;
}

const label = (operation: SpendingOperation, fault: string, mode: Mode) => (problem: string) =>
	`${operation.key} · ${fault} · repeated ids are ${mode === 'accept' ? 'accepted' : 'refused'}: ${problem}`;

it.each(MODES)('repeats the same request with the same ids (provider: %s)', async (mode) => {
	const runs = withOwnId.map(async (operation) => {
		const trial = await resend(operation, mode, [LOST]);
		return judgeResend(trial).map(label(operation, 'answer lost', mode));
	});
	expect((await Promise.all(runs)).flat()).toEqual([]);
});

it.each(MODES)('does nothing where there is no ID to tell a repetition by (%s)', async (mode) => {
	const runs = withoutOwnId.map(async (operation) => {
		const { sim, result } = await resend(operation, mode, [{ ...LOST, times: 'always' }]);
		const words = result.json.map(({ outcome }) => outcome);
		return [operation.key, sim.log.length === words.length, sim.maxPerId, new Set(words)];
	});
	expect(await Promise.all(runs)).toEqual(
		withoutOwnId.map(({ key }) => [key, true, 1, new Set(['unknown'])]),
	);
});

const AFTERWARDS: ReadonlyArray<readonly [string, Fault[]]> = [
	['then 429 without end', [LOST, { kind: 'status', status: 429, times: 'always' }]],
	['then a refusal', [LOST, { kind: 'okWithError', error: 'Not enough money', times: 'always' }]],
	['then HTTP 403', [LOST, { kind: 'status', status: 403, times: 'always' }]],
	['then resets without end', [LOST, { kind: 'resetBeforeBody', times: 'always' }]],
];

it.each(AFTERWARDS)(
	'keeps calling an item unknown when its answer was lost, %s',
	async (name, faults) => {
		const list = operations('message/sendSmsAndWait', 'call/speakTextAndWait');
		const runs = list.map(async (operation) => {
			const { sim, result } = await resend(operation, 'refuse', faults);
			const word = result.json[0]?.outcome;
			const problems = [
				...(sim.acceptedTotal === 1 ? [] : [`accepted ${sim.acceptedTotal} times`]),
				...(word === 'unknown' ? [] : [`the item was accepted but is called ${String(word)}`]),
				...(sim.log.length <= 4 ? [] : [`${sim.log.length} requests`]),
			];
			return problems.map(label(operation, `answer lost, ${name}`, 'refuse'));
		});
		expect((await Promise.all(runs)).flat()).toEqual([]);
	},
);
