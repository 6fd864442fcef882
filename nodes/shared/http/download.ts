import type { BinaryHelperFunctions } from 'n8n-workflow';

import type { EgressFilter } from './egress';
import { assertAllowed } from './egress';
import { CallError, CancelledError } from './errors';
import { codeOf, REASONS } from './failures';
import { decoded, dispositionName, plainName } from './fileNames';
import { dispatcherFor } from './pools';
import { encodeForm } from './request';
import { DEFAULT_RETRY, nextDelay, parseRetryAfter } from './retry';
import { settle } from './settle';
import { decompressed, flatHeaders, redirectTarget } from './transport';
import { orCancelled, wait } from './wait';

/** What `prepareBinaryData` takes: a stream, or a buffer where the file came compressed. */
type FileContent = Parameters<BinaryHelperFunctions['prepareBinaryData']>[0];

/** A file on its way. Its content can be read once and must be read before the callback ends. */
export interface Download {
	readonly content: FileContent;
	/** From Content-Disposition or the address; a plain name without folders. */
	readonly fileName?: string;
	/** Undefined where the server only says that it is some file. */
	readonly mimeType?: string;
	readonly headers: Readonly<Record<string, string>>;
}

export interface DownloadOptions {
	/** What is downloaded, as the beginning of an error message, e.g. `The attachment "a.jpg"`. */
	readonly name: string;
	/** Longest time for one try from start to end, in milliseconds. */
	readonly timeoutMs: number;
	/** Point in time after which nothing is tried any more. */
	readonly until?: number;
	/** Largest file that is accepted, in bytes, also after decompression. */
	readonly maxBytes: number;
	readonly egress?: EgressFilter;
	readonly signal?: AbortSignal;
	/** Credentials and the like; they stay with the origin of the address. */
	readonly headers?: Readonly<Record<string, string>>;
	/** Asked for by POST with these fields; like the headers they stay with the origin. */
	readonly form?: Readonly<Record<string, string>>;
	/** Whether an address may be asked, also one to which the file has moved. */
	allows?(url: URL): boolean;
	readonly attempts?: number;
}

const ATTEMPTS = 3;
const MAX_REDIRECTS = 5;
const BLOCKED_HINT =
	'The file lies, or was moved, where this n8n may not go. Its administrator can allow the host in the SSRF protection settings (N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES).';
const MB = 1024 * 1024;

function failure(name: string, why: string, more: ConstructorParameters<typeof CallError>[1] = {}) {
	return new CallError(`${name} could not be downloaded: ${why}`, more);
}

function tooLarge({ name, maxBytes }: DownloadOptions): CallError {
	return failure(name, `it is larger than ${Math.floor((maxBytes / MB) * 10) / 10} MB`);
}

function fileNameOf(headers: Readonly<Record<string, string>>, url: URL): string | undefined {
	return dispositionName(headers['content-disposition']) ?? plainName(decoded(url.pathname));
}

function mimeTypeOf(headers: Readonly<Record<string, string>>): string | undefined {
	const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
	return type && !/^(application|binary)\/octet-stream$/.test(type) ? type : undefined;
}

function statusFailure(
	{ name }: DownloadOptions,
	status: number,
	headers: Record<string, string>,
): CallError {
	return failure(name, `the server answered with HTTP ${status}`, {
		httpStatus: status,
		transient: status >= 500 || status === 408 || status === 429,
		retryAfterMs: parseRetryAfter(headers['retry-after']),
	});
}

type Pool = Awaited<ReturnType<typeof dispatcherFor>>;
type Response = Awaited<ReturnType<Pool['request']>>;
type Handler = Parameters<Pool['dispatch']>[1];

/** Passes an answer on, and ends it when it grows beyond the limit. */
function bounded(handler: Handler, options: DownloadOptions): Handler {
	let length = 0;
	return {
		onRequestStart: (...args) => handler.onRequestStart?.(...args),
		onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
		onResponseStart: (...args) => handler.onResponseStart?.(...args),
		onResponseData(controller, chunk) {
			length += chunk.length;
			if (length > options.maxBytes) controller.abort(tooLarge(options));
			else handler.onResponseData?.(controller, chunk);
		},
		onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
		onResponseError: (...args) => handler.onResponseError?.(...args),
	};
}

