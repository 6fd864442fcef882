import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { ApiRequest, Reply, Safety, Scalar } from '../../shared/http/request';
import type { Fields, Params } from '../../shared/operation/field';
import { list, text } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import type { Answer } from '../api';
import { formValue, methodRequest, readAnswer } from '../api';
import type { Method, MethodName } from '../catalogue';
import { methodOf } from '../catalogue';
import { asNumber, tidyRow, wireName } from '../values';

const CREDENTIAL_NAMES = ['access_token', 'domain'];

/** Parameters that the reference does not know, in operations that have known ones. */
export const extraParameters = list({
	displayName: 'Extra Parameters',
	additional: true,
	addLabel: 'Add Parameter',
	entryLabel: 'Parameter',
	description:
		'Further parameters under the names of the Kit API, sent as they are. They win over the fields above.',
	entry: {
		name: text({
			displayName: 'Name',
			required: true,
			placeholder: 'e.g. with_comments',
			pattern: { test: /^[\w-]{1,60}$/, message: 'may hold letters, digits and underscores only' },
			description: 'Name of the parameter at Kit',
		}),
		value: text({
			displayName: 'Value',
			placeholder: 'e.g. true',
			description: 'Value of the parameter; lists and objects are written as JSON',
		}),
	},
});

/** Names and values of "Extra Parameters" and of Call Method. Throws for those of the credential. */
export function namedValues(entries: unknown, label: string): Record<string, string> {
	const list_ = (entries ?? []) as Array<{ name: string; value?: string }>;
	for (const { name } of list_) assertNoCredential(name, label);
	return Object.fromEntries(list_.map(({ name, value = '' }) => [name, value]));
}

export function assertNoCredential(name: string, label: string): void {
	if (!CREDENTIAL_NAMES.includes(name)) return;
	throw new ParameterError(`"${label}" may not hold "${name}"; use the credential`);
}

/** The parameters under Kit's names, without those that are not sent. */
export function wire(
	params: Readonly<Record<string, unknown>>,
	names: readonly string[],
): Record<string, unknown> {
	return Object.fromEntries(names.map((name) => [wireName(name), params[name]]));
}

type Described<F extends Fields> = Pick<
	Operation<F>,
	'resource' | 'name' | 'displayName' | 'action' | 'description' | 'fields'
>;

type Optional<F extends Fields> = Partial<
	Pick<
		Operation<F>,
		| 'prepare'
		| 'identify'
		| 'facts'
		| 'recheck'
		| 'sends'
		| 'excuse'
		| 'until'
		| 'file'
		| 'checkFile'
	>
>;

interface Sending<F extends Fields> {
	/** Method of the catalogue, which knows version, host, path and paging. */
	readonly method: MethodName;
	/** Fields that are not sent under their own names. */
	readonly local?: ReadonlyArray<keyof F & string>;
	/** What else is sent, or instead; lists and objects become JSON text. */
	body?(params: Params<F>): Record<string, unknown>;
}

function bodyOf<F extends Fields>(spec: Described<F> & Sending<F>, params: Params<F>) {
	const local: readonly string[] = spec.local ?? [];
	const names = Object.keys(spec.fields).filter((name) => !local.includes(name));
	const { extraParameters: extra } = params as Record<string, unknown>;
	return {
		...wire(params, names),
		...spec.body?.(params),
		...namedValues(extra, 'Extra Parameters'),
	};
}

/** The parameters of the only call of a request. */
export function only<P>(calls: ReadonlyArray<{ readonly params: P }>): P {
	const [call] = calls;
	if (call === undefined) throw new ParameterError('There is no item');
	return call.params;
}

interface KitSpec<F extends Fields> extends Described<F>, Sending<F>, Optional<F> {
	/** What repeating costs; needed unless the catalogue says that the method reads. */
	readonly safety?: Safety;
	/** The raw result without what must not be shown. */
	strip?(result: unknown): unknown;
	/** Output of Simplify. Unless given: rows or the object tidied, `{ success: true }` for `true`. */
	simplify?(result: unknown, params: Params<F>, answer: Answer): IDataObject | IDataObject[];
}

/** What Simplify gives for any `result`. */
export function simplified(result: unknown): IDataObject | IDataObject[] {
	if (Array.isArray(result)) return result.map(tidyRow);
	if (isRecord(result)) return tidyRow(result);
	return typeof result === 'number' ? { result } : { success: true };
}

/** Output of deleting operations. */
export function deleted(): IDataObject {
	return { deleted: true };
}

/** An operation that is one request to one method of the API. */
export function kitOperation<const F extends Fields>(spec: KitSpec<F>): Operation {
	const method = methodOf(spec.method);
	const safety: Safety = method.reads ? 'read' : (spec.safety ?? 'spends');
	return defineOperation<F>({
		...spec,
		fields: { ...spec.fields, extraParameters } as F,
		safety,
		request: (calls) => methodRequest(method, bodyOf(spec, only(calls)), safety),
		read(reply, calls) {
			const answer = readAnswer(reply);
			const data = spec.simplify?.(answer.result, only(calls), answer);
			const { body, result } = answer;
			const raw = spec.strip ? ({ ...body, result: spec.strip(result) } as IDataObject) : body;
			return [{ raw, data: data ?? simplified(result) }];
		},
	});
}

