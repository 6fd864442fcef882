/** The dropdowns of the Voximplant Kit node, as the editor asks for them. */
import path from 'node:path';

import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { at } from './support/kitCase';
import { kitCredentials, populate, type Simulator } from './support/voximplantKit';

interface Found {
	results: Array<{ name: string; value: string }>;
	paginationToken?: string;
}
type Search = (this: unknown, filter?: string, token?: string) => Promise<Found>;
type Load = (this: unknown) => Promise<Found['results']>;
interface Methods {
	listSearch: Record<string, Search>;
	loadOptions: Record<string, Load>;
}

const file = path.resolve(__dirname, '../../dist/nodes/VoximplantKit/VoximplantKit.node.js');
const { VoximplantKit } = jest.requireActual<{ VoximplantKit: new () => { methods: Methods } }>(
	file,
);
const { methods } = new VoximplantKit();

let sim: Simulator;
/** What stands in other fields of the form. */
let form: Record<string, unknown> = {};

beforeAll(async () => {
	sim = await startVoximplantKitSimulator({ seed: { users: 120 } });
	const { automated } = await populate(sim);
	form = { campaignId: at('list', String(automated)) };
});

afterAll(async () => await sim.close());

function context(more = {}) {
	return {
		getCredentials: async () => kitCredentials(sim, more).voximplantKitApi,
		getNode: () => ({ id: 'n', name: 'Kit', type: 'kit', typeVersion: 1, parameters: {} }),
		getCurrentNodeParameter: (name: string) => form[name],
		helpers: {},
	};
}

async function search(name: string, filter?: string, token?: string, self = context()) {
	const method = methods.listSearch[name];
	if (method === undefined) throw new Error(name);
	return await method.call(self, filter, token);
}

async function load(name: string) {
	const method = methods.loadOptions[name];
	if (method === undefined) throw new Error(name);
	return await method.call(context());
}

const empty = ['searchTopics', 'searchSipNumbers'];
const filled = Object.keys(methods.listSearch).filter((name) => !empty.includes(name));

test.each(filled)('%s lists what the account has, each with a label of its own', async (name) => {
	const { results } = await search(name);
	expect(results.length).toBeGreaterThan(0);
	expect(new Set(results.map(({ value }) => value)).size).toBe(results.length);
	for (const one of results) {
		expect(one.value).toMatch(/\S/);
		expect(one.name).not.toMatch(/undefined|null|false|\[object/);
		expect(one.name).not.toBe(one.value);
	}
	expect((await load(name)).length).toBeGreaterThanOrEqual(results.length);
});

test('a long list comes page by page, and whole where several are chosen', async () => {
	const pages = [];
	for (let token: string | undefined, page = 0; page === 0 || token; page++) {
		const found = await search('searchUsers', undefined, token);
		pages.push(found.results.length);
		token = found.paginationToken;
	}
	expect(pages).toEqual([50, 50, 20]);
	expect(await load('searchUsers')).toHaveLength(120);
});

test('a filter finds what stands on a later page, also a part of it and by ID', async () => {
	const { results } = await search('searchUsers', 'NUMBER 119');
	expect(results).toHaveLength(1);
	expect((await search('searchUsers', String(1217 + 110))).results).toHaveLength(1);
	expect((await search('searchUsers', 'nobody at all')).results).toEqual([]);
});

test('methods are listed without asking Kit', async () => {
	const before = sim.log.length;
	const { results } = await search('searchMethods', 'searchcalls');
	expect(results).toEqual([
		{ name: 'history: searchCalls (v4, reads)', value: 'history/searchCalls' },
	]);
	expect(sim.log.length).toBe(before);
});

test('a failing list says why, in the words of Kit, and is never just empty', async () => {
	const failing = search('searchQueues', undefined, undefined, context({ accessToken: 'wrong' }));
	await expect(failing).rejects.toThrow('Voximplant Kit refused queues/searchQueues');
	await expect(search('searchTopics')).rejects.toThrow('none yet');
});

describe('lists of contacts', () => {
	test('are those of the campaign in the form, with their size', async () => {
		const { results } = await search('searchLists');
		expect(results).toEqual([
			{
				name: expect.stringMatching(/^List \(\d+, \w+, 1 contacts\)$/) as string,
				value: expect.any(String) as string,
			},
		]);
	});

	test('need a campaign, and say so', async () => {
		const { campaignId } = form;
		form = {};
		await expect(search('searchLists')).rejects.toThrow('Choose the campaign first');
		form = { campaignId };
	});

	test('of PDS are those of all campaigns, or of the one that is chosen', async () => {
		const { results } = await search('searchPdsLists');
		expect(results[0]?.name).toMatch(/^List \(\d+, campaign \d+, \w+, 1 contacts\)$/);
		const before = form;
		form = { 'additionalFields.campaignId': at('id', '999999') };
		await expect(search('searchPdsLists')).rejects.toThrow('none yet');
		form = before;
	});
});
