import { CallError, CancelledError } from './errors';
import { settle } from './settle';

/** Resolves when `task` has ended, however; rejects with `CancelledError` on abort. */
async function endOf(task: Promise<unknown>, signal?: AbortSignal): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const onAbort = () => reject(new CancelledError());
		if (signal?.aborted) return onAbort();
		signal?.addEventListener('abort', onAbort, { once: true });
		void settle(async () => await task).then(() => {
			signal?.removeEventListener('abort', onAbort);
			resolve();
		});
	});
}

/**
 * Remembers for a while which credentials were refused. n8n may run a node again and again
 * ("Retry On Fail", loops, polling), or many executions at once, and some providers ban the
 * address for good after repeated refusals. In the process only, so several processes may ask
 * once each.
 */
export class RefusalMemory {
	private readonly refused = new Map<string, { until: number; error: CallError }>();

	/** Until when an accepted credential counts as good without asking again. */
	private readonly accepted = new Map<string, number>();

	/** The request that finds out about a credential, by its key. */
	private readonly leading = new Map<string, Promise<unknown>>();

	constructor(
		private readonly restMs: number,
		private readonly maxEntries = 1000,
	) {}

	note(key: string, error: CallError, now = Date.now()): void {
		this.accepted.delete(key);
		this.keep(this.refused, key, { until: now + this.restMs, error });
	}

	/**
	 * Runs `ask` and learns from its end. As long as nobody knows whether the credential is any
	 * good, one request goes ahead and the others wait until it has ended: twenty executions that
	 * start together cost one refusal then, not twenty.
	 *
	 * @param ask is expected to ask `recall` before it sends anything
	 */
	async ahead<T>(key: string, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		if ((this.accepted.get(key) ?? 0) > Date.now()) return await this.learning(key, ask);
		const leader = this.leading.get(key);
		if (leader !== undefined) {
			await endOf(leader, signal);
			return await this.learning(key, ask);
		}
		const asking = this.learning(key, ask);
		this.leading.set(key, asking);
		try {
			return await asking;
		} finally {
			this.leading.delete(key);
		}
	}

	/** The error for a credential that is not to be tried yet. */
	recall(key: string, now = Date.now()): CallError | undefined {
		const known = this.refused.get(key);
		if (known === undefined) return undefined;
		const seconds = Math.ceil((known.until - now) / 1000);
		if (seconds <= 0) {
			this.refused.delete(key);
			return undefined;
		}
		const { message, hint, code, httpStatus } = known.error;
		return new CallError(message, {
			hint: [
				hint,
				`This was the answer a moment ago; to avoid a ban, the same credential is not tried again for ${seconds} seconds. A changed credential is tried at once.`,
			]
				.filter(Boolean)
				.join(' '),
			code,
			httpStatus,
			cause: 'credential-invalid',
			outcome: 'not_sent',
			stopsRun: true,
		});
	}

	private async learning<T>(key: string, ask: () => Promise<T>): Promise<T> {
		const { value, error } = await settle(ask);
		const refusal = error instanceof CallError && error.outcome === 'refused' ? error : undefined;
		// What this credential may not do, or not from here, says nothing against its other requests.
		const isBad = refusal?.stopsRun && refusal.failureCause === 'credential-invalid';
		if (isBad) this.note(key, refusal);
		// An orderly no to the request itself is a yes to the credential.
		else if (error === undefined || refusal !== undefined) {
			this.keep(this.accepted, key, Date.now() + this.restMs);
		}
		if (error !== undefined) throw error;
		return value;
	}

	private keep<V>(entries: Map<string, V>, key: string, value: V): void {
		entries.delete(key);
		entries.set(key, value);
		const oldest = entries.keys().next();
		if (entries.size > this.maxEntries && !oldest.done) entries.delete(oldest.value);
	}
}
