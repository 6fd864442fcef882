import { DateTime } from 'luxon';
import * as z from 'zod';

import { ParameterError } from '../../../nodes/shared/http/errors';
import type { Fields, ParseContext } from '../../../nodes/shared/operation/field';
import {
	choice,
	dateTime,
	flag,
	integer,
	json,
	list,
	phone,
	text,
	url,
} from '../../../nodes/shared/operation/field';
import { compileFields } from '../../../nodes/shared/operation/parse';

const KYIV: ParseContext = { timezone: 'Europe/Kyiv' };

function parse(fields: Fields, values: Record<string, unknown>, context = KYIV) {
	return compileFields(fields, z, context)((name) => values[name]);
}

const OPTIONS = [
	{ name: 'One', value: 'one' },
	{ name: 'Two', value: 'two' },
];
const KINDS = {
	text: text({ displayName: 'Label' }),
	rows: text({ displayName: 'Label', rows: 3 }),
	short: text({ displayName: 'Label', minLength: 2, maxLength: 4 }),
	pattern: text({ displayName: 'Label', pattern: { test: /^\d+$/, message: 'needs digits' } }),
	integer: integer({ displayName: 'Label', min: 1, max: 10 }),
	atLeast: integer({ displayName: 'Label', min: 60 }),
	flag: flag({ displayName: 'Label' }),
	choice: choice({ displayName: 'Label', default: 'one', options: OPTIONS }),
	phone: phone({ displayName: 'Label' }),
	url: url({ displayName: 'Label' }),
	dateTime: dateTime({ displayName: 'Label' }),
	json: json({ displayName: 'Label' }),
} satisfies Fields;
type Kind = keyof typeof KINDS;

const rejects = (field: Kind, value: unknown) => () =>
	parse({ field: KINDS[field] }, { field: value });

describe('values that are taken', () => {
	it.each<[Kind, unknown, unknown]>([
		['text', ' trimmed ', 'trimmed'],
		['text', 42, '42'],
		['text', true, 'true'],
		['text', 10n, '10'],
		['rows', '  kept as typed\n', '  kept as typed\n'],
		['short', '😀😀😀😀', '😀😀😀😀'],
		['pattern', '0471', '0471'],
		['integer', 10, 10],
		['integer', ' 7 ', 7],
		['atLeast', '60', 60],
		['flag', true, true],
		['flag', 'true', true],
		['flag', 'false', false],
		['flag', 1, true],
		['flag', 0, false],
		['choice', 'two', 'two'],
		['phone', '+38 (097) 123-45-67', '380971234567'],
		['phone', 380971234567, '380971234567'],
		['url', ' https://example.com/a?b=c ', 'https://example.com/a?b=c'],
		['dateTime', '2030-01-31T09:30:00', '2030-01-31T09:30:00+02:00'],
		['dateTime', new Date('2030-07-01T07:00:00Z'), '2030-07-01T10:00:00+03:00'],
		['json', '{"a":[1]}', { a: [1] }],
		['json', [{ a: 1 }], [{ a: 1 }]],
		['json', { a: 1 }, { a: 1 }],
	])('%s from %p', (field, value, expected) => {
		expect(parse({ field: KINDS[field] }, { field: value })).toEqual({ field: expected });
	});

	it('dateTime from an object such as DateTime of Luxon', () => {
		const value = DateTime.fromISO('2030-07-01T07:00:00Z');
		expect(parse({ field: KINDS.dateTime }, { field: value })).toEqual({
			field: '2030-07-01T10:00:00+03:00',
		});
	});

	it('phone in national format with a default country', () => {
		const context = { ...KYIV, defaultCountry: '380' };
		expect(parse({ field: KINDS.phone }, { field: '0971234567' }, context)).toEqual({
			field: '380971234567',
		});
	});
});

