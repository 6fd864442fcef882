/**
 * "On Unknown Outcome: Send Again with the Same ID" repeats exactly the same request, and whatever the repetition brings,
 * an item that may have been accepted is not called refused or not sent.
 */
import { watchLog } from './support/secrets';
import type { Fault } from '../simulators/core/faults';
import type { FaultCase } from './support/faultCases';
import { providers } from './support/providers';
import type { OperationCase, Provider, Repeats } from './support/providers/provider';
import { ofSafety, REPEATS } from './support/providers/provider';
import type { Trial } from './support/spend';
import { acceptedFor, attempt, judgeSecrets, label } from './support/spend';

watchLog();

const RESEND = { onUnknownOutcome: 'resend' };
const LOST: Fault = { kind: 'resetAfterBody' };

/** The option exists only where the provider is given an ID of ours. */
const offering = providers
	.filter(({ operations }) => operations.some(({ ownId }) => ownId))
	.map((provider) => [provider.name, provider] as const);

async function resend(
	provider: Provider,
	operation: OperationCase,
	repeats: Repeats,
	faults: Fault[],
): Promise<Trial> {
	const fault: FaultCase = { name: 'answer lost', faults: () => faults, words: [] };
	return await attempt(provider, operation, fault, { repeats, options: RESEND });
}

/** A body without what is new in each multipart request. */
function comparable(body: Buffer): string {
	return body.toString('latin1').replace(/-{4,}\S*\d+\S*/g, '<boundary>');
}

function judgeResend(trial: Trial): string[] {
	const { gateway, result, repeats } = trial;
	const problems = judgeSecrets(gateway, result);
	const [first, second] = gateway.log;
	if (!first || !second) return ['the request was not repeated'];
	if (comparable(first.body) !== comparable(second.body))
		problems.push('the repeated request differs');
	const [outputs = []] = result.outputs;
	const [lead = { json: {} }] = outputs;
	const count = acceptedFor(trial, lead.json, 0);
	const expected = repeats === 'accept' ? 2 : 1;
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

const AFTERWARDS: ReadonlyArray<readonly [string, (provider: Provider) => Fault[]]> = [
	['then 429 without end', () => [LOST, { kind: 'status', status: 429, times: 'always' }]],
	[
		'then a refusal',
		(provider) => [LOST, { ...provider.refusal('Not enough money'), times: 'always' }],
	],
	['then HTTP 403', () => [LOST, { kind: 'status', status: 403, times: 'always' }]],
	['then resets without end', () => [LOST, { kind: 'resetBeforeBody', times: 'always' }]],
];

describe.each(offering)('%s', (_, provider) => {
	const spending = ofSafety(provider, 'spends');
	const withOwnId = spending.filter(({ ownId }) => ownId);
	const withoutOwnId = spending.filter(({ ownId }) => !ownId);

	it.each(REPEATS)('repeats the same request with the same ids (repeats: %s)', async (repeats) => {
		const runs = withOwnId.map(async (operation) => {
			const trial = await resend(provider, operation, repeats, [LOST]);
			return judgeResend(trial).map(label(operation, 'answer lost', repeats));
		});
		expect((await Promise.all(runs)).flat()).toEqual([]);
	});

	it.each(REPEATS)(
		'does nothing where there is no ID to tell a repetition by (repeats: %s)',
		async (repeats) => {
			const runs = withoutOwnId.map(async (operation) => {
				const faults: Fault[] = [{ ...LOST, times: 'always' }];
				const { gateway, result } = await resend(provider, operation, repeats, faults);
				const words = result.json.map(({ outcome }) => outcome);
				const isOnce = gateway.log.length === words.length;
				return [operation.key, isOnce, gateway.maxPerKey, new Set(words)];
			});
			expect(await Promise.all(runs)).toEqual(
				withoutOwnId.map(({ key }) => [key, true, 1, new Set(['unknown'])]),
			);
		},
	);

	it.each(AFTERWARDS)(
		'keeps calling an item unknown when its answer was lost, %s',
		async (name, faults) => {
			const list = withOwnId.filter(({ waits }) => waits);
			expect(list.length).toBeGreaterThan(0);
			const runs = list.map(async (operation) => {
				const { gateway, result } = await resend(provider, operation, 'refuse', faults(provider));
				const word = result.json[0]?.outcome;
				const problems = [
					...(gateway.accepted === 1 ? [] : [`accepted ${gateway.accepted} times`]),
					...(word === 'unknown' ? [] : [`the item was accepted but is called ${String(word)}`]),
					...(gateway.log.length <= 4 ? [] : [`${gateway.log.length} requests`]),
				];
				return problems.map(label(operation, `answer lost, ${name}`, 'refuse'));
			});
			expect((await Promise.all(runs)).flat()).toEqual([]);
		},
	);
});
