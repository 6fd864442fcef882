/** Signed answers: what the simulator signs verifies, and nothing that was changed does. */
import { createHash, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';

import type { Expectation, SignedAnswer } from '../../../nodes/Voicemod/signature';
import { FORMATS, parsePublicKey, verifySignature } from '../../../nodes/Voicemod/signature';
import {
	defaultSigning,
	invalidVectors,
	PUBLISHED_EXAMPLE,
	shortKey,
	signatureHeaders,
	signingKey,
	validVectors,
	vectorKeys,
	type SignatureVector,
} from '../../simulators/voicemod';

let expected: Expectation;
let valid: SignatureVector[];

beforeAll(async () => {
	const { spki } = await vectorKeys();
	expected = { sentRequestId: '', publicKey: parsePublicKey(spki), algorithm: 'rsaSha256' };
	valid = await validVectors();
});

function answerOf({ headers, body }: Pick<SignatureVector, 'headers' | 'body'>): SignedAnswer {
	return { headers, bytes: body };
}

function judge(vector: SignatureVector, more: Partial<Expectation> = {}) {
	const { sentRequestId } = vector;
	return verifySignature(answerOf(vector), { ...expected, sentRequestId, ...more });
}

describe('signed by the provider', () => {
	test('every format, body and list verifies, and the format is named', () => {
		expect(valid.length).toBeGreaterThan(80);
		for (const vector of valid) {
			const finding = judge(vector);
			expect({ name: vector.name, ...finding }).toMatchObject({
				name: vector.name,
				signed: true,
				verified: true,
				requestIdMatches: true,
				digestMatches: true,
				signatureValid: true,
				format: vector.options.stringFormat,
			});
			expect(finding.problem).toBeUndefined();
		}
	});

	test('a pinned format takes that one only', () => {
		for (const vector of valid.slice(0, 40)) {
			for (const format of FORMATS) {
				const { verified } = judge(vector, { format });
				expect(verified).toBe(format === vector.options.stringFormat);
			}
		}
	});

	test.each([
		['rsaSha512', { hash: 'SHA-512', padding: 'pkcs1' }],
		['pssSha256', { hash: 'SHA-256', padding: 'pss' }],
		['pssSha512', { hash: 'SHA-512', padding: 'pss' }],
	] as const)('%s verifies by choice only', async (algorithm, how) => {
		const { privateKey } = await signingKey();
		const body = Buffer.from('{"a":1}');
		const headers = signatureHeaders(
			{ requestId: 'x', body },
			{ ...defaultSigning(), ...how },
			privateKey,
		);
		const answer = { headers, bytes: body };
		const sent = { ...expected, sentRequestId: 'x' };
		expect(verifySignature(answer, { ...sent, algorithm }).verified).toBe(true);
		expect(verifySignature(answer, sent).verified).toBe(false);
	});

	test('a digest of the compressed bytes is as good', async () => {
		const { privateKey } = await signingKey();
		const encoded = Buffer.from('compressed');
		const headers = signatureHeaders(
			{ requestId: 'x', body: encoded },
			defaultSigning(),
			privateKey,
		);
		const sent = { ...expected, sentRequestId: 'x' };
		const bytes = Buffer.from('plain');
		expect(verifySignature({ headers, bytes, encoded }, sent).verified).toBe(true);
		expect(verifySignature({ headers, bytes }, sent).verified).toBe(false);
	});

	test('a key of 512 bits, the size of the published example, works', () => {
		const { privateKey, spki } = shortKey();
		const body = Buffer.from('{}');
		const headers = signatureHeaders({ requestId: 'x', body }, defaultSigning(), privateKey);
		const publicKey = parsePublicKey(spki);
		const sent = { ...expected, publicKey, sentRequestId: 'x' };
		expect(verifySignature({ headers, bytes: body }, sent).verified).toBe(true);
	});
});

describe('changed on its way', () => {
	test('none of more than a thousand manipulations of the simulator verifies', async () => {
		const vectors = await invalidVectors(2, 7);
		expect(vectors.length).toBeGreaterThan(1000);
		const accepted = vectors.filter((vector) => judge(vector).verified);
		expect(accepted.map(({ name }) => name)).toEqual([]);
		for (const format of FORMATS) {
			expect(vectors.filter((vector) => judge(vector, { format }).verified)).toEqual([]);
		}
	});

	test('the published example does not verify, whatever the key and the body', () => {
		const sentRequestId = PUBLISHED_EXAMPLE['request-id'] ?? '';
		for (const body of ['', '{}', 'x']) {
			const answer = { headers: { ...PUBLISHED_EXAMPLE }, bytes: Buffer.from(body) };
			expect(verifySignature(answer, { ...expected, sentRequestId }).verified).toBe(false);
		}
	});

	/** The same to a reader: capitals and blanks of the list do not count (A.4, steps 6). */
	const listOf = (headers: Readonly<Record<string, string>>) =>
		(headers['signature-headers'] ?? '').toLowerCase().split(/\s+/).filter(Boolean).join(' ');

	test('random changes of any header or of the body: 3,000, none accepted', () => {
		const names = ['request-id', 'digest', 'signature-headers', 'signature'];
		const change = fc.record({
			vector: fc.nat(),
			target: fc.constantFrom(...names, 'body'),
			kind: fc.constantFrom('insert', 'remove', 'replace', 'swap', 'repeat', 'empty'),
			at: fc.nat(),
			piece: fc.string({ minLength: 1, maxLength: 4, unit: 'binary-ascii' }),
		});
		let tried = 0;
		fc.assert(
			fc.property(change, ({ vector: index, target, kind, at, piece }) => {
				const vector = valid[index % valid.length];
				if (vector === undefined) return;
				const old =
					target === 'body' ? vector.body.toString('latin1') : (vector.headers[target] ?? '');
				const place = at % (old.length + 1);
				const rest = { before: old.slice(0, place), after: old.slice(place) };
				const changed = {
					insert: rest.before + piece + rest.after,
					remove: rest.before + rest.after.slice(1),
					replace: rest.before + piece + rest.after.slice(piece.length),
					swap: rest.after + rest.before,
					repeat: old + old,
					empty: '',
				}[kind];
				const headers = { ...vector.headers };
				let { body } = vector;
				if (target === 'body') body = Buffer.from(changed, 'latin1');
				else headers[target] = changed;
				const isSame = target === 'body' ? body.equals(vector.body) : changed === old;
				const isSameList =
					target === 'signature-headers' && listOf(headers) === listOf(vector.headers);
				if (isSame || isSameList) return;
				tried += 1;
				expect(judge({ ...vector, headers, body }).verified).toBe(false);
			}),
			{ numRuns: 4000, seed: 42 },
		);
		expect(tried).toBeGreaterThan(3000);
	});

	test('an answer to somebody else’s request does not verify', () => {
		for (const vector of valid) {
			expect(judge({ ...vector, sentRequestId: 'another' }).verified).toBe(false);
			expect(judge({ ...vector, sentRequestId: '' }).verified).toBe(false);
		}
	});

	test('other spellings of the same bytes are not what was signed', () => {
		const [vector] = valid;
		if (vector === undefined) throw new Error('no vector');
		const { signature = '', digest = '' } = vector.headers;
		for (const headers of [
			{ ...vector.headers, signature: ` ${signature}*` },
			{ ...vector.headers, signature: signature.replace(/=+$/, '') },
			{ ...vector.headers, signature: `${signature}AAAA` },
			{ ...vector.headers, digest: digest.replace('SHA-256', 'sha-256') },
			{ ...vector.headers, digest: digest.replace(/=+$/, '') },
		]) {
			expect(judge({ ...vector, headers }).verified).toBe(false);
		}
	});

	test('an empty header in the list adds nothing, so it is refused', async () => {
		const { privateKey } = await signingKey();
		const body = Buffer.from('{}');
		const options = { ...defaultSigning(), stringFormat: 'valuesJoined' as const };
		const headers: Record<string, string> = {
			...signatureHeaders({ requestId: 'x', body }, options, privateKey),
			'x-empty': '',
		};
		const list = `${headers['signature-headers'] ?? ''} x-empty`;
		const finding = verifySignature(
			{ headers: { ...headers, 'signature-headers': list }, bytes: body },
			{ ...expected, sentRequestId: 'x' },
		);
		expect(finding).toMatchObject({ verified: false, problem: expect.stringContaining('x-empty') });
	});
});

describe('what is wrong is told', () => {
	const problemOf = (change: (headers: Record<string, string>) => void, body?: Buffer) => {
		const vector = valid.find(({ name }) => name === 'nameColonSpaceValue, json body, plain');
		if (vector === undefined) throw new Error('no vector');
		const headers = { ...vector.headers };
		change(headers);
		return judge({ ...vector, headers, body: body ?? vector.body });
	};

	test.each<[string, (headers: Record<string, string>) => void]>([
		['not signed', (headers) => delete headers.signature],
		['request ID is not', (headers) => (headers['request-id'] = 'other')],
		['"request-id" is not there', (headers) => delete headers['request-id']],
		['does not cover the body', (headers) => (headers['signature-headers'] = 'request-id')],
		['does not cover the request ID', (headers) => (headers['signature-headers'] = 'digest')],
		['repeats itself', (headers) => (headers['signature-headers'] = 'digest request-id digest')],
		['not base64', (headers) => (headers.signature = '***')],
		['does not fit the public key', (headers) => (headers.signature = 'AAAA')],
	])('%s', (words, change) => {
		expect(problemOf(change)).toMatchObject({
			verified: false,
			problem: expect.stringContaining(words),
		});
	});

	test('the digest', () => {
		const finding = problemOf(() => undefined, Buffer.from('{}'));
		expect(finding).toMatchObject({
			requestIdMatches: true,
			digestMatches: false,
			signatureValid: true,
			problem: 'The digest does not belong to the body',
		});
	});
});

describe('public keys', () => {
	test('come as PEM in three kinds and as base64, on one line or in many', async () => {
		const forms = await vectorKeys();
		const wanted = createPublicKey(forms.spki).export({ type: 'spki', format: 'pem' });
		const spellings = Object.values(forms).flatMap((form) => [
			form,
			form.replaceAll('\n', ' '),
			form.replaceAll('\n', '\\n'),
			form.replaceAll('\n', '\r\n'),
			`\n  ${form}  \n`,
		]);
		for (const spelling of spellings) {
			const key = parsePublicKey(spelling);
			expect(key.export({ type: 'spki', format: 'pem' })).toEqual(wanted);
		}
	});

	test('that are none are refused in words', () => {
		const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
		const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const privatePem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
		const ecPem = ec.publicKey.export({ type: 'spki', format: 'pem' }).toString();
		expect(() => parsePublicKey(privatePem)).toThrow('private key');
		expect(() => parsePublicKey(ecPem)).toThrow('RSA');
		expect(() => parsePublicKey('hello world!')).toThrow('neither PEM nor base64');
		expect(() => parsePublicKey('aGVsbG8=')).toThrow('cannot be read');
		expect(() => parsePublicKey('')).toThrow('neither PEM nor base64');
	});
});

test('the signature is over what this test computes by itself', () => {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const bytes = Buffer.from('{"ok":true}');
	const digest = `SHA-256=${createHash('sha256').update(bytes).digest('base64')}`;
	const text = `request-id: 17\ndigest: ${digest}`;
	const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64');
	const headers = {
		'request-id': '17',
		digest,
		'signature-headers': 'request-id digest',
		signature,
	};
	const finding = verifySignature(
		{ headers, bytes },
		{ sentRequestId: '17', publicKey, algorithm: 'rsaSha256' },
	);
	expect(finding).toMatchObject({ verified: true, format: 'nameColonSpaceValue' });
});
