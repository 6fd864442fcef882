import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Ask, Dialect } from '../shared/http/client';
import { CallError } from '../shared/http/errors';
import { isRecord, readJsonObject } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { ApiRequest, Reply } from '../shared/http/request';
import { decodeText } from '../shared/http/request';
import { SessionStore } from '../shared/http/session';
import { settle } from '../shared/http/settle';
import { attempt } from './attempt';
import type { Connection } from './connection';
import { NAME, ownOrigin } from './connection';

/** A token and what renews it; without a token it is a request with a key, or with nothing. */
export interface Session {
	readonly accessToken: string;
	readonly refreshToken: string;
	/** Point in time from which it is renewed before use. */
	readonly staleFrom?: number;
	readonly renewable: boolean;
}

function authenticate(
	request: ApiRequest,
	connection: Connection,
	session: Session | undefined,
): ApiRequest {
	const { apiKey, app } = connection;
	const token = session?.accessToken ?? '';
	const withKey = session !== undefined && request.scope !== 'token' && apiKey !== '';
	return {
		...request,
		headers: {
			...app,
			...request.headers,
			...(withKey && { 'x-api-key': apiKey }),
			...(token !== '' && { authorization: `Bearer ${token}` }),
		},
	};
}

function missing(what: string, hint: string): CallError {
	return new CallError(`This operation needs an ${what} of ${NAME}, and there is none`, {
		hint,
		cause: 'configuration-invalid',
		outcome: 'not_sent',
		stopsRun: true,
	});
}

function isRenewable(connection: Connection, refreshToken: string): boolean {
	if (connection.renewToken !== undefined) return true;
	return refreshToken !== '' && connection.clientId !== '' && connection.clientSecret !== '';
}

function toSession(connection: Connection, answer: Record<string, unknown>, old: string): Session {
	const accessToken = asText(answer.access_token ?? '').trim();
	if (accessToken === '') throw new CallError(`${NAME} gave no access token`);
	const refreshToken = asText(answer.refresh_token ?? '') || old;
	const lifeMs = Number(answer.expires_in) * 1000;
	return {
		accessToken,
		refreshToken,
		renewable: isRenewable(connection, refreshToken),
		...(lifeMs > 0 && { staleFrom: Date.now() + lifeMs - Math.min(60_000, lifeMs / 10) }),
	};
}

function refreshRequest(connection: Connection, refreshToken: string): ApiRequest {
	const { tokenUrl, clientId, clientSecret, tokenStyle } = connection;
	const { origin, pathname, search } = new URL(tokenUrl);
	const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
	const client = { client_id: clientId, client_secret: clientSecret };
	const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
	return {
		method: 'POST',
		host: origin,
		path: pathname + search,
		// Renewed once more, a token is lost at worst; nothing is paid for.
		safety: 'idempotent',
		anonymous: true,
		...(tokenStyle === 'json' && { body: { kind: 'json', value: { ...client, ...grant } } }),
		...(tokenStyle === 'form' && { body: { kind: 'form', fields: { ...client, ...grant } } }),
		...(tokenStyle === 'basic' && {
			body: { kind: 'form', fields: grant },
			headers: { authorization: `Basic ${basic}` },
		}),
	};
}

/** A new token: by n8n where the credential is its own OAuth2, else at the token endpoint (§A.5.3). */
async function renew(ask: Ask, connection: Connection, refreshToken: string): Promise<Session> {
	const { renewToken } = connection;
	const { value, error } = await settle(async () => {
		if (renewToken === undefined) {
			return await ask(refreshRequest(connection, refreshToken), (reply) =>
				toSession(connection, readJsonObject(reply, NAME), refreshToken),
			);
		}
		const answer = await renewToken();
		return toSession(connection, isRecord(answer) ? answer : {}, refreshToken);
	});
	if (error === undefined) return value;
	if (error instanceof CallError && error.transient) throw error;
	throw new CallError(`The access token has ended, and it could not be renewed: ${error.message}`, {
		...(error instanceof CallError && { code: error.code, httpStatus: error.httpStatus }),
		hint: renewToken
			? 'Open the credential and connect it again.'
			: 'Put a new access token and refresh token into the credential. Where every renewal gives a new refresh token, use the OAuth2 credential: n8n stores the new one.',
		cause: 'credential-invalid',
		stopsRun: true,
	});
}

async function login(
	ask: Ask,
	connection: Connection,
	stale?: Session,
	scope?: string,
): Promise<Session> {
	const { apiKey, accessToken, refreshToken } = connection;
	if (scope === 'key') {
		if (apiKey !== '') return { accessToken: '', refreshToken: '', renewable: false };
		throw missing(
			'API key',
			'Voicemod gives keys for cloud audio to partners. Put yours into a credential, and choose that under "Authentication".',
		);
	}
	if (stale !== undefined) return await renew(ask, connection, stale.refreshToken);
	const renewable = isRenewable(connection, refreshToken);
	if (accessToken !== '') return { accessToken, refreshToken, renewable };
	if (renewable) return await renew(ask, connection, refreshToken);
	if (scope !== 'token') return { accessToken: '', refreshToken: '', renewable: false };
	throw missing(
		'access token',
		'Put the access token of a user into a credential and choose that under "Authentication", or use OAuth2.',
	);
}

