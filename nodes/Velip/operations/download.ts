import type { IDataObject } from 'n8n-workflow';

import type { Reply } from '../../shared/http/request';
import { text } from '../../shared/operation/field';
import type { Outcome } from '../../shared/operation/operation';
import { functionOf, readEnvelope, readJson, refusal, unreadable } from '../api';

export const downloadFields = {
	binaryPropertyName: text({
		displayName: 'Put Output File in Field',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
		description: 'Binary field of the output item that gets the file',
	}),
};

const EXTENSIONS: Readonly<Record<string, string>> = {
	'audio/mpeg': 'mp3',
	'audio/x-wav': 'wav',
	'audio/wav': 'wav',
	'audio/ogg': 'ogg',
};

/** The last part of the name in Content-Disposition, which is text from outside. */
function nameOf(disposition: string): string | undefined {
	const given = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
	const name = given
		?.split(/[\\/]/)
		.at(-1)
		?.replace(/[^\p{L}\p{N}._ -]/gu, '_')
		.trim();
	return name ? name.slice(0, 120) : undefined;
}

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
	const fileName = nameOf(reply.headers['content-disposition'] ?? '') ?? fallback;
	const data = { ...identity, fileName, mimeType, fileSize: reply.bytes.length };
	return [{ raw: data, data, file: { field, part: { bytes: reply.bytes, fileName, mimeType } } }];
}
