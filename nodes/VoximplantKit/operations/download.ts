import type { IDataObject } from 'n8n-workflow';

import { dispositionName } from '../../shared/http/fileNames';
import type { Reply } from '../../shared/http/request';
import { text } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import type { Outcome } from '../../shared/operation/operation';
import { readAnswer, unreadable } from '../api';

export const downloadFields = {
	binaryPropertyName: text(OUTPUT_FIELD),
};

const EXTENSIONS: Readonly<Record<string, string>> = {
	'text/csv': 'csv',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
	'application/vnd.ms-excel': 'xls',
	'application/zip': 'zip',
	'audio/mpeg': 'mp3',
};

const ENVELOPE = /^\s*\{\s*"(success|result|error)"\s*:/;

/** An error under the type of a file, or under none. */
function looksRefused({ bytes }: Reply): boolean {
	return ENVELOPE.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1'));
}

/** A file as the answer of a method; JSON there is an error (voximplant-kit.md §5.4, §9). */
export function readFile(
	reply: Reply,
	identity: IDataObject,
	base: string,
	field = 'data',
): Outcome[] {
	const mimeType = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
	if (mimeType.includes('json') || looksRefused(reply)) {
		readAnswer(reply);
		throw unreadable('JSON and no file, which is not what was asked for');
	}
	if (mimeType.startsWith('text/html')) throw unreadable('a web page');
	if (reply.bytes.length === 0) throw unreadable('nothing');
	const fallback = `${base}.${EXTENSIONS[mimeType] ?? 'bin'}`;
	const fileName = dispositionName(reply.headers['content-disposition']) ?? fallback;
	const data = { ...identity, fileName, mimeType, fileSize: reply.bytes.length };
	return [{ raw: data, data, file: { field, part: { bytes: reply.bytes, fileName, mimeType } } }];
}
