import { randomUUID } from 'node:crypto';
import { json, type SimulatorResponse } from '../../core/http';
import { ApiError, badRequest, forbidden, unauthorized } from './errors';
import { parseJson, type Visit } from './input';
import { isRecord } from '../../core/http';
import type { VoicemodBehaviour } from './options';

/** Which credential an endpoint takes. */
export type Need = 'key' | 'token' | 'any' | 'none' | 'optional';

/** Tokens, keys and the token endpoint. */
export class Access {
	private readonly issued = new Map<string, { expiresAt: number }>();
	private readonly revoked = new Set<string>();
	private readonly usedCodes = new Set<string>();
	private refreshTokens = new Set<string>();
	/** Tokens handed out, per grant. */
	readonly exchanges: Record<string, number> = {};
	/** Requests refused with 401. */
	refusals = 0;

	constructor(private readonly options: VoicemodBehaviour) {
		this.reset();
	}

	reset(): void {
		this.issued.clear();
		this.revoked.clear();
		this.usedCodes.clear();
		this.refreshTokens = new Set([this.options.refreshToken]);
		this.refusals = 0;
		for (const grant of Object.keys(this.exchanges)) delete this.exchanges[grant];
	}

	/** Ends access tokens (all of them without an argument), so that the next request with one is 401. */
	revoke(token?: string): void {
		if (token !== undefined) {
			this.revoked.add(token);
			return;
		}
		for (const known of this.options.tokens) this.revoked.add(known.token);
		this.issued.clear();
	}

	/** Ends all refresh tokens. */
	revokeRefreshTokens(): void {
		this.refreshTokens.clear();
	}

	/** Lets a request in, or throws 401 or 403. */
	admit(visit: Visit, need: Need): void {
		if (need === 'none') return;
		const key = visit.header('x-api-key');
		const authorization = visit.header('authorization');
		const isKeyGood = key !== undefined && key === this.options.apiKey;
		const isTokenGood = authorization !== undefined && this.isToken(authorization, visit);
		if (need === 'optional' && key === undefined && authorization === undefined) return;
		const isAdmitted =
			need === 'key' ? isKeyGood : need === 'token' ? isTokenGood : isKeyGood || isTokenGood;
		if (!isAdmitted) {
			this.refusals++;
			throw unauthorized(reason(need, key, authorization));
		}
		if (isTokenGood) this.checkPermission(visit, authorization.slice(7));
	}

	/** `POST /v1/oauth/token` (voicemod.md section A.5.3). */
	exchange(visit: Visit): SimulatorResponse {
		const fields = this.tokenRequest(visit);
		const grant = fields.grant_type;
		if (grant === undefined) throw badRequest('grant_type', 'grant_type is missing');
		if (!this.options.grants.includes(grant))
			throw new ApiError(
				400,
				'Unsupported grant',
				`Unknown grant_type: ${grant}`,
				'unsupported_grant_type',
			);
		if (grant !== 'authorization_code')
			visit.doubtful('grant_type', `${grant} is not evidenced at this endpoint`);
		const { clientId, clientSecret } = this.options.client;
		if (fields.client_id !== clientId || fields.client_secret !== clientSecret) {
			this.refusals++;
			throw new ApiError(401, 'Unauthorized', 'Unknown client or wrong secret', 'invalid_client');
		}
		if (grant === 'authorization_code') this.useCode(fields.code);
		const refreshToken =
			grant === 'refresh_token' ? this.useRefresh(fields.refresh_token) : this.newRefresh();
		this.exchanges[grant] = (this.exchanges[grant] ?? 0) + 1;
		const token = `access-${randomUUID()}`;
		this.issued.set(token, { expiresAt: Date.now() + this.options.tokenLifeMs });
		if (this.options.tokenReply === 'minimal') return json({ access_token: token });
		return json({
			access_token: token,
			refresh_token: refreshToken,
			expires_in: Math.floor(this.options.tokenLifeMs / 1000),
			token_type: 'Bearer',
		});
	}

