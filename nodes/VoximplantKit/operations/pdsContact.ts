import { choice, integer, text } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import {
	appendOperation,
	phoneColumn,
	screenPhone,
	screenZone,
	sentPhone,
	variableFields,
	variablesOf,
} from './append';
import { kitList, kitOperation } from './base';
import { readCounted } from './counted';
import { idFilter, optional, PART_TOO, phoneFilter, ref, shown, utcDate } from './fields';
import { assertPeriod, idList } from './idList';
import { repeatable } from './pdsCampaign';

/** The most contacts of one request (voximplant-kit.md §5.5). */
const APPEND_ROWS = 5000;

/** Columns of a contact in PDS and in dialer 1.0, which both need the time zone (§5.5, §5.15). */
export const contactColumns = {
	phone: phoneColumn('Phone', 'Number of the contact, with country code'),
	utc: text({
		displayName: 'Time Zone',
		placeholder: 'e.g. America/New_York',
		description:
			'Time zone of the contact, as a name or as an offset like +03:00. Working times go by it; Time Zone: Get by Number finds it.',
	}),
};

interface ContactParams {
	phone?: string;
	utc?: string;
}

/** Why Kit would surely turn a contact down. */
export function screenContact({ phone, utc }: ContactParams): string | undefined {
	const noZone = '"Time Zone" is empty, and Kit takes no contact without one';
	return screenPhone('Phone', phone) ?? (utc === undefined ? noZone : screenZone(utc));
}

export function columnsOf({ phone, utc }: ContactParams) {
	return { phone: sentPhone(phone), UTC: utc };
}

export const appendPdsContacts = appendOperation({
	resource: 'pdsContact',
	name: 'append',
	displayName: 'Append',
	action: 'Append contacts to a PDS campaign',
	description:
		'Add one contact per input item to a PDS campaign; up to 5,000 travel in one request. A running campaign calls them at once.',
	recheck: 'look for the number with PDS Contact: Get Many',
	method: 'agentCampaigns/appendContacts',
	size: APPEND_ROWS,
	phoneColumn: 'phone',
	fields: {
		campaignId: ref.pdsCampaign('Campaign that gets the contacts'),
		...contactColumns,
		...variableFields,
	},
	identify: ({ campaignId, phone }) => ({
		campaign_id: Number(campaignId),
		phone: sentPhone(phone) ?? phone,
	}),
	body: ({ campaignId }) => ({ campaign_id: campaignId }),
	contact: (params, item) => ({
		columns: columnsOf(params),
		variables: variablesOf(params, item),
	}),
	screen: screenContact,
	read: readCounted,
});

export const getPdsContacts = kitList({
	resource: 'pdsContact',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many contacts of PDS campaigns',
	description: 'Get contacts with their state and attempts',
	method: 'agentCampaigns/searchContacts',
	fields: {
		campaignId: optional(ref.pdsCampaign('Only contacts of this campaign')),
		campaignListId: optional(ref.pdsList('Only contacts of this list')),
		id: idFilter('Contact ID', 'Only the contact with this ID', '115026'),
		phone: phoneFilter('Phone', `Only contacts with this number. ${PART_TOO}`),
		status: choices({
			displayName: 'Statuses',
			additional: true,
			options: [
				{ name: 'Canceled', value: 'canceled' },
				{ name: 'Failed', value: 'failed' },
				{ name: 'Ongoing', value: 'ongoing' },
				{ name: 'Success', value: 'success' },
			],
			description: 'Only contacts in one of these states',
		}),
		from: utcDate({
			displayName: 'From',
			additional: true,
			description: 'Start of the period. Times without a zone are those of the workflow.',
		}),
		to: utcDate({
			displayName: 'To',
			additional: true,
			description: 'End of the period. Times without a zone are those of the workflow.',
		}),
	},
	prepare(params) {
		assertPeriod(params.from, params.to);
		return params;
	},
	body: ({ phone }) => ({ phone: phone?.replace('+', '') }),
});

const contactIds = idList({
	displayName: 'Contact IDs',
	required: true,
	placeholder: 'e.g. 115026, 115027',
	description: 'IDs from Get Many, with commas between them',
});

