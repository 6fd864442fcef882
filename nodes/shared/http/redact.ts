const MAX_TEXT = 500;
const MAX_DEPTH = 500;

/** A text, number or flag from outside as text; empty for anything else, which has none. */
export function asText(value: unknown): string {
	return typeof value === 'object' || value === undefined ? '' : String(value);
}

/** Text without control characters, and without those that cannot be seen or change the direction. */
export function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/\p{Cf}/gu, '');
}

const formsOf = new Map<string, readonly string[]>();

/** A secret as it stands in plain text, URLs, forms and JSON (also PHP's). */
function secretForms(secret: string): readonly string[] {
	const known = formsOf.get(secret);
	if (known !== undefined) return known;
	const json = JSON.stringify(secret).slice(1, -1);
	const form = new URLSearchParams([['', secret]]).toString().slice(1);
	const php = json.replaceAll('/', '\\/');
	const all = [secret, encodeURIComponent(secret), form, json, php, oneLine(secret)];
	const forms = secret.length < 4 ? [] : [...new Set(all)].filter(({ length }) => length >= 4);
	if (formsOf.size > 100) formsOf.clear();
	formsOf.set(secret, forms);
	return forms;
}

/** Puts `[hidden]` in place of every secret, also where it stands URL- or JSON-encoded. */
export function redact(text: string, secrets: readonly string[]): string {
	let clean = text;
	for (const secret of secrets) {
		for (const form of secretForms(secret)) {
			if (clean.includes(form)) clean = clean.replaceAll(form, '[hidden]');
		}
	}
	return clean;
}

/**
 * Text from outside, fit for an error message: one line, no control or direction-changing
 * characters, no secrets, at most 500 characters.
 */
export function presentable(text: string, secrets: readonly string[] = []): string {
	const line = oneLine(redact(text, secrets)).trim();
	const characters = Array.from(line.slice(0, MAX_TEXT * 2 + 2));
	return characters.length > MAX_TEXT ? `${characters.slice(0, MAX_TEXT).join('')}…` : line;
}

/**
 * Whether a secret is so short, or so much of a number, that it also stands in phone numbers and
 * IDs by chance. Inside of data it could not be told from those.
 */
function isCommon(secret: string): boolean {
	const isMixed = /\d/.test(secret) && /\D/.test(secret);
	return /^\d+$/.test(secret) || secret.length < (isMixed ? 6 : 8);
}

function redactData(text: string, secrets: readonly string[]): string {
	if (secrets.includes(text) && text.length >= 4) return '[hidden]';
	return redact(
		text,
		secrets.filter((secret) => !isCommon(secret)),
	);
}

/**
 * A copy of `value` in which no text and no key holds a secret, cut off where it is too deep.
 * Short passwords and those of digits only are hidden where they stand alone.
 */
export function redactDeep(value: unknown, secrets: readonly string[], depth = 0): unknown {
	if (typeof value === 'string') return redactData(value, secrets);
	if (value === null || typeof value !== 'object') return value;
	// Deeper than any real answer; n8n could neither save nor show it.
	if (depth >= MAX_DEPTH) return '[nested too deeply]';
	if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, secrets, depth + 1));
	if (!ArrayBuffer.isView(value)) {
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				redactData(key, secrets),
				redactDeep(entry, secrets, depth + 1),
			]),
		);
	}
	return value;
}
