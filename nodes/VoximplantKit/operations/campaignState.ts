import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { choice, text } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import { tidyRow } from '../values';
import { deleted, kitList, kitOperation, rowsOf } from './base';
import { planned } from './campaignFields';
import { alreadySo } from './changes';
import { include, ref, refs, utcDate } from './fields';

const KINDS = {
	all: ['automated', 'operator'],
	automated: ['automated'],
	operator: ['operator'],
} as const;

const included = {
	withPhoneNumbers: include('Phone Numbers', 'the numbers that the campaign calls from'),
	withDncLists: include('Do-Not-Call Lists', 'its do-not-call lists'),
	withSupervisors: include('Supervisors', 'its supervisors'),
	withUsers: include('Agents', 'its agents'),
	withQueue: include('Queue', 'its queue'),
	withWrapUpCodesSet: include('Wrap-Up Codes Set', 'its wrap-up codes'),
};

function dateFilter(displayName: string, description: string) {
	return utcDate({ displayName, additional: true, description });
}

export const getCampaigns = kitList({
	resource: 'campaign',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many campaigns',
	description: 'Get campaigns of dialer 2.0, with or without agents',
	method: 'campaigns/search',
	fields: {
		kind: choice({
			displayName: 'Kind',
			default: 'all',
			options: [
				{ name: 'All', value: 'all' },
				{ name: 'Automated', value: 'automated' },
				{ name: 'With Agents', value: 'operator' },
			],
			description: 'Which campaigns are returned',
		}),
		statuses: choices({
			displayName: 'Statuses',
			additional: true,
			options: [
				{ name: 'Completed', value: 'completed' },
				{ name: 'Draft', value: 'draft' },
				{ name: 'Ongoing', value: 'ongoing' },
				{ name: 'Paused', value: 'paused' },
				{ name: 'Scheduled', value: 'scheduled' },
			],
			description: 'Only campaigns in one of these states',
		}),
		ids: refs('searchCampaigns', 'Campaign Names or IDs', { additional: true }),
		title: text({
			displayName: 'Title',
			additional: true,
			placeholder: 'e.g. Spring',
			description: 'Only campaigns with this title',
		}),
		folderId: planned.folderId,
		from: dateFilter('Launched From', 'Only campaigns that started at this time or later'),
		to: dateFilter('Launched To', 'Only campaigns that started at this time or earlier'),
		createdFrom: dateFilter('Created From', 'Only campaigns made at this time or later'),
		createdTo: dateFilter('Created To', 'Only campaigns made at this time or earlier'),
		completedFrom: dateFilter('Completed From', 'Only campaigns that ended at this time or later'),
		completedTo: dateFilter('Completed To', 'Only campaigns that ended at this time or earlier'),
		...included,
	},
	local: ['kind'],
	body: ({ kind }) => ({ type: KINDS[kind] }),
});

export const getCampaign = kitOperation({
	resource: 'campaign',
	name: 'get',
	displayName: 'Get',
	action: 'Get a campaign',
	description: 'Get a campaign of dialer 2.0 with its status',
	method: 'campaigns/search',
	fields: { id: ref.campaign('Campaign that is returned'), ...included },
	local: ['id'],
	body: ({ id }) => ({ ids: [Number(id)], type: KINDS.all }),
	simplify(result, { id }) {
		const found = rowsOf(result).find((row) => isRecord(row) && String(row.id) === id);
		if (found !== undefined) return tidyRow(found);
		throw new CallError(`Voximplant Kit knows no campaign ${id}`);
	},
});

interface Change {
	readonly name: string;
	readonly displayName: string;
	readonly action: string;
	readonly description: string;
	readonly method:
		| 'campaigns/schedule'
		| 'campaigns/start'
		| 'campaigns/pause'
		| 'campaigns/resume'
		| 'campaigns/stop'
		| 'campaigns/draft';
	/** Calls go out after it, so it counts as spending. */
	readonly dials?: boolean;
}

/** The state after a change; the campaign where Kit gives it back (voximplant-kit.md §5.6). */
function changed(result: unknown, { id }: { id: string }): IDataObject {
	return isRecord(result) ? tidyRow(result) : { id: Number(id), success: true };
}

function statusChange({ dials, ...change }: Change) {
	return kitOperation({
		...change,
		resource: 'campaign',
		safety: dials ? 'spends' : 'idempotent',
		recheck: 'look at its status with Campaign: Get',
		fields: { id: ref.campaign('The campaign, chosen or by its ID') },
		identify: ({ id }) => ({ id: Number(id) }),
		simplify: changed,
		...(!dials && { excuse: alreadySo }),
	});
}

export const scheduleCampaign = statusChange({
	name: 'schedule',
	displayName: 'Schedule',
	action: 'Schedule a campaign',
	description: 'Have a draft start at its planned time',
	method: 'campaigns/schedule',
	dials: true,
});

export const startCampaign = statusChange({
	name: 'start',
	displayName: 'Start',
	action: 'Start a campaign',
	description: 'Start calling the contacts now',
	method: 'campaigns/start',
	dials: true,
});

export const pauseCampaign = statusChange({
	name: 'pause',
	displayName: 'Pause',
	action: 'Pause a campaign',
	description: 'Stop calling until the campaign is resumed',
	method: 'campaigns/pause',
});

export const resumeCampaign = statusChange({
	name: 'resume',
	displayName: 'Resume',
	action: 'Resume a campaign',
	description: 'Go on calling after a pause',
	method: 'campaigns/resume',
	dials: true,
});

export const stopCampaign = statusChange({
	name: 'stop',
	displayName: 'Stop',
	action: 'Stop a campaign',
	description: 'End a campaign for good',
	method: 'campaigns/stop',
});

export const draftCampaign = statusChange({
	name: 'returnToDraft',
	displayName: 'Return to Draft',
	action: 'Return a campaign to draft',
	description: 'Make a scheduled campaign a draft again, so that it can be changed',
	method: 'campaigns/draft',
});

export const deleteCampaign = kitOperation({
	resource: 'campaign',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a campaign',
	description: 'Delete a campaign',
	method: 'campaigns/delete',
	safety: 'idempotent',
	fields: { id: ref.campaign('Campaign that is deleted') },
	simplify: deleted,
});
