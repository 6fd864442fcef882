/** Everything that may happen to a request on the way, and what an item must then be called. */
import type { Fault } from '../../simulators/core/faults';
import type { OperationCase, Provider } from './providers/provider';

export type OutcomeWord = 'accepted' | 'refused' | 'unknown' | 'not_sent';

export interface FaultCase {
	readonly name: string;
	/** Made anew for each run, since some hold the time or the address of a stranger. */
	readonly faults?: (strangerUrl: string) => Fault[];
	/** `closed`: nobody listens. `untrusted`: TLS with a certificate that nobody vouches for. */
	readonly server?: 'closed' | 'untrusted';
	/** Items of which requests are hit: the first (default) or all. */
	readonly hits?: 'first' | 'all';
	/** What may be said of the items that were hit; all others must be accepted. */
	readonly words: readonly OutcomeWord[];
	/** The Timeout option in seconds. */
	readonly timeout?: number;
	/** A free request meets the fault first, so that the run begins on a kept-alive socket. */
	readonly warmUp?: boolean;
	/** How many requests the run makes, where that is fixed. */
	readonly requests?: number;
	/** An answer without content, which is a yes for some operations. */
	readonly noContent?: boolean;
	/** Moves much data, so only some operations meet it. */
	readonly heavy?: boolean;
}

const once = (fault: Fault) => (): Fault[] => [fault];
const always = (fault: Fault) => (): Fault[] => [{ ...fault, times: 'always' }];
/**
 * Time-out for what never comes. What does come, to the other items of the same run, must not take as long, however many runs
 * share a busy processor.
 */
const STALL_SECONDS = 4;
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

const UNKNOWN = ['unknown'] as const;
const ACCEPTED = ['accepted'] as const;
const REFUSED = ['refused'] as const;
const NOT_SENT = ['not_sent'] as const;
/** Turned away at the door: either word says that it may be sent again. */
const TURNED_AWAY = ['refused', 'not_sent'] as const;
/** Nothing was accepted, and calling it unknown is no more than careful. */
const REFUSED_OR_UNKNOWN = ['refused', 'unknown'] as const;

const NETWORK: readonly FaultCase[] = [
	{ name: 'connection refused', server: 'closed', hits: 'all', words: NOT_SENT },
	{ name: 'untrusted certificate', server: 'untrusted', hits: 'all', words: NOT_SENT },
	{ name: 'reset before the body', faults: once({ kind: 'resetBeforeBody' }), words: UNKNOWN },
	{ name: 'reset after the body', faults: once({ kind: 'resetAfterBody' }), words: UNKNOWN },
	{ name: 'reset within the answer', faults: once({ kind: 'resetMidResponse' }), words: UNKNOWN },
	{
		name: 'idle socket closed on arrival',
		faults: once({ kind: 'closeIdle' }),
		warmUp: true,
		words: UNKNOWN,
	},
	{
		name: 'stalled headers, not processed',
		faults: once({ kind: 'stallHeaders' }),
		timeout: STALL_SECONDS,
		words: UNKNOWN,
	},
	{
		name: 'stalled headers, processed',
		faults: once({ kind: 'stallHeaders', afterProcessing: true }),
		timeout: STALL_SECONDS,
		words: UNKNOWN,
	},
	{
		name: 'stalled body',
		faults: once({ kind: 'stallBody' }),
		timeout: STALL_SECONDS,
		words: UNKNOWN,
	},
	{
		name: 'slow body in time',
		faults: once({ kind: 'slowBody', chunks: 10, delayMs: 30 }),
		words: ACCEPTED,
	},
];

function limited(
	name: string,
	retryAfter: () => number | string,
	words: readonly OutcomeWord[],
): FaultCase {
	return { name, faults: () => [{ kind: 'status', status: 429, retryAfter: retryAfter() }], words };
}

/** A pause that no run waits for: the first answer ends it, and the other items are not sent. */
function limitedForLong(name: string, retryAfter: () => number | string): FaultCase {
	return { ...limited(name, retryAfter, NOT_SENT), hits: 'all', requests: 1 };
}

const RATE_LIMIT: readonly FaultCase[] = [
	{ name: '429', faults: once({ kind: 'status', status: 429 }), words: ACCEPTED },
	{
		name: '429 without end',
		faults: always({ kind: 'status', status: 429 }),
		hits: 'all',
		words: TURNED_AWAY,
	},
	limited('429, Retry-After in seconds', () => 1, ACCEPTED),
	limited('429, Retry-After as a date', () => inSeconds(2), ACCEPTED),
	limited('429, Retry-After in the past', () => inSeconds(-3600), ACCEPTED),
	limitedForLong('429, Retry-After just beyond the maximum', () => 61),
	limitedForLong('429, Retry-After next year', () => inSeconds(365 * 86_400)),
	limitedForLong('429, Retry-After of 400 digits', () => '9'.repeat(400)),
	limited('429, Retry-After that is a word', () => 'soon', ACCEPTED),
	limited('429, Retry-After below zero', () => -5, ACCEPTED),
];

function answered(
	status: number,
	afterProcessing: boolean,
	words: readonly OutcomeWord[],
): FaultCase {
	const name = `HTTP ${status}, ${afterProcessing ? '' : 'not '}processed`;
	const retryAfter = status === 503 ? 1 : undefined;
	return { name, faults: once({ kind: 'status', status, afterProcessing, retryAfter }), words };
}

