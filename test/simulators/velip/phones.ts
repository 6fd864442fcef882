/** Area codes (DDD) in use in Brazil. */
const DDD = /^(1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9])/;

/**
 * velip.md section 6.1, `setbrasil=1`: `0DDD...`, `DDD...` and `55DDD...` become `55DDD...`, and a mobile number without
 * its ninth digit gets it. Undefined when it is no Brazilian number.
 */
export function toBrazilian(digits: string): string | undefined {
	const plain = digits.replace(/^0+/, '');
	const national =
		(plain.length === 12 || plain.length === 13) && plain.startsWith('55') ? plain.slice(2) : plain;
	if (!DDD.test(national)) return undefined;
	const local = national.slice(2);
	if (local.length === 9) return local.startsWith('9') ? `55${national}` : undefined;
	if (local.length !== 8) return undefined;
	return /^[6-9]/.test(local) ? `55${national.slice(0, 2)}9${local}` : `55${national}`;
}

/** The destination of a send function: digits only; undefined when it cannot be used (section 6.1). */
export function toDestination(dest: string, setbrasil: string | undefined): string | undefined {
	if (!/^\d+$/.test(dest)) return undefined;
	if (setbrasil === '0') return dest.length >= 8 && dest.length <= 15 ? dest : undefined;
	return toBrazilian(dest);
}

/** A number of a destination list, which may be formatted, such as `11 98774-1414` (section 6.1). */
export function toListNumber(number: string): string | undefined {
	return toBrazilian(number.replace(/[\s().+-]/g, ''));
}

/** Mobile numbers have nine digits, the first of them 9; abroad nobody can tell. */
export function isMobile(number: string): boolean {
	return !number.startsWith('55') || /^55\d\d9\d{8}$/.test(number);
}

/** Section 7.2, `numtype`: country+DDD+number, `0DDD` or `DDD`; only Brazilian numbers are changed. */
export function formatNumber(number: string, numtype: string): string {
	if (!/^55\d{10,11}$/.test(number)) return number;
	if (numtype === '0DDD') return `0${number.slice(2)}`;
	return numtype === 'DDD' ? number.slice(2) : number;
}

/** Section 7.2, masking: only the last three digits stay. */
export function maskNumber(number: string): string {
	return `xxxxx${number.slice(-3)}`;
}

/** Section 7.2, masking: runs of eight and more digits in list columns. */
export function maskRuns(text: string): string {
	return text.replace(/\d{8,}/g, (run) => maskNumber(run));
}
