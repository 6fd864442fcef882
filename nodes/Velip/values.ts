import type { IDataObject } from 'n8n-workflow';

import { isRecord } from './api';

/** Keys that would change an object's nature; with a blank they pass where only the bare ones are kept out. */
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

const MAX_DEPTH = 500;

/**
 * Values as people expect them: keys without the trailing spaces that Velip keeps on purpose, and
 * nothing where Velip writes the text "null" (velip.md §4).
 */
export function tidy(value: unknown, depth = 0): unknown {
	if (value === 'null') return null;
	// No answer of Velip's is nested like that, and recursion has an end.
	if (depth > MAX_DEPTH) return value;
	if (Array.isArray(value)) return value.map((entry) => tidy(entry, depth + 1));
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).map(([key, entry]) => [key.trim(), tidy(entry, depth + 1)]);
	return Object.fromEntries(entries.filter(([key]) => !UNSAFE_KEYS.has(String(key))));
}

export function tidyRecord(value: unknown): IDataObject {
	return isRecord(value) ? (tidy(value) as IDataObject) : {};
}

/** A number that Velip may write as text, with a decimal comma; undefined when it is none. */
export function toNumber(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	if (typeof value !== 'string' || !/^-?\d+([.,]\d+)?$/.test(value.trim())) return undefined;
	return Number(value.trim().replace(',', '.'));
}

/** The record with these fields as numbers, as far as they are some. */
export function withNumbers(record: IDataObject, fields: readonly string[]): IDataObject {
	const numbers = fields.flatMap((field) => {
		const number = toNumber(record[field]);
		return number === undefined ? [] : [[field, number] as const];
	});
	return { ...record, ...Object.fromEntries(numbers) };
}

/** The list at the root of an answer, beside `return` (velip.md §4). */
export function listOf(answer: Record<string, unknown>, key: string): IDataObject[] {
	const list: unknown = answer[key];
	const entries: unknown[] = Array.isArray(list) ? list : isRecord(list) ? Object.values(list) : [];
	return entries.filter(isRecord).map(tidyRecord);
}
