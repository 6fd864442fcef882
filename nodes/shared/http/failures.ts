import { CallError, CancelledError } from './errors';

const SIGNED_BY_UNKNOWN = 'its certificate is signed by an authority that this n8n does not know';

/** What common error codes mean, for messages. */
export const REASONS: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name does not exist',
	EAI_AGAIN: 'the host name could not be looked up',
	EHOSTUNREACH: 'there is no route to the host',
	ENETUNREACH: 'there is no route to the network',
	ETIMEDOUT: 'the connection timed out',
	UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
	CERT_HAS_EXPIRED: 'its certificate has expired',
	CERT_NOT_YET_VALID: 'its certificate is not valid yet',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed, so it is not trusted',
	SELF_SIGNED_CERT_IN_CHAIN: SIGNED_BY_UNKNOWN,
	UNABLE_TO_GET_ISSUER_CERT: SIGNED_BY_UNKNOWN,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: SIGNED_BY_UNKNOWN,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: SIGNED_BY_UNKNOWN,
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** Failures before the request had left that may be gone a moment later. */
export const LATER_MAY_HELP = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ETIMEDOUT',
	'UND_ERR_CONNECT_TIMEOUT',
	'UND_ERR_SOCKET',
]);

export function codeOf(error: unknown): string {
	// Node tries several addresses of a name and then fails with all their errors in one.
	if (error instanceof AggregateError) return codeOf(error.errors[0]);
	if (typeof error !== 'object' || error === null || !('code' in error)) return '';
	return typeof error.code === 'string' ? error.code : '';
}

function describeFailure(error: unknown, sent: boolean, name: string, url: URL): CallError {
	const code = codeOf(error);
	if (!sent) {
		const detail = error instanceof Error ? error.message : String(error);
		return new CallError(
			`${name} could not be reached at ${url.origin}: ${REASONS[code] ?? detail}`,
			{
				hint: 'Nothing was sent. Check the base URL of the credential and that this n8n may reach it.',
				code: code || undefined,
				cause: 'temporarily-unavailable',
				transient: LATER_MAY_HELP.has(code),
				outcome: 'not_sent',
			},
		);
	}
	return new CallError(`The connection to ${name} broke before the answer was complete`, {
		code: code || undefined,
		cause: 'temporarily-unavailable',
		transient: true,
		outcome: 'unknown',
	});
}

interface Circumstances {
	readonly sent: boolean;
	readonly name: string;
	readonly url: URL;
	readonly signal?: AbortSignal;
	/** The time-out that was exceeded, 0 when none was. */
	readonly lateAfterMs: number;
}

/** The error of a request that got no complete answer. */
export function failureOf(error: unknown, circumstances: Circumstances): Error {
	const { sent, name, url, signal, lateAfterMs } = circumstances;
	if (error instanceof CallError) return error;
	if (signal?.aborted) return new CancelledError(sent);
	if (lateAfterMs === 0) return describeFailure(error, sent, name, url);
	const seconds = Math.ceil(lateAfterMs / 1000);
	return new CallError(`${name} did not answer within ${seconds} seconds`, {
		cause: 'temporarily-unavailable',
		transient: true,
		outcome: sent ? 'unknown' : 'not_sent',
	});
}
