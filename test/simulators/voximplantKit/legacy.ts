import { given, needBalance } from './campaigns';
import { LEGACY } from './contactRows';
import { ok, refusals } from './envelope';
import { momentText } from './moments';
import { paged } from './paging';
import { append } from './pdsContacts';
import type { Campaign } from './records';
import { bool, int, need, rows, text, type Rule } from './rules';
import { contains } from './scenarios';
import { checkSources } from './sources';
import { method, type Methods, type World } from './world';

const STATUSES = [
	'draft',
	'error',
	'processing',
	'ready',
	'canceled',
	'completed',
	'paused',
	'started',
];

/** The page says "date_start, date_end" and "time_start, time_end" without their shape: dates and times of a day. */
function shaped(shape: RegExp): Rule<string> {
	return {
		read(value, wrong) {
			if (!shape.test(value)) throw wrong(`unreadable: ${value}`);
			return value;
		},
	};
}
const date = shaped(/^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?$/);
const time = shaped(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/);

/** Section 5.15. */
export const legacyMethods: Methods = {
	'v3/outbound/initCampaign': method(
		{
			title: need(text()),
			max_attempts: int(1),
			interval: int(0),
			max_lines: int(1),
			scenario_id: need(int()),
			phone_number_id: int(),
			caller_id: int(),
			time_start: time,
			time_end: time,
			date_start: date,
			date_end: date,
			permanent: bool,
			description: text(),
		},
		{ writes: true },
		(world, values) => {
			needBalance(world);
			const scenario = world.store.scenarios.get(values.scenario_id);
			if (scenario?.type !== 1) throw refusals.invalid('scenario_id', 'no outgoing scenario');
			checkSources(world, values, true);
			const campaign = world.store.addCampaign({
				dialer: 'legacy',
				title: values.title,
				maxAttempts: values.max_attempts ?? 1,
				fields: given(values),
				// "Create and start".
				status: 'started',
				startedAt: world.clock.now(),
			});
			return ok(show(campaign));
		},
	),
	'v3/outbound/appendToCampaign': method(
		{ campaign_id: need(int()), rows: need(rows) },
		{ writes: true },
		(world, values, visit) => {
			const campaign = find(world, values.campaign_id);
			needBalance(world);
			if (campaign.status === 'canceled') throw refusals.state('Campaign is canceled');
			if (campaign.status === 'completed') campaign.status = 'started';
			return ok(append(world, visit.method, campaign, values.rows, LEGACY));
		},
	),
	'v3/outbound/pauseCampaign': change('paused', ['started']),
	'v2/outbound/resumeCampaign': change('started', ['paused']),
	'v2/outbound/stopCampaign': change('canceled', ['started', 'paused', 'draft']),
	'v2/outbound/deleteCampaign': method({ id: need(int()) }, { writes: true }, (world, { id }) => {
		const campaign = find(world, id);
		if (campaign.status !== 'draft') throw refusals.state('Only a draft can be deleted');
		world.store.deleteCampaign(campaign);
		return ok(1);
	}),
	'v2/outbound/searchCampaigns': method(
		{
			id: int(),
			status: text(),
			date_start: date,
			date_end: date,
			date_create: date,
			title: text(),
			fields: text(),
		},
		{ paged: true },
		(world, values, { raw }) => {
			if (values.status !== undefined && !STATUSES.includes(values.status))
				throw refusals.invalid('status', `not one of ${STATUSES.join(', ')}`);
			const found = world.store
				.campaignsOf('legacy')
				.filter(
					(row) =>
						(values.id === undefined || row.id === values.id) &&
						(values.status === undefined || row.status === values.status) &&
						(values.title === undefined || contains(row.title, values.title)) &&
						startsWith(row.fields.date_start, values.date_start) &&
						startsWith(row.fields.date_end, values.date_end) &&
						startsWith(momentText(row.createdAt), values.date_create),
				);
			const names = values.fields?.split(',').map((name) => name.trim());
			return paged(found, (row) => only(show(row), names), raw, world.options);
		},
	),
};

function startsWith(value: unknown, wanted: string | undefined): boolean {
	return wanted === undefined || String(value ?? '').startsWith(wanted);
}

function only(row: Record<string, unknown>, names: string[] | undefined): Record<string, unknown> {
	if (!names) return row;
	return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}

function change(to: 'paused' | 'started' | 'canceled', from: readonly string[]): Methods[string] {
	return method({ id: need(int()) }, { writes: true }, (world, { id }) => {
		const campaign = find(world, id);
		if (!from.includes(campaign.status))
			throw refusals.state(`Can not update status from ${campaign.status} to ${to}`);
		if (to === 'started') needBalance(world);
		campaign.status = to;
		campaign.editedAt = world.clock.now();
		world.dialer.dial(campaign);
		return ok(true);
	});
}

function find(world: World, id: number): Campaign {
	const campaign = world.store.campaign('legacy', id);
	if (!campaign) throw refusals.missing('Campaign', id);
	return campaign;
}

function show(campaign: Campaign): Record<string, unknown> {
	const { fields } = campaign;
	return {
		id: campaign.id,
		title: campaign.title,
		description: fields.description ?? null,
		date_start: fields.date_start ?? null,
		date_end: fields.date_end ?? null,
		date_create: momentText(campaign.createdAt),
		date_update: momentText(campaign.editedAt),
		working_days: [1, 2, 3, 4, 5, 6, 7],
		time_start: fields.time_start ?? null,
		time_end: fields.time_end ?? null,
		status: campaign.status,
		max_attempts: campaign.maxAttempts,
		interval: fields.interval ?? null,
		max_lines: fields.max_lines ?? null,
		author_id: 1217,
		domain_id: 4242,
		scenario_id: fields.scenario_id ?? null,
		call_list_id: 123455 + campaign.id,
		phone_number_id: fields.phone_number_id ?? null,
		callerid_id: fields.caller_id ?? null,
		permanent: fields.permanent ?? false,
		last_lunch_status: null,
	};
}
