/** A plain file name out of text from outside. */
export function plainName(text: string | undefined): string | undefined {
	const last = text?.split(/[\\/]/).at(-1) ?? '';
	const name = last.replace(/[^\p{L}\p{N}._ ()-]/gu, '_').trim();
	return /[\p{L}\p{N}]/u.test(name) ? name.slice(-120) : undefined;
}

/** Percent-encoded text as it was meant; as it is where it cannot be decoded. */
export function decoded(text: string | undefined): string | undefined {
	try {
		return text === undefined ? undefined : decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The file name in a Content-Disposition header, the encoded one first (RFC 6266). */
export function dispositionName(disposition = ''): string | undefined {
	const encoded = /filename\*\s*=\s*[\w-]+'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
	const given = /filename\s*=\s*"?([^";]+)"?/i.exec(disposition)?.[1];
	return plainName(decoded(encoded) ?? given);
}
