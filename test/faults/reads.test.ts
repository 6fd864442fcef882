/** Operations that only read are repeated until the fault is over, in time, and not for ever. */
import { watchLog } from './support/secrets';

import type { RunResult } from '../engine/support/engine';
import type { Fault } from '../simulators/core/faults';
import { PASSING_FAULTS } from './support/faultCases';
import { eachProvider } from './support/providers';
import type { Gateway, OperationCase, Provider } from './support/providers/provider';
import { ofSafety } from './support/providers/provider';
import { recordPauses } from './support/recorded';
import { judgeSecrets, label, pooled, run } from './support/spend';

watchLog();
const pauses = recordPauses();

const MAX_ATTEMPTS = 4;
const AT_ONCE = 60;

interface Reading {
	readonly provider: Provider;
	readonly operation: OperationCase;
	readonly faults: Fault[];
	readonly timeout?: number;
}

async function read<T>(
	{ provider, operation, faults, timeout = 20 }: Reading,
	look: (gateway: Gateway, result: RunResult) => T,
): Promise<T> {
	const gateway = await provider.start({ operation });
	try {
		gateway.faults.add(faults);
		const parameters = { ...gateway.parameters(operation), options: { timeout } };
		return look(gateway, await run(provider, gateway.url, parameters));
	} finally {
		await gateway.close();
	}
}

/** Half a file is a file, so nobody can notice. */
const isNoticed = ({ file }: OperationCase, name: string) => !(file && name === 'answer cut off');

const GAPS: ReadonlyArray<readonly [string, number, () => number | string]> = [
	['429 with seconds', 429, () => 1],
	['503 with seconds', 503, () => 1],
	['429 with a date', 429, () => new Date(Date.now() + 2000).toUTCString()],
];

function hopeless(provider: Provider): ReadonlyArray<readonly [string, Fault, number]> {
	return [
		['429', { kind: 'status', status: 429 }, MAX_ATTEMPTS],
		['500', { kind: 'status', status: 500 }, MAX_ATTEMPTS],
		['resets', { kind: 'resetBeforeBody' }, MAX_ATTEMPTS],
		['HTML at 200', { kind: 'html' }, MAX_ATTEMPTS],
		['Retry-After of a year', { kind: 'status', status: 429, retryAfter: 31_536_000 }, 1],
		['Retry-After of 400 digits', { kind: 'status', status: 503, retryAfter: '9'.repeat(400) }, 1],
		['a refusal', provider.refusal('There is no such thing'), 1],
		['redirects', { kind: 'redirectLoop' }, 1],
		['404', { kind: 'status', status: 404 }, 1],
	];
}

const readers = eachProvider.filter(([, one]) => ofSafety(one, 'reads').length > 0);

describe.each(readers)('%s', (_, provider) => {
	const reading = ofSafety(provider, 'reads');
	const first = reading.find(({ rows, batch }) => !rows && !batch);

	it('succeeds once the fault is over', async () => {
		const jobs = PASSING_FAULTS.flatMap((fault) =>
			reading
				.filter((operation) => isNoticed(operation, fault.name))
				.map((operation) => ({ ...fault, operation })),
		);
		const problems = await pooled(jobs, AT_ONCE, async ({ name, fault, timeout, operation }) => {
			const times = timeout === undefined ? 2 : 1;
			const faults = [{ ...fault(), times }];
			return await read({ provider, operation, faults, timeout }, (gateway, result) => {
				const found = operation.keyInQuery ? [] : judgeSecrets(gateway, result);
				if (result.error) found.push(`failed: ${result.error.message}`);
				if (result.json.length === 0) found.push('gave no item');
				if (gateway.log.length !== times + (operation.requests ?? 1))
					found.push(`made ${gateway.log.length} requests`);
				return found.map(label(operation, name));
			});
		});
		expect(problems.flat()).toEqual([]);
	}, 180_000);

	it.each(GAPS)('waits as long as Retry-After asks: %s', async (__, status, retryAfter) => {
		const value = retryAfter();
		const named = typeof value === 'string' ? Date.parse(value) : undefined;
		if (!first) throw new Error('no operation that reads');
		const faults: Fault[] = [{ kind: 'status', status, retryAfter: value }];
		pauses.length = 0;
		const [asked, again] = await read({ provider, operation: first, faults }, (gateway, result) => {
			expect(result.error).toBeUndefined();
			expect(result.json).toHaveLength(1);
			return gateway.log.map(({ at }) => at);
		});
		expect(asked).toBeDefined();
		expect(again).toBeGreaterThanOrEqual((named ?? (asked ?? 0) + 1000) - 10);
		// Nor longer: both name two seconds at most. A time may be over before it is heard of.
		const [longest = NaN, ...rest] = [...pauses].sort((a, b) => b - a);
		expect(longest).toBeGreaterThanOrEqual(named === undefined ? 1000 : 250);
		expect(longest).toBeLessThanOrEqual(2000);
		expect(rest.filter((ms) => ms > 100)).toEqual([]);
	});

	it('gives up on a fault without end, after a bounded number of requests', async () => {
		const jobs = hopeless(provider).flatMap(([name, fault, requests]) =>
			reading
				.filter(({ followsRedirects }) => !(followsRedirects && fault.kind === 'redirectLoop'))
				.map((operation) => ({ name, fault, requests, operation })),
		);
		const problems = await pooled(jobs, AT_ONCE, async ({ name, fault, requests, operation }) => {
			const faults: Fault[] = [{ ...fault, times: 'always' }];
			return await read({ provider, operation, faults }, (gateway, result) => {
				const found = operation.keyInQuery ? [] : judgeSecrets(gateway, result);
				if (result.error?.name !== 'NodeApiError') found.push(`ended: ${String(result.error)}`);
				if (gateway.log.length !== requests)
					found.push(`made ${gateway.log.length} requests, expected ${requests}`);
				return found.map(label(operation, `${name} without end`));
			});
		});
		expect(problems.flat()).toEqual([]);
	}, 180_000);

	it('says of every item on its own what became of it', async () => {
		if (!first) throw new Error('no operation that reads');
		const gateway = await provider.start({ operation: first });
		try {
			gateway.faults.add({ kind: 'status', status: 404, skip: 1 });
			const items = provider.items(3);
			const parameters = { ...gateway.parameters(first), options: { concurrency: 1 } };
			const onError = 'continueRegularOutput';
			const { json } = await run(provider, gateway.url, parameters, { items, onError });
			expect(json.map(({ error }) => error === undefined)).toEqual([true, false, true]);
		} finally {
			await gateway.close();
		}
	});
});
