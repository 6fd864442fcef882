import type { KeyObject } from 'node:crypto';
import { constants, createHash, createPublicKey, createVerify } from 'node:crypto';

import { ParameterError } from '../shared/http/errors';
import { safeEqual } from '../shared/webhook/delivery';

/** Readings of "signing string", in the order in which they are tried (voicemod.md §A.4, row 1). */
export const FORMATS = [
	'nameColonSpaceValue',
	'nameColonValue',
	'valuesByLine',
	'valuesBySpace',
	'valuesJoined',
] as const;

export type Format = (typeof FORMATS)[number];

/** Hash and padding; all but the first are manual choices (§A.4, row 2). */
export const ALGORITHMS = ['rsaSha256', 'rsaSha512', 'pssSha256', 'pssSha512'] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** An answer as it came; header names in lower case. */
export interface SignedAnswer {
	readonly headers: Readonly<Record<string, string>>;
	readonly bytes: Uint8Array;
	/** The body as it travelled, where it was compressed. */
	readonly encoded?: Uint8Array;
}

export interface Expectation {
	readonly sentRequestId: string;
	readonly publicKey: KeyObject;
	/** All are tried unless given. */
	readonly format?: Format;
	readonly algorithm: Algorithm;
}

/** What was found out about the signature of an answer. */
export interface Finding {
	/** Whether there is a signature at all. */
	signed: boolean;
	/** Whether everything fits: the answer is Voicemod's, to this very request, and unchanged. */
	verified: boolean;
	requestId?: string;
	requestIdMatches: boolean;
	digestMatches: boolean;
	signatureValid: boolean;
	/** The format that fits. */
	format?: Format;
	/** Why it is not verified, in a sentence. */
	problem?: string;
}

const KEY_HINT =
	'Paste the key that Voicemod gave you: PEM that begins with "BEGIN PUBLIC KEY", "BEGIN RSA PUBLIC KEY" or "BEGIN CERTIFICATE", or its base64 alone.';

const LABELS = ['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE'];

