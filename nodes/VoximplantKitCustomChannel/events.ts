import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import { safeEqual } from '../shared/webhook/delivery';
import type { CallbackKeys } from './connection';

export type EventKind = 'message' | 'conversationClosed' | 'other';

const KINDS: ReadonlyMap<unknown, EventKind> = new Map([
	['send_message', 'message'],
	['close_conversation', 'conversationClosed'],
]);

/** What a callback is. Types that Kit may add later are `other` and never an error (§8.3). */
export function eventKind(body: IDataObject): EventKind {
	return KINDS.get(body.event_type) ?? 'other';
}

/** Signature of an event: MD5 of salt, token and event ID with colons between them (§6.2). */
export function signatureOf({ salt, token }: CallbackKeys, eventId: string): string {
	return createHash('md5').update(`${salt}:${token}:${eventId}`).digest('hex');
}

/**
 * Whether an event may be believed. The header holds the bare signature; a scheme word before it and
 * capital letters do no harm (§6.2).
 *
 * @returns undefined when it may, else the reason for the 401
 */
export function distrust(
	authorization: string | undefined,
	body: IDataObject,
	keys: CallbackKeys,
): string | undefined {
	const given = (authorization ?? '').trim().replace(/^[A-Za-z]\w*\s+/, '');
	if (given === '') return 'The signature is missing';
	const eventId = asText(body.event_id ?? '');
	if (eventId === '') return 'The event has no event_id, so nothing can be verified';
	const isRight = safeEqual(given.toLowerCase(), signatureOf(keys, eventId));
	return isRight ? undefined : 'The signature is wrong; compare security salt and API token';
}

function record(value: unknown): IDataObject {
	return isRecord(value) ? (value as IDataObject) : {};
}

const CLOSED_BY: ReadonlyMap<unknown, 'agent' | 'bot'> = new Map([
	['CLOSED_BY_AGENT', 'agent'],
	['CLOSED_BY_BOT', 'bot'],
]);

/**
 * Who wrote: by `sender_type`, and by `is_bot` where that is missing (§6.3). Who closed: by the reason
 * alone, since only an agent is named as sender there (§6.4).
 */
export function authorOf(body: IDataObject): 'agent' | 'bot' | 'unknown' {
	const data = record(body.event_data);
	if (eventKind(body) === 'conversationClosed') {
		return CLOSED_BY.get(data.close_reason) ?? 'unknown';
	}
	const sender = record(data.sender_data);
	const type = asText(sender.sender_type ?? '').toLowerCase();
	if (type !== '') return type === 'agent' ? 'agent' : 'bot';
	if (typeof sender.is_bot !== 'boolean') return 'unknown';
	return sender.is_bot ? 'bot' : 'agent';
}

export function closeReasonOf(body: IDataObject): string {
	return asText(record(body.event_data).close_reason ?? '');
}

/** The entries of `payload`: files, locations and contacts. */
export function payloadOf(body: IDataObject): IDataObject[] {
	const { payload } = record(record(body.event_data).message);
	return Array.isArray(payload) ? payload.map(record) : [];
}

/** The same body with other entries in `payload`. */
export function withPayload(body: IDataObject, payload: IDataObject[]): IDataObject {
	const data = record(body.event_data);
	return {
		...body,
		event_data: { ...data, message: { ...record(data.message), payload } },
	};
}

/** All that the nested objects say, side by side; what names the event comes last and wins. */
function flat(body: IDataObject): IDataObject {
	const { client_data: client, event_data: data, ...top } = body;
	const { sender_data: sender, message, ...rest } = record(data);
	const names = { ...record(client), ...top };
	return { ...names, ...record(message), ...rest, ...record(sender), ...names };
}

/** The output of an event: what came, what it means, and a key to tell repeats by. */
export function readEvent(body: IDataObject, simplify: boolean): IDataObject {
	const kind = eventKind(body);
	const eventId = asText(body.event_id ?? '');
	// The body may not say by itself which event it is, nor which delivery it repeats.
	const { event: _, from: __, deliveryKey: ___, ...content } = simplify ? flat(body) : body;
	// What one branches on comes first: the editor lists the fields in this order.
	return {
		event: kind,
		...(kind !== 'other' && { from: authorOf(body) }),
		...content,
		...(eventId !== '' && { deliveryKey: eventId }),
	};
}
