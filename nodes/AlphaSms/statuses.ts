import { asText } from '../shared/http/redact';

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'unknown';

/** Statuses of messages and callbacks with the group each belongs to (alphasms.md §5). */
const STATES: Readonly<Record<string, DeliveryState>> = {
	ACCEPTED: 'pending',
	QUEUED: 'pending',
	ROUTING: 'pending',
	DELIVERED: 'delivered',
	READ: 'delivered',
	REPLIED: 'delivered',
	ANSWERED: 'delivered',
	'PARTIALLY DELIVERED': 'failed',
	DELETED: 'failed',
	EXPIRED: 'failed',
	FILTERED: 'failed',
	'INVALID DESTINATION ADDRESS': 'failed',
	'INVALID SOURCE ADDRESS': 'failed',
	'NO ROUTE': 'failed',
	REJECTED: 'failed',
	'SIM FULL': 'failed',
	UNDELIVERABLE: 'failed',
	UNKNOWN: 'unknown',
};

/** Statuses that a message can have, for filters; ANSWERED belongs to calls. */
export const MESSAGE_STATUSES = Object.keys(STATES).filter((status) => status !== 'ANSWERED');

/** Upper case with blanks, as the reference prints them; some systems write underscores. */
export function normalizeStatus(status: unknown): string {
	return asText(status).trim().replace(/_/g, ' ').toUpperCase();
}

/**
 * The coarse state of a status, and whether it is the end of the matter. `DELIVERED` is final
 * although `READ` or `REPLIED` may follow it.
 */
export function deliveryState(status: unknown): { state: DeliveryState; isFinal: boolean } {
	const state = STATES[normalizeStatus(status)] ?? 'unknown';
	return { state, isFinal: state === 'delivered' || state === 'failed' };
}
