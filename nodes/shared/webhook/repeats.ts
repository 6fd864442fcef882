/**
 * Remembers which deliveries a process has seen, up to a number and for a time. Best effort by
 * design: another process or a restart forgets, so the key is also in the output for the Remove
 * Duplicates node.
 */
export class RepeatMemory {
	private readonly seen = new Map<string, number>();

	constructor(
		private readonly maxEntries = 20_000,
		private readonly maxAgeMs = 24 * 60 * 60 * 1000,
	) {}

	/** True when `key` was noted before; notes it. */
	isRepeat(key: string, now = Date.now()): boolean {
		const before = this.seen.get(key);
		this.seen.delete(key);
		this.seen.set(key, now);
		if (this.seen.size > this.maxEntries) {
			const oldest = this.seen.keys().next();
			if (!oldest.done) this.seen.delete(oldest.value);
		}
		return before !== undefined && now - before < this.maxAgeMs;
	}

	/** What came to nothing may come again. */
	forget(key: string): void {
		this.seen.delete(key);
	}
}
