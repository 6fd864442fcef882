import { decodeText, encodeForm, multipartEntries } from '../../../nodes/shared/http/request';

const bytes = (...codes: number[]) => Uint8Array.from(codes);
const reply = (body: Uint8Array, contentType = '') => ({
	bytes: body,
	headers: { 'content-type': contentType },
});

describe('encodeForm', () => {
	it.each([
		[
			'texts, numbers, booleans',
			{ a: 'x', b: 1, c: true, d: false, e: 0 },
			'a=x&b=1&c=true&d=false&e=0',
		],
		['undefined is left out, empty is sent', { a: undefined, b: '' }, 'b='],
		['special characters', { 'a b': 'ї&=+ %' }, 'a+b=%D1%97%26%3D%2B+%25'],
		['nothing', {}, ''],
	])('%s', (_, fields, expected) => {
		expect(encodeForm(fields)).toBe(expected);
	});
});

describe('multipartEntries', () => {
	it('tells fields from files and leaves undefined out', () => {
		const file = { bytes: bytes(1), fileName: 'a.wav', mimeType: 'audio/wav' };
		expect(multipartEntries({ a: 'x', b: 0, c: undefined, d: file })).toEqual([
			{ name: 'a', text: 'x' },
			{ name: 'b', text: '0' },
			{ name: 'd', file },
		]);
	});
});

describe('decodeText', () => {
	const utf8 = new TextEncoder().encode('Привіт ü');
	it.each([
		['UTF-8 without a name', reply(utf8), 'Привіт ü'],
		['UTF-8 by name', reply(utf8, 'application/json; charset=utf-8'), 'Привіт ü'],
		[
			'UTF-8 under a name that does not exist',
			reply(utf8, 'text/plain; charset=none-such'),
			'Привіт ü',
		],
		['a quoted name', reply(bytes(0xcf), 'text/html; Charset="windows-1251"'), 'П'],
		['ISO-8859-1 by name', reply(bytes(0xfc), 'text/plain; charset=iso-8859-1'), 'ü'],
		['Windows-1251 by name', reply(bytes(0xcf, 0xf0), 'text/plain; charset=cp1251'), 'Пр'],
		[
			'ISO-8859-1 under the label of UTF-8',
			reply(bytes(0x61, 0xfc, 0x80), 'text/plain; charset=utf-8'),
			'aü€',
		],
		['ISO-8859-1 without a label', reply(bytes(0xe9)), 'é'],
		['nothing', reply(bytes()), ''],
	])('%s', (_, answer, expected) => {
		expect(decodeText(answer)).toBe(expected);
	});
});
