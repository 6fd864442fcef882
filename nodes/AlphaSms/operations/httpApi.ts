import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import type { ApiRequest, Safety, Scalar } from '../../shared/http/request';
import { dateTime, flag, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { readHttpApi, refusal } from '../api';
import { assertSmsText, numeric, smsFacts, smsMessage, smsSignature, to } from './fields';

/** A command of the HTTP API (alphasms.md appendix A). Always POST, so that no URL holds the key. */
export function httpRequest(
	command: string,
	fields: Record<string, Scalar | undefined>,
	safety: Safety,
): ApiRequest {
	return {
		method: 'POST',
		path: '/api/http.php',
		body: { kind: 'form', fields: { version: 'http', command, ...fields } },
		safety,
	};
}

function numbers(values: Record<string, string>): IDataObject {
	return Object.fromEntries(
		Object.entries(values).map(([key, value]) => [
			key,
			/^-?\d+(\.\d+)?$/.test(value) && Number.isSafeInteger(Math.trunc(Number(value)))
				? Number(value)
				: value,
		]),
	);
}

const ONE_MINUTE = 60_000;

export const scheduleSms = defineOperation({
	resource: 'message',
	name: 'scheduleSms',
	displayName: 'Schedule SMS',
	action: 'Schedule an SMS',
	description: 'Have an SMS sent at a later time',
	safety: 'spends',
	recheck: 'look under scheduled messages in the AlphaSMS cabinet',
	fields: {
		phone: to,
		smsSignature,
		smsMessage,
		askDate: dateTime({
			displayName: 'Send At',
			required: true,
			description:
				'When the SMS goes out. A time without a zone is in the time zone of the workflow.',
		}),
		flash: flag({
			displayName: 'Flash SMS',
			additional: true,
			description: 'Whether to show the text at once on the screen instead of storing it',
		}),
	},
	prepare(params) {
		assertSmsText(params.smsMessage, 'Message');
		if (Date.parse(params.askDate) > Date.now() + ONE_MINUTE) return params;
		throw new ParameterError(
			`"Send At" must be at least a minute ahead, this is ${params.askDate}`,
			'Use Send SMS to send at once.',
		);
	},
	identify: ({ phone }) => ({ phone }),
	facts: ({ smsMessage: message, askDate }) => ({ ...smsFacts(message), sendAt: askDate }),
	request: ([call]) => {
		const { params } = call ?? {};
		return httpRequest(
			'send',
			{
				from: params?.smsSignature,
				to: params?.phone,
				message: params?.smsMessage,
				// The documented form has no colon in the offset: 2024-08-15T15:52:01+0200.
				ask_date: params?.askDate.replace(/:(\d\d)$/, '$1'),
				flash: params?.flash ? 1 : undefined,
			},
			'spends',
		);
	},
	read(reply) {
		const values = readHttpApi(reply, ['id', 'sms_count']);
		const { id, sms_count: parts } = numbers(values);
		return [{ raw: values, data: { msg_id: id, parts } }];
	},
});

export const cancelScheduled = defineOperation({
	resource: 'message',
	name: 'cancelScheduled',
	displayName: 'Cancel Scheduled SMS',
	action: 'Cancel a scheduled SMS',
	description: 'Delete a scheduled SMS that has not gone out yet',
	safety: 'idempotent',
	fields: {
		msgId: text({
			displayName: 'Gateway ID',
			required: true,
			placeholder: 'e.g. 84523377',
			pattern: { test: /^\d+$/, message: 'needs digits only' },
			description: 'The "msg_id" in the output of Schedule SMS',
		}),
	},
	request: ([call]) => httpRequest('delete', { id: call?.params.msgId }, 'idempotent'),
	read(reply, [call]) {
		const values = readHttpApi(reply, ['status', 'code']);
		const { status = '', code } = values;
		if (code !== '10' && !/^deleted$/i.test(status)) {
			return [{ error: refusal(`the SMS was not deleted, its status is ${status}`) }];
		}
		const data = { msg_id: numeric(call?.params.msgId ?? ''), deleted: true, status };
		return [{ raw: values, data }];
	},
});

export const getPrice = defineOperation({
	resource: 'message',
	name: 'getPrice',
	displayName: 'Get SMS Price',
	action: 'Get the price of an SMS',
	description: 'Ask what one SMS part to a number costs',
	safety: 'read',
	fields: { phone: to },
	identify: ({ phone }) => ({ phone }),
	request: ([call]) => httpRequest('price', { to: call?.params.phone }, 'read'),
	read(reply) {
		const values = readHttpApi(reply, ['price', 'currency']);
		return [{ raw: values, data: numbers(values) }];
	},
});
