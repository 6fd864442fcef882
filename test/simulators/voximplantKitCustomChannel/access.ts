import { isRecord, type SimulatorRequest } from '../core/http';
import { Refusal } from './envelope';
import type { ChannelBehaviour } from './options';
import type { Remarks } from './remarks';
import type { Store } from './store';
import type { TokenPair, Tokens } from './tokens';

const FORM = 'application/x-www-form-urlencoded';

/** What each of the two methods takes (§4.1, §4.2). */
const PARAMS = {
	login: { query: ['access_token', 'domain'], body: ['channel_uuid'] },
	refresh: { query: [], body: ['refresh_token'] },
} as const;

type Method = keyof typeof PARAMS;

/** Attempts of one method. */
export interface Attempts {
	ok: number;
	failed: number;
}

/** Login, refresh, and the check of the bearer token. */
export class Access {
	readonly logins: Attempts = { ok: 0, failed: 0 };
	readonly refreshes: Attempts = { ok: 0, failed: 0 };
	/** Events that came with no good token. */
	unauthorized = 0;

	constructor(
		private readonly options: ChannelBehaviour,
		private readonly tokens: Tokens,
		private readonly store: Store,
		private readonly remarks: Remarks,
	) {}

	/** `POST /api/v3/botService/login` (§4.1). */
	login(request: SimulatorRequest): TokenPair {
		return this.attempt(this.logins, () => {
			const params = this.read('login', request);
			const apiToken = this.required(params, 'access_token');
			const domain = this.required(params, 'domain');
			const uuid = this.required(params, 'channel_uuid');
			if (this.tokens.isKnown(apiToken))
				this.remarks.violation(
					'login',
					'access_token',
					'a JWT or refresh token, not the API token',
				);
			if (domain !== this.options.domain || !this.store.apiTokens.has(apiToken))
				throw this.refusal(401);
			if (!this.store.channels.has(uuid)) throw this.refusal(404, 'Channel not found.');
			if (this.options.loginInvalidates) this.tokens.revokeAll('access', uuid);
			return this.tokens.issue(uuid);
		});
	}

	/** `POST /api/v3/botService/refreshToken` (§4.2). */
	refresh(request: SimulatorRequest): TokenPair {
		return this.attempt(this.refreshes, () => {
			const token = this.required(this.read('refresh', request), 'refresh_token');
			const uuid = this.tokens.channelOf(token, 'refresh');
			if (uuid === undefined) throw this.refusal(401);
			if (this.options.refreshRotates) this.tokens.revoke(token);
			return this.tokens.issue(uuid);
		});
	}

	/** The channel the bearer token is good for; refuses when it is none. */
	bearer(request: SimulatorRequest): string {
		const header = request.headers.authorization ?? '';
		const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
		if (token === undefined && header !== '')
			this.remarks.violation('event', 'Authorization', 'not "Bearer <JWT>"');
		if (token !== undefined && this.store.apiTokens.has(token))
			this.remarks.violation('event', 'Authorization', 'the API token in place of the JWT');
		const uuid = token === undefined ? undefined : this.tokens.channelOf(token, 'access');
		if (uuid === undefined) {
			this.unauthorized++;
			throw new Refusal(401, undefined, this.options.authErrors);
		}
		return uuid;
	}

	reset(): void {
		for (const attempts of [this.logins, this.refreshes])
			Object.assign(attempts, { ok: 0, failed: 0 });
		this.unauthorized = 0;
	}

	private attempt(attempts: Attempts, run: () => TokenPair): TokenPair {
		try {
			const pair = run();
			attempts.ok++;
			return pair;
		} catch (error) {
			attempts.failed++;
			throw error;
		}
	}

	private refusal(code: number, text?: string): Refusal {
		return new Refusal(code, text, this.options.loginErrors);
	}

	private required(params: Map<string, string>, name: string): string {
		const value = params.get(name) ?? '';
		if (value === '') throw this.refusal(422, `Parameter "${name}" is required.`);
		return value;
	}

	/** Parameters from where the page puts them; from elsewhere only with the option `loginParams`. */
	private read(method: Method, request: SimulatorRequest): Map<string, string> {
		if (request.headers.authorization !== undefined)
			this.remarks.violation(method, 'Authorization', 'takes no such header');
		const known = PARAMS[method];
		const sources = [
			{ place: 'query', expected: known.query as readonly string[], found: [...request.query] },
			{
				place: 'body',
				expected: known.body as readonly string[],
				found: this.body(method, request),
			},
		];
		const params = new Map<string, string>();
		for (const { place, expected, found } of sources) {
			for (const [name, value] of found) {
				if (params.has(name)) this.remarks.violation(method, name, 'given twice');
				const isPlaced = expected.includes(name);
				if (!isPlaced) this.misplaced(method, name, place);
				if (isPlaced || this.options.loginParams === 'anywhere') params.set(name, value);
			}
		}
		return params;
	}

	private misplaced(method: Method, name: string, place: string): void {
		const { query, body } = PARAMS[method];
		const isKnown = [...query, ...body].some((known) => known === name);
		if (isKnown && this.options.loginParams === 'anywhere')
			this.remarks.note(method, name, `in the ${place}`);
		else this.remarks.violation(method, name, isKnown ? `in the ${place}` : 'unknown parameter');
	}

	private body(method: Method, request: SimulatorRequest): Array<[string, string]> {
		const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
		const source = request.body.toString('utf8');
		if (type === FORM) return [...new URLSearchParams(source)];
		if (type === 'application/json' && this.options.loginParams === 'anywhere') {
			this.remarks.note(method, 'Content-Type', 'application/json');
			return jsonFields(source);
		}
		this.remarks.violation(method, 'Content-Type', `not ${FORM}`);
		return [];
	}
}

function jsonFields(source: string): Array<[string, string]> {
	let value: unknown;
	try {
		value = JSON.parse(source);
	} catch {
		throw new Refusal(400);
	}
	if (!isRecord(value)) throw new Refusal(400);
	return Object.entries(value).map(([name, field]) => [name, String(field)]);
}
