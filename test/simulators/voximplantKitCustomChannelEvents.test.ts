import {
	CHANNEL_UUID,
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from './voximplantKitCustomChannel';
import { ask, sampleEvent, sendEvent, tokenOf } from './voximplantKitCustomChannelSupport';

let sim: VoximplantKitCustomChannelSimulator;
let token: string;
beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator({ lifecycleMs: 5 });
	token = await tokenOf(sim);
});
afterEach(async () => await sim.close());

const EVERYTHING = {
	client_id: '1',
	client_phone: '+380441234567',
	client_avatar: 'https://example.com/a.png',
	client_display_name: 'Jane',
	client_email: 'jane@example.com',
	client_language: 'en',
	utm: { source: 's', campaign: 'c', content: 'n', medium: 'm', term: 't' },
	page: { url: 'https://example.com', title: 'Home' },
	location: {
		latitude: 50.4,
		longitude: 30.5,
		country: 'Ukraine',
		country_code: 'UA',
		region: 'Kyiv',
		region_code: '30',
		city: 'Kyiv',
		ip_address: '192.0.2.1',
	},
	device: { type: 'mobile', model: 'X', user_agent: 'UA' },
};

const ATTACHMENTS = [
	{ type: 'photo', file_name: 'a.jpg', file_url: 'https://example.com/a.jpg' },
	{ type: 'video', file_name: 'a.mp4', file_url: 'https://example.com/a.mp4' },
	{ type: 'audio', file_name: 'a.mp3', file_url: 'https://example.com/a.mp3' },
	{ type: 'document', file_name: 'a.pdf', file_url: 'https://example.com/a.pdf' },
	{ type: 'location', latitude: 50.45, longitude: 30.52, address: 'Kyiv' },
	{ type: 'contact', name: 'Anna', number: '380441234567', avatar: 'https://example.com/b.png' },
];

/** The event with one of its nested fields replaced; undefined removes it. */
function withField(path: string, value: unknown): Record<string, unknown> {
	const event = sampleEvent();
	const names = path.split('.');
	let place = event;
	for (const name of names.slice(0, -1)) place = place[name] as Record<string, unknown>;
	place[names.at(-1) ?? ''] = value;
	return event;
}

describe('a good event (§4.3)', () => {
	it('is accepted with a boolean result, and kept', async () => {
		const { http, body } = await sendEvent(sim, token);
		expect(http).toBe(200);
		expect(body).toEqual({ success: true, result: true });
		expect(sim.conversation('107804195')).toMatchObject({
			channelUuid: CHANNEL_UUID,
			client: { client_display_name: 'Jane Roe' },
			status: 'open',
			requests: 1,
			messages: [{ from: 'client', messageId: 'ext-1001', text: 'Here is the photo' }],
		});
		expect(sim.accepted.byMessageId).toEqual(new Map([['ext-1001', 1]]));
		expect([sim.violations, sim.plausible]).toEqual([[], []]);
		expect(sim.log.at(-1)).toMatchObject({ processed: true, accepted: 1, status: 200 });
	});

	it('takes every field and every kind of attachment without a remark', async () => {
		const event = sampleEvent({}, { payload: ATTACHMENTS }, EVERYTHING);
		expect((await sendEvent(sim, token, event)).body).toEqual({ success: true, result: true });
		expect(sim.messages('1')[0]?.payload).toEqual(ATTACHMENTS);
		expect(sim.conversation('1')?.client).toEqual(EVERYTHING);
		expect([sim.violations, sim.plausible]).toEqual([[], []]);
		const bare = { ...sampleEvent(), event_data: { message: { message_id: 'm' } } };
		expect((await sendEvent(sim, token, bare)).http).toBe(200);
		expect(sim.plausible).toEqual([
			{ method: 'event', field: 'event_data.message', detail: 'neither text nor attachment' },
		]);
	});

	it('passes further fields of answers on', async () => {
		sim.setOptions({ extraReplyFields: { request_id: 'r1' } });
		const { body } = await sendEvent(sim, token);
		expect(body).toEqual({ success: true, result: true, request_id: 'r1' });
	});
});

