import { signingKey, type PublicKeyForms } from './keys';
import { defaultSigning, signatureHeaders, STRING_FORMATS, type SigningOptions } from './signing';
import {
	PUBLISHED_EXAMPLE,
	randomNumbers,
	tamper,
	TAMPERINGS,
	type SignedAnswer,
	type TamperTools,
} from './tampering';

/** A signed answer and what a verifier must say about it. */
export interface SignatureVector extends SignedAnswer {
	name: string;
	/** The `request-id` that was sent. */
	sentRequestId: string;
	options: SigningOptions;
	verified: boolean;
}

const BODIES: Record<string, Buffer> = {
	json: Buffer.from('{"id":"abc","status":"completed"}'),
	unicode: Buffer.from('{"title":"голос – 声 🎤"}'),
	binary: Buffer.from([0, 255, 13, 10, 0, 128]),
	empty: Buffer.alloc(0),
};

const VARIANTS: Record<string, Partial<SigningOptions>> = {
	plain: {},
	titleCase: { signedHeaderCase: 'title' },
	moreHeaders: { signedHeaders: ['request-id', 'digest', 'content-type'] },
	otherOrder: { signedHeaders: ['digest', 'request-id'] },
};

/** Answers that verify: each string format with each body and each way to list headers. */
export async function validVectors(): Promise<SignatureVector[]> {
	const { privateKey } = await signingKey();
	const vectors: SignatureVector[] = [];
	for (const stringFormat of STRING_FORMATS)
		for (const [bodyName, body] of Object.entries(BODIES))
			for (const [variantName, variant] of Object.entries(VARIANTS)) {
				const options = { ...defaultSigning(), stringFormat, ...variant };
				const requestId = `id-${stringFormat}-${bodyName}-${variantName}`;
				const headers = { 'content-type': 'application/json; charset=utf-8' };
				vectors.push({
					name: `${stringFormat}, ${bodyName} body, ${variantName}`,
					sentRequestId: requestId,
					options,
					headers: {
						...headers,
						...signatureHeaders({ requestId, body, headers }, options, privateKey),
					},
					body,
					verified: true,
				});
			}
	const absent = { ...defaultSigning(), emptyDigest: 'absent' as const };
	const body = Buffer.alloc(0);
	vectors.push({
		name: 'empty body without digest',
		sentRequestId: 'no-digest',
		options: absent,
		headers: signatureHeaders({ requestId: 'no-digest', body }, absent, privateKey),
		body,
		verified: true,
	});
	return vectors;
}

/** Answers that must not verify: every manipulation of every format, `rounds` times, and the published example. */
export async function invalidVectors(rounds = 2, seed = 1): Promise<SignatureVector[]> {
	const [own, other] = await Promise.all([signingKey('own'), signingKey('other')]);
	const random = randomNumbers(seed);
	const vectors: SignatureVector[] = [];
	for (const valid of await validVectors()) {
		if (valid.body.length === 0 || valid.options.signedHeaderCase === 'title') continue;
		const tools: TamperTools = {
			options: valid.options,
			ownKey: own.privateKey,
			otherKey: other.privateKey,
			random,
		};
		for (const kind of TAMPERINGS)
			for (let round = 0; round < rounds; round++)
				vectors.push({
					...valid,
					...tamper(valid, kind, tools),
					name: `${valid.name}: ${kind} ${round}`,
					verified: false,
				});
	}
	vectors.push({
		name: 'published example',
		sentRequestId: PUBLISHED_EXAMPLE['request-id'] ?? '',
		options: defaultSigning(),
		headers: { ...PUBLISHED_EXAMPLE },
		body: Buffer.from('{}'),
		verified: false,
	});
	return vectors;
}

/** The public key that belongs to the vectors, in each form. */
export async function vectorKeys(): Promise<PublicKeyForms> {
	return (await signingKey()).forms;
}
