// JSON Schema of sample values, in the shape in which n8n's own nodes ship their output schemas.

export interface Schema {
	type: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	additionalProperties?: boolean;
}

/** Anything at all; stands in for what a sample did not show. */
const OPEN_OBJECT: Schema = { type: 'object', additionalProperties: true };

function typesOf(schema: Schema): string[] {
	return [schema.type].flat();
}

function mergeTypes(a: Schema, b: Schema): string | string[] {
	const types = new Set([...typesOf(a), ...typesOf(b)]);
	if (types.has('number')) types.delete('integer');
	const [first, ...rest] = [...types].sort();
	return rest.length === 0 ? (first ?? 'object') : [first ?? 'object', ...rest];
}

function mergeProperties(
	a: Record<string, Schema> = {},
	b: Record<string, Schema> = {},
): Record<string, Schema> {
	const merged = { ...a };
	for (const [name, schema] of Object.entries(b)) {
		const known = merged[name];
		merged[name] = known === undefined ? schema : merge(known, schema);
	}
	return merged;
}

/** The schema of values that fit `a` or `b`. */
export function merge(a: Schema, b: Schema): Schema {
	const items = a.items && b.items ? merge(a.items, b.items) : (a.items ?? b.items);
	const properties = a.properties ?? b.properties;
	return {
		type: mergeTypes(a, b),
		...(properties && { properties: mergeProperties(a.properties, b.properties) }),
		...(items && { items }),
		...((a.additionalProperties ?? b.additionalProperties) && { additionalProperties: true }),
	};
}

/** @param open names of object properties whose content depends on what the user sent */
export function schemaOf(value: unknown, open: readonly string[] = []): Schema {
	if (value === null) return { type: 'null' };
	if (Array.isArray(value)) {
		const [first = OPEN_OBJECT, ...rest] = value.map((entry) => schemaOf(entry, open));
		return { type: 'array', items: rest.reduce(merge, first) };
	}
	if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
	if (typeof value !== 'object') return { type: typeof value };
	const properties = Object.entries(value)
		.filter(([, entry]) => entry !== undefined)
		.map(([name, entry]) => [name, open.includes(name) ? OPEN_OBJECT : schemaOf(entry, open)]);
	return { type: 'object', properties: Object.fromEntries(properties) as Record<string, Schema> };
}

/** One file of `__schema__`: what any of the samples may hold. */
export function outputSchema(samples: readonly object[], open: readonly string[] = []): object {
	// The fullest sample first: the order of keys must not depend on which of them came first.
	const named = samples.map((sample) => ({ sample, keys: Object.keys(sample) }));
	named.sort((a, b) => b.keys.length - a.keys.length || a.keys.join().localeCompare(b.keys.join()));
	const [first, ...rest] = named.map(({ sample }) => schemaOf(sample, open));
	if (first === undefined) throw new Error('No sample to derive a schema from');
	return { ...rest.reduce(merge, first), version: 1 };
}
