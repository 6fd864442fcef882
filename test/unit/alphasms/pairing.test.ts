import type { Reference } from '../../../nodes/AlphaSms/api';
import { pairResults } from '../../../nodes/AlphaSms/api';

interface Params {
	id?: number;
	msgId?: string;
	phone?: string;
}

const referenceOf = ({ id, msgId, phone }: Params): Reference => {
	if (phone !== undefined) return ['phone', phone];
	return id === undefined ? ['msg_id', msgId] : ['id', id];
};

type Row = { n: number; data?: unknown };

/** Which row each call got, by the row's number. */
function pair(calls: Params[], rows: Row[]): Array<unknown> {
	const paired = pairResults(
		rows.map((row) => ({ ...row })),
		calls.map((params, itemIndex) => ({ itemIndex, params })),
		referenceOf,
	);
	return paired.map((row) => row?.n);
}

const ids = (...list: number[]): Params[] => list.map((id) => ({ id }));
const row = (n: number, data?: unknown): Row => ({ n, data });

describe('pairResults', () => {
	it.each<[string, Params[], Row[], Array<number | undefined>]>([
		['by id in order', ids(1, 2), [row(0, { id: 1 }), row(1, { id: 2 })], [0, 1]],
		[
			'by id shuffled',
			ids(1, 2, 3),
			[row(0, { id: 3 }), row(1, { id: 1 }), row(2, { id: 2 })],
			[1, 2, 0],
		],
		['by id as text', ids(1, 2), [row(0, { id: '2' }), row(1, { id: '1' })], [1, 0]],
		[
			'by gateway id',
			[{ msgId: '7' }, { msgId: '8' }],
			[row(0, { msg_id: 8 }), row(1, { msg_id: 7 })],
			[1, 0],
		],
		[
			'by phone, as number and with a plus',
			[{ phone: '380971234567' }, { phone: '380971234568' }, { phone: '380971234569' }],
			[
				row(0, { phone: 380971234569 }),
				row(1, { phone: '+380971234567' }),
				row(2, { phone: '380971234568' }),
			],
			[1, 2, 0],
		],
		[
			'by phone while one is missing',
			[{ phone: '380971234567' }, { phone: '380971234568' }],
			[row(0, { phone: '380971234568' })],
			[undefined, 0],
		],
		['by position without ids', ids(1, 2), [row(0), row(1, {})], [0, 1]],
		['the nameless one by position', ids(1, 2), [row(0, { id: 1 }), row(1)], [0, 1]],
		['one is missing', ids(1, 2, 3), [row(0, { id: 1 }), row(1, { id: 3 })], [0, undefined, 1]],
		['nameless ones while one is missing', ids(1, 2), [row(0)], [undefined, undefined]],
		['none at all', ids(1, 2), [], [undefined, undefined]],
		['more rows than calls', ids(1), [row(0, { id: 9 }), row(1, { id: 1 })], [1]],
		[
			'a gateway id that looks like another message',
			ids(1, 2),
			[row(0, { id: 1, msg_id: 2 }), row(1, { id: 2, msg_id: 1 })],
			[0, 1],
		],
		['asked by gateway id, answered by own id', [{ msgId: '7' }], [row(0, { id: 100 })], [0]],
	])('%s', (_, calls, rows, expected) => {
		expect(pair(calls, rows)).toEqual(expected);
	});

	it('does not take the result of somebody else’s message', () => {
		expect(pair(ids(1, 2), [row(0, { id: 1 }), row(1, { id: 99 })])).toEqual([0, undefined]);
	});

	it('gives a result to one call only', () => {
		const rows = Array.from({ length: 100 }, (_, n) => row(n, n % 3 ? { id: n + 1 } : {}));
		const paired = pair(ids(...rows.map(({ n }) => n + 1)), rows);
		expect(paired).toEqual(rows.map(({ n }) => n));
	});
});