/** Follows redirects to the file; every address is checked against the policy of the instance. */
async function open(
	source: URL,
	options: DownloadOptions,
	signal: AbortSignal,
): Promise<{ url: URL; response: Response; headers: Record<string, string> }> {
	const pool = await dispatcherFor(options.egress);
	const dispatcher = pool.compose(
		(dispatch) => (request, handler) => dispatch(request, bounded(handler, options)),
	);
	let url = source;
	for (let redirects = 0; ; redirects++) {
		// What was moved is fetched from its new place by GET.
		const form = redirects === 0 && options.form ? encodeForm(options.form) : undefined;
		if (!/^https?:$/.test(url.protocol)) throw failure(options.name, 'its address is not http(s)');
		if (options.allows?.(url) === false) {
			throw failure(options.name, `files from ${url.host} are not allowed`);
		}
		await orCancelled(assertAllowed(options.egress, url, BLOCKED_HINT), signal);
		const response = await dispatcher.request({
			origin: url.origin,
			path: url.pathname + url.search,
			method: form === undefined ? 'GET' : 'POST',
			body: form,
			headers: {
				accept: '*/*',
				'accept-encoding': 'identity',
				...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
				...(url.origin === source.origin && options.headers),
			},
			signal,
			// The deadline holds for all of it.
			headersTimeout: 0,
			bodyTimeout: 0,
		});
		// Read by nobody in the end, it would be an unhandled error.
		response.body.on('error', () => undefined);
		const headers = flatHeaders(response.headers);
		const target = redirectTarget({ status: response.statusCode, headers }, url);
		if (target === undefined) return { url, response, headers };
		await response.body.dump();
		if (redirects >= MAX_REDIRECTS) throw failure(options.name, 'it is redirected too often');
		url = target;
	}
}

async function contentOf(
	{ body }: Response,
	headers: Record<string, string>,
	{ name, maxBytes }: DownloadOptions,
): Promise<FileContent> {
	const isPlain = /^(identity)?$/i.test((headers['content-encoding'] ?? '').trim());
	if (isPlain) return body;
	const bytes = new Uint8Array(await body.arrayBuffer());
	return Buffer.from(await decompressed({ status: 200, headers, bytes }, name, maxBytes));
}

interface Attempt {
	readonly options: DownloadOptions;
	readonly host: string;
	/** Whether the server or the way to it failed, and not what is done with the file. */
	readonly broken: boolean;
	readonly late: boolean;
}

function failureOf(error: unknown, { options, host, broken, late }: Attempt): Error {
	if (options.signal?.aborted) return new CancelledError();
	if (error instanceof CallError) return error;
	if (late) return failure(options.name, 'it took too long', { transient: true });
	if (!broken) return error instanceof Error ? error : new Error(String(error));
	const code = codeOf(error);
	return failure(options.name, `${host}: ${REASONS[code] ?? 'the connection broke'}`, {
		code: code || undefined,
		transient: true,
	});
}

async function attempt<T>(
	source: URL,
	options: DownloadOptions,
	keep: (file: Download) => Promise<T>,
): Promise<T> {
	const ended = new AbortController();
	let broken = true;
	let late = false;
	const rest = (options.until ?? Infinity) - Date.now();
	const giveUp = () => {
		late = !options.signal?.aborted;
		ended.abort();
	};
	const watch = new AbortController();
	options.signal?.addEventListener('abort', giveUp, { once: true });
	if (options.signal?.aborted) giveUp();
	wait(Math.max(0, Math.min(options.timeoutMs, rest)), watch.signal).then(giveUp, () => undefined);
	let response: Response | undefined;
	try {
		const opened = await open(source, options, ended.signal);
		response = opened.response;
		const { url, headers } = opened;
		const { statusCode } = response;
		if (statusCode < 200 || statusCode > 299) throw statusFailure(options, statusCode, headers);
		if (Number(headers['content-length'] ?? 0) > options.maxBytes) throw tooLarge(options);
		const content = await contentOf(response, headers, options);
		broken = false;
		response.body.once('error', () => {
			broken = true;
		});
		return await keep({
			content,
			headers,
			fileName: fileNameOf(headers, url),
			mimeType: mimeTypeOf(headers),
		});
	} catch (error) {
		throw failureOf(error, { options, host: source.host, broken, late });
	} finally {
		watch.abort();
		options.signal?.removeEventListener('abort', giveUp);
		// Nothing remains of a file that nobody has read to its end.
		response?.body.destroy();
	}
}

/**
 * Downloads a file from any address and hands it on as a stream: bounded in time and size, within
 * the outbound policy of the instance at every hop, tried again after transient failures. The
 * address may come from outside, so no message repeats more of it than its host.
 *
 * @param keep stores the file; called again when the connection breaks before its end
 * @throws CallError, CancelledError, and what `keep` throws by itself
 */
export async function download<T>(
	source: string,
	options: DownloadOptions,
	keep: (file: Download) => Promise<T>,
): Promise<T> {
	if (!URL.canParse(source)) throw failure(options.name, 'its address is not a web address');
	const policy = { ...DEFAULT_RETRY, attempts: options.attempts ?? ATTEMPTS };
	let spentMs = 0;
	for (let tries = 1; ; tries++) {
		const { value, error } = await settle(
			async () => await attempt(new URL(source), options, keep),
		);
		if (error === undefined) return value;
		if (!(error instanceof CallError) || !error.transient) throw error;
		const delay = nextDelay(error, tries, spentMs, policy);
		if (delay === undefined || Date.now() + delay > (options.until ?? Infinity)) throw error;
		spentMs += delay;
		await wait(delay, options.signal);
	}
}
