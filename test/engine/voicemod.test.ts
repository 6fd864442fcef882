/** Every operation of the Voicemod node in n8n's engine against the simulator: success, refusal, both ways to go on. */
import type { IDataObject } from 'n8n-workflow';

import { operations } from '../../nodes/Voicemod/operations';
import {
	SERVICES as TABLE,
	startVoicemodSimulator,
	type VoicemodSimulator,
} from '../simulators/voicemod';
import { CASES, FILES, populate, runVoicemod, type World } from './support/voicemod';

let sim: VoicemodSimulator;
let world: World;

beforeAll(async () => {
	sim = await startVoicemodSimulator({ lifecycleMs: 5 });
	world = await populate(sim);
});

afterEach(() => sim.faults.clear());

afterAll(async () => await sim.close());

const named = CASES.map((one) => [one.name, one] as const);

function countOf(path: string): number {
	const counts = Object.entries(sim.requests).filter(([seen]) => seen.startsWith(path));
	return counts.reduce((sum, [, count]) => sum + count, 0);
}

test('every operation has a case, and the offline one its own test', () => {
	const wanted = operations.map(({ resource, name }) => `${resource}/${name}`);
	expect([...CASES.map(({ name }) => name), 'signature/verify'].sort()).toEqual(wanted.sort());
});

test.each(named)(
	'%s succeeds without a word from the simulator',
	async (name, { path, parameters }) => {
		const before = countOf(path);
		const { error, json, outputs } = await runVoicemod(sim, name, parameters(world), {
			items: FILES,
		});
		expect(error && `${error.message} ${error.description}`).toBeUndefined();
		expect(sim.violations).toEqual([]);
		expect(sim.plausible).toEqual([]);
		expect(countOf(path)).toBeGreaterThan(before);
		expect(json.length).toBeGreaterThan(0);
		expect(JSON.stringify(json)).not.toContain('problem');
		for (const item of outputs[0] ?? []) expect(item.pairedItem).toEqual({ item: 0 });
	},
);

const FREE = named.filter(([name]) => /^(serviceRequest|apiRequest)/.test(name));

test.each(FREE)('%s sends UPDATE as PUT with query, headers and body', async (name, one) => {
	const { json } = await runVoicemod(sim, name, one.parameters(world), { items: FILES });
	expect(json[0]).toMatchObject({
		method: 'PUT',
		query: { page: ['1'] },
		body: { name: 'Deep' },
		headers: { 'x-partner': 'acme', 'x-api-key': '(present)', authorization: '(present)' },
	});
});

describe.each(named)('%s refused', (name, { parameters }) => {
	const refusal = JSON.stringify({
		message: 'Strange thing',
		description: 'quite strange',
		code: 'strange_1',
	});

	test('with an error status: words, description and code of Voicemod', async () => {
		sim.faults.add({ kind: 'status', status: 400, body: refusal });
		const { error } = await runVoicemod(sim, name, parameters(world), { items: FILES });
		expect(error?.message).toContain('Strange thing: quite strange (strange_1)');
		expect(error?.httpCode).toBe('400');
	});

	test('with HTTP 200, and goes on when told to', async () => {
		if (name === 'application/getCommunityVoiceImage') return;
		sim.faults.add({ kind: 'status', status: 200, body: refusal });
		const { error, json, outputs } = await runVoicemod(sim, name, parameters(world), {
			items: FILES,
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0]?.error).toContain('Strange thing');
		expect(outputs[0]?.[0]?.pairedItem).toEqual({ item: 0 });
	});
});

test.each([
	['{"data":"no"}', 'sent no image'],
	['{"message":"It was taken down"}', 'refused: It was taken down'],
])('an image that is none is refused: %s', async (body, words) => {
	sim.faults.add({ kind: 'status', status: 200, body, times: 'always' });
	const { error } = await runVoicemod(sim, 'application/getCommunityVoiceImage', {
		id: '82575ca45e',
	});
	sim.faults.clear();
	expect(error?.message).toContain(words);
});

test.each(['messageOnly', 'numericCode', 'empty', 'html'] as const)(
	'an error in the shape %s is told all the same',
	async (errorShape) => {
		sim.setOptions({ errorShape });
		const { error } = await runVoicemod(sim, 'sound/get', { id: 'nothing' });
		sim.setOptions({ errorShape: 'object' });
		expect(error?.httpCode).toBe('404');
		expect(error?.message).toMatch(/Not Found|HTTP 404/);
	},
);

test('parameters are read for every item', async () => {
	const ids = sim.sounds().slice(0, 3);
	const items: IDataObject[] = ids.map(({ id }) => ({ sound: id }));
	const { json, outputs } = await runVoicemod(
		sim,
		'sound/get',
		{ id: '={{ $json.sound }}' },
		{ items },
	);
	expect(json.map(({ name }) => name)).toEqual(ids.map(({ title }) => title));
	expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
});

test('the internal services of the table are reached by their full address', async () => {
	const internal = TABLE.filter(({ path }) => path.startsWith('/engineering') || path === '');
	expect(internal.length).toBeGreaterThan(10);
	for (const { variable } of internal) {
		const { json, error } = await runVoicemod(sim, 'apiRequest/send', {
			base: 'url',
			url: `${sim.services[variable]}/sim/echo`,
		});
		expect(error?.message).toBeUndefined();
		expect(json[0]).toMatchObject({ headers: { authorization: '(present)' } });
	}
});

