import { randomUUID } from 'node:crypto';
import { newRules, updateRules, agentRules, checkCampaign, type Kind } from './campaignInput';
import { ok, refusals, type Answer } from './envelope';
import { momentOrNull, momentText } from './moments';
import { paged } from './paging';
import type { Campaign, CampaignStatus } from './records';
import { bool, idOrIds, int, moment, need, text, texts } from './rules';
import { contains } from './scenarios';
import { sourceFields } from './sources';
import { method, type Method, type Methods, type World } from './world';

const STATUSES = ['draft', 'scheduled', 'ongoing', 'paused', 'completed'] as const;

/** From which statuses each change is legal (voximplant-kit.md section 5.6; the page shows the diagram in words only). */
const CHANGES: Record<string, { to: CampaignStatus; from: readonly CampaignStatus[] }> = {
	schedule: { to: 'scheduled', from: ['draft'] },
	start: { to: 'ongoing', from: ['draft', 'scheduled'] },
	pause: { to: 'paused', from: ['ongoing'] },
	resume: { to: 'ongoing', from: ['paused'] },
	stop: { to: 'completed', from: ['ongoing', 'paused', 'scheduled'] },
	draft: { to: 'draft', from: ['scheduled', 'paused'] },
};

/** Section 5.6, campaigns. */
export const campaignMethods: Methods = {
	'v3/campaigns/create': create('automated'),
	'v3/campaigns/createAgent': create('operator'),
	'v3/campaigns/update': update('automated'),
	'v3/campaigns/updateAgent': update('operator'),
	'v3/campaigns/search': method(
		{
			ids: idOrIds,
			statuses: texts(...STATUSES, 'resume'),
			type: texts('automated', 'operator'),
			title: text(),
			folder_id: int(),
			from: moment,
			to: moment,
			created_from: moment,
			created_to: moment,
			completed_from: moment,
			completed_to: moment,
			with_phone_numbers: bool,
			with_dnc_lists: bool,
			with_supervisors: bool,
			with_users: bool,
			with_queue: bool,
			with_wrap_up_codes_set: bool,
		},
		{ paged: true },
		(world, values, { raw }) => {
			// "Default operator only".
			const types = values.type ?? ['operator'];
			const rows = world.store
				.campaignsOf('kit2')
				.filter(
					(row) =>
						types.includes(row.type ?? '') &&
						(values.ids === undefined || values.ids.includes(row.id)) &&
						(values.statuses === undefined || values.statuses.includes(row.status)) &&
						(values.title === undefined || contains(row.title, values.title)) &&
						(values.folder_id === undefined || row.fields.folder_id === values.folder_id) &&
						isBetween(row.startedAt, values.from, values.to) &&
						isBetween(row.createdAt, values.created_from, values.created_to) &&
						isBetween(row.completedAt, values.completed_from, values.completed_to),
				);
			return paged(rows, (row) => show(world, row), raw, world.options);
		},
	),
	...Object.fromEntries(
		Object.keys(CHANGES).map((name) => [`v3/campaigns/${name}`, statusChange(name)]),
	),
	'v3/campaigns/delete': method({ id: need(int()) }, { writes: true }, (world, { id }) => {
		const campaign = find(world, id);
		if (campaign.status === 'ongoing')
			throw refusals.state('Can not delete a campaign in status ongoing');
		world.store.deleteCampaign(campaign);
		return ok(true);
	}),
};

/** A campaign of dialer 2.0, or 404. */
export function find(world: World, id: number): Campaign {
	const campaign = world.store.campaign('kit2', id);
	if (!campaign) throw refusals.missing('Campaign', id);
	return campaign;
}

/** Refuses with 402 below the minimum balance (section 3.4). */
export function needBalance({ store, options }: World): void {
	if (store.canCampaign) return;
	const { minimumBalance, currency } = options;
	throw refusals.balance(
		`Minimum balance necessary for operation is ${minimumBalance} ${currency}`,
	);
}

function isBetween(time: number | null, from?: number, to?: number): boolean {
	if (from === undefined && to === undefined) return true;
	return time !== null && time >= (from ?? -Infinity) && time <= (to ?? Infinity) + 999;
}

