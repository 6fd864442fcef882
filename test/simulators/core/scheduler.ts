/**
 * One timer for any number of delayed tasks. Tasks are kept in buckets of `tickMs`, so that 50,000 waiting messages cost
 * one timer and not 50,000. The timer never keeps the process alive.
 */
export class Scheduler {
	private readonly buckets = new Map<number, Array<() => void>>();
	private timer: NodeJS.Timeout | undefined;
	private timerKey = Infinity;
	private waiting = 0;
	private generation = 0;

	constructor(private readonly tickMs = 5) {}

	/** Number of tasks that wait, those that are due at the same moment as the one that runs included. */
	get size(): number {
		return this.waiting;
	}

	/** Runs the task after the delay, rounded up to the next tick. */
	after(delayMs: number, task: () => void): void {
		const key = Math.ceil((Date.now() + Math.max(0, delayMs)) / this.tickMs);
		const bucket = this.buckets.get(key);
		if (bucket) bucket.push(task);
		else this.buckets.set(key, [task]);
		this.waiting++;
		if (key < this.timerKey) this.arm(key);
	}

	/** Forgets all tasks. */
	clear(): void {
		this.buckets.clear();
		this.generation++;
		this.waiting = 0;
		clearTimeout(this.timer);
		this.timer = undefined;
		this.timerKey = Infinity;
	}

	private arm(key: number): void {
		clearTimeout(this.timer);
		this.timerKey = key;
		// Node fires at once when a delay does not fit 31 bits, which happens for sending dates weeks ahead.
		const delay = Math.min(Math.max(0, key * this.tickMs - Date.now()), 2 ** 31 - 1);
		this.timer = setTimeout(() => this.run(), delay);
		this.timer.unref();
	}

	private run(): void {
		const now = Math.floor(Date.now() / this.tickMs);
		const due = [...this.buckets.keys()].filter((key) => key <= now).sort((a, b) => a - b);
		this.timerKey = Infinity;
		for (const key of due) {
			const tasks = this.buckets.get(key) ?? [];
			this.buckets.delete(key);
			this.runAll(tasks);
		}
		let next = Infinity;
		for (const key of this.buckets.keys()) next = Math.min(next, key);
		if (next < this.timerKey) this.arm(next);
	}

	private runAll(tasks: ReadonlyArray<() => void>): void {
		const { generation } = this;
		for (const task of tasks) {
			// A task may forget all others, by a reset.
			if (generation !== this.generation) return;
			this.waiting--;
			task();
		}
	}
}
