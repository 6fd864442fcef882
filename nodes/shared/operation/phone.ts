export type PhoneResult =
	{ digits: string; problem?: undefined } | { digits?: undefined; problem: string };

export type CompactPhone =
	{ compact: string; problem?: undefined } | { compact?: undefined; problem: string };

const EXAMPLE = 'e.g. 380971234567';
const NEEDS = `needs 11 to 15 digits, ${EXAMPLE}`;

/** Without invisible marks, "tel:", the ".0" of a spreadsheet, and a trunk zero in brackets. */
function cleaned(input: string): string {
	return input
		.replace(/\p{Cf}/gu, '')
		.trim()
		.replace(/^tel:/i, '')
		.replace(/^(\+?\d{9,})\.0+$/, '$1')
		.replace(/^((?:\+|00)[\d\s\u00a0-]+)\(0\)/, '$1')
		.trim();
}

/**
 * A phone number without what does not count: digits, maybe after a plus, which also stands for a
 * leading `00`. Blanks, dots, brackets and dashes are removed. What could reach a stranger is
 * refused: two numbers in one, calculated numbers, lost digits.
 *
 * @param needs what is wanted, for the message
 */
export function compactPhone(input: string, needs: string): CompactPhone {
	const source = cleaned(input);
	if (source === '') return { problem: `is empty; it ${needs}` };
	if (/^\d+([.,]\d+)?e\+?\d+$/i.test(source)) {
		return {
			problem: `is in scientific notation (${source}), so its last digits are lost; format the column as text`,
		};
	}
	if (/^-|^\+?\d{9,}[.,]\d+$|^\d+[.,]\d{1,2}$|[.,]\d$/.test(source)) {
		return { problem: `${needs}; "${source}" is a calculated number` };
	}
	const compact = source.replace(/[\s().\-\u2010-\u2015\u00a0]/g, '').replace(/^00/, '+');
	if (!/^\+?\d+$/.test(compact)) return { problem: `${needs}; "${source}" holds other characters` };
	return { compact };
}

/**
 * International digits of a phone number as people write it: `+`, leading `00`, blanks, dots,
 * brackets and dashes are removed. A number that begins with a single 0 is national and needs
 * `defaultCountry` (calling code, digits). What could reach a stranger is refused: two numbers in
 * one, lost digits, the old national prefix 8.
 */
export function normalizePhone(input: string, defaultCountry?: string): PhoneResult {
	const { compact, problem } = compactPhone(input, NEEDS);
	if (problem !== undefined) return { problem };
	const source = input.trim();
	const explicit = compact.startsWith('+');
	let digits = compact.replace('+', '');
	if (!explicit && digits.startsWith('0')) {
		const country = defaultCountry?.replace(/\D/g, '');
		if (!country) {
			return {
				problem: `begins with 0, so it is a national number; write it with the country code, ${EXAMPLE}, or set "Default Country Code" in the options`,
			};
		}
		digits = country + digits.slice(1);
	}
	if (/^8(0[1-79]|9)\d+$/.test(digits) && digits.length === 11) {
		return {
			problem: `begins with the national prefix 8 ("${source}"); write it with the country code, ${EXAMPLE}`,
		};
	}
	if (digits.length < 11 || digits.length > 15 || digits.startsWith('0')) {
		return { problem: `${NEEDS}; "${source}" has ${digits.length}` };
	}
	return { digits };
}
