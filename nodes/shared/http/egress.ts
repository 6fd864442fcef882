import { CallError } from './errors';
import { codeOf } from './failures';

interface Verdict {
	readonly ok: boolean;
	readonly error?: unknown;
}

interface Address {
	readonly address: string;
	readonly family: number;
}

/** With `all` in the options a list is found, else one address with its family. */
type OnLookup = (error: Error | null, found: string | Address[], family?: number) => void;

/** As Node's `net.connect` takes it. */
type Lookup = (hostname: string, options: object, callback: OnLookup) => void;

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
	'Check the base URL of the credential, or ask the administrator of this n8n to allow the host in its SSRF protection settings (N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES).';

/** The error of a host that the instance's policy forbids. */
export function blocked(host: string, verdict: unknown, hint = BLOCKED_HINT): CallError {
	const reason = verdict instanceof Error ? `: ${verdict.message}` : '';
	return new CallError(`The network policy of this n8n instance blocks ${host}${reason}`, {
		hint,
		cause: 'configuration-invalid',
		outcome: 'not_sent',
	});
}

/**
 * Addresses that mean "this machine" to the operating system, and the one that the policy knows for
 * it: n8n's list of blocked addresses has ::1 and not `::`, which reaches the same servers.
 */
const UNSPECIFIED: Readonly<Record<string, string>> = {
	'0.0.0.0': '127.0.0.1',
	'::': '::1',
	'::ffff:0:0': '127.0.0.1',
	'::ffff:0.0.0.0': '127.0.0.1',
};

/**
 * Asks the instance's policy before a hop. The secure lookup alone would see neither address
 * literals nor hosts that a proxy resolves.
 *
 * @throws CallError when the policy says no; the error of the name look-up when it cannot tell
 */
export async function assertAllowed(
	filter: EgressFilter | undefined,
	url: URL,
	hint = BLOCKED_HINT,
): Promise<void> {
	if (filter === undefined) return;
	const { hostname } = url;
	let verdict = await filter.validateUrl(url);
	const literal = isAddressLiteral(hostname) ? hostname.replace(/^\[|\]$/g, '') : undefined;
	for (const address of literal === undefined ? [] : [hostname, UNSPECIFIED[literal]]) {
		if (verdict.ok && address !== undefined) verdict = filter.validateConnectionHost(address);
	}
	if (!verdict.ok) throw blocked(url.host, verdict.error, hint);
}

/**
 * The look-up by which connections resolve names: what it gives is what is connected to, so a name
 * that has changed its address since `assertAllowed` is refused here. Fails with `CallError` where
 * the policy says no.
 */
export function secureLookup(filter: EgressFilter): Lookup {
	const lookup = filter.createSecureLookup();
	return (hostname, options, callback) =>
		lookup(hostname, options, (error, found, family) => {
			const fail = (reason: Error) =>
				Array.isArray(found) ? callback(reason, []) : callback(reason, '', family);
			// A name that cannot be resolved has a code, a refusal has none.
			if (error) return fail(codeOf(error) ? error : blocked(hostname, error));
			const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
			const loopbacks = addresses.flatMap((address) => UNSPECIFIED[address] ?? []);
			const refused = loopbacks
				.map((loopback) => filter.validateConnectionHost(loopback))
				.find(({ ok }) => !ok);
			if (refused !== undefined) return fail(blocked(hostname, refused.error));
			return callback(null, found, family);
		});
}
