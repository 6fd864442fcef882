import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import { choice, flag, text } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import { defineOperation } from '../../shared/operation/operation';
import { methodRequest, readAnswer } from '../api';
import { methodOf } from '../catalogue';
import { completionCodeOptions } from '../codes';
import { callRow, utcText } from '../values';
import { having, kitList, kitOperation, only, rowsOf } from './base';
import { downloadFields } from './download';
import {
	callDirection,
	idField,
	idFilter,
	include,
	phoneFilter,
	refs,
	shown,
	utcDate,
} from './fields';
import { assertPeriod } from './idList';

const included = {
	withScenarios: include('Scenario', 'the scenario of the call'),
	withTags: include('Tags', 'the tags of the call'),
	withComments: include('Comments', 'the comments of agents'),
	withWrapUpCode: include('Wrap-Up Code', 'the wrap-up code that the agent set'),
	withCalls: include('Legs', 'the single legs of the call'),
};

/** A later end than now only costs a question in vain (voximplant-kit.md §3.7). */
function notLater(to: string | undefined): string | undefined {
	const now = utcText(new Date());
	return to !== undefined && to > now ? now : to;
}

export const getCalls = kitList({
	resource: 'call',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many calls',
	description:
		'Get calls of the history, each with "successful" and "reason". Cost and recording may settle some minutes after the call.',
	method: 'history/searchCalls',
	fields: {
		from: utcDate({
			displayName: 'From',
			description: 'Start of the period. Times without a zone are those of the workflow.',
		}),
		to: utcDate({
			displayName: 'To',
			description: 'End of the period; now unless given',
		}),
		callDirection,
		id: idFilter('Call ID', 'Only the call with this ID', '98765432'),
		phone: phoneFilter(
			'Phone',
			'Only calls from or to this number, or a part of it with three digits or more',
		),
		phoneFullText: flag({
			displayName: 'Whole Number Only',
			additional: true,
			default: true,
			description: 'Whether "Phone" is the whole number and not a part of it',
		}),
		scenarioIds: refs('searchScenarios', 'Scenario Names or IDs', { additional: true }),
		campaignIds: refs('searchCampaigns', 'Campaign Names or IDs', { additional: true }),
		queueIds: refs('searchQueues', 'Queue Names or IDs', { additional: true }),
		completionCodes: choices({
			displayName: 'Completion Codes',
			additional: true,
			options: completionCodeOptions,
			description:
				'Only calls that ended like this. Kit gives out all calls and the node picks these, so a limit may take several requests.',
		}),
		...included,
	},
	local: ['completionCodes'],
	prepare(params) {
		assertPeriod(params.from, params.to);
		return params;
	},
	body: ({ to, phone }) => ({ to: notLater(to), phone: phone?.replace('+', '') }),
	picks: ({ completionCodes }) => having('completion_code', completionCodes),
	row: callRow,
});

function noCall(id: string): CallError {
	return new CallError(`Voximplant Kit knows no call ${id}`, {
		hint: 'A call shows up in the history after its end.',
	});
}

function firstCall(result: unknown, id: string): Record<string, unknown> {
	const found = rowsOf(result).find((row) => isRecord(row) && String(row.id) === id);
	if (isRecord(found)) return found;
	throw noCall(id);
}

export const getCall = kitOperation({
	resource: 'call',
	name: 'get',
	displayName: 'Get',
	action: 'Get a call',
	description: 'Get one call of the history, with "successful" and "reason"',
	method: 'history/searchCalls',
	fields: {
		id: idField('Call ID', 'ID of the call in the history', '98765432'),
		...included,
	},
	body: () => ({ limit: 1 }),
	simplify: (result, { id }) => callRow(firstCall(result, id)),
});

const HISTORY = methodOf('history/searchCalls');

function recordingOf(url: string, identity: IDataObject, field: string) {
	const data = { ...identity, record_url: url };
	const fileName = `recording-${asText(identity.id ?? 'call')}.mp3`;
	return { raw: data, data, source: { url, field, name: 'The recording', fileName } };
}

export const downloadRecording = defineOperation({
	resource: 'call',
	name: 'downloadRecording',
	displayName: 'Download Recording',
	action: 'Download the recording of a call',
	description: 'Get the recording of a call as a file',
	safety: 'read',
	fields: {
		findBy: choice({
			displayName: 'Find Recording By',
			default: 'id',
			options: [
				{ name: 'Call ID', value: 'id' },
				{ name: 'URL', value: 'recordUrl' },
			],
			description: 'What you have of the call',
		}),
		id: shown(idField('Call ID', 'ID of the call in the history', '98765432'), {
			findBy: ['id'],
		}),
		recordUrl: shown(
			text({
				displayName: 'Recording URL',
				required: true,
				placeholder: 'e.g. https://…?call_id=98765432',
				description:
					'The "record_url" of the call, from the history or from a callback. Only addresses of Voximplant and of the hosts in the credential are asked.',
			}),
			{ findBy: ['recordUrl'] },
		),
		...downloadFields,
	},
	known({ recordUrl, binaryPropertyName }) {
		if (recordUrl === undefined) return undefined;
		return recordingOf(recordUrl, {}, binaryPropertyName);
	},
	request: (calls) => methodRequest(HISTORY, { id: only(calls).id, limit: 1 }),
	read(reply, calls) {
		const { id = '', binaryPropertyName } = only(calls);
		const row = firstCall(readAnswer(reply).result, id);
		const url = asText(row.record_url ?? '');
		if (url !== '') return [recordingOf(url, { id: Number(id) }, binaryPropertyName)];
		return [
			{
				error: new CallError(`Call ${id} has no recording`, {
					hint: 'Recording must be on in the scenario or the campaign, and the file appears some time after the call.',
				}),
			},
		];
	},
});

/** Adding to a call what the account has: tags or topics. */
function binding(what: 'tags' | 'topics', lookup: string) {
	const one = what === 'tags' ? 'Tag' : 'Topic';
	return kitOperation({
		resource: 'call',
		name: `add${one}s`,
		displayName: `Add ${one}s`,
		action: `Add ${what} to a call`,
		description: `Mark a call with ${what} of the account`,
		method: what === 'tags' ? 'calls/bindTags' : 'calls/bindTopics',
		safety: 'idempotent',
		fields: {
			callId: idField('Call ID', 'ID of the call in the history', '98765432'),
			bound: refs(lookup, `${one} Names or IDs`, { required: true }),
		},
		local: ['bound'],
		body: ({ bound }) => ({ [what]: bound }),
		identify: ({ callId }) => ({ call_id: Number(callId) }),
		simplify: (_, { bound = [] }) => ({ success: true, [what]: bound }),
	});
}

export const addTags = binding('tags', 'searchTags');
export const addTopics = binding('topics', 'searchTopics');
