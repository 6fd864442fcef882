/**
 * With default options nothing is sent twice, whatever happens to the request, and every item is called what it is: proven
 * by counting what the simulator accepted.
 */
import { watchLog } from './support/secrets';
import { createServer } from 'node:http';

import { describedOperations } from './support/described';
import type { FaultCase } from './support/faultCases';
import { concerns, faultCases } from './support/faultCases';
import { eachProvider } from './support/providers';
import { byKey, ofSafety, tries } from './support/providers/provider';
import type { OperationCase, Provider } from './support/providers/provider';
import { attempt, judge, pooled } from './support/spend';

watchLog();

/** So many runs at once that none of them waits for its turn until a time-out of a second. */
const AT_ONCE = 40;

/** A server on another port, to which no redirect may lead a request. */
const stranger = { url: '', visits: 0 };
const server = createServer((_, answer) => {
	stranger.visits++;
	answer.end('{"success":true}');
});

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (typeof address === 'object' && address) stranger.url = `http://127.0.0.1:${address.port}/`;
});

afterAll(async () => {
	await new Promise((resolve) => server.close(resolve));
});

async function problemsOf(
	provider: Provider,
	fault: FaultCase,
	list: readonly OperationCase[],
): Promise<string[]> {
	const jobs = list
		.filter((operation) => concerns(fault, operation))
		.flatMap((operation) => tries(provider, operation));
	const problems = await pooled(jobs, AT_ONCE, async ({ operation, repeats }) => {
		const settings = { repeats, strangerUrl: stranger.url };
		return judge(await attempt(provider, operation, fault, settings), fault);
	});
	return problems.flat();
}

describe.each(eachProvider)('%s', (_, provider) => {
	const spending = ofSafety(provider, 'spends');

	it('has every operation of the built node in the table', () => {
		const described = describedOperations(provider.node);
		const keyed = provider.operations.filter((operation) => operation.keyed);
		const costly = [...spending, ...keyed].map(({ key }) => key);
		expect(costly.sort()).toEqual(described.spending);
		expect(provider.operations.map(({ key }) => key).sort()).toEqual(described.all);
	});

	it('accepts every operation of the table when nothing goes wrong', async () => {
		const fault: FaultCase = { name: 'no fault', words: ['accepted'] };
		expect(await problemsOf(provider, fault, spending)).toEqual([]);
	});

	it.each(faultCases(provider).map((fault) => [fault.name, fault] as const))(
		'sends nothing twice and calls every item what it is: %s',
		async (__, fault) => {
			const list = fault.heavy ? byKey(provider, ...provider.representative) : spending;
			expect(await problemsOf(provider, fault, list)).toEqual([]);
			expect(stranger.visits).toBe(0);
		},
		60_000,
	);
});
