import {
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	type KeyObject,
} from 'node:crypto';
import { generate } from 'selfsigned';

/** The public key in each form a user may hold (voicemod.md section A.4, row 7). */
export interface PublicKeyForms {
	/** PEM `PUBLIC KEY`. */
	spki: string;
	/** PEM `RSA PUBLIC KEY`. */
	pkcs1: string;
	/** PEM `CERTIFICATE`. */
	certificate: string;
	/** The base64 of `spki` on one line, without its frame. */
	bare: string;
	/** The same in lines of 64 characters, as it is copied from a mail. */
	bareLines: string;
}

/** A key of the provider. */
export interface SigningKey {
	privateKey: KeyObject;
	publicKey: KeyObject;
	forms: PublicKeyForms;
}

const made = new Map<string, Promise<SigningKey>>();

/**
 * An RSA key of 2048 bits. Making one takes a while, so that all simulators of a process share the key of one name;
 * `other` is the key of somebody else.
 */
export async function signingKey(name: 'own' | 'other' = 'own'): Promise<SigningKey> {
	const known = made.get(name);
	if (known) return await known;
	const key = createKey();
	made.set(name, key);
	return await key;
}

async function createKey(): Promise<SigningKey> {
	const pems = await generate([{ name: 'commonName', value: 'Voicemod simulator' }], {
		keyType: 'rsa',
		keySize: 2048,
		algorithm: 'sha256',
		notBeforeDate: new Date(Date.now() - 24 * 3600 * 1000),
	});
	const publicKey = createPublicKey(pems.cert);
	return {
		privateKey: createPrivateKey(pems.private),
		publicKey,
		forms: { ...formsOf(publicKey), certificate: pems.cert },
	};
}

function formsOf(publicKey: KeyObject): Omit<PublicKeyForms, 'certificate'> {
	const bare = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
	return {
		spki: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
		pkcs1: publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
		bare,
		bareLines: (bare.match(/.{1,64}/g) ?? []).join('\n'),
	};
}

/** A key of 512 bits, the size of the published example (section A.4, row 2). Has no certificate. */
export function shortKey(): { privateKey: KeyObject; publicKey: KeyObject; spki: string } {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 512 });
	return { privateKey, publicKey, spki: formsOf(publicKey).spki };
}
