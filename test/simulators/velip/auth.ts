import { timingSafeEqual } from 'node:crypto';
import type { SimulatorRequest } from '../core/http';
import { MINUTE, type Clock } from './clock';
import { Refusal } from './envelope';
import type { Params } from './input';
import { isTokenLength, MCP_TOKEN, type VelipBehaviour } from './options';

/** Who was let in. */
export interface Access {
	way: 'token' | 'session' | 'basic' | 'ip';
	/** Whether lists show full numbers (velip.md section 7.2, masking). */
	fullNumbers: boolean;
}

type AttemptKind = 'token' | 'password' | 'other';

interface Verdict {
	access?: Access;
	refusal?: Refusal;
	kind: AttemptKind;
	user?: string;
}

const SESSION_MS = 60 * MINUTE;

/** Checks credentials and keeps the books of the brute-force protection (section 3). */
export class Gatekeeper {
	/** Requests refused with an authentication code, by code. */
	readonly failures: Record<string, number> = {};
	/** Sources that are banned for good (199). */
	readonly banned = new Set<string>();
	private readonly attempts = new Map<string, Array<{ at: number; kind: AttemptKind }>>();
	private readonly userAttempts = new Map<string, number[]>();
	private readonly blockedUntil = new Map<string, number>();
	private readonly sessions = new Map<string, { source: string; until: number }>();

	constructor(
		private readonly options: VelipBehaviour,
		private readonly clock: Clock,
	) {}

	get authFailures(): number {
		return Object.values(this.failures).reduce((sum, count) => sum + count, 0);
	}

	/** The address failures are counted for. */
	sourceOf(request: SimulatorRequest): string {
		const header = this.options.sourceHeader && request.headers[this.options.sourceHeader];
		const source = typeof header === 'string' ? header : request.remoteAddress;
		return source.replace(/^::ffff:/, '');
	}

	/** Lets the request in, or throws the refusal. */
	admit(request: SimulatorRequest, params: Params): Access {
		const source = this.sourceOf(request);
		const verdict = this.judge(request, params, source);
		const blocked = this.blockOf(source, verdict.user);
		const refusal = blocked ?? verdict.refusal;
		if (verdict.refusal) this.count(source, verdict);
		if (refusal) {
			this.failures[refusal.code] = (this.failures[refusal.code] ?? 0) + 1;
			throw refusal;
		}
		if (!verdict.access) throw denied(100, 'fail authentication');
		return verdict.access;
	}

	/** A temporary token, bound to the source, for 60 minutes (section 3.2; retired). */
	issueSession(source: string): string {
		const token = `tmp${String(this.sessions.size + 1).padStart(17, '0')}`;
		this.sessions.set(token, { source, until: this.clock.now() + SESSION_MS });
		return token;
	}

	/** What Velip staff does on request. */
	unban(source?: string): void {
		if (source === undefined) {
			this.banned.clear();
			this.attempts.clear();
			this.blockedUntil.clear();
			this.userAttempts.clear();
			return;
		}
		this.banned.delete(source);
		this.attempts.delete(source);
		this.blockedUntil.delete(source);
	}

	reset(): void {
		this.unban();
		this.sessions.clear();
		for (const code of Object.keys(this.failures)) delete this.failures[code];
	}

	private judge(request: SimulatorRequest, params: Params, source: string): Verdict {
		const verdict = this.identify(request, params, source);
		if (verdict.refusal) return verdict;
		const { allowedIps, accountActive, ipRefusalCode } = this.options;
		const refuse = (code: number, text: string): Verdict => ({
			...verdict,
			kind: 'other',
			refusal: denied(code, text),
		});
		if (!accountActive)
			return refuse(110, params.fn === 'GetUserID' ? 'Inactive account' : 'account inactive');
		if (allowedIps.length > 0 && !allowedIps.includes(source))
			return refuse(ipRefusalCode, ipRefusalCode === 120 ? 'IP not authorized' : 'IP not allowed');
		return verdict;
	}

	/** Section 3.1: header first, then `tsid`, `sid`, and the authorized IP. */
	private identify(request: SimulatorRequest, params: Params, source: string): Verdict {
		const header = request.headers.authorization?.trim() ?? '';
		let tsid = params.text('tsid');
		if (tsid === '1' && this.options.temporaryTokens && params.fn === 'GetUserID') tsid = undefined;
		// Section 3.5: `tsid=1` may be read as a token, whatever else is sent.
		if (tsid !== undefined && !this.isLength(tsid)) return malformed();
		const basic = /^basic\s+(\S+)$/i.exec(header);
		if (basic) return this.basic(basic[1] ?? '');
		const token = header.replace(/^bearer\s+/i, '') || (tsid ?? params.text('sid'));
		if (token) return this.token(token, params.fn, source);
		const user = params.text('user');
		if (user !== undefined && this.options.allowedIps.includes(source)) {
			if (Object.hasOwn(this.options.users, user))
				return { kind: 'other', access: { way: 'ip', fullNumbers: true } };
			return { kind: 'other', refusal: denied(123, 'Non existent user') };
		}
		return { kind: 'other', refusal: denied(100, 'fail authentication') };
	}

