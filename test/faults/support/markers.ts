/** A key that would be noticed wherever it turned up; 30 characters, as Velip's tokens have. */
export const MARKER = 'markerKey9f4c2a7e51b8d06f3a2c1';

/** One that looks different in JSON, in a form and in a URL. */
export const ENCODED_MARKER = 'm4rk/er+"k3y"&=%9f';

/** Spellings in which a text may show a secret. */
function spellings(secret: string): string[] {
	return [
		secret,
		encodeURIComponent(secret),
		new URLSearchParams({ '': secret }).toString().slice(1),
		JSON.stringify(secret).slice(1, -1),
		Buffer.from(secret).toString('base64').replace(/=+$/, ''),
		Buffer.from(secret).toString('hex'),
	];
}

/** All texts inside a value: keys too, and what JSON leaves out (stack, cause, hidden properties). */
function* textsOf(value: unknown, seen = new Set<unknown>()): Generator<string> {
	if (typeof value === 'string') yield value;
	if (typeof value !== 'object' || value === null || seen.has(value)) return;
	seen.add(value);
	if (ArrayBuffer.isView(value)) {
		yield Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
		return;
	}
	const names = [
		...Object.getOwnPropertyNames(value),
		...(value instanceof Error ? ['message', 'stack'] : []),
	];
	for (const name of names) {
		yield name;
		yield* textsOf((value as Record<string, unknown>)[name], seen);
	}
}

/** The first text in `value` that shows one of the secrets, shortened. */
export function leakOf(
	value: unknown,
	secrets: string | readonly string[] = MARKER,
): string | undefined {
	const forms = [secrets].flat().flatMap(spellings);
	for (const text of textsOf(value)) {
		const form = forms.find((candidate) => text.includes(candidate));
		if (form === undefined) continue;
		const at = text.indexOf(form);
		return text.slice(Math.max(0, at - 40), at + form.length + 40);
	}
	return undefined;
}
