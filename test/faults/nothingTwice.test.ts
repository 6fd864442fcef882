/**
 * With default options nothing is sent twice, whatever happens to the request, and every item is called what it is: proven
 * by counting what the simulator accepted.
 */
import { watchLog } from './support/secrets';
import { createServer } from 'node:http';

import type { FaultCase } from './support/faultCases';
import { faultCases } from './support/faultCases';
import type { SpendingOperation } from './support/operations';
import {
	describedOperations,
	FREE_OPERATIONS,
	operations,
	spendingOperations,
} from './support/operations';
import { attempt, judge, MODES } from './support/spend';

watchLog();

/** Each has a request format of its own: JSON, multipart, form, and a waiting execution. */
const REPRESENTATIVE = operations(
	'message/sendSms',
	'call/playAudioFile',
	'message/scheduleSms',
	'message/sendViberAndWait',
);

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

async function problemsOf(fault: FaultCase, list: readonly SpendingOperation[]): Promise<string[]> {
	const problems: string[] = [];
	const jobs = list.flatMap((operation) => MODES.map((mode) => ({ operation, mode })));
	const trials = jobs.map(async ({ operation, mode }) => {
		const trial = await attempt(operation, fault, mode, { strangerUrl: stranger.url });
		problems.push(...judge(trial, fault));
	});
	await Promise.all(trials);
	return problems.sort();
}

it('covers every operation of the built node that spends', () => {
	const { all, spending } = describedOperations();
	expect(spendingOperations.map(({ key }) => key).sort()).toEqual(spending);
	expect([...spending, ...FREE_OPERATIONS].sort()).toEqual(all);
});

it('accepts every operation of the table when nothing goes wrong', async () => {
	const fault: FaultCase = { name: 'no fault', words: ['accepted'] };
	expect(await problemsOf(fault, spendingOperations)).toEqual([]);
});

describe('nothing is sent twice, and every item is called what it is', () => {
	it.each(faultCases.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
		expect(await problemsOf(fault, fault.heavy ? REPRESENTATIVE : spendingOperations)).toEqual([]);
		expect(stranger.visits).toBe(0);
	});
});
