import { smsSize } from '../../shared/messaging/segments';
import { flag } from '../../shared/operation/field';
import { readHttpApi } from '../api';
import {
	assertSmsText,
	hook,
	lifetime,
	messageId,
	numeric,
	shortLink,
	smsFacts,
	smsMessage,
	smsSignature,
	to,
} from './fields';
import { gatewayOperation, sendResult } from './gateway';
import { httpRequest } from './httpApi';

export const sendSms = gatewayOperation({
	resource: 'message',
	name: 'sendSms',
	displayName: 'Send SMS',
	action: 'Send an SMS',
	description: 'Send a text message to a mobile phone',
	safety: 'spends',
	fields: {
		phone: to,
		smsSignature,
		smsMessage,
		id: messageId,
		smsLifetime: lifetime('SMS', 3600, 259200),
		shortLink,
		unsubscribeLink: flag({
			displayName: 'Add Unsubscribe Link',
			additional: true,
			description:
				'Whether to add a link by which the recipient unsubscribes. Found on newer AlphaSMS documentation only.',
		}),
		hook,
	},
	prepare: ({ smsMessage: message }) => assertSmsText(message, 'Message'),
	facts: ({ smsMessage: message }) => smsFacts(message),
	quote: ({ phone, smsMessage: message }) => ({
		request: httpRequest('price', { to: phone }, 'read'),
		read: (reply) => {
			const { price, currency } = readHttpApi(reply, ['price', 'currency']);
			const total = Number(price) * smsSize(message).segments;
			return { pricePerSegment: Number(price), price: Number(total.toFixed(4)), currency };
		},
	}),
	item: (params) => ({
		type: 'sms',
		id: params.id,
		phone: numeric(params.phone),
		sms_signature: params.smsSignature,
		sms_message: params.smsMessage,
		sms_lifetime: params.smsLifetime,
		short_link: params.shortLink,
		unsubscribe_link: params.unsubscribeLink,
		hook: params.hook,
	}),
	simplify: sendResult,
});
