/** Every operation of the custom channel in n8n's engine, against the simulator. */
import { join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import {
	CHANNEL_UUID,
	startVoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import {
	ATTACHMENTS,
	cases,
	channelCredentials,
	CLIENT,
	runChannel,
	type Simulator,
} from './support/voximplantKitCustomChannel';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let sim: Simulator;

beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator();
});

afterEach(async () => await sim.close());

const lastBody = () => {
	const entry = sim.log.filter(({ path }) => path === `/${CHANNEL_UUID}`).at(-1);
	return JSON.parse(String(entry?.body)) as IDataObject;
};

async function refreshToken(): Promise<string> {
	const { json } = await runChannel(sim, 'token/logIn');
	return String(json[0]?.refresh_token);
}

test('every operation works, and the provider finds nothing to remark', async () => {
	const all = cases(await refreshToken());
	for (const { name, parameters } of all) {
		const { error, json, outputs } = await runChannel(sim, name, parameters);
		expect([name, error?.message]).toEqual([name, undefined]);
		expect(Object.keys(json[0] ?? {}).length).toBeGreaterThan(1);
		expect(outputs[0]?.[0]?.pairedItem).toEqual({ item: 0 });
	}
	expect(sim.violations).toEqual([]);
	expect(sim.plausible).toEqual([]);
});

