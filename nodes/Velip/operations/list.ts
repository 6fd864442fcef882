import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { choice, flag, json, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import type { Envelope } from '../api';
import { functionRequest, readEnvelope } from '../api';
import { listOf, tidyRecord, withNumbers } from '../values';
import { automaticId, extraParameters, extrasOf, functionOperation, listOperation } from './base';
import { listReference } from './campaignFields';
import { EXAMPLE_RECORDS } from './fields';
import { namedListFile } from './listFile';
import { assertRecords, recordsOf } from './listInput';

const COUNTS = ['cdlc_active', 'cdlc_num', 'cdlc_deleted', 'num_dest', 'base_size'];

function listRow(row: IDataObject): IDataObject {
	return withNumbers(row, COUNTS);
}

const name = text({
	displayName: 'Name',
	placeholder: 'e.g. June reminders',
	description: 'Name of the list; made by Velip unless given',
});

const ctid = text({
	displayName: 'Correlation ID',
	additional: true,
	placeholder: 'e.g. june-reminders',
	description:
		'Your own ID, by which the list is found again. Made automatically when left empty, and the same when n8n tries again.',
});

/** What all ways to make a list share. */
const creation = {
	resource: 'destinationList',
	safety: 'spends',
	recheck: 'look for it with Destination List: Get and this correlation ID (ctid)',
	madeIds: ['cdlc_id'],
	// Velip reads up to 500,000 rows before it answers.
	timeoutSeconds: 300,
} as const;

interface Named {
	name?: string;
	ctid?: string;
}

function withId<P extends Named>(params: P, place: string): P {
	return { ...params, ctid: params.ctid ?? automaticId(place) };
}

const identify = ({ name: label, ctid: id }: Named): IDataObject => ({ name: label, ctid: id });

function column(displayName: string, example: string, description: string) {
	return text({
		displayName,
		placeholder: `e.g. ${example}`,
		description: `${description}. The name of a field of the input items, not its value; dots lead into objects.`,
	});
}

function created({ answer, result }: Envelope, more: IDataObject = {}) {
	const { status: _, status_code: __, ...data } = tidyRecord(result);
	return [{ raw: tidyRecord(answer), data: { ...listRow(data), ...more } }];
}

export const createFromItems = defineOperation({
	...creation,
	name: 'createFromItems',
	displayName: 'Create From Input Items',
	action: 'Create a destination list from input items',
	description: 'Put all input items into one new list of Brazilian numbers; up to 500,000',
	wholeInput: true,
	fields: {
		name,
		numberField: text({
			displayName: 'Number Field',
			default: 'number',
			required: true,
			placeholder: 'e.g. number',
			description:
				'Field that holds the phone number: Brazilian, with area code. The name of a field of the input items, not its value; dots lead into objects.',
		}),
		nameField: column('Name Field', 'name', 'Field that holds the name'),
		codcliField: column(
			'Customer Code Field',
			'codcli',
			'Field that holds your code of the customer',
		),
		extra1Field: column('Extra 1 Field', 'extra1', 'Field for the variable &lt;EXTRA1&gt;'),
		extra2Field: column('Extra 2 Field', 'extra2', 'Field for the variable &lt;EXTRA2&gt;'),
		extra3Field: column('Extra 3 Field', 'extra3', 'Field for the variable &lt;EXTRA3&gt;'),
		skipInvalid: flag({
			displayName: 'Skip Items Without Number',
			description:
				'Whether to leave out items without a number that can be called instead of failing; the output says how many',
		}),
		extra4Field: {
			...column('Extra 4 Field', 'extra4', 'Field for the variable &lt;EXTRA4&gt;'),
			additional: true,
		} as const,
		recordFormat: choice({
			displayName: 'Record Format',
			default: 'phone',
			additional: true,
			options: [
				{ name: 'Lists', value: 'lists', description: 'What works with all servers known' },
				{ name: 'Objects', value: 'number', description: 'With the keys number and codcli' },
				{
					name: 'Objects, REST Manual',
					value: 'phone',
					description: 'With the keys phone and cod_cli; also holds Extra 4',
				},
			],
			description:
				'How the records are written. The manuals disagree; Lists is used unless this is added.',
		}),
		ctid,
		extraParameters,
	},
	prepare: withId,
	identify,
	request([call]) {
		const { params, rows = [] } = call ?? {};
		if (params === undefined) throw new ParameterError('There is no item');
		const { records } = recordsOf(rows, params);
		const value = { name: params.name, ctid: params.ctid, ...extrasOf(params) };
		const request = functionRequest('CreateDestinationBase', value, 'spends');
		if (request.body?.kind !== 'json') return request;
		return { ...request, body: { ...request.body, rows: { key: 'datajson', rows: records } } };
	},
	read(reply, [call]) {
		const { params, rows = [] } = call ?? {};
		const skipped = params?.skipInvalid ? recordsOf(rows, params).skipped : 0;
		return created(readEnvelope(reply), params?.skipInvalid ? { skipped } : {});
	},
});

export const createFromJson = functionOperation({
	...creation,
	name: 'createFromJson',
	displayName: 'Create From JSON',
	action: 'Create a destination list from JSON',
	description: 'Make a new list from records given as JSON',
	fn: 'CreateDestinationBase',
	fields: {
		name,
		datajson: json({
			displayName: 'Records',
			required: true,
			default: EXAMPLE_RECORDS,
			description:
				'List of records: objects with number, name, codcli, extra1 to extra3, or lists of texts in that order',
		}),
		ctid,
		extraParameters,
	},
	prepare(params, place) {
		assertRecords(params.datajson);
		return withId(params, place);
	},
	identify,
	simplify: listRow,
});

const FILE_LABEL = 'Input Data Field Name';

export const createFromFile = defineOperation({
	...creation,
	name: 'createFromFile',
	displayName: 'Create From File',
	action: 'Create a destination list from a file',
	description: 'Make a new list from a CSV or JSON file of the input item',
	file: 'binaryPropertyName',
	fields: {
		name,
		binaryPropertyName: text({
			displayName: FILE_LABEL,
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
			description:
				'Binary field of the input item that holds the file. CSV needs a header line, commas or tabs, and the columns phone, name, cod_cli, extra1 to extra4.',
		}),
		ctid,
		extraParameters,
	},
	checkFile: (file) => void namedListFile(file, FILE_LABEL),
	prepare: withId,
	identify,
	request: ([call]) => ({
		method: 'POST',
		path: '/api/v2/CreateDestinationBase',
		body: {
			kind: 'multipart',
			fields: {
				name: call?.params.name,
				ctid: call?.params.ctid,
				...extrasOf(call?.params ?? {}),
				file: call?.file && namedListFile(call.file, FILE_LABEL),
			},
		},
		safety: 'spends',
	}),
	read: (reply) => created(readEnvelope(reply)),
});

export const getList = functionOperation({
	resource: 'destinationList',
	name: 'get',
	displayName: 'Get',
	action: 'Get a destination list',
	description: 'Get the name, state and size of a list; the API does not give out its numbers',
	safety: 'read',
	fn: 'GetDestinationsList',
	fields: {
		findBy: choice({
			displayName: 'Find List By',
			default: 'cdlcId',
			options: [
				{ name: 'Correlation ID', value: 'ctid' },
				{ name: 'Destination List', value: 'cdlcId' },
			],
			description: 'Which ID you have',
		}),
		cdlcId: { ...listReference, show: { findBy: ['cdlcId'] }, description: 'The list' },
		ctid: text({
			displayName: 'Correlation ID',
			required: true,
			show: { findBy: ['ctid'] },
			placeholder: 'e.g. june-reminders',
			description: 'Your own ID that was given when the list was made',
		}),
	},
	local: ['findBy'],
	body: () => ({ list: 'all' }),
	simplify(_, { cdlcId, ctid: id }, envelope) {
		const row = listOf(envelope.answer, 'lists').find(
			(one) =>
				(cdlcId === undefined || asText(one.cdlc_id) === cdlcId) &&
				(id === undefined || one.cdlc_ctid === undefined || asText(one.cdlc_ctid) === id),
		);
		if (row !== undefined) return listRow(row);
		throw new CallError(`Velip knows no destination list ${cdlcId ?? id}`);
	},
});

export const getLists = listOperation({
	resource: 'destinationList',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many destination lists',
	description: 'Get lists with their state and size',
	fn: 'GetDestinationsList',
	key: 'lists',
	limited: true,
	fields: {
		list: choice({
			displayName: 'State',
			default: '1',
			options: [
				{ name: 'Active', value: '1' },
				{ name: 'All', value: 'all' },
				{ name: 'Inactive', value: '0' },
			],
			description: 'Which lists are returned',
		}),
		search: text({
			displayName: 'Search',
			additional: true,
			placeholder: 'e.g. june',
			description: 'Only lists whose name or file name holds this',
		}),
	},
	row: listRow,
});

/**
 * `setactive` changes every list that matches, so the ID is never left out, and `list=all` finds
 * inactive ones too (velip.md §10.2).
 */
function switching(
	active: 0 | 1,
	texts: { name: string; displayName: string; action: string; description: string },
) {
	return functionOperation({
		...texts,
		resource: 'destinationList',
		safety: 'idempotent',
		fn: 'GetDestinationsList',
		fields: { cdlcId: { ...listReference, description: 'The list, chosen or by its ID' } as const },
		body: () => ({ list: 'all', setactive: active }),
		simplify(_, { cdlcId }, envelope) {
			const rows = listOf(envelope.answer, 'lists');
			const row = rows.find((one) => asText(one.cdlc_id) === cdlcId);
			const others = rows.filter((one) => one !== row).map((one) => asText(one.cdlc_id));
			if (others.length > 0) {
				throw new CallError(
					`Velip switched other lists than ${cdlcId}: ${others.slice(0, 20).join(', ')}`,
					{ hint: 'Look at them with Destination List: Get Many.', outcome: 'unknown' },
				);
			}
			if (row === undefined) throw new CallError(`Velip knows no destination list ${cdlcId}`);
			return { ...listRow(row), cdlc_active: active };
		},
	});
}

export const activateList = switching(1, {
	name: 'activate',
	displayName: 'Activate',
	action: 'Activate a destination list',
	description:
		'Make a list available for campaigns again. One that Velip has purged (cdlc_deleted 1) has no numbers any more; make a new one instead.',
});

export const deactivateList = switching(0, {
	name: 'deactivate',
	displayName: 'Deactivate',
	action: 'Deactivate a destination list',
	description: 'Take a list out of use; Velip has no way to delete one',
});
