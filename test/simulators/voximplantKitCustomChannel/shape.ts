import { isRecord } from '../core/http';
import { Refusal } from './envelope';
import type { Remarks } from './remarks';

/** A field of the vendor's model. */
export interface Field {
	type: 'string' | 'number' | 'object' | 'array';
	required?: boolean;
	/** Of objects. */
	fields?: Shape;
}

export type Shape = Record<string, Field>;

/** Shorthand for models that are mostly optional texts. */
export function strings(...names: string[]): Shape {
	return Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
}

/** What a check notes, and how strict it is. */
export interface ShapeContext {
	method: string;
	remarks: Remarks;
	unknownFields: 'accept' | 'refuse';
	refuse(text: string): Refusal;
}

/** Checks an object against its model: required fields and types refuse, the rest is noted. */
export function checkShape(
	value: Record<string, unknown>,
	shape: Shape,
	path: string,
	context: ShapeContext,
): void {
	for (const [name, field] of Object.entries(shape))
		checkField(value[name], field, path === '' ? name : `${path}.${name}`, context);
	for (const name of Object.keys(value)) {
		if (Object.hasOwn(shape, name)) continue;
		const place = path === '' ? name : `${path}.${name}`;
		context.remarks.violation(context.method, withoutIndex(place), 'unknown field');
		if (context.unknownFields === 'refuse') throw context.refuse(`Unknown field "${place}".`);
	}
}

function checkField(value: unknown, field: Field, path: string, context: ShapeContext): void {
	const place = withoutIndex(path);
	if (value === undefined || value === null || (value === '' && field.required)) {
		if (field.required) throw context.refuse(`Field "${path}" is required.`);
		// The vendor's client never sends nulls (§4.3).
		if (value === null) context.remarks.violation(context.method, place, 'null');
		return;
	}
	if (!hasType(value, field.type))
		throw context.refuse(`Field "${path}" must be of type ${field.type}.`);
	if (value === '' || (isRecord(value) && Object.keys(value).length === 0))
		context.remarks.note(context.method, place, 'empty');
	if (field.fields && isRecord(value)) checkShape(value, field.fields, path, context);
}

function hasType(value: unknown, type: Field['type']): boolean {
	if (type === 'array') return Array.isArray(value);
	if (type === 'object') return isRecord(value);
	return typeof value === type;
}

function withoutIndex(path: string): string {
	return path.replace(/\[\d+\]/g, '[]');
}
