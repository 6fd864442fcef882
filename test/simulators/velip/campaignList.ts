import { dateOf, isDate, isTime } from './clock';
import { withSeconds } from './campaignInput';
import { ok, Refusal, type Answer } from './envelope';
import type { Params } from './input';
import type { Campaign } from './records';
import { num, orNull, type Visit, type World } from './world';

const CHANGES = [
	'active',
	'lig_min',
	'pas',
	'date_start',
	'date_end',
	'time_start',
	'time_end',
	'name',
	'max_answered',
	'group',
];

/** `ChangeCampaign`: edits, activates, pauses (velip.md section 9.2). */
export function changeCampaign(world: World, { params }: Visit): Answer {
	const id = params.text('cp_id');
	if (id === undefined) throw new Refusal(200, 'No cp_id');
	if (!CHANGES.some((name) => params.has(name))) throw new Refusal(210, 'No new parameters');
	const campaign = world.store.campaigns.get(Number(id));
	if (!campaign) throw new Refusal(212, 'cp_id no valid');
	const changes = readChanges(world, params, campaign);
	const isNew = Object.entries(changes).some(
		([name, value]) => value !== campaign[name as keyof Campaign],
	);
	if (!isNew) throw new Refusal(230, 'Parameters without change');
	if (campaign.active === 2)
		params.violation('cp_id', 'Changed while its destinations load (cp_active 2)');
	const { active, ...rest } = changes;
	Object.assign(campaign, rest);
	// While it loads, `active` is lost: loading ends with the state asked for at creation.
	if (active !== undefined && campaign.active !== 2) campaign.active = active;
	world.lifecycle.dial(campaign);
	return ok(
		{},
		{ campaigns: [row(world, campaign)] },
		{ http: world.options.legacy201 ? 201 : 200 },
	);
}

function readChanges(world: World, params: Params, campaign: Campaign): Partial<Campaign> {
	const changes: Partial<Campaign> = {};
	const maxAnswered = params.int('max_answered', campaign.maxAnswered, 0);
	if (Number.isNaN(maxAnswered))
		throw new Refusal(world.options.maxAnsweredCode, 'Invalid max_answered');
	if (params.has('max_answered')) changes.maxAnswered = maxAnswered;
	const group = params.text('group');
	if (group !== undefined) {
		if (group !== '0' && !Object.hasOwn(world.options.groups, group))
			throw new Refusal(250, 'Group not found');
		changes.group = group;
	}
	if (params.has('active')) {
		const active = params.word('active', ['0', '1'], campaign.active === 1 ? '1' : '0');
		changes.active = active === '1' ? 1 : 0;
		if (campaign.dead && campaign.active === 0 && changes.active === 1)
			throw new Refusal(234, 'Campaign generation failed, create it again');
	}
	const speed = params.text('lig_min');
	if (speed !== undefined) {
		if (speed === 'max' || /^\d+$/.test(speed)) changes.speed = speed;
		else params.violation('lig_min', `Neither a non-negative integer nor max: ${speed}`);
	}
	if (params.has('pas')) {
		if (campaign.transfers === undefined)
			params.violation('pas', 'The campaign does not transfer calls');
		else changes.transfers = params.softInt('pas', campaign.transfers, 1);
	}
	if (params.has('name')) {
		changes.name = params.text('name');
		if ((changes.name?.length ?? 0) > 50) params.violation('name', 'More than 50 characters');
	}
	readMoments(params, changes);
	return changes;
}

/** Bad dates and times have no code here: they are noted and ignored. */
function readMoments(params: Params, changes: Partial<Campaign>): void {
	for (const [name, field] of [
		['date_start', 'dateStart'],
		['date_end', 'dateEnd'],
	] as const) {
		const date = params.text(name);
		if (date === undefined) continue;
		if (isDate(date)) changes[field] = date;
		else params.violation(name, `Not a date YYYY-MM-DD: ${date}`);
	}
	for (const [name, field] of [
		['time_start', 'timeStart'],
		['time_end', 'timeEnd'],
	] as const) {
		const time = params.text(name);
		if (time === undefined) continue;
		if (isTime(time)) changes[field] = withSeconds(time);
		else params.violation(name, `Not a time HH:MM:SS: ${time}`);
	}
}

/** `GetCampaignsList`: newest first (sections 6.8 and 9.3). */
export function getCampaignsList(world: World, { params }: Visit): Answer {
	const id = params.text('cp_id');
	const ctid = params.text('cp_ctid');
	const group = params.text('group');
	const onlyActive = params.word('type', ['', 'on'], '') === 'on';
	const onlyModels = params.word('model', ['', '1'], '') === '1';
	const search = params.text('search')?.toLowerCase();
	const after = readDate(world, params);
	const maxreg = params.softInt('maxreg', 500, 0);
	if (maxreg === 0) params.doubtful('maxreg', '0 meant "no limit" in the old manual only');
	const campaigns = [...world.store.campaigns.values()]
		.filter(
			(campaign) =>
				(id === undefined || String(campaign.id) === id) &&
				(ctid === undefined || campaign.ctid === ctid) &&
				(group === undefined || campaign.group === group) &&
				(!onlyActive || campaign.active === 1) &&
				(!onlyModels || campaign.model) &&
				campaign.dateEnd >= after &&
				(search === undefined || isFound(campaign, search)),
		)
		.reverse()
		.slice(0, maxreg || 500)
		.map((campaign) => row(world, campaign));
	return ok({}, { campaigns }, { http: world.options.legacy201 ? 201 : 200 });
}

function isFound({ name, detail, id, content }: Campaign, search: string): boolean {
	return [name, detail, String(id), content].some((text) => text.toLowerCase().includes(search));
}

/** `1` means today or later; a date is a lower bound of the end date. */
function readDate(world: World, params: Params): string {
	const date = params.text('date');
	if (date === undefined) return '';
	if (date === '1') return dateOf(world.clock.now());
	if (isDate(date)) return date;
	params.violation('date', `Neither 1 nor a date: ${date}`);
	return '';
}

/** A row of `campaigns[]`; three keys end in a space on purpose (section 4). */
function row(world: World, campaign: Campaign): Record<string, unknown> {
	const list = world.store.lists.get(campaign.listId);
	const hasGroup = campaign.group !== '0';
	return {
		cp_id: num(world, campaign.id),
		cp_name: campaign.name,
		cp_ctid: orNull(campaign.ctid),
		'cp_group ': hasGroup ? (world.options.groups[campaign.group] ?? 'null') : 'null',
		'cp_active ': num(world, campaign.active),
		'cp_ontime ': num(world, Number(world.lifecycle.isOnTime(campaign))),
		cp_date_start: campaign.dateStart,
		cp_date_end: campaign.dateEnd,
		cp_time_start: campaign.timeStart.slice(0, 5),
		cp_time_end: campaign.timeEnd.slice(0, 5),
		cp_destinations: num(world, list?.destinations.length ?? 0),
		cp_lig_min: campaign.speed,
		cp_pas: campaign.transfers === undefined ? 'null' : num(world, campaign.transfers),
		cp_made: num(world, campaign.made),
		cp_answered: num(world, campaign.answered),
		cp_transfered: num(world, campaign.transferred),
		cp_model: num(world, Number(campaign.model)),
		cp_max_answered: num(world, campaign.maxAnswered),
		cp_group_id: campaign.group,
		cp_status_txt: campaign.statusText,
	};
}
