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
import type { OperationCase, Provider, Repeats } from './support/providers/provider';
import { ownAddress } from './support/ownAddress';
import { attempt, judge, pooledRuns } from './support/spend';

watchLog();

/** Few enough that none of them waits for the processor until a time-out. */
const AT_ONCE = 100;
/** Answers of 60 MB. */
const HEAVY_AT_ONCE = 10;

/** A server on another port, to which no redirect may lead a request. */
const stranger = { url: '', visits: 0 };
const server = createServer((_, answer) => {
	stranger.visits++;
	answer.end('{"success":true}');
});

beforeAll(async () => {
	const host = ownAddress();
	await new Promise<void>((resolve) => server.listen(0, host, resolve));
	const address = server.address();
	if (typeof address === 'object' && address) stranger.url = `http://${host}:${address.port}/`;
});

afterAll(async () => {
	await new Promise((resolve) => server.close(resolve));
});

interface Job {
	fault: FaultCase;
	operation: OperationCase;
	repeats: Repeats;
}

function jobsOf(provider: Provider, fault: FaultCase, list: readonly OperationCase[]): Job[] {
	return list
		.filter((operation) => concerns(fault, operation))
		.flatMap((operation) => tries(provider, operation))
		.map((one) => ({ fault, ...one }));
}

/** Problems by the name of the fault. */
async function problemsOf(
	provider: Provider,
	jobs: readonly Job[],
	width: number,
): Promise<Map<string, string[]>> {
	const found = await pooledRuns(jobs, width, async ({ operation, fault, repeats }) => {
		const settings = { repeats, strangerUrl: stranger.url };
		return judge(await attempt(provider, operation, fault, settings), fault);
	});
	const names = new Set(jobs.map(({ fault }) => fault.name));
	return new Map(
		[...names].map((name) => [
			name,
			found.filter((_, index) => jobs[index]?.fault.name === name).flat(),
		]),
	);
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
		const problems = await problemsOf(provider, jobsOf(provider, fault, spending), AT_ONCE);
		expect([...problems.values()].flat()).toEqual([]);
	});

	describe('sends nothing twice and calls every item what it is', () => {
		const faults = faultCases(provider);
		let problems: Map<string, string[]>;

		// All in one pool: most of the time goes to pauses, which need not wait for each other.
		beforeAll(async () => {
			const jobs = (isHeavy: boolean, list: readonly OperationCase[]) =>
				faults
					.filter(({ heavy = false }) => heavy === isHeavy)
					.flatMap((fault) => jobsOf(provider, fault, list));
			const light = await problemsOf(provider, jobs(false, spending), AT_ONCE);
			const few = byKey(provider, ...provider.representative);
			const heavy = await problemsOf(provider, jobs(true, few), HEAVY_AT_ONCE);
			problems = new Map([...light, ...heavy]);
		}, 400_000);

		it.each(faults.map(({ name }) => [name]))('%s', (name) => {
			expect(problems.get(name)).toEqual([]);
		});

		it('follows no redirect to a stranger', () => {
			expect(stranger.visits).toBe(0);
		});
	});
});