describe('Message: Send', () => {
	const send = async (parameters: IDataObject, options = {}) =>
		await runChannel(sim, 'message/send', { clientId: 'c1', ...parameters }, options);

	test('sends everything under the names of Kit', async () => {
		const additionalFields = { ...CLIENT, messageId: 'm1', eventId: 'e1' };
		const { json } = await send({
			text: ' Hello ',
			payload: { entry: ATTACHMENTS },
			additionalFields,
		});
		expect(lastBody()).toEqual({
			event_id: 'e1',
			event_type: 'send_message',
			client_data: {
				client_id: 'c1',
				client_phone: '+447700900100',
				client_avatar: 'https://example.com/a.png',
				client_display_name: 'Jane Roe',
				client_email: 'jane@example.com',
				client_language: 'en',
				utm: {
					source: 'newsletter',
					campaign: 'spring',
					content: 'banner',
					medium: 'email',
					term: 'shoes',
				},
				page: { url: 'https://example.com/shoes', title: 'Shoes' },
				location: {
					latitude: 50.45,
					longitude: 30.52,
					country: 'Ukraine',
					country_code: 'UA',
					region: 'Kyiv',
					region_code: '30',
					city: 'Kyiv',
					ip_address: '203.0.113.7',
				},
				device: { type: 'mobile', model: 'Pixel 9', user_agent: 'Mozilla/5.0' },
			},
			event_data: {
				message: {
					message_id: 'm1',
					text: ' Hello ',
					payload: [
						{ type: 'photo', file_url: 'https://example.com/box.jpg', file_name: 'box.jpg' },
						{ type: 'video', file_url: 'https://example.com/box.mp4' },
						{ type: 'audio', file_url: 'https://example.com/box.mp3' },
						{ type: 'document', file_url: 'https://example.com/box.pdf', file_name: 'box.pdf' },
						{ type: 'location', latitude: 50.4501, longitude: 30.5234, address: '1 Main Street' },
						{
							type: 'contact',
							name: 'Jane Roe',
							number: '+447700900123',
							avatar: 'https://example.com/j.png',
						},
					],
				},
			},
		});
		expect(json).toEqual([
			{
				event_id: 'e1',
				message_id: 'm1',
				client_id: 'c1',
				channel_uuid: CHANNEL_UUID,
				outcome: 'accepted',
				success: true,
				result: true,
			},
		]);
	});

	test('leaves out what is empty, takes numbers for ids, and makes its own ids', async () => {
		const additionalFields = { clientPhone: '', utmSource: ' ', locationLatitude: '' };
		const { json } = await send({ clientId: 4711, text: 'Hello', additionalFields });
		const [item] = json;
		expect(item?.event_id).toMatch(UUID);
		expect(item?.message_id).toMatch(UUID);
		expect(item?.event_id).not.toBe(item?.message_id);
		expect(lastBody()).toEqual({
			event_id: item?.event_id,
			event_type: 'send_message',
			client_data: { client_id: '4711' },
			event_data: { message: { message_id: item?.message_id, text: 'Hello' } },
		});
	});

	test('one attachment is enough', async () => {
		const { error } = await send({ payload: { entry: [ATTACHMENTS[0]] } });
		expect(error).toBeUndefined();
		expect(lastBody().event_data).toMatchObject({ message: { payload: [{ type: 'photo' }] } });
	});

	test('merges extra fields, and the form wins over them', async () => {
		const extraFields = {
			event_id: 'evil',
			client_data: { client_id: 'evil', client_tag: 'vip', utm: { id: '7' } },
			event_data: { note: 1 },
		};
		await send({ text: 'Hello', additionalFields: { extraFields, utmSource: 'x', eventId: 'e2' } });
		expect(lastBody()).toMatchObject({
			event_id: 'e2',
			client_data: { client_id: 'c1', client_tag: 'vip', utm: { id: '7', source: 'x' } },
			event_data: { note: 1, message: { text: 'Hello' } },
		});
	});

	test.each([
		[{}, '"Text" and "Attachments" are both empty'],
		[{ clientId: ' ', text: 'x' }, '"Client ID" is empty'],
		[
			{ payload: { entry: [{ type: 'photo', fileUrl: '={{ "" }}' }] } },
			'"Attachments" 1: "File URL" is empty',
		],
		[
			{ payload: { entry: [{ type: 'video', fileUrl: 'box.mp4' }] } },
			'"Attachments" 1: "File URL" must be a web address',
		],
		[
			{ payload: { entry: [ATTACHMENTS[0], { type: 'location', latitude: 50 }] } },
			'"Attachments" 2: "Longitude" is empty',
		],
		[
			{ payload: { entry: [{ type: 'location', latitude: 91, longitude: 0 }] } },
			'"Attachments" 1: "Latitude" must be from -90 to 90, this is 91',
		],
		[
			{ payload: { entry: [{ type: 'contact', name: 'Jane', number: '={{ "" }}' }] } },
			'"Attachments" 1: "Contact Phone Number" is empty',
		],
		[
			{ payload: { entry: [{ type: 'sticker' }] } },
			'"Attachments" 1: "Attachment Type" must be one of',
		],
		[{ text: 'x', additionalFields: { extraFields: '[1]' } }, '"Extra Fields" must be an object'],
		[{ text: 'x', additionalFields: { channelUuid: 'a/b' } }, '"Channel UUID" is the UUID of'],
	])('refuses %j before anything is sent', async (parameters, message) => {
		const { error } = await send(parameters);
		expect(error?.message).toContain(message);
		expect(error?.message).toContain('[item 0]');
		expect(sim.requests).toEqual({});
	});

	test('takes every parameter from its own item, and pairs results', async () => {
		const items = ['a', 'b', 'c'].map((id) => ({ id, text: `I am ${id}` }));
		const { json, outputs } = await runChannel(
			sim,
			'message/send',
			{ clientId: '={{ $json.id }}', text: '={{ $json.text }}' },
			{ items },
		);
		expect(json.map(({ client_id: id }) => id)).toEqual(['a', 'b', 'c']);
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		for (const { id, text } of items) {
			expect(sim.messages(id)).toEqual([expect.objectContaining({ text })]);
		}
	});

	test('continues on fail with one outcome for each item', async () => {
		const items = [{ id: 'a' }, { id: '' }, { id: 'c' }];
		const { json } = await runChannel(
			sim,
			'message/send',
			{ clientId: '={{ $json.id }}', text: 'Hello' },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(json.map(({ outcome }) => outcome)).toEqual(['accepted', 'not_sent', 'accepted']);
		expect(json[1]?.error).toContain('"Client ID" is empty');
	});

	test('warns of what Kit may not take, and sends it all the same', async () => {
		const { json } = await send({ clientId: 'jane roe', text: 'x'.repeat(4001) });
		expect(json[0]?.warning).toContain('characters that other channels of Kit refuse');
		expect(json[0]?.warning).toContain('4001 characters');
		expect(sim.messages('jane roe')).toHaveLength(1);
	});

	test('a dry run sends nothing, not even a login', async () => {
		const { json } = await send({ text: 'Hello', dryRun: true });
		expect(json[0]).toMatchObject({
			outcome: 'dry_run',
			client_id: 'c1',
			request: { method: 'POST', path: '/{channel_uuid}', body: { event_type: 'send_message' } },
		});
		expect(sim.requests).toEqual({});
	});

	test('goes into another channel with a login of its own', async () => {
		const uuid = '99999999-2222-4333-8444-555555555555';
		sim.setOptions({ channels: [{ uuid }] });
		const items = [{ channel: uuid }, { channel: '' }, { channel: uuid }];
		const { json, error } = await runChannel(
			sim,
			'message/send',
			{ clientId: 'c1', text: 'Hello', additionalFields: { channelUuid: '={{ $json.channel }}' } },
			{ items },
		);
		expect(error).toBeUndefined();
		expect(json.map(({ channel_uuid: channel }) => channel)).toEqual([uuid, CHANNEL_UUID, uuid]);
		expect(sim.requests).toEqual({ login: 2, event: 3 });
	});

	test('refuses an event ID that two items share', async () => {
		const { error } = await send(
			{ text: 'Hello', additionalFields: { eventId: 'same' } },
			{ items: [{}, {}] },
		);
		expect(error?.message).toContain('"Event ID" same is used twice');
		expect(sim.requests).toEqual({});
	});
});

describe('refusals', () => {
	const send = async (more: IDataObject = {}, options = {}) =>
		await runChannel(sim, 'message/send', { clientId: 'c1', text: 'Hello', ...more }, options);

	test.each(['ok', 'status'] as const)('are told in the words of Kit (%s)', async (sendErrors) => {
		sim.setOptions({ sendErrors, eventTypes: ['another'] });
		const { json } = await send({}, { onError: 'continueRegularOutput' });
		expect(json[0]).toMatchObject({ outcome: 'refused', client_id: 'c1' });
		expect(json[0]?.error).toMatch(
			/^Voximplant Kit refused the request: .+, code 4\d\d \[item 0\]$/,
		);
		expect(sim.accepted.total).toBe(0);
	});

	test.each(['ok', 'status'] as const)(
		'of a payment do not look like a success (%s)',
		async (sendErrors) => {
			sim.setOptions({ sendErrors, paymentRequired: true });
			const { error } = await send();
			expect(error?.message).toContain('code 402');
			expect(error?.description).toContain('payment');
		},
	);

	test.each(['ok', 'status'] as const)(
		'of the address name the whitelist and end the run (%s)',
		async (errors) => {
			sim.setOptions({ loginErrors: errors, sendErrors: errors, allowedIps: ['192.0.2.1'] });
			const { json } = await send({}, { items: [{}, {}, {}], onError: 'continueRegularOutput' });
			expect(json.map(({ outcome }) => outcome)).toEqual(['not_sent', 'not_sent', 'not_sent']);
			expect(json[0]?.description).toContain('whitelist');
			expect(sim.requests).toEqual({ login: 1 });
		},
	);

	test('of a result that is false are no success', async () => {
		const body = '{"success":true,"result":false}';
		sim.faults.add({ kind: 'status', status: 200, body, path: `/${CHANNEL_UUID}` });
		const { json } = await send({}, { onError: 'continueRegularOutput' });
		expect(json[0]?.outcome).toBe('unknown');
	});

	test('of an unknown channel say what to check', async () => {
		const uuid = '00000000-2222-4333-8444-555555555555';
		const { error } = await send({ additionalFields: { channelUuid: uuid } });
		expect(error?.message).toContain('Voximplant Kit refused the login');
		expect(sim.requests).toEqual({ login: 1 });
	});
});

describe('nothing is sent twice', () => {
	const send = async (options: IDataObject = {}, more = {}) =>
		await runChannel(sim, 'message/send', { clientId: 'c1', text: 'Hello', options }, more);

	test('an answer that is lost leaves the outcome unknown, with the ids', async () => {
		await runChannel(sim, 'message/send', { clientId: 'c0', text: 'First' });
		sim.faults.add({ kind: 'resetAfterBody', afterProcessing: true });
		const { json } = await send({}, { onError: 'continueRegularOutput' });
		expect(json[0]).toMatchObject({ outcome: 'unknown', client_id: 'c1' });
		expect(json[0]?.description).toContain('look for it in the conversation');
		expect(json[0]?.event_id).toMatch(UUID);
		expect(sim.accepted.maxPerKey).toBe(1);
	});

	test('a limited rate is waited for, with the same ids', async () => {
		await runChannel(sim, 'message/send', { clientId: 'c0', text: 'First' });
		sim.faults.add({ kind: 'status', status: 429, retryAfter: 1 });
		const { json, error } = await send();
		expect(error).toBeUndefined();
		expect(json[0]?.outcome).toBe('accepted');
		expect(sim.accepted.maxPerKey).toBe(1);
	});

	test('sends again only where the user wants it, with the same ids', async () => {
		await runChannel(sim, 'message/send', { clientId: 'c0', text: 'First' });
		sim.faults.add({ kind: 'status', status: 503 });
		const { json } = await send({ onUnknownOutcome: 'resend' });
		expect(json[0]?.outcome).toBe('accepted');
		const ids = sim.log
			.slice(-2)
			.map(({ body }) => (JSON.parse(String(body)) as IDataObject).event_id);
		expect(ids[0]).toBe(ids[1]);
	});
});

describe('Event: Send Raw', () => {
	test('adds an event ID only where there is none', async () => {
		const event = {
			event_type: 'send_message',
			client_data: { client_id: 'c1' },
			event_data: { message: { message_id: 'm1', text: 'x' } },
		};
		const { json } = await runChannel(sim, 'event/sendRaw', { event: JSON.stringify(event) });
		expect(json[0]).toMatchObject({ client_id: 'c1', message_id: 'm1', outcome: 'accepted' });
		expect(lastBody()).toEqual({ ...event, event_id: json[0]?.event_id });
		expect(json[0]?.event_id).toMatch(UUID);
		await runChannel(sim, 'event/sendRaw', { event: { ...event, event_id: 'own' } });
		expect(lastBody().event_id).toBe('own');
	});

	test('sends event types of the future', async () => {
		sim.setOptions({ eventTypes: ['send_message', 'typing'] });
		const event = { event_type: 'typing', client_data: { client_id: 'c1' }, event_data: {} };
		const { error } = await runChannel(sim, 'event/sendRaw', { event });
		expect(error).toBeUndefined();
		expect(lastBody().event_type).toBe('typing');
	});

	test('refuses a list', async () => {
		const { error } = await runChannel(sim, 'event/sendRaw', { event: '[]' });
		expect(error?.message).toContain('"Event" must be an object');
	});
});

describe('Token', () => {
	test('Log In and Refresh give tokens that work', async () => {
		const before = Date.now();
		const { json } = await runChannel(sim, 'token/logIn');
		const expiresAt = Date.parse(String(json[0]?.expiresAt));
		expect(expiresAt - before).toBeGreaterThan(14 * 60_000);
		expect(expiresAt - before).toBeLessThan(16 * 60_000);
		const renewed = await runChannel(sim, 'token/refresh', {
			refreshToken: json[0]?.refresh_token,
		});
		const token = String(renewed.json[0]?.access_token);
		expect(token).not.toBe(json[0]?.access_token);
		const answer = await fetch(`${sim.url}/${CHANNEL_UUID}`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify({
				event_id: 'e',
				event_type: 'send_message',
				client_data: { client_id: 'c1' },
				event_data: { message: { message_id: 'm', text: 'x' } },
			}),
		});
		expect(await answer.json()).toEqual({ success: true, result: true });
		expect(sim.requests).toEqual({ login: 1, refresh: 1, event: 1 });
	});

	test('are marked as sensitive wherever they come out', async () => {
		const file = 'dist/nodes/VoximplantKitCustomChannel/VoximplantKitCustomChannel.node.js';
		const { VoximplantKitCustomChannel } = jest.requireActual<{
			VoximplantKitCustomChannel: new () => { description: { sensitiveOutputFields: string[] } };
		}>(join(__dirname, '../..', file));
		const { sensitiveOutputFields } = new VoximplantKitCustomChannel().description;
		for (const simplify of [true, false]) {
			const { json } = await runChannel(sim, 'token/logIn', { simplify });
			const item = structuredClone(json[0] ?? {});
			for (const place of sensitiveOutputFields) {
				const [last = '', ...path] = place.split('.').reverse();
				const holder = path.reverse().reduce((at, key) => (at?.[key] ?? {}) as IDataObject, item);
				if (last in holder) holder[last] = 'hidden';
			}
			expect(JSON.stringify(item)).toContain('hidden');
			for (const secret of sim.secrets) expect(JSON.stringify(item)).not.toContain(secret);
		}
	});

	test('a refresh token that is not good is refused', async () => {
		const { error } = await runChannel(sim, 'token/refresh', { refreshToken: 'nonsense' });
		expect(error?.message).toContain('Voximplant Kit refused to renew the token');
	});
});

