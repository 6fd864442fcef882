import { agentBlocks, checkVoicemail, MEDIA_REGIONS } from './campaignInput';
import { dated, given, needBalance, setStatus } from './campaigns';
import { PDS, takeRows } from './contactRows';
import { statFields } from './dialer';
import { ok, refusals } from './envelope';
import { HOUR, momentText } from './moments';
import { paged } from './paging';
import type { Campaign, CampaignStatus } from './records';
import { bool, int, ints, moment, need, object, text, texts, word, workingTime } from './rules';
import { readContactFile } from './contactFile';
import { contains } from './scenarios';
import { checkIds, checkSources } from './sources';
import { method, type Methods, type World } from './world';

const STATUSES = ['draft', 'scheduled', 'ongoing', 'paused', 'completed'] as const;
const DAY = 24 * HOUR;
/** More than 20 agents may have a higher multiplier (voximplant-kit.md section 5.5). */
const MANY_AGENTS = 20;

const rules = {
	title: need(text(255)),
	phone_number_id: int(),
	caller_id: int(),
	sip_number_id: int(),
	phone_numbers: object,
	folder_id: int(),
	date_start: moment,
	date_end: moment,
	working_time: workingTime(true),
	max_attempts: int(1, 5),
	interval: int(0),
	user_ids: ints,
	...agentBlocks,
	afterservice_time_limit_enabled: bool,
	afterservice_time_limit: int(0),
	region_enabled: bool,
	region: word(...MEDIA_REGIONS),
	dnc_lists: ints,
};

/** Section 5.5, campaigns. */
export const pdsMethods: Methods = {
	'v3/agentCampaigns/createCampaign': method(
		rules,
		{ writes: true, contactCentre: true },
		(world, values, visit) => {
			const { store, options } = world;
			needBalance(world);
			checkSources(world, values, true);
			checkFields(world, values);
			if (store.queues.size >= options.maxQueues)
				throw refusals.state('Max queues count per account reached');
			const rows = readContactFile(visit.uploads);
			const campaign = store.addCampaign({
				dialer: 'pds',
				title: values.title,
				maxAttempts: values.max_attempts ?? 1,
				fields: given(values),
				queueId: addQueue(world, values.title, values.user_ids ?? []),
			});
			const queue = store.queues.get(campaign.queueId ?? 0);
			if (queue) queue.agentCampaignId = campaign.id;
			if (rows) {
				const list = store.addList(campaign, rows.fileName, false);
				takeRows(world, visit.method, campaign, list, rows.rows, PDS);
			}
			return ok(show(world, campaign));
		},
	),
	'v3/agentCampaigns/updateCampaign': method(
		{ id: need(int()), ...rules },
		{ writes: true, contactCentre: true },
		(world, values) => {
			const campaign = findPds(world, values.id);
			if (campaign.status === 'completed') throw refusals.state('Agent campaign is completed');
			if (values.user_ids !== undefined && world.options.role === 'supervisor')
				throw refusals.rights();
			const dates = [values.date_start, values.date_end, values.working_time];
			if (campaign.startedAt !== null && dates.some((value) => value !== undefined))
				throw refusals.state(
					`Agent campaign is ${campaign.status === 'ongoing' ? 'ongoing' : 'started'}`,
				);
			checkSources(world, values, false);
			checkFields(world, values);
			const { id: _, ...rest } = given(values);
			Object.assign(campaign.fields, rest);
			campaign.title = values.title;
			campaign.maxAttempts = values.max_attempts ?? campaign.maxAttempts;
			campaign.editedAt = world.clock.now();
			const queue = world.store.queues.get(campaign.queueId ?? 0);
			if (queue && values.user_ids) queue.userIds = values.user_ids;
			return ok(show(world, campaign));
		},
	),
	'v3/agentCampaigns/searchCampaigns': method(
		{
			id: int(),
			title: text(),
			status: texts(...STATUSES),
			folder_id: int(),
			with_queue: bool,
			with_campaign_lists: bool,
			with_users: bool,
			with_folder_name: bool,
			with_wrap_up_codes_set: bool,
			with_dnc_lists: bool,
			with_supervisors: bool,
			with_phone_numbers: bool,
		},
		{ paged: true, contactCentre: true },
		(world, values, { raw }) => {
			const rows = world.store
				.campaignsOf('pds')
				.filter(
					(row) =>
						(values.id === undefined || row.id === values.id) &&
						(values.title === undefined || contains(row.title, values.title)) &&
						(values.status === undefined || values.status.includes(row.status)) &&
						(values.folder_id === undefined || row.fields.folder_id === values.folder_id),
				);
			return paged(rows, (row) => showFound(world, row), raw, world.options);
		},
	),
	'v3/agentCampaigns/setCampaignStatus': method(
		{ id: need(int()), status: need(word('ongoing', 'paused', 'completed')) },
		{ writes: true, contactCentre: true },
		(world, { id, status }) => {
			const campaign = findPds(world, id);
			checkChange(world, campaign, status);
			setStatus(world, campaign, status);
			return ok(true);
		},
	),
	'v3/agentCampaigns/deleteCampaign': method(
		{ id: need(int()) },
		{ writes: true, contactCentre: true },
		(world, { id }) => {
			const campaign = findPds(world, id);
			if (!['draft', 'completed', 'scheduled'].includes(campaign.status))
				throw refusals.state('Agent campaign is active');
			world.store.deleteCampaign(campaign);
			world.store.queues.delete(campaign.queueId ?? 0);
			return ok(true);
		},
	),
	'v3/agentCampaigns/getStat': method({}, { contactCentre: true }, (world) => {
		const campaigns = world.store.campaignsOf('pds');
		const count = (status: string): number =>
			campaigns.filter((campaign) => campaign.status === status).length;
		const counts = Object.fromEntries(STATUSES.map((status) => [status, count(status)]));
		return ok({ ...counts, total: campaigns.length });
	}),
};

