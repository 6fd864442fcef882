import { CallError } from './errors';

interface Verdict {
	readonly ok: boolean;
	readonly error?: unknown;
}

type Lookup = (hostname: string, options: object, callback: (...result: never[]) => void) => void;

/** The part of n8n's `NodeEgressFilter` that the transport uses; absent on older hosts. */
export interface EgressFilter {
	validateUrl(url: URL): Promise<Verdict>;
	validateConnectionHost(host: string): Verdict;
	createSecureLookup(): Lookup;
}

interface EgressHelpers {
	getSecureEgressFilter?: () => EgressFilter;
}

/** The instance's outbound network policy, or undefined on hosts that have none. */
export function egressFilterOf(helpers: object): EgressFilter | undefined {
	return (helpers as EgressHelpers).getSecureEgressFilter?.();
}

function isAddressLiteral(hostname: string): boolean {
	return hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
}

const BLOCKED_HINT =
	'Check the base URL of the credential, or ask the administrator of this n8n to allow the host in its SSRF protection settings.';

/**
 * Asks the instance's policy before a hop. The secure lookup alone would see neither address
 * literals nor hosts that a proxy resolves.
 */
export async function assertAllowed(
	filter: EgressFilter | undefined,
	url: URL,
	hint = BLOCKED_HINT,
): Promise<void> {
	if (filter === undefined) return;
	const verdicts = [await filter.validateUrl(url)];
	if (isAddressLiteral(url.hostname)) verdicts.push(filter.validateConnectionHost(url.hostname));
	const refused = verdicts.find((verdict) => !verdict.ok);
	if (refused !== undefined) throw blocked(url, refused.error, hint);
}

/** The error of an address that the instance's policy forbids. */
export function blocked(url: URL, refusal: unknown, hint = BLOCKED_HINT): CallError {
	const reason = refusal instanceof Error ? `: ${refusal.message}` : '';
	return new CallError(`The network policy of this n8n instance blocks ${url.host}${reason}`, {
		hint,
		cause: 'configuration-invalid',
		outcome: 'not_sent',
	});
}
