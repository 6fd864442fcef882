import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { choice, flag, integer, list, text } from '../../shared/operation/field';
import { asNumber } from '../values';
import type { AppendResult, TurnedDown } from './append';
import {
	appendOperation,
	assertNoColumns,
	phoneColumn,
	screenPhone,
	screenZone,
	sentPhone,
	variableFields,
	variablesOf,
} from './append';
import { kitList, kitOperation } from './base';
import { ref, refs, unneeded } from './fields';
import { idList } from './idList';

/** The most contacts of one request (voximplant-kit.md §5.6). */
const APPEND_ROWS = 5000;

const MORE_PHONES = ['phone2', 'phone3', 'phone4', 'phone5'] as const;

const morePhone = (number: number) => ({
	...phoneColumn(
		`Phone ${number}`,
		`Number for the column "phone${number}" of the dialing strategy`,
	),
	additional: true as const,
});

/** What Kit takes as numbers to dial, zone and priority; never taken from the fields of an item. */
const COLUMNS = /^(phone\d+|timezone|task_priority)$/;
const FIELD_COLUMNS = /^(phone[1-5]|timezone|task_priority)$/;

const LISTS: Readonly<Record<string, string>> = {
	invalid_phones: 'Kit does not take the phone number',
	invalid_tz: 'Kit does not take the time zone, or could not derive one',
	invalid_personal_agent: 'Kit does not know the personal agent',
};

/** Counters and the rejected rows, whole (voximplant-kit.md §5.6). */
export function readAppended(result: unknown): AppendResult {
	if (!isRecord(result)) return { turnedDown: [], failed: NaN, data: {} };
	const turnedDown = Object.entries(LISTS).map(([key, reason]): TurnedDown => {
		const contacts: unknown = result[key];
		return { reason, contacts: Array.isArray(contacts) ? (contacts as unknown[]) : [] };
	});
	const { failed_contacts: failed, total_contacts: total, success_contacts: taken } = result;
	return { turnedDown, failed: asNumber(failed ?? asNumber(total) - asNumber(taken)), data: {} };
}

export const appendContacts = appendOperation({
	resource: 'campaignContact',
	name: 'append',
	displayName: 'Append',
	action: 'Append contacts to a campaign',
	description:
		'Add one contact per input item to a campaign; up to 5,000 travel in one request. A running campaign calls them at once.',
	recheck: 'look for the number with Campaign Contact: Get Many',
	method: 'campaigns/appendContacts',
	size: APPEND_ROWS,
	phoneColumn: 'phone1',
	fields: {
		campaignId: ref.campaign('Campaign that gets the contacts'),
		phone1: phoneColumn(
			'Phone',
			'Number with country code; the column "phone1" of the dialing strategy',
		),
		timezone: text({
			displayName: 'Time Zone',
			placeholder: 'e.g. America/New_York',
			description:
				'Time zone of the contact, as a name or as an offset like +03:00. A contact without one is never called, unless it is detected.',
		}),
		tzAutodetectionEnabled: flag({
			displayName: 'Detect Time Zone',
			default: true,
			description: 'Whether Kit derives a time zone that is not given from the number',
		}),
		...variableFields,
		phone2: morePhone(2),
		phone3: morePhone(3),
		phone4: morePhone(4),
		phone5: morePhone(5),
		taskPriority: integer({
			displayName: 'Priority',
			additional: true,
			min: 1,
			max: 250_000,
			description: 'Contacts with a higher number come first',
		}),
	},
	identify: ({ campaignId, phone1 }) => ({
		campaign_id: Number(campaignId),
		phone1: sentPhone(phone1) ?? phone1,
	}),
	body: ({ campaignId, tzAutodetectionEnabled }) => ({
		campaign_id: campaignId,
		tz_autodetection_enabled: tzAutodetectionEnabled,
	}),
	contact: (params, item) => ({
		columns: {
			phone1: sentPhone(params.phone1),
			...Object.fromEntries(MORE_PHONES.map((name) => [name, sentPhone(params[name])])),
			timezone: params.timezone,
			task_priority: params.taskPriority,
		},
		variables: variablesOf(params, item, COLUMNS),
	}),
	prepare(params) {
		if (params.variablesFrom === 'chosen') assertNoColumns(params, FIELD_COLUMNS);
		return params;
	},
	screen(params) {
		const { phone1, timezone, tzAutodetectionEnabled } = params;
		const more = MORE_PHONES.find(
			(name) => params[name] !== undefined && screenPhone('', params[name]),
		);
		return (
			screenPhone('Phone', phone1) ??
			(more && screenPhone(`Phone ${more.slice(-1)}`, params[more])) ??
			screenZone(timezone) ??
			(timezone === undefined && !tzAutodetectionEnabled
				? '"Time Zone" is empty, and such contacts are never called; fill it in, or switch on "Detect Time Zone"'
				: undefined)
		);
	},
	read: readAppended,
});

