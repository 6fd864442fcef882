import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import type { ApiRequest } from '../../shared/http/request';
import { choice, flag, reference, text, url } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import type { Envelope } from '../api';
import { functionRequest, isRecord, readEnvelope } from '../api';
import { callRow } from '../calls';
import { listOf, tidyRecord } from '../values';
import { extraParameters, extrasOf, functionOperation, wantedRows, wire } from './base';
import { assertPeriod, callbackFields, dateField, encodeRurl, positiveId } from './fields';
import { downloadFields, readDownload } from './download';

/** Velip's own page size limit (velip.md §7.2). */
export const PAGE_ROWS = 5000;

const numtype = choice({
	displayName: 'Number Format',
	default: 'full',
	additional: true,
	options: [
		{ name: '0, Area Code and Number', value: '0DDD' },
		{ name: 'Area Code and Number', value: 'DDD' },
		{ name: 'With Country Code', value: 'full' },
	],
	description: 'How numbers are written in the output; the short forms are for Brazilian ones only',
});

function numbersAs(value: string | undefined): string | undefined {
	return value === 'full' ? undefined : value;
}

/** Rows of an answer; masked numbers are said to be so (§7.2). */
export function callRows({ answer, result }: Envelope): IDataObject[] {
	const masked = [true, 1, '1', 'true'].includes(result.numbers_masked as string);
	return listOf(answer, 'calls').map((row) => ({
		...callRow(row),
		...(masked && { numbers_masked: true }),
	}));
}

const origin = text({
	displayName: 'Origin',
	additional: true,
	placeholder: 'e.g. n8n',
	pattern: {
		test: /^[a-zA-Z0-9_-]{1,32}$/,
		message: 'must be 1 to 32 letters, digits, dashes or underscores',
	},
	description: 'Mark that Velip gives back with the records; "api" unless given',
});

const cdId = text({
	displayName: 'Call ID',
	required: true,
	show: { findBy: ['cdId'] },
	placeholder: 'e.g. c_88700',
	description: 'The "cd_id" in the output of the calling operation',
});

const byCtid = text({
	displayName: 'Correlation ID',
	required: true,
	show: { findBy: ['ctid'] },
	placeholder: 'e.g. order1001',
	// To Velip this text means all calls without an ID (velip.md §7.2).
	pattern: { test: /^(?!null$)/, message: 'may not be the word null' },
	description:
		'The "ctid" in the output of the calling operation. Only by this ID does Velip give out the full number when the token masks numbers.',
});

export const getCall = functionOperation({
	resource: 'call',
	name: 'get',
	displayName: 'Get',
	action: 'Get a call',
	description: 'Get what became of a call, with state answered, notAnswered, failed or pending',
	safety: 'read',
	fn: 'GetCallStatus',
	fields: {
		findBy: choice({
			displayName: 'Find Call By',
			default: 'ctid',
			options: [
				{ name: 'Call ID', value: 'cdId' },
				{ name: 'Correlation ID', value: 'ctid' },
			],
			description: 'Which ID you have',
		}),
		cdId,
		ctid: byCtid,
		numtype,
		origin,
		extraParameters,
	},
	local: ['findBy', 'numtype'],
	body: (params) => ({ numtype: numbersAs(params.numtype) }),
	simplify(_, { cdId: id, ctid }, envelope) {
		const rows = callRows(envelope);
		if (rows.length > 0) return rows;
		throw new CallError(`Velip knows no call ${id ?? ctid}`, {
			hint: 'A call may take a moment to show up. A call with Repeat has a correlation ID only.',
		});
	},
});

const period = {
	dateStart: dateField('From Date', 'First day, by the date of the call; Brasília time'),
	dateEnd: dateField('To Date', 'Last day, by the date of the call; Brasília time'),
};

const cpId = {
	...reference({
		displayName: 'Campaign',
		lookup: 'searchCampaigns',
		example: '4500',
		pattern: positiveId,
		description: 'Only calls of this campaign',
	}),
	additional: true,
} as const;

const cpid = text({
	displayName: 'Batch ID',
	additional: true,
	placeholder: 'e.g. reminders-june',
	description: 'Only calls made with this Batch ID',
});

/** The cursor of the next page; undefined after the last one (§6.8). */
export function nextId({ result }: Envelope): string | undefined {
	const page = tidyRecord(result.pagination);
	const more = [true, 1, '1', 'true'].includes(page.has_more as string);
	return more && page.next_id !== null ? asText(page.next_id) || undefined : undefined;
}

