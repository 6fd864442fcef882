import type { Dialect } from '../shared/http/client';
import { CallError } from '../shared/http/errors';
import { isRecord, readJsonObject, unreadableAnswer } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { ApiRequest, Reply } from '../shared/http/request';
import type { Connection } from './connection';
import type { Session } from './session';
import { isNearEnd, logIn, LOGIN_PATH, REFRESH_PATH, sessionKey, store } from './session';

export const NAME = 'Voximplant Kit';

/** Path of the channel; its UUID is known by the credential, or by the request's scope. */
export const CHANNEL_PATH = '/{channel_uuid}';

const HINTS: Readonly<Record<number, string>> = {
	401: 'Check account name, API token and channel UUID of the credential. Tokens are listed in Kit under Administration > Security > API tokens.',
	402: 'Kit wants a payment for the account. Top it up, then send the failed items again.',
	403: 'The token may not do this. If the account uses the API whitelist (Administration > Security), add the address of this n8n to it.',
	404: 'Check the channel UUID. It stands in the settings of the channel in Kit: Setup > Conversations > Channels.',
};

function subjectOf(path: string): string {
	if (path.endsWith(LOGIN_PATH)) return 'the login';
	return path.endsWith(REFRESH_PATH) ? 'to renew the token' : 'the request';
}

/** The code of a refusal; the HTTP status stands in for one that is missing (§5). */
function codeOf(result: unknown, httpStatus: number): number {
	const code = isRecord(result) ? Number(asText(result.code)) : NaN;
	if (Number.isInteger(code) && code !== 0) return code;
	return httpStatus >= 300 ? httpStatus : NaN;
}

function wordsOf(envelope: Readonly<Record<string, unknown>>): string {
	const { result } = envelope;
	const said = isRecord(result) ? (result.error ?? result.message) : result;
	const words = isRecord(said) ? JSON.stringify(said) : asText(said ?? envelope.error ?? '');
	return ['', 'false', 'true'].includes(words.trim()) ? 'no reason given' : words;
}

/** Kit's no in its own words, with what to do about it (voximplant-kit-custom-channel.md §5). */
export function refusal(
	envelope: Readonly<Record<string, unknown>>,
	{ status, source }: Pick<Reply, 'status' | 'source'>,
): CallError {
	const code = codeOf(envelope.result, status);
	const known = Number.isNaN(code) ? '' : `, code ${code}`;
	const words = wordsOf(envelope);
	const message = `${NAME} refused ${subjectOf(source)}: ${words}${known}`;
	const common = { code: known === '' ? undefined : String(code), httpStatus: status };
	if (code === 429) {
		return new CallError(`${NAME} limits the request rate: ${words}`, {
			...common,
			hint: 'Lower "Concurrent Requests" in the options.',
			cause: 'rate-limited',
			outcome: 'not_sent',
			transient: true,
		});
	}
	if (code >= 500 && code <= 599) {
		return new CallError(`${NAME} has an internal error: ${words}${known}`, {
			...common,
			cause: 'temporarily-unavailable',
			outcome: 'unknown',
			transient: true,
		});
	}
	if (source.endsWith(REFRESH_PATH)) {
		// What is wrong is the refresh token that was given, not the credential: the other items go on.
		const hint = 'It lives for 24 hours and may serve only once. Get a new one by Token: Log In.';
		return new CallError(message, { ...common, hint });
	}
	// The code need not repeat the HTTP status, and either of them may say it.
	const says = (wanted: number) => code === wanted || status === wanted;
	const isAccess = says(401) || says(403);
	return new CallError(message, {
		...common,
		hint: HINTS[code] ?? HINTS[status],
		cause: isAccess ? 'credential-invalid' : says(402) ? 'quota-exhausted' : undefined,
		stopsRun: isAccess,
	});
}

/** The envelope of an answer, whatever it says; undefined where there is none. */
function envelopeOf(reply: Reply): Record<string, unknown> | undefined {
	try {
		const envelope = readJsonObject(reply, NAME);
		return 'success' in envelope ? envelope : undefined;
	} catch {
		return undefined;
	}
}

/**
 * The envelope of an answer that says yes. HTTP 200 alone proves nothing (§4.1, §5).
 *
 * @throws CallError when Kit says no, or nothing that can be understood
 */
export function readEnvelope(reply: Reply): Record<string, unknown> {
	const envelope = readJsonObject(reply, NAME);
	if (envelope.success === true) return envelope;
	if (envelope.success === false) throw refusal(envelope, reply);
	throw unreadableAnswer(NAME, 'something else');
}

/** A token that is missing or has expired: by status, or inside a 200 (§5, rule 2). */
function isSessionRefused(reply: Reply): boolean {
	if (reply.status === 401) return true;
	if (reply.status < 200 || reply.status > 299) return false;
	const envelope = envelopeOf(reply);
	return envelope?.success === false && codeOf(envelope.result, reply.status) === 401;
}

function authenticate(
	request: ApiRequest,
	connection: Connection,
	session: Session | undefined,
): ApiRequest {
	const channel = request.scope ?? connection.channelUuid;
	if (request.path === LOGIN_PATH) {
		const { apiToken, domain } = connection;
		const fields = request.body?.kind === 'form' ? request.body.fields : {};
		return {
			...request,
			query: { ...request.query, access_token: apiToken, domain },
			body: { kind: 'form', fields: { channel_uuid: channel, ...fields } },
		};
	}
	const path = request.path.replaceAll('{channel_uuid}', encodeURIComponent(channel));
	if (session === undefined) return { ...request, path };
	const headers = { ...request.headers, authorization: `Bearer ${session.accessToken}` };
	return { ...request, path, headers };
}

export const dialect: Dialect<Connection, Session> = {
	name: NAME,
	origin: ({ baseUrl }) => baseUrl,
	authenticate,
	secrets: ({ apiToken, otherSecrets }) => [apiToken, ...otherSecrets],
	explain(reply) {
		const envelope = envelopeOf(reply);
		return envelope && refusal(envelope, reply);
	},
	sessions: {
		store,
		key: sessionKey,
		login: async (ask, _, stale, scope) =>
			await logIn((request) => ask(request, readEnvelope), { stale, scope }),
		isStale: isNearEnd,
		isRefused: isSessionRefused,
		secrets: ({ accessToken, refreshToken = '' }) => [accessToken, refreshToken],
	},
};
