/** Good parameters of the operations beside scenarios, calls and dialer 2.0. */
import type { IDataObject } from 'n8n-workflow';

import { binary } from './engine';
import { assigned, at, one, type Case } from './kitCase';
import type { Simulator, World } from './voximplantKit';

/** IDs of further things that exist at the simulator. */
export interface MoreWorld {
	callback: number;
	conversation: string;
	media: number;
	pds: number;
	pdsList: number;
	pdsContact: number;
	legacy: number;
	/** A report that becomes ready by itself. */
	report: number;
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
const PDS = { title: 'Spring sale', phoneNumberIds: [610], mode: 'predictive' };
const LEGACY = { title: 'Old reminders', scenarioId: '17828', phoneNumberId: '610' };

const TEMPLATE = {
	clientId: '15551230051',
	channelId: '31',
	messageTemplateId: at('list', '8'),
	textParamValues: { entry: [{ value: 'Ana' }, { value: 'A-7' }] },
};

async function populatePds(first: First) {
	const pds = Number((await first('pdsCampaign/create', PDS)).id);
	const contact = { campaignId: String(pds), phone: '15551230061', utc: 'America/Aruba' };
	const list = await first('pdsContact/append', contact);
	const inCampaign = { additionalFields: { campaignId: at('id', String(pds)) } };
	const { id } = await first('pdsContact/getAll', inCampaign);
	await first('dncContact/add', { id: '897', number: '15551230062' });
	return { pds, pdsList: Number(list.list_id), pdsContact: Number(id) };
}

export async function populateMore(first: First): Promise<MoreWorld> {
	return {
		callback: Number((await first('callback/create', CALLBACK)).id),
		conversation: String((await first('message/sendTemplate', TEMPLATE)).conversation_uuid),
		media: Number((await first('media/upload', {}, AUDIO)).id),
		legacy: Number((await first('legacyCampaign/create', LEGACY)).id),
		report: Number((await first('report/export', {})).report_id),
		...(await populatePds(first)),
	};
}

const DAY_LATER = { from: '={{ $now.minus({ days: 1 }) }}', to: '={{ $now.plus({ days: 1 }) }}' };
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

const pdsState =
	(status: 'draft' | 'ongoing' | 'paused') =>
	(sim: Simulator, { pds }: World) =>
		sim.setCampaignStatus('pds', pds, status);
/** Contacts that are still being called would end the campaign meanwhile. */
const legacyState =
	(status: 'draft' | 'started' | 'paused') =>
	async (sim: Simulator, { legacy }: World) => {
		await sim.idle();
		const campaign = sim.campaign('legacy', legacy);
		if (campaign !== undefined) campaign.status = status;
	};
const legacyId = ({ legacy }: World) => ({ id: at('list', String(legacy)) });

const PDS_CASES: readonly Case[] = [
	one('pdsCampaign/create', 'v3/agentCampaigns/createCampaign', {
		...PDS,
		title: 'Second',
		phoneNumberIds: [610, 1976],
		callerIdIds: [1],
		mode: 'progressive',
		additionalFields: {
			dateStart: '={{ $now.plus({ hours: 2 }) }}',
			dateEnd: '={{ $now.plus({ hours: 4 }) }}',
			workingTimeFrom: '12:00',
			workingTimeTo: '16:00:00',
			maxAttempts: 2,
			interval: 30,
			dialUpTimeSec: 40,
			afterserviceTimeLimit: 30,
			dncLists: [897],
			region: 'europe',
			userIds: [1217],
			taskMultiplier: 1.5,
			voicemailDetectionEnabled: true,
			voicemailDetectionModel: 'us',
		},
	}),
	one('pdsCampaign/update', 'v3/agentCampaigns/updateCampaign', ({ pds }) => ({
		id: at('list', String(pds)),
		title: 'Renamed',
		additionalFields: { roundTheClock: true, afterserviceTimeLimit: 0, userIds: [1217] },
	})),
	one('pdsCampaign/get', 'v3/agentCampaigns/searchCampaigns', ({ pds }) => ({
		id: String(pds),
		additionalFields: { withQueue: true },
	})),
	one('pdsCampaign/getAll', 'v3/agentCampaigns/searchCampaigns', {
		additionalFields: { status: ['draft', 'ongoing'], withUsers: true },
	}),
	one(
		'pdsCampaign/setStatus',
		'v3/agentCampaigns/setCampaignStatus',
		({ pds }) => ({ id: String(pds), status: 'ongoing' }),
		pdsState('draft'),
	),
	one('pdsCampaign/getStatistics', 'v3/agentCampaigns/getStat'),
	one('pdsContact/append', 'v3/agentCampaigns/appendContacts', ({ pds }) => ({
		campaignId: at('list', String(pds)),
		phone: '+1 (555) 123-0063',
		utc: '+03:00',
		variables: assigned({ name: 'Ana' }),
	})),
	one('pdsContact/getAll', 'v3/agentCampaigns/searchContacts', ({ pds, pdsList }) => ({
		additionalFields: {
			...DAY_LATER,
			campaignId: at('id', String(pds)),
			campaignListId: String(pdsList),
			phone: '+15551230061',
		},
	})),
	one(
		'pdsContact/addAttempts',
		'v3/agentCampaigns/addAttempts',
		({ pds, pdsContact }) => ({
			campaignId: String(pds),
			contactIds: String(pdsContact),
			maxAttempts: 2,
			interval: 60,
		}),
		pdsState('paused'),
	),
	one('pdsList/getAll', 'v3/agentCampaigns/searchCampaignLists', ({ pds }) => ({
		additionalFields: { agentCampaignId: at('id', String(pds)) },
	})),
	one(
		'pdsList/setStatus',
		'v3/agentCampaigns/setListStatus',
		({ pdsList }) => ({ id: String(pdsList), status: 'paused' }),
		async (sim, { pdsList }) => {
			await sim.idle();
			const list = sim.list(pdsList);
			if (list !== undefined) list.status = 'ongoing';
		},
	),
	one('pdsContact/cancel', 'v3/agentCampaigns/cancelContacts', ({ pds, pdsContact }) => ({
		campaignId: String(pds),
		which: 'chosen',
		contactIds: `={{ [${pdsContact}] }}`,
		additionalFields: { comment: 'opt-out' },
	})),
	one(
		'pdsCampaign/delete',
		'v3/agentCampaigns/deleteCampaign',
		({ pds }) => ({ id: String(pds) }),
		pdsState('draft'),
	),
];

const LEGACY_CASES: readonly Case[] = [
	one('legacyCampaign/create', 'v3/outbound/initCampaign', {
		...LEGACY,
		title: 'Second',
		callFrom: 'callerId',
		callerId: at('list', '1'),
		additionalFields: {
			dateStart: '={{ $now.plus({ hours: 2 }) }}',
			dateEnd: '={{ $now.plus({ days: 2 }) }}',
			timeStart: '09:00',
			timeEnd: '18:00',
			permanent: true,
			description: 'Old',
		},
	}),
	one('legacyCampaign/append', 'v3/outbound/appendToCampaign', ({ legacy }) => ({
		campaignId: at('list', String(legacy)),
		phone: '15551230064',
		utc: 'Europe/Madrid',
		variablesFrom: 'none',
	})),
	one('legacyCampaign/getAll', 'v2/outbound/searchCampaigns', { status: 'any' }),
	one('legacyCampaign/pause', 'v3/outbound/pauseCampaign', legacyId, legacyState('started')),
	one('legacyCampaign/resume', 'v2/outbound/resumeCampaign', legacyId, legacyState('paused')),
	one('legacyCampaign/stop', 'v2/outbound/stopCampaign', legacyId, legacyState('started')),
	one('legacyCampaign/delete', 'v2/outbound/deleteCampaign', legacyId, legacyState('draft')),
];

const DNC_CASES: readonly Case[] = [
	one('dncContact/add', 'v3/dnc/addDncContacts', {
		id: at('list', '897'),
		number: '15551230065',
		additionalFields: { comment: 'opt-out' },
	}),
	one('dncContact/getAll', 'v3/dnc/searchDncContacts', {
		additionalFields: { listId: at('list', '897'), number: '+15551230062' },
	}),
	one('dncContact/delete', 'v3/dnc/deleteDncContact', {
		deleteBy: 'number',
		listId: at('list', '897'),
		number: '+15551230062',
	}),
	one('dncList/getAll', 'v3/dnc/searchDncList'),
];

const PERIOD = { datetimeStart: '2020-01-01T00:00:00', datetimeEnd: '2040-01-01T00:00:00' };

const REPORTS: readonly Case[] = [
	one('report/export', 'v3/history/exportCallsHistoryReport', {
		...PERIOD,
		callDirection: 'outgoing',
		format: 'csv',
		additionalFields: { scenarioIds: [17828], phone: '155512' },
	}),
	one('report/getStatus', 'v3/report/getReportStatus', ({ report }) => ({
		reportId: String(report),
	})),
	one(
		'report/download',
		'v3/report/downloadReport',
		({ report }) => ({ reportId: String(report) }),
		(sim) => sim.finishReports(),
	),
	one('report/exportAndDownload', 'v3/history/exportCallsHistoryReport', PERIOD),
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

export const MORE_CASES: readonly Case[] = [
	...PDS_CASES,
	...LEGACY_CASES,
	...DNC_CASES,
	...REPORTS,
	...PEOPLE,
	...NUMBERS,
	...MESSAGES,
	...OTHERS,
];
