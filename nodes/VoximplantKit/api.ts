import type { IDataObject } from 'n8n-workflow';

import type { Dialect } from '../shared/http/client';
import { CallError, ParameterError } from '../shared/http/errors';
import { isRecord, readJsonObject, unreadableAnswer } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { ApiRequest, FilePart, Reply, Safety, Scalar } from '../shared/http/request';
import type { HostName, Method } from './catalogue';
import { hintFor } from './hints';
import { isUnderRoot, recordingRequests } from './recordings';
import { asNumber } from './values';

export const NAME = 'Voximplant Kit';

export const REGIONS = ['us', 'br', 'eu', 'kz', 'ru', 'ru2'] as const;

/** A checked credential. */
export interface Connection {
	/** Account name. */
	readonly domain: string;
	readonly token: string;
	/** Base URL of each host, without trailing slash. */
	readonly hosts: Readonly<Record<HostName, string>>;
}

/** First labels of the host names, before `-{region}.voximplant.com` (voximplant-kit.md §1). */
const PREFIXES: Readonly<Record<HostName, string>> = {
	api: 'kitapi',
	messaging: 'kit-im',
	cti: 'kit-cti',
};

const HOST_FIELDS = {
	api: ['apiHost', 'API Host'],
	messaging: ['messagingHost', 'Messaging Host'],
	cti: ['ctiHost', 'CTI Host'],
} as const satisfies Record<HostName, readonly [string, string]>;

