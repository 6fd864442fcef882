import type { RequestListener } from 'node:http';

import { executeOperation } from '../../../nodes/shared/operation/runner';
import { acme } from '../support/acme';
import { fakeExecution } from '../support/executeContext';
import type { LocalServer } from '../support/server';
import { startServer } from '../support/server';

let server: LocalServer | undefined;
afterEach(async () => await server?.close());

const pageOf = (url: string | undefined) =>
	Number(new URL(url ?? '', 'http://x').searchParams.get('page'));

/** Pages of three rows each; `last` has no successor. */
function pages(last: number, next = (page: number) => page + 1): RequestListener {
	return (request, response) => {
		const page = pageOf(request.url);
		const rows = [1, 2, 3].map((row) => ({ id: (page - 1) * 3 + row }));
		response.end(JSON.stringify({ rows, ...(page < last && { next: next(page) }) }));
	};
}

async function getMany(listener: RequestListener, parameters: object): Promise<unknown[]> {
	server = await startServer(listener);
	const context = fakeExecution({
		parameters: { resource: 'thing', operation: 'getMany', ...parameters },
		credentials: { origin: server.url },
	});
	const [items] = await executeOperation(context, acme());
	return (items ?? []).map((item) => item.json.id);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('pages', () => {
	it.each([
		['one page is enough', 2, 1, 2],
		['the end of a page', 3, 1, 3],
		['within the second page', 4, 2, 4],
		['more than there is', 100, 4, 12],
	])('are read up to the limit: %s', async (_, limit, requests, rows) => {
		expect(await getMany(pages(4), { returnAll: false, limit })).toEqual(upTo(rows));
		expect(server?.requests).toHaveLength(requests);
	});

	it('are all read with Return All, whatever the limit', async () => {
		expect(await getMany(pages(20), { returnAll: true, limit: 1 })).toEqual(upTo(60));
	});

	it('stop at 50 rows when nothing is said', async () => {
		expect(await getMany(pages(100), {})).toEqual(upTo(50));
	});

	it('are not read in a circle', async () => {
		const circle = pages(10, (page) => (page === 3 ? 2 : page + 1));
		await expect(getMany(circle, { returnAll: true })).rejects.toThrow(/repeats itself/);
		expect(server?.requests).toHaveLength(3);
	});

	it('are not read without end', async () => {
		const endless: RequestListener = (request, response) =>
			response.end(JSON.stringify({ rows: [], next: pageOf(request.url) + 1 }));
		await expect(getMany(endless, { returnAll: true })).rejects.toThrow(/not read any further/);
		expect(server?.requests).toHaveLength(10_000);
	}, 240_000);

	it('fail as a whole when one of them fails, with the words of the provider', async () => {
		const broken: RequestListener = (request, response) =>
			pageOf(request.url) < 2
				? pages(5)(request, response)
				: response.end(JSON.stringify({ error: 'no such page' }));
		await expect(getMany(broken, { returnAll: true })).rejects.toThrow(
			'Acme refused: no such page',
		);
	});

	it('are paired with their input item', async () => {
		server = await startServer(pages(2));
		const context = fakeExecution({
			parameters: { resource: 'thing', operation: 'getMany', returnAll: true },
			credentials: { origin: server.url },
			items: [{ json: {} }, { json: {} }],
		});
		const [items] = await executeOperation(context, acme());
		expect(items?.map((item) => item.pairedItem)).toEqual([
			...Array<unknown>(6).fill({ item: 0 }),
			...Array<unknown>(6).fill({ item: 1 }),
		]);
	});

	it('stop when the run is cancelled', async () => {
		const controller = new AbortController();
		server = await startServer((request, response) => {
			if (pageOf(request.url) === 3) controller.abort();
			pages(1000)(request, response);
		});
		const context = fakeExecution({
			parameters: { resource: 'thing', operation: 'getMany', returnAll: true },
			credentials: { origin: server.url },
			signal: controller.signal,
		});
		await expect(executeOperation(context, acme())).rejects.toThrow(/cancelled/);
		expect(server.requests.length).toBeLessThanOrEqual(4);
	});
});
