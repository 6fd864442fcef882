export type PhoneResult =
	{ digits: string; problem?: undefined } | { digits?: undefined; problem: string };

const EXAMPLE = 'e.g. 380971234567';

/**
 * International digits of a phone number as people write it: `+`, leading `00`, blanks, dots,
 * brackets and dashes are removed. A number that begins with a single 0 is national and needs
 * `defaultCountry` (calling code, digits).
 */
export function normalizePhone(input: string, defaultCountry?: string): PhoneResult {
	const trimmed = input.trim();
	if (trimmed === '') return { problem: `is empty; it needs 11 to 15 digits, ${EXAMPLE}` };
	if (/^\d+([.,]\d+)?e\+?\d+$/i.test(trimmed)) {
		return {
			problem: `is in scientific notation (${trimmed}), so its last digits are lost; format the column as text`,
		};
	}
	const compact = trimmed.replace(/^tel:/i, '').replace(/[\s().\-\u2010-\u2015\u00a0/]/g, '');
	if (!/^\+?\d+$/.test(compact)) {
		return { problem: `needs 11 to 15 digits, ${EXAMPLE}; "${trimmed}" holds other characters` };
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
	if (digits.length < 11 || digits.length > 15 || digits.startsWith('0')) {
		return {
			problem: `needs 11 to 15 digits, ${EXAMPLE}; "${trimmed}" has ${digits.length}`,
		};
	}
	return { digits };
}
