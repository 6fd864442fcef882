/**
 * Sends requests from a process of its own, because the proxy variables are read at the first
 * request. Argument: JSON list of tasks; prints one JSON list of results.
 */
import type { EgressFilter } from '../../../nodes/shared/http/egress';
import { CallError } from '../../../nodes/shared/http/errors';
import { transmit } from '../../../nodes/shared/http/transport';

export interface ProxyTask {
	origin: string;
	/** Parts of URLs that a network policy refuses; without it there is no policy. */
	blocked?: string[];
}

export interface ProxyResult {
	status?: number;
	message?: string;
	outcome?: string;
	transient?: boolean;
}

function policy(blocked: string[]): EgressFilter {
	const verdict = (text: string) => ({ ok: !blocked.some((part) => text.includes(part)) });
	return {
		validateUrl: async (url) => verdict(url.href),
		validateConnectionHost: (host) => verdict(host),
		createSecureLookup: () => (_, __, callback) =>
			(callback as (error: Error) => void)(new Error('names are looked up by the proxy')),
	};
}

async function attempt(origin: string, egress: EgressFilter | undefined): Promise<ProxyResult> {
	try {
		const { status } = await transmit(
			{ method: 'POST', path: '/x', body: { kind: 'json', value: { a: 1 } }, safety: 'spends' },
			origin,
			'Acme',
			{ timeoutMs: 20_000, maxBytes: 1000, egress },
		);
		return { status };
	} catch (error) {
		if (!(error instanceof CallError)) throw error;
		const { message, outcome, transient } = error;
		return { message, outcome, transient };
	}
}

async function main(): Promise<void> {
	const tasks = JSON.parse(process.argv[2] ?? '[]') as ProxyTask[];
	const results: ProxyResult[] = [];
	for (const { origin, blocked } of tasks) {
		results.push(await attempt(origin, blocked && policy(blocked)));
	}
	process.stdout.write(JSON.stringify(results), () => process.exit(0));
}

void main();
