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

interface RawRequest {
	rawBody?: Buffer;
	readRawBody?: () => Promise<void>;
}

const MAX_CALLBACK_BYTES = 1024 * 1024;
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function strings(record: object): Record<string, string> {
	return Object.fromEntries(
		Object.entries(record).flatMap(([key, value]) =>
			typeof value === 'string' ? [[key.toLowerCase(), value]] : [],
		),
	);
}

function parseBody(source: string): unknown {
	const trimmed = source.trim();
	if (!/^[[{]/.test(trimmed)) {
		const fields = [...new URLSearchParams(trimmed)];
		return Object.fromEntries(fields.filter(([key]) => !UNSAFE_KEYS.has(key)));
	}
	return JSON.parse(trimmed, (key, value: unknown) => (UNSAFE_KEYS.has(key) ? undefined : value));
}

/**
 * Reads a callback from its raw bytes, whatever content type it names: JSON or form fields.
 *
 * @returns the delivery, or a reason fit for a 400 answer
 */
export async function readDelivery(context: IWebhookFunctions): Promise<DeliveryResult> {
	const request = context.getRequestObject();
	const raw: RawRequest = request;
	if (raw.rawBody === undefined) await raw.readRawBody?.();
	const rawBody = raw.rawBody ?? Buffer.alloc(0);
	if (rawBody.length === 0) return { problem: 'The body is empty' };
	if (rawBody.length > MAX_CALLBACK_BYTES) return { problem: 'The body is larger than 1 MB' };

	const headers = strings(request.headers);
	let body: unknown;
	try {
		body = parseBody(decodeText({ bytes: rawBody, headers }));
	} catch {
		return { problem: 'The body is neither JSON nor form fields' };
	}
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return { problem: 'The body must be one JSON object or form fields' };
	}
	const query = strings(request.query);
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
