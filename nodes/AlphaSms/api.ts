import { randomBytes } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Dialect } from '../shared/http/client';
import { CallError, ParameterError } from '../shared/http/errors';
import { isRecord, readJsonObject, unreadableAnswer } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { ApiRequest, Reply, RequestBody } from '../shared/http/request';
import { decodeText } from '../shared/http/request';
import type { Call, Outcome } from '../shared/operation/operation';

export const NAME = 'AlphaSMS';

/** A checked credential. */
export interface Connection {
	/** Base URL without trailing slash or API path. */
	readonly baseUrl: string;
	readonly apiKey: string;
}

/**
 * Checks the stored credential. People paste the API address or a trailing slash with the host;
 * both are taken off (alphasms.md §1).
 */
export function connect(credentials: IDataObject): Connection {
	const apiKey = String(credentials.apiKey ?? '').trim();
	if (apiKey === '') throw new ParameterError('The AlphaSMS credential has no API key');
	if (/\s/.test(apiKey)) {
		throw new ParameterError(
			'The API key of the AlphaSMS credential holds blanks',
			'Copy it again from SMS > Settings > API. It is shown in full only right after it was made.',
		);
	}
	const custom = credentials.baseUrl === 'custom';
	const address = String((custom ? credentials.customBaseUrl : credentials.baseUrl) ?? '').trim();
	if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
		throw new ParameterError(
			`The base URL of the AlphaSMS credential is not a web address: "${address}"`,
			'It looks like https://alphasms.ua',
		);
	}
	const { origin, pathname } = new URL(address);
	const prefix = pathname.replace(/\/(api(\/\w+\.php)?|v1\/json)?\/*$/, '').replace(/\/+$/, '');
	return { baseUrl: origin + prefix, apiKey };
}

/** The JSON gateway wants the key as `auth`, the audio and HTTP APIs as a form field `key`. */
function withKey(body: RequestBody | undefined, apiKey: string): RequestBody {
	switch (body?.kind) {
		case 'json':
			return { kind: 'json', value: { auth: apiKey, ...(body.value as object) } };
		case 'multipart':
			return { kind: 'multipart', fields: { key: apiKey, ...body.fields } };
		default:
			return { kind: 'form', fields: { key: apiKey, ...body?.fields } };
	}
}

export const dialect: Dialect<Connection> = {
	name: NAME,
	origin: (connection) => connection.baseUrl,
	authenticate: (request, { apiKey }) => ({ ...request, body: withKey(request.body, apiKey) }),
	secrets: (connection) => [connection.apiKey],
};

const HINTS: ReadonlyArray<[RegExp, string]> = [
	[
		/access denied|wrong login|api key/i,
		'Check the API key, that "Activate API" is on, and the list of allowed IP addresses (cabinet: SMS > Settings > API).',
	],
	[
		/alpha-?name|sender phone/i,
		'The sender name must be approved for this account and this channel. Look it up in the cabinet, letter by letter.',
	],
	[/not enough money|balance/i, 'Top up the account, then run the failed items again.'],
	[/operator not supported/i, 'Flash calls do not reach this operator. Use another channel.'],
	[/enter sms text/i, 'The text is empty once emoji are removed. Add some words.'],
	[
		/sms not found/i,
		'There is no such message. Take the ID from the output of the sending operation; the gateway ID ("msg_id") is another one.',
	],
	[/valid receiver|phone number/i, 'Use the international format, e.g. 380971234567.'],
];

/** The gateway's own words as an error, with what to do about them (alphasms.md §7). */
export function refusal(words: unknown): CallError {
	const said = Array.isArray(words) ? words.join('; ') : words;
	const text = typeof said === 'string' && said.trim() !== '' ? said : 'no reason given';
	return new CallError(`${NAME} refused the request: ${text}`, {
		hint: HINTS.find(([pattern]) => pattern.test(text))?.[1],
		cause: /not enough money/i.test(text) ? 'quota-exhausted' : undefined,
	});
}

/** The refusal of a whole request. One that concerns the account would meet every other too. */
export function requestRefusal(words: unknown): CallError {
	const error = refusal(words);
	if (!/access denied|wrong login|api key missing/i.test(error.message)) return error;
	return new CallError(error.message, { ...error, cause: 'credential-invalid', stopsRun: true });
}

function unreadable(what: string): CallError {
	return unreadableAnswer(NAME, what);
}

/** The JSON object of an answer. */
export function readJson(reply: Reply): Record<string, unknown> {
	return readJsonObject(reply, NAME);
}

export { isRecord };

/** The gateway writes booleans where its manual says integers. */
export function isYes(value: unknown): boolean {
	return value === true || value === 1 || value === '1' || value === 'true';
}

/**
 * The item results of a JSON gateway answer. HTTP is 200 even for failures, so only `success`
 * counts; an empty `error` beside it is normal (alphasms.md §3).
 */
export function readEnvelope(reply: Reply): Array<Record<string, unknown>> {
	const envelope = readJson(reply);
	const says = ['success', 'error', 'errors'].some((key) => envelope[key] !== undefined);
	if (!says) throw unreadable('something else');
	const results = Array.isArray(envelope.data) ? envelope.data.filter(isRecord) : [];
	// Should a refused envelope list accepted items, those count: they are charged.
	const accepted = isYes(envelope.success) || results.some((result) => isYes(result.success));
	if (!accepted) throw requestRefusal(envelope.error ?? envelope.errors);
	return results;
}

/** One item result as an outcome. */
export function readResult(
	result: Record<string, unknown> | undefined,
	simplify: (data: IDataObject) => IDataObject | IDataObject[],
): Outcome {
	if (result === undefined) {
		const message = `${NAME} gave no answer for this item`;
		return { error: new CallError(message, { outcome: 'unknown' }) };
	}
	if (!isYes(result.success)) return { error: refusal(result.error) };
	const data = isRecord(result.data) ? (result.data as IDataObject) : {};
	// n8n takes even an empty `error` in the output for a failure.
	const { error, ...rest } = result as IDataObject;
	return { raw: error ? { ...rest, error } : rest, data: simplify(data) };
}

/** What a call is found by in the answer: our id, the gateway's, or the number looked up. */
export type Reference = readonly [key: 'id' | 'msg_id' | 'phone', value: unknown];

/**
 * Pairs results with calls: by the id that the gateway echoes (it may come back as text), else by
 * position as long as nothing is missing and the result names nobody else (alphasms.md §3).
 */
export function pairResults<P>(
	results: ReadonlyArray<Record<string, unknown>>,
	calls: ReadonlyArray<Call<P>>,
	referenceOf: (params: P) => Reference,
): Array<Record<string, unknown> | undefined> {
	const name = ([key, value]: Reference) => `${key}:${asText(value).replace(/^\+/, '')}`;
	const dataOf = (result: Record<string, unknown>) => (isRecord(result.data) ? result.data : {});
	const references = calls.map(({ params }) => referenceOf(params));
	const byName = new Map<string, Record<string, unknown>>();
	for (const result of results) {
		for (const key of ['id', 'msg_id', 'phone'] as const) {
			const reference = name([key, dataOf(result)[key]]);
			// Of two results for one message, the one that says it was accepted counts.
			if (!byName.has(reference) || isYes(result.success)) byName.set(reference, result);
		}
	}
	const claimed = new Set(references.map((reference) => byName.get(name(reference))));
	return references.map((reference, index) => {
		const own = byName.get(name(reference));
		const atPosition = results.length === calls.length ? results[index] : undefined;
		if (own !== undefined || atPosition === undefined) return own;
		const free = !claimed.has(atPosition) && dataOf(atPosition)[reference[0]] === undefined;
		return free ? atPosition : undefined;
	});
}

/** A request to the JSON gateway that carries `items`. */
export function gatewayRequest(items: object[], safety: ApiRequest['safety']): ApiRequest {
	return {
		method: 'POST',
		path: '/api/json.php',
		body: { kind: 'json', value: { data: items } },
		safety,
	};
}

const HTTP_KEYS = 'id|sms_count|status|code|status_time|balance|price|currency|errors';

/**
 * The `key:value` text of the HTTP API, one pair per line or all on one line (alphasms.md
 * appendix A). Throws the refusal when the text says `errors:`.
 */
export function readHttpApi(
	reply: Reply,
	required: readonly string[] = [],
): Record<string, string> {
	const source = decodeText(reply).trim();
	const pairs = new RegExp(`(?:^|\\s)(${HTTP_KEYS}):(.*?)(?=\\s(?:${HTTP_KEYS}):|[\\r\\n]|$)`, 'g');
	const values = Object.fromEntries(
		[...source.matchAll(pairs)].map((match) => [match[1] ?? '', (match[2] ?? '').trim()]),
	);
	if (values.errors) throw requestRefusal(values.errors);
	if (Object.keys(values).length === 0)
		throw unreadable(source === '' ? 'nothing' : 'unknown text');
	// Plain text does not show where it was cut, so a pair may be missing, or the last value short.
	if (required.some((key) => !values[key])) throw unreadable('cut-off text');
	return values;
}

/**
 * A message id nobody else has: 53 random bits, because several n8n processes may send at the
 * same moment. The gateway wants an integer (alphasms.md §3.1).
 */
export function newMessageId(): number {
	const bytes = randomBytes(8);
	return Math.max(1, (bytes.readUInt32BE() >>> 11) * 2 ** 32 + bytes.readUInt32BE(4));
}
