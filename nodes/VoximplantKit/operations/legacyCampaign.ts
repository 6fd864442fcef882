import { choice, flag, integer, text } from '../../shared/operation/field';
import { appendOperation, variableFields, variablesOf, sentPhone } from './append';
import { deleted, kitList, kitOperation } from './base';
import { clockTime } from './campaignFields';
import { alreadySo } from './changes';
import { readCounted } from './counted';
import { idFilter, ref, shown, utcDate } from './fields';
import { assertPeriod } from './idList';
import { columnsOf, contactColumns, screenContact } from './pdsContact';

/** Dialer 1.0, which Kit keeps for campaigns of old (voximplant-kit.md §5.15). */

/** The most contacts of one request. */
const APPEND_ROWS = 100;

const more = { additional: true } as const;

export const createLegacy = kitOperation({
	resource: 'legacyCampaign',
	name: 'create',
	displayName: 'Create',
	action: 'Create and start a legacy campaign',
	description:
		'Make a campaign of dialer 1.0 and start it; contacts are called as soon as they are appended. New work should use the resource Campaign.',
	method: 'outbound/initCampaign',
	safety: 'spends',
	recheck: 'look for its title with Legacy Campaign: Get Many',
	fields: {
		title: text({
			displayName: 'Title',
			required: true,
			placeholder: 'e.g. Reminders',
			description: 'Title of the campaign',
		}),
		scenarioId: ref.outgoingScenario('Scenario that runs for each contact'),
		callFrom: choice({
			displayName: 'Call From',
			default: 'phoneNumberId',
			options: [
				{ name: 'A Caller ID', value: 'callerId', description: 'A verified number of your own' },
				{ name: 'A Phone Number', value: 'phoneNumberId', description: 'A number bought in Kit' },
			],
			description: 'Which number the callee sees',
		}),
		phoneNumberId: shown(ref.phoneNumber('Number that calls'), { callFrom: ['phoneNumberId'] }),
		callerId: shown(ref.callerId('Verified number that is shown'), { callFrom: ['callerId'] }),
		maxLines: integer({
			displayName: 'Lines',
			default: 10,
			min: 1,
			description: 'How many calls run at once',
		}),
		maxAttempts: integer({
			displayName: 'Attempts',
			default: 1,
			min: 1,
			description: 'How often a contact is called at most',
		}),
		interval: integer({
			displayName: 'Interval (Minutes)',
			default: 60,
			min: 0,
			description: 'Minutes between the attempts',
		}),
		dateStart: utcDate({ displayName: 'Start', ...more, description: 'When the campaign starts' }),
		dateEnd: utcDate({ displayName: 'End', ...more, description: 'When the campaign ends' }),
		timeStart: clockTime('Working Time From', 'Start of the hours in which numbers are called'),
		timeEnd: clockTime('Working Time To', 'End of the hours in which numbers are called'),
		permanent: flag({
			displayName: 'Permanent',
			...more,
			default: true,
			description: 'Whether the campaign stays open for further contacts',
		}),
		description: text({
			displayName: 'Description',
			...more,
			placeholder: 'e.g. Reminders of June',
			description: 'What the campaign is about',
		}),
	},
	local: ['callFrom'],
	prepare(params) {
		assertPeriod(params.dateStart, params.dateEnd, ['Start', 'End']);
		return params;
	},
	identify: ({ title }) => ({ title }),
});

export const appendLegacy = appendOperation({
	resource: 'legacyCampaign',
	name: 'append',
	displayName: 'Append Contacts',
	action: 'Append contacts to a legacy campaign',
	description:
		'Add one contact per input item to a campaign of dialer 1.0; up to 100 travel in one request. A running campaign calls them at once.',
	recheck: 'look for the number with Call: Get Many',
	method: 'outbound/appendToCampaign',
	size: APPEND_ROWS,
	phoneColumn: 'phone',
	fields: {
		campaignId: ref.legacyCampaign('Campaign that gets the contacts'),
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

function day(displayName: string, description: string) {
	return utcDate({ displayName, ...more, description });
}

export const getLegacyCampaigns = kitList({
	resource: 'legacyCampaign',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many legacy campaigns',
	description: 'Get the campaigns of dialer 1.0',
	method: 'outbound/searchCampaigns',
	fields: {
		status: choice({
			displayName: 'Status',
			default: 'any',
			options: [
				{ name: 'Any', value: 'any' },
				{ name: 'Canceled', value: 'canceled' },
				{ name: 'Completed', value: 'completed' },
				{ name: 'Draft', value: 'draft' },
				{ name: 'Error', value: 'error' },
				{ name: 'Paused', value: 'paused' },
				{ name: 'Processing', value: 'processing' },
				{ name: 'Ready', value: 'ready' },
				{ name: 'Started', value: 'started' },
			],
			description: 'Which campaigns are returned',
		}),
		id: idFilter('Campaign ID', 'Only the campaign with this ID', '55'),
		title: text({
			displayName: 'Title',
			...more,
			placeholder: 'e.g. Reminders',
			description: 'Only campaigns with this title',
		}),
		dateStart: day('Start', 'Only campaigns that start then'),
		dateEnd: day('End', 'Only campaigns that end then'),
		dateCreate: day('Created', 'Only campaigns made then'),
		fields: text({
			displayName: 'Fields to Return',
			...more,
			placeholder: 'e.g. title,status',
			description: 'Names of the fields to return, with commas between them; all unless given',
		}),
	},
	body: ({ status }) => ({ status: status === 'any' ? undefined : status }),
});

interface Change {
	readonly name: string;
	readonly displayName: string;
	readonly action: string;
	readonly description: string;
	readonly method: 'outbound/pauseCampaign' | 'outbound/resumeCampaign' | 'outbound/stopCampaign';
	/** Calls go out after it, so it counts as spending. */
	readonly dials?: boolean;
}

function statusChange({ dials, ...change }: Change) {
	return kitOperation({
		...change,
		resource: 'legacyCampaign',
		safety: dials ? 'spends' : 'idempotent',
		recheck: 'look at its status with Legacy Campaign: Get Many',
		fields: { id: ref.legacyCampaign('The campaign, chosen or by its ID') },
		identify: ({ id }) => ({ id: Number(id) }),
		simplify: () => ({ success: true }),
		...(!dials && { excuse: alreadySo }),
	});
}

export const pauseLegacy = statusChange({
	name: 'pause',
	displayName: 'Pause',
	action: 'Pause a legacy campaign',
	description: 'Stop calling until the campaign is resumed',
	method: 'outbound/pauseCampaign',
});

export const resumeLegacy = statusChange({
	name: 'resume',
	displayName: 'Resume',
	action: 'Resume a legacy campaign',
	description: 'Go on calling after a pause',
	method: 'outbound/resumeCampaign',
	dials: true,
});

export const stopLegacy = statusChange({
	name: 'stop',
	displayName: 'Stop',
	action: 'Stop a legacy campaign',
	description: 'End a campaign for good',
	method: 'outbound/stopCampaign',
});

export const deleteLegacy = kitOperation({
	resource: 'legacyCampaign',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a legacy campaign',
	description: 'Delete a campaign that is still a draft',
	method: 'outbound/deleteCampaign',
	safety: 'idempotent',
	fields: { id: ref.legacyCampaign('Campaign that is deleted') },
	identify: ({ id }) => ({ id: Number(id) }),
	simplify: deleted,
});
