import type { SimulatorRequest } from '../core/http';
import type { Target } from './catalogue';
import { Refusal, refusals } from './envelope';
import type { Notebook, RawInput } from './input';
import type { KitBehaviour } from './options';
import type { Method } from './world';

/** What roles below the owner may not write ("many writes", voximplant-kit.md section 2); here everything. */
const READ_ONLY_ROLES = new Set(['manager', 'supervisor', 'agent']);

/** Lets requests in (section 2). */
export class Gatekeeper {
	/** Requests refused for their token or account name. */
	failures = 0;
	private recent: number[] = [];
	private templates: number[] = [];

	constructor(
		private readonly options: KitBehaviour,
		private readonly now: () => number,
	) {}

	/** Checks token, account name, address and speed; refuses by throwing. */
	admit(target: Target, request: SimulatorRequest, raw: RawInput, notes: Notebook): void {
		this.limitSpeed(target.method);
		const { allowedIps } = this.options;
		if (allowedIps.length > 0 && !allowedIps.includes(request.remoteAddress))
			throw refusals.rights();
		const domain = target.domain ?? raw.query.get('domain') ?? raw.body.get('domain');
		const token = raw.body.get('access_token') ?? raw.query.get('access_token');
		if (raw.query.has('access_token'))
			notes.undocumented(target.method, 'access_token', 'The token in the query');
		if (domain === this.options.domain && this.isToken(token)) return;
		this.failures++;
		throw refusals.authentication();
	}

	/** Whether a token is valid. */
	isToken(token: string | null | undefined): boolean {
		return token === this.options.apiKey || this.options.tokens.includes(token ?? '');
	}

	/** Checks what the token's owner may do. */
	authorize(name: string, method: Method): void {
		const { role, denied, contactCentre } = this.options;
		if (denied.includes(name)) throw refusals.rights();
		if (method.contactCentre && !contactCentre) throw refusals.contactCentre();
		if (!method.writes || !READ_ONLY_ROLES.has(role)) return;
		// Section 5.5: supervisors may update campaigns, but not their agents.
		if (role === 'supervisor' && name === 'v3/agentCampaigns/updateCampaign') return;
		throw refusals.rights();
	}

	reset(): void {
		this.failures = 0;
		this.recent = [];
		this.templates = [];
	}

	private limitSpeed(method: string): void {
		const { requestsPerSecond, templatesPerSecond } = this.options;
		if (requestsPerSecond !== undefined) this.recent = this.slot(this.recent, requestsPerSecond);
		if (method === 'v3/botService/sendTemplateMessage')
			this.templates = this.slot(this.templates, templatesPerSecond);
	}

	private slot(times: number[], limit: number): number[] {
		const now = this.now();
		const last = times.filter((time) => time > now - 1000);
		if (last.length >= limit) throw this.tooMany();
		last.push(now);
		return last;
	}

	private tooMany(): Refusal {
		const { retryAfter } = this.options;
		const headers: Record<string, string> =
			retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
		return new Refusal(429, 'Too many requests', 429, headers);
	}
}
