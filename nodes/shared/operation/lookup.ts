import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';

import { ParameterError, toNodeError } from '../http/errors';
import { asText } from '../http/redact';
import type { ApiRequest, Reply } from '../http/request';
import { openClient } from './connect';
import type { Provider } from './operation';
import { unlocated } from './parse';

export interface Choice {
	readonly name: string;
	readonly value: string;
}

/** A list that the provider can give, for the choices of a field. */
export interface Lookup {
	/** The provider searches by itself; otherwise the answer is filtered here. */
	readonly searches?: boolean;
	/** Whether the list goes on after this answer, for lists that come in pages. */
	more?(reply: Reply): boolean;
	/**
	 * @param param the current value of another parameter as text, empty when there is none
	 * @param page from 1
	 */
	request(param: (name: string) => string, filter: string | undefined, page: number): ApiRequest;
	read(reply: Reply): Choice[];
}

/** A list that is known without asking anybody. */
export interface FixedLookup {
	readonly choices: readonly Choice[];
}

type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

const PAGE = 100;
/** Pages that one look-up asks for at most while nothing fits the filter. */
const MAX_PAGES = 40;

function parameterOf(context: ILoadOptionsFunctions, name: string): string {
	return asText(unlocated(context.getCurrentNodeParameter(name))).trim();
}

function plain(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function matches({ name, value }: Choice, filter: string | undefined): boolean {
	const wanted = plain(filter?.trim() ?? '');
	return plain(name).includes(wanted) || plain(value).includes(wanted);
}

interface Found {
	readonly choices: Choice[];
	/** The page that comes next. */
	readonly next?: number;
}

/** The first page from `page` on that holds something that fits, or all pages. */
async function search<C, S>(
	context: ILoadOptionsFunctions,
	provider: Provider<C, S>,
	lookup: Lookup,
	wanted: { filter?: string; page: number; all?: boolean },
): Promise<Found> {
	const client = await openClient(context, provider);
	const { filter, all } = wanted;
	const choices: Choice[] = [];
	const last = wanted.page + MAX_PAGES;
	for (let page = wanted.page; page < last; page++) {
		const request = lookup.request((name) => parameterOf(context, name), filter, page);
		const [found, more] = await client.call(request, (reply) => [
			lookup.read(reply),
			lookup.more?.(reply) ?? false,
		]);
		choices.push(...(lookup.searches ? found : found.filter((one) => matches(one, filter))));
		if (!more) return { choices };
		if (choices.length > 0 && !all) return { choices, next: page + 1 };
	}
	// Nothing that fits so far; the editor may ask on from here.
	return { choices, next: last };
}

function assertSome(name: string, found: readonly Choice[], filter: string | undefined): void {
	if (found.length > 0 || filter) return;
	throw new ParameterError(`${name} has none yet; give the ID instead`);
}

function portion(all: readonly Choice[], start: number): INodeListSearchResult {
	const next = start + PAGE;
	return {
		results: all.slice(start, next),
		...(next < all.length && { paginationToken: String(next) }),
	};
}

/**
 * The `listSearch` methods of a node: filtered, in portions, failing in the provider's words. The
 * token is a place in the list, or the number of a page for lists that come in pages.
 */
export function listSearch<C, S>(
	provider: Provider<C, S>,
	lookups: Readonly<Record<string, Lookup | FixedLookup>>,
): Record<string, ListSearch> {
	const { name: service } = provider.dialect;
	const method = (lookup: Lookup | FixedLookup): ListSearch =>
		async function (filter, paginationToken) {
			try {
				const start = Number(paginationToken ?? 0);
				if ('choices' in lookup) {
					return portion(
						lookup.choices.filter((one) => matches(one, filter)),
						start,
					);
				}
				const page = lookup.more === undefined ? 1 : Math.max(start, 1);
				const { choices, next } = await search(this, provider, lookup, { filter, page });
				if (page === 1) assertSome(service, choices, filter);
				if (lookup.more === undefined) return portion(choices, start);
				return { results: choices, ...(next && { paginationToken: String(next) }) };
			} catch (error) {
				throw toNodeError(this.getNode(), error);
			}
		};
	return Object.fromEntries(
		Object.entries(lookups).map(([name, lookup]) => [name, method(lookup)]),
	);
}

type LoadOptions = (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>;

/** The `loadOptions` methods of a node, for fields that take several: the whole list at once. */
export function loadOptions<C, S>(
	provider: Provider<C, S>,
	lookups: Readonly<Record<string, Lookup | FixedLookup>>,
): Record<string, LoadOptions> {
	const method = (lookup: Lookup | FixedLookup): LoadOptions =>
		async function () {
			try {
				if ('choices' in lookup) return [...lookup.choices];
				const { choices } = await search(this, provider, lookup, { page: 1, all: true });
				assertSome(provider.dialect.name, choices, undefined);
				return choices;
			} catch (error) {
				throw toNodeError(this.getNode(), error);
			}
		};
	return Object.fromEntries(
		Object.entries(lookups).map(([name, lookup]) => [name, method(lookup)]),
	);
}
