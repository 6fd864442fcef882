import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { isRecord, unreadableAnswer } from '../../shared/http/json';
import type { ApiRequest, FilePart, RawBody, Reply, RequestBody } from '../../shared/http/request';
import { decodeText } from '../../shared/http/request';
import type { Params } from '../../shared/operation/field';
import { choice, json, list, text } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import type { Call, Outcome } from '../../shared/operation/operation';
import { certainRefusal } from '../api';
import { NAME } from '../connection';
import { bodyOf, paramsOf } from './base';

const nameRule = { test: /^[\x21-\x7e]{1,200}$/, message: 'may hold no blanks' };

const pairs = (displayName: string, addLabel: string, description: string, additional: boolean) =>
	list({
		displayName,
		...(additional && { additional }),
		addLabel,
		entryLabel: displayName,
		description,
		entry: {
			name: text({
				displayName: 'Name',
				required: true,
				placeholder: 'e.g. page',
				pattern: nameRule,
				description: 'Name as in the manual of Voicemod',
			}),
			value: text({ displayName: 'Value', placeholder: 'e.g. 1', description: 'Its value' }),
		},
	});

const formShow = { bodyType: ['form', 'multipart'] };

/** The fields of a request of one's own (voicemod.md §A.8, §E.1). */
export const freeFields = {
	method: choice({
		displayName: 'Method',
		default: 'GET',
		options: [
			{ name: 'DELETE', value: 'DELETE', description: 'Removes' },
			{ name: 'GET', value: 'GET', description: 'Reads' },
			{ name: 'PATCH', value: 'PATCH', description: 'Changes a part' },
			{ name: 'POST', value: 'POST', description: 'Creates' },
			{ name: 'PUT', value: 'PUT', description: 'Replaces' },
			{ name: 'UPDATE', value: 'UPDATE', description: 'As Voicemod calls it; sent as PUT' },
		],
		description: 'What is done. Everything but GET counts as something that may cost money.',
	}),
	bodyType: choice({
		displayName: 'Body',
		default: 'none',
		show: { method: ['DELETE', 'PATCH', 'POST', 'PUT', 'UPDATE'] },
		options: [
			{ name: 'Form', value: 'form', description: 'URL-encoded' },
			{ name: 'Form With File', value: 'multipart', description: 'Multipart' },
			{ name: 'JSON', value: 'json' },
			{ name: 'None', value: 'none' },
			{ name: 'Text', value: 'raw', description: 'In a content type of your own' },
		],
		description: 'What is sent with the request',
	}),
	jsonBody: json({
		displayName: 'JSON Body',
		required: true,
		default: '{}',
		show: { bodyType: ['json'] },
		description: 'Object or list that is sent',
	}),
	formFields: {
		...pairs('Form Fields', 'Add Field', 'Fields of the form', false),
		show: formShow,
	},
	fileFieldName: text({
		displayName: 'File Field',
		show: { bodyType: ['multipart'] },
		placeholder: 'e.g. audioFile',
		description: 'Name of the file in the form; no file is sent unless given',
	}),
	inputPropertyName: text({
		displayName: 'Input Data Field Name',
		default: 'data',
		show: { bodyType: ['multipart'] },
		placeholder: 'e.g. data',
		hint: 'The name of the input field containing the binary file data to be processed',
		description: 'Binary field of the input item that holds the file',
	}),
	rawBody: text({
		displayName: 'Text',
		rows: 6,
		show: { bodyType: ['raw'] },
		description: 'Sent as it is, in UTF-8',
	}),
	contentType: text({
		displayName: 'Content Type',
		default: 'text/plain; charset=utf-8',
		show: { bodyType: ['raw'] },
		pattern: { test: /^[\x20-\x7e]{3,200}$/, message: 'is not a content type' },
		placeholder: 'e.g. application/xml',
		description: 'Type of the text',
	}),
	query: pairs(
		'Query Parameters',
		'Add Parameter',
		'Added to the address behind a question mark',
		true,
	),
	headers: pairs(
		'Headers',
		'Add Header',
		'Further headers; those of the credential are added by itself',
		true,
	),
	answer: choice({
		displayName: 'Answer',
		default: 'json',
		options: [
			{ name: 'File', value: 'file', description: 'Into a binary field' },
			{ name: 'JSON or Text', value: 'json' },
		],
		description: 'What Voicemod answers with',
	}),
	outputPropertyName: text({ ...OUTPUT_FIELD, show: { answer: ['file'] } }),
};

export type FreeParams = Params<typeof freeFields>;

/** Headers that the credential, the options and the transport set. */
const HELD = [
	'authorization',
	'connection',
	'content-length',
	'content-type',
	'cookie',
	'expect',
	'host',
	'keep-alive',
	'request-id',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
	'x-api-key',
];

/** What has a name once only: of two values one would be lost. */
function assertNamedOnce(label: string, entries: ReadonlyArray<{ name: string }> = []): void {
	const names = entries.map(({ name }) => name);
	const twice = names.find((name, index) => names.indexOf(name) < index);
	if (twice === undefined) return;
	throw new ParameterError(
		`"${label}" names ${twice} twice`,
		'Of two values one would be lost. A query that repeats a name can be written behind the path.',
	);
}

