interface Entry<S> {
	value: Promise<S>;
}

/**
 * Sessions (tokens) per credential, kept in the process. Login and renewal are single-flight:
 * however many calls find the session missing or expired at once, one of them logs in and the
 * others wait for it.
 */
export class SessionStore<S> {
	private readonly entries = new Map<string, Entry<S>>();

	async get(key: string, login: () => Promise<S>): Promise<S> {
		return await (this.entries.get(key) ?? this.start(key, login)).value;
	}

	/** A session other than `stale`: one that a neighbour has renewed meanwhile, or a new one. */
	async renew(key: string, stale: S, login: () => Promise<S>): Promise<S> {
		const entry = this.entries.get(key);
		if (entry === undefined) return await this.start(key, login).value;
		if ((await entry.value) !== stale) return await entry.value;
		const current = this.entries.get(key);
		return await (current === undefined || current === entry ? this.start(key, login) : current)
			.value;
	}

	private start(key: string, login: () => Promise<S>): Entry<S> {
		const entry: Entry<S> = { value: login() };
		this.entries.set(key, entry);
		entry.value.catch(() => {
			// A failed login is not remembered: the next call tries again.
			if (this.entries.get(key) === entry) this.entries.delete(key);
		});
		return entry;
	}
}
