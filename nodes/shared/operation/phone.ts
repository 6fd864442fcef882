export type PhoneResult =
	{ digits: string; problem?: undefined } | { digits?: undefined; problem: string };

const EXAMPLE = 'e.g. 380971234567';
const NEEDS = `needs 11 to 15 digits, ${EXAMPLE}`;

/** Without invisible marks, "tel:", the ".0" of a spreadsheet, and a trunk zero in brackets. */
function cleaned(input: string): string {
	return input
		.replace(/\p{Cf}/gu, '')
		.trim()
		.replace(/^tel:/i, '')
		.replace(/^(\d{9,})\.0+$/, '$1')
		.replace(/^((?:\+|00)[\d\s\u00a0-]+)\(0\)/, '$1')
		.trim();
}

/**
 * International digits of a phone number as people write it: `+`, leading `00`, blanks, dots,
 * brackets and dashes are removed. A number that begins with a single 0 is national and needs
 * `defaultCountry` (calling code, digits). What could reach a stranger is refused: two numbers in
 * one, lost digits, the old national prefix 8.
 */
export function normalizePhone(input: string, defaultCountry?: string): PhoneResult {
	const source = cleaned(input);
	if (source === '') return { problem: `is empty; it ${NEEDS}` };
	if (/^\d+([.,]\d+)?e\+?\d+$/i.test(source)) {
		return {
			problem: `is in scientific notation (${source}), so its last digits are lost; format the column as text`,
		};
	}
	if (/^-|^\d{9,}[.,]\d+$/.test(source)) {
		return { problem: `${NEEDS}; "${source}" is a calculated number` };
	}
	const compact = source.replace(/[\s().\-\u2010-\u2015\u00a0]/g, '');
	if (!/^\+?\d+$/.test(compact)) {
		return { problem: `${NEEDS}; "${source}" holds other characters` };
	}
	const explicit = compact.startsWith('+') || compact.startsWith('00');
	let digits = compact.replace(/^(\+|00)/, '');
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
