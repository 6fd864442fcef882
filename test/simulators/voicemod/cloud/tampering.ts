import type { KeyObject } from 'node:crypto';
import { digest, sign, signingString, type SigningOptions } from './signing';

/** Everything that may happen to a signed answer on its way. None of them may be accepted. */
export const TAMPERINGS = [
	'body',
	'bodyAndDigest',
	'bodyLength',
	'digest',
	'digestAlgorithm',
	'digestMissing',
	'requestId',
	'requestIdMissing',
	'listMissing',
	'listEmpty',
	'listWithoutRequestId',
	'listWithoutDigest',
	'listUnknownName',
	'listReordered',
	'signature',
	'signatureCut',
	'signatureNotBase64',
	'signatureMissing',
	'allMissing',
	'otherKey',
	'replay',
	'uncoveredDigest',
	'uncoveredRequestId',
	'publishedExample',
] as const;

/** Name of a manipulation. */
export type Tampering = (typeof TAMPERINGS)[number];

/** A signed answer, as far as the signature goes; header names are lower case. */
export interface SignedAnswer {
	headers: Record<string, string>;
	body: Buffer;
}

/** What the attacker has. */
export interface TamperTools {
	options: SigningOptions;
	/** The provider's key: for answers that the provider signed, but for something else. */
	ownKey: KeyObject;
	otherKey: KeyObject;
	/** A number from 0 to below 1, for positions and bits. */
	random(): number;
}

/**
 * The headers of the published example. Its digest is no valid base64 and its signature cannot be checked, so that a
 * client must never accept it (voicemod.md section A.4, row 3).
 */
export const PUBLISHED_EXAMPLE: Readonly<Record<string, string>> = {
	'request-id': '1700000000000',
	digest: 'SHA-256=JHi7hApoV19g6rjNCJDKVX8RLXaLMDk75rpZlBoS/t5nEyfLXVIKRAw8l/Oy1MWDQ==',
	'signature-headers': 'request-id digest',
	signature:
		'MxqFhS7cGc9gBzpjpW7Ng9i5oTL8HLQssJ02zZkvQtjl13flyyKvwygQV7ilI7VG1K89+3iJPxR3k1feUDU8bw==',
};

type Change = (answer: SignedAnswer, tools: TamperTools) => void;

