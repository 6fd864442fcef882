/** Good parameters of the operations beside scenarios, calls and dialer 2.0. */
import type { IDataObject } from 'n8n-workflow';

import { binary } from './engine';
import { assigned, at, one, type Case } from './kitCase';

/** IDs of further things that exist at the simulator. */
export interface MoreWorld {
	callback: number;
	conversation: string;
	media: number;
}

type First = (
	name: string,
	parameters: IDataObject,
	options?: Case['options'],
) => Promise<IDataObject>;

const CALLBACK = {
	name: 'CRM',
	url: 'https://crm.example.com/kit',
	salt: 's3cr3t',
	callbacks: ['new_calls'],
};

/** The shortest MP3 that says so: an ID3 tag and the beginning of a frame. */
export const MP3 = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0, 0xff, 0xfb, 0x90, 0x44]);
const AUDIO = { items: [{ json: {}, binary: binary('data', MP3, 'music.mp3', 'audio/mpeg') }] };
const TEMPLATE = {
	clientId: '15551230051',
	channelId: '31',
	messageTemplateId: at('list', '8'),
	textParamValues: { entry: [{ value: 'Ana' }, { value: 'A-7' }] },
};

export async function populateMore(first: First): Promise<MoreWorld> {
	return {
		callback: Number((await first('callback/create', CALLBACK)).id),
		conversation: String((await first('message/sendTemplate', TEMPLATE)).conversation_uuid),
		media: Number((await first('media/upload', {}, AUDIO)).id),
	};
}

const DAY = { from: '={{ $now.minus({ days: 1 }) }}', to: '={{ $now }}' };

const PEOPLE: readonly Case[] = [
	one('user/getAll', 'v3/user/searchUsers', { additionalFields: { id: [1221] } }),
	one('userGroup/getAll', 'v3/usergroup/searchGroups', { additionalFields: { id: '[190]' } }),
	one('queue/getAll', 'v3/queues/searchQueues', { additionalFields: { withUsers: true } }),
	one('agentStatus/getAll', 'v3/agentStatuses/searchStatuses', { returnAll: true }),
	one('agentStatus/getHistory', 'v3/history/searchStatuses', {
		...DAY,
		additionalFields: { userIds: [1219] },
	}),
	one('metric/getAgentCalls', 'v3/realtimeMetrics/getAgentsMetricsCalls', {
		agentIds: [1219, 1221],
		interval: 'last24h',
	}),
];

const NUMBERS: readonly Case[] = [
	one('phoneNumber/getAll', 'v3/phone/searchNumbers', {
		additionalFields: { canBeUsed: true, phoneCountryCode: 'us', withCampaigns: true },
	}),
	one('phoneNumber/update', 'v3/phone/updateNumber', {
		id: at('list', '610'),
		redirectNumber: '15551230000',
	}),
	one('callerId/getAll', 'v2/callerid/searchCallerIDs', { additionalFields: { onlyActive: true } }),
];

const MESSAGES: readonly Case[] = [
	one('message/sendTemplate', 'v3/botService/sendTemplateMessage', {
		...TEMPLATE,
		header: 'text',
		headerParamValue: 'Order',
		additionalFields: {
			buttonUrlParamValue: 'orders/7',
			userId: at('id', '1221'),
			variables: assigned({ order: 'A-7' }),
		},
	}),
	one('message/sendBotMessage', 'v3/botService/sendMessage', ({ conversation }) => ({
		conversationUuid: conversation,
		text: 'On its way',
	})),
	one('cti/makeCall', 'cti/makeCall', {
		userId: at('list', '1217'),
		number: '+1 555 123 0052',
		additionalFields: { callerid: '15557654321', variables: assigned({ order: 'A-7' }) },
	}),
	one('cti/transferCall', 'cti/transferCall', {
		userId: at('list', '1217'),
		callId: '98765432',
		transferType: 'blind',
		directionType: 'extension',
		extensionNumber: '123',
	}),
];

const OTHERS: readonly Case[] = [
	one('callback/getAll', 'v3/callback/search', { additionalFields: { name: 'CRM' } }),
	one('callback/create', 'v3/callback/create', { ...CALLBACK, name: 'Second' }),
	one('callback/update', 'v3/callback/update', ({ callback }) => ({
		id: String(callback),
		additionalFields: { isEnabled: false, callbacks: ['call_finalized', 'chat_closed'] },
	})),
	one('callback/delete', 'v3/callback/delete', ({ callback }) => ({ id: String(callback) })),
	one('tag/getAll', 'v3/tags/searchTags', { returnAll: true }),
	one('timeZone/getAll', 'v2/helper/getListTimezones'),
	one('timeZone/getByNumber', 'v2/helper/getTimezonesByNumber', { phoneNumber: '15551230000' }),
	one('media/upload', 'v3/media/uploadMedia', {}, undefined, AUDIO),
	one('media/getAll', 'v3/media/searchMedia', { returnAll: true }),
	one('media/delete', 'v3/media/deleteMedia', ({ media }) => ({ id: String(media) })),
];

export const MORE_CASES: readonly Case[] = [...PEOPLE, ...NUMBERS, ...MESSAGES, ...OTHERS];
