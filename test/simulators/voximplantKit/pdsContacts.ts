import { cancelContact, cancelList, processing } from './campaignContacts';
import { needBalance } from './campaigns';
import { checkRows, LEGACY, PDS, takeRows, type Columns, type Intake } from './contactRows';
import { isOpen, statFields } from './dialer';
import { ok, refusals } from './envelope';
import { momentOrNull, momentText } from './moments';
import { paged } from './paging';
import { findPds } from './pdsCampaigns';
import type { Campaign, Contact, ContactList } from './records';
import {
	bool,
	idOrIds,
	int,
	ints,
	moment,
	need,
	phoneFilter,
	rows,
	text,
	texts,
	word,
} from './rules';
import { method, type Methods, type World } from './world';

/** Section 5.5, contacts and lists. */
export const pdsContactMethods: Methods = {
	'v3/agentCampaigns/appendContacts': method(
		{ campaign_id: need(int()), rows: need(rows) },
		{ writes: true, contactCentre: true },
		(world, values, visit) => {
			const campaign = findPds(world, values.campaign_id);
			needBalance(world);
			if (campaign.status === 'completed') throw refusals.state('Agent campaign is completed');
			return ok(append(world, visit.method, campaign, values.rows, PDS));
		},
	),
	'v3/agentCampaigns/searchContacts': method(
		{
			id: int(),
			campaign_id: int(),
			campaign_list_id: idOrIds,
			phone: phoneFilter,
			status: texts('ongoing', 'success', 'failed', 'canceled'),
			from: moment,
			to: moment,
		},
		{ paged: true, contactCentre: true },
		(world, values, { raw }) => {
			const lists = [...world.store.lists.values()].filter(
				(list) =>
					list.dialer === 'pds' &&
					(values.campaign_id === undefined || list.campaignId === values.campaign_id) &&
					(values.campaign_list_id === undefined || values.campaign_list_id.includes(list.id)),
			);
			const found = lists
				.flatMap((list) => list.contacts)
				.filter(
					(contact) =>
						(values.id === undefined || contact.id === values.id) &&
						(values.phone === undefined || contact.phones[0]?.includes(values.phone)) &&
						(values.status === undefined || values.status.includes(statusOf(contact))) &&
						contact.createdAt >= (values.from ?? -Infinity) &&
						contact.createdAt <= (values.to ?? Infinity) + 999,
				);
			return paged(found, (contact) => showContact(world, contact), raw, world.options);
		},
	),
	'v3/agentCampaigns/searchCampaignLists': method(
		{
			id: int(),
			status: texts('processing', 'ongoing', 'paused', 'completed'),
			agent_campaign_id: int(),
		},
		{ paged: true, contactCentre: true },
		(world, values, { raw }) => {
			const found = [...world.store.lists.values()].filter(
				(list) =>
					list.dialer === 'pds' &&
					(values.id === undefined || list.id === values.id) &&
					(values.status === undefined || values.status.includes(list.status)) &&
					(values.agent_campaign_id === undefined || list.campaignId === values.agent_campaign_id),
			);
			return paged(found, showList, raw, world.options);
		},
	),
	'v3/agentCampaigns/setListStatus': method(
		{ id: need(int()), status: need(word('ongoing', 'paused', 'canceled')) },
		{ writes: true, contactCentre: true },
		(world, { id, status }) => {
			const list = world.store.lists.get(id);
			if (list?.dialer !== 'pds') throw refusals.missing('List', id);
			if (list.status === 'completed' || list.status === 'canceled')
				throw refusals.state(`List status can not be changed from ${list.status} to ${status}`);
			if (status === 'canceled') cancelList(world, list);
			else list.status = status;
			list.editedAt = world.clock.now();
			const campaign = world.store.campaign('pds', list.campaignId);
			if (campaign) world.dialer.dial(campaign);
			return ok(true);
		},
	),
	'v3/agentCampaigns/cancelContacts': method(
		{ campaign_id: need(int()), contact_ids: ints, cancel_all: bool, comment: text(255) },
		{ writes: true, contactCentre: true },
		(world, values) => {
			const campaign = findPds(world, values.campaign_id);
			if (values.contact_ids === undefined && values.cancel_all !== true)
				throw refusals.invalid('contact_ids', 'cannot be blank');
			const contacts = values.cancel_all
				? world.store.listsOfCampaign(campaign).flatMap((list) => list.contacts)
				: contactsOf(world, campaign, values.contact_ids ?? []);
			for (const contact of contacts) cancelContact(world, contact, values.comment ?? null);
			return ok(true);
		},
	),
	'v3/agentCampaigns/addAttempts': method(
		{
			campaign_id: need(int()),
			contact_ids: need(ints),
			interval: need(int()),
			max_attempts: need(int(1)),
		},
		{ writes: true, contactCentre: true },
		(world, values) => {
			const campaign = findPds(world, values.campaign_id);
			if (campaign.status === 'completed') throw refusals.state('Agent campaign is completed');
			for (const contact of contactsOf(world, campaign, values.contact_ids))
				reopen(world, campaign, contact, values.max_attempts, values.interval);
			world.dialer.dial(campaign);
			return ok(true);
		},
	),
};

