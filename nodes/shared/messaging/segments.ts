/** GSM 03.38 default alphabet, and the extension whose characters take two places. */
const GSM_BASIC = new Set(
	'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_EXTENDED = new Set('\f^{}\\[~]|€');

export interface SmsSize {
	readonly encoding: 'GSM-7' | 'UCS-2';
	/** Parts that the text travels in, each billed. */
	readonly segments: number;
	/** Places taken: septets of GSM-7, 16-bit units of UCS-2. */
	readonly length: number;
}

function gsmLength(text: string): number | undefined {
	let length = 0;
	for (const character of text) {
		if (GSM_BASIC.has(character)) length += 1;
		else if (GSM_EXTENDED.has(character)) length += 2;
		else return undefined;
	}
	return length;
}

/** Parts needed when a unit that takes two places may not be torn apart. */
function countParts(units: readonly number[], single: number, multi: number): number {
	const total = units.reduce((sum, unit) => sum + unit, 0);
	if (total <= single) return 1;
	let parts = 1;
	let used = 0;
	for (const unit of units) {
		if (used + unit > multi) {
			parts += 1;
			used = 0;
		}
		used += unit;
	}
	return parts;
}

/** Encoding and number of parts of an SMS: 160/153 septets, or 70/67 UTF-16 units, per part. */
export function smsSize(text: string): SmsSize {
	const characters = Array.from(text);
	const length = gsmLength(text);
	if (length === undefined) {
		const units = characters.map((character) => character.length);
		return { encoding: 'UCS-2', segments: countParts(units, 70, 67), length: text.length };
	}
	const units = characters.map((character) => (GSM_EXTENDED.has(character) ? 2 : 1));
	return { encoding: 'GSM-7', segments: countParts(units, 160, 153), length };
}