function nextPage(envelope: Envelope, request: ApiRequest): ApiRequest | undefined {
	const { body } = request;
	const lastId = nextId(envelope);
	if (lastId === undefined || body?.kind !== 'json' || !isRecord(body.value)) return undefined;
	const value = { ...body.value, last_id: lastId };
	return { ...request, body: { kind: 'json', value } };
}

function cursorOf({ body }: ApiRequest): string {
	return body?.kind === 'json' && isRecord(body.value) ? asText(body.value.last_id) : '';
}

const kinds = {
	onlydtmf: flag({
		displayName: 'Only with Keys',
		additional: true,
		default: true,
		description: 'Whether to take only calls in which keys were pressed',
	}),
	withoutCtid: flag({
		displayName: 'Only Without Correlation ID',
		additional: true,
		default: true,
		description: 'Whether to take only calls that have no correlation ID',
	}),
};

/** A list request of call records; also what the polling trigger asks. */
export function callListRequest(filters: Readonly<Record<string, unknown>>): ApiRequest {
	return functionRequest('GetCallStatus', filters, 'read');
}

export const getCalls = defineOperation({
	resource: 'call',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many calls',
	description:
		'Get call records of a period, a campaign or a batch. Velip allows 200 such requests an hour; one brings up to 5,000 calls.',
	safety: 'read',
	fields: {
		...period,
		cpId,
		cpid,
		...kinds,
		numtype,
		origin,
		lastId: text({
			displayName: 'Start After',
			additional: true,
			placeholder: 'e.g. 92073',
			pattern: positiveId,
			description:
				'Goes on where an earlier run broke off: the value that its error names. Keep the other fields as they were.',
		}),
		extraParameters,
	},
	prepare(params) {
		assertPeriod(params);
		return params;
	},
	request([call]) {
		const params = call?.params;
		return callListRequest({
			date_start: params?.dateStart,
			date_end: params?.dateEnd,
			cp_id: params?.cpId,
			cpid: params?.cpid,
			onlydtmf: params?.onlydtmf ? 1 : undefined,
			ctid: params?.withoutCtid ? 'null' : undefined,
			numtype: numbersAs(params?.numtype),
			origin: params?.origin,
			maxreg: wantedRows(params ?? {}, PAGE_ROWS),
			last_id: params?.lastId,
			...extrasOf(params ?? {}),
		});
	},
	read(reply) {
		const envelope = readEnvelope(reply);
		// Velip announces by it that lists will be refused to addresses that are not registered (§3.3).
		const warning = asText(envelope.result.warning);
		const rows = callRows(envelope);
		return [
			{
				raw: envelope.answer as IDataObject,
				data: warning === '' ? rows : rows.map((row) => ({ ...row, warning })),
			},
		];
	},
	pages: {
		next: (reply, request) => nextPage(readEnvelope(reply), request),
		cursor: { field: 'lastId', of: cursorOf },
	},
});