const STATUSES: readonly FaultCase[] = [
	...[500, 502, 503, 504, 408].flatMap((status) => [
		answered(status, false, UNKNOWN),
		answered(status, true, UNKNOWN),
	]),
	...[400, 403, 404, 413].map((status) => answered(status, false, REFUSED)),
	{ ...answered(204, true, UNKNOWN), noContent: true },
];

const GARBLED = ({ ownErrorIs, refusal }: Provider): readonly FaultCase[] => [
	{ name: 'answer cut off', faults: once({ kind: 'truncatedJson' }), words: UNKNOWN },
	...[false, true].flatMap((afterProcessing): FaultCase[] => {
		const suffix = afterProcessing ? 'processed' : 'not processed';
		return [
			{
				name: `HTML at 200, ${suffix}`,
				faults: once({ kind: 'html', afterProcessing }),
				words: UNKNOWN,
			},
			{
				name: `empty body, ${suffix}`,
				faults: once({ kind: 'empty', afterProcessing }),
				words: UNKNOWN,
			},
		];
	}),
	{
		name: 'wrong charset',
		faults: once({ kind: 'charset', encoding: 'windows-1251', label: 'utf-8' }),
		words: ACCEPTED,
	},
	{
		name: 'charset that does not exist',
		faults: once({ kind: 'charset', label: 'utf-99' }),
		words: ACCEPTED,
	},
	{
		name: 'refusal in a wrong charset',
		faults: once({
			kind: 'charset',
			encoding: 'windows-1251',
			label: 'utf-8',
			error: 'Відмовлено',
		}),
		words: [ownErrorIs],
	},
	{
		name: '200 with an error',
		faults: once(refusal('Not enough money')),
		words: REFUSED,
	},
	{
		name: 'gzip that is none',
		faults: once({ kind: 'truncatedJson', headers: { 'content-encoding': 'gzip' } }),
		words: UNKNOWN,
	},
	{
		name: 'compression that was not asked for',
		faults: once({ kind: 'truncatedJson', headers: { 'content-encoding': 'br' } }),
		words: UNKNOWN,
	},
	{ name: '60 MB body', faults: once({ kind: 'hugeBody' }), heavy: true, words: UNKNOWN },
	{ name: 'gzip bomb', faults: once({ kind: 'gzipBomb' }), heavy: true, words: UNKNOWN },
];

function redirected(status: number, afterProcessing: boolean): FaultCase[] {
	const suffix = `${status}, ${afterProcessing ? 'processed' : 'not processed'}`;
	const words = afterProcessing ? UNKNOWN : REFUSED_OR_UNKNOWN;
	return [
		{
			name: `redirect to another origin ${suffix}`,
			faults: (location) => [{ kind: 'redirect', status, location, afterProcessing }],
			words,
		},
		{
			name: `redirect loop ${suffix}`,
			faults: once({ kind: 'redirectLoop', status, afterProcessing }),
			words,
		},
	];
}

const REDIRECTS: readonly FaultCase[] = [
	...[301, 302, 303, 307, 308].flatMap((status) => redirected(status, false)),
	// 301, 307 and 308 say by definition that the request was not processed; these two do not.
	...[302, 303].flatMap((status) => redirected(status, true)),
];

/** The faults of the network and of any web server, and those of the provider. */
export function faultCases(provider: Provider): FaultCase[] {
	return [
		...NETWORK,
		...RATE_LIMIT,
		...STATUSES,
		...GARBLED(provider),
		...REDIRECTS,
		...provider.faults,
	];
}

/** Whether a fault can happen to an operation at all. */
export function concerns({ warmUp }: FaultCase, { otherHost }: OperationCase): boolean {
	return !(warmUp && otherHost);
}

/** Faults after which a repeated request finds everything in order: what reads are retried on. */
export const PASSING_FAULTS: ReadonlyArray<{ name: string; fault: () => Fault; timeout?: number }> =
	[
		{ name: 'reset before the body', fault: () => ({ kind: 'resetBeforeBody' }) },
		{ name: 'reset after the body', fault: () => ({ kind: 'resetAfterBody' }) },
		{ name: 'reset within the answer', fault: () => ({ kind: 'resetMidResponse' }) },
		{
			name: 'stalled headers',
			fault: () => ({ kind: 'stallHeaders' }),
			timeout: STALL_SECONDS,
		},
		{ name: 'stalled body', fault: () => ({ kind: 'stallBody' }), timeout: STALL_SECONDS },
		{ name: '429', fault: () => ({ kind: 'status', status: 429 }) },
		{ name: '500', fault: () => ({ kind: 'status', status: 500 }) },
		{ name: '502', fault: () => ({ kind: 'status', status: 502 }) },
		{ name: '503', fault: () => ({ kind: 'status', status: 503 }) },
		{ name: '504', fault: () => ({ kind: 'status', status: 504 }) },
		{ name: 'HTML at 200', fault: () => ({ kind: 'html' }) },
		{ name: 'empty body', fault: () => ({ kind: 'empty' }) },
		{ name: 'answer cut off', fault: () => ({ kind: 'truncatedJson' }) },
	];
