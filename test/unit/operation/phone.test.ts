import { normalizePhone } from '../../../nodes/shared/operation/phone';

describe('normalizePhone', () => {
	it.each([
		['plain digits', '380971234567', undefined, '380971234567'],
		['plus', '+380971234567', undefined, '380971234567'],
		['double zero', '00380971234567', undefined, '380971234567'],
		['blanks, brackets and dashes', ' +38 (097) 123-45-67 ', undefined, '380971234567'],
		['dots', '38.097.123.45.67', undefined, '380971234567'],
		['the .0 of a spreadsheet', '380971234567.0', undefined, '380971234567'],
		['more zeros of a spreadsheet', '380971234567.000', undefined, '380971234567'],
		['the .0 after a plus', '+380971234567.0', undefined, '380971234567'],
		['a trunk zero in brackets', '+44 (0)20 7946 0958', undefined, '442079460958'],
		['a trunk zero in brackets after 00', '0044(0)20 7946 0958', undefined, '442079460958'],
		['bidi marks', '\u202a+380971234567\u202c', undefined, '380971234567'],
		[
			'bidi isolates and marks inside',
			'\u2068+38\u200e0971234567\u2069',
			undefined,
			'380971234567',
		],
		['zero-width blanks and a soft hyphen', '38097\u200b123\u00ad4567', undefined, '380971234567'],
		['an 8 that is a country code', '81312345678', undefined, '81312345678'],
		['an 8 of 12 digits', '861012345678', undefined, '861012345678'],
		[
			'non-breaking blanks and long dashes',
			'+38\u00a0097\u2013123\u201445\u201067',
			undefined,
			'380971234567',
		],
		['tel: link', 'tel:+380971234567', undefined, '380971234567'],
		['TEL: in capitals', 'TEL:380971234567', undefined, '380971234567'],
		['11 digits', '15551234567', undefined, '15551234567'],
		['15 digits', '123456789012345', undefined, '123456789012345'],
		['national with default country', '0971234567', '380', '380971234567'],
		['national with plus before the code', '097 123 45 67', '+380', '380971234567'],
		['international in spite of default country', '+4915112345678', '380', '4915112345678'],
		['double zero in spite of default country', '004915112345678', '380', '4915112345678'],
	])('takes %s', (_, input, country, digits) => {
		expect(normalizePhone(input, country)).toEqual({ digits });
	});

	it.each([
		['nothing', '', undefined, /is empty/],
		['blanks', ' \t ', undefined, /is empty/],
		['letters', '38097ABC4567', undefined, /"38097ABC4567" holds other characters/],
		['an extension', '380971234567 ext 5', undefined, /holds other characters/],
		['a plus in the middle', '380+971234567', undefined, /holds other characters/],
		['other digits than 0 to 9', '٣٨٠٩٧١٢٣٤٥٦٧', undefined, /holds other characters/],
		['scientific notation', '3.80971E+11', undefined, /scientific notation/],
		['scientific notation with a comma', '3,80971e11', undefined, /scientific notation/],
		['10 digits', '1234567890', undefined, /has 10$/],
		['16 digits', '1234567890123456', undefined, /has 16$/],
		['three digits', '123', undefined, /needs 11 to 15 digits.*has 3$/],
		['a national number without country', '0971234567', undefined, /national number/],
		['a national number with a country without digits', '0971234567', '+', /national number/],
		['a country code that begins with 0', '+0971234567890', undefined, /needs 11 to 15 digits/],
		['only separators', '+-() ', undefined, /holds other characters/],
		['only invisible marks', '\u200e\u202a\u200b', undefined, /is empty/],
		['a fraction', '380971234567.5', undefined, /"380971234567.5" is a calculated number$/],
		['a fraction with a comma', '380971234567,5', undefined, /is a calculated number$/],
		['a fraction that ends in zero', '380971234567.50', undefined, /is a calculated number$/],
		['a fraction after a plus', '+380971234567.5', undefined, /is a calculated number$/],
		['a fraction after blanks', '+380 97 123 45 67.0', undefined, /is a calculated number$/],
		['a leading minus', '-380971234567', undefined, /"-380971234567" is a calculated number$/],
		['two numbers', '380971234567/380971234568', undefined, /holds other characters/],
		['two short numbers', '044 123/4567890', '380', /holds other characters/],
		['the national prefix 8', '80971234567', undefined, /begins with the national prefix 8/],
		['the national prefix 8 of a city', '8 044 123-45-67', undefined, /national prefix 8/],
		['the national prefix 8 with a country', '80971234567', '380', /national prefix 8/],
		['the national prefix 8 before a 9', '89161234567', undefined, /national prefix 8/],
		['a zero in brackets of a national number', '(0)97 1234567', undefined, /national number/],
	])('refuses %s', (_, input, country, problem) => {
		const result = normalizePhone(input, country);
		expect(result.digits).toBeUndefined();
		expect(result.problem).toMatch(problem);
	});
});
