import { CallError } from './errors';

/**
 * Remembers for a while which credentials were refused. n8n may run a node again and again
 * ("Retry On Fail", loops, polling), and some providers ban the address for good after repeated
 * refusals. In the process only, so several processes may ask once each.
 */
export class RefusalMemory {
	private readonly refused = new Map<string, { until: number; error: CallError }>();

	constructor(
		private readonly restMs: number,
		private readonly maxEntries = 1000,
	) {}

	note(key: string, error: CallError, now = Date.now()): void {
		this.refused.delete(key);
		this.refused.set(key, { until: now + this.restMs, error });
		const oldest = this.refused.keys().next();
		if (this.refused.size > this.maxEntries && !oldest.done) this.refused.delete(oldest.value);
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
}
