import type { IDataObject } from 'n8n-workflow';

import { isRecord, parseUntrusted } from '../shared/http/json';
import { verdict } from './codes';

/** `datetimeStart` is `datetime_start` at Kit; digits at the end belong to the word. */
export function wireName(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** ISO 8601 with an offset as Kit's UTC text, `2026-07-14 04:50:20` (voximplant-kit.md §3.7). */
export function utcText(iso: string | number | Date): string {
	return new Date(iso).toISOString().slice(0, 19).replace('T', ' ');
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?$/;

/** Kit's UTC text as ISO 8601 with `Z`, which n8n reads as a date; anything else as it is. */
export function isoDate(value: unknown): unknown {
	const match = typeof value === 'string' ? DATE_TIME.exec(value) : null;
	if (match === null) return value;
	const iso = `${match[1]}T${match[2]}${(match[3] ?? '').slice(0, 4)}Z`;
	return Number.isNaN(Date.parse(iso)) ? value : iso;
}

/** Content of fields that hold JSON as text; what is no JSON stays as it is. */
export function parsedJson(value: unknown): unknown {
	if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	try {
		return parseUntrusted(value);
	} catch {
		return value;
	}
}

/** Fields with JSON as text (voximplant-kit.md §5.3, §5.10). */
const JSON_FIELDS = new Set([
	'call_data',
	'call_calls',
	'call_records',
	'call_resources',
	'permissions',
]);
/** What the users put there themselves, so nothing of it is changed. */
const OWN_CONTENT = new Set(['call_data', 'custom_data', 'variables', 'phones', 'properties']);
/** Prices, which Kit writes as text here and there. */
const NUMBER_FIELDS = new Set(['call_cost', 'cost']);

function tidyField(key: string, value: unknown): unknown {
	const parsed = JSON_FIELDS.has(key) ? parsedJson(value) : value;
	if (OWN_CONTENT.has(key)) return parsed;
	if (NUMBER_FIELDS.has(key) && typeof parsed === 'string' && /^-?\d+(\.\d+)?$/.test(parsed)) {
		return Number(parsed);
	}
	return tidy(parsed);
}

/** What Simplify does to every answer: JSON texts parsed, UTC texts as ISO dates. */
export function tidy(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(tidy);
	if (!isRecord(value)) return isoDate(value);
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, tidyField(key, entry)]),
	);
}

export function tidyRow(value: unknown): IDataObject {
	return isRecord(value) ? (tidy(value) as IDataObject) : { value: tidy(value) as string };
}

/** A call of the history, with `successful` and `reason` (voximplant-kit.md §5.3, §7). */
export function callRow(row: unknown): IDataObject {
	const tidied = tidyRow(row);
	return { ...tidied, ...verdict(tidied.completion_code, tidied.call_result_code) };
}

/** A number that stands there as one or as text; NaN for everything else. */
export function asNumber(value: unknown): number {
	return typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
}
