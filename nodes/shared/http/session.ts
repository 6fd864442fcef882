interface Entry<S> {
	readonly value: Promise<S>;
	/** The same, once it is there. */
	session?: S;
}

/** Gets a session, from `stale` where the API can renew one. */
type Login<S> = (stale?: S) => Promise<S>;

/**
 * Sessions (tokens) per credential, kept in the process. Login and renewal are single-flight:
 * however many calls find the session missing or expired at once, one of them logs in and the
 * others wait for it.
 */
export class SessionStore<S> {
	private readonly entries = new Map<string, Entry<S>>();

	/** @param isStale whether a session is so near its end that it shall be renewed before use */
	async get(key: string, login: Login<S>, isStale?: (session: S) => boolean): Promise<S> {
		const entry = this.entries.get(key);
		if (entry === undefined) return await this.start(key, login).value;
		const session = await entry.value;
		return isStale?.(session) ? await this.renew(key, session, login) : session;
	}

	/** A session other than `stale`: one that a neighbour has renewed meanwhile, or a new one. */
	async renew(key: string, stale: S, login: Login<S>): Promise<S> {
		const entry = this.entries.get(key);
		if (entry === undefined) return await this.start(key, login, stale).value;
		if ((await entry.value) !== stale) return await entry.value;
		const current = this.entries.get(key);
		const isOpen = current === undefined || current === entry;
		return await (isOpen ? this.start(key, login, stale) : current).value;
	}

	/** Drops a session that turned out to be worthless, so that the next call logs in anew. */
	forget(key: string, session: S): void {
		if (this.entries.get(key)?.session === session) this.entries.delete(key);
	}

	private start(key: string, login: Login<S>, stale?: S): Entry<S> {
		const entry: Entry<S> = { value: login(stale) };
		this.entries.set(key, entry);
		entry.value.then(
			(session) => {
				entry.session = session;
			},
			() => {
				// A failed login is not remembered: the next call tries again.
				if (this.entries.get(key) === entry) this.entries.delete(key);
			},
		);
		return entry;
	}
}
