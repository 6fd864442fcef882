import { isRecord } from '../core/http';
import { toListNumber } from './phones';
import type { Destination } from './records';

/** What was read from a list, and what was odd about it. */
export interface ParsedList {
	destinations: Destination[];
	notes: string[];
}

const OBJECT_KEYS = ['number', 'name', 'codcli', 'extra1', 'extra2', 'extra3'];
const REST_KEYS = ['phone', 'name', 'cod_cli', 'extra1', 'extra2', 'extra3', 'extra4'];
/** Columns of a CSV file (velip.md section 10.1). */
const COLUMNS: Record<string, string> = {
	phone: 'number',
	tel: 'number',
	telefone: 'number',
	numero: 'number',
	name: 'name',
	nome: 'name',
	cod_cli: 'code',
	extra1: 'extra1',
	extra2: 'extra2',
	extra3: 'extra3',
	extra4: 'extra4',
};

/** Reads `datajson` (section 10.1); undefined when it is no JSON array. */
export function parseJsonList(value: unknown, acceptsRest: boolean): ParsedList | undefined {
	let records = value;
	if (typeof value === 'string') {
		try {
			records = JSON.parse(value);
		} catch {
			return undefined;
		}
	}
	if (!Array.isArray(records)) return undefined;
	const notes = new Set<string>();
	const destinations: Destination[] = [];
	for (const record of records) {
		const cells = cellsOf(record, acceptsRest, notes);
		const number = cells && toListNumber(cells[0] ?? '');
		if (cells && number !== undefined) {
			const [, name = '', code = '', ...extras] = cells;
			destinations.push({ number, name, code, extras });
		}
	}
	return { destinations, notes: [...notes] };
}

/** `[number, name, codcli, extra1, ...]` of a record in any of the formats. */
function cellsOf(record: unknown, acceptsRest: boolean, notes: Set<string>): string[] | undefined {
	if (typeof record === 'string' || typeof record === 'number') return [String(record)];
	if (Array.isArray(record)) {
		if (record.length > 6) notes.add('More than six positions in a record');
		return record.map(toText);
	}
	if (!isRecord(record)) {
		notes.add('A record is neither object, array nor number');
		return undefined;
	}
	const isRest = record.number === undefined;
	const keys = isRest ? REST_KEYS : OBJECT_KEYS;
	for (const key of Object.keys(record))
		if (!keys.includes(key)) notes.add(`No such key in a record: ${key}`);
	if (isRest && !acceptsRest) {
		notes.add('Records with phone and cod_cli: refused in production');
		return undefined;
	}
	return keys.map((key) => toText(record[key]));
}

function toText(value: unknown): string {
	return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** Reads a CSV or TXT file: a header row, tab or comma separated; undefined without a number column. */
export function parseCsvList(file: Buffer): ParsedList | undefined {
	const rows = splitRows(decodeFile(file));
	const header = (rows[0] ?? []).map((name) => COLUMNS[name.trim().toLowerCase()]);
	const numberAt = header.indexOf('number');
	if (numberAt < 0) return undefined;
	const notes = new Set<string>();
	(rows[0] ?? []).forEach((name, index) => {
		if (header[index] === undefined) notes.add(`No such column: ${name}`);
	});
	const at = (row: string[], column: string): string => row[header.indexOf(column)] ?? '';
	const destinations: Destination[] = [];
	for (const row of rows.slice(1)) {
		const number = toListNumber(row[numberAt] ?? '');
		if (number === undefined) continue;
		const extras = ['extra1', 'extra2', 'extra3', 'extra4'].map((column) => at(row, column));
		destinations.push({ number, name: at(row, 'name'), code: at(row, 'code'), extras });
	}
	return { destinations, notes: [...notes] };
}

function decodeFile(file: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(file);
	} catch {
		return file.toString('latin1');
	}
}

function splitRows(text: string): string[][] {
	const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
	const separator = lines[0]?.includes('\t') ? '\t' : ',';
	return lines.map((line) =>
		line.includes('"') ? splitQuoted(line, separator) : line.split(separator),
	);
}

function splitQuoted(line: string, separator: string): string[] {
	const cells: string[] = [];
	let cell = '';
	let quoted = false;
	for (let index = 0; index < line.length; index++) {
		const character = line[index] ?? '';
		if (quoted && character === '"' && line[index + 1] === '"') {
			cell += '"';
			index++;
		} else if (character === '"') quoted = !quoted;
		else if (character === separator && !quoted) {
			cells.push(cell);
			cell = '';
		} else cell += character;
	}
	return [...cells, cell];
}
