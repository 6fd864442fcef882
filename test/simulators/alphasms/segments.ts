const GSM_BASIC =
	'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
	'¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_EXTENSION = '\f^{}\\[~]|€';

const septets = new Map<string, number>();
for (const character of GSM_BASIC) septets.set(character, 1);
for (const character of GSM_EXTENSION) septets.set(character, 2);

/**
 * Number of SMS parts: 160 characters of the GSM alphabet or 70 others in one part, 153 or 67 per part when split
 * (alphasms.md section 3.1, "Text length"). A character is never cut in two: an extension character or a surrogate pair
 * that does not fit moves to the next part.
 */
export function countParts(text: string): number {
	const widths: number[] = [];
	let total = 0;
	let gsm = true;
	for (const character of text) {
		const width = septets.get(character);
		if (width === undefined) {
			gsm = false;
			break;
		}
		widths.push(width);
		total += width;
	}
	if (gsm) return total <= 160 ? 1 : pack(widths, 153);
	if (text.length <= 70) return 1;
	return pack(
		[...text].map((character) => character.length),
		67,
	);
}

function pack(widths: number[], size: number): number {
	let parts = 1;
	let used = 0;
	for (const width of widths) {
		if (used + width > size) {
			parts++;
			used = 0;
		}
		used += width;
	}
	return parts;
}
