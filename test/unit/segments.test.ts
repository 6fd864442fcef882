import { smsSize } from '../../nodes/shared/messaging/segments';

const a = (count: number) => 'a'.repeat(count);
const cyrillic = (count: number) => 'ї'.repeat(count);
const EMOJI = '😀';

describe('smsSize', () => {
	it.each([
		['empty', '', 1, 0],
		['160 characters', a(160), 1, 160],
		['161 characters', a(161), 2, 161],
		['306 characters', a(306), 2, 306],
		['307 characters', a(307), 3, 307],
		['459 characters', a(459), 3, 459],
		['460 characters', a(460), 4, 460],
		['a euro sign at place 160', `${a(158)}€`, 1, 160],
		['a euro sign beyond place 160', `${a(159)}€`, 2, 161],
		['an extension character across the first border is moved', `${a(152)}€${a(152)}`, 3, 306],
		['an extension character right before the border', `${a(151)}€${a(153)}`, 2, 306],
		['80 extension characters', '{'.repeat(80), 1, 160],
		['81 extension characters', '{'.repeat(81), 2, 162],
		['152 extension characters: 76 fit in each part', '{'.repeat(152), 2, 304],
		['153 extension characters', '{'.repeat(153), 3, 306],
		['umlauts, Greek capitals and the line feed', 'ÄÖÜäöüß\nΔΣΩéù', 1, 13],
	])('GSM-7: %s', (_, text, segments, length) => {
		expect(smsSize(text)).toEqual({ encoding: 'GSM-7', segments, length });
	});

	it.each([
		['one letter', 'ї', 1, 1],
		['70 letters', cyrillic(70), 1, 70],
		['71 letters', cyrillic(71), 2, 71],
		['134 letters', cyrillic(134), 2, 134],
		['135 letters', cyrillic(135), 3, 135],
		['201 letters', cyrillic(201), 3, 201],
		['one Cyrillic letter among Latin ones', `${a(70)}ї`, 2, 71],
		['35 emoji', EMOJI.repeat(35), 1, 70],
		['36 emoji', EMOJI.repeat(36), 2, 72],
		['an emoji across the border is moved', `${cyrillic(66)}${EMOJI}${cyrillic(66)}`, 3, 134],
		['66 emoji: 33 fit in each part', EMOJI.repeat(66), 2, 132],
		['67 emoji', EMOJI.repeat(67), 3, 134],
		['a typographic quote', '“quote”', 1, 7],
		['the letter ç, which GSM-7 has only as a capital', 'garçon', 1, 6],
	])('UCS-2: %s', (_, text, segments, length) => {
		expect(smsSize(text)).toEqual({ encoding: 'UCS-2', segments, length });
	});
});