describe('refused events (§5)', () => {
	it.each([
		['event_id', undefined, 'Field "event_id" is required.'],
		['event_id', '', 'Field "event_id" is required.'],
		['event_id', 7, 'Field "event_id" must be of type string.'],
		['event_type', undefined, 'Field "event_type" is required.'],
		['event_type', 'typing', 'Field "event_type" must be one of: send_message.'],
		['client_data', undefined, 'Field "client_data" is required.'],
		['client_data', 'x', 'Field "client_data" must be of type object.'],
		['client_data.client_id', undefined, 'Field "client_data.client_id" is required.'],
		['client_data.client_id', 107804195, 'Field "client_data.client_id" must be of type string.'],
		['client_data.client_phone', 380, 'Field "client_data.client_phone" must be of type string.'],
		['client_data.utm', [], 'Field "client_data.utm" must be of type object.'],
		[
			'client_data.location',
			{ latitude: '50' },
			'Field "client_data.location.latitude" must be of type number.',
		],
		['event_data', undefined, 'Field "event_data" is required.'],
		['event_data.message', undefined, 'Field "event_data.message" is required.'],
		[
			'event_data.message.message_id',
			undefined,
			'Field "event_data.message.message_id" is required.',
		],
		['event_data.message.text', 5, 'Field "event_data.message.text" must be of type string.'],
		['event_data.message.payload', {}, 'Field "event_data.message.payload" must be of type array.'],
		[
			'event_data.message.payload',
			['x'],
			'Field "event_data.message.payload[0]" must be of type object.',
		],
		[
			'event_data.message.payload',
			[{ type: 'sticker' }],
			'Field "event_data.message.payload[0].type" must be one of: photo, video, audio, document, location, contact.',
		],
		[
			'event_data.message.payload',
			[ATTACHMENTS[0], { type: 'location', latitude: '1', longitude: 2 }],
			'Field "event_data.message.payload[1].latitude" must be of type number.',
		],
		[
			'event_data.message.payload',
			[{ type: 'contact', name: 'A', number: 380 }],
			'Field "event_data.message.payload[0].number" must be of type string.',
		],
	])('%s = %j', async (path, value, error) => {
		const refused = await sendEvent(sim, token, withField(path, value));
		expect([refused.http, refused.body]).toEqual([
			422,
			{ success: false, result: { error, code: 422 } },
		]);
		sim.setOptions({ sendErrors: 'ok' });
		const ok = await sendEvent(sim, token, withField(path, value));
		expect([ok.http, ok.body]).toEqual([200, { success: false, result: { error, code: 422 } }]);
		expect(sim.accepted.total).toBe(0);
		expect(sim.conversations()).toEqual([]);
	});

	it('bodies that are no JSON object', async () => {
		for (const body of ['{', '[]', 'null'])
			expect((await sendEvent(sim, token, body)).result.code).toBe(400);
		const headers = { authorization: `Bearer ${token}` };
		const url = `${sim.url}/${CHANNEL_UUID}`;
		const form = await ask(url, { method: 'POST', headers, body: new URLSearchParams({ a: '1' }) });
		expect(form.http).toBe(400);
		const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe9]), Buffer.from('"}')]);
		const latin = await ask(url, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json' },
			body: bytes,
		});
		expect(latin.result).toEqual({ error: 'The body is not valid JSON.', code: 400 });
		expect(sim.violations.map(({ field }) => field)).toEqual(['Content-Type']);
	});

	it.each([
		['sim-error-402', 402, 402],
		['sim-error-503', 503, 503],
		['sim-error-401-ok', 200, 401],
	])('client %s', async (client_id, http, code) => {
		const answer = await sendEvent(sim, token, sampleEvent({}, {}, { client_id }));
		expect([answer.http, answer.result.code]).toEqual([http, code]);
		expect(sim.accepted.total).toBe(0);
	});
});

