import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import type { Safety } from '../../shared/http/request';
import { choice, flag, integer, text } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import type { Operation } from '../../shared/operation/operation';
import { tidyRow } from '../values';
import {
	agentCampaignFields,
	assertAgentRules,
	changedMode,
	mediaRegion,
	mode,
	pace,
	withSwitch,
} from './agentFields';
import { deleted, kitList, kitOperation, only, rowsOf } from './base';
import {
	clockTime,
	NUMBER_LOCALS,
	numberFields,
	phoneNumbers,
	workingTime,
} from './campaignFields';
import { alreadySo, assertChanges } from './changes';
import { idFilter, include, optional, ref, refs, utcDate } from './fields';

/** Campaigns that dial ahead of free agents (voximplant-kit.md §5.5). */

const title = text({
	displayName: 'Title',
	required: true,
	maxLength: 255,
	placeholder: 'e.g. Spring sale',
	description:
		'Title of the campaign and of the queue that Kit makes with it, up to 255 characters',
});

const more = { additional: true } as const;

const schedule = {
	dateStart: utcDate({
		displayName: 'Start',
		...more,
		description:
			'When the campaign may start, today or later. Sent as UTC; times without a zone are those of the workflow.',
	}),
	dateEnd: utcDate({
		displayName: 'End',
		...more,
		description: 'When the campaign ends, at least an hour after its start and after now',
	}),
	workingTimeFrom: clockTime(
		'Working Time From',
		'Start of the hours in which numbers are called, in the time zone of each contact; round the clock unless given',
		true,
	),
	workingTimeTo: clockTime('Working Time To', 'End of the hours in which numbers are called', true),
	maxAttempts: integer({
		displayName: 'Attempts',
		...more,
		min: 1,
		max: 5,
		description: 'How often a contact is called at most, from 1 to 5; 1 unless given',
	}),
	interval: integer({
		displayName: 'Interval (Minutes)',
		...more,
		min: 1,
		description: 'Minutes between the attempts; 60 unless given',
	}),
	dialUpTimeSec: integer({
		displayName: 'Ringing Time (Seconds)',
		...more,
		min: 1,
		description: 'How long it rings before the attempt counts as not answered',
	}),
	afterserviceTimeLimit: integer({
		displayName: 'After-Call Work (Seconds)',
		...more,
		min: 0,
		description: 'How long agents have after a call; 0 does not limit it',
	}),
	dncLists: refs('searchDncLists', 'Do-Not-Call List Names or IDs', { additional: true }),
	...mediaRegion,
	...agentCampaignFields,
	...pace,
};

const LOCALS = [...NUMBER_LOCALS, 'workingTimeFrom', 'workingTimeTo'] as const;

interface Numbers {
	phoneNumberIds?: number[];
	callerIdIds?: number[];
	sipNumberIds?: number[];
}

/** One number goes by its own name, several as a pool that takes turns (voximplant-kit.md §5.5). */
function source(params: Numbers): Record<string, unknown> {
	const pool = phoneNumbers(params, true);
	const { phoneNumberIds = [], callerIdIds = [], sipNumberIds = [] } = params;
	if (phoneNumberIds.length + callerIdIds.length + sipNumberIds.length > 1) {
		return { phone_numbers: pool };
	}
	return {
		phone_number_id: phoneNumberIds[0],
		caller_id: callerIdIds[0],
		sip_number_id: sipNumberIds[0],
	};
}

interface Settings {
	workingTimeFrom?: string;
	workingTimeTo?: string;
	roundTheClock?: boolean;
	afterserviceTimeLimit?: number;
	region?: string;
}

/** What Kit wants together with a switch, or as a pair. */
function composed({ roundTheClock, afterserviceTimeLimit, region, ...params }: Settings) {
	const hours = workingTime(params.workingTimeFrom, params.workingTimeTo, true);
	if (roundTheClock && hours !== undefined) {
		throw new ParameterError('"Round the Clock" cannot be on together with working times');
	}
	return {
		// An empty value, not a missing one, removes the hours (voximplant-kit.md §3.1).
		working_time: roundTheClock ? '' : hours,
		afterservice_time_limit_enabled:
			afterserviceTimeLimit === undefined ? undefined : afterserviceTimeLimit > 0,
		...withSwitch({ region }),
	};
}

const HOUR_MS = 3_600_000;

function asTime(utc: string): number {
	return Date.parse(`${utc.replace(' ', 'T')}Z`);
}

/** @throws ParameterError */
function assertDates({ dateStart, dateEnd }: { dateStart?: string; dateEnd?: string }): void {
	if (dateEnd === undefined) return;
	if (dateStart !== undefined && asTime(dateEnd) < asTime(dateStart) + HOUR_MS) {
		throw new ParameterError('"End" must be at least an hour after "Start"');
	}
	if (asTime(dateEnd) < Date.now() + HOUR_MS) {
		throw new ParameterError('"End" must be at least an hour from now');
	}
}

export const createPds = kitOperation({
	resource: 'pdsCampaign',
	name: 'create',
	displayName: 'Create',
	action: 'Create a PDS campaign',
	description: 'Make a draft of a campaign that gives answered calls to agents, and its queue',
	method: 'agentCampaigns/createCampaign',
	safety: 'spends',
	recheck: 'look for its title with PDS Campaign: Get Many',
	fields: {
		title,
		...numberFields,
		mode,
		folderId: idFilter('Folder ID', 'Folder that the campaign is put into', '3'),
		...schedule,
	},
	local: LOCALS,
	prepare(params) {
		source(params);
		composed(params);
		assertDates(params);
		assertAgentRules(params);
		return params;
	},
	body: (params) => ({ ...source(params), ...composed(params) }),
	identify: ({ title: name }) => ({ title: name }),
});