describe('values that are refused, by the label of the field', () => {
	it.each<[Kind, unknown, string | RegExp]>([
		['text', { a: 1 }, '"Label" must be text, not an object'],
		['text', ['a'], '"Label" must be text, not a list'],
		['short', 'a', '"Label" needs at least 2 characters'],
		['short', 'abcde', '"Label" may have at most 4 characters, this has 5'],
		['pattern', 'a1', '"Label" needs digits'],
		['integer', 11, '"Label" must be from 1 to 10, this is 11'],
		['integer', 0, '"Label" must be from 1 to 10, this is 0'],
		['integer', 1.5, '"Label" must be a whole number'],
		['integer', '1.5', /"Label" must be a whole number/],
		['integer', 'many', /"Label" must be a whole number, not a string/],
		['integer', Number.NaN, /"Label" must be a whole number/],
		['integer', Infinity, /"Label" must be/],
		['integer', 2 ** 60, /"Label" must be/],
		['integer', {}, '"Label" must be a whole number, not an object'],
		['atLeast', 59, '"Label" must be 60 or more, this is 59'],
		['flag', 'yes', '"Label" must be true or false, not a string'],
		['flag', 2, '"Label" must be true or false, not a number'],
		['choice', 'three', '"Label" must be one of one, two; this is "three"'],
		['choice', { a: 1 }, '"Label" must be one of one, two; this is an object'],
		['phone', 'Mum', /^"Label" needs 11 to 15 digits/],
		['phone', '123', /^"Label" needs 11 to 15 digits, .* has 3$/],
		['phone', { number: 1 }, '"Label" must be a phone number, not an object'],
		['url', 'example.com', /"Label" must be a web address/],
		['url', 'ftp://example.com', /"Label" must be a web address/],
		['url', 'javascript:alert(1)', /"Label" must be a web address/],
		['url', {}, '"Label" must be a web address, not an object'],
		['dateTime', 'tomorrow', '"Label" must be a date and time, e.g. 2030-01-31T09:30:00'],
		['dateTime', {}, /"Label" must be a date and time/],
		['dateTime', true, '"Label" must be a date and time, not a boolean'],
		['json', '{"a":', /^"Label" is not valid JSON: /],
		['json', '12', '"Label" must be a JSON object or list'],
		['json', 'null', '"Label" must be a JSON object or list'],
		['json', 5, '"Label" must be a JSON object or list'],
	])('%s from %p', (field, value, message) => {
		expect(rejects(field, value)).toThrow(ParameterError);
		expect(rejects(field, value)).toThrow(message);
	});
});

