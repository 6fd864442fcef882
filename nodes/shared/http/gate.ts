import { CancelledError } from './errors';
import { wait } from './wait';

/**
 * Bounds how many calls run at once. The first call goes alone, so that a refused credential costs
 * one request and not one per worker. After a 429 every caller pauses together and the bound is
 * halved; each success widens it again by a fraction, up to the limit.
 */
export class Gate {
	private running = 0;
	private width = 1;
	private opened = false;
	private pausedUntil = 0;
	private readonly queue: Array<() => void> = [];

	constructor(
		private readonly limit: number,
		private readonly signal?: AbortSignal,
	) {}

	async run<T>(task: () => Promise<T>): Promise<T> {
		await this.enter();
		try {
			return await task();
		} finally {
			this.running--;
			this.admit();
		}
	}

	/** Waits out a pause that another call's 429 has set. */
	async ready(): Promise<void> {
		for (let pause = this.pausedUntil - Date.now(); pause > 0;) {
			await wait(pause, this.signal);
			pause = this.pausedUntil - Date.now();
		}
	}

	throttle(pauseMs: number): void {
		this.width = Math.max(1, Math.floor(this.width / 2));
		this.pausedUntil = Math.max(this.pausedUntil, Date.now() + pauseMs);
	}

	succeeded(): void {
		if (!this.opened) this.open();
		else this.width = Math.min(this.limit, this.width + 1 / this.width);
		this.admit();
	}

	/** The first answer does not speak against going on: the others may start. */
	open(): void {
		if (this.opened) return;
		this.opened = true;
		this.width = this.limit;
		this.admit();
	}

	private async enter(): Promise<void> {
		if (this.signal?.aborted) throw new CancelledError();
		if (this.running < Math.floor(this.width)) {
			this.running++;
			return;
		}
		await new Promise<void>((resolve) => this.queue.push(resolve));
		if (this.signal?.aborted) {
			this.running--;
			this.admit();
			throw new CancelledError();
		}
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
