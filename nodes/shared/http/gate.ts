import { CallError, CancelledError } from './errors';
import { settle } from './settle';
import { wait } from './wait';

/**
 * Bounds how many calls run at once, and learns from how they end. The first call goes alone, so
 * that a refused credential costs one request and not one per worker; an error that stops the run
 * closes the gate for good. After a 429 every caller pauses together and the bound is halved;
 * each success widens it again by a fraction, up to the limit.
 */
export class Gate {
	private running = 0;
	private width = 1;
	private opened = false;
	private closedBy?: CallError;
	private pausedUntil = 0;
	private readonly queue: Array<() => void> = [];

	constructor(
		private readonly limit: number,
		private readonly signal?: AbortSignal,
	) {}

	/** @throws CallError with outcome `not_sent` once the gate is closed, CancelledError */
	async run<T>(task: () => Promise<T>): Promise<T> {
		await this.enter();
		const { value, error } = await settle(async () => {
			await this.ready();
			return await task();
		});
		this.running--;
		this.learn(error);
		this.admit();
		if (error !== undefined) throw error;
		return value;
	}

	throttle(pauseMs: number): void {
		// The refusals of one burst count once.
		if (Date.now() >= this.pausedUntil) this.width = Math.max(1, Math.floor(this.width / 2));
		this.pausedUntil = Math.max(this.pausedUntil, Date.now() + pauseMs);
	}

	/** Waits out a pause, and refuses when another call has closed the gate meanwhile. */
	private async ready(): Promise<void> {
		for (;;) {
			if (this.signal?.aborted) throw new CancelledError();
			if (this.closedBy !== undefined) {
				const message = `Not sent, because the run was stopped: ${this.closedBy.message}`;
				throw new CallError(message, { outcome: 'not_sent' });
			}
			const pause = this.pausedUntil - Date.now();
			if (pause <= 0) return;
			await wait(pause, this.signal);
		}
	}

	private learn(error: Error | undefined): void {
		const failure = error instanceof CallError ? error : undefined;
		if (failure?.stopsRun) this.closedBy ??= failure;
		if (failure?.stopsRun || failure?.failureCause === 'rate-limited') return;
		if (!this.opened) this.width = this.limit;
		else if (error === undefined) {
			this.width = Math.min(this.limit, this.width + 1 / this.width);
		}
		this.opened = true;
	}

	private async enter(): Promise<void> {
		if (this.running < Math.floor(this.width)) {
			this.running++;
			return;
		}
		await new Promise<void>((resolve) => this.queue.push(resolve));
	}

	private admit(): void {
		while (this.running < Math.floor(this.width)) {
			const next = this.queue.shift();
			if (next === undefined) return;
			this.running++;
			next();
		}
	}
}