const CONTACT_STATUSES = [
	{ name: 'Any', value: 'any' },
	{ name: 'Cancelled', value: 'cancelled' },
	{ name: 'Duplicated', value: 'duplicated' },
	{ name: 'Error', value: 'error' },
	{ name: 'Failed', value: 'failed' },
	{ name: 'Ongoing', value: 'ongoing' },
	{ name: 'Paused', value: 'paused' },
	{ name: 'Sent', value: 'sent' },
	{ name: 'Success', value: 'success' },
] as const;

/** Kit has no list of all lists, so the campaign comes first; it is not sent. */
const listOf = (description: string) => ({
	campaignId: unneeded(
		ref.campaign('Campaign whose lists are offered below; not needed for a list given by its ID'),
	),
	listId: ref.campaignList(description),
});

export const getContacts = kitList({
	resource: 'campaignContact',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many contacts of a campaign',
	description: 'Get the contacts of a list with their state and attempts',
	method: 'campaigns/searchContacts',
	fields: {
		...listOf('List whose contacts are returned'),
		status: choice({
			displayName: 'Status',
			default: 'any',
			options: [...CONTACT_STATUSES],
			description: 'Which contacts are returned',
		}),
	},
	local: ['campaignId'],
	body: ({ status }) => ({ status: status === 'any' ? undefined : status }),
});

/** The most contacts that one request cancels (voximplant-kit.md §5.6). */
const CANCEL_ROWS = 100;

export const cancelContacts = kitOperation({
	resource: 'campaignContact',
	name: 'cancel',
	displayName: 'Cancel',
	action: 'Cancel contacts of a campaign',
	description: 'Stop calling contacts, up to 100 at a time',
	method: 'campaigns/cancelContact',
	safety: 'idempotent',
	fields: {
		contactIds: idList({
			displayName: 'Contact IDs',
			required: true,
			placeholder: 'e.g. 115026, 115027',
			description: 'Up to 100 IDs from Get Many, with commas between them',
		}),
	},
	prepare(params) {
		const { length } = params.contactIds;
		if (length <= CANCEL_ROWS) return params;
		throw new ParameterError(`"Contact IDs" needs 1 to ${CANCEL_ROWS} IDs, this has ${length}`);
	},
	identify: ({ contactIds }) => ({ contact_ids: contactIds }),
	simplify: (_, { contactIds }) => ({ cancelled: true, contact_ids: contactIds }),
});

export const changePriority = kitOperation({
	resource: 'campaignContact',
	name: 'changePriority',
	displayName: 'Change Priority',
	action: 'Change the priority of contacts',
	description: 'Have contacts of a list called earlier or later',
	method: 'campaigns/editCallListTasksPriority',
	safety: 'idempotent',
	fields: {
		...listOf('List that holds the contacts'),
		tasks: list({
			displayName: 'Contacts',
			addLabel: 'Add Contact',
			entryLabel: 'Contact',
			required: true,
			description: 'Contacts whose priority changes',
			entry: {
				taskUuid: text({
					displayName: 'Task UUID',
					required: true,
					placeholder: 'e.g. 11111111-2222-4333-8444-555555555555',
					description: 'The "task_uuid" of the contact, from Get Many',
				}),
				taskPriority: integer({
					displayName: 'Priority',
					required: true,
					default: 1,
					min: 1,
					max: 250_000,
					description: 'From 1 to 250,000; contacts with a higher number come first',
				}),
			},
		}),
	},
	local: ['campaignId'],
	body: ({ tasks }) => ({
		tasks: tasks.map(({ taskUuid, taskPriority }) => ({
			task_uuid: taskUuid,
			task_priority: taskPriority,
		})),
	}),
	identify: ({ listId: id }): IDataObject => ({ list_id: Number(id) }),
});

export const getLists = kitList({
	resource: 'campaignList',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many lists of a campaign',
	description: 'Get the contact lists of a campaign with their counts',
	method: 'campaigns/searchLists',
	fields: { campaignId: ref.campaign('Campaign whose lists are returned') },
});

export const cancelLists = kitOperation({
	resource: 'campaignList',
	name: 'cancel',
	displayName: 'Cancel',
	action: 'Cancel lists of a campaign',
	description: 'Stop calling all contacts of lists',
	method: 'campaigns/cancelLists',
	safety: 'idempotent',
	fields: {
		campaignId: ref.campaign('Campaign of the lists'),
		listIds: refs('searchLists', 'List Names or IDs', {
			required: true,
			dependsOn: ['campaignId.value'],
		}),
	},
	identify: ({ campaignId, listIds }) => ({
		campaign_id: Number(campaignId),
		list_ids: listIds,
	}),
	simplify: () => ({ cancelled: true }),
});