/** A PDS campaign, or 404. */
export function findPds(world: World, id: number): Campaign {
	const campaign = world.store.campaign('pds', id);
	if (!campaign) throw refusals.missing('Agent campaign', id);
	return campaign;
}

interface Fields {
	date_start?: number;
	date_end?: number;
	mode?: 'predictive' | 'progressive';
	abandonment_rate?: number;
	task_multiplier?: number;
	user_ids?: number[];
	dnc_lists?: number[];
	wrap_up_dnc_list_id?: number;
	region_enabled?: boolean;
	region?: string;
	can_outbound_record?: boolean;
	outbound_record_notification_type?: 'none' | 'media' | 'tts';
	media_id?: number;
	tts_language?: string;
	tts_voice?: string;
	tts_text?: string;
	voicemail_detection_enabled?: boolean;
	voicemail_detection_model?: string;
}

/** Rules between fields, and ids of the account. */
function checkFields(world: World, values: Fields): void {
	const { store } = world;
	checkDates(world.clock.now(), values.date_start, values.date_end);
	checkIds('user_ids', values.user_ids, store.users);
	checkIds('dnc_lists', values.dnc_lists, store.dncLists);
	if (values.wrap_up_dnc_list_id !== undefined)
		checkIds('wrap_up_dnc_list_id', [values.wrap_up_dnc_list_id], store.dncLists);
	checkVoicemail(values);
	if (values.region_enabled && values.region === undefined)
		throw refusals.invalid('region', 'cannot be blank');
	const agents = values.user_ids?.length ?? 0;
	if ((values.task_multiplier ?? 1) > 25 && agents <= MANY_AGENTS)
		throw refusals.invalid('task_multiplier', 'not between 1 and 25');
	const { outbound_record_notification_type: kind } = values;
	if (kind === 'media' && values.media_id === undefined)
		throw refusals.invalid('media_id', 'cannot be blank');
	if (kind === 'tts' && !(values.tts_language && values.tts_voice && values.tts_text))
		throw refusals.invalid('tts_text', 'language, voice and text are needed');
}

/** Not before today; the end at least an hour after now and after the start. */
function checkDates(now: number, start: number | undefined, end: number | undefined): void {
	if (start !== undefined && start < now - (now % DAY))
		throw refusals.invalid('date_start', 'before today');
	if (end !== undefined && end < now + HOUR)
		throw refusals.invalid('date_end', 'not an hour after now');
	if (end !== undefined && start !== undefined && end < start + HOUR)
		throw refusals.invalid('date_end', 'not an hour after date_start');
}

/** From which statuses each change is legal; the page shows no diagram. */
const FROM: Record<string, readonly string[]> = {
	ongoing: ['draft', 'scheduled', 'paused'],
	paused: ['ongoing'],
	completed: ['ongoing', 'paused'],
};