describe('empty, hidden and default values', () => {
	const fields = {
		mode: choice({ displayName: 'Mode', default: 'one', options: OPTIONS }),
		needed: text({ displayName: 'Needed', required: true, show: { mode: ['two'] } }),
		more: text({ displayName: 'More', additional: true, default: 'x' }),
		limit: integer({ displayName: 'Limit', default: 50, min: 1 }),
	};

	it.each([undefined, null, '', '   '])('takes the default for %p', (value) => {
		expect(parse(fields, { mode: value, limit: value })).toEqual({ mode: 'one', limit: 50 });
	});

	describe('from an expression', () => {
		const form = {
			...fields,
			dry: flag({ displayName: 'Dry' }),
			records: json({ displayName: 'Records', default: '[{"number":"1"}]' }),
			file: text({ displayName: 'File', required: true, default: 'data' }),
			volume: integer({ displayName: 'Volume', required: true, default: 0 }),
			extra: choice({ displayName: 'Extra', default: 'one', options: OPTIONS, additional: true }),
		};
		const parsed = (values: Record<string, unknown>, expressions: string[]) =>
			compileFields(
				form,
				z,
				KYIV,
			)(
				(name) => values[name],
				(name) => expressions.includes(name),
			);

		it.each([undefined, null, '', '  '])('%p is no decision for a switch or a choice', (value) => {
			expect(() => parsed({ dry: value }, ['dry'])).toThrow(
				new ParameterError('"Dry" is empty: its expression gave nothing'),
			);
			expect(() => parsed({ mode: value }, ['mode'])).toThrow(
				new ParameterError('"Mode" is empty: its expression gave nothing'),
			);
		});

		it.each(['Records', 'File', 'Volume'])(
			'nothing is not the example or the number that stands in %s',
			(label) => {
				for (const value of [undefined, null, '', ' ']) {
					const name = label.toLowerCase();
					expect(() => parsed({ [name]: value }, [name])).toThrow(
						new ParameterError(`"${label}" is empty: its expression gave nothing`),
					);
				}
			},
		);

		it('nothing is no choice within an entry either', () => {
			const entries = {
				all: list({
					displayName: 'All',
					addLabel: 'Add',
					entryLabel: 'One',
					entry: {
						mode: choice({ displayName: 'Mode', default: 'one', options: OPTIONS }),
						count: integer({ displayName: 'Count', default: 1 }),
					},
				}),
			};
			for (const mode of [undefined, null, '']) {
				expect(() => parse(entries, { all: { entry: [{ mode: 'two' }, { mode }] } })).toThrow(
					new ParameterError('"All" 2: "Mode" is empty: its expression gave nothing'),
				);
			}
			expect(parse(entries, { all: { entry: [{ count: '' }, {}] } })).toEqual({
				all: [
					{ mode: 'one', count: 1 },
					{ mode: 'one', count: 1 },
				],
			});
		});

		it('is taken where it gives something', () => {
			expect(parsed({ dry: false, mode: 'one' }, ['dry', 'mode'])).toMatchObject({
				dry: false,
				mode: 'one',
			});
		});

		it('may give nothing for numbers, hidden and additional fields, as fixed values may', () => {
			const given = { records: [{ number: '1' }], file: 'data', volume: 0 };
			const usual = { mode: 'one', limit: 50, dry: false, ...given };
			expect(parsed({ limit: null, extra: '' }, ['limit', 'extra', 'needed'])).toEqual(usual);
			expect(parsed({ dry: '', mode: '' }, [])).toEqual(usual);
		});
	});

	it('has no value for a hidden field, whatever stands in it', () => {
		expect(parse(fields, { mode: 'one', needed: { a: 1 } })).toEqual({ mode: 'one', limit: 50 });
	});

	it.each([undefined, null, '', ' \n '])('refuses %p where something is needed', (value) => {
		expect(() => parse(fields, { mode: 'two', needed: value })).toThrow('"Needed" is empty');
	});

	it('does not fill in an additional field that was not added', () => {
		expect(parse(fields, { more: '' })).not.toHaveProperty('more');
		expect(parse(fields, { more: 'y' })).toHaveProperty('more', 'y');
	});

	it('keeps zero and false', () => {
		const zero = { a: integer({ displayName: 'A' }), b: flag({ displayName: 'B', default: true }) };
		expect(parse(zero, { a: 0, b: false })).toEqual({ a: 0, b: false });
	});

	it.each(['true', 1])('shows what a switch shows, also when an expression gave it as %p', (on) => {
		const switched = {
			fallback: flag({ displayName: 'Fall Back' }),
			message: text({ displayName: 'Message', required: true, show: { fallback: [true] } }),
		};
		expect(parse(switched, { fallback: true, message: 'x' })).toEqual({
			fallback: true,
			message: 'x',
		});
		expect(parse(switched, { fallback: on, message: 'x' })).toEqual({
			fallback: true,
			message: 'x',
		});
	});
});

describe('lists', () => {
	const fields = {
		steps: list({
			displayName: 'Steps',
			addLabel: 'Add Step',
			entryLabel: 'Step',
			required: true,
			entry: {
				kind: choice({ displayName: 'Kind', default: 'one', options: OPTIONS }),
				code: text({ displayName: 'Code', required: true, show: { kind: ['two'] } }),
			},
		}),
	};

	it('reads entries in order, with defaults and hidden fields', () => {
		const steps = { entry: [{ kind: 'two', code: 'x' }, {}, { kind: 'one', code: 'hidden' }] };
		expect(parse(fields, { steps })).toEqual({
			steps: [{ kind: 'two', code: 'x' }, { kind: 'one' }, { kind: 'one' }],
		});
	});

	it('reads a plain list from an expression', () => {
		expect(parse(fields, { steps: [{ kind: 'one' }] })).toEqual({ steps: [{ kind: 'one' }] });
	});

	it.each<[string, unknown, string | RegExp]>([
		['no entry', {}, '"Steps" has no entry'],
		['an empty list', { entry: [] }, '"Steps" has no entry'],
		['a number', 5, '"Steps" must be a list'],
		['one object instead of a list', { entry: { kind: 'one' } }, '"Steps" must be a list'],
		['a bad entry', { entry: [{}, { kind: 'two' }] }, '"Steps" 2: "Code" is empty'],
		['an entry that is text', { entry: [{ kind: 'three' }] }, /"Steps" 1: "Kind" must be one of/],
	])('refuses %s', (_, steps, message) => {
		expect(() => parse(fields, { steps })).toThrow(message);
	});
});
