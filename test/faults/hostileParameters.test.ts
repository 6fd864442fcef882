/**
 * Nonsense in any field of any operation: every item is told what is wrong or is sent as it should, nothing is sent twice or
 * to another place, and nobody sees a JavaScript error.
 */
import { leakOf, watchLog } from './support/secrets';
import fc from 'fast-check';

import type { RunResult } from '../engine/support/engine';
import type { Change } from './support/parameters';
import { changed, changes, targetsOf } from './support/parameters';
import { eachProvider } from './support/providers';
import type { Gateway, OperationCase, Provider } from './support/providers/provider';
import { shortPauses } from './support/recorded';
import { addressesOf, pairedWith, run } from './support/spend';

shortPauses();
watchLog();

const SEED = 20_240_131;
/** Sets of values for each operation, each for two items. */
const RUNS = 20;
const ITEMS = 2;
const OUTCOMES = ['accepted', 'refused', 'unknown', 'not_sent', 'dry_run'];
const CRASH =
	/TypeError|RangeError|ReferenceError|call stack|Cannot (read|convert|destructure|set|mix)|is not (a function|iterable|defined)|Invalid (string|array) length|\[object Object\]/i;

type Settled<T> =
	| { readonly value: T; readonly error?: undefined }
	| { readonly value?: undefined; readonly error: Error };

async function settled<T>(task: Promise<T>): Promise<Settled<T>> {
	try {
		return { value: await task };
	} catch (error) {
		return { error: error instanceof Error ? error : new Error(String(error)) };
	}
}

interface Trial {
	readonly provider: Provider;
	readonly operation: OperationCase;
	readonly items: number;
	readonly gateway: Gateway;
	readonly result: RunResult;
	/** Paths that the operation asks for when all is well. */
	readonly paths: ReadonlySet<string>;
}

function shapeOf(provider: Provider, operation: OperationCase, path: string): string {
	return provider.pathOf?.(operation, path) ?? path;
}

function judge({ provider, operation, items, gateway, result, paths }: Trial): string[] {
	const problems: string[] = [];
	const [outputs = []] = result.outputs;
	if (result.error) problems.push(`the whole run failed: ${result.error.message}`);
	const paired = pairedWith(result);
	const wanted = [...Array(items).keys()];
	if (!operation.rows && paired.join() !== wanted.join())
		problems.push(`output items for ${paired.join()}`);
	const words = outputs.map(({ json }) => json.outcome);
	for (const { json } of outputs) {
		const text = typeof json.error === 'string' ? `${json.error} ${String(json.description)}` : '';
		if (CRASH.test(text)) problems.push(`crashed: ${text}`);
		if (json.error === '') problems.push('an error has no text');
		const isKnown = json.outcome === undefined || OUTCOMES.includes(String(json.outcome));
		if (operation.safety === 'spends' && json.error !== undefined && !isKnown)
			problems.push(`outcome ${String(json.outcome)}`);
	}
	if (gateway.accepted > items) problems.push(`${gateway.accepted} accepted for ${items} items`);
	// Both items may have been given the same key on purpose.
	if (gateway.maxPerKey > items) problems.push(`one key was accepted ${gateway.maxPerKey} times`);
	const nothing = words.every((word) => word === 'not_sent' || word === 'dry_run');
	if (operation.safety === 'spends' && words.length > 0 && nothing && gateway.accepted > 0)
		problems.push('accepted, but said not to be');
	if (!operation.keyInQuery && leakOf(addressesOf(gateway)) !== undefined)
		problems.push('the secret is in a URL');
	for (const { path, headers } of gateway.log) {
		if (!paths.has(shapeOf(provider, operation, path))) problems.push(`asked for ${path}`);
		if (headers['x-injected'] !== undefined) problems.push('a header was injected');
	}
	if ('polluted' in {}) problems.push('Object.prototype was polluted');
	return problems;
}

async function tried(
	provider: Provider,
	operation: OperationCase,
	list: readonly Change[],
	paths: ReadonlySet<string>,
): Promise<string[]> {
	const gateway = await provider.start({ operation });
	const items = operation.waits ? 1 : ITEMS;
	try {
		const { parameters, json } = changed(gateway.parameters(operation), list);
		const input = provider
			.items(items)
			.map((item) => ({ ...item, json: { ...item.json, ...json } }));
		const { value: result, error } = await settled(
			run(provider, gateway.url, parameters, { items: input, onError: 'continueRegularOutput' }),
		);
		if (result === undefined) {
			// The engine does not start a node whose form has an empty required field, and stumbles over
			// some values itself: then no line of ours was at work.
			const isOurs = /[\\/]dist[\\/](nodes|credentials)[\\/]/.test(error.stack ?? '');
			const isEngine = gateway.log.length === 0 && !isOurs;
			return isEngine ? [] : [`the engine failed: ${error.message}`];
		}
		const isWhole = result.outputs[0]?.length === 1 && operation.single === true;
		return judge({ provider, operation, items: isWhole ? 1 : items, gateway, result, paths });
	} finally {
		await gateway.close();
	}
}

async function usualPaths(provider: Provider, operation: OperationCase): Promise<Set<string>> {
	const gateway = await provider.start({ operation });
	try {
		await run(provider, gateway.url, gateway.parameters(operation));
		return new Set(gateway.log.map(({ path }) => shapeOf(provider, operation, path)));
	} finally {
		await gateway.close();
	}
}

describe.each(eachProvider)('%s', (_, provider) => {
	// A request of one's own goes where one says; that it stays at the provider is tested by the engine tests.
	const fixed = provider.operations.filter(({ key }) => !key.startsWith('apiRequest/'));

	it.each(fixed.map((operation) => [operation.key, operation] as const))(
		'%s survives hostile parameters',
		async (key, operation) => {
			const paths = await usualPaths(provider, operation);
			expect(paths.size > 0).toBe(!operation.offline);
			const targets = targetsOf(provider, operation);
			await fc.assert(
				fc.asyncProperty(changes(targets), async (list) => {
					const problems = await tried(provider, operation, list, paths);
					if (problems.length > 0)
						throw new Error(
							`${key}: ${problems.join('; ')}\n${JSON.stringify(list).slice(0, 600)}`,
						);
				}),
				{ seed: SEED, numRuns: RUNS },
			);
		},
		60_000,
	);
});