const CHANGES: Record<Tampering, Change> = {
	body: (answer, { random }) => {
		answer.body = flipBit(answer.body, random);
	},
	bodyAndDigest: (answer, { random, options }) => {
		answer.body = flipBit(answer.body, random);
		answer.headers.digest = digest(answer.body, options.hash);
	},
	bodyLength: (answer, { random }) => {
		const grown = Buffer.concat([answer.body, Buffer.from(' ')]);
		answer.body = random() < 0.5 || answer.body.length === 0 ? grown : answer.body.subarray(0, -1);
	},
	digest: (answer, { random }) => {
		answer.headers.digest = changedBase64(answer.headers.digest ?? 'SHA-256=AAAA', random, 8);
	},
	digestAlgorithm: (answer) => {
		answer.headers.digest = (answer.headers.digest ?? '').replace(/^[^=]*/, 'MD5');
	},
	digestMissing: (answer) => {
		delete answer.headers.digest;
	},
	requestId: (answer, { random }) => {
		answer.headers['request-id'] = changedText(answer.headers['request-id'] ?? '', random);
	},
	requestIdMissing: (answer) => {
		delete answer.headers['request-id'];
	},
	listMissing: (answer) => {
		delete answer.headers['signature-headers'];
	},
	listEmpty: (answer) => {
		answer.headers['signature-headers'] = '';
	},
	listWithoutRequestId: (answer) =>
		relist(answer, (names) => names.filter((n) => n !== 'request-id')),
	listWithoutDigest: (answer) => relist(answer, (names) => names.filter((n) => n !== 'digest')),
	listUnknownName: (answer) => relist(answer, (names) => [...names, 'x-not-there']),
	listReordered: (answer) => relist(answer, (names) => [...names].reverse()),
	signature: (answer, { random }) => {
		const bytes = Buffer.from(answer.headers.signature ?? '', 'base64');
		answer.headers.signature = flipBit(bytes, random).toString('base64');
	},
	signatureCut: (answer) => {
		const bytes = Buffer.from(answer.headers.signature ?? '', 'base64');
		answer.headers.signature = bytes.subarray(0, -1).toString('base64');
	},
	signatureNotBase64: (answer) => {
		answer.headers.signature = '***not base64***';
	},
	signatureMissing: (answer) => {
		delete answer.headers.signature;
	},
	allMissing: (answer) => {
		for (const name of Object.keys(PUBLISHED_EXAMPLE)) delete answer.headers[name];
	},
	otherKey: (answer, { options, otherKey }) => resign(answer, namesOf(answer), options, otherKey),
	replay: (answer, { options, ownKey }) => {
		// A true answer to somebody's earlier request: everything fits but the id.
		answer.headers['request-id'] = '1600000000000';
		resign(answer, namesOf(answer), options, ownKey);
	},
	uncoveredDigest: (answer, { options, ownKey, random }) => {
		// A true signature that covers the id only says nothing about the body.
		resign(answer, ['request-id'], options, ownKey);
		answer.headers['signature-headers'] = 'request-id';
		answer.body = flipBit(answer.body, random);
		answer.headers.digest = digest(answer.body, options.hash);
	},
	uncoveredRequestId: (answer, { options, ownKey }) => {
		resign(answer, ['digest'], options, ownKey);
		answer.headers['signature-headers'] = 'digest';
	},
	publishedExample: (answer) => {
		const { 'request-id': _placeholder, ...others } = PUBLISHED_EXAMPLE;
		Object.assign(answer.headers, others);
	},
};

/** A manipulated copy of a signed answer. */
export function tamper(answer: SignedAnswer, kind: Tampering, tools: TamperTools): SignedAnswer {
	const copy = { headers: { ...answer.headers }, body: Buffer.from(answer.body) };
	CHANGES[kind](copy, tools);
	return copy;
}

/** Reproducible numbers from 0 to below 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

function namesOf(answer: SignedAnswer): string[] {
	return (answer.headers['signature-headers'] ?? '').toLowerCase().split(/\s+/).filter(Boolean);
}

function relist(answer: SignedAnswer, change: (names: string[]) => string[]): void {
	answer.headers['signature-headers'] = change(namesOf(answer)).join(' ');
}

function resign(
	answer: SignedAnswer,
	names: readonly string[],
	options: SigningOptions,
	key: KeyObject,
): void {
	const lines = names.map((name) => [name, answer.headers[name] ?? ''] as const);
	answer.headers.signature = sign(signingString(lines, options.stringFormat), options, key);
}

function flipBit(bytes: Buffer, random: () => number): Buffer {
	if (bytes.length === 0) return Buffer.from(' ');
	const copy = Buffer.from(bytes);
	const index = Math.floor(random() * copy.length);
	copy[index] = (copy[index] ?? 0) ^ (1 << Math.floor(random() * 8));
	return copy;
}

/** Another letter at a random place behind `from`, so that other bytes come out of it. */
function changedBase64(value: string, random: () => number, from: number): string {
	const end = value.replace(/=+$/, '').length - 1;
	const index = from + Math.floor(random() * Math.max(1, end - from));
	return `${value.slice(0, index)}${value[index] === 'A' ? 'B' : 'A'}${value.slice(index + 1)}`;
}

function changedText(value: string, random: () => number): string {
	const index = Math.floor(random() * Math.max(1, value.length));
	return `${value.slice(0, index)}${value[index] === '7' ? '8' : '7'}${value.slice(index + 1)}`;
}