test('every other row of the table has an operation on its address', () => {
	const prefixes: Record<string, string> = { main: '', tuna: '/tuna' };
	const served = CASES.map(({ path }) => path);
	const rows = TABLE.filter(({ path }) => !path.startsWith('/engineering') && path !== '');
	const missing = rows.filter(
		({ gateway, path }) => !served.includes(`${prefixes[gateway]}${path}/sim/echo`),
	);
	expect(missing).toEqual([]);
});

test.each([
	'https://api.voicemod.net.evil.example/x',
	'http://api.voicemod.net/x',
	'https://evil-voicemod.net/x',
	'https://api.voicemod.net:8443/x',
])('the credential does not go to %s', async (url) => {
	const { error } = await runVoicemod(sim, 'apiRequest/send', { base: 'url', url });
	expect(error?.message).toContain('is not a host of Voicemod');
});

describe('answers to requests of one’s own', () => {
	const send = async (path: string, more: IDataObject = {}) =>
		await runVoicemod(sim, 'serviceRequest/orders', { path, ...more }, { items: FILES });

	test.each<[string, IDataObject[]]>([
		['sim/empty', [{ success: true }]],
		['sim/array', [{ id: 1 }, { id: 2 }]],
		['sim/text', [{ data: 'plain text' }]],
	])('%s', async (path, wanted) => {
		const { json, error } = await send(path);
		expect(error?.message).toBeUndefined();
		const rows = json.map(({ outcome, ...row }) => {
			expect(outcome).toBe('accepted');
			return row;
		});
		expect(rows).toEqual(wanted);
	});

	test('202 gives its body, and the full response its status', async () => {
		const { json } = await send('sim/accepted', { options: { fullResponse: true } });
		expect(json[0]).toMatchObject({ statusCode: 202, body: { id: expect.any(String) } });
	});

	test('a file goes into a binary field', async () => {
		const { outputs } = await send('sim/binary', {
			additionalFields: {},
			answer: 'file',
			outputPropertyName: 'picture',
		});
		expect(outputs[0]?.[0]?.binary?.picture?.mimeType).toBe('image/png');
	});

	test('a web page is no answer', async () => {
		const { error } = await send('sim/html');
		expect(error?.message).toContain('web page');
	});

	test('forms, files and texts are sent', async () => {
		const body = { method: 'POST', formFields: { entry: [{ name: 'a', value: 'ü' }] } };
		const form = await send('sim/echo', { ...body, bodyType: 'form' });
		expect(form.json[0]?.body).toEqual({ a: 'ü' });
		const file = await send('sim/echo', {
			...body,
			bodyType: 'multipart',
			fileFieldName: 'audioFile',
		});
		expect(file.json[0]?.body).toMatchObject({ a: 'ü', audioFile: { filename: 'recording.wav' } });
		const text = await send('sim/echo', {
			method: 'POST',
			bodyType: 'raw',
			rawBody: '<a/>',
			contentType: 'application/xml',
		});
		expect(text.json[0]).toMatchObject({
			body: '<a/>',
			headers: { 'content-type': 'application/xml' },
		});
	});

	test('headers of the credential cannot be given, and no path leads out of the service', async () => {
		const headers = { entry: [{ name: 'Authorization', value: 'x' }] };
		expect((await send('x', { additionalFields: { headers } })).error?.message).toContain(
			'"Headers" may not hold Authorization',
		);
		for (const path of ['../oauth/token', 'a/%2e%2e/b', '..\\x']) {
			expect((await send(path)).error?.message).toContain('"Path"');
		}
	});

	test.each([
		['{"message":"Order created"}', 'accepted'],
		['{"message":"Done","status":"ok"}', 'accepted'],
		['{"message":"OK","code":200,"description":""}', 'accepted'],
		['{"message":"No such order","code":17}', 'refused'],
		['{"message":"No","description":"No such order"}', 'refused'],
	])('a message alone is no refusal: %s is %s', async (body, outcome) => {
		sim.faults.add({ kind: 'status', status: 200, body });
		const { error, json } = await send('sim/echo', { method: 'POST' });
		if (outcome === 'refused') expect(error?.message).toContain('Voicemod refused: No');
		else expect(json).toEqual([{ ...JSON.parse(body), outcome }]);
	});

	test.each([
		['query', 'Query Parameters', 'page', 'page'],
		['headers', 'Headers', 'X-Partner', 'x-partner'],
	])('a name that comes twice is refused: %s', async (field, label, first, second) => {
		const names = [first, second].map((name, index) => ({ name, value: String(index) }));
		const { error } = await send('sim/echo', { additionalFields: { [field]: { entry: names } } });
		expect(error?.message).toContain(`"${label}" names ${second} twice`);
	});

	test('only GET is repeated', async () => {
		for (const [method, wanted] of [
			['GET', 2],
			['POST', 1],
			['PUT', 1],
			['DELETE', 1],
		] as const) {
			const before = sim.requests['/v1/orders/sim/echo'] ?? 0;
			sim.faults.add({ kind: 'status', status: 503 });
			const { error } = await send('sim/echo', { method });
			expect((sim.requests['/v1/orders/sim/echo'] ?? 0) - before).toBe(wanted);
			expect(error === undefined).toBe(method === 'GET');
			sim.faults.clear();
		}
	});
});
