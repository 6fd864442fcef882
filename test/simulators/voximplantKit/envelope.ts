import { json, type SimulatorResponse } from '../core/http';

/** Paging facts of an answer; camelCase (voximplant-kit.md section 3.3). */
export interface PageMeta {
	totalCount: number;
	pageCount: number;
	currentPage: number;
	perPage: number;
}

/** What a method answers. */
export type Answer =
	{ result: unknown; meta?: object } | { file: Buffer; type: string; name?: string };

/** A refusal; `code` is repeated as HTTP status (section 3.3). */
export class Refusal extends Error {
	constructor(
		readonly code: number,
		message: string,
		/** HTTP status where it differs from the code. */
		readonly http: number = code,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}
}

/** Section 3.4. */
export const refusals = {
	authentication: () => new Refusal(401, 'Not authenticated'),
	balance: (text: string) => new Refusal(402, text),
	rights: () => new Refusal(403, 'You are not allowed to perform this action.'),
	contactCentre: () => new Refusal(403, 'Contact center not enabled'),
	unknownMethod: () => new Refusal(404, 'Unknown method'),
	missing: (what: string, id: unknown) => new Refusal(404, `${what} not found: ${String(id)}`),
	invalid: (field: string, detail: string) => new Refusal(422, `${field}: ${detail}`),
	state: (text: string) => new Refusal(422, text),
};

/** A successful answer. */
export function ok(result: unknown, meta?: object): Answer {
	return { result, meta };
}

/** Writes an answer. */
export function writeAnswer(answer: Answer, withFileName: boolean): SimulatorResponse {
	if ('file' in answer) {
		const headers: Record<string, string> = { 'content-type': answer.type };
		if (withFileName && answer.name !== undefined)
			headers['content-disposition'] = `attachment; filename="${answer.name}"`;
		return { status: 200, headers, body: answer.file };
	}
	const { result, meta } = answer;
	return json(
		meta === undefined ? { success: true, result } : { success: true, result, _meta: meta },
	);
}

/** Writes a refusal; `always200` hides it behind HTTP 200. */
export function writeRefusal(refusal: Refusal, always200 = false): SimulatorResponse {
	const body = { success: false, result: { error: refusal.message, code: refusal.code } };
	const answer = json(body, always200 ? 200 : refusal.http);
	return { ...answer, headers: { ...answer.headers, ...refusal.headers } };
}
