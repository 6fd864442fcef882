import { isRecord, type SimulatorRequest } from '../core/http';
import { boundaryOf, parseMultipart, type Part } from '../core/multipart';
import { CREDENTIALS, DOUBTFUL, PARAMETERS, TAKES_ENCODING, TAKES_FILES } from './params';

/** A file of a multipart request, or the raw audio of `CreateAudioFile`. */
export interface Upload {
	field: string;
	/** Missing for raw audio. */
	filename?: string;
	contentType: string;
	content: Buffer;
}

/** A use of the API that the page does not cover. */
export interface Remark {
	fn: string;
	field: string;
	detail: string;
}

/** Takes notes of such uses. */
export interface Notebook {
	violation(fn: string, field: string, detail: string): void;
	undocumented(fn: string, field: string, detail: string): void;
}

/** The parameters of one request; the query wins over the body (velip.md section 2). */
export class Params {
	constructor(
		readonly fn: string,
		private readonly values: Map<string, unknown>,
		readonly uploads: readonly Upload[],
		private readonly notes: Notebook,
		/** Set when a multipart body could not be read. */
		readonly brokenMultipart?: string,
	) {}

	get entries(): Array<[string, unknown]> {
		return [...this.values];
	}

	/** The raw value, for parameters that may be arrays or objects. */
	value(name: string): unknown {
		return this.values.get(name);
	}

	/** The first of these names with a value, as text. Empty strings count as absent (section 2). */
	text(...names: string[]): string | undefined {
		for (const name of names) {
			const value = this.values.get(name);
			if (value === undefined || value === null || value === '') continue;
			if (typeof value === 'string') return value;
			if (typeof value === 'number' || typeof value === 'boolean') return String(value);
			this.violation(name, 'An array or object where a text is expected');
		}
		return undefined;
	}

	has(name: string): boolean {
		const value = this.values.get(name);
		return value !== undefined && value !== null && value !== '';
	}

	/** A whole number in the range, `fallback` when absent, NaN when it is something else. */
	int(name: string, fallback: number, min = -Infinity, max = Infinity): number {
		const text = this.text(name);
		if (text === undefined) return fallback;
		const value = /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : NaN;
		return value >= min && value <= max ? value : NaN;
	}

	/** As `int`, for parameters without an error code: a bad value is noted and ignored. */
	softInt(name: string, fallback: number, min = -Infinity, max = Infinity): number {
		const value = this.int(name, fallback, min, max);
		if (!Number.isNaN(value)) return value;
		this.violation(name, `Not a whole number in the range: ${String(this.values.get(name))}`);
		return fallback;
	}

