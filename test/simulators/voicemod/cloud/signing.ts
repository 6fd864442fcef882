import { constants, createHash, createSign, type KeyObject } from 'node:crypto';

/** The five readings of "signing string" (voicemod.md section A.4, row 1), in the order a client tries them. */
export const STRING_FORMATS = [
	'nameColonSpaceValue',
	'nameColonValue',
	'valuesByLine',
	'valuesBySpace',
	'valuesJoined',
] as const;

/** Name of a reading. */
export type StringFormat = (typeof STRING_FORMATS)[number];

/** How answers are signed. */
export interface SigningOptions {
	/** `request`: only when `request-id` was sent, as published. `never`: a server without signatures. */
	signatures: 'request' | 'never';
	stringFormat: StringFormat;
	hash: 'SHA-256' | 'SHA-512';
	padding: 'pkcs1' | 'pss';
	/** Names in `signature-headers`, in signing order. */
	signedHeaders: readonly string[];
	/** How the names are written in `signature-headers` (names are compared without case). */
	signedHeaderCase: 'lower' | 'title';
	/** Whether answers without a body carry a `digest` (row 5). */
	emptyDigest: 'hash' | 'absent';
	/** What the digest of a compressed answer is made of (row 4). */
	digestOf: 'decoded' | 'encoded';
	/** Whether refusals are signed (row 6). */
	signErrors: boolean;
}

/** The closest known scheme. */
export function defaultSigning(): SigningOptions {
	return {
		signatures: 'request',
		stringFormat: 'nameColonSpaceValue',
		hash: 'SHA-256',
		padding: 'pkcs1',
		signedHeaders: ['request-id', 'digest'],
		signedHeaderCase: 'lower',
		emptyDigest: 'hash',
		digestOf: 'decoded',
		signErrors: true,
	};
}

/** What is signed. */
export interface Signable {
	requestId: string;
	/** The body the digest is made of. */
	body: Buffer;
	/** Other headers of the answer, lower case, for `signedHeaders` that name them. */
	headers?: Readonly<Record<string, string>>;
}

/** The signature headers of one answer, lower case: what the page lists. */
export function signatureHeaders(
	signable: Signable,
	options: SigningOptions,
	key: KeyObject,
): Record<string, string> {
	const own: Record<string, string> = { 'request-id': signable.requestId };
	if (signable.body.length > 0 || options.emptyDigest === 'hash')
		own.digest = digest(signable.body, options.hash);
	const all: Record<string, string> = { ...signable.headers, ...own };
	const names = options.signedHeaders.filter((name) => all[name.toLowerCase()] !== undefined);
	const text = signingString(
		names.map((name) => [name.toLowerCase(), all[name.toLowerCase()] ?? '']),
		options.stringFormat,
	);
	const listed = options.signedHeaderCase === 'title' ? names.map(titled) : names;
	return {
		...own,
		'signature-headers': listed.join(' '),
		signature: sign(text, options, key),
	};
}

/** `SHA-256=<base64 of the hash of the body>`. */
export function digest(body: Buffer, hash: SigningOptions['hash'] = 'SHA-256'): string {
	return `${hash}=${createHash(hash.replace('-', '').toLowerCase()).update(body).digest('base64')}`;
}

/** The text that is signed. */
export function signingString(
	headers: ReadonlyArray<readonly [name: string, value: string]>,
	format: StringFormat,
): string {
	const values = headers.map(([, value]) => value);
	switch (format) {
		case 'nameColonSpaceValue':
			return headers.map(([name, value]) => `${name}: ${value}`).join('\n');
		case 'nameColonValue':
			return headers.map(([name, value]) => `${name}:${value}`).join('\n');
		case 'valuesByLine':
			return values.join('\n');
		case 'valuesBySpace':
			return values.join(' ');
		case 'valuesJoined':
			return values.join('');
	}
}

/** RSA over the text, base64. */
export function sign(
	text: string,
	options: Pick<SigningOptions, 'hash' | 'padding'>,
	key: KeyObject,
): string {
	const padding =
		options.padding === 'pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
	const saltLength = options.padding === 'pss' ? constants.RSA_PSS_SALTLEN_DIGEST : undefined;
	return createSign(options.hash.replace('-', ''))
		.update(text, 'utf8')
		.sign({ key, padding, saltLength }, 'base64');
}

function titled(name: string): string {
	return name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
