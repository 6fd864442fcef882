import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock';
import type { ChannelBehaviour } from './options';

interface Grant {
	kind: 'access' | 'refresh';
	channelUuid: string;
	/** ms of the provider's clock */
	expiresAt: number;
	revoked: boolean;
}

/** What login and refresh answer (§4.1). */
export interface TokenPair {
	access_token: string;
	refresh_token: string;
}

/** Issues and checks the JWTs and refresh tokens. */
export class Tokens {
	private readonly grants = new Map<string, Grant>();
	private readonly secret = randomBytes(32);

	constructor(
		private readonly options: ChannelBehaviour,
		private readonly clock: Clock,
	) {}

	/** Everything ever issued, for tests that look for it where it must not be. */
	get issued(): string[] {
		return [...this.grants.keys()];
	}

	issue(channelUuid: string): TokenPair {
		const now = this.clock.now();
		const accessEnd = now + this.options.tokenLifetimeMs;
		const pair = {
			access_token: this.accessToken(channelUuid, now, accessEnd),
			refresh_token: randomBytes(24).toString('base64url'),
		};
		const common = { channelUuid, revoked: false };
		this.grants.set(pair.access_token, { ...common, kind: 'access', expiresAt: accessEnd });
		this.grants.set(pair.refresh_token, {
			...common,
			kind: 'refresh',
			expiresAt: now + this.options.refreshLifetimeMs,
		});
		return pair;
	}

	/** The channel a good token was issued for. */
	channelOf(token: string, kind: Grant['kind']): string | undefined {
		const grant = this.grants.get(token);
		if (!grant || grant.kind !== kind || grant.revoked) return undefined;
		return grant.expiresAt > this.clock.now() ? grant.channelUuid : undefined;
	}

	/** Whether it was issued here at all, good or not. */
	isKnown(token: string): boolean {
		return this.grants.has(token);
	}

	revoke(token: string): void {
		const grant = this.grants.get(token);
		if (grant) grant.revoked = true;
	}

	/** Ends all tokens of a kind, of one channel or of all. */
	revokeAll(kind: Grant['kind'], channelUuid?: string): void {
		for (const grant of this.grants.values())
			if (grant.kind === kind && (channelUuid ?? grant.channelUuid) === grant.channelUuid)
				grant.revoked = true;
	}

	private accessToken(channelUuid: string, now: number, end: number): string {
		const { tokenFormat, domain } = this.options;
		if (tokenFormat === 'opaque') return randomBytes(32).toString('base64url');
		const claims = {
			iat: Math.floor(now / 1000),
			...(tokenFormat === 'jwt' ? { exp: Math.ceil(end / 1000) } : {}),
			jti: randomUUID(),
			domain,
			channel_uuid: channelUuid,
		};
		const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
		return `${signed}.${createHmac('sha256', this.secret).update(signed).digest('base64url')}`;
	}
}

function part(value: unknown): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}
