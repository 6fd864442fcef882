import { createHash } from 'node:crypto';

/** How a callback is signed: as the page says, or in one of the ways a receiver must refuse. */
export const SIGNATURE_KINDS = [
	'valid',
	'missing',
	'tampered',
	'otherSalt',
	'otherToken',
	'otherEvent',
	'withoutEventId',
	'empty',
] as const;

export type SignatureKind = (typeof SIGNATURE_KINDS)[number];

/** Spellings a receiver should take (§6.2: "verify tolerantly"). */
export const SIGNATURE_FORMS = ['lower', 'upper', 'scheme'] as const;

export type SignatureForm = (typeof SIGNATURE_FORMS)[number];

/** MD5 of `salt:token:event_id`, without the last part for the URL check (§6.1, §6.2). */
export function sign(salt: string, token: string, eventId?: string): string {
	const parts = eventId === undefined ? [salt, token] : [salt, token, eventId];
	return createHash('md5').update(parts.join(':'), 'utf8').digest('hex');
}

/** The `Authorization` header of a callback; undefined for none. */
export function authorization(
	key: { salt: string; token: string; eventId?: string },
	kind: SignatureKind,
	form: SignatureForm,
): string | undefined {
	if (kind === 'missing') return undefined;
	if (kind === 'empty') return '';
	const hex = signatureOf(key, kind);
	if (form === 'upper') return hex.toUpperCase();
	return form === 'scheme' ? `MD5 ${hex}` : hex;
}

function signatureOf(
	{ salt, token, eventId }: { salt: string; token: string; eventId?: string },
	kind: SignatureKind,
): string {
	if (kind === 'otherSalt') return sign(`${salt}x`, token, eventId);
	if (kind === 'otherToken') return sign(salt, `${token}x`, eventId);
	if (kind === 'otherEvent') return sign(salt, token, `${eventId ?? ''}x`);
	if (kind === 'withoutEventId') return sign(salt, token);
	const hex = sign(salt, token, eventId);
	return kind === 'tampered' ? `${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}` : hex;
}
