import { Refusal, refusals } from './envelope';
import type { Upload } from './input';

const LIMIT = 20 * 1024 * 1024;

/** The contacts of an uploaded file, undefined without one; the field's name is an open question (voximplant-kit.md section 10). */
export function readContactFile(
	uploads: readonly Upload[],
): { fileName: string; rows: Array<Record<string, string>> } | undefined {
	const file = uploads[0];
	if (!file) return undefined;
	if (file.content.length === 0) throw refusals.state('File is empty');
	if (file.content.length > LIMIT) throw refusals.state('File is too big');
	return { fileName: file.filename, rows: parseCsv(file.content.toString('utf8')) };
}

/** Comma or semicolon, one header line, no quotes. */
function parseCsv(text: string): Array<Record<string, string>> {
	const [head = '', ...lines] = text.trim().split(/\r?\n/);
	const separator = head.includes(';') ? ';' : ',';
	const names = head.split(separator).map((name) => name.trim());
	if (!names.includes('phone') || !names.includes('UTC')) throw badFile();
	return lines.map((line) => {
		const cells = line.split(separator);
		if (cells.length !== names.length) throw badFile();
		return Object.fromEntries(names.map((name, index) => [name, cells[index]?.trim() ?? '']));
	});
}

function badFile(): Refusal {
	return refusals.state('Call list properties is invalid');
}
