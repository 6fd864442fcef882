import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

interface Use {
	node: INode;
	credentialData: ICredentialDataDecryptedObject;
	/** Where the credential is about to be sent. */
	url: string;
}

function bare(host: string): string {
	return host.trim().toLowerCase().replace(/\.$/, '');
}

/** `*.example.com` is every host below example.com, but not example.com itself. */
function matches(host: string, entry: string): boolean {
	if (!entry.startsWith('*.')) return host === entry;
	return entry.length > 2 && host.endsWith(entry.slice(1));
}

/**
 * What n8n's `assertCredentialAllowsUrl` checks, for hosts that show "Allowed Domains" in a credential but leave the
 * check to each node. "None" is meant for the HTTP Request node; there, as in n8n, it stops no node of the provider.
 */
export function assertListed({ node, credentialData, url }: Use): void {
	if (credentialData.allowedHttpRequestDomains !== 'domains') return;
	const { allowedDomains } = credentialData;
	const given = typeof allowedDomains === 'string' ? allowedDomains.trim() : '';
	if (given === '') {
		throw new NodeOperationError(
			node,
			'No allowed domains specified. Configure allowed domains or change restriction setting.',
		);
	}
	const host = URL.canParse(url) ? new URL(url).host : url.split(/[?#]/)[0];
	const name = URL.canParse(url) ? bare(new URL(url).hostname) : '';
	const entries = given.split(',').map(bare).filter(Boolean);
	if (name !== '' && entries.some((entry) => matches(name, entry))) return;
	throw new NodeOperationError(
		node,
		`Domain not allowed: This credential is restricted from accessing ${host}. Only the following domains are allowed: ${given}`,
	);
}
