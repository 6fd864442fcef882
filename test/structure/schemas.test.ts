import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtNodes, operations } from './support/built';
import { filesBelow, readJson, ROOT } from './support/paths';

interface Schema {
	type?: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	required?: string[];
	[key: string]: unknown;
}

const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const KEYWORDS = new Set([
	'$schema',
	'additionalProperties',
	'description',
	'enum',
	'format',
	'items',
	'properties',
	'required',
	'title',
	'type',
	'version',
]);

/** Everything about a schema that n8n's editor would stumble over, as readable lines. */
function problems(schema: Schema, path: string): string[] {
	const types = [schema.type ?? []].flat();
	const found: string[] = [];
	if (types.length === 0) found.push(`${path} has no type`);
	found.push(
		...types.filter((type) => !TYPES.includes(type)).map((type) => `${path} has type ${type}`),
	);
	found.push(
		...Object.keys(schema)
			.filter((word) => !KEYWORDS.has(word))
			.map((word) => `${path} uses ${word}`),
	);
	if (types.includes('object') !== (schema.properties !== undefined)) {
		const isOpen = schema.additionalProperties !== undefined && types.includes('object');
		if (!isOpen) found.push(`${path} must have properties exactly when it is an object`);
	}
	if (types.includes('array') !== (schema.items !== undefined)) {
		found.push(`${path} must have items exactly when it is an array`);
	}
	const names = Object.keys(schema.properties ?? {});
	found.push(
		...(schema.required ?? [])
			.filter((name) => !names.includes(name))
			.map((name) => `${path} requires ${name}`),
	);
	for (const [name, inner] of Object.entries(schema.properties ?? {})) {
		found.push(...problems(inner, `${path}.${name}`));
	}
	if (schema.items) found.push(...problems(schema.items, `${path}[]`));
	return found;
}

/** Where n8n looks: beside the built node, by version, resource and operation. */
function schemaFile(nodeFile: string, resource: string, operation: string): string {
	const parts = ['v1.0.0', resource, operation].filter(Boolean);
	return `${dirname(nodeFile)}/__schema__/${parts.join('/')}.json`;
}

const wanted = operations().map(({ nodeFile, resource, operation }) =>
	schemaFile(nodeFile, resource, operation),
);
const shipped = filesBelow('dist/nodes', /\/__schema__\/.*\.json$/);

test('every operation has an output schema', () => {
	expect(wanted.length).toBeGreaterThan(5);
	expect(wanted.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('every trigger without operations has one', () => {
	const triggers = builtNodes().filter(({ isTrigger }) => isTrigger);
	expect(triggers.length).toBeGreaterThan(0);
	const files = triggers.map(({ file }) => schemaFile(file, '', ''));
	expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('every schema belongs to an operation or a trigger', () => {
	const triggers = builtNodes().map(({ file }) => schemaFile(file, '', ''));
	expect(shipped.filter((file) => ![...wanted, ...triggers].includes(file))).toEqual([]);
});

test('every schema is one of an object the editor can show', () => {
	const wrong = shipped.flatMap((file) => {
		const schema = readJson<Schema>(join(ROOT, file));
		const isEmpty = Object.keys(schema.properties ?? {}).length === 0;
		const empty = isEmpty ? ['has no properties'] : [];
		return [...empty, ...problems(schema, '$')].map((text) => `${file}: ${text}`);
	});
	expect(wrong).toEqual([]);
});

test('the checks find what is wrong', () => {
	const bad: Schema = {
		type: 'object',
		properties: { a: { type: 'text' }, b: { type: 'array' } },
		required: ['c'],
	};
	expect(problems(bad, '')).toHaveLength(3);
});