export const updatePds = kitOperation({
	resource: 'pdsCampaign',
	name: 'update',
	displayName: 'Update',
	action: 'Update a PDS campaign',
	description:
		'Change a campaign; what is not given stays as it is. Dates and hours cannot be changed once it has started.',
	method: 'agentCampaigns/updateCampaign',
	safety: 'idempotent',
	fields: {
		id: ref.pdsCampaign('Campaign that changes'),
		title: { ...title, description: 'Title of the campaign, which Kit wants each time' },
		phoneNumberIds: optional(numberFields.phoneNumberIds),
		callerIdIds: optional(numberFields.callerIdIds),
		sipNumberIds: numberFields.sipNumberIds,
		mode: changedMode,
		roundTheClock: flag({
			displayName: 'Round the Clock',
			...more,
			default: true,
			description: 'Whether to remove the working times, so that numbers are called at all hours',
		}),
		...schedule,
	},
	local: [...LOCALS, 'roundTheClock'],
	prepare(params) {
		assertChanges(params);
		phoneNumbers(params, false);
		composed(params);
		assertDates(params);
		assertAgentRules(params);
		return params;
	},
	body: (params) => ({ phone_numbers: phoneNumbers(params, false), ...composed(params) }),
	identify: ({ id }) => ({ id: Number(id) }),
});

const included = {
	withQueue: include('Queue', 'its queue'),
	withCampaignLists: include('Lists', 'its contact lists'),
	withUsers: include('Agents', 'its agents'),
	withFolderName: include('Folder Name', 'the name of its folder'),
	withWrapUpCodesSet: include('Wrap-Up Codes Set', 'its wrap-up codes'),
	withDncLists: include('Do-Not-Call Lists', 'its do-not-call lists'),
	withSupervisors: include('Supervisors', 'its supervisors'),
	withPhoneNumbers: include('Phone Numbers', 'the numbers that it calls from'),
};

export const getPdsCampaigns = kitList({
	resource: 'pdsCampaign',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many PDS campaigns',
	description: 'Get PDS campaigns with their status and counts, the newest first',
	method: 'agentCampaigns/searchCampaigns',
	sort: '-id',
	fields: {
		status: choices({
			displayName: 'Statuses',
			...more,
			options: [
				{ name: 'Completed', value: 'completed' },
				{ name: 'Draft', value: 'draft' },
				{ name: 'Ongoing', value: 'ongoing' },
				{ name: 'Paused', value: 'paused' },
				{ name: 'Scheduled', value: 'scheduled' },
			],
			description: 'Only campaigns in one of these states',
		}),
		title: text({
			displayName: 'Title',
			...more,
			placeholder: 'e.g. Spring',
			description: 'Only campaigns with this title',
		}),
		folderId: idFilter('Folder ID', 'Only campaigns in this folder', '3'),
		...included,
	},
});

export const getPdsCampaign = kitOperation({
	resource: 'pdsCampaign',
	name: 'get',
	displayName: 'Get',
	action: 'Get a PDS campaign',
	description: 'Get a PDS campaign with its status and counts',
	method: 'agentCampaigns/searchCampaigns',
	fields: { id: ref.pdsCampaign('Campaign that is returned'), ...included },
	simplify(result, { id }) {
		const found = rowsOf(result).find((row) => isRecord(row) && String(row.id) === id);
		if (found !== undefined) return tidyRow(found);
		throw new CallError(`Voximplant Kit knows no PDS campaign ${id}`);
	},
});

/** Only what makes calls go out must not be repeated; to pause or end twice does no harm. */
export function repeatable(operation: Operation, dials: string): Operation {
	return {
		...operation,
		request(calls) {
			const { status } = only(calls) as { status?: string };
			const safety: Safety = status === dials ? 'spends' : 'idempotent';
			return { ...operation.request(calls), safety };
		},
	};
}

const setStatus = kitOperation({
	resource: 'pdsCampaign',
	name: 'setStatus',
	displayName: 'Set Status',
	action: 'Set the status of a PDS campaign',
	description:
		'Start, pause or end a campaign. Starting needs agents, an active number and enough money.',
	method: 'agentCampaigns/setCampaignStatus',
	safety: 'spends',
	recheck: 'look at its status with PDS Campaign: Get',
	fields: {
		id: ref.pdsCampaign('Campaign that is started, paused or ended'),
		status: choice({
			displayName: 'Status',
			default: 'paused',
			options: [
				{ name: 'Completed', value: 'completed', description: 'End the campaign for good' },
				{ name: 'Ongoing', value: 'ongoing', description: 'Call the contacts' },
				{ name: 'Paused', value: 'paused', description: 'Stop calling for now' },
			],
			description: 'State that the campaign gets',
		}),
	},
	identify: ({ id, status }) => ({ id: Number(id), status }),
	excuse: (error, params) => (params.status === 'ongoing' ? undefined : alreadySo(error, params)),
});

export const setPdsStatus = repeatable(setStatus, 'ongoing');

export const deletePds = kitOperation({
	resource: 'pdsCampaign',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a PDS campaign',
	description: 'Delete a campaign that is a draft, scheduled or completed',
	method: 'agentCampaigns/deleteCampaign',
	safety: 'idempotent',
	fields: { id: ref.pdsCampaign('Campaign that is deleted') },
	identify: ({ id }): IDataObject => ({ id: Number(id) }),
	simplify: deleted,
});

export const getPdsStatistics = kitOperation({
	resource: 'pdsCampaign',
	name: 'getStatistics',
	displayName: 'Get Statistics',
	action: 'Get how many PDS campaigns there are',
	description: 'Get how many PDS campaigns are in each state',
	method: 'agentCampaigns/getStat',
	fields: {},
});