	private isToken(authorization: string, visit: Visit): boolean {
		const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
		if (token === undefined) {
			visit.violation('authorization', 'Not "Bearer" and a token');
			return false;
		}
		if (this.revoked.has(token)) return false;
		const issued = this.issued.get(token);
		if (issued) return issued.expiresAt > Date.now();
		return this.options.tokens.some((known) => known.token === token);
	}

	private checkPermission(visit: Visit, token: string): void {
		const denied = this.options.tokens.find((known) => known.token === token)?.denied ?? [];
		const path = denied.find((prefix) => visit.path.startsWith(prefix));
		if (path !== undefined) throw forbidden(`The token lacks permission for ${path}`);
	}

	private tokenRequest(visit: Visit): Partial<Record<string, string>> {
		const type = (visit.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
		const { tokenBodies } = this.options;
		let fields: Record<string, unknown>;
		if (type === 'application/json' && tokenBodies !== 'form') {
			const body = parseJson(visit.request.body);
			if (!isRecord(body)) throw badRequest('body', 'The body must be a JSON object in UTF-8');
			fields = body;
		} else if (type === 'application/x-www-form-urlencoded' && tokenBodies !== 'json') {
			fields = Object.fromEntries(new URLSearchParams(visit.request.body.toString('utf8')));
			visit.doubtful('content-type', 'A form; the observed client sends JSON');
		} else {
			throw badRequest('content-type', `No such body type: ${type}`);
		}
		const texts = Object.entries(fields).filter(
			(entry): entry is [string, string] => typeof entry[1] === 'string',
		);
		if (texts.length < Object.keys(fields).length) visit.violation('(body)', 'A value is no text');
		const request: Partial<Record<string, string>> = {
			...basic(visit),
			...Object.fromEntries(texts),
		};
		for (const name of Object.keys(request)) noteTokenField(name, visit);
		return request;
	}

	private useCode(code: string | undefined): void {
		if (code === undefined) throw badRequest('code', 'code is missing');
		if (!this.options.codes.includes(code) || this.usedCodes.has(code))
			throw new ApiError(400, 'Invalid code', 'The code is unknown or used', 'invalid_grant');
		this.usedCodes.add(code);
	}

	private useRefresh(token: string | undefined): string {
		if (token === undefined) throw badRequest('refresh_token', 'refresh_token is missing');
		if (!this.refreshTokens.has(token))
			throw new ApiError(
				400,
				'Invalid refresh token',
				'The token is unknown or ended',
				'invalid_grant',
			);
		if (!this.options.rotateRefreshToken) return token;
		this.refreshTokens.delete(token);
		return this.newRefresh();
	}

	private newRefresh(): string {
		const token = `refresh-${randomUUID()}`;
		this.refreshTokens.add(token);
		return token;
	}
}

const TOKEN_FIELDS = ['client_id', 'client_secret', 'code', 'grant_type', 'refresh_token'];
const LIKELY_TOKEN_FIELDS = ['redirect_uri', 'scope', 'code_verifier'];

function noteTokenField(name: string, visit: Visit): void {
	if (TOKEN_FIELDS.includes(name)) return;
	if (LIKELY_TOKEN_FIELDS.includes(name))
		visit.doubtful(name, 'Part of OAuth 2, but not of the observed call');
	else visit.violation(name, 'The page lists no such field');
}

/** Client id and secret of a Basic header, which OAuth 2 allows and the page does not show. */
function basic(visit: Visit): Record<string, string> {
	const match = /^Basic (\S+)$/.exec(visit.header('authorization') ?? '');
	if (!match) return {};
	visit.doubtful('authorization', 'Client credentials in a Basic header');
	const [id = '', secret = ''] = Buffer.from(match[1] ?? '', 'base64')
		.toString('utf8')
		.split(':');
	return { client_id: decodeURIComponent(id), client_secret: decodeURIComponent(secret) };
}

function reason(need: Need, key: string | undefined, authorization: string | undefined): string {
	if (need !== 'token' && key !== undefined) return 'The API key is not valid';
	if (need !== 'key' && authorization !== undefined) return 'The access token is not valid';
	return need === 'key' ? 'x-api-key is missing' : 'No valid access token';
}
