/** Damage to valid JSON, as a broken or hostile gateway might do it. */
import fc from 'fast-check';

import { MARKER } from './markers';

const KINDS = [
	'drop',
	'replace',
	'nest',
	'wrap',
	'duplicate',
	'shuffle',
	'addKey',
	'addProto',
	'renameToSecret',
] as const;

export interface Damage {
	readonly kind: (typeof KINDS)[number];
	/** Chooses the place. */
	readonly pick: number;
	readonly payload: unknown;
}

type Container = Record<string, unknown> | unknown[];

/** Objects that are strange to the usual conversions: to text, to number, to an own key. */
const AWKWARD: readonly unknown[] = [
	{ toString: 1, valueOf: 1 },
	{ toString: null },
	{ length: -1 },
	{ then: 1 },
	{ constructor: { prototype: 1 } },
	{ toJSON: 'x' },
];

const payloads: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, '', 'true', '1', [], {}, [[]], [null]),
	fc.constantFrom(...AWKWARD),
	fc.constant(`echo of ${MARKER}`),
	fc.constantFrom(
		'\u0000\u001b[31m\u202e',
		'<script>',
		'__proto__',
		'{{ $json }}',
		'💥'.repeat(300),
	),
	fc.constant('long '.repeat(40_000)),
	fc.jsonValue({ maxDepth: 3 }),
);

export const damages: fc.Arbitrary<Damage[]> = fc.array(
	fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(), payload: payloads }),
	{ minLength: 1, maxLength: 4 },
);

interface Place {
	readonly parent: Container;
	readonly key: string;
}

function* placesIn(value: unknown, depth = 0): Generator<Place> {
	if (typeof value !== 'object' || value === null || depth > 6) return;
	for (const key of Object.keys(value)) {
		yield { parent: value as Container, key };
		yield* placesIn((value as Record<string, unknown>)[key], depth + 1);
	}
}

function define(target: object, key: string, value: unknown): void {
	Object.defineProperty(target, key, {
		value,
		enumerable: true,
		configurable: true,
		writable: true,
	});
}

function nested(value: unknown, depth: number): unknown {
	let result = value;
	for (let level = 0; level < depth; level++) result = level % 2 ? [result] : { data: result };
	return result;
}

function damageOne(root: Record<string, unknown>, { kind, pick, payload }: Damage): void {
	const places = [...placesIn(root)];
	const place = places[pick % Math.max(1, places.length)];
	if (!place) return;
	const { parent, key } = place;
	const value: unknown = (parent as Record<string, unknown>)[key];
	switch (kind) {
		case 'drop':
			if (Array.isArray(parent)) parent.splice(Number(key), 1);
			else delete parent[key];
			return;
		case 'replace':
			return define(parent, key, payload);
		case 'nest':
			return define(parent, key, nested(value, 1 + (pick % 400)));
		case 'wrap':
			return define(parent, key, [value]);
		case 'duplicate':
			if (Array.isArray(parent)) parent.push(structuredClone(parent[pick % parent.length]));
			else if (Array.isArray(value)) value.push(...structuredClone(value));
			return;
		case 'shuffle':
			if (Array.isArray(parent)) parent.reverse();
			else if (Array.isArray(value)) value.push(value.shift());
			return;
		case 'addKey':
			if (!Array.isArray(parent))
				define(
					parent,
					['id', 'msg_id', 'error', 'errors', 'outcome', 'phone'][pick % 6] ?? 'x',
					payload,
				);
			return;
		case 'addProto':
			return define(parent, pick % 2 ? '__proto__' : 'constructor', { polluted: true, payload });
		case 'renameToSecret':
			if (!Array.isArray(parent)) define(parent, MARKER, value);
	}
}

/** The text of `valid` after the damages, applied one after the other. */
export function damaged(valid: Record<string, unknown>, list: readonly Damage[]): string {
	const root = structuredClone(valid);
	// Values may be put into one another, and must not be those of the next case.
	for (const damage of list)
		damageOne(root, { ...damage, payload: structuredClone(damage.payload) });
	return JSON.stringify(root);
}
