import type { IDataObject } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import { isRecord } from './api';
import { callRow, callState, typedDigits } from './calls';
import { listOf, tidyRecord, withNumbers } from './values';

export type EventKind = 'callFinished' | 'smsDelivery' | 'other';

const has = (body: IDataObject, key: string) => asText(body[key] ?? '') !== '';

/** What a callback is, by its fields (velip.md §14.3, §14.4). */
export function eventKind(body: IDataObject): EventKind {
	if (asText(body.command ?? '').toLowerCase() === 'sms') return 'smsDelivery';
	if (has(body, 'cdls_id') && has(body, 'delivstatus')) return 'smsDelivery';
	if (has(body, 'cd_called_status') || has(body, 'cd_status')) return 'callFinished';
	return 'other';
}

const NUMBERS = ['cd_time_sec', 'cd_time_sec2', 'cd_price', 'cd_value', 'saldo', 'dur', 'cdr_sec'];

export type SmsState = 'delivered' | 'failed' | 'pending' | 'unknown';

const SMS_STATES: Readonly<Record<string, SmsState>> = {
	DELIVRD: 'delivered',
	UNDELIV: 'failed',
	REJECTD: 'failed',
	EXPIRED: 'failed',
	DELETED: 'failed',
	ACCEPTD: 'pending',
};

export function smsState(status: unknown): SmsState {
	return (
		SMS_STATES[
			asText(status ?? '')
				.trim()
				.toUpperCase()
		] ?? 'unknown'
	);
}

/** What tells a repeat; without an ID different events would look like repeats of each other. */
function deliveryKey(kind: string, ids: unknown[], ...results: unknown[]): IDataObject {
	const [names, rest] = [ids, results].map((parts) =>
		parts.map((part) => asText(part ?? '').trim()),
	);
	const name = names?.find((text) => text !== '' && text !== '0');
	return name === undefined ? {} : { deliveryKey: [kind, name, ...(rest ?? [])].join(':') };
}

/** The output of one event: what came, what it means, and a key to tell repeats by (§14.5). */
export function readEvent(callback: IDataObject): IDataObject {
	// The body may not say by itself which event it is, nor which delivery it repeats.
	const { event: _, deliveryKey: __, state: ___, digits: ____, ...body } = tidyRecord(callback);
	const kind = eventKind(body);
	if (kind === 'other') return { event: kind, ...body };
	if (kind === 'smsDelivery') {
		return {
			event: kind,
			state: smsState(body.delivstatus),
			...body,
			...deliveryKey('sms', [body.cdls_id], body.delivstatus),
		};
	}
	const status = body.cd_called_status ?? body.cd_status;
	const seconds = body.cd_time_sec ?? body.dur;
	// What one branches on comes first: the editor lists the fields in this order.
	return {
		event: kind,
		state: callState(status),
		digits: typedDigits(body),
		...withNumbers(body, NUMBERS),
		...(body.dest === undefined && body.cd_dest !== undefined && { dest: body.cd_dest }),
		...deliveryKey('call', [body.cd_id, body.ctid], status, seconds),
	};
}

/**
 * How callbacks are read: GET and POST, and re-pushes of up to 5,000 calls, whose form is not
 * documented (velip.md §7.2, `rurl`; §16, question 1).
 */
export const CALLBACKS = {
	acceptQuery: true,
	maxMegabytes: 16,
	listKey: 'calls',
	maxListed: 20_000,
} as const;

/** The events of a callback: a re-push as JSON may hold many calls. */
export function readEvents(body: IDataObject): IDataObject[] {
	if (!Array.isArray(body.calls) && !isRecord(body.calls)) return [readEvent(body)];
	return listOf(body, 'calls').map((row) => readEvent(callRow(row)));
}
