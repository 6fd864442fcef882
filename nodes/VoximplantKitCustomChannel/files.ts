import type { IBinaryKeyData, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { download } from '../shared/http/download';
import { egressFilterOf } from '../shared/http/egress';
import { asText, presentable } from '../shared/http/redact';
import { settle } from '../shared/http/settle';

export interface FileOptions {
	/** Largest file, in MB. */
	readonly maxFileSize?: number;
	/** Hosts from which files are taken, separated by commas; any when empty. */
	readonly fileHosts?: string;
}

const MAX_FILES = 10;
const FILE_TIMEOUT_MS = 60_000;
const ALL_TIMEOUT_MS = 120_000;
const DEFAULT_MB = 20;
const MEDIA = new Set(['photo', 'video', 'audio', 'document']);

/** Whether `host` is one of `allowed`, or belongs to one of them. */
export function isAllowedHost(host: string, allowed: string): boolean {
	const wanted = allowed
		.toLowerCase()
		.split(/[\s,;]+/)
		.map((name) => name.replace(/^\*?\./, ''))
		.filter(Boolean);
	if (wanted.length === 0) return true;
	return wanted.some((name) => host === name || host.endsWith(`.${name}`));
}

/** Text from outside, fit for a file name; n8n takes folders and type from what it is given. */
function plainName(name: string): string {
	return name.replace(/[^\p{L}\p{N}._ ()-]/gu, '_').slice(-120);
}

/**
 * Downloads the files of a message into binary fields `attachment_0`, `attachment_1`, … Their
 * addresses come from outside and the signature does not cover them, so they are bounded in number,
 * time and size, and every hop is checked against the policy of the instance. A file that cannot be
 * had is noted at its entry; the event is never lost for it.
 */
export async function fetchFiles(
	context: IWebhookFunctions,
	payload: readonly IDataObject[],
	{ maxFileSize = DEFAULT_MB, fileHosts = '' }: FileOptions,
): Promise<{ payload: IDataObject[]; binary: IBinaryKeyData }> {
	const binary: IBinaryKeyData = {};
	const result: IDataObject[] = [];
	const until = Date.now() + ALL_TIMEOUT_MS;
	let count = 0;
	for (const [index, entry] of payload.entries()) {
		const source = asText(entry.file_url ?? '');
		if (!MEDIA.has(asText(entry.type ?? '')) || source === '') {
			result.push(entry);
			continue;
		}
		if (++count > MAX_FILES) {
			result.push({ ...entry, downloadError: `Only the first ${MAX_FILES} files are downloaded` });
			continue;
		}
		const name = plainName(asText(entry.file_name ?? ''));
		const stored = await settle(
			async () =>
				await download(
					source,
					{
						name: `The attachment ${name === '' ? index : `"${name}"`}`,
						timeoutMs: FILE_TIMEOUT_MS,
						until,
						maxBytes: maxFileSize * 1024 * 1024,
						egress: egressFilterOf(context.helpers),
						allows: ({ hostname }) => isAllowedHost(hostname, fileHosts),
					},
					async ({ content, fileName, mimeType }) =>
						await context.helpers.prepareBinaryData(
							content,
							name === '' ? fileName : name,
							mimeType,
						),
				),
		);
		if (stored.error !== undefined) {
			result.push({ ...entry, downloadError: presentable(stored.error.message) });
			continue;
		}
		const field = `attachment_${index}`;
		binary[field] = stored.value;
		result.push({ ...entry, binaryField: field });
	}
	return { payload: result, binary };
}
