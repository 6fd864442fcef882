import { CallError } from './errors';
import type { Reply } from './request';
import { decodeText } from './request';

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

/** The JSON object of an answer. Throws `unreadableAnswer` when there is none. */
export function readJsonObject(reply: Reply, name: string): Record<string, unknown> {
	const source = decodeText(reply)
		.replace(/^\ufeff/, '')
		.trim();
	if (source === '') throw unreadableAnswer(name, 'nothing');
	let value: unknown;
	try {
		value = JSON.parse(source);
	} catch {
		throw unreadableAnswer(name, source.startsWith('<') ? 'a web page' : 'broken or cut-off text');
	}
	if (!isRecord(value)) throw unreadableAnswer(name, 'something else');
	return value;
}
