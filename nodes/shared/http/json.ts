import { CallError } from './errors';
import type { Reply } from './request';
import { decodeText } from './request';

/** Keys that would change the nature of an object which takes them over. */
export const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Nobody writes that deep; n8n, and what the nodes do with values, descend by recursion. */
const MAX_DEPTH = 100;

export class TooDeepError extends Error {}

/** Takes the unsafe keys out of parsed JSON. */
function disarm(value: unknown, depth = 0): void {
	if (typeof value !== 'object' || value === null) return;
	if (depth === MAX_DEPTH) throw new TooDeepError(`More than ${MAX_DEPTH} levels`);
	for (const key of UNSAFE_KEYS) {
		if (Object.hasOwn(value, key)) delete (value as Record<string, unknown>)[key];
	}
	for (const inner of Object.values(value)) disarm(inner, depth + 1);
}

/**
 * JSON that anybody may have written, without keys that change the nature of an object. A reviver
 * would take several times as long. Throws `SyntaxError`, or `TooDeepError` beyond 100 levels.
 */
export function parseUntrusted(source: string): unknown {
	const value: unknown = JSON.parse(source);
	disarm(value);
	return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error of an answer that cannot be understood; the provider may have acted all the same. */
export function unreadableAnswer(name: string, what: string): CallError {
	return new CallError(`${name} answered with ${what} instead of JSON`, {
		hint: `Check the base URL of the credential; if it is right, ${name} has a problem of its own.`,
		cause: 'temporarily-unavailable',
		transient: true,
		outcome: 'unknown',
	});
}

/** Texts that hold each byte of the answer as one character, in their own encoding. */
function readEachText(value: unknown): unknown {
	if (typeof value === 'string') {
		const isBytes = !/[^\0-\xff]/.test(value);
		return isBytes ? decodeText({ bytes: Buffer.from(value, 'latin1'), headers: {} }) : value;
	}
	if (Array.isArray(value)) return value.map(readEachText);
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).map(([key, entry]) => [
		readEachText(key) as string,
		readEachText(entry),
	]);
	return Object.fromEntries(entries) as unknown;
}

/** Some servers write single fields in ISO-8859-1 into an answer in UTF-8. */
function parseMixed(reply: Reply, source: string): unknown {
	const isOther = /charset\s*=\s*"?(?!utf-?8)/i.test(reply.headers['content-type'] ?? '');
	if (isOther || Buffer.from(source).equals(reply.bytes)) return JSON.parse(clean(source));
	return readEachText(JSON.parse(clean(Buffer.from(reply.bytes).toString('latin1'))));
}

function clean(source: string): string {
	return source.replace(/^(\ufeff|\xef\xbb\xbf)/, '').trim();
}

/** The JSON object of an answer. Throws `unreadableAnswer` when there is none. */
export function readJsonObject(reply: Reply, name: string): Record<string, unknown> {
	const text = decodeText(reply);
	const source = clean(text);
	if (source === '') throw unreadableAnswer(name, 'nothing');
	let value: unknown;
	try {
		value = parseMixed(reply, text);
	} catch {
		throw unreadableAnswer(name, source.startsWith('<') ? 'a web page' : 'broken or cut-off text');
	}
	if (!isRecord(value)) throw unreadableAnswer(name, 'something else');
	return value;
}