describe('remarks', () => {
	it('unknown fields, fields of another kind, and nulls are violations', async () => {
		const payload = [{ ...ATTACHMENTS[4], file_url: 'https://example.com' }];
		const event = sampleEvent({ extra: 1 }, { payload, text: null }, { utm: { id: '1' } });
		expect((await sendEvent(sim, token, event)).http).toBe(200);
		expect(sim.violations).toEqual([
			{ method: 'event', field: 'client_data.utm.id', detail: 'unknown field' },
			{ method: 'event', field: 'extra', detail: 'unknown field' },
			{ method: 'event', field: 'event_data.message.text', detail: 'null' },
			{
				method: 'event',
				field: 'event_data.message.payload[].file_url',
				detail: 'unknown field',
			},
		]);
		sim.setOptions({ unknownFields: 'refuse' });
		expect((await sendEvent(sim, token, event)).result.error).toBe(
			'Unknown field "client_data.utm.id".',
		);
	});

	it('empty fields, useless attachments and odd values are plausible', async () => {
		const payload = [
			{ type: 'photo', file_url: 'ftp://example.com' },
			{ type: 'audio' },
			{ type: 'location', latitude: 91 },
			{ type: 'contact', name: 'Anna' },
			...Array.from({ length: 7 }, () => ATTACHMENTS[0]),
		];
		const client = { client_id: 'a b', client_email: '', utm: {} };
		const event = sampleEvent({}, { payload, text: 'x'.repeat(4001) }, client);
		expect((await sendEvent(sim, token, event)).http).toBe(200);
		expect(sim.violations).toEqual([]);
		expect(sim.plausible.map(({ field, detail }) => `${field}: ${detail}`)).toEqual([
			'client_data.client_email: empty',
			'client_data.utm: empty',
			'client_data.client_id: not an id of the mobile channel (§7)',
			'event_data.message.text: longer than 4000 characters',
			'event_data.message.payload: more than 10 attachments',
			'event_data.message.payload[].file_url: not an HTTP address',
			'event_data.message.payload[]: audio without file_url',
			'event_data.message.payload[]: location without longitude',
			'event_data.message.payload[].latitude: out of range',
			'event_data.message.payload[]: contact without number',
		]);
	});
});

describe('repeats and other options', () => {
	it('counts an event id every time, unless it ignores or refuses repeats', async () => {
		await sendEvent(sim, token);
		await sendEvent(sim, token);
		expect([sim.accepted.total, sim.accepted.maxPerKey]).toEqual([2, 2]);
		expect(sim.messages()).toHaveLength(2);
		sim.setOptions({ repeatedEvents: 'ignore' });
		expect((await sendEvent(sim, token)).body).toEqual({ success: true, result: true });
		expect(sim.log.at(-1)?.accepted).toBe(0);
		sim.setOptions({ repeatedEvents: 'refuse' });
		expect((await sendEvent(sim, token)).http).toBe(422);
		expect(sim.state().accepted).toEqual({ total: 2, maxPerKey: 2, ignoredRepeats: 1 });
	});

	it('can know other event types', async () => {
		sim.setOptions({ eventTypes: ['send_message', 'typing'] });
		const event = sampleEvent({ event_type: 'typing', event_data: { seconds: 3 } });
		expect((await sendEvent(sim, token, event)).http).toBe(200);
		expect([sim.accepted.total, sim.messages()]).toEqual([1, []]);
	});

	it('can fetch attachments, as Kit must be able to', async () => {
		sim.setOptions({ fetchAttachments: true });
		const file_url = sim.addFile({
			name: 'a.txt',
			type: 'text/plain',
			content: Buffer.from('abc'),
		});
		const gone = `${sim.url}/files/none/a.txt`;
		const payload = [
			{ type: 'document', file_url },
			{ type: 'document', file_url: gone },
			{ type: 'document', file_url: 'http://127.0.0.1:1/' },
		];
		await sendEvent(sim, token, sampleEvent({}, { payload }));
		await sim.idle();
		expect(sim.messages()[0]?.fetched).toEqual({
			[file_url]: { status: 200, bytes: 3, type: 'text/plain' },
			[gone]: expect.objectContaining({ status: 404 }),
			'http://127.0.0.1:1/': { error: expect.any(String) },
		});
	});
});
