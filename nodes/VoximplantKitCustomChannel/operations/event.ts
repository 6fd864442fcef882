import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import { json } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { CHANNEL_PATH } from '../api';
import { automaticUuid } from '../message';
import { channelUuid, eventId, eventOutcome, RECHECK } from './fields';

function inner(value: unknown, ...keys: string[]): unknown {
	return keys.reduce((at: unknown, key) => (isRecord(at) ? at[key] : undefined), value);
}

const EXAMPLE = `{
  "event_type": "send_message",
  "client_data": { "client_id": "107804195" },
  "event_data": { "message": { "message_id": "ext-1001", "text": "Hello" } }
}`;

/** Reaches event types and fields that are newer than this node (§8, questions 1 and 2). */
export const sendRaw = defineOperation({
	resource: 'event',
	name: 'sendRaw',
	displayName: 'Send Raw',
	action: 'Send an event of your own making',
	description: 'Send any event into the channel as JSON; for what Message: Send has no field for',
	safety: 'spends',
	recheck: RECHECK,
	ownId: 'eventId',
	// The answer alone holds none of the IDs, by which a person finds the event again.
	isPlain: true,
	fields: {
		event: json({
			displayName: 'Event',
			onlyObject: true,
			required: true,
			default: EXAMPLE,
			description:
				'JSON object with the whole event, sent as it is. An "event_id" is added where there is none.',
		}),
		eventId,
		channelUuid,
	},
	prepare(params, place) {
		const { event } = params;
		const given = asText(inner(event, 'event_id') ?? '').trim();
		const made = () => automaticUuid(`event ${place} ${JSON.stringify(event)}`);
		const id = params.eventId ?? (given === '' ? made() : given);
		return { ...params, eventId: id, event: { ...event, event_id: id } };
	},
	identify({ event, eventId: id, channelUuid: channel }): IDataObject {
		const messageId = asText(inner(event, 'event_data', 'message', 'message_id') ?? '');
		const clientId = asText(inner(event, 'client_data', 'client_id') ?? '');
		return {
			event_id: id,
			...(messageId !== '' && { message_id: messageId }),
			...(clientId !== '' && { client_id: clientId }),
			...(channel !== undefined && { channel_uuid: channel }),
		};
	},
	lane: ({ event, channelUuid: channel = '' }) =>
		`${channel} ${asText(inner(event, 'client_data', 'client_id') ?? '')}`,
	request: ([call]) => ({
		method: 'POST',
		path: CHANNEL_PATH,
		scope: call?.params.channelUuid,
		body: { kind: 'json', value: call?.params.event },
		safety: 'spends',
	}),
	read: eventOutcome,
});