	/** One of the words, else the fallback; other words are noted. */
	word<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
		const text = this.text(name);
		if (text === undefined) return fallback;
		const known = words.find((word) => word === text);
		if (known === undefined) this.violation(name, `Not one of ${words.join(', ')}: ${text}`);
		return known ?? fallback;
	}

	/** A callback URL; one that is still percent-encoded is decoded (section 7.1, `rurl`). */
	url(name: string): string | undefined {
		const text = this.text(name);
		if (text === undefined) return undefined;
		for (const candidate of [text, decoded(text)]) {
			if (/^https?:\/\//i.test(candidate) && URL.canParse(candidate)) return candidate;
		}
		this.violation(name, `Not an absolute http(s) URL: ${text}`);
		return undefined;
	}

	/** Notes what the page does not allow. */
	violation(field: string, detail: string): void {
		this.notes.violation(this.fn, field, detail);
	}

	/** Notes what the page calls old, possible or untested. */
	doubtful(field: string, detail: string): void {
		this.notes.undocumented(this.fn, field, detail);
	}
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

type Fields = Array<[string, unknown]>;

/** Reads the parameters of a request (section 2, "Request body" and "Encoding"). */
export function readParams(fn: string, request: SimulatorRequest, notes: Notebook): Params {
	const uploads: Upload[] = [];
	let broken: string | undefined;
	let fields: Fields = [];
	const rawQuery = request.search.slice(1);
	const bodyType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
	const boundary = boundaryOf(request.headers['content-type']);

	if (request.body.length === 0 || request.method === 'GET') {
		if (request.body.length > 0) notes.violation(fn, '(body)', 'A GET request with a body');
	} else if (bodyType === 'application/json') {
		fields = readJson(request.body, (detail) => notes.violation(fn, '(body)', detail));
	} else if (bodyType === 'application/x-www-form-urlencoded') {
		const raw = request.body.toString('latin1');
		fields = readForm(raw, charsetOf(fn, rawQuery, raw, notes));
	} else if (boundary !== undefined) {
		if (!TAKES_FILES.has(fn)) notes.violation(fn, '(body)', 'The page lists no multipart here');
		try {
			const parts = parseMultipart(request.body, boundary);
			fields = readParts(fn, parts, uploads);
		} catch (error) {
			broken = error instanceof Error ? error.message : String(error);
		}
	} else if (fn === 'CreateAudioFile' && bodyType?.startsWith('audio/')) {
		uploads.push({ field: '', contentType: bodyType, content: request.body });
	} else {
		notes.violation(fn, '(body)', `The page lists no content type "${bodyType ?? ''}"`);
	}

	const values = new Map<string, unknown>(fields);
	for (const [name, value] of readForm(rawQuery, charsetOf(fn, rawQuery, '', notes)))
		values.set(name, value);
	noteNames(fn, values, notes);
	return new Params(fn, values, uploads, notes, broken);
}

function noteNames(fn: string, values: Map<string, unknown>, notes: Notebook): void {
	for (const name of values.keys()) {
		if (name === 'sid')
			notes.undocumented(fn, name, 'An internal session id, not for integrations');
		if (CREDENTIALS.includes(name) || PARAMETERS[fn]?.includes(name)) continue;
		if (DOUBTFUL[fn]?.includes(name))
			notes.undocumented(fn, name, 'Known from an old manual or an error row only');
		else notes.violation(fn, name, 'The page lists no such parameter');
	}
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readJson(body: Buffer, note: (detail: string) => void): Fields {
	try {
		const value: unknown = JSON.parse(utf8.decode(body));
		if (isRecord(value)) return Object.entries(value);
		note('The JSON body is no object');
	} catch {
		note('The body is no JSON in UTF-8');
	}
	return [];
}

type Charset = 'latin1' | 'utf8' | '2utf8';

/** Forms are ISO-8859-1, unless the function takes `encoding` and it says UTF-8 (section 2). */
function charsetOf(fn: string, query: string, form: string, notes: Notebook): Charset {
	const match = /(?:^|&)encoding=([^&]*)/.exec(query) ?? /(?:^|&)encoding=([^&]*)/.exec(form);
	if (!match || !TAKES_ENCODING.has(fn)) return 'latin1';
	const name = (match[1] ?? '').toUpperCase();
	if (name === 'UTF-8') return 'utf8';
	if (name === '2UTF-8') return '2utf8';
	if (name !== '' && name !== 'ASCII' && name !== 'ISO-8859-1')
		notes.violation(fn, 'encoding', `Unknown encoding: ${name}`);
	return 'latin1';
}

/** `name=value&...`; names that end in `[]` make arrays. */
function readForm(raw: string, charset: Charset): Fields {
	const fields: Fields = [];
	const arrays = new Map<string, string[]>();
	for (const pair of raw.split('&')) {
		if (pair === '') continue;
		const equals = pair.indexOf('=');
		const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals), charset);
		const value = equals < 0 ? '' : percentDecode(pair.slice(equals + 1), charset);
		if (!name.endsWith('[]')) {
			fields.push([name, value]);
			continue;
		}
		const key = name.slice(0, -2);
		const array = arrays.get(key) ?? [];
		array.push(value);
		if (array.length === 1) fields.push([key, array]);
		arrays.set(key, array);
	}
	return fields;
}

function percentDecode(raw: string, charset: Charset): string {
	const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw;
	if (!spaced.includes('%') && charset === 'latin1') return spaced;
	const bytes = Buffer.alloc(spaced.length);
	let length = 0;
	for (let index = 0; index < spaced.length; index++) {
		const code = spaced.charCodeAt(index);
		const hex = code === 0x25 ? spaced.slice(index + 1, index + 3) : '';
		if (/^[0-9a-f]{2}$/i.test(hex)) {
			bytes[length++] = Number.parseInt(hex, 16);
			index += 2;
		} else bytes[length++] = code;
	}
	return decode(bytes.subarray(0, length), charset);
}

function decode(bytes: Buffer, charset: Charset): string {
	if (charset === 'latin1') return bytes.toString('latin1');
	const once = bytes.toString('utf8');
	return charset === 'utf8' ? once : Buffer.from(once, 'latin1').toString('utf8');
}

function readParts(fn: string, parts: Part[], uploads: Upload[]): Fields {
	const fields: Fields = [];
	const encoding = parts.find((part) => part.name === 'encoding')?.content.toString('latin1');
	const isUtf8 = TAKES_ENCODING.has(fn) && encoding?.toUpperCase() === 'UTF-8';
	for (const part of parts) {
		if (part.filename === undefined) {
			fields.push([part.name, part.content.toString(isUtf8 ? 'utf8' : 'latin1')]);
			continue;
		}
		uploads.push({
			field: part.name,
			filename: part.filename,
			contentType: part.contentType ?? 'application/octet-stream',
			content: part.content,
		});
	}
	return fields;
}
