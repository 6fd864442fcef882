import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { flag, integer, text } from '../../shared/operation/field';
import type { Follow } from '../../shared/operation/operation';
import { functionRequest, readEnvelope } from '../api';
import { listOf } from '../values';
import { extraParameters, functionOperation } from './base';
import { campaign, campaignRow } from './campaignChange';
import {
	active,
	cloneFields,
	confirmationFields,
	openingFields,
	paceFields,
	questionFields,
	scheduleFields,
} from './campaignFields';
import { audioRef, followUp, followUpFields, noBlock, noBlockNotice } from './fields';

/** The same for the same item when n8n runs the node again; 8 to 64 characters (§9.1). */
function requestId(place: string): string {
	return `n8n-${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}

const waitUntilLoaded = flag({
	displayName: 'Wait Until Loaded',
	default: true,
	description:
		'Whether to wait until Velip has loaded the numbers. A campaign cannot be changed before that.',
});

const loadMinutes = integer({
	displayName: 'Wait At Most (Minutes)',
	default: 5,
	min: 1,
	max: 60,
	show: { waitUntilLoaded: [true] },
	description:
		'After that the workflow goes on all the same, with "loaded" false; the campaign exists and keeps loading',
});

const LOAD_FAILED = /^Falha na gera/i;

function loadState(row: IDataObject): { data: IDataObject; isFinal: boolean } {
	const { cp_active: active, cp_destinations: destinations, cp_status_txt: words } = row;
	const failed = typeof words === 'string' && LOAD_FAILED.test(words);
	return {
		data: {
			loaded: active !== 2 && !failed,
			cp_active: active,
			cp_destinations: destinations,
			...(typeof words === 'string' && { cp_status_txt: words }),
		},
		isFinal: active !== 2,
	};
}

const untilLoaded: Follow<{ waitUntilLoaded: boolean; loadMinutes?: number }> = {
	limitMs: (params) => (params.waitUntilLoaded ? (params.loadMinutes ?? 5) * 60_000 : undefined),
	everyMs: 3_000,
	request: (data) => functionRequest('GetCampaignsList', { cp_id: data.cp_id, maxreg: 1 }, 'read'),
	read(reply) {
		const [row] = listOf(readEnvelope(reply).answer, 'campaigns').map(campaignRow);
		return row === undefined ? { data: { loaded: false }, isFinal: false } : loadState(row);
	},
	giveUp: (problem) => ({ loaded: false, ...(problem && { loadProblem: problem }) }),
};

const creation = {
	cpCtid: text({
		displayName: 'Correlation ID',
		additional: true,
		placeholder: 'e.g. june-reminders',
		description: 'Your own ID, by which the campaign is found again',
	}),
	requestId: text({
		displayName: 'Request ID',
		additional: true,
		placeholder: 'e.g. june-reminders-1',
		pattern: {
			test: /^[A-Za-z0-9._:-]{8,64}$/,
			message: 'needs 8 to 64 letters, digits, dots, underscores, colons or dashes',
		},
		description:
			'Makes repeating harmless: the same ID with the same settings within 30 minutes returns the first campaign. Made automatically, and the same when n8n tries again.',
	}),
	waitUntilLoaded,
	loadMinutes,
	extraParameters,
};

const LOCAL = [
	'noBlockNotice',
	'waitUntilLoaded',
	'loadMinutes',
	'active',
	'opening',
	'destinations',
];

interface CreateParams {
	requestId?: string;
	active?: boolean;
	noBlock?: boolean;
	content?: string;
	amd?: string;
	contentno?: string;
	contentfail?: string;
	mobile?: boolean;
	limitName?: string;
}

function createBody(params: CreateParams): Record<string, unknown> {
	return {
		content: audioRef(params.content),
		amd: audioRef(params.amd),
		contentno: audioRef(params.contentno),
		contentfail: audioRef(params.contentfail),
		cp_ativo: params.active === undefined ? undefined : Number(params.active),
		limit_name: params.limitName === undefined ? undefined : Number(params.limitName),
	};
}

const base = {
	resource: 'campaign',
	safety: 'idempotent',
	fn: 'CreateCampaign',
	recheck: 'look for it with Campaign: Get Many',
	local: LOCAL,
	prepare: <P extends CreateParams>(params: P, place: string): P => ({
		...params,
		requestId: params.requestId ?? requestId(place),
	}),
	identify: ({ requestId: id }: CreateParams) => ({ request_id: id }),
	until: untilLoaded,
} as const;

const shared = { active, ...scheduleFields, noBlock, noBlockNotice, ...paceFields };

export const createCampaign = functionOperation({
	...base,
	name: 'create',
	displayName: 'Create Simple',
	action: 'Create a simple campaign',
	description: 'Call every number of a list and play a text or an audio',
	fields: { ...openingFields, ...shared, ...followUp, ...creation },
	body: (params) => ({ ...createBody(params), ...followUpFields(params), cp_type: '0' }),
});

/** Entries of numbered audio slots as Velip's fields, e.g. `cont3`. */
function slotBody(
	prefix: string,
	entries: ReadonlyArray<{ number: number; content: string }> = [],
) {
	return Object.fromEntries(
		entries.map(({ number, content }) => [`${prefix}${number}`, audioRef(content)]),
	);
}

export const createQuestions = functionOperation({
	...base,
	name: 'createQuestions',
	displayName: 'Create Question and Answer',
	action: 'Create a question and answer campaign',
	description: 'Call every number of a list, ask for a key, and play an audio for each key',
	fields: { ...openingFields, ...questionFields, ...shared, ...creation },
	local: [...LOCAL, 'answers'],
	body: (params) => ({
		...createBody(params),
		...slotBody('cont', params.answers),
		cp_type: '4',
	}),
});

export const createConfirmation = functionOperation({
	...base,
	name: 'createConfirmation',
	displayName: 'Create Confirmation',
	action: 'Create a confirmation campaign',
	description:
		'Call every number of a list, and let the callee confirm with keys that are compared with a column of the list',
	fields: { ...openingFields, ...confirmationFields, ...shared, ...creation },
	local: [...LOCAL, 'audios'],
	body: (params) => ({
		...createBody(params),
		...slotBody('content', params.audios),
		cp_type: '6',
	}),
});

export const cloneCampaign = functionOperation({
	...base,
	name: 'clone',
	displayName: 'Clone',
	action: 'Clone a campaign',
	description:
		'Start a copy of any campaign with another list, also of kinds that only the panel can make. What is left empty is taken from the original.',
	fields: { cpId: { ...campaign, displayName: 'Campaign to Clone' }, ...cloneFields, ...creation },
	body: (params) => createBody(params),
});
