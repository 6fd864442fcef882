import type { IDataObject } from 'n8n-workflow';

import { dispositionName } from '../../shared/http/fileNames';
import type { Reply } from '../../shared/http/request';
import { text } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import type { Outcome } from '../../shared/operation/operation';
import { functionOf, readEnvelope, readJson, refusal, unreadable } from '../api';

export const downloadFields = {
	binaryPropertyName: text(OUTPUT_FIELD),
};

const EXTENSIONS: Readonly<Record<string, string>> = {
	'audio/mpeg': 'mp3',
	'audio/x-wav': 'wav',
	'audio/wav': 'wav',
	'audio/ogg': 'ogg',
};

/** JSON under the type of a web page or of a file: PHP says so unless it is told otherwise. */
function isEnvelope(reply: Reply): boolean {
	if (reply.bytes.length > 100_000 || reply.bytes.at(0) !== '{'.charCodeAt(0)) return false;
	try {
		return 'return' in readJson(reply);
	} catch {
		return false;
	}
}

/** `PlayAudioFile`: a file, or JSON on error (velip.md §4, §7.4). */
export function readDownload(reply: Reply, identity: IDataObject, field = 'data'): Outcome[] {
	const mimeType = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
	if (mimeType.includes('json') || isEnvelope(reply)) {
		throw refusal(functionOf(reply.source), readEnvelope(reply), reply.status);
	}
	if (mimeType.startsWith('text/html')) throw unreadable('a web page');
	if (reply.bytes.length === 0) throw unreadable('nothing');
	const fallback = `${String(Object.values(identity)[0] ?? 'audio')}.${EXTENSIONS[mimeType] ?? 'bin'}`;
	const fileName = dispositionName(reply.headers['content-disposition']) ?? fallback;
	const data = { ...identity, fileName, mimeType, fileSize: reply.bytes.length };
	return [{ raw: data, data, file: { field, part: { bytes: reply.bytes, fileName, mimeType } } }];
}
