/**
 * What repeating a request costs; decides what may be retried (docs/ARCHITECTURE.md, "Retries").
 * `once` costs nothing, but twice is not the same as once, as with a toggle.
 */
export type Safety = 'read' | 'idempotent' | 'once' | 'spends';

export type Scalar = string | number | boolean;

export interface FilePart {
	readonly bytes: Uint8Array;
	readonly fileName: string;
	readonly mimeType: string;
}

/**
 * A long list inside a JSON object that is never there as a whole: its rows are written into the
 * request one after the other.
 */
export interface RowSource {
	/** Key of the list in the object. */
	readonly key: string;
	/** The rows, from the first one on, as often as it is called. */
	rows(): Iterable<unknown>;
}

export type RequestBody =
	| { readonly kind: 'json'; readonly value: unknown; readonly rows?: RowSource }
	| { readonly kind: 'form'; readonly fields: Readonly<Record<string, Scalar | undefined>> }
	| {
			readonly kind: 'multipart';
			readonly fields: Readonly<Record<string, Scalar | FilePart | undefined>>;
	  };

/** A body that is sent as it is. */
export interface RawBody {
	readonly content: string | Uint8Array;
	readonly mimeType: string;
}

/** One request in the provider's terms; the client turns it into bytes. */
export interface ApiRequest {
	readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path on the provider's host, beginning with a slash. */
	readonly path: string;
	/** Which of the provider's hosts, where it has several. */
	readonly host?: string;
	readonly query?: Readonly<Record<string, Scalar | undefined>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: RequestBody;
	/** In place of `body`. */
	readonly raw?: RawBody;
	readonly safety: Safety;
	/** Which session carries it, where one credential has several, e.g. one for each channel. */
	readonly scope?: string;
	/** Sent without a session, e.g. because it asks for one. */
	readonly anonymous?: boolean;
	/** What the user wants to be done with it beyond sending, in words of the dialect (`Dialect.attempt`). */
	readonly terms?: Readonly<Record<string, string>>;
}

/** A complete answer: the body is read to its end and decompressed. */
export interface Reply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly bytes: Uint8Array;
	/** The body as it travelled, where it was compressed. */
	readonly encoded?: Uint8Array;
	/** What the dialect has found out about it (`Dialect.attempt`). */
	readonly notes?: Readonly<Record<string, unknown>>;
	/** Origin and path that answered, without the query. */
	readonly source: string;
}

function definedEntries<T>(record: Readonly<Record<string, T | undefined>>): Array<[string, T]> {
	return Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined);
}

/** Query or form text. Undefined values are left out; empty ones are sent. */
export function encodeForm(fields: Readonly<Record<string, Scalar | undefined>>): string {
	return new URLSearchParams(
		definedEntries(fields).map(([key, value]): [string, string] => [key, String(value)]),
	).toString();
}

function isFile(value: Scalar | FilePart): value is FilePart {
	return typeof value === 'object';
}

/** Fields and files of a multipart body, undefined ones left out. */
export function multipartEntries(
	fields: Readonly<Record<string, Scalar | FilePart | undefined>>,
): Array<{ name: string; text?: string; file?: FilePart }> {
	return definedEntries(fields).map(([name, value]) =>
		isFile(value) ? { name, file: value } : { name, text: String(value) },
	);
}

function charsetOf(contentType: string): string {
	return /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
}

/**
 * Text of an answer in the charset that it names, UTF-8 when it names none or one that does not
 * exist. Bytes that are not valid in that charset are read as Windows-1252 (a superset of
 * ISO-8859-1), which older gateways send under a UTF-8 label.
 */
export function decodeText(reply: Pick<Reply, 'bytes' | 'headers'>): string {
	const named = charsetOf(reply.headers['content-type'] ?? '');
	for (const charset of [named, 'utf-8']) {
		try {
			return new TextDecoder(charset, { fatal: true }).decode(reply.bytes);
		} catch {
			continue;
		}
	}
	return new TextDecoder('windows-1252').decode(reply.bytes);
}