/** One session for all that travels with a token, so that a renewed one serves everybody. */
function sessionKey(connection: Connection, scope = 'any'): string {
	const { tokenUrl, apiKey, accessToken, refreshToken, clientId, clientSecret } = connection;
	const hasToken = accessToken !== '' || refreshToken !== '';
	const kind = hasToken && scope !== 'key' ? 'token' : scope;
	const parts = [kind, tokenUrl, apiKey, accessToken, refreshToken, clientId, clientSecret];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The error object; the reference promises it for some 4xx only (§A.1). */
interface ErrorObject {
	readonly message: string;
	readonly description: string;
	readonly code?: string;
}

function errorObject(value: unknown): ErrorObject | undefined {
	if (!isRecord(value) || typeof value.message !== 'string') return undefined;
	const code = asText(value.code ?? '');
	return {
		message: value.message,
		description: asText(value.description ?? ''),
		...(code !== '' && { code }),
	};
}

function hintFor(status: number): string | undefined {
	switch (status) {
		case 401:
			return 'Check the API key or access token of the credential; tokens end after a while. What used to work without a credential, such as searching, may need one now. Nothing more was sent in this run.';
		case 403:
			return 'The credential lacks the permission for this. Voicemod decides what an application may do.';
		default:
			return undefined;
	}
}

function refusal(reply: Reply, { message, description, code }: ErrorObject): CallError {
	const { status, notes } = reply;
	const detail = description === '' || description === message ? '' : `: ${description}`;
	const known = code === undefined ? '' : ` (${code})`;
	const requestId = asText(notes?.requestId ?? '');
	const support = requestId && `Request ID for Voicemod's support: ${requestId}`;
	return new CallError(`${NAME} refused: ${message}${detail}${known}`, {
		code,
		httpStatus: status,
		hint: [hintFor(status), support].filter(Boolean).join(' ') || undefined,
		...((status === 401 || status === 403) && { cause: 'credential-invalid' }),
		...(status === 401 && { stopsRun: true }),
	});
}

function parsed(reply: Reply): unknown {
	try {
		return JSON.parse(decodeText(reply));
	} catch {
		return undefined;
	}
}

function explain(reply: Reply): CallError | undefined {
	const found = errorObject(parsed(reply));
	return found && refusal(reply, found);
}

const ERROR_KEYS = ['message', 'description', 'code', 'status', 'statusCode', 'error', 'timestamp'];

/** The error in an answer with a 2xx status: a client of Tuna knows a failure by `message` (§A.1). */
export function hiddenRefusal(reply: Reply, value: unknown): CallError | undefined {
	const found = errorObject(value);
	const isError = isRecord(value) && Object.keys(value).every((key) => ERROR_KEYS.includes(key));
	return found && isError ? refusal(reply, found) : undefined;
}

/**
 * The same where nothing is known of the answers: a `message` alone may be good news, and who takes
 * it for a refusal sends again. With a description, a code or an error it is the error object.
 */
export function certainRefusal(reply: Reply, value: unknown): CallError | undefined {
	const { code, description, error } = isRecord(value) ? value : {};
	const word = asText(code ?? '');
	const hasCode = word !== '' && !/^(0|2\d\d)$/.test(word);
	return hasCode || description || error ? hiddenRefusal(reply, value) : undefined;
}

/** The JSON object of a good answer. Throws `CallError`. */
export function readObject(reply: Reply): IDataObject {
	const value = readJsonObject(reply, NAME);
	const refused = hiddenRefusal(reply, value);
	if (refused !== undefined) throw refused;
	return value as IDataObject;
}

function secretsOf({ apiKey, accessToken, refreshToken, clientSecret }: Connection): string[] {
	return [apiKey, accessToken, refreshToken, clientSecret].filter((secret) => secret !== '');
}

const store = new SessionStore<Session>();

export const dialect: Dialect<Connection, Session> = {
	name: NAME,
	origin(connection, host) {
		if (host === undefined || host === 'main') return connection.baseUrl;
		if (host === 'tuna') return connection.tunaUrl;
		return host === 'twitch' ? connection.twitchUrl : ownOrigin(connection, host);
	},
	authenticate,
	secrets: secretsOf,
	explain,
	attempt,
	sessions: {
		store,
		key: sessionKey,
		login,
		isStale: ({ renewable, staleFrom = Infinity }) => renewable && Date.now() >= staleFrom,
		isRefused: ({ status }, { renewable }) => status === 401 && renewable,
		secrets: ({ accessToken, refreshToken }) =>
			[accessToken, refreshToken].filter((secret) => secret !== ''),
	},
};

export { connect } from './connection';
