/** What is read without n8n's expression engine must be exactly what the engine gives. */
import 'reflect-metadata';

import { isDeepStrictEqual } from 'node:util';

import { ExecuteContext } from 'n8n-core';
import type { IDataObject, INode, INodeExecutionData, INodeTypes } from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';

import { NOT_PLAIN, plainReader } from '../../nodes/shared/operation/plainPath';

const description = {
	displayName: 'Subject',
	name: 'subject',
	group: [],
	version: 1,
	description: '',
	defaults: { name: 'Subject' },
	inputs: ['main'],
	outputs: ['main'],
	properties: [
		{ displayName: 'Text', name: 'text', type: 'string', default: '' },
		{ displayName: 'Values', name: 'values', type: 'assignmentCollection', default: {} },
	],
};
const type = { description };
const nodeTypes = {
	getByName: () => type,
	getByNameAndVersion: () => type,
	getKnownTypes: () => ({}),
} as unknown as INodeTypes;

/** What n8n gives a node for one of its parameters. */
function engineValue(name: string, value: unknown, items: INodeExecutionData[], item: number) {
	const node = {
		id: '1',
		name: 'Subject',
		type: 'subject',
		typeVersion: 1,
		position: [0, 0],
		parameters: { [name]: value },
	} as unknown as INode;
	const workflow = new Workflow({
		id: 'w',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
	});
	const inputData = { main: [items] };
	const data = {
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/waiting',
		webhookTestBaseUrl: 'http://localhost/test',
		formWaitingBaseUrl: 'http://localhost/form',
		variables: {},
	};
	const context = new ExecuteContext(
		workflow,
		node,
		data as unknown as ConstructorParameters<typeof ExecuteContext>[2],
		'manual',
		createRunExecutionData(),
		0,
		items,
		inputData,
		{ data: inputData, node, source: null },
		[],
	);
	return context.getNodeParameter(name, item) as unknown;
}

/** The same numbers each time (mulberry32). */
function randomFrom(seed: number) {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const KEYS =
	'phone|a b|0|1|010|08|1e3|constructor|__proto__|prototype|toString|length|a.b|a\'b|a"b|a\\b|}}|{{|ü|class|a\nb|isEmpty|a.constructor|$x|//|caller|_load|binding|this|$json|process|getOwnPropertyDescriptor|12345678901234567890|first name||mainModule|\u2028|eval|=x'.split(
		'|',
	);
const VALUES: unknown[] = [
	'x',
	'=1',
	'={{ 1 }}',
	'',
	' ',
	0,
	-0,
	1.5,
	1e21,
	true,
	false,
	null,
	[],
	['a', ['b']],
	{ a: 1 },
	'2026-01-01T00:00:00Z',
	'"q"',
	"'q'",
	'\\',
	'a\nb',
	new Date(0),
	undefined,
];

test('read from the item or left to n8n, never something else', () => {
	const random = randomFrom(20_261_121);
	const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const record = (depth: number): IDataObject => {
		const entries = Array.from({ length: 6 }, () => {
			const nested = depth > 0 && random() < 0.5;
			const value = nested ? one([record(depth - 1), [record(depth - 1), 'z']]) : one(VALUES);
			return [one(KEYS), value] as const;
		});
		return Object.fromEntries(entries) as IDataObject;
	};
	const step = (key: string) => one([`.${key}`, `["${key}"]`, `['${key}']`, `[${key}]`]);
	const expression = (item: unknown) => {
		let path = '';
		let value = item;
		for (let depth = 0; depth < 1 + Math.floor(random() * 3); depth++) {
			const own = typeof value === 'object' && value !== null ? Object.keys(value) : [];
			const key = own.length > 0 && random() < 0.85 ? one(own) : one(KEYS);
			path += step(key);
			value = own.includes(key) ? (value as Record<string, unknown>)[key] : undefined;
		}
		return `={{${one(['', ' ', '\n', '\u00a0'])}$json${path}${one(['', ' ', '\n'])}}}`;
	};
	const entry = (item: unknown) => ({
		id: one(KEYS),
		name: one(['n', '=n', 'phone']),
		value: one<unknown>([expression(item), expression(item), 'fixed', 5, null]),
		type: one(['string', 'number', 'boolean', 'object']),
	});

	let plain = 0;
	const differences: unknown[] = [];
	for (let round = 0; round < 2_500; round++) {
		const items = [{ json: record(2) }, { json: record(2) }];
		const index = round % 2;
		const { json } = items[index] ?? { json: {} };
		const [name, value] = one<[string, unknown]>([
			['text', expression(json)],
			['text', expression(json)],
			['values', { assignments: [entry(json), entry(json)] }],
		]);
		const read = plainReader(value);
		const ours = read === undefined ? NOT_PLAIN : read(json);
		if (ours === NOT_PLAIN) continue;
		plain++;
		let theirs: unknown;
		try {
			theirs = engineValue(name, value, items, index);
		} catch (error) {
			theirs = error;
		}
		if (!isDeepStrictEqual(ours, theirs)) differences.push({ value, ours, theirs });
	}
	expect(differences).toEqual([]);
	// Else the comparison would be worth nothing.
	expect(plain).toBeGreaterThan(100);
});
