import { DateTime } from 'luxon';

import { offsetDateTime } from '../../../nodes/shared/operation/zone';

const KYIV = 'Europe/Kyiv';

describe('offsetDateTime', () => {
	it.each([
		['summer', '2030-07-01T10:00:00', KYIV, '2030-07-01T10:00:00+03:00'],
		['winter', '2030-01-31T09:30:00', KYIV, '2030-01-31T09:30:00+02:00'],
		['a blank instead of T', '2030-01-31 09:30:00', KYIV, '2030-01-31T09:30:00+02:00'],
		['no seconds', '2030-01-31T09:30', KYIV, '2030-01-31T09:30:00+02:00'],
		['fractions of a second', '2030-01-31T09:30:00.999', KYIV, '2030-01-31T09:30:00+02:00'],
		['the date only', '2030-07-01', KYIV, '2030-07-01T00:00:00+03:00'],
		['blanks around', ' 2030-07-01 ', KYIV, '2030-07-01T00:00:00+03:00'],
		['UTC text', '2030-01-31T09:30:00Z', KYIV, '2030-01-31T11:30:00+02:00'],
		['an offset', '2030-01-31T09:30:00-05:00', KYIV, '2030-01-31T16:30:00+02:00'],
		['an offset without colon', '2030-01-31T09:30:00+0200', KYIV, '2030-01-31T09:30:00+02:00'],
		[
			'a zone west of Greenwich',
			'2030-01-31T09:30:00',
			'America/St_Johns',
			'2030-01-31T09:30:00-03:30',
		],
		[
			'a zone with odd minutes',
			'2030-01-31T09:30:00',
			'Asia/Kathmandu',
			'2030-01-31T09:30:00+05:45',
		],
		['UTC as zone', '2030-01-31T09:30:00', 'UTC', '2030-01-31T09:30:00+00:00'],
		[
			'an hour before the clock goes forward',
			'2026-03-29T02:59:59',
			KYIV,
			'2026-03-29T02:59:59+02:00',
		],
		[
			'right after the clock went forward',
			'2026-03-29T04:00:00',
			KYIV,
			'2026-03-29T04:00:00+03:00',
		],
		['right before the clock goes back', '2026-10-25T02:59:59', KYIV, '2026-10-25T02:59:59+03:00'],
		['after the clock went back', '2026-10-25T04:00:00', KYIV, '2026-10-25T04:00:00+02:00'],
	])('reads %s', (_, value, zone, expected) => {
		expect(offsetDateTime(value, zone)).toBe(expected);
	});

	it('gives an hour that does not exist the instant that follows the gap', () => {
		const text = offsetDateTime('2026-03-29T03:30:00', KYIV);
		expect(new Date(String(text)).toISOString()).toBe('2026-03-29T01:30:00.000Z');
	});

	it.each([
		['2026-03-08T01:59:59', 'America/New_York', '2026-03-08T01:59:59-05:00'],
		['2026-03-08T02:00:00', 'America/New_York', '2026-03-08T03:00:00-04:00'],
		['2026-03-08T02:30:00', 'America/New_York', '2026-03-08T03:30:00-04:00'],
		['2026-03-08T02:59:59', 'America/New_York', '2026-03-08T03:59:59-04:00'],
		['2026-03-08T03:00:00', 'America/New_York', '2026-03-08T03:00:00-04:00'],
		['2026-03-08T02:30:00', 'America/Los_Angeles', '2026-03-08T03:30:00-07:00'],
		['2026-03-08T02:30:00', 'America/St_Johns', '2026-03-08T03:30:00-02:30'],
		['2026-03-29T03:00:00', KYIV, '2026-03-29T04:00:00+03:00'],
		['2026-03-29T03:30:00', KYIV, '2026-03-29T04:30:00+03:00'],
		['2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-04T02:45:00+11:00'],
	])('goes forward over the gap: %s in %s', (value, zone, expected) => {
		expect(offsetDateTime(value, zone)).toBe(expected);
	});

	it('gives an hour that exists twice one of its two instants', () => {
		const at = new Date(String(offsetDateTime('2026-10-25T03:30:00', KYIV))).toISOString();
		expect(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']).toContain(at);
	});

	it('reads a Date and an object such as DateTime of Luxon', () => {
		const instant = '2030-07-01T07:00:00Z';
		expect(offsetDateTime(new Date(instant), KYIV)).toBe('2030-07-01T10:00:00+03:00');
		expect(offsetDateTime(DateTime.fromISO(instant), KYIV)).toBe('2030-07-01T10:00:00+03:00');
	});

	it.each([
		['a word', 'tomorrow'],
		['nothing', ''],
		['a number', 1893456000000],
		['an object', {}],
		['null', null],
		['undefined', undefined],
		['a date that is none', new Date(Number.NaN)],
		['a German date', '31.01.2030'],
		['month 13', '2030-13-01'],
		['hour 25', '2030-01-31T25:00:00'],
		['text behind the date', '2030-01-31 or so'],
		['an invalid DateTime of Luxon', DateTime.invalid('test')],
	])('refuses %s', (_, value) => {
		expect(offsetDateTime(value, KYIV)).toBeUndefined();
	});

	it.each(['2030-02-30', '2030-02-30T10:00:00', '2030-04-31T10:00:00Z'])(
		'refuses a day that its month does not have: %s',
		(value) => {
			expect(offsetDateTime(value, KYIV)).toBeUndefined();
		},
	);
});