describe('API Request', () => {
	test('reaches the login, which needs no session, and never another host', async () => {
		const login = await runChannel(sim, 'apiRequest/send', {
			path: '/api/v3/botService/login',
			bodyFormat: 'form',
			body: { channel_uuid: CHANNEL_UUID },
		});
		expect(login.json[0]).toMatchObject({ success: true });
		expect(sim.requests).toEqual({ login: 1 });
		for (const path of ['//evil.example.com/x', 'https://evil.example.com/', 'x', '/a?b=c']) {
			const { error } = await runChannel(sim, 'apiRequest/send', { path, bodyFormat: 'none' });
			expect(error?.message).toContain('"Path" begins with one /');
		}
	});

	test('tells a refusal', async () => {
		const { error } = await runChannel(sim, 'apiRequest/send', {
			method: 'GET',
			path: '/nowhere',
			bodyFormat: 'none',
			additionalFields: { query: { a: 1 } },
		});
		expect(error?.message).toContain('404');
		expect(sim.log.at(-1)?.query).toBe('?a=1');
	});
});

test.each([
	[{ accessToken: '' }, 'has no API token'],
	[{ accessToken: 'a b' }, 'holds blanks'],
	[{ domain: '' }, 'has no account name'],
	[{ channelUuid: '' }, 'has no channel UUID'],
	[{ channelUuid: 'a b' }, 'is not a UUID'],
	[{ customHost: '' }, 'is not a host name'],
])('a credential with %j is refused before anything is sent', async (more, message) => {
	const parameters = { clientId: 'c1', text: 'Hello' };
	const credentials = channelCredentials(sim.url, more);
	const { error } = await runChannel(sim, 'message/send', parameters, { credentials });
	expect(error?.message).toContain(message);
	expect(sim.requests).toEqual({});
});

test('the address of the channel may be pasted for its UUID', async () => {
	const channelUuid = `https://kit-im-eu.voximplant.com/${CHANNEL_UUID}`;
	const credentials = channelCredentials(`${sim.url}/`, { channelUuid });
	const parameters = { clientId: 'c1', text: 'Hello' };
	const { error } = await runChannel(sim, 'message/send', parameters, { credentials });
	expect(error).toBeUndefined();
});
