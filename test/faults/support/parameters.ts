/** Values that an expression or a careless hand may put into any field of an operation's form. */
import fc from 'fast-check';
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { builtNode } from './described';
import type { OperationCase, Provider } from './providers/provider';
import { MARKER } from './markers';

/** A field of the form, by the collection that it stands in. */
export interface Target {
	readonly collection?: 'additionalFields' | 'options';
	readonly name: string;
	/** Names inside of an entry, for lists of entries. */
	readonly entries?: readonly string[];
}

/** What decides which operation runs, and what makes a run long on purpose. */
const LEFT_ALONE = ['resource', 'operation', 'waitUntilLoaded', 'loadMinutes'];

function isShown({ displayOptions }: INodeProperties, resource = '', operation = ''): boolean {
	const show = displayOptions?.show ?? {};
	const allows = (list: unknown[] | undefined, value: string) => list?.includes(value) ?? true;
	return allows(show.resource, resource) && allows(show.operation, operation);
}

function entriesOf({ type, options = [] }: INodeProperties): string[] | undefined {
	if (type !== 'fixedCollection') return undefined;
	return options.flatMap((option) =>
		'values' in option ? option.values.map(({ name }) => name) : [],
	);
}

/** Every field that the editor shows for an operation. */
export function targetsOf(provider: Provider, { key }: OperationCase): Target[] {
	const [resource, operation] = key.split('/');
	const shown = builtNode(provider.node).description.properties.filter(
		(property) =>
			property.type !== 'notice' &&
			!LEFT_ALONE.includes(property.name) &&
			isShown(property, resource, operation),
	);
	return shown.flatMap((property): Target[] => {
		const { name, options = [] } = property;
		if (name !== 'additionalFields' && name !== 'options')
			return [{ name, entries: entriesOf(property) }];
		const inner = options.flatMap((option) =>
			'type' in option ? [{ collection: name, name: option.name, entries: entriesOf(option) }] : [],
		) as Target[];
		return [{ name }, ...inner];
	});
}

const LONG = 'long '.repeat(20_000);

const texts = fc.constantFrom(
	...['', ' ', '\u0000', '\u001b[31m\u202e', '0', '-1', 'null', 'true', '[]', '{}', '{"a":', '💥'],
	...['../../__sim/reset', '/api/v2/../../__sim/reset', '?x=1#y', 'a b', '%00%0d%0a', LONG],
	...['x\r\nX-Injected: 1', 'http://169.254.169.254/', 'javascript:alert(1)', 'file:///etc/passwd'],
	...['__proto__', 'constructor', 'toString', `${MARKER}`, '+55 (11) 98765-4321', '2030-02-31'],
	...['9'.repeat(400), '1e5', '0x10', '١٢٣', '{{ $json }}', '={{ 1 }}', 'NaN', '\ud800'],
);

const AWKWARD: readonly unknown[] = [
	...[null, true, false, 0, -1, 0.5, 1e308, -0, [], [[]], [null], {}, { toString: 1 }],
	...[{ toString: null, valueOf: null }, { length: 1e9 }, { then: 1 }, { toJSON: 'x' }],
	...[{ mode: 'list', value: {} }, { __rl: true, mode: 'id', value: null }, { mode: 1 }],
	JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
];

/** Expressions whose value no JSON can hold. */
const EXPRESSIONS = fc.constantFrom(
	...['={{ undefined }}', '={{ NaN }}', '={{ Infinity }}', '={{ new Date(NaN) }}', '={{ $now }}'],
	...['={{ [1, [2, [3]]] }}', '={{ Object.create(null) }}', '={{ "x".repeat(1e5) }}'],
	...['={{ $json }}', '={{ $json.nothing }}', '={{ () => 1 }}', '={{ new Map() }}'],
);

const hostile: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 5, arbitrary: texts },
	{ weight: 4, arbitrary: fc.constantFrom(...AWKWARD) },
	{ weight: 3, arbitrary: EXPRESSIONS },
	{ weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
);

function entryOf(names: readonly string[]): fc.Arbitrary<unknown> {
	const fields = Object.fromEntries(names.map((name) => [name, hostile]));
	return fc.record(fields, { requiredKeys: [] });
}

function valueOf({ entries }: Target): fc.Arbitrary<unknown> {
	if (entries === undefined) return hostile;
	const list = fc.array(entryOf(entries), { maxLength: 3 });
	return fc.oneof(
		hostile,
		hostile.map((entry) => ({ entry })),
		list.map((entry) => ({ entry })),
		list,
	);
}

/** A value for one field, set as it is or by an expression that takes it from the item. */
export interface Change {
	readonly target: Target;
	readonly value: unknown;
	readonly fromItem: boolean;
}

export function changes(targets: readonly Target[]): fc.Arbitrary<Change[]> {
	const one = fc
		.constantFrom(...targets)
		.chain((target) =>
			fc.record({ target: fc.constant(target), value: valueOf(target), fromItem: fc.boolean() }),
		);
	return fc.array(one, { minLength: 1, maxLength: 3 });
}

/** The parameters after the changes, and what the item must hold for them. */
export function changed(good: IDataObject, list: readonly Change[]) {
	const parameters = structuredClone(good);
	const json: Record<string, unknown> = {};
	list.forEach(({ target, value, fromItem }, index) => {
		const key = `hostile${index}`;
		if (fromItem) json[key] = value;
		const set = (fromItem ? `={{ $json.${key} }}` : value) as IDataObject[string];
		const { collection, name } = target;
		const held = collection === undefined ? undefined : parameters[collection];
		if (collection === undefined) parameters[name] = set;
		else if (typeof held === 'object' && held !== null && !Array.isArray(held))
			parameters[collection] = { ...held, [name]: set };
		else parameters[collection] = { [name]: set };
	});
	return { parameters, json: json as IDataObject };
}
