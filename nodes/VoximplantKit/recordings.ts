import type { FileRequest } from '../shared/http/client';
import { CallError } from '../shared/http/errors';
import type { Connection } from './api';

const ROOT = 'voximplant.com';

export function isUnderRoot(hostname: string): boolean {
	return hostname === ROOT || hostname.endsWith(`.${ROOT}`);
}

/** Whether the token may be sent there: to the provider by https, or to a host of the credential. */
function isOurs(url: URL, { hosts }: Connection): boolean {
	if (url.username !== '' || url.password !== '') return false;
	const configured = Object.values(hosts).some(
		(host) => host !== '' && new URL(host).origin === url.origin,
	);
	return configured || (url.protocol === 'https:' && url.port === '' && isUnderRoot(url.hostname));
}

/**
 * How a recording is asked for: by POST with the credential, or by GET with the same in the
 * address (voximplant-kit.md §5.3, "Recordings").
 */
export function recordingRequests(url: URL, connection: Connection): FileRequest[] {
	if (!isOurs(url, connection)) {
		throw new CallError(
			`Recordings are downloaded from ${ROOT} and the hosts of the credential only`,
			{
				hint: `This address leads to ${url.host}. Use the HTTP Request node without this credential if you trust it.`,
				outcome: 'not_sent',
			},
		);
	}
	const { domain, token } = connection;
	const callId = url.searchParams.get('call_id');
	const form = { access_token: token, domain, ...(callId !== null && { call_id: callId }) };
	const query = new URL(url);
	query.searchParams.set('access_token', token);
	query.searchParams.set('domain', domain);
	return [{ url: url.href, form }, { url: query.href }];
}
