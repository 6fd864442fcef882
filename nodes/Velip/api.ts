import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Dialect } from '../shared/http/client';
import { CallError, ParameterError } from '../shared/http/errors';
import { isRecord, readJsonObject, unreadableAnswer } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import { RefusalMemory } from '../shared/http/refusals';
import type { ApiRequest, Reply, RequestBody, Safety } from '../shared/http/request';
import { accessHint, hintFor, ownText } from './codes';

export const NAME = 'Velip';

/** A checked credential. */
export interface Connection {
	/** Base URL without trailing slash or API path. */
	readonly baseUrl: string;
	readonly authentication: 'bearer' | 'header' | 'tsid' | 'basic';
	readonly token: string;
	readonly user: string;
	readonly password: string;
	/** Ending of every function's address: empty or `.php` (velip.md §16, question 4). */
	readonly suffix: string;
}

const WAYS = ['bearer', 'header', 'tsid', 'basic'] as const;

function assertToken(token: string): void {
	if (token === '') throw new ParameterError('The Velip credential has no API token');
	if (/^[A-Za-z0-9._~+/=-]{10,64}$/.test(token)) return;
	throw new ParameterError(
		'The API token of the Velip credential is not a Velip token: 10 to 64 letters and digits without blanks',
		'Copy it again from Integrations > API tokens, without the word "Bearer". It is shown only once.',
	);
}

