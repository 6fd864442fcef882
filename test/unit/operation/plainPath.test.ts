import { NOT_PLAIN, plainReader } from '../../../nodes/shared/operation/plainPath';

const item = {
	phone: '15551230000',
	count: 7,
	yes: false,
	empty: '',
	none: null,
	'first name': 'Ana',
	deep: { list: ['a', 'b'] },
};

test.each([
	['={{ $json.phone }}', '15551230000'],
	['={{$json.count}}', 7],
	['={{ $json.yes }}', false],
	['={{ $json.empty }}', ''],
	['={{ $json["first name"] }}', 'Ana'],
	["={{ $json['phone'] }}", '15551230000'],
	['={{ $json.deep.list[1] }}', 'b'],
])('%s is read from the item', (source, value) => {
	expect(plainReader(source)?.(item)).toBe(value);
});

test.each([
	'={{ $json.missing }}',
	'={{ $json.none }}',
	'={{ $json.deep }}',
	'={{ $json.phone.length }}',
	'={{ $json.deep.list[9] }}',
])('%s is left to n8n for this item', (source) => {
	expect(plainReader(source)?.(item)).toBe(NOT_PLAIN);
});

test.each([
	'text',
	'=text {{ $json.phone }}',
	'={{ $json.phone }}{{ $json.count }}',
	'={{ $json.phone.trim() }}',
	'={{ $json }}',
	'={{ $json["a" + "b"] }}',
	'={{ $json?.phone }}',
	'={{ $json.constructor }}',
	'={{ $json.__proto__ }}',
	'={{ $json["caller"] }}',
	'={{ $json["a.constructor"] }}',
	'={{ $json["a}}b"] }}',
	'={{ $json["a\nb"] }}',
	'={{ $json["a\\b"] }}',
	'={{ $json[010] }}',
	'={{ $json[12345678901234567890] }}',
	'={{ $("Node").item.json.phone }}',
	'={{ $now }}',
	5,
	true,
	null,
	{ mode: 'id', value: '={{ $json.phone }}' },
])('%j is left to n8n altogether', (parameter) => {
	expect(plainReader(parameter)).toBeUndefined();
});

describe('assignments', () => {
	const of = (...values: unknown[]) => ({
		assignments: values.map((value, index) => ({
			id: String(index),
			name: `n${index}`,
			value,
			type: 'string',
		})),
	});

	test('are read when all of them are plain', () => {
		expect(plainReader(of('={{ $json.phone }}', 'fixed', 3))?.(item)).toEqual(
			of('15551230000', 'fixed', 3),
		);
		expect(plainReader(of('={{ $json.phone }}', '={{ $json.missing }}'))?.(item)).toBe(NOT_PLAIN);
	});

	test.each([
		[of('={{ $json.phone.trim() }}')],
		[of({ a: 1 })],
		[{ assignments: [{ name: '={{ $json.phone }}', value: 'x' }] }],
		[{ assignments: 'x' }],
		[{ ...of('x'), other: 1 }],
	])('%j are left to n8n', (parameter) => {
		expect(plainReader(parameter)).toBeUndefined();
	});
});
