import { ParameterError } from '../../shared/http/errors';
import type { FilePart } from '../../shared/http/request';
import { decodeText } from '../../shared/http/request';

const ENDINGS: Readonly<Record<string, string>> = {
	'text/csv': 'csv',
	'application/json': 'json',
	'text/plain': 'txt',
};

/**
 * The file under a name with an ending that Velip takes; from its type where it has none.
 *
 * @param label the field that names the file
 * @throws ParameterError for other files, and for empty ones
 */
export function namedListFile(file: FilePart, label: string): FilePart {
	const { fileName, mimeType, bytes } = file;
	if (bytes.length === 0) throw new ParameterError(`"${label}": ${fileName} is empty`);
	if (/\.(csv|json|txt)$/i.test(fileName)) return file;
	const ending = /\.\w+$/.test(fileName) ? undefined : ENDINGS[mimeType.split(';')[0] ?? ''];
	if (ending !== undefined) return { ...file, fileName: `${fileName}.${ending}` };
	throw new ParameterError(
		`"${label}": ${fileName} is neither a .csv nor a .json file`,
		'Use Extract From File for spreadsheets, and Create From Input Items.',
	);
}

/** The parts of a record, in their order, by the names that their columns may have (velip.md §10.1). */
const COLUMNS: ReadonlyArray<readonly string[]> = [
	['phone', 'tel', 'telefone', 'numero', 'number'],
	['name', 'nome'],
	['cod_cli', 'codcli'],
	['extra1'],
	['extra2'],
	['extra3'],
];

/** Rows of CSV text with quotes. What separates the cells is what the header line holds. */
function* csvRows(text: string): Iterable<string[]> {
	const [head = ''] = text.split(/\r\n|\n|\r/, 1);
	const separator = ['\t', ';'].find((sign) => head.includes(sign)) ?? ',';
	const quoted = '"([^"]*(?:""[^"]*)*)"';
	const bare = `([^${separator}\\r\\n]*)`;
	const cell = new RegExp(`(?:${quoted}|${bare})(${separator}|\\r\\n|\\n|\\r|$)`, 'y');
	let row: string[] = [];
	while (cell.lastIndex < text.length) {
		const [, inQuotes, plain = '', end] = cell.exec(text) ?? [];
		row.push((inQuotes?.replaceAll('""', '"') ?? plain).trim());
		if (end === separator) continue;
		yield row;
		row = [];
	}
	if (row.length > 0) yield row;
}

function withoutAccents(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '');
}

function csvRecords(text: string, name: string): string[][] {
	const [head = [], ...rows] = csvRows(text);
	const names = head.map((column) => withoutAccents(column).toLowerCase());
	const places = COLUMNS.map((known) => names.findIndex((column) => known.includes(column)));
	if (places[0] === -1) {
		throw new ParameterError(
			`${name} has no column with the numbers`,
			'Its first line must name the columns, one of them phone, tel, telefone or numero.',
		);
	}
	if (names.includes('extra4')) {
		throw new ParameterError(
			`${name} has a column extra4, which a campaign cannot take`,
			'Make a list of the file with Destination List: Create From File, and choose it under "Numbers".',
		);
	}
	const used = places.findLastIndex((place) => place !== -1) + 1;
	return rows
		.filter((row) => row.some((value) => value !== ''))
		.map((row) => places.slice(0, used).map((place) => row[place] ?? ''));
}

function notJson(name: string, error: unknown): ParameterError {
	const reason = error instanceof Error ? error.message : '';
	return new ParameterError(`${name} is not valid JSON: ${reason}`);
}

function jsonRecords(text: string, name: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw notJson(name, error);
	}
}

/**
 * The records of a CSV or JSON file, as they are sent in JSON.
 *
 * @param label the field that names the file
 * @throws ParameterError naming the field and the file
 */
export function fileRecords(file: FilePart, label: string): unknown[] {
	const { fileName, bytes } = namedListFile(file, label);
	const name = `"${label}": ${fileName}`;
	const text = decodeText({ bytes, headers: {} });
	const isJson = /\.json$/i.test(fileName);
	const records = isJson ? jsonRecords(text, name) : csvRecords(text, name);
	if (Array.isArray(records) && records.length > 0) return records;
	throw new ParameterError(`${name} must hold a list with at least one record`);
}
