import type { IDataObject } from 'n8n-workflow';

import { choice, flag, text } from '../../shared/operation/field';
import type { Reference } from '../api';
import { deliveryState } from '../statuses';
import { numeric } from './fields';
import { gatewayOperation } from './gateway';

const identifyBy = {
	identifyBy: choice({
		displayName: 'Find Message By',
		default: 'id',
		options: [
			{ name: 'Gateway ID (Experimental)', value: 'msgId' },
			{ name: 'Message ID', value: 'id' },
		],
		description:
			'AlphaSMS documents the status by your message ID only; by its own gateway ID ("msg_id") works for at least one customer',
	}),
	id: text({
		displayName: 'Message ID',
		required: true,
		show: { identifyBy: ['id'] },
		placeholder: 'e.g. 100500',
		description: 'The ID in the output of the sending operation',
	}),
	msgId: text({
		displayName: 'Gateway ID',
		required: true,
		show: { identifyBy: ['msgId'] },
		pattern: { test: /^\d+$/, message: 'needs digits only' },
		placeholder: 'e.g. 123456789',
		description: 'The "msg_id" in the output of the sending operation',
	}),
};

interface StatusParams {
	identifyBy?: string;
	id?: unknown;
	msgId?: string;
}

function wanted({ id, msgId }: StatusParams): Record<string, unknown> {
	return {
		type: 'status',
		id: id === undefined ? undefined : numeric(String(id)),
		msg_id: msgId === undefined ? undefined : numeric(msgId),
	};
}

function reference({ id, msgId }: StatusParams): Reference {
	return id === undefined ? ['msg_id', msgId] : ['id', id];
}

function identify({ id, msgId }: StatusParams): IDataObject {
	return id === undefined ? { msg_id: numeric(msgId ?? '') } : { id: numeric(String(id)) };
}

/** The raw status stays; `state` and `isFinal` are what workflows branch on. */
export function withState(data: IDataObject): IDataObject {
	return { ...data, ...deliveryState(data.status) };
}

export const getStatus = gatewayOperation({
	resource: 'message',
	name: 'getStatus',
	displayName: 'Get Status',
	action: 'Get the delivery status of a message',
	description: 'Ask what became of a message, with state pending, delivered, failed or unknown',
	safety: 'read',
	fields: identifyBy,
	item: wanted,
	reference,
	identify,
	simplify: withState,
});

function replyRows(data: IDataObject): IDataObject[] {
	const replies = Array.isArray(data.replies) ? (data.replies as IDataObject[]) : [];
	return replies.map((reply) => ({ id: data.id, ...reply }));
}

export const getViberReplies = gatewayOperation({
	resource: 'message',
	name: 'getViberReplies',
	displayName: 'Get Viber Replies',
	action: 'Get the replies to a viber message',
	description: 'Get what the recipient answered to a two-way Viber message',
	safety: 'read',
	fields: {
		...identifyBy,
		splitReplies: flag({
			displayName: 'One Item per Reply',
			default: true,
			description:
				'Whether to return each reply as an item of its own. A message without replies then returns nothing.',
		}),
	},
	item: wanted,
	reference,
	identify,
	simplify: (data, { splitReplies }) =>
		splitReplies ? replyRows(data) : { ...withState(data), replies: data.replies ?? [] },
});
