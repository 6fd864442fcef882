import { createHash } from 'node:crypto';

import { CallError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import type { ApiRequest } from '../shared/http/request';
import { SessionStore } from '../shared/http/session';
import { settle } from '../shared/http/settle';
import type { Connection } from './connection';

export const LOGIN_PATH = '/api/v3/botService/login';
export const REFRESH_PATH = '/api/v3/botService/refreshToken';

/** What a login or a renewal gives. */
export interface Tokens {
	/** The JWT. The API token of the account has the same name on the wire and is another thing. */
	readonly accessToken: string;
	readonly refreshToken?: string;
	/** By the clock of this machine, in milliseconds. */
	readonly expiresAt: number;
}

export interface Session extends Tokens {
	/** From when on it is renewed before use. */
	readonly renewAt: number;
}

/** One for each account and channel: a token is most likely bound to its channel (§3). */
export const store = new SessionStore<Session>();

export function sessionKey({ baseUrl, domain, apiToken, channelUuid }: Connection, scope?: string) {
	const parts = [baseUrl, domain, apiToken, scope ?? channelUuid];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function loginRequest(scope?: string): ApiRequest {
	return { method: 'POST', path: LOGIN_PATH, scope, anonymous: true, safety: 'idempotent' };
}

export function refreshRequest(refreshToken: string): ApiRequest {
	return {
		method: 'POST',
		path: REFRESH_PATH,
		body: { kind: 'form', fields: { refresh_token: refreshToken } },
		anonymous: true,
		safety: 'idempotent',
	};
}

const DEFAULT_LIFE_MS = 15 * 60_000;
const MARGIN_MS = 60_000;

function claimsOf(jwt: string): Record<string, unknown> {
	try {
		const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
		const claims: unknown = JSON.parse(payload);
		return isRecord(claims) ? claims : {};
	} catch {
		return {};
	}
}

/**
 * How long a token lives from now, in milliseconds. From `exp` and `iat` where both are there, since
 * the clock of this machine may be wrong; 15 minutes where the token does not say (§4.1).
 */
export function lifeOf(jwt: string, now = Date.now()): number {
	const { exp, iat } = claimsOf(jwt);
	if (typeof exp !== 'number' || !Number.isFinite(exp)) return DEFAULT_LIFE_MS;
	const begin = typeof iat === 'number' && Number.isFinite(iat) ? iat * 1000 : now;
	const life = exp * 1000 - begin;
	return life > 0 ? life : DEFAULT_LIFE_MS;
}

/** The tokens of an answer that says yes; both methods answer alike (§4.1, §4.2). */
export function readTokens(envelope: Readonly<Record<string, unknown>>, now = Date.now()): Tokens {
	const result = isRecord(envelope.result) ? envelope.result : {};
	const { access_token: accessToken, refresh_token: refreshToken } = result;
	if (typeof accessToken !== 'string' || accessToken === '') {
		throw new CallError('Voximplant Kit answered the login with success but without a token', {
			hint: 'Check the host of the credential.',
			cause: 'temporarily-unavailable',
		});
	}
	return {
		accessToken,
		refreshToken: typeof refreshToken === 'string' && refreshToken ? refreshToken : undefined,
		expiresAt: now + lifeOf(accessToken, now),
	};
}

function toSession(tokens: Tokens, now = Date.now()): Session {
	const life = tokens.expiresAt - now;
	// A fifth of a short life: with a minute it would be renewed for every request.
	return { ...tokens, renewAt: tokens.expiresAt - Math.min(MARGIN_MS, life / 5) };
}

export function isNearEnd({ renewAt }: Session, now = Date.now()): boolean {
	return now >= renewAt;
}

type Envelope = Record<string, unknown>;

/**
 * Whether a login is worth a try where the renewal failed. Not where Kit cannot be reached or asks
 * for a pause: that would meet the login, too.
 */
function mayLogIn(error: Error): boolean {
	return error instanceof CallError && error.outcome !== 'not_sent';
}

/** A new session: renewed by the refresh token of a stale one, by a login otherwise. */
export async function logIn(
	ask: (request: ApiRequest) => Promise<Envelope>,
	{ stale, scope }: { readonly stale?: Session; readonly scope?: string },
): Promise<Session> {
	const refreshToken = stale?.refreshToken;
	if (refreshToken !== undefined) {
		const renewed = await settle(async () => readTokens(await ask(refreshRequest(refreshToken))));
		if (renewed.error === undefined) return toSession(renewed.value);
		if (!mayLogIn(renewed.error)) throw renewed.error;
	}
	const { value, error } = await settle(async () => readTokens(await ask(loginRequest(scope))));
	if (error === undefined) return toSession(value);
	if (!(error instanceof CallError) || error.transient || scope !== undefined) throw error;
	// The channel of the credential: every other item would meet the same refusal.
	throw new CallError(error.message, { ...error, cause: error.failureCause, stopsRun: true });
}
