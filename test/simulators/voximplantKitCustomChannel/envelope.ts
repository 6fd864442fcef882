import { json, type SimulatorResponse } from '../core/http';

/** Standard texts; the page prints only the one of 403 (§5). */
const TEXTS: Record<number, string> = {
	400: 'Bad request.',
	401: 'You are not authenticated.',
	402: 'Payment required.',
	403: 'You are not allowed to perform this action.',
	404: 'Not found.',
	422: 'Unprocessable request.',
	429: 'Too many requests.',
	500: 'Internal server error.',
};

/** A request that is refused. */
export class Refusal extends Error {
	constructor(
		readonly code: number,
		text: string = TEXTS[code] ?? `Error ${code}.`,
		/** `ok`: HTTP 200 all the same. */
		readonly as: 'ok' | 'status' = 'status',
		readonly headers: Record<string, string> = {},
	) {
		super(text);
	}
}

/** The body of every refusal (§5). */
export function errorBody(
	code: number,
	text: string = TEXTS[code] ?? `Error ${code}.`,
): { success: false; result: { error: string; code: number } } {
	return { success: false, result: { error: text, code } };
}

export function writeRefusal(refusal: Refusal): SimulatorResponse {
	const answer = json(
		errorBody(refusal.code, refusal.message),
		refusal.as === 'ok' ? 200 : refusal.code,
	);
	return { ...answer, headers: { ...answer.headers, ...refusal.headers } };
}

/** A successful answer. */
export function writeResult(result: unknown, extra: Record<string, unknown>): SimulatorResponse {
	return json({ success: true, result, ...extra });
}
