import type { IDataObject } from 'n8n-workflow';

import type { Reply } from '../../shared/http/request';
import { CallError } from '../../shared/http/errors';
import { text } from '../../shared/operation/field';
import type { Outcome } from '../../shared/operation/operation';
import { NAME, readEnvelope } from '../api';
import { CHANNEL_UUID } from '../connection';

export const channelUuid = text({
	displayName: 'Channel UUID',
	additional: true,
	placeholder: 'e.g. 11111111-2222-4333-8444-555555555555',
	pattern: { test: CHANNEL_UUID, message: 'is the UUID of a channel, without the host' },
	description:
		'Another custom channel of the same account and with the same API token. That of the credential when left empty.',
});

export const eventId = text({
	displayName: 'Event ID',
	additional: true,
	placeholder: 'e.g. 9f6f0c1e-2a52-4f0e-8a8e-0a6f0c9d6a11',
	description:
		'Your own unique ID of this event. Made automatically when left empty, and then the same when n8n runs the node again.',
});

export const RECHECK = 'look for it in the conversation in Voximplant Kit';

/** Path of the answer without the host: the channel's UUID. */
function channelOf(source: string): string {
	return decodeURIComponent(source.split('/').at(-1) ?? '');
}

/**
 * An accepted event: `result` is a flag and no object, so no ID of Kit comes back (§4.3). What else
 * Kit may say one day is passed on (§8, question 1).
 */
export function eventOutcome(reply: Reply): Outcome[] {
	const raw = readEnvelope(reply) as IDataObject;
	if (raw.result === false) {
		const message = `${NAME} answered with success, but with the result false`;
		throw new CallError(message, { outcome: 'unknown' });
	}
	return [{ raw, data: { channel_uuid: channelOf(reply.source), ...raw } }];
}
