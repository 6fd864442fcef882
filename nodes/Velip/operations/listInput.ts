import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { listNumber } from './fields';

/** How records are written (velip.md §10.1; the sources disagree, §16, row 9). */
export type RecordFormat = 'lists' | 'number' | 'phone';

export interface Columns {
	numberField: string;
	nameField?: string;
	codcliField?: string;
	extra1Field?: string;
	extra2Field?: string;
	extra3Field?: string;
	extra4Field?: string;
	recordFormat?: RecordFormat;
	skipInvalid: boolean;
}

function valueAt(row: IDataObject, path: string): unknown {
	if (path in row) return row[path];
	return path.split('.').reduce<unknown>((value, key) => {
		const isObject = typeof value === 'object' && value !== null;
		return isObject ? (value as IDataObject)[key] : undefined;
	}, row);
}

const KEYS: Readonly<Record<'number' | 'phone', readonly string[]>> = {
	number: ['number', 'name', 'codcli', 'extra1', 'extra2', 'extra3'],
	phone: ['phone', 'name', 'cod_cli', 'extra1', 'extra2', 'extra3', 'extra4'],
};

/** Makes a record of one item; undefined when it has no number that can be called. */
function recordMaker(columns: Columns) {
	const { numberField, recordFormat = 'lists' } = columns;
	const { nameField, codcliField, extra1Field, extra2Field, extra3Field, extra4Field } = columns;
	const fields = [nameField, codcliField, extra1Field, extra2Field, extra3Field, extra4Field];
	const used = fields.findLastIndex((field) => field !== undefined) + 1;
	return (row: IDataObject): unknown => {
		const { compact } = listNumber(valueAt(row, numberField));
		if (compact === undefined) return undefined;
		const texts = fields
			.slice(0, used)
			.map((field) => asText(field === undefined ? '' : (valueAt(row, field) ?? '')));
		const record = [compact, ...texts];
		if (recordFormat === 'lists') return record;
		return Object.fromEntries(record.map((value, index) => [KEYS[recordFormat][index], value]));
	};
}

/**
 * Checks the items, and gives the records one at a time, so that they are never there all at once.
 *
 * @throws ParameterError naming the first item without a number, unless such items are left out
 */
export function recordsOf(rows: readonly IDataObject[], columns: Columns) {
	const { numberField, skipInvalid, recordFormat, extra4Field } = columns;
	if (extra4Field !== undefined && recordFormat !== 'phone') {
		throw new ParameterError(
			'"Extra 4 Field" needs "Record Format: Objects, REST Manual"',
			'The other forms end with the third extra.',
		);
	}
	let valid = 0;
	for (const [index, row] of rows.entries()) {
		const value = valueAt(row, numberField);
		const { problem } = listNumber(value);
		if (problem === undefined) valid += 1;
		else if (!skipInvalid) {
			throw new ParameterError(
				`The field "${numberField}" of item ${index} ${problem}`,
				'Nothing was sent. Check "Number Field", or switch on "Skip Items Without Number".',
			);
		}
	}
	if (valid === 0) {
		throw new ParameterError(`No input item has a phone number in the field "${numberField}"`);
	}
	const make = recordMaker(columns);
	return {
		skipped: rows.length - valid,
		*records(): Iterable<unknown> {
			for (const row of rows) {
				const record = make(row);
				if (record !== undefined) yield record;
			}
		},
	};
}

/** Records that were given as JSON. */
export function assertRecords(records: object): void {
	if (Array.isArray(records) && records.length > 0) return;
	throw new ParameterError('"Records" must be a list with at least one record');
}
