import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { choice, flag, integer, reference, text } from '../../shared/operation/field';
import type { Outcome } from '../../shared/operation/operation';
import type { Envelope } from '../api';
import { listOf, withNumbers } from '../values';
import { extraParameters, functionOperation, listOperation } from './base';
import { groupField, maxAnswered, PERIOD_LABELS, scheduleFields } from './campaignFields';
import { assertPeriod, dateField, positiveId } from './fields';

const COUNTS = [
	'cp_active',
	'cp_ontime',
	'cp_destinations',
	'cp_pas',
	'cp_made',
	'cp_answered',
	'cp_transfered',
	'cp_max_answered',
];

const STATES: Readonly<Record<string, string>> = { 0: 'paused', 1: 'active', 2: 'loading' };

/** Whether its numbers could not be loaded, so that it can never be activated (velip.md §9.1). */
export function hasFailedToLoad({ cp_status_txt: words }: IDataObject): boolean {
	return /^Falha na gera/i.test(asText(words));
}

function stateOf(row: IDataObject): string {
	const state = STATES[asText(row.cp_active)] ?? 'unknown';
	return state === 'paused' && hasFailedToLoad(row) ? 'failed' : state;
}

/** A campaign row: numbers as numbers, and its state in a word (velip.md §9.3). */
export function campaignRow(row: IDataObject): IDataObject {
	const numbers = withNumbers(row, COUNTS);
	return { ...numbers, state: stateOf(numbers) };
}

export const campaign = reference({
	displayName: 'Campaign',
	lookup: 'searchCampaigns',
	example: '4500',
	pattern: positiveId,
	required: true,
	description: 'The campaign, from the list or by its ID (cp_id)',
});

const acceptNoChange = flag({
	displayName: 'Accept No Change',
	default: true,
	description: 'Whether it counts as success when the campaign has these values already',
});

function changedRow(_: IDataObject, __: unknown, envelope: Envelope): IDataObject {
	const [row = {}] = listOf(envelope.answer, 'campaigns').map(campaignRow);
	return { ...row, changed: true };
}

/** Velip refuses values that are set already (230), which a workflow may not care about. */
function excuse(error: CallError, params: { acceptNoChange: boolean }): Outcome | undefined {
	if (error.code !== '230' || !params.acceptNoChange) return undefined;
	return { raw: { changed: false }, data: { changed: false } };
}

const change = {
	resource: 'campaign',
	safety: 'idempotent',
	fn: 'ChangeCampaign',
	recheck: 'look at it with Campaign: Get',
	local: ['acceptNoChange'],
	identify: ({ cpId }: { cpId: string }): IDataObject => ({ cp_id: cpId }),
	excuse,
	simplify: changedRow,
} as const;

export const updateCampaign = functionOperation({
	...change,
	name: 'update',
	displayName: 'Update',
	action: 'Update a campaign',
	description: 'Change dates, times, speed, name or limits of a campaign',
	fields: {
		cpId: campaign,
		acceptNoChange,
		...scheduleFields,
		ligMin: text({
			displayName: 'Calls per Minute',
			additional: true,
			placeholder: 'e.g. 30',
			pattern: { test: /^(\d+|max)$/, message: 'must be a number or max' },
			description: 'How many calls are made in a minute, or max',
		}),
		pas: integer({
			displayName: 'Concurrent Transfers',
			additional: true,
			min: 1,
			description: 'How many calls are transferred at once; for campaigns that transfer calls',
		}),
		name: text({
			displayName: 'Name',
			additional: true,
			maxLength: 50,
			placeholder: 'e.g. Reminders in June',
			description: 'New name of the campaign',
		}),
		maxAnswered,
		group: groupField,
		extraParameters,
	},
	prepare(params) {
		assertPeriod(params, PERIOD_LABELS);
		const { dateStart, dateEnd, timeStart, timeEnd, ligMin, pas, maxAnswered, group } = params;
		const values = [dateStart, dateEnd, timeStart, timeEnd, ligMin, pas, maxAnswered, group];
		const all = [...values, params.name, params.extraParameters?.at(0)];
		if (all.some((value) => value !== undefined)) return params;
		throw new ParameterError(
			'There is nothing to change',
			'Add a field under "Additional Fields", e.g. "End Date".',
		);
	},
});

export const activateCampaign = functionOperation({
	...change,
	name: 'activate',
	displayName: 'Activate',
	action: 'Activate a campaign',
	description: 'Start a campaign, or go on with a paused one',
	fields: { cpId: campaign, acceptNoChange },
	body: () => ({ active: 1 }),
});

export const pauseCampaign = functionOperation({
	...change,
	name: 'pause',
	displayName: 'Pause',
	action: 'Pause a campaign',
	description: 'Stop a campaign for now; Velip has no way to delete one',
	fields: { cpId: campaign, acceptNoChange },
	body: () => ({ active: 0 }),
});

export const getCampaign = functionOperation({
	resource: 'campaign',
	name: 'get',
	displayName: 'Get',
	action: 'Get a campaign',
	description: 'Get the state and the counts of a campaign: made, answered, transferred',
	safety: 'read',
	fn: 'GetCampaignsList',
	fields: {
		findBy: choice({
			displayName: 'Find Campaign By',
			default: 'cpId',
			options: [
				{ name: 'Campaign', value: 'cpId' },
				{ name: 'Correlation ID', value: 'cpCtid' },
			],
			description: 'Which ID you have',
		}),
		cpId: { ...campaign, show: { findBy: ['cpId'] } },
		cpCtid: text({
			displayName: 'Correlation ID',
			required: true,
			show: { findBy: ['cpCtid'] },
			placeholder: 'e.g. june-reminders',
			description: 'Your own ID that was given when the campaign was created',
		}),
	},
	local: ['findBy'],
	simplify(_, params, envelope) {
		const rows = listOf(envelope.answer, 'campaigns').map(campaignRow);
		const { cpId, cpCtid } = params;
		const [row] = rows.filter(
			({ cp_id: id, cp_ctid: ctid }) =>
				(cpId === undefined || String(id) === cpId) &&
				(cpCtid === undefined || ctid === undefined || String(ctid) === cpCtid),
		);
		if (row !== undefined) return row;
		throw new CallError(`Velip knows no campaign ${cpId ?? cpCtid}`);
	},
});

export const getCampaigns = listOperation({
	resource: 'campaign',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many campaigns',
	description: 'Get campaigns with their state and counts, newest first',
	fn: 'GetCampaignsList',
	key: 'campaigns',
	limited: true,
	fields: {
		active: flag({
			displayName: 'Only Active',
			additional: true,
			default: true,
			description: 'Whether to return only active campaigns',
		}),
		date: dateField('Ends On or After', 'Only campaigns that end on this day or later'),
		group: groupField,
		model: flag({
			displayName: 'Only Models',
			additional: true,
			default: true,
			description: 'Whether to return only models',
		}),
		search: text({
			displayName: 'Search',
			additional: true,
			placeholder: 'e.g. reminder',
			description: 'Only campaigns whose name, description, ID or audio holds this',
		}),
	},
	body: ({ active, model }) => ({
		active: undefined,
		type: active ? 'on' : undefined,
		model: model ? '1' : undefined,
	}),
	row: campaignRow,
});
