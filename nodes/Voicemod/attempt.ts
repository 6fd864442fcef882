import type { KeyObject } from 'node:crypto';
import { randomUUID } from 'node:crypto';

import type { Attempt } from '../shared/http/client';
import { CallError, ParameterError } from '../shared/http/errors';
import type { ApiRequest, Reply } from '../shared/http/request';
import type { Connection } from './connection';
import { NAME } from './connection';
import type { Algorithm, Finding, Format } from './signature';
import { ALGORITHMS, FORMATS, parsePublicKey, unverified, verifySignature } from './signature';

/** What the user wants of a request beyond its sending; travels as `ApiRequest.terms`. */
export type Terms = Readonly<
	Partial<
		Record<
			'requestId' | 'ownRequestId' | 'responseSignature' | 'signatureFormat' | 'signatureAlgorithm',
			string
		>
	>
>;

/** Code of the error of an answer that is not what Voicemod sent, or may not be. */
export const UNTRUSTED = 'untrusted_response';

const timesUsed = new WeakMap<object, number>();

/** An ID of the user's is good once: further tries, pages and questions get a number behind it. */
function requestIdOf(terms: Terms): string | undefined {
	const { requestId, ownRequestId = '' } = terms;
	if (requestId === 'none') return undefined;
	if (requestId !== 'own') return randomUUID();
	const used = timesUsed.get(terms) ?? 0;
	timesUsed.set(terms, used + 1);
	return used === 0 ? ownRequestId : `${ownRequestId}-${used + 1}`;
}

function keyOf({ publicKey }: Connection): KeyObject | undefined {
	if (publicKey === '') return undefined;
	try {
		return parsePublicKey(publicKey);
	} catch (error) {
		const { message, hint } = error instanceof ParameterError ? error : new ParameterError('');
		return unusable(message, hint);
	}
}

function unusable(message: string, hint?: string): never {
	throw new CallError(message, {
		hint,
		cause: 'configuration-invalid',
		outcome: 'not_sent',
		stopsRun: true,
	});
}

function judge(reply: Reply, terms: Terms, requestId: string, key: KeyObject | undefined): Finding {
	if (key === undefined) return unverified(reply, 'The credential has no public key');
	const { signatureFormat, signatureAlgorithm } = terms;
	const format: Format | undefined = FORMATS.find((known) => known === signatureFormat);
	const algorithm: Algorithm =
		ALGORITHMS.find((known) => known === signatureAlgorithm) ?? 'rsaSha256';
	return verifySignature(reply, { sentRequestId: requestId, publicKey: key, format, algorithm });
}

function untrusted({ problem = 'The signature is wrong' }: Finding, status: number): CallError {
	return new CallError(`The answer of ${NAME} cannot be trusted: ${problem}`, {
		hint: 'Nothing of the answer was used. Check the public key of the credential; "Report" in place of "Require" shows what fits and what does not.',
		code: UNTRUSTED,
		httpStatus: status,
		// Something came back, but nobody knows from whom: what became of the request is open.
		outcome: 'unknown',
	});
}

/**
 * Adds the request ID to one try, and checks the signature of its answer before anything reads it
 * (voicemod.md §A.4). Whether refusals are signed is unknown, so one without a signature stays a refusal.
 */
export function attempt(request: ApiRequest, connection: Connection): Attempt {
	const { terms } = request;
	if (terms === undefined) return { request, receive: (reply) => reply };
	const { responseSignature = 'ignore' }: Terms = terms;
	const requestId = requestIdOf(terms);
	const key = responseSignature === 'ignore' ? undefined : keyOf(connection);
	if (responseSignature === 'require' && key === undefined) {
		unusable(
			`The ${NAME} credential has no public key, which "Response Signature" needs to be required`,
			'Voicemod gives the key out on request. Nothing was sent.',
		);
	}
	const headers = {
		...request.headers,
		...(requestId !== undefined && { 'request-id': requestId }),
	};
	return {
		request: { ...request, headers },
		receive(reply) {
			const notes = requestId === undefined ? {} : { requestId };
			if (responseSignature === 'ignore') return { ...reply, notes };
			const finding = judge(reply, terms, requestId ?? '', key);
			const isPlainRefusal = reply.status >= 400 && !finding.signed;
			if (responseSignature === 'require' && !finding.verified && !isPlainRefusal) {
				throw untrusted(finding, reply.status);
			}
			return { ...reply, notes: { ...notes, signature: finding } };
		},
	};
}