interface ListSpec<F extends Fields>
	extends Described<F>, Sending<F>, Pick<Optional<F>, 'prepare'> {
	/** Where the rows stand in the result; the result itself unless given. */
	rows?(result: unknown): unknown[];
	/** Picks rows where Kit has no filter of its own; undefined when the user wants all. */
	picks?(params: Params<F>): ((row: unknown) => boolean) | undefined;
	/** A raw row without what must not be shown. */
	strip?(row: unknown): unknown;
	/** Output of Simplify for one row; the tidied row unless given. */
	row?(row: unknown, params: Params<F>): IDataObject;
	/** `-id` for the newest first, where the method sorts. */
	readonly sort?: string;
}

/** The documented maximum of `per-page`, and what every client uses as `limit` (§3.6). */
export const PAGE_ROWS = 50;

function pageSize(params: Readonly<Record<string, unknown>>): number {
	return params.returnAll === true ? PAGE_ROWS : Math.min(Number(params.limit ?? 50), PAGE_ROWS);
}

/**
 * Where the page stands: in the query by the official examples, and `page` in the body too, since
 * each was seen to be ignored in the other place (voximplant-kit.md §3.6).
 */
export function pageFields(page: number, rows: number, sort?: Scalar) {
	return {
		query: { page, 'per-page': rows, sort } satisfies Record<string, Scalar | undefined>,
		body: { page, 'per-page': rows },
	};
}

const PAGE_PARAMETERS = ['page', 'per-page', 'sort'];

/** What a user gives of the page, for the query too: in the body alone it may be ignored. */
export function pageQuery(
	{ paging }: Method,
	values: Readonly<Record<string, unknown>>,
): Record<string, Scalar | undefined> {
	if (paging !== 'pages') return {};
	return Object.fromEntries(PAGE_PARAMETERS.map((name) => [name, formValue(values[name])]));
}

/** A list request of a method, from the first page. */
export function listRequest(
	method: Method,
	values: Readonly<Record<string, unknown>>,
	rows = PAGE_ROWS,
	options: { page?: number; sort?: string } = {},
): ApiRequest {
	if (method.paging === 'cursor') return methodRequest(method, { ...values, limit: rows });
	if (method.paging === 'none') return methodRequest(method, values);
	const sort = formValue(values.sort) ?? options.sort;
	const { query, body } = pageFields(options.page ?? 1, rows, sort);
	return methodRequest(method, { ...values, ...body }, 'read', query);
}

/** Whether there are pages after this one. */
export function hasMore({ meta }: Answer): boolean {
	return asNumber(meta.currentPage) < asNumber(meta.pageCount);
}

/** The request after this answer, undefined after the last one. */
export function nextPage(reply: Reply, request: ApiRequest): ApiRequest | undefined {
	const answer = readAnswer(reply);
	const { body, query } = request;
	if (body?.kind !== 'form') return undefined;
	if (rowsOf(answer.result).length === 0) return undefined;
	const cursor = asText(answer.meta.cursor ?? '');
	if (cursor !== '')
		return { ...request, body: { kind: 'form', fields: { ...body.fields, cursor } } };
	if (query?.page === undefined || !hasMore(answer)) return undefined;
	const page = Number(query.page) + 1;
	return {
		...request,
		query: { ...query, page },
		body: { kind: 'form', fields: { ...body.fields, page } },
	};
}

/** The rows of an answer; the only entry of an object that holds one list. */
export function rowsOf(result: unknown): unknown[] {
	if (Array.isArray(result)) return result;
	if (!isRecord(result)) return [];
	const lists = Object.values(result).filter(Array.isArray);
	return lists.length === 1 ? (lists[0] as unknown[]) : [result];
}

/** Rows with one of these values in a field; undefined for all rows. */
export function having(field: string, wanted: readonly string[] | undefined) {
	return wanted && ((row: unknown) => isRecord(row) && wanted.includes(asText(row[field] ?? '')));
}

function isSimplified(params: object): boolean {
	return (params as { simplify?: boolean }).simplify !== false;
}

/** Get Many: with Return All and Limit, and the paging that the catalogue names. */
export function kitList<const F extends Fields>(spec: ListSpec<F>): Operation {
	const method = methodOf(spec.method);
	const { rows = rowsOf, row = tidyRow, strip = (entry: unknown) => entry } = spec;
	return defineOperation<F>({
		...spec,
		fields: { ...spec.fields, extraParameters } as F,
		safety: 'read',
		request(calls) {
			const params = only(calls);
			// Where rows are picked here, small pages would only be many.
			const size = spec.picks?.(params) === undefined ? pageSize(params) : PAGE_ROWS;
			return listRequest(method, bodyOf(spec, params), size, { sort: spec.sort });
		},
		read(reply, calls) {
			const { body, result } = readAnswer(reply);
			const params = only(calls);
			const shape = (entry: unknown) =>
				isSimplified(params) ? row(entry, params) : (strip(entry) as IDataObject);
			const picked = rows(result).filter(spec.picks?.(params) ?? (() => true));
			return [{ raw: body, data: picked.map(shape) }];
		},
		pages: {
			next: nextPage,
			key: ({ id }) => (typeof id === 'number' || typeof id === 'string' ? String(id) : undefined),
		},
	});
}
