/** The trigger, called by the simulator over HTTP. */
import type { IDataObject } from 'n8n-workflow';

import {
	API_TOKEN,
	SALT,
	SIGNATURE_KINDS,
	startVoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import { startTrigger, type TriggerServer } from './support/channelTrigger';
import {
	channelCredentials,
	CREDENTIAL,
	runChannel,
	type Simulator,
} from './support/voximplantKitCustomChannel';

let sim: Simulator;
let trigger: TriggerServer;

const credentials = (more: IDataObject = {}) => channelCredentials(sim.url, more)[CREDENTIAL];
const events = () => trigger.started.map(({ json }) => json);
const withOptions = (options: IDataObject, more: IDataObject = {}) => {
	trigger.parameters = { ...trigger.parameters, options, ...more };
};

beforeEach(async () => {
	sim = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
	trigger = await startTrigger({ credentials: credentials() });
	sim.setOptions({ callbackUrl: trigger.url });
});

afterEach(async () => {
	await trigger.close();
	await sim.close();
});

describe('the set-up', () => {
	test.each(['GET', 'HEAD', 'POST'] as const)(
		'answers the check by %s, with and without keys',
		async (method) => {
			for (const given of [credentials(), credentials({ saltSecret: '' }), undefined]) {
				trigger.credentials = given;
				const { status, ok } = await sim.check(undefined, { method });
				expect([status, ok]).toEqual([200, true]);
			}
			expect(trigger.types.every((type) => type === 'text/plain')).toBe(true);
			expect(events()).toEqual([]);
		},
	);

	test('goes as a person does it: check, save, salt and UUID, first answer', async () => {
		trigger.credentials = undefined;
		const accessToken = sim.panel.createApiToken();
		const form = sim.panel.openChannelForm();
		const saved = await form.save({ callbackUrl: trigger.url, apiToken: accessToken });
		const more = { accessToken, channelUuid: saved.channelUuid, saltSecret: form.salt };
		trigger.credentials = credentials(more);
		const sent = await runChannel(
			sim,
			'message/send',
			{ clientId: 'c1', text: 'Hello' },
			{ credentials: channelCredentials(sim.url, more) },
		);
		expect(sent.json[0]).toMatchObject({ outcome: 'accepted', channel_uuid: saved.channelUuid });
		await sim.agentReply('c1', { text: 'Hi', channel: saved.channelUuid });
		expect(events()).toEqual([expect.objectContaining({ client_id: 'c1', text: 'Hi' })]);
	});
});

describe('the signature', () => {
	test.each(SIGNATURE_KINDS.filter((kind) => kind !== 'valid'))(
		'%s is refused and starts nothing',
		async (signature) => {
			const { status } = await sim.deliver({ signature });
			expect(status).toBe(401);
			withOptions({ acceptUnsigned: true });
			expect((await sim.deliver({ signature })).status).toBe(401);
			expect(events()).toEqual([]);
		},
	);

	test.each(['lower', 'upper', 'scheme'] as const)('is accepted as %s', async (form) => {
		expect((await sim.deliver({ form, event: { event_id: `e-${form}` } })).status).toBe(200);
		expect(events()).toHaveLength(1);
	});

	test('may be made with another API token', async () => {
		sim.setOptions({ callbackToken: 'anotherToken' });
		expect((await sim.deliver({})).status).toBe(401);
		trigger.credentials = credentials({ callbackToken: ' anotherToken ' });
		expect((await sim.deliver({})).status).toBe(200);
		expect(events()).toHaveLength(1);
	});

	test('without a salt, events are refused unless the user wants them', async () => {
		for (const given of [credentials({ saltSecret: '' }), undefined]) {
			trigger.credentials = given;
			withOptions({});
			expect((await sim.deliver({ event: { event_id: `${given}` } })).status).toBe(401);
			withOptions({ acceptUnsigned: true });
			expect((await sim.deliver({ event: { event_id: `${given}` } })).status).toBe(200);
		}
		expect(events()).toHaveLength(2);
	});

	test('cannot be checked: nothing starts, and nothing of the keys is said', async () => {
		trigger.broken = true;
		const answer = await fetch(trigger.url, {
			method: 'POST',
			body: '{"event_type":"x","event_id":"1"}',
		});
		expect(answer.status).toBe(500);
		const text = await answer.text();
		for (const secret of [SALT, API_TOKEN]) expect(text).not.toContain(secret);
		expect(events()).toEqual([]);
	});
});

describe('events', () => {
	test('a message of an agent', async () => {
		await sim.agentReply('c1', { text: 'Hi', eventId: 'e1', messageId: 'm1' });
		expect(events()).toEqual([
			{
				event: 'message',
				event_id: 'e1',
				event_type: 'send_message',
				client_id: 'c1',
				message_id: 'm1',
				text: 'Hi',
				payload: [],
				sender_id: 4210,
				sender_username: 'anna',
				sender_display_name: 'Anna Agent',
				sender_avatar: 'https://example.com/a.png',
				sender_email: 'anna@example.com',
				sender_type: 'agent',
				is_bot: false,
				from: 'agent',
				deliveryKey: 'e1',
			},
		]);
		expect(trigger.types).toEqual(['text/plain']);
	});

	test('the raw form, with everything that came', async () => {
		sim.setOptions({ extraEventFields: true });
		withOptions({}, { simplify: false });
		const { body } = await sim.botReply('c1', 'Hi');
		expect(events()).toEqual([
			{ ...body, event: 'message', from: 'bot', deliveryKey: body.event_id },
		]);
	});

	test.each([
		['CLOSED_BY_AGENT', 'agent'],
		['CLOSED_BY_BOT', 'bot'],
		['CLOSED_BY_CLIENT_TIMEOUT', 'unknown'],
		['CLOSED_BY_UNKNOWN_REASON', 'unknown'],
	] as const)('a conversation that ends: %s', async (reason, from) => {
		await sim.agentReply('c1', 'Hi');
		await sim.closeConversation('c1', reason);
		const closed = events().at(-1);
		expect(closed).toMatchObject({
			event: 'conversationClosed',
			client_id: 'c1',
			close_reason: reason,
		});
		if (reason !== 'CLOSED_BY_AGENT') expect(closed?.from).toBe(from);
		else expect(closed).toMatchObject({ from, sender_email: 'anna@example.com' });
	});

	test('types that are not known yet pass through, and may not name themselves', async () => {
		const data = { text: 'x', nested: { deep: [1] } };
		await sim.sendEvent('c1', 'assign_conversation', data, { eventId: 'e1' });
		await sim.deliver({
			event: { event: 'message', deliveryKey: 'k', from: 'agent', event_type: 'z', event_id: 'e2' },
		});
		expect(events()).toEqual([
			expect.objectContaining({
				event: 'other',
				event_type: 'assign_conversation',
				client_id: 'c1',
				...data,
				deliveryKey: 'e1',
			}),
			expect.objectContaining({ event: 'other', deliveryKey: 'e2' }),
		]);
		expect(events()[1]).not.toHaveProperty('from');
	});

	test('repeats start nothing, in whatever disguise', async () => {
		const { eventId } = await sim.agentReply('c1', 'Hi');
		await sim.repeat(eventId);
		await sim.deliver({ event: { event_id: eventId, event_type: 'close_conversation' } });
		expect(events()).toHaveLength(1);
		trigger.mode = 'manual';
		await sim.repeat(eventId);
		expect(events()).toHaveLength(2);
	});

	test('answers a burst, and gives each event once', async () => {
		sim.setOptions({ duplicateCallbacks: true });
		await Promise.all(
			Array.from({ length: 50 }, async (_, index) => await sim.agentReply('c1', `Hi ${index}`)),
		);
		await sim.idle();
		expect(events()).toHaveLength(50);
		expect(sim.callbacks.every(({ ok }) => ok)).toBe(true);
	});
});

describe('filters', () => {
	test.each([
		['agent', ['Agent']],
		['bot', ['Bot']],
		['any', ['Agent', 'Bot']],
		[undefined, ['Agent', 'Bot']],
	])('by author %s', async (author, texts) => {
		for (const senderType of ['present', 'absent'] as const) {
			sim.setOptions({ senderType });
			trigger.started.length = 0;
			withOptions({ author });
			await sim.agentReply('c1', 'Agent');
			await sim.botReply('c1', 'Bot');
			expect(events().map(({ text }) => text)).toEqual(texts);
		}
	});

	test('an author who is not known comes through only where anybody may', async () => {
		sim.setOptions({ senderData: false });
		withOptions({ author: 'agent' });
		await sim.agentReply('c1', 'Hi');
		expect(events()).toEqual([]);
		withOptions({});
		await sim.agentReply('c1', 'Hi');
		expect(events()).toEqual([expect.objectContaining({ from: 'unknown' })]);
	});

	test('by close reason, which leaves messages alone', async () => {
		withOptions({ closeReasons: ['CLOSED_BY_BOT'] });
		await sim.agentReply('c1', 'Hi');
		await sim.closeConversation('c1', 'CLOSED_BY_AGENT');
		await sim.agentReply('c1', 'Hi');
		await sim.closeConversation('c1', 'CLOSED_BY_BOT');
		expect(events().map(({ close_reason: reason }) => reason)).toEqual([
			undefined,
			undefined,
			'CLOSED_BY_BOT',
		]);
	});

	test('by event', async () => {
		withOptions({}, { events: ['conversationClosed'] });
		await sim.agentReply('c1', 'Hi');
		await sim.closeConversation('c1');
		await sim.sendEvent('c1', 'typing');
		expect(events().map(({ event }) => event)).toEqual(['conversationClosed']);
	});
});

describe('hostile bodies', () => {
	test.each([
		['', 200],
		['{"a":', 400],
		['[]', 400],
		['{}', 200],
		['null', 200],
		['{"event_type":null}', 401],
		['{"event_type":{"a":1},"event_id":["x"]}', 401],
		['{"event_type":"send_message"}', 401],
		[`{"event_type":"send_message","event_id":"e","x":"${'x'.repeat(1024 * 1024)}"}`, 400],
	])('%# are answered and start nothing', async (body, status) => {
		const answer = await fetch(trigger.url, {
			method: 'POST',
			body,
			headers: { authorization: 'x' },
		});
		expect(answer.status).toBe(status);
		expect(events()).toEqual([]);
	});

	test.each([
		{ client_data: null, event_data: null },
		{ client_data: 'x', event_data: [] },
		{ event_data: { message: 'x', sender_data: 7 } },
		{ event_data: { message: { payload: 'x' } } },
		{
			event_data: {
				message: { payload: [null, 7, 'x', { type: 'photo' }, { type: ['photo'], file_url: {} }] },
			},
		},
	])('%j is passed on without harm', async (event) => {
		withOptions({ downloadFiles: true });
		const { status } = await sim.deliver({ event });
		await trigger.idle();
		expect(status).toBe(200);
		expect(events()).toHaveLength(1);
	});
});

describe('files', () => {
	const photo = { type: 'photo' as const, file_name: 'box.png', content: 'PNG', mime: 'image/png' };

	test('are left alone unless they are wanted', async () => {
		await sim.agentReply('c1', { payload: [photo] });
		expect(trigger.started[0]).toMatchObject({ answeredBefore: false });
		expect(trigger.started[0]?.binary).toBeUndefined();
	});

	test('come as binary fields, after the answer', async () => {
		withOptions({ downloadFiles: true });
		const location = { type: 'location' as const, latitude: 50, longitude: 30 };
		await sim.agentReply('c1', {
			text: 'Look',
			payload: [location, photo, { ...photo, file_name: '' }],
		});
		await trigger.idle();
		const [item] = trigger.started;
		expect(item?.answeredBefore).toBe(true);
		expect(Object.keys(item?.binary ?? {})).toEqual(['attachment_1', 'attachment_2']);
		expect(item?.binary?.attachment_1).toEqual({
			data: Buffer.from('PNG').toString('base64'),
			fileName: 'box.png',
			mimeType: 'image/png',
		});
		expect(item?.json.payload).toEqual([
			location,
			expect.objectContaining({ type: 'photo', binaryField: 'attachment_1' }),
			expect.objectContaining({ type: 'photo', binaryField: 'attachment_2' }),
		]);
	});

	test('that take long do not hold up the answer', async () => {
		withOptions({ downloadFiles: true });
		const file_url = sim.addFile({
			name: 'a.txt',
			type: 'text/plain',
			content: Buffer.from('some text'),
		});
		sim.faults.add({ kind: 'slowBody', path: new URL(file_url).pathname, chunks: 4, delayMs: 200 });
		const { deliveries } = await sim.agentReply('c1', {
			payload: [{ type: 'document', file_url }],
		});
		expect(deliveries[0]?.ok).toBe(true);
		expect(deliveries[0]?.durationMs).toBeLessThan(500);
		expect(events()).toEqual([]);
		await trigger.idle();
		expect(trigger.started[0]?.binary).toHaveProperty('attachment_0');
	});

	test('that cannot be had are noted, and the event is not lost', async () => {
		withOptions({ downloadFiles: true, maxFileSize: 1, fileHosts: '127.0.0.1' });
		const large = { name: 'l', type: 'video/mp4', content: Buffer.alloc(1024 * 1024 + 1) };
		await sim.agentReply('c1', {
			payload: [
				{ type: 'video', file_url: sim.addFile(large) },
				{ type: 'photo', file_url: `${sim.url}/files/none/x.png`, file_name: '../../x.png' },
				{ type: 'audio', file_url: 'file:///etc/passwd' },
				{ type: 'document', file_url: 'http://localhost:1/a' },
				photo,
			],
		});
		await trigger.idle();
		const [item] = trigger.started;
		const payload = item?.json.payload as IDataObject[];
		expect(payload.map(({ downloadError }) => downloadError)).toEqual([
			'The attachment 0 could not be downloaded: it is larger than 1 MB',
			'The attachment ".._.._x.png" could not be downloaded: the server answered with HTTP 404',
			'The attachment 2 could not be downloaded: its address is not http(s)',
			'The attachment 3 could not be downloaded: files from localhost:1 are not allowed',
			undefined,
		]);
		expect(Object.keys(item?.binary ?? {})).toEqual(['attachment_4']);
	});

	test('are at most ten', async () => {
		withOptions({ downloadFiles: true });
		await sim.agentReply('c1', { payload: Array.from({ length: 12 }, () => photo) });
		await trigger.idle();
		expect(Object.keys(trigger.started[0]?.binary ?? {})).toHaveLength(10);
		const payload = trigger.started[0]?.json.payload as IDataObject[];
		expect(payload.at(-1)?.downloadError).toBe('Only the first 10 files are downloaded');
	});

	test('are asked for within the policy of the instance', async () => {
		withOptions({ downloadFiles: true });
		const filter = {
			validateUrl: async () => ({ ok: false, error: new Error('private address') }),
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => () => undefined,
		};
		trigger.helpers = { ...trigger.helpers, getSecureEgressFilter: () => filter };
		await sim.agentReply('c1', { payload: [photo] });
		await trigger.idle();
		expect(JSON.stringify(events())).toContain('network policy of this n8n instance blocks');
		expect(trigger.started[0]?.binary).toBeUndefined();
	});
});
