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

interface Hidden {
	/** Hidden wherever they stand. */
	readonly anywhere: readonly string[];
	/** Hidden where they are the whole text. */
	readonly alone: ReadonlySet<string>;
}

function hide(text: string, { anywhere, alone }: Hidden): string {
	return alone.has(text) ? '[hidden]' : redact(text, anywhere);
}

function hideDeep(value: unknown, hidden: Hidden, depth: number): unknown {
	if (typeof value === 'string') return hide(value, hidden);
	if (value === null || typeof value !== 'object') return value;
	// Deeper than any real answer; n8n could neither save nor show it.
	if (depth >= MAX_DEPTH) return '[nested too deeply]';
	if (ArrayBuffer.isView(value)) return value;
	if (Array.isArray(value)) {
		const list: unknown[] = value.map((entry) => hideDeep(entry, hidden, depth + 1));
		return list.some((entry, index) => entry !== value[index]) ? list : value;
	}
	let changed = false;
	const entries = Object.entries(value).map(([key, entry]): [string, unknown] => {
		const clean: [string, unknown] = [hide(key, hidden), hideDeep(entry, hidden, depth + 1)];
		changed ||= clean[0] !== key || clean[1] !== entry;
		return clean;
	});
	return changed ? Object.fromEntries(entries) : value;
}

/**
 * `value` without secrets in any text or key, cut off where it is too deep. What holds none is
 * given back as it is: a long list is not copied for nothing. Short passwords and those of digits
 * only are hidden where they stand alone.
 */
export function redactDeep(value: unknown, secrets: readonly string[]): unknown {
	const common = secrets.filter(isCommon);
	const hidden = {
		anywhere: secrets.filter((secret) => !isCommon(secret)),
		alone: new Set(common.filter(({ length }) => length >= 4)),
	};
	return hideDeep(value, hidden, 0);
}