/** Rules across the fields. Throws `ParameterError`. */
export function prepareFree<P extends FreeParams>(params: P): P {
	assertNamedOnce('Query Parameters', params.query);
	assertNamedOnce('Form Fields', params.formFields);
	const lower = params.headers?.map(({ name }) => ({ name: name.toLowerCase() }));
	assertNamedOnce('Headers', lower);
	for (const { name, value = '' } of params.headers ?? []) {
		if (HELD.includes(name.toLowerCase())) {
			throw new ParameterError(
				`"Headers" may not hold ${name}`,
				'Credential, request ID and content type have fields of their own.',
			);
		}
		if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
		throw new ParameterError(`"Headers": ${name} has characters that a header cannot hold`);
	}
	// The file is needed only when the form shall have one.
	return params.fileFieldName === undefined ? { ...params, inputPropertyName: undefined } : params;
}

function record(entries: ReadonlyArray<{ name: string; value?: string }> = []) {
	return Object.fromEntries(entries.map(({ name, value = '' }) => [name, value]));
}

function bodyFor(
	params: FreeParams,
	file: FilePart | undefined,
): { body?: RequestBody; raw?: RawBody } {
	switch (params.bodyType) {
		case 'json':
			return { body: { kind: 'json', value: params.jsonBody } };
		case 'form':
			return { body: { kind: 'form', fields: record(params.formFields) } };
		case 'multipart': {
			const named = params.fileFieldName !== undefined && { [params.fileFieldName]: file };
			return { body: { kind: 'multipart', fields: { ...record(params.formFields), ...named } } };
		}
		case 'raw':
			return {
				raw: {
					content: params.rawBody ?? '',
					mimeType: params.contentType ?? 'text/plain; charset=utf-8',
				},
			};
		default:
			return {};
	}
}

/** UPDATE is what Voicemod calls PUT (§A.1). */
export function freeRequest<P extends FreeParams>(
	calls: ReadonlyArray<Call<P>>,
	place: Pick<ApiRequest, 'host' | 'path'>,
): ApiRequest {
	const params: FreeParams = paramsOf(calls as ReadonlyArray<Call<FreeParams>>);
	const file = calls[0]?.files?.inputPropertyName;
	const { method } = params;
	const query = record(params.query);
	return {
		method: method === 'UPDATE' ? 'PUT' : method,
		...place,
		...(Object.keys(query).length > 0 && { query: { ...queryOf(place.path), ...query } }),
		headers: record(params.headers),
		...bodyFor(params, file),
		safety: method === 'GET' ? 'read' : 'spends',
	};
}

/** What stands behind the question mark of a path, so that further parameters do not replace it. */
function queryOf(path: string): Record<string, string> {
	const mark = path.indexOf('?');
	return mark < 0 ? {} : Object.fromEntries(new URLSearchParams(path.slice(mark + 1)));
}

function readFile(reply: Reply, field: string): Outcome {
	const { bytes, headers } = reply;
	const mimeType =
		(headers['content-type'] ?? '').split(';')[0]?.trim() || 'application/octet-stream';
	const last = reply.source.split('/').at(-1) ?? '';
	const fileName = last.replace(/[^\w.-]/g, '_') || 'file';
	const data = { fileName, mimeType, fileSize: bytes.length };
	return { raw: data, data, file: { field, part: { bytes, fileName, mimeType } } };
}

/**
 * Broken JSON, or nothing at all where JSON was announced: what became of the request is open. An
 * answer of 201, 202 or 204 has said enough by its status.
 */
function assertWhole(reply: Reply, body: unknown): void {
	if (!/[/+]json\b/i.test(reply.headers['content-type'] ?? '')) return;
	if (reply.bytes.length === 0 && reply.status === 200) throw unreadableAnswer(NAME, 'nothing');
	// Text that could not be parsed is given back as it was.
	if (typeof body === 'string' && body === decodeText(reply)) {
		throw unreadableAnswer(NAME, 'broken or cut-off text');
	}
}

/** 204 has no body; a list becomes items; text is text (§A.1). */
export function readFree<P extends FreeParams>(
	reply: Reply,
	[call]: ReadonlyArray<Call<P>>,
): Outcome[] {
	const { answer, outputPropertyName = 'data' }: Partial<FreeParams> = call?.params ?? {};
	const body = bodyOf(reply);
	assertWhole(reply, body);
	if (reply.bytes.length === 0) return [{ raw: { success: true }, data: { success: true } }];
	const refused = certainRefusal(reply, body);
	if (refused !== undefined) throw refused;
	if (answer === 'file') return [readFile(reply, outputPropertyName)];
	if (isRecord(body)) return [{ raw: body as IDataObject, data: body as IDataObject }];
	if (Array.isArray(body)) {
		const rows = body.map((row: unknown) => (isRecord(row) ? row : { data: row })) as IDataObject[];
		return [{ raw: { data: rows }, data: rows }];
	}
	if (typeof body === 'string' && /^\s*<(!doctype|html)/i.test(body)) {
		throw unreadableAnswer(NAME, 'a web page');
	}
	const data = { data: body } as IDataObject;
	return [{ raw: data, data }];
}

/** A path below a base: no way up, no other host. */
export function relativePath(path: string | undefined): string {
	const trimmed = (path ?? '').replace(/^\/+/, '');
	let plain: string;
	try {
		plain = decodeURIComponent(trimmed.split('?')[0] ?? '');
	} catch {
		plain = '..';
	}
	if (/(^|[\\/])\.\.?([\\/]|$)|\\/.test(plain)) {
		throw new ParameterError('"Path" may not hold . or .. as a part, nor backslashes');
	}
	return trimmed === '' ? '' : `/${trimmed}`;
}
