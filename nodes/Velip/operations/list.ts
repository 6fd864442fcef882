import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { choice, flag, json, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import type { Envelope } from '../api';
import { functionRequest, readEnvelope } from '../api';
import { listOf, tidyRecord, withNumbers } from '../values';
import { functionOperation, listOperation } from './base';
import { listReference } from './campaignFields';

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
	description: 'Your own ID, by which the list is found again',
});

const RECHECK = 'look for it with Destination List: Get Many';

function column(displayName: string, initial: string, description: string, required = false) {
	return text({
		displayName,
		default: initial,
		...(required && { required: true as const }),
		placeholder: `e.g. ${initial}`,
		description: `${description}. The name of a field of the input items, not its value; dots lead into objects.`,
	});
}

function valueAt(row: IDataObject, path: string): unknown {
	if (path in row) return row[path];
	return path.split('.').reduce<unknown>((value, key) => {
		const isObject = typeof value === 'object' && value !== null;
		return isObject ? (value as IDataObject)[key] : undefined;
	}, row);
}

interface Columns {
	numberField: string;
	nameField?: string;
	codcliField?: string;
	extra1Field?: string;
	extra2Field?: string;
	extra3Field?: string;
	skipInvalid: boolean;
}

function assertNumber(value: unknown, index: number, field: string): void {
	const digits = asText(value ?? '').replace(/\D/g, '').length;
	if (digits >= 8 && digits <= 15) return;
	throw new ParameterError(
		`The field "${field}" of item ${index} holds no phone number: "${asText(value ?? '')}"`,
		'Nothing was sent. Check "Number Field", or switch on "Skip Items Without Number".',
	);
}

/**
 * Positional records, the form that both old and new servers take (velip.md §10.1). The texts are
 * those of the input items, not copies.
 */
function recordsOf(rows: readonly IDataObject[], columns: Columns): string[][] {
	const { numberField, skipInvalid, ...rest } = columns;
	const fields = [
		rest.nameField,
		rest.codcliField,
		rest.extra1Field,
		rest.extra2Field,
		rest.extra3Field,
	];
	const used = fields.findLastIndex((field) => field !== undefined) + 1;
	const records: string[][] = [];
	rows.forEach((row, index) => {
		const number = valueAt(row, numberField);
		if (skipInvalid && asText(number ?? '').replace(/\D/g, '').length < 8) return;
		assertNumber(number, index, numberField);
		const others = fields.slice(0, used).map((field) => {
			const value = field === undefined ? undefined : valueAt(row, field);
			return asText(value ?? '');
		});
		records.push([asText(number), ...others]);
	});
	if (records.length > 0) return records;
	throw new ParameterError(`No input item has a phone number in the field "${numberField}"`);
}

function created({ answer, result }: Envelope) {
	const { status: _, status_code: __, ...data } = tidyRecord(result);
	return [{ raw: tidyRecord(answer), data: listRow(data) }];
}

export const createFromItems = defineOperation({
	resource: 'destinationList',
	name: 'createFromItems',
	displayName: 'Create From Input Items',
	action: 'Create a destination list from input items',
	description: 'Put all input items into one new list; up to 500,000 numbers',
	safety: 'spends',
	recheck: RECHECK,
	wholeInput: true,
	fields: {
		name,
		numberField: column('Number Field', 'number', 'Field that holds the phone number', true),
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
			description: 'Whether to leave out items without a phone number instead of failing',
		}),
		ctid,
	},
	identify: ({ name: label, ctid: id }) => ({ name: label, ctid: id }),
	request([call]) {
		const { params, rows = [] } = call ?? {};
		if (params === undefined) throw new ParameterError('There is no item');
		const datajson = recordsOf(rows, params);
		const body = { name: params.name, ctid: params.ctid, datajson };
		return functionRequest('CreateDestinationBase', body, 'spends');
	},
	read: (reply) => created(readEnvelope(reply)),
});

export const createFromJson = functionOperation({
	resource: 'destinationList',
	name: 'createFromJson',
	displayName: 'Create From JSON',
	action: 'Create a destination list from JSON',
	description: 'Make a new list from records given as JSON',
	safety: 'spends',
	recheck: RECHECK,
	fn: 'CreateDestinationBase',
	fields: {
		name,
		datajson: json({
			displayName: 'Records',
			required: true,
			default: '[\n  { "number": "5511987654321", "name": "Maria", "codcli": "1001" }\n]',
			description:
				'List of records: objects with number, name, codcli, extra1 to extra3, or lists of texts in that order',
		}),
		ctid,
	},
	prepare(params) {
		if (Array.isArray(params.datajson) && params.datajson.length > 0) return params;
		throw new ParameterError('"Records" must be a list with at least one record');
	},
	identify: ({ name: label, ctid: id }) => ({ name: label, ctid: id }),
	simplify: listRow,
});

export const createFromFile = defineOperation({
	resource: 'destinationList',
	name: 'createFromFile',
	displayName: 'Create From File',
	action: 'Create a destination list from a file',
	description: 'Make a new list from a CSV or JSON file of the input item',
	safety: 'spends',
	recheck: RECHECK,
	file: 'binaryPropertyName',
	fields: {
		name,
		binaryPropertyName: text({
			displayName: 'Input Data Field Name',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
			description:
				'Binary field of the input item that holds the file. CSV needs a header line, commas or tabs, and the columns phone, name, cod_cli, extra1 to extra4.',
		}),
		ctid,
	},
	checkFile({ fileName, bytes }) {
		if (!/\.(csv|json|txt)$/i.test(fileName)) {
			throw new ParameterError(
				`"Input Data Field Name": ${fileName} is neither a .csv nor a .json file`,
				'Use Extract From File for spreadsheets, and Create From Input Items.',
			);
		}
		if (bytes.length === 0) {
			throw new ParameterError(`"Input Data Field Name": ${fileName} is empty`);
		}
	},
	identify: ({ name: label, ctid: id }) => ({ name: label, ctid: id }),
	request: ([call]) => ({
		method: 'POST',
		path: '/api/v2/CreateDestinationBase',
		body: {
			kind: 'multipart',
			fields: { name: call?.params.name, ctid: call?.params.ctid, file: call?.file },
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
		const [row] = listOf(envelope.answer, 'lists');
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
			const [row] = listOf(envelope.answer, 'lists');
			if (row === undefined) throw new CallError(`Velip knows no destination list ${cdlcId}`);
			return { ...listRow(row), cdlc_active: active };
		},
	});
}

export const activateList = switching(1, {
	name: 'activate',
	displayName: 'Activate',
	action: 'Activate a destination list',
	description: 'Make a list available for campaigns again',
});

export const deactivateList = switching(0, {
	name: 'deactivate',
	displayName: 'Deactivate',
	action: 'Deactivate a destination list',
	description: 'Take a list out of use; Velip has no way to delete one',
});
