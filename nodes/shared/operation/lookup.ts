import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

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
	/** @param param the current value of another parameter as text, empty when there is none */
	request(param: (name: string) => string, filter: string | undefined): ApiRequest;
	read(reply: Reply): Choice[];
}

type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

const PAGE = 100;

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

async function search<C, S>(
	context: ILoadOptionsFunctions,
	provider: Provider<C, S>,
	lookup: Lookup,
	filter: string | undefined,
): Promise<Choice[]> {
	const client = await openClient(context, provider);
	const request = lookup.request((name) => parameterOf(context, name), filter);
	return await client.call(request, (reply) => lookup.read(reply));
}

/** The `listSearch` methods of a node: filtered, 100 at a time, failing in the provider's words. */
export function listSearch<C, S>(
	provider: Provider<C, S>,
	lookups: Readonly<Record<string, Lookup>>,
): Record<string, ListSearch> {
	const method = (lookup: Lookup): ListSearch =>
		async function (filter, paginationToken) {
			try {
				const start = Number(paginationToken ?? 0);
				const all = await search(this, provider, lookup, filter);
				const found = lookup.searches ? all : all.filter((choice) => matches(choice, filter));
				if (found.length === 0 && !filter) {
					throw new ParameterError(`${provider.dialect.name} has none yet; give the ID instead`);
				}
				const next = start + PAGE;
				return {
					results: found.slice(start, next),
					...(next < found.length && { paginationToken: String(next) }),
				};
			} catch (error) {
				throw toNodeError(this.getNode(), error);
			}
		};
	return Object.fromEntries(
		Object.entries(lookups).map(([name, lookup]) => [name, method(lookup)]),
	);
}