/** Takes rows of PDS and dialer 1.0, which answer alike. */
export function append(
	world: World,
	methodName: string,
	campaign: Campaign,
	given: Array<Record<string, unknown>>,
	columns: Columns,
): Record<string, unknown> {
	checkRows(given, columns);
	const list = world.store.addList(campaign, null, false);
	const intake = takeRows(world, methodName, campaign, list, given, columns);
	world.dialer.dial(campaign);
	const fails = failList(intake);
	return {
		...(columns === LEGACY ? { result: true } : {}),
		list_id: list.id,
		count: given.length,
		success_count: intake.taken,
		errors_count: fails.length,
		fail_list: fails,
	};
}

/** The row with its `errors` (voximplant-kit.md section 5.5). */
function failList({ invalidPhones, invalidZones }: Intake): Array<Record<string, unknown>> {
	return [
		...invalidPhones.map((row) => ({ ...row, errors: ['Invalid phone'] })),
		...invalidZones.map((row) => ({ ...row, errors: ['Invalid timezone'] })),
	];
}

function contactsOf(world: World, campaign: Campaign, ids: readonly number[]): Contact[] {
	return ids.map((id) => {
		const contact = world.store.contacts.get(id);
		const list = world.store.lists.get(contact?.listId ?? 0);
		if (!contact || list?.dialer !== 'pds' || list.campaignId !== campaign.id)
			throw refusals.missing('Contact', id);
		return contact;
	});
}

/** Gives a contact further attempts; one that had failed is called again. */
function reopen(
	world: World,
	campaign: Campaign,
	contact: Contact,
	attempts: number,
	interval: number,
): void {
	const list = world.store.lists.get(contact.listId);
	contact.maxAttempts += attempts;
	contact.interval = interval;
	if (!list || contact.status !== 'failed') return;
	contact.status = 'ongoing';
	for (const stat of [campaign.stat, list.stat]) {
		stat.ended--;
		stat.failed--;
	}
	list.status = 'ongoing';
	list.next = 0;
}

function statusOf(contact: Contact): string {
	return isOpen(contact) ? 'ongoing' : contact.status;
}

function showContact(world: World, contact: Contact): Record<string, unknown> {
	const list = world.store.lists.get(contact.listId);
	return {
		id: contact.id,
		agent_campaign_list_id: contact.listId,
		agent_campaign_id: list?.campaignId ?? null,
		phone: contact.phones[0],
		timezone: contact.zone,
		status: statusOf(contact),
		max_attempts: contact.maxAttempts,
		current_attempt: contact.attempts,
		custom_data: contact.data,
		last_attempt_date: momentOrNull(contact.lastAttemptAt),
		create_date: momentText(contact.createdAt),
		created_by: 1217,
		edit_date: momentText(contact.lastAttemptAt ?? contact.createdAt),
		edited_by: 1217,
		canceled_by: contact.canceledAt === null ? null : 1217,
		cancel_reason: contact.cancelReason,
		cancel_date: momentOrNull(contact.canceledAt),
		interval: contact.interval === null ? [] : [contact.interval],
		callback_at: null,
	};
}

function showList(list: ContactList): Record<string, unknown> {
	return {
		id: list.id,
		agent_campaign_id: list.campaignId,
		status: list.status,
		is_from_api: list.fileName === null,
		file_name: list.fileName,
		file_size: null,
		...statFields(list.stat),
		processing_status: processing(list),
		create_date: momentText(list.createdAt),
		created_by: 1217,
		edit_date: momentText(list.editedAt),
		edited_by: 1217,
	};
}
