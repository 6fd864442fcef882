import type { IBinaryKeyData, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { download } from '../shared/http/download';
import { egressFilterOf } from '../shared/http/egress';
import { asText, presentable } from '../shared/http/redact';
import { settle } from '../shared/http/settle';

export interface FileOptions {
	/** Largest file, in MB. */
	readonly maxFileSize?: unknown;
	/** Hosts from which files are taken, separated by commas; any when empty. */
	readonly fileHosts?: unknown;
}

const MAX_FILES = 10;
const FILE_TIMEOUT_MS = 60_000;
const ALL_TIMEOUT_MS = 120_000;
const DEFAULT_MB = 20;
const MOST_MB = 200;
const NEEDS_HOSTS =
	'Files of events that are not signed are downloaded only from hosts that "File Hosts" names';
const MEDIA = new Set(['photo', 'video', 'audio', 'document']);

/** The names in `hosts`: a text with commas, or a list from an expression; whole addresses are cut down. */
function hostNames(hosts: unknown): string[] {
	const list = Array.isArray(hosts) ? hosts : [hosts];
	return list
		.flatMap((entry) =>
			asText(entry)
				.toLowerCase()
				.split(/[\s,;]+/),
		)
		.map((name) => name.replace(/^https?:\/\//, '').replace(/^(\[[^\]]*\]|[^/:]*).*$/, '$1'))
		.map((name) => name.replace(/^\*?\./, ''))
		.filter(Boolean);
}

/** Whether `host` is one of `allowed`, or belongs to one of them. */
export function isAllowedHost(host: string, allowed: unknown): boolean {
	const wanted = hostNames(allowed);
	if (wanted.length === 0) return true;
	return wanted.some((name) => host === name || host.endsWith(`.${name}`));
}

/** An expression can give anything here, and nothing may mean "without limit". */
function maxBytesOf(megabytes: unknown): number {
	const wanted = Number(asText(megabytes));
	return (wanted > 0 ? Math.min(wanted, MOST_MB) : DEFAULT_MB) * 1024 * 1024;
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
	{ maxFileSize, fileHosts }: FileOptions,
	isSigned: boolean,
): Promise<{ payload: IDataObject[]; binary: IBinaryKeyData }> {
	const binary: IBinaryKeyData = {};
	const result: IDataObject[] = [];
	const until = Date.now() + ALL_TIMEOUT_MS;
	// Everybody could make n8n ask for any address otherwise, also within its own network.
	const isForbidden = !isSigned && hostNames(fileHosts).length === 0;
	let count = 0;
	for (const [index, entry] of payload.entries()) {
		const source = asText(entry.file_url ?? '');
		if (!MEDIA.has(asText(entry.type ?? '')) || source === '') {
			result.push(entry);
			continue;
		}
		if (isForbidden) {
			result.push({ ...entry, downloadError: NEEDS_HOSTS });
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
						maxBytes: maxBytesOf(maxFileSize),
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
