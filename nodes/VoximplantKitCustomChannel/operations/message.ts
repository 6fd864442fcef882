import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { json, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { CHANNEL_PATH } from '../api';
import { automaticUuid, messageEvent, warningsOf } from '../message';
import { attachments } from './attachments';
import { clientFields } from './client';
import { channelUuid, eventId, eventOutcome, RECHECK } from './fields';

export const sendMessage = defineOperation({
	resource: 'message',
	name: 'send',
	displayName: 'Send',
	action: 'Send a message of a customer',
	description:
		'Bring what a customer wrote into Voximplant Kit: text, files, a location or a contact',
	safety: 'spends',
	recheck: RECHECK,
	ownId: 'eventId',
	// The answer alone holds none of the IDs, by which a person finds the event again.
	isPlain: true,
	fields: {
		clientId: text({
			displayName: 'Client ID',
			required: true,
			placeholder: 'e.g. 107804195',
			description:
				"The customer's ID in your chat. It names the conversation: answers come back with it. Up to 100 letters, digits and $-_.+!*'(),:@= are safe.",
		}),
		text: text({
			displayName: 'Text',
			rows: 4,
			placeholder: 'e.g. Good morning, where is my order?',
			description:
				'What the customer wrote, as plain text: HTML tags would be shown as they are. May be empty when there is an attachment.',
		}),
		payload: attachments,
		messageId: text({
			displayName: 'Message ID',
			additional: true,
			placeholder: 'e.g. ext-1001',
			description:
				"The message's own ID in your chat. Made automatically when left empty, and then the same when n8n runs the node again.",
		}),
		eventId,
		channelUuid,
		...clientFields,
		extraFields: json({
			displayName: 'Extra Fields',
			onlyObject: true,
			additional: true,
			description:
				'JSON object merged into the event, for fields that this node does not know, e.g. { "client_data": { "client_tag": "vip" } }. Fields of this form win over it.',
		}),
	},
	prepare(params, place) {
		if (params.text === undefined && params.payload.length === 0) {
			throw new ParameterError(
				'"Text" and "Attachments" are both empty',
				'A message needs a text or at least one attachment.',
			);
		}
		const content = JSON.stringify(params);
		return {
			...params,
			messageId: params.messageId ?? automaticUuid(`message ${place} ${content}`),
			eventId: params.eventId ?? automaticUuid(`event ${place} ${content}`),
		};
	},
	identify: (params): IDataObject => ({
		event_id: params.eventId,
		message_id: params.messageId,
		client_id: params.clientId,
		...(params.channelUuid !== undefined && { channel_uuid: params.channelUuid }),
	}),
	// A conversation must not be read in another order than it was written.
	lane: ({ clientId, channelUuid: channel = '' }) => `${channel} ${clientId}`,
	facts: (params) => warningsOf(params),
	request([call]) {
		if (call === undefined) throw new ParameterError('There is no item');
		return {
			method: 'POST',
			path: CHANNEL_PATH,
			scope: call.params.channelUuid,
			body: { kind: 'json', value: messageEvent(call.params) },
			safety: 'spends',
		};
	},
	read: eventOutcome,
});
