import type { Dispatcher } from 'undici';

import type { EgressFilter } from './egress';
import { assertAllowed } from './egress';
import { CallError, CancelledError } from './errors';
import { failureOf } from './failures';
import { dispatcherFor, loadUndici } from './pools';
import type { ApiRequest, Reply, RowSource } from './request';
import { encodeForm, multipartEntries } from './request';
import { breathe, orCancelled } from './wait';

export interface TransportOptions {
	/** Longest time for one request from start to end of the body, in milliseconds. */
	readonly timeoutMs: number;
	/** Largest decompressed body that is accepted, in bytes. */
	readonly maxBytes: number;
	readonly egress?: EgressFilter;
	readonly signal?: AbortSignal;
}

export const DEFAULT_TIMEOUT_MS = 30_000;
export const MAX_REPLY_BYTES = 50 * 1024 * 1024;

const MAX_REDIRECTS = 5;

const CHUNK_CHARACTERS = 64 * 1024;

/** The object as JSON, its long list row by row: the request is the only copy of it. */
function encodeRows(value: unknown, { key, rows }: RowSource): Buffer {
	const head = JSON.stringify(value ?? {}).slice(0, -1);
	const chunks: Buffer[] = [];
	let text = `${head}${head === '{' ? '' : ','}${JSON.stringify(key)}:[`;
	let separator = '';
	for (const row of rows()) {
		text += separator + JSON.stringify(row);
		separator = ',';
		if (text.length < CHUNK_CHARACTERS) continue;
		chunks.push(Buffer.from(text));
		text = '';
	}
	return Buffer.concat([...chunks, Buffer.from(`${text}]}`)]);
}

type Encoded = { body?: Dispatcher.RequestOptions['body']; headers: Record<string, string> };

async function encodeBody({ raw, body }: Pick<ApiRequest, 'raw' | 'body'>): Promise<Encoded> {
	if (raw) return { body: raw.content, headers: { 'content-type': raw.mimeType } };
	switch (body?.kind) {
		case undefined:
			return { headers: {} };
		case 'json':
			return {
				body: body.rows ? encodeRows(body.value, body.rows) : JSON.stringify(body.value),
				headers: { 'content-type': 'application/json' },
			};
		case 'form':
			return {
				body: encodeForm(body.fields),
				headers: { 'content-type': 'application/x-www-form-urlencoded' },
			};
		case 'multipart': {
			const { FormData } = await loadUndici();
			const form = new FormData();
			for (const { name, text, file } of multipartEntries(body.fields)) {
				if (file === undefined) form.append(name, text ?? '');
				else form.append(name, new Blob([file.bytes], { type: file.mimeType }), file.fileName);
			}
			return { body: form, headers: {} };
		}
	}
}

export function flatHeaders(headers: Record<string, string | string[] | undefined>) {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name.toLowerCase(),
			Array.isArray(value) ? value.join(', ') : (value ?? ''),
		]),
	);
}

function tooLarge(name: string, maxBytes: number): CallError {
	const limit = Math.floor(maxBytes / (1024 * 1024));
	return new CallError(`${name} answered with more than ${limit} MB`, {
		hint: 'The answer was not read any further. Ask for less data at a time.',
		outcome: 'unknown',
	});
}

/** An answer as it came, maybe compressed. */
export interface Answer {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly bytes: Uint8Array;
}

/** Collects one answer; ends it at once when it is cancelled, too late or too large. */
class Exchange implements Dispatcher.DispatchHandler {
	/**
	 * Whether bytes of the request may have left. Before that a failure is surely harmless; after
	 * it the provider may have acted.
	 */
	sent = false;
	private status = 0;
	private headers: Record<string, string> = {};
	private readonly chunks: Buffer[] = [];
	private length = 0;
	private controller?: Dispatcher.DispatchController;
	private reason?: Error;

	constructor(
		private readonly maxBytes: number,
		private readonly name: string,
		private readonly resolve: (answer: Answer) => void,
		private readonly reject: (error: Error) => void,
	) {}

	/** Also while the connection is still being made, which undici itself would wait for. */
	abort(reason: Error): void {
		this.reason ??= reason;
		this.controller?.abort(reason);
		this.reject(reason);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.controller = controller;
		if (this.reason) controller.abort(this.reason);
		else this.sent = true;
	}

	onResponseStart(
		_controller: Dispatcher.DispatchController,
		status: number,
		headers: Record<string, string | string[] | undefined>,
	): void {
		if (status < 200) return;
		this.status = status;
		this.headers = flatHeaders(headers);
		if (Number(this.headers['content-length'] ?? 0) > this.maxBytes) {
			this.abort(tooLarge(this.name, this.maxBytes));
		}
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.length += chunk.length;
		if (this.length > this.maxBytes) this.abort(tooLarge(this.name, this.maxBytes));
		else this.chunks.push(chunk);
	}

	onResponseEnd(): void {
		const { status, headers, chunks, length } = this;
		this.resolve({ status, headers, bytes: Buffer.concat(chunks, length) });
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.reject(error);
	}
}

