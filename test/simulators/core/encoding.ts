/** Single-byte encodings a badly configured server may answer in. */
export type LegacyEncoding = 'iso-8859-1' | 'windows-1251';

const tables = new Map<LegacyEncoding, Map<string, number>>();

function tableOf(encoding: LegacyEncoding): Map<string, number> {
	const known = tables.get(encoding);
	if (known) return known;
	const table = new Map<string, number>();
	const decoder = new TextDecoder(encoding);
	for (let byte = 0; byte < 256; byte++) table.set(decoder.decode(Uint8Array.of(byte)), byte);
	tables.set(encoding, table);
	return table;
}

/** Encodes text in a single-byte encoding; characters it does not have become `?`. */
export function encodeLegacy(text: string, encoding: LegacyEncoding): Buffer {
	const table = tableOf(encoding);
	return Buffer.from([...text].map((character) => table.get(character) ?? 0x3f));
}