/** Checks the stored credential. A wrong form is refused here, since every wrong try counts (§3.4). */
export function connect(credentials: IDataObject): Connection {
	const authentication = WAYS.find((way) => way === credentials.authentication) ?? 'bearer';
	const token = asText(credentials.token ?? '').trim();
	const user = asText(credentials.user ?? '').trim();
	const password = asText(credentials.password ?? '');
	if (authentication !== 'basic') assertToken(token);
	else if (user === '' || password === '' || user.includes(':')) {
		throw new ParameterError('The Velip credential needs a user (without colon) and a password');
	}
	const address = asText(credentials.baseUrl ?? '').trim();
	if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
		throw new ParameterError(
			`The base URL of the Velip credential is not a web address: "${address}"`,
			'It looks like https://vox.velip.com.br',
		);
	}
	const { origin, pathname } = new URL(address);
	const baseUrl = origin + pathname.replace(/\/(api(\/v2)?)?\/*$/, '').replace(/\/+$/, '');
	return {
		baseUrl,
		authentication,
		token: authentication === 'basic' ? '' : token,
		user: authentication === 'basic' ? user : '',
		password: authentication === 'basic' ? password : '',
		suffix: credentials.appendPhp === true ? '.php' : '',
	};
}

function withToken(body: RequestBody | undefined, tsid: string): RequestBody {
	switch (body?.kind) {
		case 'multipart':
			return { kind: 'multipart', fields: { ...body.fields, tsid } };
		case 'form':
			return { kind: 'form', fields: { ...body.fields, tsid } };
		default:
			return { ...body, kind: 'json', value: { ...(body?.value as object | undefined), tsid } };
	}
}

function basic({ user, password }: Connection): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function authenticate(request: ApiRequest, connection: Connection): ApiRequest {
	const { authentication, token, suffix } = connection;
	const addressed = { ...request, path: `${request.path}${suffix}` };
	if (authentication === 'tsid') return { ...addressed, body: withToken(request.body, token) };
	const headers = { bearer: `Bearer ${token}`, header: token, basic: basic(connection) };
	return {
		...addressed,
		headers: { ...request.headers, authorization: headers[authentication] },
	};
}

/** Four tries in ten minutes stay below every limit that ends in a block (velip.md §3.4). */
const REST_AFTER_REFUSAL_MS = 150_000;

export const refusals = new RefusalMemory(REST_AFTER_REFUSAL_MS);

function refusalKey(connection: Connection): string {
	return createHash('sha256').update(JSON.stringify(connection)).digest('hex');
}

export function secretsOf(connection: Connection): string[] {
	const { token, password } = connection;
	const pair = password === '' ? '' : basic(connection).slice('Basic '.length);
	return [token, password, pair].filter((secret) => secret !== '');
}

export const dialect: Dialect<Connection> = {
	name: NAME,
	origin: ({ baseUrl }) => baseUrl,
	authenticate,
	secrets: secretsOf,
	explain: (reply) => explain(reply),
	accepts: (reply) => saysYes(reply),
	rateLimitHint:
		'Velip allows 200 list requests of call records an hour, and a number of look-ups a day that grows with your calls. Ask less often, or let the Velip Trigger report calls.',
	refusals: { memory: refusals, key: refusalKey },
};

export function unreadable(what: string): CallError {
	return unreadableAnswer(NAME, what);
}

/** Function of a path: `/api/v2/MakeSMS.php` is `MakeSMS`. */
export function functionOf(path: string): string {
	return /\/(\w+)(\.php)?$/.exec(path)?.[1] ?? '';
}

export function readJson(reply: Reply): Record<string, unknown> {
	return readJsonObject(reply, NAME);
}

export { isRecord };

/** The envelope: what stands under `return`, or the answer itself (velip.md §4). */
export interface Envelope {
	readonly answer: Record<string, unknown>;
	readonly result: Record<string, unknown>;
	readonly status: string;
	/** NaN when there is none. */
	readonly code: number;
}

/** `status` was once seen as a list or an object with the text inside (§4). */
function statusText(value: unknown): string {
	if (typeof value === 'object' && value !== null) {
		return Object.values(value).map(asText).filter(Boolean).join('; ');
	}
	return asText(value ?? '');
}

export function envelopeOf(answer: Record<string, unknown>): Envelope {
	const result = isRecord(answer.return) ? answer.return : answer;
	const given = asText(result.status_code ?? '').trim();
	return {
		answer,
		result,
		status: statusText(result.status).trim(),
		code: given === '' ? NaN : Number(given),
	};
}

/** Functions whose codes may come from Meta, where 1xx has nothing to do with the credential. */
const PASSES_CODES_THROUGH = new Set(['MakeWhatsapp', 'MakeMessenger', 'MakeInstagram']);

/** What the token may not do, or not from this address: its other functions still work (§3.3, §5). */
const LIMITED_CODES = new Set([105, 123]);

function isAccessCode(fn: string, code: number, httpStatus: number): boolean {
	if (httpStatus === 401 || httpStatus === 403) return !(code >= 200);
	return code >= 100 && code <= 199 && !PASSES_CODES_THROUGH.has(fn);
}

function detailOf({ answer, result }: Envelope): string {
	const nested = isRecord(result.result) ? result.result.error_message : undefined;
	const detail = result.errodet ?? answer.errodet ?? nested;
	const text = statusText(detail);
	return text === '' || text === 'null' ? '' : ` (${text})`;
}

/** Meta's own code, which stands in the text: "(#10) This message is sent outside …" (§13.1). */
function metaCode(status: string): number {
	return Number(/\(#(\d+)\)/.exec(status)?.[1]);
}

/** Velip's no, in its own words, with what to do about it. */
export function refusal(fn: string, envelope: Envelope, httpStatus: number): CallError {
	const { status, code } = envelope;
	const words = ownText(fn, code) ?? (status === '' ? 'no reason given' : status);
	const known = Number.isNaN(code) ? '' : `, code ${code}`;
	const message = `${NAME} refused ${fn}: ${words}${detailOf(envelope)}${known}`;
	const common = { code: known === '' ? undefined : String(code), httpStatus };
	if (isAccessCode(fn, code, httpStatus)) {
		const isLimited = LIMITED_CODES.has(code) || (httpStatus === 403 && Number.isNaN(code));
		return new CallError(message, {
			...common,
			hint: accessHint(code),
			cause: isLimited ? 'configuration-invalid' : 'credential-invalid',
			stopsRun: true,
		});
	}
	if (code === 0 || (Number.isNaN(code) && status === 'OK')) {
		return new CallError(`${NAME} answered ${fn} with "${words}" and HTTP ${httpStatus}`, {
			...common,
			hint: 'The answer says yes and no at once.',
			outcome: 'unknown',
		});
	}
	if (code === 500) {
		return new CallError(`${NAME} has an internal error in ${fn}: ${words}`, {
			...common,
			cause: 'temporarily-unavailable',
			transient: true,
			maxAttempts: 2,
			outcome: 'unknown',
		});
	}
	// The same request_id is still being worked on; the answer comes on asking again (§9.1).
	const busy = fn === 'CreateCampaign' && code === 232;
	return new CallError(message, {
		...common,
		hint: hintFor(fn, code) ?? hintFor(fn, metaCode(status)),
		...(busy && { transient: true, retryAfterMs: 60_000, outcome: 'unknown' }),
	});
}

/** The words of an answer with an error status (velip.md §4, row 7 of the success test). */
function explain(reply: Reply): CallError | undefined {
	let envelope: Envelope;
	try {
		envelope = envelopeOf(readJson(reply));
	} catch {
		return undefined;
	}
	const { code, status } = envelope;
	if (Number.isNaN(code) && status === '') return undefined;
	return refusal(functionOf(reply.source), envelope, reply.status);
}

/** In these functions the code echoes Meta's HTTP status, so 200 is fine (velip.md §13.1). */
const ECHOES_META = new Set(['MakeMessenger', 'MakeInstagram']);

/**
 * Answers that are a yes whatever their HTTP status (velip.md §4, rules 3 and 4, and §12.2, where
 * "not valid" is the very answer that was asked for).
 */
function isYes(fn: string, { result, status, code }: Envelope): boolean {
	if (ECHOES_META.has(fn)) return status === 'OK';
	// Recorded, and the provider of the SMS has not answered yet (§11).
	if (fn === 'MakeSMS') return code === 1 && status === 'WR';
	const checked = fn === 'ValidateWhatsAppNumber' && isRecord(result.result) && result.result;
	return checked !== false && [false, 0, '0', 'false'].includes(checked.valid as string);
}

/** Whether an answer with an error status is a yes all the same. */
function saysYes(reply: Reply): boolean {
	try {
		return isYes(functionOf(reply.source), envelopeOf(readJson(reply)));
	} catch {
		return false;
	}
}

/**
 * The success test of velip.md §4 for an answer with a 2xx status, or one that `saysYes`.
 *
 * @throws CallError when Velip says no
 */
export function readEnvelope(reply: Reply): Envelope {
	const fn = functionOf(reply.source);
	const envelope = envelopeOf(readJson(reply));
	const { status, code } = envelope;
	if (status === '' && Number.isNaN(code)) throw unreadable('something else');
	if (isYes(fn, envelope)) return envelope;
	const isFine = code === 0 || (Number.isNaN(code) && status === 'OK');
	if (isFine && !ECHOES_META.has(fn)) return envelope;
	throw refusal(fn, envelope, reply.status);
}

/** A request to one of the functions; values that are undefined are left out. */
export function functionRequest(
	fn: string,
	value: Readonly<Record<string, unknown>>,
	safety: Safety,
): ApiRequest {
	const body = Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
	return { method: 'POST', path: `/api/v2/${fn}`, body: { kind: 'json', value: body }, safety };
}
