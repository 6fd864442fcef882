import { Scheduler } from './scheduler';

/** The provider's clock: the real one, which tests may put forward. */
export class Clock {
	private offset = 0;
	private readonly listeners: Array<() => void> = [];

	now(): number {
		return Date.now() + this.offset;
	}

	/** Puts the clock forward and lets everything that has become due happen. */
	advance(ms: number): void {
		this.offset += ms;
		for (const listener of this.listeners) listener();
	}

	onAdvance(listener: () => void): void {
		this.listeners.push(listener);
	}

	reset(): void {
		this.offset = 0;
	}
}

/** Tasks for a moment of the provider's clock, possibly far away. They do not count as work under way. */
export class Calendar {
	private entries: Array<{ due: number; task: () => void }> = [];
	private readonly scheduler = new Scheduler(50);

	constructor(private readonly clock: Clock) {
		clock.onAdvance(() => this.run());
	}

	at(due: number, task: () => void): void {
		this.entries.push({ due, task });
		this.scheduler.after(due - this.clock.now(), () => this.run());
	}

	clear(): void {
		this.entries = [];
		this.scheduler.clear();
	}

	private run(): void {
		const now = this.clock.now();
		const due = this.entries.filter((entry) => entry.due <= now);
		if (due.length === 0) return;
		this.entries = this.entries.filter((entry) => entry.due > now);
		for (const entry of due.sort((a, b) => a.due - b.due)) entry.task();
	}
}