export const resendResults = defineOperation({
	resource: 'call',
	name: 'resendResults',
	displayName: 'Resend Results',
	action: 'Resend the results of calls',
	description:
		'Have Velip send the results of past calls to an address once more, e.g. to a Velip Trigger that was not reachable',
	safety: 'idempotent',
	fields: {
		findBy: choice({
			displayName: 'Which Calls',
			default: 'dates',
			options: [
				{ name: 'By Call ID', value: 'cdId' },
				{ name: 'By Correlation ID', value: 'ctid' },
				{ name: 'By Date', value: 'dates' },
			],
			description: 'How the calls are chosen',
		}),
		cdId,
		ctid: byCtid,
		dateStart: {
			...dateField('From Date', 'First day; Brasília time', true),
			show: { findBy: ['dates'] },
		},
		dateEnd: {
			...dateField('To Date', 'Last day; Brasília time', true),
			show: { findBy: ['dates'] },
		},
		rurl: url({
			displayName: 'Callback URL',
			required: true,
			placeholder: 'e.g. https://n8n.example.com/webhook/…',
			description: 'Where the results are sent, e.g. the production URL of a Velip Trigger node',
		}),
		rurlType: choice({
			displayName: 'Callback Format',
			default: 'json',
			additional: true,
			options: [
				{ name: 'Form Fields, One Call at a Time', value: 'form' },
				{ name: 'JSON', value: 'json' },
			],
			description: 'How the results are written; the setting of the account unless added',
		}),
		rurlMethod: choice({
			displayName: 'Callback Method',
			default: 'POST',
			additional: true,
			options: [
				{ name: 'GET', value: 'GET' },
				{ name: 'POST', value: 'POST' },
			],
			description: 'How the address is called; the setting of the account unless added',
		}),
		rurlHeaders: text({
			displayName: 'Callback Headers',
			additional: true,
			rows: 2,
			placeholder: 'e.g. X-Source: velip',
			description: 'Further headers, one "Name: value" a line',
		}),
		rurlUser: text({
			displayName: 'Callback User',
			additional: true,
			description: 'User name, when the address asks for one (Basic)',
			placeholder: 'e.g. velip',
		}),
		rurlPassword: {
			...text({
				displayName: 'Callback Password',
				additional: true,
				description: 'Password, when the address asks for one (Basic)',
			}),
			input: { type: 'string', default: '', typeOptions: { password: true } },
		},
		encodeRurl,
		cpId,
		cpid,
		...kinds,
		numtype,
		origin,
		lastId: text({
			displayName: 'Start After',
			additional: true,
			placeholder: 'e.g. 92073',
			pattern: positiveId,
			description: 'Goes on where an earlier run broke off: the value that its error names',
		}),
		extraParameters,
	},
	prepare(params) {
		assertPeriod(params);
		if (params.withoutCtid && params.ctid !== undefined) {
			throw new ParameterError(
				'"Only Without Correlation ID" does not go with "Which Calls: By Correlation ID"',
			);
		}
		return params;
	},
	request([call]) {
		if (call === undefined) throw new ParameterError('There is no item');
		const { params } = call;
		const names = ['cdId', 'ctid', 'cpId', 'cpid', 'dateStart', 'dateEnd', 'origin', 'onlydtmf'];
		const callback = ['rurlType', 'rurlMethod', 'rurlHeaders', 'rurlUser', 'rurlPassword'];
		const body = {
			...wire(params, [...names, ...callback]),
			...callbackFields(params),
			...(params.withoutCtid && { ctid: 'null' }),
			numtype: numbersAs(params.numtype),
			// More of them than the page size of Velip come in several requests (velip.md §7.2).
			maxreg: params.findBy === 'dates' ? PAGE_ROWS : undefined,
			last_id: params.lastId,
			...extrasOf(params, ['rurl']),
		};
		return functionRequest('GetCallStatus', body, 'idempotent');
	},
	read(reply) {
		const { answer, result } = readEnvelope(reply);
		const { status: _, status_code: __, pagination: ___, ...rest } = tidyRecord(result);
		return [{ raw: answer as IDataObject, data: rest }];
	},
	pages: {
		next: (reply, request) => nextPage(readEnvelope(reply), request),
		cursor: { field: 'lastId', of: cursorOf },
		whole: (rows) => ({ ...rows.at(-1), requested: true, pages: rows.length }),
	},
});

/** Bare digits and the whole ID are both seen (velip.md §16, question 6). */
function otherSpelling(id: unknown): string | undefined {
	return typeof id === 'string' ? /^\w+?_(\d+)$/.exec(id)?.[1] : undefined;
}

export const downloadRecording = defineOperation({
	resource: 'call',
	name: 'downloadRecording',
	displayName: 'Download Recording',
	action: 'Download the recording of a call',
	description: 'Get the recording of a call as a file',
	safety: 'read',
	fields: {
		cdId: text({
			displayName: 'Call ID',
			required: true,
			placeholder: 'e.g. c_88700',
			description:
				'The "cd_id" of the call. Recording must have been on; the file appears some time after the call.',
		}),
		...downloadFields,
		extraParameters,
	},
	request: ([call]) =>
		functionRequest(
			'PlayAudioFile',
			{ recid: call?.params.cdId, ...extrasOf(call?.params ?? {}) },
			'read',
		),
	read: (reply, [call]) =>
		readDownload(reply, { cd_id: call?.params.cdId }, call?.params.binaryPropertyName),
	again(error, { body }) {
		const asked = body?.kind === 'json' && isRecord(body.value) ? body.value : {};
		const bare = otherSpelling(asked.recid);
		if (!['220', '230'].includes(error.code ?? '') || bare === undefined) return undefined;
		return functionRequest('PlayAudioFile', { ...asked, recid: bare }, 'read');
	},
});
