import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { Outcome } from '../../shared/operation/operation';
import { NAME } from '../connection';
import { member, memberOf, readMessage } from '../messages';

const TYPES: ReadonlyArray<readonly [start: string, mimeType: string, extension: string]> = [
	['89504e47', 'image/png', 'png'],
	['ffd8ff', 'image/jpeg', 'jpg'],
	['47494638', 'image/gif', 'gif'],
	['52494646', 'image/webp', 'webp'],
];

function fileNameOf(name: string, extension: string): string {
	const plain = name.replace(/[^\p{L}\p{N} _-]+/gu, '').trim();
	return `${plain === '' ? 'image' : plain}.${extension}`;
}

/** The pictures of an answer to `getBitmap`, by their names in lower case. */
function picturesOf(answer: unknown): Record<string, string> {
	const message = readMessage(JSON.stringify(answer));
	const result = message && member(message, 'result');
	if (!isRecord(result)) return {};
	const entries = Object.entries(result).map(([name, value]) => [
		name.toLowerCase(),
		asText(value),
	]);
	return Object.fromEntries(entries.filter(([, value]) => value !== '')) as Record<string, string>;
}

/**
 * The picture that was asked for. Sounds have `image` by the schema and `default` on the wire
 * (voicemod.md §B.4), so each stands for the other.
 */
export function readImage(
	{ answer, ...rest }: IDataObject,
	wanted: string,
	field: string,
	name: unknown,
): Outcome {
	const pictures = picturesOf(answer);
	const source = memberOf(pictures, wanted, ...(wanted === 'default' ? ['image'] : []));
	const text = asText(source ?? '').replace(/^data:[^,]*,/, '');
	const bytes = Buffer.from(text, 'base64');
	if (bytes.length === 0) {
		const there = Object.keys(pictures).join(', ');
		return {
			error: new CallError(`${NAME} has no image "${wanted}" of it`, {
				hint: there === '' ? 'It has no image at all.' : `It has: ${there}.`,
			}),
		};
	}
	const start = bytes.subarray(0, 4).toString('hex');
	const [, mimeType, extension] = TYPES.find(([begin]) => start.startsWith(begin)) ?? [
		'',
		'application/octet-stream',
		'bin',
	];
	const fileName = fileNameOf(asText(name), extension);
	const data = { ...rest, image: wanted, fileName, mimeType, fileSize: bytes.length };
	return { raw: data, data, file: { field, part: { bytes, fileName, mimeType } } };
}
