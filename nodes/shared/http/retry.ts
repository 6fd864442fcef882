import type { CallError } from './errors';
import type { Safety } from './request';

export interface RetryPolicy {
	/** Requests made at most for one call, the first included. */
	readonly attempts: number;
	/** First pause in milliseconds; doubles with each attempt. */
	readonly baseDelayMs: number;
	/** Longest single pause in milliseconds; a longer Retry-After ends the attempts. */
	readonly maxDelayMs: number;
	/** Total of all pauses in milliseconds. */
	readonly totalDelayMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
	attempts: 4,
	baseDelayMs: 500,
	maxDelayMs: 60_000,
	totalDelayMs: 120_000,
};

/** Milliseconds named by a Retry-After header (seconds or HTTP date), undefined when unusable. */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
	const text = value?.trim();
	if (!text) return undefined;
	if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
	const date = Date.parse(text);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Whether the same request may go out again. Something that spends money, or must not
 * be done twice, is repeated only when the provider surely did not act: the bytes never left, or it answered 429.
 */
export function mayRepeat(error: CallError, safety: Safety, resendUnknown = false): boolean {
	if (error.stopsRun || !error.transient) return false;
	const counts = safety === 'once' || (safety === 'spends' && !resendUnknown);
	if (counts) return error.outcome !== 'unknown';
	return true;
}

/** Pause before attempt `attempt + 1`, or undefined when the policy says to give up. */
export function nextDelay(
	error: CallError,
	attempt: number,
	spentMs: number,
	policy: RetryPolicy,
	random: () => number = Math.random,
): number | undefined {
	if (attempt >= Math.min(policy.attempts, error.maxAttempts ?? Infinity)) return undefined;
	// Full jitter on the upper half keeps many workers from coming back at the same moment.
	const ceiling = Math.min(policy.baseDelayMs * 2 ** (attempt - 1), policy.maxDelayMs);
	const backoff = ceiling / 2 + random() * (ceiling / 2);
	const delay = Math.max(backoff, error.retryAfterMs ?? 0);
	if (delay > policy.maxDelayMs || spentMs + delay > policy.totalDelayMs) return undefined;
	return delay;
}