	private isLength(token: string): boolean {
		return isTokenLength(token, this.options.temporaryTokens);
	}

	private basic(encoded: string): Verdict {
		const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
		const password = rest.join(':');
		if (user === '' || password === '')
			return { kind: 'password', user, refusal: denied(130, 'no user/pass') };
		const expected = Object.hasOwn(this.options.users, user) ? this.options.users[user] : undefined;
		if (expected === undefined || !same(password, expected))
			return { kind: 'password', user, refusal: denied(140, 'invalid user/pass') };
		return { kind: 'password', user, access: { way: 'basic', fullNumbers: true } };
	}

	private token(token: string, fn: string, source: string): Verdict {
		if (!this.isLength(token)) return malformed();
		const session = this.sessions.get(token);
		if (session && this.options.temporaryTokens) {
			if (session.source !== source || session.until < this.clock.now())
				return { kind: 'token', refusal: denied(101, 'Session ID expired') };
			return { kind: 'token', access: { way: 'session', fullNumbers: true } };
		}
		const known = this.findToken(token);
		if (!known || known.disabled) {
			// GetUserID lists no 102; its sample answers 100 (section 3.5).
			const refusal =
				fn === 'GetUserID' ? denied(100, 'fail authentication') : denied(102, 'SID not found');
			return { kind: 'token', refusal };
		}
		if (known.kind === 'mcp')
			return { kind: 'other', refusal: denied(114, 'Token not allowed for REST API') };
		if (this.options.tokensBlocked)
			return { kind: 'other', refusal: denied(198, 'tokens blockeds') };
		if (known.denied?.includes(fn))
			return { kind: 'other', refusal: denied(123, 'permission denied') };
		return { kind: 'token', access: { way: 'token', fullNumbers: known.fullNumbers ?? true } };
	}

	private findToken(token: string): VelipBehaviour['tokens'][number] | undefined {
		const { apiKey, fullNumbers, tokens } = this.options;
		const all = [
			{ token: apiKey, fullNumbers },
			...tokens,
			{ token: MCP_TOKEN, kind: 'mcp' as const },
		];
		return all.find((known) => same(known.token, token));
	}

	/** The block that stands before any credential (section 3.4). */
	private blockOf(source: string, user: string | undefined): Refusal | undefined {
		const now = this.clock.now();
		if (this.banned.has(source)) return denied(199, 'IP blocked');
		if ((this.blockedUntil.get(source) ?? 0) > now) return denied(131, 'IP trials exceeded');
		if (user === undefined) return undefined;
		const recent = (this.userAttempts.get(user) ?? []).filter((at) => at > now - 10 * MINUTE);
		return recent.length >= this.options.bruteForce.userAttempts
			? denied(132, 'user trials exceeded')
			: undefined;
	}

	/** Counts a failure; it is the next request that meets the block ("more than 20"). */
	private count(source: string, { kind, user }: Verdict): void {
		const now = this.clock.now();
		const limits = this.options.bruteForce;
		const list = (this.attempts.get(source) ?? []).filter(({ at }) => at > now - 60 * MINUTE);
		list.push({ at: now, kind });
		this.attempts.set(source, list);
		const recent = list.filter(({ at }) => at > now - 10 * MINUTE);
		const of = (wanted: AttemptKind, among: typeof list): number =>
			among.filter((attempt) => attempt.kind === wanted).length;
		if (
			of('token', recent) >= limits.unknownTokens ||
			of('password', list) >= limits.passwords ||
			list.length >= limits.allAttempts
		)
			this.banned.add(source);
		if (recent.length >= limits.attempts && !((this.blockedUntil.get(source) ?? 0) > now))
			this.blockedUntil.set(source, now + limits.blockMinutes * MINUTE);
		if (kind === 'password' && user) {
			const attempts = (this.userAttempts.get(user) ?? []).filter((at) => at > now - 10 * MINUTE);
			this.userAttempts.set(user, [...attempts, now]);
		}
	}
}

function malformed(): Verdict {
	return { kind: 'other', refusal: denied(101, 'Token is not valid') };
}

/** Authentication fails with HTTP 401 (section 4). */
function denied(code: number, text: string): Refusal {
	return new Refusal(code, text, 401);
}

function same(a: string, b: string): boolean {
	const left = Buffer.from(a);
	const right = Buffer.from(b);
	return left.length === right.length && timingSafeEqual(left, right);
}
