/** Providers ban addresses that keep sending wrong credentials: one refusal ends everything, wherever it happens. */
import { watchLog } from './support/secrets';
import type { INode } from 'n8n-workflow';

import { dropdowns, failureOf, polls } from './support/contexts';
import { eachProvider } from './support/providers';
import type { Gateway, OperationCase, Provider } from './support/providers/provider';
import { byKey } from './support/providers/provider';
import { label, run } from './support/spend';

watchLog();

const ITEMS = 1000;
const MODES: ReadonlyArray<INode['onError']> = [
	'stopWorkflow',
	'continueRegularOutput',
	'continueErrorOutput',
];

async function tried<T>(
	provider: Provider,
	operation: OperationCase | undefined,
	use: (gateway: Gateway) => Promise<T>,
): Promise<T> {
	const gateway = await provider.start({ operation });
	try {
		return await use(gateway);
	} finally {
		await gateway.close();
	}
}

/** Runs an operation with a refused credential. */
async function refusedRun(
	provider: Provider,
	operation: OperationCase,
	gateway: Gateway,
	more: Parameters<typeof run>[3] = {},
) {
	return await run(provider, gateway.url, gateway.parameters(operation), {
		items: provider.items(operation.single ? 1 : ITEMS),
		credentials: { [provider.credential]: provider.refused(gateway.url) },
		...more,
	});
}

async function problemsOf(provider: Provider, operation: OperationCase, onError: INode['onError']) {
	return await tried(provider, operation, async (gateway) => {
		const { error, outputs } = await refusedRun(provider, operation, gateway, { onError });
		const problems: string[] = [];
		const items = operation.single ? 1 : ITEMS;
		// The error output is the last one; operations that wait have one more before it.
		const failed = outputs.at(onError === 'continueErrorOutput' ? -1 : 0) ?? [];
		// Under "Continue" every item comes out as failed, and none as if it had been sent.
		if (onError === 'stopWorkflow' ? !error : failed.length !== items)
			problems.push(`${failed.length} failed items, error ${String(error)}`);
		if (failed.some(({ json }) => json.error === undefined)) problems.push('an item has no error');
		if (gateway.log.length !== 1) problems.push(`${gateway.log.length} requests`);
		if (gateway.accepted > 0) problems.push(`${gateway.accepted} accepted`);
		return problems.map(label(operation, String(onError)));
	});
}

describe.each(eachProvider)('%s', (_, provider) => {
	it.each(MODES)('makes one request for 1,000 items, on error: %s', async (onError) => {
		const tables = byKey(provider, ...provider.representative);
		const problems = [];
		for (const operation of tables)
			problems.push(...(await problemsOf(provider, operation, onError)));
		expect(problems).toEqual([]);
	});

	it('makes one request with every single operation', async () => {
		const problems = provider.operations
			.filter(({ isPublic }) => !isPublic)
			.map(async (operation) =>
				tried(provider, operation, async (gateway) => {
					const { error } = await refusedRun(provider, operation, gateway, {
						items: provider.items(1),
					});
					const requests = gateway.log.length;
					return requests === 1 && error ? [] : [`${operation.key}: ${requests} requests`];
				}),
			);
		expect((await Promise.all(problems)).flat()).toEqual([]);
	});

	it('is not tried again by "Retry On Fail", by loops, or by workflows that start together', async () => {
		const [operation] = byKey(provider, provider.simple);
		if (!operation) throw new Error('no operation');
		const TIMES = 5;
		await tried(provider, operation, async (gateway) => {
			const settings = { retryOnFail: true, maxTries: TIMES, waitBetweenTries: 1 };
			const items = provider.items(3);
			await refusedRun(provider, operation, gateway, { items, settings });
			expect(gateway.log.length).toBeLessThanOrEqual(provider.remembersRefusals ? 1 : TIMES);
			const onError = 'continueRegularOutput';
			for (let loop = 0; loop < TIMES; loop++)
				await refusedRun(provider, operation, gateway, { items, onError });
			expect(gateway.log.length).toBeLessThanOrEqual(provider.remembersRefusals ? 1 : 2 * TIMES);
		});
		if (!provider.remembersRefusals) return;
		await tried(provider, operation, async (gateway) => {
			const runs = Array.from({ length: 20 }, async () => {
				return await refusedRun(provider, operation, gateway, { items: provider.items(2) });
			});
			const ended = await Promise.all(runs);
			expect(ended.every(({ error }) => error !== undefined)).toBe(true);
			expect(gateway.log.length).toBe(1);
		});
	});

	it('makes one request in a dropdown or a poll, and none that follow where bans are at stake', async () => {
		for (const question of [...dropdowns(provider), ...polls(provider)]) {
			await tried(provider, undefined, async (gateway) => {
				const fields = provider.refused(gateway.url);
				for (let count = 1; count <= 10; count++) {
					const error = await failureOf(question, fields);
					expect(error?.message).toContain(provider.name);
					const most = provider.remembersRefusals ? 1 : count;
					expect([question.name, gateway.log.length]).toEqual([question.name, most]);
				}
				// The provider's right credential is not held back by the wrong one.
				const after = await failureOf(question, provider.fields(gateway.url));
				expect([question.name, after?.message ?? '']).not.toEqual([
					question.name,
					expect.stringMatching(/a moment ago|refused/),
				]);
			});
		}
	});
});
