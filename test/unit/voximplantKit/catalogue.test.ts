import { CATALOGUE, findMethod } from '../../../nodes/VoximplantKit/catalogue';
import { lookups } from '../../../nodes/VoximplantKit/lookups';
import { methodNamed } from '../../../nodes/VoximplantKit/operations/apiRequest';
import { operations } from '../../../nodes/VoximplantKit/operations';
import { PAGE_METHODS } from './pageMethods';

const written = CATALOGUE.map(({ host, http, path }) => `${host} ${http} ${path}`);

test('the catalogue is that of the page, all 149 methods with version and host', () => {
	expect(PAGE_METHODS).toHaveLength(149);
	expect([...written].sort()).toEqual([...PAGE_METHODS].sort());
});

test('names are unique, and Call Method offers every one', () => {
	expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(149);
	const list = lookups.searchMethods;
	if (list === undefined || !('choices' in list)) throw new Error('not a fixed list');
	const offered = list.choices.map(({ value }) => value);
	expect([...offered].sort()).toEqual(CATALOGUE.map(({ name }) => name).sort());
	for (const { name } of list.choices) expect(name).not.toMatch(/false|undefined/);
});

test('only searches, questions and downloads read', () => {
	const reading = CATALOGUE.filter(({ reads }) => reads).map(({ name }) => name);
	const odd = reading.filter((name) => !/\/(search|get|downloadReport|\w+StatHistory)/.test(name));
	expect(odd).toEqual([]);
	for (const name of ['scenario/runScenario', 'report/exportDncList', 'cc/notify']) {
		expect(findMethod(name)?.reads).toBe(false);
	}
});

test('lists come in pages, also those whose names do not say that they are lists', () => {
	for (const name of ['user/searchUsers', 'cc/agentStatHistory']) {
		expect(findMethod(name)?.paging).toBe('pages');
	}
});

describe('methods by name', () => {
	test.each([
		['account/getAccountInfo', '/api/v3/account/getAccountInfo', 'api', true],
		['v4/history/searchCalls', '/api/v4/history/searchCalls', 'api', true],
		['/api/v3/scenario/runScenario', '/api/v3/scenario/runScenario', 'api', false],
		['cti/makeCall', '/{domain}/makeCall', 'cti', false],
		['botService/sendMessage', '/api/v3/botService/sendMessage', 'messaging', false],
		// Not in the catalogue, or in another version: counts as spending.
		['v3/setting/searchSettings', '/api/v3/setting/searchSettings', 'api', false],
		['v3/history/searchCalls', '/api/v3/history/searchCalls', 'api', false],
	])('%s', (given, path, host, reads) => {
		expect(methodNamed(given)).toMatchObject({ path, host, reads });
	});

	test.each([
		'setting/searchSettings',
		'getAccountInfo',
		'../x',
		'v3/a/b/c',
		'https://evil.example/x',
	])('%s is refused', (given) => {
		expect(() => methodNamed(given)).toThrow('"Method" is not in the catalogue');
	});
});

test('operations are unique and their resource names exist', () => {
	const names = operations.map(({ resource, name }) => `${resource}/${name}`);
	expect(new Set(names).size).toBe(names.length);
});
