import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { flag, integer, text } from '../../shared/operation/field';
import type { Follow, Operation } from '../../shared/operation/operation';
import { functionRequest, readEnvelope } from '../api';
import { listOf } from '../values';
import { automaticId, extraParameters, functionOperation } from './base';
import { campaign, campaignRow, hasFailedToLoad } from './campaignChange';
import {
	active,
	cloneFields,
	confirmationFields,
	LIST_FILE_LABEL,
	openingFields,
	paceFields,
	PERIOD_LABELS,
	questionFields,
	scheduleFields,
} from './campaignFields';
import {
	assertFollowUp,
	assertPeriod,
	audioRef,
	callbackFields,
	followUp,
	followUpFields,
	noBlock,
	noBlockNotice,
} from './fields';
import { fileRecords } from './listFile';
import { assertRecords } from './listInput';

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

function loadState(row: IDataObject): { data: IDataObject; isFinal: boolean } {
	const { cp_active: active, cp_destinations: destinations, cp_status_txt: words } = row;
	const failed = hasFailedToLoad(row);
	// Neither loading (2) nor any other word, nor none at all, says that it is over.
	const isOver = active === 0 || active === 1;
	return {
		data: {
			loaded: isOver && !failed,
			cp_active: active,
			cp_destinations: destinations,
			...(typeof words === 'string' && { cp_status_txt: words }),
		},
		isFinal: isOver || failed,
	};
}

const untilLoaded: Follow<{ waitUntilLoaded: boolean; loadMinutes?: number }> = {
	limitMs: (params) => (params.waitUntilLoaded ? (params.loadMinutes ?? 5) * 60_000 : undefined),
	everyMs: 3_000,
	// The campaign exists, so a no can only be about this one question.
	persists: true,
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
		description:
			'Your own ID, by which the campaign is found again. Made automatically when left empty.',
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
			'Protects from a second campaign: the same ID with the same settings within 30 minutes returns the first one. Made automatically, and the same when n8n tries again, but another one when the workflow is run again.',
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
	'openingFile',
	'destinations',
	'listFile',
	'encodeRurl',
];

interface CreateParams {
	requestId?: string;
	cpCtid?: string;
	datajson?: object;
	dateStart?: string;
	dateEnd?: string;
	smsAction?: string;
	smsText?: string;
	answers?: Slots;
	audios?: Slots;
	rurl?: string;
	encodeRurl?: boolean;
	active?: boolean;
	noBlock?: boolean;
	content?: string;
	amd?: string;
	contentno?: string;
	contentfail?: string;
	mobile?: boolean;
}

function createBody(params: CreateParams): Record<string, unknown> {
	return {
		content: audioRef(params.content),
		amd: audioRef(params.amd),
		contentno: audioRef(params.contentno),
		contentfail: audioRef(params.contentfail),
		cp_ativo: params.active === undefined ? undefined : Number(params.active),
		...callbackFields(params),
	};
}

/**
 * Said also where it is the default: older servers repeat calls unless told otherwise, and each
 * repeat is charged (velip.md §16, row 14). A clone has those of its original.
 */
function repeatBody(params: { resends?: number; timeResends?: number; limitName?: string }) {
	const { resends = 0, timeResends = 30, limitName = '1' } = params;
	return { resends, time_resends: timeResends, limit_name: Number(limitName) };
}

type Slots = ReadonlyArray<{ number: number; content: string }>;

function assertSlots(label: string, entries: Slots = []): void {
	const numbers = entries.map(({ number }) => number);
	const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
	if (twice !== undefined) throw new ParameterError(`"${label}" holds the number ${twice} twice`);
}

/** Everything that can be known before the first campaign is made. */
function prepare<P extends CreateParams>(params: P, place: string): P {
	assertPeriod(params, PERIOD_LABELS);
	assertFollowUp(params);
	assertSlots('Audios for Keys', params.answers);
	assertSlots('Further Audios', params.audios);
	if (params.datajson !== undefined) assertRecords(params.datajson);
	const { requestId: given } = params;
	return {
		...params,
		requestId: given ?? requestId(place),
		// The same key protects only together with the same parameters, so both follow from one.
		cpCtid: params.cpCtid ?? automaticId(given ?? place),
	};
}

