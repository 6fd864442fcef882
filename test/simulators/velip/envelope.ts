import { encodeLegacy } from '../core/encoding';
import type { SimulatorResponse } from '../core/http';

/** What a function answers, before it is written in the provider's way. */
export interface Answer {
	http: number;
	/** Fields of `return`, besides `status` and `status_code`. */
	fields: Record<string, unknown>;
	/** Arrays beside `return` (velip.md section 4, "Lists"). */
	root?: Record<string, unknown>;
	status?: string;
	code?: number;
	/** Number of messages accepted. */
	accepted?: number;
}

/** A request that is refused: HTTP 400, or 401 for authentication (section 4). */
export class Refusal extends Error {
	constructor(
		readonly code: number,
		readonly status: string,
		readonly http = 400,
		readonly fields: Record<string, unknown> = {},
		readonly root: Record<string, unknown> = {},
		readonly headers: Record<string, string> = {},
	) {
		super(status);
	}
}

/** A good answer. */
export function ok(
	fields: Record<string, unknown> = {},
	root: Record<string, unknown> = {},
	more: Partial<Answer> = {},
): Answer {
	return { http: 200, fields, root, ...more };
}

/** Fields a failing function still answers (sections 3.5, 6.3, 13.1). */
const FAILURE_FIELDS: Record<string, Record<string, unknown>> = {
	GetUserID: { cdcs_id: '0', cdcsu_id: '0' },
	MakeTTSCall: { cd_id: '0' },
	MakeSMS: { cdls_id: '0' },
	MakeWhatsapp: { cdls_id: '0' },
	MakeMessenger: { messageId: '', cdls_id: 0 },
	MakeInstagram: { messageId: '', cdls_id: 0 },
};

/** Functions whose `status_code` is an integer (section 4). */
const INTEGER_CODES = new Set(['MakeMessenger', 'MakeInstagram']);

/** How the envelope is written. */
export interface EnvelopeStyle {
	/** Functions that answer in ISO-8859-1 (section 2, "Encoding"). */
	isoFunctions: readonly string[];
	/** Section 4: `status` was seen once as an array or object. */
	statusShape: 'string' | 'array' | 'object';
}

/** Writes the answer of a function. */
export function writeAnswer(fn: string, answer: Answer, style: EnvelopeStyle): SimulatorResponse {
	const code = answer.code ?? 0;
	// Section 4: also a number in the WR case of MakeSMS.
	const integer = INTEGER_CODES.has(fn) || answer.status === 'WR';
	const body = {
		return: {
			status: answer.status ?? 'OK',
			status_code: integer ? code : String(code),
			...answer.fields,
		},
		...answer.root,
	};
	return { ...write(fn, body, answer.http, style), accepted: answer.accepted };
}

/** Writes a refusal. */
export function writeRefusal(
	fn: string,
	refusal: Refusal,
	style: EnvelopeStyle,
): SimulatorResponse {
	const { code, status } = refusal;
	const shapes = { string: status, array: [status], object: { 0: status } };
	const body = {
		return: {
			status: shapes[style.statusShape],
			status_code: INTEGER_CODES.has(fn) ? code : String(code),
			...FAILURE_FIELDS[fn],
			...refusal.fields,
		},
		...refusal.root,
	};
	const response = write(fn, body, refusal.http, style);
	return { ...response, headers: { ...response.headers, ...refusal.headers } };
}

function write(
	fn: string,
	body: Record<string, unknown>,
	status: number,
	style: EnvelopeStyle,
): SimulatorResponse {
	const source = JSON.stringify(body);
	if (!style.isoFunctions.includes(fn))
		return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: source };
	// No charset in the header: the client has to find out by itself (section 2, "Encoding").
	return {
		status,
		headers: { 'content-type': 'application/json' },
		body: encodeLegacy(source, 'iso-8859-1'),
	};
}

/** UTF-8 read as ISO-8859-1, as in some texts of `CreateCenterQueue` (section 2). */
export function mojibake(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}