function checkChange(world: World, campaign: Campaign, status: CampaignStatus): void {
	if (!FROM[status]?.includes(campaign.status))
		throw refusals.state(`Campaign status can not be changed from ${campaign.status} to ${status}`);
	if (status !== 'ongoing') return;
	needBalance(world);
	const { user_ids: users, date_start: start } = campaign.fields;
	if (!Array.isArray(users) || users.length === 0)
		throw refusals.state('Not allowed to launch a campaign without agents');
	if (typeof start === 'number' && start > world.clock.now())
		throw refusals.invalid('date_start', 'not reached yet');
	checkSources(world, campaign.fields, true);
}

function addQueue({ store, clock }: World, title: string, userIds: number[]): number {
	const id = store.nextId('queue', 2600);
	store.queues.set(id, {
		id,
		title,
		name: `queue_name_${id}`,
		agentCampaignId: null,
		campaignId: null,
		userIds,
		createdAt: clock.now(),
	});
	return id;
}

/** The campaign object of create and update. */
function show(world: World, campaign: Campaign): Record<string, unknown> {
	const { fields } = campaign;
	const queue = world.store.queues.get(campaign.queueId ?? 0);
	return {
		id: campaign.id,
		title: campaign.title,
		status: campaign.status,
		mode: fields.mode ?? 'predictive',
		folder_id: fields.folder_id ?? null,
		date_start: null,
		date_end: null,
		...pick(dated(fields), ['date_start', 'date_end']),
		working_time: fields.working_time ?? null,
		max_attempts: campaign.maxAttempts,
		interval: fields.interval ?? 60,
		phone_number_id: fields.phone_number_id ?? null,
		caller_id: fields.caller_id ?? null,
		sip_number_id: fields.sip_number_id ?? null,
		settings: settings(fields),
		create_date: momentText(campaign.createdAt),
		created_by: 1217,
		edit_date: momentText(campaign.editedAt),
		edited_by: 1217,
		queue: {
			id: queue?.id ?? null,
			title: queue?.title ?? null,
			operator_priority_strategy: fields.operator_priority_strategy ?? 'MAX_WAITING_TIME',
			request_priority_strategy: fields.request_priority_strategy ?? 'MAX_PRIORITY',
			afterservice_time_limit_enabled: fields.afterservice_time_limit_enabled ?? false,
			afterservice_time_limit: fields.afterservice_time_limit ?? 0,
			agents_can_end_calls: true,
			agents_can_decline_calls: fields.agents_can_decline_calls ?? true,
		},
		timezone: 'UTC',
		use_tags: false,
		use_topics: false,
		topic_set_id: null,
		task_multiplier: fields.task_multiplier ?? 1,
		abandonment_rate: fields.abandonment_rate ?? 3,
		reference_ip: null,
	};
}

function settings(fields: Record<string, unknown>): Record<string, unknown> {
	return {
		voicemail_detection_enabled: fields.voicemail_detection_enabled ?? false,
		dial_up_time_sec: fields.dial_up_time_sec ?? 40,
		outbound_call_recording: {
			enabled: fields.can_outbound_record ?? false,
			notification: {
				type: fields.outbound_record_notification_type ?? 'none',
				tts_text: fields.tts_text ?? null,
				tts_voice: fields.tts_voice ?? null,
				tts_language: fields.tts_language ?? null,
				media_id: fields.media_id ?? null,
			},
			storage_period: fields.outbound_record_notification_duration ?? 'DEFAULT',
		},
	};
}

function showFound(world: World, campaign: Campaign): Record<string, unknown> {
	const { store } = world;
	const { wrap_up_dnc_list_id: wrapUpDnc, dnc_lists: lists } = campaign.fields;
	const dncList = (id: unknown): Record<string, unknown> => ({
		id,
		title: store.dncLists.get(Number(id)) ?? null,
	});
	return {
		...show(world, campaign),
		dialing_started: campaign.startedAt !== null,
		wrap_up_dnc_list: wrapUpDnc === undefined ? null : dncList(wrapUpDnc),
		wrap_up_codes_set: null,
		dnc_lists: Array.isArray(lists) ? lists.map(dncList) : [],
		stat: statFields(campaign.stat),
	};
}

function pick(values: Record<string, unknown>, names: string[]): Record<string, unknown> {
	return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
