import { find, needBalance } from './campaigns';
import { checkRows, KIT2, takeRows } from './contactRows';
import { isOpen } from './dialer';
import { ok, refusals } from './envelope';
import { momentText } from './moments';
import { paged } from './paging';
import type { Campaign, Contact, ContactList } from './records';
import { bool, idOrIds, int, ints, need, rows, word } from './rules';
import { method, type Methods, type World } from './world';

const CANCEL_LIMIT = 100;
const PRIORITY_LIMIT = 250_000;

/** Statuses as this dialer writes them (voximplant-kit.md sections 5.6 and 8). */
const SHOWN: Record<Contact['status'], string> = {
	new: 'sent',
	ongoing: 'ongoing',
	success: 'success',
	failed: 'failed',
	canceled: 'cancelled',
	duplicated: 'duplicated',
};

/** Section 5.6, contacts and lists. */
export const campaignContactMethods: Methods = {
	'v3/campaigns/appendContacts': method(
		{ campaign_id: need(int()), rows: need(rows), tz_autodetection_enabled: bool },
		{ writes: true },
		(world, values, visit) => {
			const campaign = find(world, values.campaign_id);
			needBalance(world);
			if (campaign.status === 'completed')
				throw refusals.state('Can not append contacts to a campaign in status completed');
			checkRows(values.rows, KIT2);
			const detect = values.tz_autodetection_enabled === true;
			const list = world.store.addList(campaign, null, detect);
			const intake = takeRows(world, visit.method, campaign, list, values.rows, KIT2);
			world.dialer.dial(campaign);
			return ok({
				success_contacts: intake.taken,
				failed_contacts: values.rows.length - intake.taken,
				total_contacts: values.rows.length,
				invalid_phones: intake.invalidPhones,
				invalid_tz: intake.invalidZones,
				invalid_personal_agent: intake.invalidAgents,
			});
		},
	),
	'v3/campaigns/searchLists': method(
		{ campaign_id: need(int()) },
		{ paged: true },
		(world, { campaign_id: id }, { raw }) => {
			const campaign = find(world, id);
			return paged(world.store.listsOfCampaign(campaign), showList, raw, world.options);
		},
	),
	'v3/campaigns/searchContacts': method(
		{
			list_id: need(int()),
			status: word(
				'sent',
				'ongoing',
				'paused',
				'cancelled',
				'success',
				'failed',
				'duplicated',
				'error',
			),
		},
		{ paged: true },
		(world, { list_id: id, status }, { raw }) => {
			const list = findList(world, id);
			const found = list.contacts.filter(
				(contact) => status === undefined || statusOf(list, contact) === status,
			);
			return paged(found, (contact) => showContact(list, contact), raw, world.options);
		},
	),
	'v3/campaigns/cancelContact': method(
		{ contact_ids: need(ints) },
		{ writes: true },
		(world, { contact_ids: ids }) => {
			if (ids.length > CANCEL_LIMIT)
				throw refusals.invalid('contact_ids', `more than ${CANCEL_LIMIT}`);
			const contacts = ids.map((id) => {
				const contact = world.store.contacts.get(id);
				const list = world.store.lists.get(contact?.listId ?? 0);
				if (!contact || list?.dialer !== 'kit2') throw refusals.missing('Contact', id);
				return contact;
			});
			for (const contact of contacts) cancelContact(world, contact, null);
			return ok(true);
		},
	),
	'v3/campaigns/cancelLists': method(
		{ campaign_id: need(int()), list_ids: need(idOrIds) },
		{ writes: true },
		(world, values) => {
			const campaign = find(world, values.campaign_id);
			const lists = values.list_ids.map((id) => {
				const list = findList(world, id);
				if (list.campaignId !== campaign.id) throw refusals.missing('List', id);
				return list;
			});
			for (const list of lists) cancelList(world, list);
			return ok(true);
		},
	),
	'v3/campaigns/editCallListTasksPriority': method(
		{ list_id: need(int()), tasks: need(rows) },
		{ writes: true },
		(world, values) => ok(changePriorities(findList(world, values.list_id), values.tasks)),
	),
};

