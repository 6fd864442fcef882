/**
 * Answers that no sane provider would give, to every operation, dropdown and poll: the node says one thing about every item, never a JavaScript
 * error, and never shows the secret.
 */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';

import { dropdowns, failureOf, polls } from './support/contexts';
import { damaged, damages } from './support/mutate';
import { eachProvider } from './support/providers';
import { asking, type OperationCase } from './support/providers/provider';
import { shortPauses, trueAnswer, trueAnswerTo } from './support/recorded';
import type { RunResult } from '../engine/support/engine';
import { pairedWith, run } from './support/spend';

shortPauses();
watchLog();

const SEED = 20_240_131;
/** Damages for each operation. */
const RUNS = 30;
const ITEMS = 3;
const OUTCOMES = ['accepted', 'refused', 'unknown', 'not_sent'];
/** What an unhandled programming error looks like to a user. */
const CRASH =
	/TypeError|RangeError|ReferenceError|call stack|Cannot (read|convert|destructure|set)|is not (a function|iterable|defined)|Invalid (string|array) length|\[object Object\]|undefined/i;

function judge(operation: OperationCase, items: number, result: RunResult): string[] {
	const problems: string[] = [];
	const leak = leakOf([result.outputs, result.error]);
	if (leak !== undefined) problems.push(`shows the secret: ${leak}`);
	if (result.error) problems.push(`the whole run failed: ${result.error.message}`);
	const [outputs = []] = result.outputs;
	const paired = pairedWith(result);
	if (!operation.rows && paired.join() !== [...Array(items).keys()].join())
		problems.push(`output items for ${paired.join()}`);
	if (paired.some((item) => item === undefined || item >= items))
		problems.push(`output items for ${paired.join()}`);
	for (const { json } of outputs) {
		const { error, outcome } = json;
		if (error !== undefined && CRASH.test(JSON.stringify(error)) && !operation.rows)
			problems.push(`crashed: ${JSON.stringify(error)}`);
		if (operation.safety !== 'spends') continue;
		if (!OUTCOMES.includes(String(outcome)))
			problems.push(`outcome ${JSON.stringify(outcome)?.slice(0, 80)}`);
		if (outcome === 'not_sent') problems.push(`sent, but called not_sent: ${String(error)}`);
	}
	if ('polluted' in {}) problems.push('Object.prototype was polluted');
	return problems;
}

function parsed(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
	} catch {
		// An answer that is no JSON: a file, or the lines of an old API.
	}
	return { answer: text.slice(0, 200) };
}

const DEPTHS = [2_000, 50_000];

describe.each(eachProvider)('%s', (_, provider) => {
	it.concurrent.each(asking(provider).map((operation) => [operation.key, operation] as const))(
		'%s survives damaged answers',
		async (key, operation) => {
			// With a whole batch at once, so that answers can be mixed up.
			const items = operation.batch ? ITEMS : 1;
			const valid = parsed(await trueAnswer(provider, operation, items));
			const gateway = await provider.start({ operation, log: 'counts' });
			const tried = async (body: string) => {
				gateway.faults.clear();
				gateway.faults.add({ kind: 'okWithError', body, times: 'always' });
				const result = await run(provider, gateway.url, gateway.parameters(operation), {
					items: provider.items(items),
					onError: 'continueRegularOutput',
				});
				const problems = judge(operation, items, result);
				if (problems.length > 0)
					throw new Error(`${key}: ${problems.join('; ')}\n${body.slice(0, 600)}`);
			};
			try {
				await fc.assert(
					fc.asyncProperty(damages, async (list) => await tried(damaged(valid, list))),
					{ seed: SEED, numRuns: RUNS },
				);
				const [first = 'answer'] = Object.keys(valid);
				for (const depth of DEPTHS) {
					const deep = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
					const text = JSON.stringify(valid);
					await tried(`${text.slice(0, -1)},"deep":${deep}}`);
					await tried(text.replace(`"${first}":`, `"${first}":{"deep":${deep}},"x":`));
				}
			} finally {
				await gateway.close();
			}
		},
		60_000,
	);

	const questions = [...dropdowns(provider), ...polls(provider)];
	if (questions.length === 0) return;

	it.each(questions.map((question) => [question.name, question] as const))(
		'%s survives damaged answers',
		async (_, question) => {
			const valid = parsed(await trueAnswerTo(provider, question));
			const gateway = await provider.start({ log: 'counts' });
			const tried = async (body: string) => {
				gateway.faults.clear();
				gateway.faults.add({ kind: 'okWithError', body, times: 'always' });
				const error = await failureOf(question, provider.fields(gateway.url));
				const words = `${error?.message ?? ''} ${error?.description ?? ''}`;
				const leak = leakOf([words, question.staticData]);
				const isBad = CRASH.test(words) || leak !== undefined || 'polluted' in {};
				if (isBad) throw new Error(`${words}\n${leak ?? ''}\n${body.slice(0, 600)}`);
			};
			try {
				await fc.assert(
					fc.asyncProperty(damages, async (list) => await tried(damaged(valid, list))),
					{ seed: SEED, numRuns: RUNS },
				);
				for (const depth of DEPTHS) {
					const deep = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
					await tried(`${JSON.stringify(valid).slice(0, -1)},"deep":${deep}}`);
				}
			} finally {
				await gateway.close();
			}
		},
		60_000,
	);
});
