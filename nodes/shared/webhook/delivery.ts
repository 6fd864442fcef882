import { createHash, timingSafeEqual } from 'node:crypto';

import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

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
}

interface RawRequest {
	rawBody?: Buffer;
	readRawBody?: () => Promise<void>;
}

const MEGABYTE = 1024 * 1024;
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function strings(record: object): Record<string, string> {
	return Object.fromEntries(
		Object.entries(record).flatMap(([key, value]) =>
			typeof value === 'string' ? [[key.toLowerCase(), value]] : [],
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
	const fields = pairs.map((pair): [string, string] => {
		const [name = '', ...value] = pair.split('=');
		return [decodeForm(name), decodeForm(value.join('='))];
	});
	return Object.fromEntries(fields.filter(([key]) => !UNSAFE_KEYS.has(key)));
}

function parseBody(source: string): unknown {
	const trimmed = source.trim();
	if (!/^[[{]/.test(trimmed)) return parseForm(trimmed);
	return JSON.parse(trimmed, (key, value: unknown) => (UNSAFE_KEYS.has(key) ? undefined : value));
}

/** Fields of a multipart body: n8n reads it itself and keeps no raw bytes, so nothing can be verified. */
function multipartFields(
	context: IWebhookFunctions,
	headers: Readonly<Record<string, string>>,
): IDataObject | undefined {
	if (!/^multipart\/form-data/i.test(headers['content-type'] ?? '')) return undefined;
	const { data } = context.getBodyData();
	if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
	const safe = Object.entries(data).filter(([key]) => !UNSAFE_KEYS.has(key));
	return safe.length > 0 ? (Object.fromEntries(safe) as IDataObject) : undefined;
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
	if (rawBody.length === 0 && options.acceptQuery) {
		const [, search = ''] = (request.originalUrl ?? request.url ?? '').split('?');
		const query = strings(request.query);
		const body: IDataObject = search === '' ? { ...query } : parseForm(search);
		return { delivery: { rawBody, body, headers: strings(request.headers), query } };
	}
	const { maxMegabytes = 1, listKey } = options;
	const isJson = /^\s*[[{]/.test(rawBody.toString('latin1', 0, 100));
	const most = isJson ? maxMegabytes : 1;
	if (rawBody.length > most * MEGABYTE) return { problem: `The body is larger than ${most} MB` };

	const headers = strings(request.headers);
	const query = strings(request.query);
	if (rawBody.length === 0) {
		const fields = multipartFields(context, headers);
		if (fields === undefined) return { problem: 'The body is empty' };
		return { delivery: { rawBody, body: fields, headers, query } };
	}
	let body: unknown;
	try {
		body = parseBody(decodeText({ bytes: rawBody, headers }));
	} catch {
		return { problem: 'The body is neither JSON nor form fields' };
	}
	if (listKey !== undefined && Array.isArray(body)) body = { [listKey]: body };
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return { problem: 'The body must be one JSON object or form fields' };
	}
	return { delivery: { rawBody, body: body as IDataObject, headers, query } };
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
