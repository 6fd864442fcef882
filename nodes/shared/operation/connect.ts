import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	ILoadOptionsFunctions,
	INode,
	IPollFunctions,
} from 'n8n-workflow';
import { assertCredentialAllowsUrl } from 'n8n-workflow';

import type { ClientOptions } from '../http/client';
import { Client } from '../http/client';
import { egressFilterOf } from '../http/egress';
import { Gate } from '../http/gate';
import { DEFAULT_TIMEOUT_MS, MAX_REPLY_BYTES } from '../http/transport';
import { assertListed } from './domains';
import type { CredentialSource, Line, Provider } from './operation';

/** The check against the "Allowed HTTP Request Domains" of a credential: n8n's own, where the host has it. */
export function allowedDomains(
	node: INode,
	credentialData: ICredentialDataDecryptedObject,
	surface: string,
): (url: string) => void {
	// Undefined on hosts before 2.x, whatever its type says.
	const check =
		(assertCredentialAllowsUrl as typeof assertCredentialAllowsUrl | undefined) ?? assertListed;
	return (url) => void check({ node, credentialData, url, pinnedUrl: url, surface });
}

type CredentialContext = Pick<IExecuteFunctions, 'getNode' | 'getCredentials' | 'helpers'>;

/** The credential type that the user has chosen; empty for none. */
function credentialType<C, S>(node: INode, { credential }: Provider<C, S>): string {
	if (typeof credential === 'string') return credential;
	const { parameter, types } = credential;
	const chosen = node.parameters[parameter];
	const [initial = ''] = Object.values(types);
	return typeof chosen === 'string' ? (types[chosen] ?? initial) : initial;
}

/** n8n's own renewal of OAuth2 tokens, which older hosts do not have. */
function renewal(context: CredentialContext, type: string): CredentialSource['renewToken'] {
	const { refreshOAuth2Token } = context.helpers as {
		refreshOAuth2Token?: (this: unknown, type: string) => Promise<unknown>;
	};
	return refreshOAuth2Token && (async () => await refreshOAuth2Token.call(context, type));
}

/** A checked credential, and the check of the domains that it may be used for. */
export interface Connected<C> {
	readonly connection: C;
	assertUrlAllowed(url: string): void;
}

/** Loads the credential that the user has chosen; an operation that asks nobody needs none. */
export async function openConnection<C, S>(
	context: object,
	provider: Provider<C, S>,
	offline = false,
): Promise<Connected<C>> {
	const using = context as CredentialContext;
	const node = using.getNode();
	const type = offline ? '' : credentialType(node, provider);
	if (type === '') {
		return { connection: provider.connect({}, { type }), assertUrlAllowed: () => undefined };
	}
	const credentials = await using.getCredentials(type);
	const renewToken = renewal(using, type);
	return {
		connection: provider.connect(credentials as IDataObject, { type, renewToken }),
		assertUrlAllowed: allowedDomains(node, credentials, provider.dialect.name),
	};
}

/** What requests to this provider travel over. */
export function lineOf<C, S>(
	provider: Provider<C, S>,
	connection: C,
	options: ClientOptions,
): Line {
	if (provider.open !== undefined) return provider.open(connection, options);
	return new Client(provider.dialect, connection, options);
}

/**
 * A line outside an execution, for lookups and polling: one request at a time, two attempts. Who
 * opens it also closes it.
 */
export async function openClient<C, S>(
	context: IHookFunctions | ILoadOptionsFunctions | IPollFunctions,
	provider: Provider<C, S>,
): Promise<Line> {
	const { timeoutSeconds } = provider.defaults;
	const { connection, assertUrlAllowed } = await openConnection(context, provider);
	return lineOf(provider, connection, {
		timeoutMs: timeoutSeconds === undefined ? DEFAULT_TIMEOUT_MS : timeoutSeconds * 1000,
		maxBytes: MAX_REPLY_BYTES,
		egress: egressFilterOf(context.helpers),
		gate: new Gate(1),
		attempts: 2,
		assertUrlAllowed,
	});
}
