import type { SimulatorRequest } from '../core/http';
import { boundaryOf, parseMultipart } from '../core/multipart';

/** A use of the API that the page does not cover. */
export interface Remark {
	method: string;
	field: string;
	detail: string;
}

/** Takes notes of such uses. */
export interface Notebook {
	violation(method: string, field: string, detail: string): void;
	undocumented(method: string, field: string, detail: string): void;
}

/** A file of a multipart request. */
export interface Upload {
	field: string;
	filename: string;
	contentType: string;
	content: Buffer;
}

/** The parameters of a request as texts, by place. */
export interface RawInput {
	query: ReadonlyMap<string, string>;
	body: ReadonlyMap<string, string>;
	uploads: readonly Upload[];
}

/** Methods that take `multipart/form-data` (voximplant-kit.md sections 3.1, 5.5, 5.6, 5.13). */
const TAKES_FILES = new Set([
	'v3/media/uploadMedia',
	'v3/agentCampaigns/createCampaign',
	'v3/campaigns/create',
	'v3/campaigns/createAgent',
]);

/** Reads query and body; what cannot be read is noted and counts as not sent (section 3.1). */
export function readInput(method: string, request: SimulatorRequest, notes: Notebook): RawInput {
	const query = collect(method, request.query, notes);
	const note = (detail: string): void => notes.violation(method, '(body)', detail);
	if (request.body.length === 0) return { query, body: new Map(), uploads: [] };
	const contentType = request.headers['content-type'];
	const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
	if (request.method === 'GET') {
		note('A GET request with a body');
	} else if (type === 'application/x-www-form-urlencoded') {
		const form = new URLSearchParams(request.body.toString('utf8'));
		return { query, body: collect(method, form, notes), uploads: [] };
	} else if (type === 'multipart/form-data') {
		if (!TAKES_FILES.has(method)) note('The page lists no multipart here');
		return { query, ...readParts(method, request.body, contentType, notes) };
	} else {
		note(`The page lists no content type "${type ?? ''}"`);
	}
	return { query, body: new Map(), uploads: [] };
}

function collect(
	method: string,
	pairs: Iterable<[string, string]>,
	notes: Notebook,
): Map<string, string> {
	const values = new Map<string, string>();
	for (const [name, value] of pairs) {
		if (values.has(name)) notes.violation(method, name, 'The key is repeated; the last one counts');
		if (name.includes('[')) notes.violation(method, name, 'Brackets instead of JSON text');
		values.set(name, value);
	}
	return values;
}

function readParts(
	method: string,
	body: Buffer,
	contentType: string | undefined,
	notes: Notebook,
): { body: Map<string, string>; uploads: Upload[] } {
	const uploads: Upload[] = [];
	const pairs: Array<[string, string]> = [];
	try {
		for (const part of parseMultipart(body, boundaryOf(contentType) ?? '')) {
			if (part.filename === undefined) {
				pairs.push([part.name, part.content.toString('utf8')]);
				continue;
			}
			uploads.push({
				field: part.name,
				filename: part.filename,
				contentType: part.contentType ?? 'application/octet-stream',
				content: part.content,
			});
		}
	} catch (error) {
		notes.violation(method, '(body)', error instanceof Error ? error.message : String(error));
	}
	return { body: collect(method, pairs, notes), uploads };
}
