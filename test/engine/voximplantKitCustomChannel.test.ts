/** Every operation of the custom channel in n8n's engine, against the simulator. */
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
	UUID,
} from './support/voximplantKitCustomChannel';

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

	test('passes on what Kit says beyond the reference, beside the IDs', async () => {
		sim.setOptions({ extraReplyFields: { conversation: 'k-7' } });
		const { json } = await send({ text: 'Hello', additionalFields: { eventId: 'e1' } });
		expect(json[0]).toMatchObject({ conversation: 'k-7', event_id: 'e1', outcome: 'accepted' });
		expect(json[0]?.message_id).toMatch(UUID);
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
			// With an expression for the type n8n wants what any of them requires.
			{
				payload: {
					entry: [{ ...ATTACHMENTS[0], ...ATTACHMENTS[5], type: '={{ $json.nothing }}' }],
				},
			},
			'"Attachments" 1: "Attachment Type" is empty: its expression gave nothing',
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

	const texts = (id: string) => sim.messages(id).map(({ text }) => text);

	test.each([
		['message/send', { clientId: '={{ $json.client }}', text: '={{ $json.text }}' }],
		[
			'event/sendRaw',
			{
				event:
					'={{ { event_type: "send_message", client_data: { client_id: $json.client }, event_data: { message: { message_id: $json.text, text: $json.text } } } }}',
			},
		],
	])('%s keeps the order of a conversation, also when one has to wait', async (name, form) => {
		await runChannel(sim, 'message/send', { clientId: 'c0', text: 'First' });
		const items = [...Array(6).keys()].flatMap((count) =>
			['a', 'b'].map((client) => ({ client, text: `${client}${count}` })),
		);
		sim.faults.add({ kind: 'status', status: 429, skip: 3, times: 2 });
		sim.faults.add({ kind: 'slowBody', match: 'a4', chunks: 2, delayMs: 50 });
		const { error, json } = await runChannel(sim, name, form, { items });
		expect(error).toBeUndefined();
		for (const client of ['a', 'b'])
			expect(texts(client)).toEqual([...Array(6).keys()].map((count) => `${client}${count}`));
		expect(json.map(({ client_id: id }) => id)).toEqual(items.map(({ client }) => client));
	});

	test('different conversations still go side by side', async () => {
		sim.setOptions({ latencyMs: 150 });
		const items = Array.from({ length: 20 }, (_, index) => ({ client: `c${index}` }));
		const form = { clientId: '={{ $json.client }}', text: 'Hello' };
		await runChannel(sim, 'message/send', form, { items });
		expect(sim.connections.peakInFlight).toBe(5);
	});

	test('a run that stops sends nothing more of a conversation', async () => {
		const items = ['one', 'two', 'three'].map((text) => ({ text }));
		sim.faults.add({
			kind: 'status',
			status: 422,
			body: '{"success":false,"result":{"error":"No","code":422}}',
			match: 'two',
		});
		const form = { clientId: 'c1', text: '={{ $json.text }}' };
		const { error } = await runChannel(sim, 'message/send', form, { items });
		expect(error?.message).toContain('code 422 [item 1]');
		expect(texts('c1')).toEqual(['one']);
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

	test.each(['ok', 'status'] as const)(
		'of an unknown channel cost one login for all its items, and none of the others (%s)',
		async (loginErrors) => {
			sim.setOptions({ loginErrors });
			const wrong = '00000000-2222-4333-8444-555555555555';
			const items = Array.from({ length: 20 }, (_, index) => ({ uuid: index % 2 ? wrong : '' }));
			const additionalFields = { channelUuid: '={{ $json.uuid }}' };
			const { json } = await send(
				{ additionalFields },
				{ items, onError: 'continueRegularOutput' },
			);
			expect(json.map(({ outcome }) => outcome)).toEqual(
				items.map(({ uuid }) => (uuid === '' ? 'accepted' : 'not_sent')),
			);
			expect(json[1]?.error).toContain('refused the login');
			expect(json[19]?.error).toBe(String(json[1]?.error).replace('item 1', 'item 19'));
			expect(sim.requests).toEqual({ login: 2, event: 10 });
		},
	);

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