/** A host as people paste it: with or without scheme, slashes and the path of the API. */
function baseUrlOf(given: string, label: string): string {
	const address = /^[a-z]+:\/\//i.test(given) ? given : `https://${given}`;
	if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) {
		const { origin, pathname, hostname } = new URL(address);
		// The token must not travel unencrypted because somebody has typed http://.
		const secure = isUnderRoot(hostname) ? origin.replace(/^http:/, 'https:') : origin;
		return secure + pathname.replace(/\/(api(\/v\d)?)?\/*$/, '').replace(/\/+$/, '');
	}
	throw new ParameterError(
		`"${label}" of the ${NAME} credential is not a host: "${given}"`,
		'It looks like kitapi-eu.voximplant.com and is shown in Kit under Administration > Security > API tokens.',
	);
}

function regionHost(host: HostName, region: string): string {
	if ((REGIONS as readonly string[]).includes(region)) {
		return `https://${PREFIXES[host]}-${region}.voximplant.com`;
	}
	// Only the calls that need this host fail, and they say which field is missing.
	return '';
}

/** Checks the stored credential. Throws `ParameterError`. */
export function connect(credentials: IDataObject): Connection {
	const domain = asText(credentials.domain ?? '').trim();
	const token = asText(credentials.accessToken ?? '').trim();
	if (domain === '') throw new ParameterError(`The ${NAME} credential has no account name`);
	if (token === '') throw new ParameterError(`The ${NAME} credential has no API token`);
	const region = asText(credentials.region ?? '').trim();
	const hostOf = (host: HostName) => {
		const [field, label] = HOST_FIELDS[host];
		const given = asText(credentials[field] ?? '').trim();
		return given === '' ? regionHost(host, region) : baseUrlOf(given, label);
	};
	const hosts = { api: hostOf('api'), messaging: hostOf('messaging'), cti: hostOf('cti') };
	if (hosts.api === '') {
		throw new ParameterError(
			`The ${NAME} credential has no API host`,
			'Fill in "API Host", or choose the region of the account.',
		);
	}
	return { domain, token, hosts };
}

function origin({ hosts }: Connection, host = 'api'): string {
	const url = hosts[host as HostName];
	if (url) return url;
	const [, label] = HOST_FIELDS[host as HostName];
	throw new CallError(`The ${NAME} credential has no "${label}", which this operation needs`, {
		hint: 'It is shown in Kit under Administration > Security > API tokens.',
		cause: 'configuration-invalid',
		outcome: 'not_sent',
	});
}

/**
 * Account name in the query (or in the path where the method wants it there), token in the body
 * and so out of addresses and logs; only GET has no other place for it (voximplant-kit.md §2).
 */
function authenticate(request: ApiRequest, { domain, token }: Connection): ApiRequest {
	const inPath = request.path.includes('{domain}');
	const path = request.path.replace('{domain}', encodeURIComponent(domain));
	const query = { ...request.query, ...(!inPath && { domain }) };
	const { body } = request;
	if (request.method === 'GET')
		return { ...request, path, query: { ...query, access_token: token } };
	if (body?.kind === 'multipart') {
		return {
			...request,
			path,
			query,
			body: { ...body, fields: { access_token: token, ...body.fields } },
		};
	}
	const fields = body?.kind === 'form' ? body.fields : {};
	return {
		...request,
		path,
		query,
		body: { kind: 'form', fields: { access_token: token, ...fields } },
	};
}

export const dialect: Dialect<Connection> = {
	name: NAME,
	origin,
	authenticate,
	secrets: ({ token }) => [token],
	explain: (reply) => explain(reply),
	files: recordingRequests,
	rateLimitHint:
		'Kit limits the request rate and does not say where. Lower "Concurrent Requests" in the options, or send in smaller portions.',
};

export function unreadable(what: string): CallError {
	return unreadableAnswer(NAME, what);
}

/** `/api/v3/scenario/runScenario` is `scenario/runScenario`. */
export function methodNameOf(source: string): string {
	return /\/api\/v\d+\/(.+)$/.exec(source)?.[1] ?? source.split('/').at(-1) ?? source;
}

export interface Answer {
	/** The whole envelope. */
	readonly body: IDataObject;
	readonly result: unknown;
	/** Paging, empty where the method has none. */
	readonly meta: Readonly<Record<string, unknown>>;
}

function errorText(body: Record<string, unknown>): { words: string; code: number } {
	const inner = isRecord(body.result) ? body.result : isRecord(body.error) ? body.error : body;
	const given =
		inner.error ?? inner.message ?? inner.msg ?? body.error ?? body.message ?? body.result;
	const words = typeof given === 'object' ? JSON.stringify(given) : asText(given);
	return { words: words === 'null' ? '' : words, code: asNumber(inner.code ?? body.code) };
}

const MONEY = /insufficient funds|minimum balance/i;

/** Kit's no, in its own words, with what to do about it (voximplant-kit.md §3.4). */
export function refusal(
	method: string,
	body: Record<string, unknown>,
	httpStatus: number,
): CallError {
	const { words, code } = errorText(body);
	// With HTTP 200 the code in the body says what the status would have.
	const status = httpStatus >= 300 || Number.isNaN(code) ? httpStatus : code;
	const known = Number.isNaN(code) ? '' : `, code ${code}`;
	const message = `${NAME} refused ${method}: ${words || 'no reason given'}${known}`;
	const common = {
		code: Number.isNaN(code) ? undefined : String(code),
		httpStatus,
		hint: hintFor(status, words),
	};
	if (status === 401)
		return new CallError(message, { ...common, cause: 'credential-invalid', stopsRun: true });
	if (status === 402 || MONEY.test(words)) {
		return new CallError(message, { ...common, cause: 'quota-exhausted', stopsRun: true });
	}
	if (status === 429) {
		return new CallError(message, {
			...common,
			cause: 'rate-limited',
			outcome: 'not_sent',
			transient: true,
		});
	}
	if (status >= 500) {
		return new CallError(message, {
			...common,
			cause: 'temporarily-unavailable',
			transient: true,
			outcome: 'unknown',
		});
	}
	return new CallError(message, common);
}

/** The words of an answer with an error status. */
function explain(reply: Reply): CallError | undefined {
	try {
		return refusal(methodNameOf(reply.source), readJsonObject(reply, NAME), reply.status);
	} catch {
		return undefined;
	}
}

const YES: readonly unknown[] = [true, 1, '1', 'true'];
const NO: readonly unknown[] = [false, 0, '0', 'false'];

/**
 * Reads the envelope of a 2xx answer. Throws `CallError` when Kit says no, which it may do with
 * HTTP 200 too (voximplant-kit.md §3.3).
 */
export function readAnswer(reply: Reply): Answer {
	const body = readJsonObject(reply, NAME);
	if (NO.includes(body.success)) throw refusal(methodNameOf(reply.source), body, reply.status);
	if (!YES.includes(body.success)) throw unreadable('something else');
	return {
		body: body as IDataObject,
		result: body.result,
		meta: isRecord(body._meta) ? body._meta : {},
	};
}

/** A value as it stands in a form: lists and objects as JSON text (voximplant-kit.md §3.1). */
export function formValue(value: unknown): Scalar | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'object') return JSON.stringify(value);
	return typeof value === 'number' || typeof value === 'boolean' ? value : asText(value);
}

/**
 * A request to one method. Undefined values are left out: on updates Kit keeps what is not sent,
 * and an empty text would clear it (voximplant-kit.md §3.1).
 */
export function methodRequest(
	method: Method,
	values: Readonly<Record<string, unknown>>,
	safety: Safety = method.reads ? 'read' : 'spends',
	query: Readonly<Record<string, Scalar | undefined>> = {},
): ApiRequest {
	const fields = Object.fromEntries(
		Object.entries(values)
			.map(([key, value]) => [key, formValue(value)] as const)
			.filter((entry): entry is [string, Scalar] => entry[1] !== undefined),
	);
	const { host, http, path } = method;
	if (http === 'GET') return { method: 'GET', host, path, query: { ...fields, ...query }, safety };
	return { method: 'POST', host, path, query, body: { kind: 'form', fields }, safety };
}

/** The same with a file; JSON texts in fields stay as they are. */
export function uploadRequest(
	method: Method,
	values: Readonly<Record<string, unknown>>,
	files: Readonly<Record<string, FilePart | undefined>>,
): ApiRequest {
	const { host, path } = method;
	const fields = Object.fromEntries(
		Object.entries(values).map(([key, value]) => [key, formValue(value)]),
	);
	return {
		method: 'POST',
		host,
		path,
		body: { kind: 'multipart', fields: { ...fields, ...files } },
		safety: 'spends',
	};
}
