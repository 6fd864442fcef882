import { CallError } from '../../../nodes/shared/http/errors';
import type { Safety } from '../../../nodes/shared/http/request';
import {
	DEFAULT_RETRY,
	mayRepeat,
	nextDelay,
	parseRetryAfter,
} from '../../../nodes/shared/http/retry';

const NOW = Date.parse('2030-01-01T00:00:00Z');

describe('parseRetryAfter', () => {
	it.each([
		['seconds', '3', 3000],
		['zero', '0', 0],
		['fractions', '1.5', 1500],
		['blanks around', ' 2 ', 2000],
		['a date', 'Tue, 01 Jan 2030 00:00:30 GMT', 30_000],
		['a date that is over', 'Tue, 01 Jan 2019 00:00:00 GMT', 0],
		['an absurd number', '99999999999', 99_999_999_999_000],
		['a word', 'soon', undefined],
		['nothing', '', undefined],
		['no header', undefined, undefined],
	])('%s', (_, header, expected) => {
		expect(parseRetryAfter(header, NOW)).toBe(expected);
	});

	it('never gives a negative time', () => {
		expect(parseRetryAfter('-5', NOW) ?? 0).toBeGreaterThanOrEqual(0);
	});
});

const ERRORS = {
	'a refusal': new CallError('no'),
	'a 429': new CallError('slow', { transient: true, cause: 'rate-limited', httpStatus: 429 }),
	'a failed connection': new CallError('refused', { transient: true }),
	'a wrong host name': new CallError('unknown host', { transient: false }),
	'a lost answer': new CallError('lost', { transient: true, outcome: 'unknown' }),
	'an answer that is too large': new CallError('large', { outcome: 'unknown' }),
	'a refused credential': new CallError('denied', { stopsRun: true, transient: true }),
} as const;

type Row = [keyof typeof ERRORS, Record<Safety, boolean>];

describe('mayRepeat', () => {
	const rows: Row[] = [
		['a refusal', { read: false, idempotent: false, once: false, spends: false }],
		['a 429', { read: true, idempotent: true, once: true, spends: true }],
		['a failed connection', { read: true, idempotent: true, once: true, spends: true }],
		['a wrong host name', { read: false, idempotent: false, once: false, spends: false }],
		['a lost answer', { read: true, idempotent: true, once: false, spends: false }],
		['an answer that is too large', { read: false, idempotent: false, once: false, spends: false }],
		['a refused credential', { read: false, idempotent: false, once: false, spends: false }],
	];
	describe.each(rows)('%s', (kind, expected) => {
		it.each(Object.entries(expected))('%s: %s', (safety, repeats) => {
			expect(mayRepeat(ERRORS[kind], safety as Safety)).toBe(repeats);
		});
	});

	it('repeats a lost spending request only when the user has asked for it', () => {
		expect(mayRepeat(ERRORS['a lost answer'], 'spends', true)).toBe(true);
		expect(mayRepeat(ERRORS['a refused credential'], 'spends', true)).toBe(false);
	});
});

describe('nextDelay', () => {
	const plain = ERRORS['a failed connection'];
	const after = (retryAfterMs: number) => new CallError('x', { transient: true, retryAfterMs });
	const delay = (error: CallError, attempt: number, spentMs = 0, random = 1) =>
		nextDelay(error, attempt, spentMs, DEFAULT_RETRY, () => random);

	it.each([
		['first, longest', plain, 1, 0, 1, 500],
		['first, shortest', plain, 1, 0, 0, 250],
		['second doubles', plain, 2, 0, 1, 1000],
		['third doubles again', plain, 3, 0, 1, 2000],
		['no attempt is left', plain, 4, 0, 1, undefined],
		['Retry-After counts when it is longer', after(7000), 1, 0, 1, 7000],
		['Retry-After of zero still pauses', after(0), 1, 0, 1, 500],
		['the longest Retry-After that is waited for', after(60_000), 1, 0, 1, 60_000],
		['a Retry-After that is too long', after(60_001), 1, 0, 1, undefined],
		['the sum of pauses is at its cap', after(60_000), 3, 60_000, 1, 60_000],
		['the sum of pauses would pass its cap', after(60_000), 3, 60_001, 1, undefined],
	])('%s', (_, error, attempt, spent, random, expected) => {
		expect(delay(error, attempt, spent, random)).toBe(expected);
	});

	it('does not grow beyond the longest pause', () => {
		const policy = { ...DEFAULT_RETRY, attempts: 100, totalDelayMs: Infinity };
		expect(nextDelay(plain, 50, 0, policy, () => 1)).toBe(policy.maxDelayMs);
	});
});