/**
 * Files travel inside the JSON, the numbers as records. In a form, which could carry them as they
 * are, Velip reads texts as ISO-8859-1, and accents would be spoken wrongly (velip.md §2, §9.1).
 */
function withUploads(operation: Operation): Operation {
	return {
		...operation,
		file: ['openingFile', 'listFile'],
		request(calls) {
			const request = operation.request(calls);
			const { openingFile, listFile } = calls[0]?.files ?? {};
			const { body } = request;
			if (body?.kind !== 'json') return request;
			const audio64 = openingFile && Buffer.from(openingFile.bytes).toString('base64');
			const value = { ...(body.value as object), ...(audio64 && { audio64 }) };
			const records = listFile && fileRecords(listFile, LIST_FILE_LABEL);
			const rows = records && { key: 'datajson', rows: () => records };
			return { ...request, body: { kind: 'json', value, ...(rows && { rows }) } };
		},
	};
}

const base = {
	resource: 'campaign',
	safety: 'spends',
	// Within one call the request ID makes a repeat return the first campaign (velip.md §9.1).
	repeats: 'idempotent',
	repeatKey: 'Request ID',
	fn: 'CreateCampaign',
	recheck: 'look for it with Campaign: Get and this correlation ID (cp_ctid)',
	local: LOCAL,
	prepare,
	identify: ({ requestId: id, cpCtid }: CreateParams) => ({ request_id: id, cp_ctid: cpCtid }),
	madeIds: ['cp_id'],
	// While the same request is being worked on, Velip itself waits for 60 seconds (code 232).
	timeoutSeconds: 120,
	until: untilLoaded,
} as const;

const shared = { active, ...scheduleFields, noBlock, noBlockNotice, ...paceFields };

export const createCampaign = withUploads(
	functionOperation({
		...base,
		name: 'create',
		displayName: 'Create Simple',
		action: 'Create a simple campaign',
		description: 'Call every number of a list and play a text or an audio',
		fields: { ...openingFields, ...shared, ...followUp, ...creation },
		body: (params) => ({
			...createBody(params),
			...repeatBody(params),
			...followUpFields(params),
			cp_type: '0',
		}),
	}),
);

/** Entries of numbered audio slots as Velip's fields, e.g. `cont3`. */
function slotBody(prefix: string, entries: Slots = []) {
	return Object.fromEntries(
		entries.map(({ number, content }) => [`${prefix}${number}`, audioRef(content)]),
	);
}

export const createQuestions = withUploads(
	functionOperation({
		...base,
		name: 'createQuestions',
		displayName: 'Create Question and Answer',
		action: 'Create a question and answer campaign',
		description: 'Call every number of a list, ask for a key, and play an audio for each key',
		fields: { ...openingFields, ...questionFields, ...shared, ...creation },
		local: [...LOCAL, 'answers'],
		body: (params) => ({
			...createBody(params),
			...repeatBody(params),
			...slotBody('cont', params.answers),
			cp_type: '4',
		}),
	}),
);

export const createConfirmation = withUploads(
	functionOperation({
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
			...repeatBody(params),
			...slotBody('content', params.audios),
			cp_type: '6',
		}),
	}),
);

export const cloneCampaign = withUploads(
	functionOperation({
		...base,
		name: 'clone',
		displayName: 'Clone',
		action: 'Clone a campaign',
		description:
			'Start a copy of any campaign with another list, also of kinds that only the panel can make. What is not added is taken from the original, except whether it starts and the do-not-call check, which the switches below say.',
		fields: {
			cpId: { ...campaign, displayName: 'Campaign to Clone' },
			...cloneFields,
			...creation,
		},
		body: (params) => createBody(params),
	}),
);
