import type { IDataObject } from 'n8n-workflow';

import { isRecord } from './api';

/**
 * Values as people expect them: keys without the trailing spaces that Velip keeps on purpose, and
 * nothing where Velip writes the text "null" (velip.md §4).
 */
export function tidy(value: unknown): unknown {
	if (value === 'null') return null;
	if (Array.isArray(value)) return value.map(tidy);
	if (!isRecord(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key.trim(), tidy(entry)]));
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
