import { isRecord, type SimulatorRequest } from '../../core/http';
import { boundaryOf, parseMultipart, type Part } from '../../core/multipart';
import { badRequest } from './errors';
import type { Notes } from './notes';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A request on its gateway, with what the endpoints need. */
export class Visit {
	/** `METHOD path`, for remarks. */
	readonly call: string;

	constructor(
		readonly request: SimulatorRequest,
		/** Path on the gateway. */
		readonly path: string,
		private readonly notes: Notes,
	) {
		this.call = `${request.method} ${path}`;
	}

	get query(): URLSearchParams {
		return this.request.query;
	}

	header(name: string): string | undefined {
		const value = this.request.headers[name];
		return Array.isArray(value) ? value[0] : value;
	}

	violation(field: string, detail: string): void {
		this.notes.violation(this.call, field, detail);
	}

	doubtful(field: string, detail: string): void {
		this.notes.doubtful(this.call, field, detail);
	}

	/** Notes query parameters that the page does not list, and repeated ones. */
	checkQuery(...names: string[]): void {
		for (const name of new Set(this.query.keys())) {
			if (!names.includes(name)) this.violation(name, 'The page lists no such query parameter');
			if (this.query.getAll(name).length > 1) this.violation(name, 'More than once');
		}
	}

	/** A whole number of the query. */
	integer(name: string, fallback: number, min = 1): number {
		const text = this.query.get(name);
		if (text === null) return fallback;
		const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
		if (!(value >= min)) throw badRequest(name, `${name} must be an integer from ${min}`);
		return value;
	}

	/** A boolean of the query: `true` or `false`. */
	boolean(name: string, fallback: boolean): boolean {
		const text = this.query.get(name);
		if (text === null) return fallback;
		if (text !== 'true' && text !== 'false')
			throw badRequest(name, `${name} must be true or false`);
		return text === 'true';
	}

	/** The JSON object of the body. */
	json(): Record<string, unknown> {
		if (!/^application\/json\b/i.test(this.header('content-type') ?? ''))
			throw badRequest('content-type', 'The body must be application/json');
		const value = parseJson(this.request.body);
		if (!isRecord(value)) throw badRequest('body', 'The body must be a JSON object in UTF-8');
		return value;
	}

	/** The parts of a multipart body; unknown and repeated names are noted. */
	form(...names: string[]): Map<string, Part> {
		const boundary = boundaryOf(this.header('content-type'));
		if (boundary === undefined)
			throw badRequest('content-type', 'The body must be multipart/form-data');
		const parts = new Map<string, Part>();
		for (const part of readParts(this.request.body, boundary)) {
			if (!names.includes(part.name)) this.violation(part.name, 'The page lists no such field');
			if (parts.has(part.name)) this.violation(part.name, 'More than once');
			parts.set(part.name, part);
		}
		return parts;
	}
}

/** The value of a JSON text in UTF-8, undefined for anything else. */
export function parseJson(body: Buffer): unknown {
	try {
		const value: unknown = JSON.parse(utf8.decode(body));
		return value;
	} catch {
		return undefined;
	}
}

/** The text of a part without file name; undefined when the part is missing. */
export function textOf(part: Part | undefined): string | undefined {
	return part && part.filename === undefined ? part.content.toString('utf8') : undefined;
}

function readParts(body: Buffer, boundary: string): Part[] {
	try {
		return parseMultipart(body, boundary);
	} catch (error) {
		throw badRequest('body', error instanceof Error ? error.message : String(error));
	}
}
