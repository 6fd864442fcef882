import { setTimeout as sleep } from 'node:timers/promises';

import { CancelledError } from '../../../nodes/shared/http/errors';
import { Gate } from '../../../nodes/shared/http/gate';

/** Runs `count` short tasks and gives the highest number that ran at once. */
async function peakOf(gate: Gate, count: number): Promise<number> {
	let running = 0;
	let peak = 0;
	await Promise.all(
		Array.from({ length: count }, () =>
			gate.run(async () => {
				running++;
				peak = Math.max(peak, running);
				await sleep(2);
				running--;
			}),
		),
	);
	return peak;
}

describe('Gate', () => {
	it('runs no more tasks at once than its bound, and reaches it', async () => {
		expect(await peakOf(new Gate(4), 30)).toBe(4);
	});

	it('halves the bound when throttled, down to one', async () => {
		const gate = new Gate(8);
		gate.throttle(0);
		expect(await peakOf(gate, 20)).toBe(4);
		for (let times = 0; times < 5; times++) gate.throttle(0);
		expect(await peakOf(gate, 5)).toBe(1);
	});

	it('recovers with successes, up to where it began', async () => {
		const gate = new Gate(4);
		gate.throttle(0);
		gate.throttle(0);
		for (let times = 0; times < 100; times++) gate.succeeded();
		expect(await peakOf(gate, 20)).toBe(4);
	});

	it('makes everybody wait out a pause', async () => {
		const gate = new Gate(2);
		gate.throttle(60);
		const started = performance.now();
		await Promise.all([gate.ready(), gate.ready()]);
		expect(performance.now() - started).toBeGreaterThanOrEqual(55);
	});

	it('does not shorten a pause by a shorter one', async () => {
		const gate = new Gate(2);
		gate.throttle(60);
		gate.throttle(1);
		const started = performance.now();
		await gate.ready();
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
		const first = gate.run(async () => await sleep(20));
		let ran = false;
		const second = gate.run(async () => {
			ran = true;
		});
		controller.abort();
		await first;
		await expect(second).rejects.toBeInstanceOf(CancelledError);
		await expect(gate.run(async () => undefined)).rejects.toBeInstanceOf(CancelledError);
		expect(ran).toBe(false);
	});

	it('ends a pause at once when cancelled', async () => {
		const controller = new AbortController();
		const gate = new Gate(1, controller.signal);
		gate.throttle(60_000);
		setTimeout(() => controller.abort(), 10);
		await expect(gate.ready()).rejects.toBeInstanceOf(CancelledError);
	});
});
