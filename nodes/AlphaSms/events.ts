import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import type { Delivery } from '../shared/webhook/delivery';
import { safeEqual } from '../shared/webhook/delivery';
import { deliveryState, normalizeStatus } from './statuses';

export type EventKind = 'status' | 'viberReply' | 'callResult' | 'other';

const has = (body: IDataObject, key: string) => body[key] !== undefined && body[key] !== null;

/**
 * What a callback is, decided by its shape alone and before anything is verified. Whatever names
 * a gateway message id is a status and needs a signature, so adding keys of the unsigned kinds to
 * a status does not make it one of them (alphasms.md §6).
 */
export function eventKind(body: IDataObject): EventKind {
	if (has(body, 'msg_id')) return 'status';
	if (body.action === 'viber/2way') return 'viberReply';
	if (has(body, 'duration') || has(body, 'dtmf')) return 'callResult';
	if (has(body, 'id') && has(body, 'status')) return has(body, 'phone') ? 'callResult' : 'status';
	return 'other';
}

/** `X-Signature` of a body: SHA-256 over the raw bytes followed by the API key (§6.1). */
export function signatureOf(rawBody: Uint8Array, apiKey: string): string {
	return createHash('sha256').update(rawBody).update(apiKey).digest('hex');
}

export interface Trust {
	readonly apiKey: string;
	/** Whether the caller has shown a secret of ours by the URL that it called. */
	readonly knowsSecret: boolean;
	/** Accept a status without a signature too, from those who know the secret. */
	readonly signatureOptional?: boolean;
}

function signatureIn({ headers }: Delivery): string {
	return headers['x-signature']?.trim().toLowerCase() ?? '';
}

export function isSigned(delivery: Delivery): boolean {
	return signatureIn(delivery) !== '';
}

/**
 * Whether a callback may be believed: a signature that is present must be right, a status needs
 * one, and what AlphaSMS does not sign needs the secret in the URL.
 *
 * @returns undefined when it may, else the reason for the 401
 */
export function distrust(delivery: Delivery, kind: EventKind, trust: Trust): string | undefined {
	const { rawBody } = delivery;
	const signature = signatureIn(delivery);
	if (signature !== '') {
		// A multipart body comes without its bytes, so its signature cannot be right.
		const right = rawBody.length > 0 && safeEqual(signature, signatureOf(rawBody, trust.apiKey));
		return right ? undefined : 'The signature is wrong';
	}
	if (kind === 'status' && !trust.signatureOptional) return 'The signature is missing';
	if (!trust.knowsSecret) return 'The callback is unsigned and the URL holds no callback secret';
	return undefined;
}

/** A name for a delivery from all that it says. */
function digestOf(body: IDataObject): string {
	return createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32);
}

/**
 * By what a repeated delivery is recognised: message and status, call and result, or the whole
 * reply. Undefined where nothing names it, since two alike may then both be meant.
 */
function deliveryKey(kind: EventKind, body: IDataObject, status: string): string | undefined {
	const id = asText(body.id);
	switch (kind) {
		case 'status':
			// A recipient may reply more than once.
			return [
				`status:${id}:${asText(body.msg_id)}:${asText(body.type)}:${status}`,
				...(status === 'REPLIED' ? [asText(body.datetime)] : []),
			].join(':');
		case 'callResult':
			return id === '' ? undefined : `call:${id}:${status}:${asText(body.dtmf)}`;
		case 'viberReply':
			return asText(body.datetime) === '' ? undefined : `reply:${digestOf(body)}`;
		case 'other':
			return undefined;
	}
}

/** The output of an event: what came, what it means, and a key to tell repeats by. */
export function readEvent(kind: EventKind, callback: IDataObject): IDataObject {
	// The body may not say by itself which event it is, nor which delivery it repeats.
	const { event: _, deliveryKey: __, ...body } = callback;
	const key = deliveryKey(kind, body, normalizeStatus(body.status));
	const named = key === undefined ? {} : { deliveryKey: key };
	if (kind === 'viberReply' || kind === 'other') return { event: kind, ...body, ...named };
	const { state, isFinal } = deliveryState(body.status);
	return { event: kind, ...body, state, isFinal: isFinal || kind === 'callResult', ...named };
}
