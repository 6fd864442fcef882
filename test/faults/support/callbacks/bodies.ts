/** Bodies that somebody might post to a trigger, well-formed or not, in the encodings that occur. */
import fc from 'fast-check';

const DEEP = 100_000;
const MEGABYTE = 1024 * 1024;
const INVALID_UTF8 = Buffer.from([0xff, 0xfe, 0xc0, 0x80]);

const toBytes = (text: string) => Buffer.from(text);

/** Keys that would change an object's nature; the blanks are of those that a reader may cut off. */
const UNSAFE = [
	'__proto__',
	'constructor',
	'prototype',
	'__proto__ ',
	' constructor',
	'prototype\t',
];

/** The same object with such a key in front, which only text can express safely. */
function withUnsafe(fields: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<string> {
	return fc.tuple(fields, fc.option(fc.constantFrom(...UNSAFE))).map(([value, key]) => {
		const text = JSON.stringify(value);
		if (key === null) return text;
		const comma = text === '{}' ? '' : ',';
		return `{${JSON.stringify(key)}:{"polluted":true}${comma}${text.slice(1)}`;
	});
}

/** Fields as a form or a query, percent-encoded in UTF-8 or ISO-8859-1, or not at all. */
export function formText(
	value: Record<string, unknown>,
	encoding: 'utf-8' | 'latin1' | 'raw' = 'utf-8',
): string {
	const pairs = Object.entries(value).map(([key, entry]): [string, string] => [
		key,
		typeof entry === 'string' ? entry : (JSON.stringify(entry) ?? ''),
	]);
	if (encoding === 'utf-8') return new URLSearchParams(pairs).toString();
	const escape = (text: string) =>
		encoding === 'raw'
			? text.replace(/[&=\s]/g, '+')
			: [...Buffer.from(text, 'latin1')]
					.map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
					.join('');
	return pairs.map((pair) => pair.map(escape).join('=')).join('&');
}

export function forms(fields: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<string> {
	const encodings = fc.constantFrom<'utf-8' | 'latin1' | 'raw'>('utf-8', 'latin1', 'raw');
	const unsafe = fc.constantFrom(
		'',
		...UNSAFE.map((key) => `&${encodeURIComponent(key)}=polluted`),
	);
	return fc
		.tuple(fields, encodings, unsafe)
		.map(([value, encoding, more]) => formText(value, encoding) + more);
}

export function bodies(fields: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Buffer> {
	const texts = withUnsafe(fields);
	return fc.oneof(
		{ weight: 30, arbitrary: texts.map(toBytes) },
		{ weight: 5, arbitrary: texts.map((text) => Buffer.from(text, 'latin1')) },
		{ weight: 10, arbitrary: forms(fields).map(toBytes) },
		{ weight: 5, arbitrary: fc.json().map(toBytes) },
		{ weight: 5, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
		{ weight: 3, arbitrary: texts.map((text) => toBytes(text.slice(0, -3))) },
		{
			weight: 3,
			arbitrary: texts.map((text) =>
				Buffer.concat([toBytes(`${text.slice(0, -1)},"m":"`), INVALID_UTF8, toBytes('"}')]),
			),
		},
		{ weight: 2, arbitrary: texts.map((text) => toBytes(`\ufeff  ${text}\r\n`)) },
		{
			weight: 2,
			arbitrary: fc.nat({ max: 20_000 }).map((depth) => toBytes(nestedJson(depth))),
		},
		{
			weight: 1,
			arbitrary: fc.constantFrom('[]', 'null', '"x"', '42', '{}', '', ' ').map(toBytes),
		},
	);
}

/** A status of every provider's making, nested so deep. */
function nestedJson(depth: number): string {
	const deep = `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;
	return `{"msg_id":1,"cd_id":"c_1","cd_called_status":"OK","a":${depth > 0 ? deep : 1}}`;
}

/** Few, since they are large. */
export const hugeBodies: ReadonlyArray<readonly [string, Buffer]> = [
	[
		'lists 100,000 levels deep',
		Buffer.from(`{"msg_id":1,"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`),
	],
	['objects 100,000 levels deep', Buffer.from(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`)],
	['100,000 levels that never close', Buffer.from('{"a":['.repeat(DEEP))],
	['2 MB of JSON', Buffer.from(`{"msg_id":1,"status":"READ","a":"${'x'.repeat(2 * MEGABYTE)}"}`)],
	[
		'just under 1 MB of JSON',
		Buffer.from(
			`{"msg_id":1,"cd_called_status":"OK","status":"READ","a":"${'x'.repeat(MEGABYTE - 100)}"}`,
		),
	],
	['2 MB of form fields', Buffer.from('a=b&'.repeat(MEGABYTE / 2))],
	['200,000 form fields', Buffer.from('a=b&'.repeat(200_000))],
	[
		'60,000 keys',
		Buffer.from(`{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join()}}`),
	],
	[
		'100,000 calls in one',
		Buffer.from(`{"calls":[${Array.from({ length: 100_000 }, () => '{"a":1}').join()}]}`),
	],
	['2 MB of zeros', Buffer.alloc(2 * MEGABYTE)],
	['1 MB of high bytes', Buffer.alloc(MEGABYTE, 0xff)],
	['1 MB of opening brackets', Buffer.alloc(MEGABYTE, '[')],
	['1 MB of escapes', Buffer.from(`a=${'%c3%a3'.repeat(MEGABYTE / 6 - 10)}`)],
	['20,000 calls in one', Buffer.from(`[${'{"cd_called_status":"OK"},'.repeat(19_999)}{}]`)],
];

export const CONTENT_TYPES = [
	undefined,
	'application/json',
	'application/json; charset=utf-8',
	'application/json; charset=iso-8859-1',
	'application/json; charset=utf-16le',
	'application/json; charset=x-unknown',
	'application/x-www-form-urlencoded',
	'application/x-www-form-urlencoded; charset=ISO-8859-1',
	'text/plain; charset=windows-1251',
	'multipart/form-data; boundary=x',
	';;;',
] as const;

/** Headers that a reader might stumble over; Node gives repeated ones as a list or joined by commas. */
export const strayHeaders: fc.Arbitrary<Record<string, string | string[] | undefined>> = fc
	.array(
		fc.tuple(
			fc.constantFrom(
				'cookie',
				'x-forwarded-for',
				'content-encoding',
				'__proto__',
				'constructor',
				'X-Signature',
				'set-cookie',
			),
			fc.constantFrom<string | string[] | undefined>(
				'',
				'gzip',
				'a, b',
				'\u0000',
				['a', 'b'],
				[],
				undefined,
			),
		),
		{ maxLength: 3 },
	)
	.map((entries) => Object.fromEntries(entries));