function create(kind: Kind): Method {
	return method(
		kind === 'automated' ? newRules : agentRules,
		{ writes: true, contactCentre: kind === 'operator' },
		(world, values) => {
			needBalance(world);
			checkCampaign(world, values, true);
			const campaign = world.store.addCampaign({
				dialer: 'kit2',
				type: kind,
				title: values.title ?? '',
				maxAttempts: values.max_attempts ?? (kind === 'automated' ? 10 : 1),
				fields: given(values),
			});
			return ok(show(world, campaign));
		},
	);
}

function update(kind: Kind): Method {
	return method(
		updateRules,
		{ writes: true, contactCentre: kind === 'operator' },
		(world, values) => {
			const campaign = find(world, values.id);
			if (campaign.type !== kind) throw refusals.missing('Campaign', values.id);
			if (campaign.status === 'completed')
				throw refusals.state('Can not update a campaign in status completed');
			checkCampaign(world, values, false);
			const { id: _, ...rest } = given(values);
			Object.assign(campaign.fields, rest);
			if (values.title !== undefined) campaign.title = values.title;
			if (values.max_attempts !== undefined) campaign.maxAttempts = values.max_attempts;
			campaign.editedAt = world.clock.now();
			return ok(show(world, campaign));
		},
	);
}

/** Only what was sent: an omitted parameter stays as it was (section 3.1). */
export function given(values: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function statusChange(name: string): Method {
	return method({ id: need(int()) }, { writes: true }, (world, { id }) => change(world, id, name));
}

function change(world: World, id: number, name: string): Answer {
	const campaign = find(world, id);
	const rule = CHANGES[name];
	const current = STATUSES.find((status) => status === campaign.status);
	if (!rule || !current || !rule.from.includes(current))
		throw refusals.state(
			`Can not update status from ${campaign.status} to ${rule?.to ?? 'unknown'}`,
		);
	if (name === 'schedule' && campaign.fields.planned_date_start === undefined)
		throw refusals.invalid('planned_date_start', 'cannot be blank');
	if (name === 'schedule' || name === 'start' || name === 'resume') needBalance(world);
	setStatus(world, campaign, rule.to);
	return ok(world.options.statusAnswer === 'true' ? true : show(world, campaign));
}

/** Puts a campaign into a status, with everything that follows. */
export function setStatus(world: World, campaign: Campaign, status: CampaignStatus): void {
	const now = world.clock.now();
	campaign.status = status;
	campaign.editedAt = now;
	if (status === 'ongoing') {
		campaign.startedAt ??= now;
		campaign.sessionId ??= randomUUID();
		world.dialer.dial(campaign);
	}
	if (status === 'completed') campaign.completedAt = now;
	if (status === 'scheduled') startOnTime(world, campaign);
}

/** A scheduled campaign starts at its planned moment. */
function startOnTime(world: World, campaign: Campaign): void {
	const planned = campaign.fields.planned_date_start ?? campaign.fields.date_start;
	if (typeof planned !== 'number') return;
	world.calendar.at(planned, () => {
		if (campaign.status === 'scheduled') setStatus(world, campaign, 'ongoing');
	});
}

/** A campaign as create, update, search and the status changes answer it. */
export function show(world: World, campaign: Campaign): Record<string, unknown> {
	const { fields } = campaign;
	const queue = world.store.queues.get(campaign.queueId ?? 0);
	return {
		dialing_strategy: [],
		max_lines: null,
		region: null,
		planned_date_start: null,
		planned_date_end: null,
		working_time: null,
		timezone: 'UTC',
		folder_id: null,
		use_tags: false,
		use_topics: false,
		...dated(fields),
		id: campaign.id,
		title: campaign.title,
		status: campaign.status,
		type: campaign.type,
		max_attempts: campaign.maxAttempts,
		vox_call_list_id: 123455 + campaign.id,
		call_list_session_id: campaign.sessionId,
		phone_numbers: sourceFields(fields),
		date_start: momentOrNull(campaign.startedAt),
		date_end: momentOrNull(campaign.completedAt),
		create_date: momentText(campaign.createdAt),
		edit_date: momentText(campaign.editedAt),
		queue: queue ? { id: queue.id, title: queue.title } : null,
	};
}

const DATES = new Set(['planned_date_start', 'planned_date_end', 'date_start', 'date_end']);

/** Stored fields with their moments as text. */
export function dated(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [
			name,
			DATES.has(name) && typeof value === 'number' ? momentText(value) : value,
		]),
	);
}