/** The body without its compression; the limit counts again, so a small bomb cannot fill the memory. */
export async function decompressed(
	answer: Answer,
	name: string,
	maxBytes: number,
): Promise<Uint8Array> {
	const encoding = answer.headers['content-encoding'] ?? '';
	const format = encoding.trim().toLowerCase().replace(/^x-/, '');
	if (format === '' || format === 'identity') return answer.bytes;
	if (format !== 'gzip' && format !== 'deflate') {
		throw new CallError(`${name} answered in an unknown compression (${format})`, {
			outcome: 'unknown',
		});
	}
	const chunks: Uint8Array[] = [];
	let length = 0;
	const source = new Blob([answer.bytes]).stream().pipeThrough(new DecompressionStream(format));
	for await (const chunk of source as unknown as AsyncIterable<Uint8Array>) {
		length += chunk.byteLength;
		if (length > maxBytes) throw tooLarge(name, maxBytes);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks, length);
}

interface Hop {
	readonly url: URL;
	readonly method: ApiRequest['method'];
	readonly headers: Record<string, string>;
	readonly body?: Dispatcher.RequestOptions['body'];
}

/** Hands one request to undici; the exchange that collects its answer can be aborted by `signal`. */
async function dispatch(
	hop: Hop,
	name: string,
	{ maxBytes, egress }: TransportOptions,
	signal: AbortSignal,
	onExchange: (exchange: Exchange) => void,
): Promise<Answer> {
	// The policy may have to look a name up, which can take as long as it likes.
	await orCancelled(assertAllowed(egress, hop.url), signal);
	const dispatcher = await dispatcherFor(egress);
	const { url, method, headers, body } = hop;
	return await new Promise<Answer>((resolve, reject) => {
		const exchange = new Exchange(maxBytes, name, resolve, reject);
		onExchange(exchange);
		const abort = () => exchange.abort(new CancelledError());
		signal.addEventListener('abort', abort, { once: true });
		// Cancelled while undici was loaded: the event has passed unheard.
		if (signal.aborted) return abort();
		dispatcher.dispatch(
			{
				origin: url.origin,
				path: url.pathname + url.search,
				method,
				headers,
				body,
				// The deadline of the caller holds for all of it.
				headersTimeout: 0,
				bodyTimeout: 0,
			},
			exchange,
		);
	});
}

async function oneHop(hop: Hop, name: string, options: TransportOptions): Promise<Reply> {
	const { timeoutMs, maxBytes, signal } = options;
	if (signal?.aborted) throw new CancelledError();
	const { url, method } = hop;
	const over = new AbortController();
	let late = false;
	let exchange: Exchange | undefined;
	const cancel = () => over.abort();
	const deadline = setTimeout(() => {
		late = true;
		cancel();
	}, timeoutMs);
	signal?.addEventListener('abort', cancel, { once: true });
	try {
		const answer = await dispatch(hop, name, options, over.signal, (created) => {
			exchange = created;
		});
		// undici frees the socket one turn later; a request made before that would open another one.
		await breathe();
		// Such answers have no body, whatever compression their headers name.
		const empty = method === 'HEAD' || [204, 304].includes(answer.status);
		const bytes = empty ? answer.bytes : await decompressed(answer, name, maxBytes);
		return {
			status: answer.status,
			headers: answer.headers,
			bytes,
			...(bytes !== answer.bytes && { encoded: answer.bytes }),
			source: url.origin + url.pathname,
		};
	} catch (error) {
		const sent = exchange?.sent ?? false;
		throw failureOf(error, { sent, name, url, signal, lateAfterMs: late ? timeoutMs : 0 });
	} finally {
		clearTimeout(deadline);
		signal?.removeEventListener('abort', cancel);
	}
}

export function redirectTarget(
	reply: Pick<Reply, 'status' | 'headers'>,
	from: URL,
): URL | undefined {
	const location = reply.headers.location;
	if (![301, 302, 303, 307, 308].includes(reply.status) || !location) return undefined;
	return URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

/**
 * Sends one request and reads the whole answer. GET and HEAD follow redirects within the same
 * origin; everything else, and any other origin, is an error: credentials never travel elsewhere.
 *
 * @param name the provider's name, for messages
 * @throws CallError when there is no complete answer, CancelledError when `signal` aborts
 */
export async function transmit(
	request: ApiRequest,
	origin: string,
	name: string,
	options: TransportOptions,
): Promise<Reply> {
	const base = new URL(origin);
	let url = new URL(base.pathname.replace(/\/$/, '') + request.path, base);
	if (url.origin !== base.origin) {
		throw new CallError(`The path "${request.path}" leads away from ${base.origin}`, {
			outcome: 'not_sent',
		});
	}
	if (request.query) url.search = encodeForm(request.query);
	const { body, headers } = await encodeBody(request);
	const allHeaders = {
		accept: 'application/json, */*;q=0.5',
		'accept-encoding': 'gzip, deflate',
		...headers,
		...request.headers,
	};
	const mayFollow = request.method === 'GET' || request.method === 'HEAD';

	for (let redirects = 0; ; redirects++) {
		const reply = await oneHop(
			{ url, method: request.method, headers: allHeaders, body },
			name,
			options,
		);
		const target = redirectTarget(reply, url);
		if (target === undefined) return reply;
		if (mayFollow && target.origin === url.origin && redirects < MAX_REDIRECTS) {
			url = target;
			continue;
		}
		throw new CallError(`${name} redirected the request to ${target.origin}${target.pathname}`, {
			hint: 'Redirects are not followed here, so that credentials never reach another address. Check the base URL of the credential.',
			httpStatus: reply.status,
			cause: 'configuration-invalid',
			// "Found" and "See Other" may also follow a request that was carried out.
			outcome: [302, 303].includes(reply.status) ? 'unknown' : 'refused',
		});
	}
}
