import { setTimeout as sleep } from 'node:timers/promises';

import { CallError, CancelledError } from '../../../nodes/shared/http/errors';
import { Gate } from '../../../nodes/shared/http/gate';

const REFUSED = new CallError('no');

/** Runs `count` short tasks and gives the highest number that ran at once. */
async function peakOf(gate: Gate, count: number, fail?: Error): Promise<number> {
	let running = 0;
	let peak = 0;
	await Promise.allSettled(
		Array.from({ length: count }, () =>
			gate.run(async () => {
				running++;
				peak = Math.max(peak, running);
				await sleep(2);
				running--;
				if (fail !== undefined) throw fail;
			}),
		),
	);
	return peak;
}

/** A gate whose first answer has come. */
async function openGate(limit: number, signal?: AbortSignal): Promise<Gate> {
	const gate = new Gate(limit, signal);
	await gate.run(async () => undefined);
	return gate;
}

/** Starts `count` tasks that wait to be ended by hand. */
function begin(gate: Gate, count: number) {
	const running: Array<(error?: Error) => void> = [];
	const results = Array.from({ length: count }, () =>
		gate.run(
			async () =>
				await new Promise<void>((resolve, reject) =>
					running.push((error) => (error ? reject(error) : resolve())),
				),
		),
	);
	const settled = Promise.allSettled(results);
	return { running, settled };
}

const aTurn = async () => await sleep(5);

describe('Gate', () => {
	it.each<[string, Error | undefined]>([
		['an answer', undefined],
		['a refusal', REFUSED],
		['a failure', new CallError('lost', { outcome: 'unknown', transient: true })],
	])('lets the first in alone, and up to its bound after %s', async (_, error) => {
		const { running, settled } = begin(new Gate(4), 10);
		await aTurn();
		expect(running).toHaveLength(1);
		running[0]?.(error);
		await aTurn();
		expect(running).toHaveLength(5);
		for (let index = 1; index < 10; index++) {
			running[index]?.();
			await aTurn();
			expect(running).toHaveLength(Math.min(10, 5 + index));
		}
		const results = (await settled).map(({ status }) => status);
		expect(results).toEqual([
			error === undefined ? 'fulfilled' : 'rejected',
			...Array<string>(9).fill('fulfilled'),
		]);
	});

	it('stays narrow as long as the first answers are rate limits', async () => {
		const { running } = begin(new Gate(4), 10);
		const limited = new CallError('slow', { cause: 'rate-limited', outcome: 'not_sent' });
		await aTurn();
		running[0]?.(limited);
		await aTurn();
		expect(running).toHaveLength(2);
		running[1]?.();
		await aTurn();
		expect(running).toHaveLength(6);
	});

	it('closes for good after an error that stops the run', async () => {
		const gate = new Gate(4);
		const { running, settled } = begin(gate, 10);
		const denied = new CallError('Access denied', { stopsRun: true });
		await aTurn();
		running[0]?.(denied);
		const [first, ...others] = await settled;
		expect(running).toHaveLength(1);
		expect(first).toEqual({ status: 'rejected', reason: denied });
		const notSent = expect.objectContaining({
			message: 'Not sent, because the run was stopped: Access denied',
			outcome: 'not_sent',
		}) as CallError;
		expect(others).toEqual(
			Array(9).fill({ status: 'rejected', reason: notSent } as PromiseRejectedResult),
		);
		await expect(gate.run(async () => 'later')).rejects.toEqual(notSent);
	});

	it('halves the bound when throttled, down to one', async () => {
		const gate = await openGate(8);
		gate.throttle(0);
		// Refused, so that no success widens it again.
		expect(await peakOf(gate, 20, REFUSED)).toBe(4);
		for (let times = 0; times < 5; times++) gate.throttle(0);
		expect(await peakOf(gate, 5, REFUSED)).toBe(1);
	});

	it('recovers with successes, up to where it began', async () => {
		const gate = await openGate(4);
		gate.throttle(0);
		gate.throttle(0);
		expect(await peakOf(gate, 10, REFUSED)).toBe(1);
		await peakOf(gate, 100);
		expect(await peakOf(gate, 20, REFUSED)).toBe(4);
	});

	it('makes everybody wait out a pause', async () => {
		const gate = await openGate(2);
		const started = performance.now();
		gate.throttle(60);
		await Promise.all([gate.run(async () => undefined), gate.run(async () => undefined)]);
		expect(performance.now() - started).toBeGreaterThanOrEqual(55);
	});

	it('does not shorten a pause by a shorter one', async () => {
		const gate = await openGate(2);
		const started = performance.now();
		gate.throttle(60);
		gate.throttle(1);
		await gate.run(async () => undefined);
		expect(performance.now() - started).toBeGreaterThanOrEqual(55);
	});

	it('passes on failures and lets the next task in', async () => {
		const gate = new Gate(1);
		await expect(gate.run(async () => await Promise.reject(new Error('x')))).rejects.toThrow('x');
		expect(await gate.run(async () => 'next')).toBe('next');
	});

	it('refuses tasks that wait or come when it is cancelled', async () => {
		const controller = new AbortController();
		const gate = new Gate(1, controller.signal);
		const { running, settled: first } = begin(gate, 1);
		await aTurn();
		let ran = false;
		const second = gate.run(async () => {
			ran = true;
		});
		controller.abort();
		running[0]?.();
		await first;
		await expect(second).rejects.toBeInstanceOf(CancelledError);
		await expect(gate.run(async () => undefined)).rejects.toBeInstanceOf(CancelledError);
		expect(ran).toBe(false);
	});

	it('ends a pause at once when cancelled', async () => {
		const controller = new AbortController();
		const gate = await openGate(1, controller.signal);
		gate.throttle(60_000);
		setTimeout(() => controller.abort(), 10);
		await expect(gate.run(async () => undefined)).rejects.toBeInstanceOf(CancelledError);
	});
});