export const cancelPdsContacts = kitOperation({
	resource: 'pdsContact',
	name: 'cancel',
	displayName: 'Cancel',
	action: 'Cancel contacts of a PDS campaign',
	description: 'Stop calling contacts of a campaign',
	method: 'agentCampaigns/cancelContacts',
	safety: 'idempotent',
	fields: {
		campaignId: ref.pdsCampaign('Campaign of the contacts'),
		which: choice({
			displayName: 'Contacts',
			default: 'chosen',
			options: [
				{ name: 'All of the Campaign', value: 'all' },
				{ name: 'By ID', value: 'chosen' },
			],
			description: 'Which contacts are no longer called',
		}),
		contactIds: shown(contactIds, { which: ['chosen'] }),
		comment: text({
			displayName: 'Comment',
			additional: true,
			maxLength: 255,
			placeholder: 'e.g. Opted out',
			description: 'Reason, up to 255 characters',
		}),
	},
	local: ['which'],
	body: ({ which }) => ({ cancel_all: which === 'all' ? true : undefined }),
	identify: ({ campaignId, contactIds: ids }) => ({
		campaign_id: Number(campaignId),
		...(ids && { contact_ids: ids }),
	}),
	simplify: () => ({ canceled: true }),
});

export const addAttempts = kitOperation({
	resource: 'pdsContact',
	name: 'addAttempts',
	displayName: 'Add Attempts',
	action: 'Add attempts to contacts of a PDS campaign',
	description: 'Have contacts called again. Repeating it calls them once more.',
	method: 'agentCampaigns/addAttempts',
	safety: 'spends',
	recheck: 'look at the attempts of the contact with PDS Contact: Get Many',
	fields: {
		campaignId: ref.pdsCampaign('Campaign of the contacts'),
		contactIds,
		maxAttempts: integer({
			displayName: 'Attempts',
			required: true,
			default: 1,
			min: 1,
			description: 'Number of attempts',
		}),
		interval: integer({
			displayName: 'Interval (Minutes)',
			required: true,
			default: 60,
			min: 1,
			description: 'Minutes between the attempts',
		}),
	},
	identify: ({ campaignId, contactIds: ids }) => ({
		campaign_id: Number(campaignId),
		contact_ids: ids,
	}),
	simplify: () => ({}),
});

export const getPdsLists = kitList({
	resource: 'pdsList',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many lists of PDS campaigns',
	description: 'Get the contact lists of PDS campaigns with their counts',
	method: 'agentCampaigns/searchCampaignLists',
	fields: {
		agentCampaignId: optional(ref.pdsCampaign('Only lists of this campaign')),
		id: idFilter('List ID', 'Only the list with this ID', '77'),
		status: choices({
			displayName: 'Statuses',
			additional: true,
			options: [
				{ name: 'Completed', value: 'completed' },
				{ name: 'Ongoing', value: 'ongoing' },
				{ name: 'Paused', value: 'paused' },
				{ name: 'Processing', value: 'processing' },
			],
			description: 'Only lists in one of these states',
		}),
	},
});

const setStatus = kitOperation({
	resource: 'pdsList',
	name: 'setStatus',
	displayName: 'Set Status',
	action: 'Set the status of a list of a PDS campaign',
	description: 'Go on with a list, pause it or cancel it',
	method: 'agentCampaigns/setListStatus',
	safety: 'spends',
	recheck: 'look at its status with PDS List: Get Many',
	fields: {
		id: ref.pdsList('List that goes on, is paused or is cancelled'),
		status: choice({
			displayName: 'Status',
			default: 'paused',
			options: [
				{ name: 'Canceled', value: 'canceled', description: 'Never call its contacts again' },
				{ name: 'Ongoing', value: 'ongoing', description: 'Call its contacts' },
				{ name: 'Paused', value: 'paused', description: 'Stop calling for now' },
			],
			description: 'State that the list gets',
		}),
	},
	identify: ({ id, status }) => ({ id: Number(id), status }),
});

export const setPdsListStatus = repeatable(setStatus, 'ongoing');
