import { ok, refusals, type Answer, type PageMeta } from './envelope';
import type { RawInput } from './input';
import type { KitBehaviour } from './options';

const DEFAULT_PER_PAGE = 20;

/** How a list is paged. */
export interface PagingOptions {
	/** `per-page` in the body counts (voximplant-kit.md section 5.3, old searchCalls). */
	perPageInBody?: boolean;
	/** `per-page=0` gives everything (section 3.6, tags). */
	zeroIsAll?: boolean;
	/** Order without `sort`; default ascending by id. */
	newestFirst?: boolean;
}

/** What the request asks for. */
export interface PageRequest {
	page: number;
	perPage: number;
	descending: boolean;
}

/** Reads `page`, `per-page` and `sort` (section 3.6). */
export function readPage(
	raw: RawInput,
	options: KitBehaviour,
	paging: PagingOptions = {},
): PageRequest {
	const { query, body } = raw;
	const pageIn = options.pageIn;
	const page =
		(pageIn === 'body' ? undefined : query.get('page')) ??
		(pageIn === 'query' ? undefined : body.get('page'));
	const fromBody = options.perPageInBody || paging.perPageInBody === true;
	const perPage = query.get('per-page') ?? (fromBody ? body.get('per-page') : undefined);
	const sort = query.get('sort') ?? body.get('sort');
	return {
		page: Math.max(1, number('page', page, 1)),
		perPage: size(number('per-page', perPage, DEFAULT_PER_PAGE), options, paging),
		descending: sort === undefined || sort === '' ? !!paging.newestFirst : sort.startsWith('-'),
	};
}

function size(perPage: number, options: KitBehaviour, paging: PagingOptions): number {
	if (perPage === 0) return paging.zeroIsAll ? Number.MAX_SAFE_INTEGER : DEFAULT_PER_PAGE;
	return Math.min(perPage, options.maxPerPage);
}

function number(name: string, text: string | undefined, fallback: number): number {
	if (text === undefined || text === '') return fallback;
	if (!/^\d+$/.test(text)) throw refusals.invalid(name, `not an integer: ${text}`);
	return Number(text);
}

/** One page of rows that are in ascending order. `show` is called for the rows of the page only. */
export function paged<Row>(
	all: readonly Row[],
	show: (row: Row) => unknown,
	raw: RawInput,
	options: KitBehaviour,
	paging?: PagingOptions,
): Answer {
	const { page, perPage, descending } = readPage(raw, options, paging);
	const totalCount = all.length;
	const pageCount = Math.ceil(totalCount / perPage);
	const currentPage = options.pageBeyond === 'last' ? Math.min(page, Math.max(1, pageCount)) : page;
	const start = (currentPage - 1) * perPage;
	const end = Math.min(totalCount, start + perPage);
	const rows: unknown[] = [];
	for (let index = start; index < end; index++) {
		const row = all[descending ? totalCount - 1 - index : index];
		if (row !== undefined) rows.push(show(row));
	}
	const shownSize = perPage === Number.MAX_SAFE_INTEGER ? 0 : perPage;
	const meta: PageMeta = { totalCount, pageCount, currentPage, perPage: shownSize };
	return ok(rows, meta);
}
