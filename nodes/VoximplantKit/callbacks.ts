import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import { safeEqual } from '../shared/webhook/delivery';
import { callRow, tidyRow } from './values';

/** Every event that Kit reports (voximplant-kit.md §6.3). */
export const EVENTS = {
	call_assigned_to_agent: ['Call Assigned to Agent', 'An agent has answered'],
	call_finalized: ['Call Finalized', 'The work after a call is over; may come before New Call'],
	caller_id_changed: ['Caller ID Changed', 'A caller ID was activated or deactivated'],
	finished_call: ['Call Finished', 'A call is over'],
	new_calls: ['New Call', 'A call attempt is in the history, with its result'],
	numbers_changed: ['Phone Numbers Changed', 'A number was bought, frozen or verified'],
	profile_email_updated: ['Profile Email Updated', 'The email address of the account has changed'],
	scenario_created: ['Scenario Created', 'A scenario was made'],
	scenario_deleted: ['Scenario Deleted', 'A scenario was removed'],
	scenario_updated: ['Scenario Updated', 'A scenario was published or renamed'],
	wrap_up_code_set: ['Wrap-Up Code Set', 'An agent has set a wrap-up code'],
	chat_assigned_to_agent: ['Chat Assigned to Agent', 'An agent has taken a chat'],
	chat_closed: ['Chat Closed', 'A chat has ended'],
	chat_started: ['Chat Started', 'A customer has begun a chat'],
	chat_transfer: ['Chat Transferred', 'A chat was handed on'],
	chat_unassigned: ['Chat Unassigned', 'A chat has lost its agent'],
} as const satisfies Record<string, readonly [string, string]>;

export function isKnownEvent(type: string): boolean {
	return Object.hasOwn(EVENTS, type);
}

/** The event types that hold the record of a call. */
const CALL_EVENTS: readonly string[] = ['new_calls', 'finished_call', 'call_finalized'];

export function isCallEvent(type: string): boolean {
	return CALL_EVENTS.includes(type);
}

/** One entry of `callbacks` in a delivery. */
export interface Callback {
	readonly type: string;
	readonly hash: string;
	/** What stands under the key that is equal to `type`. */
	readonly content: unknown;
}

/**
 * The callbacks of a delivery (voximplant-kit.md §6.2).
 *
 * @returns undefined for a body of another shape
 */
export function readCallbacks(body: Readonly<Record<string, unknown>>): Callback[] | undefined {
	const { callbacks } = body;
	const entries: unknown[] = Array.isArray(callbacks) ? callbacks : [callbacks];
	if (entries.length === 0) return undefined;
	const read = entries.flatMap((entry): Callback[] => {
		if (!isRecord(entry) || typeof entry.type !== 'string' || entry.type === '') return [];
		const { type, hash, ...rest } = entry;
		const content = Object.hasOwn(rest, type) ? rest[type] : rest;
		return [{ type, hash: asText(hash ?? ''), content }];
	});
	return read.length === entries.length ? read : undefined;
}

/** `md5(salt + domain + type)`, lower-case hexadecimal (voximplant-kit.md §6.2). */
export function callbackHash(salt: string, domain: string, type: string): string {
	return createHash('md5').update(`${salt}${domain}${type}`).digest('hex');
}

/** Whether every callback of a delivery carries the right hash. The case of letters is not documented. */
export function areGenuine(
	callbacks: readonly Callback[],
	{ salt, domain }: { salt: string; domain: string },
): boolean {
	return callbacks.every(({ type, hash }) =>
		safeEqual(hash.toLowerCase(), callbackHash(salt, domain, type)),
	);
}

/** Some events stand in an object of their own name once more, and nobody knows which (§6.2). */
function unwrapped(type: string, content: unknown): unknown {
	return isRecord(content) && Object.hasOwn(content, type) ? content[type] : content;
}

/** The record of a call, or the list of them, in wrappers of whatever name; their only content. */
function unwrappedCall(content: unknown): unknown {
	if (!isRecord(content)) return content;
	if (Array.isArray(content.calls)) return content.calls;
	const [inner, ...others] = Object.values(content);
	const isWrapper = others.length === 0 && typeof inner === 'object' && inner !== null;
	return isWrapper ? unwrappedCall(inner) : content;
}

function recordsOf(type: string, content: unknown): unknown[] {
	const own = unwrapped(type, content);
	const inner = isCallEvent(type) ? unwrappedCall(own) : own;
	return Array.isArray(inner) ? inner : [inner];
}

/** What tells a repeated delivery from a new event; undefined where two events may look the same. */
function identityOf(type: string, row: IDataObject): unknown[] | undefined {
	if (isCallEvent(type)) return [row.id ?? row.session_id, row.attempt_num];
	if (type === 'wrap_up_code_set') return [row.call_id];
	if (type === 'chat_started' || type === 'chat_closed') {
		return [row.conversation_uuid, row.incoming_request_id];
	}
	return undefined;
}

function deliveryKey(type: string, row: IDataObject): string | undefined {
	const identity = identityOf(type, row);
	if (identity === undefined || identity[0] === undefined || identity[0] === null) return undefined;
	// A record that has changed since, e.g. by a wrap-up code, is news.
	const content = createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 16);
	const parts = identity.map((part) => asText(part ?? ''));
	return [type, ...parts, content].join(':');
}

/**
 * The events of one callback as output: `event`, the keys to join on, then the provider's fields.
 * Calls carry `successful` and `reason`. One event for each call.
 *
 * @param simplify false leaves the provider's values as they are, under `data`
 */
export function readEvents({ type, content }: Callback, simplify = true): IDataObject[] {
	return recordsOf(type, content).map((record) => {
		const raw = isRecord(record) ? (record as IDataObject) : {};
		const key = deliveryKey(type, raw);
		const shape = isCallEvent(type) ? callRow : tidyRow;
		// The hash covers the type alone, so the content may not say which event it is or repeats.
		const { event: _, deliveryKey: __, ...simplified } = shape(record);
		const fields = simplify
			? simplified
			: { session_id: raw.session_id, data: record as IDataObject };
		return { event: type, ...fields, ...(key !== undefined && { deliveryKey: key }) };
	});
}
