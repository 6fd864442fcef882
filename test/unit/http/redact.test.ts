import { presentable, redact, redactDeep } from '../../../nodes/shared/http/redact';

const KEY = 'k"y/1+2 ü&';

describe('redact', () => {
	it.each([
		['as it is', `key ${KEY} refused`],
		['URL-encoded', `/api?key=${encodeURIComponent(KEY)}&a=1`],
		['JSON-escaped', JSON.stringify({ auth: KEY })],
		['twice', `${KEY}${KEY}`],
	])('hides a secret %s', (_, text) => {
		const clean = redact(text, [KEY]);
		expect(clean).toContain('[hidden]');
		for (const form of [KEY, encodeURIComponent(KEY), JSON.stringify(KEY).slice(1, -1)]) {
			expect(clean).not.toContain(form);
		}
	});

	it('hides a secret whose control characters were cleaned away', () => {
		expect(redact('key abcd ef gh', ['abcd\u0007ef\u200e gh'])).toBe('key [hidden]');
		expect(redact('abc', ['\u200e\u200e\u200e\u200e'])).toBe('abc');
	});

	it('hides every secret, and leaves texts too short to be one', () => {
		expect(redact('alpha beta abc', ['alpha', 'beta', 'abc', ''])).toBe('[hidden] [hidden] abc');
	});

	it.each([
		['form-encoded', (key: string) => new URLSearchParams({ key }).toString()],
		[
			'with slashes escaped as PHP does',
			(key: string) => JSON.stringify(key).replaceAll('/', '\\/'),
		],
	])('hides a secret %s', (_, encode) => {
		const text = encode(KEY);
		expect(redact(text, [KEY])).toContain('[hidden]');
	});
});

describe('presentable', () => {
	it.each([
		['line breaks', 'one\r\ntwo\nthree', 'one two three'],
		['control characters', 'a\u0000\u0007b\u001b[31mc', 'a b [31mc'],
		['C1 controls and separators', 'a\u0085b\u2028c\u2029d', 'a b c d'],
		['bidi overrides', 'abc\u202edcba\u202c\u2066x\u2069', 'abcdcbax'],
		['zero-width characters', 'pass\u200bword\ufeff', 'password'],
		['blanks around', '  x  ', 'x'],
		['emoji stay', 'a😀b', 'a😀b'],
	])('%s', (_, text, expected) => {
		expect(presentable(text)).toBe(expected);
	});

	it('hides secrets', () => {
		expect(presentable('the key abcd1234 is wrong', ['abcd1234'])).toBe(
			'the key [hidden] is wrong',
		);
	});

	it.each([
		['letters at the limit', 'a'.repeat(500), 'a'.repeat(500)],
		['letters beyond', 'a'.repeat(501), `${'a'.repeat(500)}…`],
		['emoji at the limit', '😀'.repeat(500), '😀'.repeat(500)],
		['emoji beyond', '😀'.repeat(501), `${'😀'.repeat(500)}…`],
		['many emoji beyond', '😀'.repeat(5000), `${'😀'.repeat(500)}…`],
		['a letter, then emoji', `a${'😀'.repeat(900)}`, `a${'😀'.repeat(499)}…`],
	])('cuts at 500 characters: %s', (_, text, expected) => {
		expect(presentable(text) === expected).toBe(true);
	});

	it('hides a secret that the cut would tear apart', () => {
		const text = presentable(`${'a'.repeat(495)}secret-key-123`, ['secret-key-123']);
		expect(text).not.toContain('secre');
	});
});

describe('redactDeep', () => {
	it('hides secrets in nested texts and leaves everything else', () => {
		const value = { a: ['x secret1 y', 1, null, true], b: { c: 'secret1' }, d: undefined };
		expect(redactDeep(value, ['secret1'])).toEqual({
			a: ['x [hidden] y', 1, null, true],
			b: { c: '[hidden]' },
			d: undefined,
		});
		expect(value.b.c).toBe('secret1');
	});

	it('copies nothing that holds no secret', () => {
		const clean = { c: ['x'] };
		const value = { a: 'secret1', clean };
		expect(redactDeep(clean, ['secret1'])).toBe(clean);
		expect(redactDeep(value, ['secret1'])).toEqual({ a: '[hidden]', clean });
		expect((redactDeep(value, ['secret1']) as typeof value).clean).toBe(clean);
	});

	it('leaves bytes alone', () => {
		const bytes = Buffer.from('secret1');
		expect(redactDeep({ bytes }, ['secret1'])).toEqual({ bytes });
	});
});