function findList(world: World, id: number): ContactList {
	const list = world.store.lists.get(id);
	if (list?.dialer !== 'kit2') throw refusals.missing('List', id);
	return list;
}

/** Takes a contact out of the dialling; one that is finished stays as it is. */
export function cancelContact(world: World, contact: Contact, reason: string | null): void {
	const list = world.store.lists.get(contact.listId);
	if (!list || !isOpen(contact)) return;
	contact.status = 'canceled';
	contact.cancelReason = reason;
	contact.canceledAt = world.clock.now();
	const campaign = world.store.campaign(list.dialer, list.campaignId);
	for (const stat of [list.stat, campaign?.stat]) if (stat) stat.canceled++;
}

/** Takes all contacts of a list out of the dialling. */
export function cancelList(world: World, list: ContactList): void {
	for (const contact of list.contacts) cancelContact(world, contact, null);
	list.status = 'canceled';
	list.editedAt = world.clock.now();
}

function changePriorities(
	list: ContactList,
	tasks: Array<Record<string, unknown>>,
): Record<string, unknown> {
	const byUuid = new Map(list.contacts.map((contact) => [contact.uuid, contact]));
	// The page names the four counters, not their type (section 5.6): numbers here.
	const counts = {
		changed_priority: 0,
		already_succeed_tasks: 0,
		already_failed_tasks: 0,
		invalid_tasks: 0,
	};
	for (const { task_uuid: uuid, task_priority: priority } of tasks) {
		const contact = byUuid.get(String(uuid));
		const valid =
			typeof priority === 'number' &&
			Number.isInteger(priority) &&
			priority >= 1 &&
			priority <= PRIORITY_LIMIT;
		if (!contact || !valid) counts.invalid_tasks++;
		else if (contact.status === 'success') counts.already_succeed_tasks++;
		else if (!isOpen(contact)) counts.already_failed_tasks++;
		else {
			contact.priority = priority;
			counts.changed_priority++;
		}
	}
	return counts;
}

function statusOf(list: ContactList, contact: Contact): string {
	if (list.status === 'paused' && isOpen(contact)) return 'paused';
	return SHOWN[contact.status];
}

function showContact(list: ContactList, contact: Contact): Record<string, unknown> {
	const phones = Object.fromEntries(
		contact.phones.map((phone, index) => [`phone${index + 1}`, phone]),
	);
	const variables = Object.entries(contact.data)
		.filter(([name]) => !/^(phone\d+|timezone|task_priority)$/.test(name))
		.map(([name, value]) => ({ name, value }));
	return {
		id: contact.id,
		phones,
		timezone: contact.zone,
		variables,
		status: statusOf(list, contact),
		attempts_count: contact.attempts,
		max_attempts: contact.maxAttempts,
		task_uuid: contact.uuid,
		task_priority: contact.priority,
	};
}

function showList(list: ContactList): Record<string, unknown> {
	return {
		id: list.id,
		campaign_id: list.campaignId,
		is_from_api: list.fileName === null,
		file_name: list.fileName,
		file_size: null,
		status: list.status,
		processing_status: processing(list),
		properties: null,
		tz_autodetection_enabled: list.detectZones,
		always_autodetect_tz: false,
		on_autodetect_tz_error: 'exclude',
		default_timezone: null,
		create_date: momentText(list.createdAt),
		total_contacts_count: list.stat.total,
		completed_contacts_count: list.stat.ended,
		success_contacts_count: list.stat.success,
		failed_contacts_count: list.stat.failed,
		canceled_contacts_count: list.stat.canceled,
	};
}

/** What became of the rows of a list. */
export function processing(list: ContactList): Record<string, number> {
	return {
		processed: list.stat.total + list.invalidPhones + list.invalidZones,
		invalid_phone: list.invalidPhones,
		invalid_timezone: list.invalidZones,
	};
}

/** The campaign a list belongs to. */
export function campaignOf(world: World, list: ContactList): Campaign | undefined {
	return world.store.campaign(list.dialer, list.campaignId);
}