/** PEM with proper lines; one-line inputs lose their line breaks, mails add some. */
function pemOf(source: string): string {
	const text = source.replaceAll('\\n', '\n').trim();
	const framed = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/.exec(text);
	const label = framed?.[1] ?? 'PUBLIC KEY';
	const base64 = (framed?.[2] ?? text).replace(/\s+/g, '');
	if (label.includes('PRIVATE')) {
		throw new ParameterError(
			'The public key is a private key; that one belongs to the signer',
			KEY_HINT,
		);
	}
	if (!LABELS.includes(label) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
		throw new ParameterError('The public key is neither PEM nor base64', KEY_HINT);
	}
	const lines = base64.match(/.{1,64}/g) ?? [];
	return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** An RSA key from PEM or bare base64 (§A.4, row 7). Throws `ParameterError`. */
export function parsePublicKey(source: string): KeyObject {
	const pem = pemOf(source);
	let key: KeyObject;
	try {
		key = createPublicKey(pem);
	} catch {
		key = unusable();
	}
	return key.asymmetricKeyType === 'rsa' ? key : unusable();
}

function unusable(): never {
	throw new ParameterError('The public key cannot be read as an RSA key', KEY_HINT);
}

/** Bytes of canonical base64; other spellings of the same bytes are not what was sent. */
function decodeBase64(text: string): Buffer | undefined {
	const bytes = Buffer.from(text, 'base64');
	return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}

/** `SHA-256=<base64>` of the body, decoded first, then as it travelled (§A.4, rows 3 to 5). */
function digestFits(answer: SignedAnswer, algorithm: Algorithm): boolean {
	const { headers, bytes, encoded } = answer;
	const { digest } = headers;
	if (digest === undefined) return bytes.length === 0;
	const split = digest.indexOf('=');
	const name = digest.slice(0, Math.max(split, 0)).toUpperCase();
	const hashes: Record<string, string> = {
		'SHA-256': 'sha256',
		...(algorithm.endsWith('Sha512') && { 'SHA-512': 'sha512' }),
	};
	const hash = hashes[name];
	if (hash === undefined) return false;
	const given = digest.slice(split + 1);
	const bodies = encoded === undefined ? [bytes] : [bytes, encoded];
	return bodies.some((body) => safeEqual(createHash(hash).update(body).digest('base64'), given));
}

function signingString(names: readonly string[], values: readonly string[], format: Format) {
	switch (format) {
		case 'nameColonSpaceValue':
			return names.map((name, index) => `${name}: ${values[index] ?? ''}`).join('\n');
		case 'nameColonValue':
			return names.map((name, index) => `${name}:${values[index] ?? ''}`).join('\n');
		case 'valuesByLine':
			return values.join('\n');
		case 'valuesBySpace':
			return values.join(' ');
		case 'valuesJoined':
			return values.join('');
	}
}

/** Why the list of signed headers does not cover the answer; undefined when it does. */
function listProblem(names: readonly string[], answer: SignedAnswer): string | undefined {
	if (new Set(names).size < names.length) return 'The list of signed headers repeats itself';
	// An empty value adds nothing to some formats, so it is as good as absent.
	const missing = names.find((name) => !answer.headers[name]);
	if (missing !== undefined) return `The signed header "${missing}" is not there`;
	if (!names.includes('request-id')) return 'The signature does not cover the request ID';
	if (answer.bytes.length > 0 && !names.includes('digest')) {
		return 'The signature does not cover the body';
	}
	return undefined;
}

function fittingFormat(
	names: readonly string[],
	{ headers }: SignedAnswer,
	signature: Buffer,
	{ publicKey, algorithm, format }: Expectation,
): Format | undefined {
	const values = names.map((name) => headers[name] ?? '');
	const hash = algorithm.endsWith('Sha512') ? 'RSA-SHA512' : 'RSA-SHA256';
	const padding = algorithm.startsWith('pss')
		? constants.RSA_PKCS1_PSS_PADDING
		: constants.RSA_PKCS1_PADDING;
	const candidates = format === undefined ? FORMATS : [format];
	return candidates.find((candidate) =>
		createVerify(hash)
			.update(signingString(names, values, candidate), 'utf8')
			.verify({ key: publicKey, padding }, signature),
	);
}

function isSigned({ headers }: SignedAnswer): boolean {
	return Boolean(headers.signature) && Boolean(headers['signature-headers']);
}

/** What can be said without a key. */
export function unverified(answer: SignedAnswer, problem: string): Finding {
	return {
		signed: isSigned(answer),
		verified: false,
		requestIdMatches: false,
		digestMatches: false,
		signatureValid: false,
		problem,
	};
}

/**
 * The procedure of voicemod.md §A.4 over the raw bytes of an answer. The reference knows the
 * scheme only in outline, so the format is found by trying unless it is given.
 */
export function verifySignature(answer: SignedAnswer, expected: Expectation): Finding {
	const { headers } = answer;
	const requestId = headers['request-id'];
	if (!isSigned(answer)) return unverified(answer, 'The answer is not signed');

	const requestIdMatches =
		requestId !== undefined &&
		expected.sentRequestId !== '' &&
		safeEqual(requestId, expected.sentRequestId);
	const digestMatches = digestFits(answer, expected.algorithm);
	const names = (headers['signature-headers'] ?? '').toLowerCase().split(/\s+/).filter(Boolean);
	const uncovered = listProblem(names, answer);
	const signature = decodeBase64(headers.signature ?? '');
	const format =
		uncovered === undefined && signature !== undefined
			? fittingFormat(names, answer, signature, expected)
			: undefined;
	const signatureValid = format !== undefined;
	const verified = requestIdMatches && digestMatches && signatureValid;
	const problem =
		uncovered ??
		(signature === undefined ? 'The signature is not base64' : undefined) ??
		(requestIdMatches ? undefined : 'The request ID is not the one that was sent') ??
		(digestMatches ? undefined : 'The digest does not belong to the body') ??
		(signatureValid ? undefined : 'The signature does not fit the public key');
	return {
		signed: true,
		verified,
		...(requestId !== undefined && { requestId }),
		requestIdMatches,
		digestMatches,
		signatureValid,
		...(format && { format }),
		...(!verified && problem && { problem }),
	};
}
