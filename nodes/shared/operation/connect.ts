import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHookFunctions,
	ILoadOptionsFunctions,
	INode,
	IPollFunctions,
} from 'n8n-workflow';
import { assertCredentialAllowsUrl } from 'n8n-workflow';

import { Client } from '../http/client';
import { egressFilterOf } from '../http/egress';
import { Gate } from '../http/gate';
import { DEFAULT_TIMEOUT_MS, MAX_REPLY_BYTES } from '../http/transport';
import type { Provider } from './operation';

/** The check against the "Allowed HTTP Request Domains" of a credential, on hosts that have it. */
export function allowedDomains(
	node: INode,
	credentialData: ICredentialDataDecryptedObject,
	surface: string,
): (url: string) => void {
	return (url) =>
		assertCredentialAllowsUrl?.({ node, credentialData, url, pinnedUrl: url, surface });
}

/** A client outside an execution, for lookups, polling and registering webhooks: one request at a time, two attempts. */
export async function openClient<C, S>(
	context: IHookFunctions | ILoadOptionsFunctions | IPollFunctions,
	provider: Provider<C, S>,
): Promise<Client<C, S>> {
	const { dialect, credential } = provider;
	const credentials = await context.getCredentials(credential);
	const connection = provider.connect(credentials as IDataObject);
	const node = context.getNode();
	return new Client(dialect, connection, {
		timeoutMs: DEFAULT_TIMEOUT_MS,
		maxBytes: MAX_REPLY_BYTES,
		egress: egressFilterOf(context.helpers),
		gate: new Gate(1),
		attempts: 2,
		assertUrlAllowed: allowedDomains(node, credentials, dialect.name),
	});
}
