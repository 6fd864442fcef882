import { createHash, timingSafeEqual } from 'node:crypto';

import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { isRecord, parseUntrusted, TooDeepError, UNSAFE_KEYS } from '../http/json';
import { decodeText } from '../http/request';

/** One incoming callback: the exact bytes, and what they say. */
export interface Delivery {
	readonly rawBody: Buffer;
	readonly body: IDataObject;
	readonly headers: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
}

export type DeliveryResult =
	| { readonly delivery: Delivery; readonly problem?: undefined }
	| { readonly delivery?: undefined; readonly problem: string };

export interface DeliveryOptions {
	/** A callback without a body is read from the query of its address. */
	readonly acceptQuery?: boolean;
	/** Of JSON, 1 unless given; a form describes one event and may have 1. */
	readonly maxMegabytes?: number;
	/** A body that is a list is read as an object that holds it under this key; else it is refused. */
	readonly listKey?: string;
	/** How many entries may stand under `listKey`; each of them becomes an item. */
	readonly maxListed?: number;
}

interface RawRequest {
	rawBody?: Buffer;
	readRawBody?: () => Promise<void>;
}

const MEGABYTE = 1024 * 1024;
/** n8n itself reads no more of a form. */
const MAX_FIELDS = 1000;

/** The reason for which a callback is not read. */
class Unreadable extends Error {}

/** What came once, as text; Node names headers in lower case. */
function strings(record: object): Record<string, string> {
	return Object.fromEntries(
		Object.entries(record).flatMap(([key, value]) =>
			typeof value === 'string' && !UNSAFE_KEYS.has(key) ? [[key, value]] : [],
		),
	);
}

/** Percent-encoded text; bytes that are no UTF-8 are read as Windows-1252. */
function decodeForm(text: string): string {
	const spaced = text.replaceAll('+', ' ');
	const bytes = Buffer.from(
		spaced.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
			String.fromCharCode(Number.parseInt(hex, 16)),
		),
		// What stands there unencoded is ASCII, unless the sender did not encode at all.
		/[^\0-\xff]/.test(spaced) ? 'utf8' : 'latin1',
	);
	return decodeText({ bytes, headers: {} });
}

/** Form fields of a body or a query. */
function parseForm(source: string): Record<string, string> {
	const pairs = source.split('&').filter((pair) => pair !== '');
	if (pairs.length > MAX_FIELDS) throw new Unreadable(`There are more than ${MAX_FIELDS} fields`);
	const fields = pairs.map((pair): [string, string] => {
		const [name = '', ...value] = pair.split('=');
		return [decodeForm(name), decodeForm(value.join('='))];
	});
	return Object.fromEntries(fields.filter(([key]) => !UNSAFE_KEYS.has(key)));
}

function parseBody(source: string): unknown {
	const trimmed = source.trim();
	return /^[[{]/.test(trimmed) ? parseUntrusted(trimmed) : parseForm(trimmed);
}

/** Fields of a multipart body: n8n reads it itself and keeps no raw bytes, so nothing can be verified. */
function multipartFields(
	context: IWebhookFunctions,
	headers: Readonly<Record<string, string>>,
): IDataObject | undefined {
	if (!/^multipart\/form-data/i.test(headers['content-type'] ?? '')) return undefined;
	const { data } = context.getBodyData();
	if (!isRecord(data)) return undefined;
	const source = JSON.stringify(data);
	if (source.length > MEGABYTE) throw new Unreadable('The fields are larger than 1 MB');
	const safe = parseUntrusted(source) as IDataObject;
	return Object.keys(safe).length > 0 ? safe : undefined;
}

/** One object with what the body says. */
function bodyOf(
	rawBody: Buffer,
	headers: Readonly<Record<string, string>>,
	{ maxMegabytes = 1, listKey = '', maxListed = Infinity }: DeliveryOptions,
): IDataObject {
	const isJson = /^\s*[[{]/.test(rawBody.toString('latin1', 0, 100));
	const most = isJson ? maxMegabytes : 1;
	if (rawBody.length > most * MEGABYTE) throw new Unreadable(`The body is larger than ${most} MB`);
	const parsed = parseBody(decodeText({ bytes: rawBody, headers }));
	const body = listKey !== '' && Array.isArray(parsed) ? { [listKey]: parsed } : parsed;
	if (!isRecord(body)) throw new Unreadable('The body must be one JSON object or form fields');
	const listed = body[listKey];
	if (Array.isArray(listed) && listed.length > maxListed) {
		throw new Unreadable(`There are more than ${maxListed} entries in "${listKey}"`);
	}
	return body as IDataObject;
}

function problemOf(error: unknown): string {
	if (error instanceof Unreadable) return error.message;
	if (error instanceof TooDeepError) return 'The body is nested too deeply';
	return 'The body is neither JSON nor form fields';
}

/**
 * Reads a callback from its raw bytes, whatever content type it names: JSON or form fields.
 *
 * @returns the delivery, or a reason fit for a 400 answer
 */
export async function readDelivery(
	context: IWebhookFunctions,
	options: DeliveryOptions = {},
): Promise<DeliveryResult> {
	const request = context.getRequestObject();
	const raw: RawRequest = request;
	if (raw.rawBody === undefined) await raw.readRawBody?.();
	const rawBody = raw.rawBody ?? Buffer.alloc(0);
	const headers = strings(request.headers);
	const query = strings(request.query);
	try {
		if (rawBody.length > 0) {
			return { delivery: { rawBody, body: bodyOf(rawBody, headers, options), headers, query } };
		}
		if (options.acceptQuery) {
			const [, search = ''] = (request.originalUrl ?? request.url ?? '').split('?');
			const body: IDataObject = search === '' ? { ...query } : parseForm(search);
			return { delivery: { rawBody, body, headers, query } };
		}
		const fields = multipartFields(context, headers);
		if (fields === undefined) return { problem: 'The body is empty' };
		return { delivery: { rawBody, body: fields, headers, query } };
	} catch (error) {
		return { problem: problemOf(error) };
	}
}

/** Compares two texts in a time that depends on neither of them. */
export function safeEqual(a: string, b: string): boolean {
	const digest = (value: string) => createHash('sha256').update(value).digest();
	return timingSafeEqual(digest(a), digest(b));
}

/** Answers the caller with `status` and starts nothing. */
export function answer(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

/** Answers the caller with plain text now, before the rest is done. */
export function answerText(context: IWebhookFunctions, message: string): IWebhookResponseData {
	context.getResponseObject().status(200).type('text/plain').send(message);
	return { noWebhookResponse: true };
}
