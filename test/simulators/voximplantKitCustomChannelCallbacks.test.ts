import { createHash } from 'node:crypto';
import {
	API_TOKEN,
	CHANNEL_UUID,
	SALT,
	sign,
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from './voximplantKitCustomChannel';
import { until } from './testSupport';
import { startSink } from './velipSupport';
import { login, sampleEvent, sendEvent, tokenOf } from './voximplantKitCustomChannelSupport';

let sim: VoximplantKitCustomChannelSimulator;
let sink: Awaited<ReturnType<typeof startSink>>;
beforeEach(async () => {
	sink = await startSink();
	sim = await startVoximplantKitCustomChannelSimulator({ lifecycleMs: 5, callbackUrl: sink.url });
});
afterEach(async () => {
	await sim.close();
	await sink.close();
});

/** The last request, its body as JSON. */
function lastHit(): { authorization?: string; type?: string; body: Record<string, unknown> } {
	const hit = sink.hits.at(-1);
	const text = hit?.bytes.toString('utf8') ?? '';
	return {
		authorization: hit?.headers.authorization,
		type: hit?.headers['content-type'],
		body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
	};
}

function md5(text: string): string {
	return createHash('md5').update(text).digest('hex');
}

it('signs as the vectors of §6.2 say', () => {
	expect(sign('salt123', 'tok456', 'evt-789')).toBe('8d69d7a1c5dc6964a83938dbd3adf21c');
	expect(sign('salt123', 'tok456')).toBe('bb2aded99631db49fc6f04bf66ec5061');
});

describe('answers from Kit (§6.3)', () => {
	it('an agent writes to a client that wrote', async () => {
		await sendEvent(sim, await tokenOf(sim));
		const sent = await sim.agentReply('107804195', {
			text: 'Good afternoon!',
			messageId: 'kit-555',
			eventId: 'evt-1',
		});
		const { authorization, type, body } = lastHit();
		expect(type).toBe('application/json');
		expect(authorization).toBe(md5(`${SALT}:${API_TOKEN}:evt-1`));
		expect(body).toEqual({
			event_id: 'evt-1',
			event_type: 'send_message',
			client_data: { client_id: '107804195' },
			event_data: {
				sender_data: {
					sender_id: 4210,
					sender_username: 'anna',
					sender_display_name: 'Anna Agent',
					sender_avatar: 'https://example.com/a.png',
					sender_email: 'anna@example.com',
					sender_type: 'agent',
					is_bot: false,
				},
				message: { message_id: 'kit-555', text: 'Good afternoon!', payload: [] },
			},
		});
		expect(sent).toMatchObject({ eventId: 'evt-1', body, deliveries: [{ ok: true, status: 200 }] });
		expect(sim.conversation('107804195')).toMatchObject({
			assigned: 'agent',
			messages: [{ from: 'client' }, { from: 'agent', messageId: 'kit-555' }],
		});
	});

	it('a bot writes, also to a client that never wrote; optional parts may be absent', async () => {
		await sim.botReply('new', 'Hello');
		expect(lastHit().body).toMatchObject({
			event_data: { sender_data: { sender_type: 'bot', is_bot: true }, message: { text: 'Hello' } },
		});
		sim.setOptions({ senderType: 'absent', emptyPayload: 'absent' });
		await sim.botReply('new', { text: 'Hello', messageId: 'm' });
		expect(lastHit().body.event_data).toEqual({
			sender_data: { sender_display_name: 'Kit bot', is_bot: true },
			message: { message_id: 'm', text: 'Hello' },
		});
		sim.setOptions({ senderData: false, extraEventFields: true });
		await sim.botReply('new', { payload: [{ type: 'photo', file_url: 'https://example.com/a' }] });
		expect(lastHit().body).toMatchObject({
			timestamp: expect.any(String),
			event_data: { message: { payload: [{ file_id: 77, mime_type: expect.any(String) }] } },
		});
		expect(lastHit().body.event_data).not.toHaveProperty('sender_data');
	});

	it('serves attachments without authentication', async () => {
		await sim.agentReply('c', {
			payload: [
				{ type: 'document', file_name: 'Договір.txt', content: 'abc', mime: 'text/plain' },
				{ type: 'location', latitude: 1, longitude: 2 },
			],
		});
		const data = lastHit().body.event_data as { message: { payload: Array<{ file_url: string }> } };
		const [file, place] = data.message.payload;
		expect(place).toEqual({ type: 'location', latitude: 1, longitude: 2 });
		expect(file).toEqual({
			type: 'document',
			file_name: 'Договір.txt',
			file_url: expect.stringMatching(new RegExp(`^${sim.url}/files/[^/]+/%D0%94`)),
		});
		const answer = await fetch(file?.file_url ?? '');
		expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
			'text/plain',
			'abc',
		]);
		sim.faults.add({ kind: 'redirect', location: 'http://169.254.1.1/' });
		expect((await fetch(file?.file_url ?? '', { redirect: 'manual' })).status).toBe(302);
	});
});

describe('the end of a conversation (§6.4)', () => {
	it.each([
		['CLOSED_BY_AGENT', { sender_username: 'anna', is_bot: false }],
		['CLOSED_BY_BOT', { is_bot: true }],
		['CLOSED_BY_CLIENT_TIMEOUT', { is_bot: false }],
		['CLOSED_BY_UNKNOWN_REASON', { is_bot: false }],
	] as const)('%s', async (reason, sender) => {
		const { eventId } = await sim.closeConversation('107804195', reason);
		const { authorization, body } = lastHit();
		expect(authorization).toBe(md5(`${SALT}:${API_TOKEN}:${eventId}`));
		expect(body).toEqual({
			event_id: eventId,
			event_type: 'close_conversation',
			client_data: { client_id: '107804195' },
			event_data: { close_reason: reason, sender_data: expect.objectContaining(sender) },
		});
		const data = body.event_data as { sender_data: Record<string, unknown> };
		expect(data.sender_data).not.toHaveProperty('sender_type');
		if (reason !== 'CLOSED_BY_AGENT') expect(Object.keys(data.sender_data)).toEqual(['is_bot']);
		expect(sim.conversation('107804195')).toMatchObject({ status: 'closed', closeReason: reason });
	});

	it('a later message opens the next request in the same conversation', async () => {
		const token = await tokenOf(sim);
		await sendEvent(sim, token);
		await sim.closeConversation('107804195');
		await sendEvent(sim, token, sampleEvent({ event_id: 'e2' }, { message_id: 'm2' }));
		expect(sim.conversation('107804195')).toMatchObject({ status: 'open', requests: 2 });
		expect(sim.messages('107804195')).toHaveLength(2);
		expect(sim.state().conversations).toEqual({ open: 1, closed: 0 });
	});

	it('idle conversations are closed by the timers of the channel', async () => {
		await sim.panel.editChannel(CHANNEL_UUID, {
			closeAgentAfterMs: 3600_000,
			closeBotAfterMs: 60_000,
		});
		await sim.agentReply('with-agent', 'Hello');
		await sim.botReply('with-bot', 'Hello');
		sim.advanceClock(61_000);
		await until(() => lastHit().body.event_type === 'close_conversation');
		expect(lastHit().body).toMatchObject({
			client_data: { client_id: 'with-bot' },
			event_data: { close_reason: 'CLOSED_BY_CLIENT_TIMEOUT' },
		});
		await sim.agentReply('with-agent', 'Still there?');
		sim.advanceClock(3_550_000);
		expect(sim.conversation('with-agent')?.status).toBe('open');
		sim.advanceClock(60_000);
		expect(sim.conversation('with-agent')?.status).toBe('closed');
		await sim.idle();
	});
});

describe('deliveries', () => {
	it('are tried and repeated as the options say', async () => {
		sink.statuses.push(500);
		const once = await sim.agentReply('c', 'Hello');
		expect(once.deliveries.map(({ ok }) => ok)).toEqual([false]);
		sim.setOptions({ callbackTries: 3, callbackRetryMs: 5 });
		sink.statuses.push(500, 503);
		const retried = await sim.agentReply('c', 'Hello');
		expect(retried.deliveries.map(({ status }) => status)).toEqual([500, 503, 200]);
		sim.setOptions({ duplicateCallbacks: true });
		const twice = await sim.agentReply('c', 'Hello');
		expect(twice.deliveries).toHaveLength(2);
		sim.setOptions({ duplicateCallbacks: false });
		expect((await sim.repeat(twice.eventId)).deliveries).toHaveLength(3);
		expect(lastHit().body).toEqual(twice.body);
	});

	it('end with a reset', async () => {
		sim.setOptions({ callbackTries: 3, callbackRetryMs: 60_000 });
		sink.statuses.push(500);
		const reply = sim.agentReply('c', 'Hello');
		await until(() => sim.callbacks.length === 1);
		sim.reset();
		expect((await reply).deliveries).toEqual([]);
	});

	it('without a callback URL nothing is sent', async () => {
		sim.channel().callbackUrl = undefined;
		expect((await sim.agentReply('c', 'Hello')).deliveries).toEqual([]);
		expect(sim.messages('c')).toHaveLength(1);
		await expect(sim.check()).rejects.toThrow('no callback URL');
	});

	it.each([
		['valid', md5(`${SALT}:${API_TOKEN}:e`)],
		['missing', undefined],
		['empty', ''],
		['otherSalt', md5(`${SALT}x:${API_TOKEN}:e`)],
		['otherToken', md5(`${SALT}:${API_TOKEN}x:e`)],
		['otherEvent', md5(`${SALT}:${API_TOKEN}:ex`)],
		['withoutEventId', md5(`${SALT}:${API_TOKEN}`)],
	] as const)('signature %s', async (signature, expected) => {
		await sim.deliver({ signature, event: { event_id: 'e' } });
		expect(lastHit().authorization).toBe(expected);
	});

	it('tampered signatures differ in one digit; spellings are options', async () => {
		const good = md5(`${SALT}:${API_TOKEN}:e`);
		await sim.deliver({ signature: 'tampered', event: { event_id: 'e' } });
		const bad = lastHit().authorization ?? '';
		expect([bad === good, bad.slice(1)]).toEqual([false, good.slice(1)]);
		await sim.deliver({ form: 'upper', event: { event_id: 'e' } });
		expect(lastHit().authorization).toBe(good.toUpperCase());
		sim.setOptions({ signatureForm: 'scheme', callbackToken: 'other' });
		await sim.agentReply('c', { text: 'x', eventId: 'e' });
		expect(lastHit().authorization).toBe(`MD5 ${md5(`${SALT}:other:e`)}`);
	});

	it('may hold anything', async () => {
		await sim.sendEvent('c', 'assign_conversation', { agent: 1 });
		expect(lastHit().body).toMatchObject({
			event_type: 'assign_conversation',
			client_data: { client_id: 'c' },
			event_data: { agent: 1 },
		});
		await sim.deliver({ event: { event_type: null, client_data: 'odd' } });
		expect(lastHit().body).toMatchObject({ client_data: 'odd' });
		expect(lastHit().body).not.toHaveProperty('event_type');
		await sim.deliver({ rawBody: '{"broken', headers: { 'content-type': 'text/plain' } });
		expect(sink.hits.at(-1)?.bytes.toString()).toBe('{"broken');
	});
});

describe('the set-up check (§6.1) and the form (§2)', () => {
	it.each(['GET', 'HEAD', 'POST'] as const)('%s', async (method) => {
		const check = await sim.check(undefined, { method });
		expect(check).toMatchObject({ ok: true, status: 200, kind: 'check' });
		expect(check.reply?.body).toBe(method === 'HEAD' ? '' : '{}');
		const hit = sink.hits.at(-1);
		expect([hit?.method, hit?.bytes.length]).toEqual([method, 0]);
		expect(hit?.headers.authorization).toBe(md5(`${SALT}:${API_TOKEN}`));
	});

	it('a new channel is checked with a salt that exists before its UUID', async () => {
		const apiToken = sim.panel.createApiToken();
		const form = sim.panel.openChannelForm();
		const { channelUuid, salt, check } = await form.save({ callbackUrl: sink.url, apiToken });
		expect([salt, check.ok]).toEqual([form.salt, true]);
		expect(lastHit().authorization).toBe(md5(`${salt}:${apiToken}`));
		const own = await login(sim, { access_token: apiToken, channel_uuid: channelUuid });
		const sent = await sendEvent(sim, String(own.result.access_token), sampleEvent(), channelUuid);
		expect(sent.http).toBe(200);
		const { eventId } = await sim.agentReply('107804195', { text: 'Hi', channel: channelUuid });
		expect(lastHit().authorization).toBe(md5(`${salt}:${apiToken}:${eventId}`));
		sim.panel.revokeApiToken(apiToken);
		const revoked = await login(sim, { access_token: apiToken, channel_uuid: channelUuid });
		expect(revoked.body.success).toBe(false);
	});

	it('a channel whose URL does not answer is not saved', async () => {
		sink.statuses.push(404);
		const form = sim.panel.openChannelForm();
		await expect(form.save({ callbackUrl: sink.url })).rejects.toThrow('does not answer: 404');
		await expect(form.save({ callbackUrl: 'no' })).rejects.toThrow('Callback URL is missing');
		await expect(form.save({ callbackUrl: sink.url, apiToken: 'no' })).rejects.toThrow('API token');
		await expect(form.save({ callbackUrl: sink.url, closeBotAfterMs: 1 })).rejects.toThrow('timer');
		expect(sink.hits).toHaveLength(1);
		expect((await form.save({ callbackUrl: sink.url })).salt).toBe(form.salt);
	});

	it('editing repeats the check unless told otherwise', async () => {
		expect((await sim.panel.editChannel(CHANNEL_UUID, { name: 'x' }))?.salt).toBe(SALT);
		sim.setOptions({ checkOnEdit: false });
		expect(await sim.panel.editChannel(CHANNEL_UUID, { name: 'y' })).toBeUndefined();
		expect(sink.hits).toHaveLength(1);
		expect(sim.channel().name).toBe('y');
	});
});

describe('steering', () => {
	it.each([
		['sim:agent', 'send_message', { sender_data: { sender_type: 'agent' } }],
		['sim:bot', 'send_message', { sender_data: { is_bot: true } }],
		['sim:photo', 'send_message', { message: { payload: [{ type: 'photo' }] } }],
		['sim:document', 'send_message', { message: { payload: [{ type: 'document' }] } }],
		['sim:location', 'send_message', { message: { payload: [{ type: 'location' }] } }],
		['sim:contact', 'send_message', { message: { payload: [{ type: 'contact' }] } }],
		['sim:close', 'close_conversation', { close_reason: 'CLOSED_BY_AGENT' }],
		['sim:close-bot', 'close_conversation', { close_reason: 'CLOSED_BY_BOT' }],
		['sim:close-timeout', 'close_conversation', { close_reason: 'CLOSED_BY_CLIENT_TIMEOUT' }],
		['sim:close-unknown', 'close_conversation', { close_reason: 'CLOSED_BY_UNKNOWN_REASON' }],
	])('%s', async (text, event_type, event_data) => {
		const token = await tokenOf(sim);
		await sendEvent(sim, token, sampleEvent({}, { text }));
		await sim.idle();
		expect(sink.hits).toHaveLength(1);
		expect(lastHit().body).toMatchObject({ event_type, event_data });
		sim.setOptions({ steerByText: false });
		await sendEvent(sim, token, sampleEvent({}, { text }));
		await sim.idle();
		expect(sink.hits).toHaveLength(1);
	});
});

it('everything can be steered over HTTP', async () => {
	const control = async (name: string, body?: unknown): Promise<unknown> => {
		const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
		return await (await fetch(`${sim.url}/__sim/${name}`, init)).json();
	};
	const token = await tokenOf(sim);
	await sendEvent(sim, token);
	await control('agentReply', { client: 'c', text: 'Hello', event_id: 'e1' });
	await control('botReply', { client: 'c', text: 'Hello' });
	await control('repeat', { event_id: 'e1' });
	await control('close', { client: 'c', reason: 'CLOSED_BY_BOT' });
	await control('event', { client: 'c', type: 'connected' });
	await control('deliver', { signature: 'missing', event: { event_id: 'e2' } });
	expect(await control('check', { method: 'HEAD' })).toMatchObject({ ok: true });
	expect(await control('channel', { callbackUrl: sink.url })).toMatchObject({
		channelUuid: expect.any(String),
		salt: expect.any(String),
	});
	expect(sink.hits.map(({ method }) => method)).toEqual([
		...Array.from({ length: 6 }, () => 'POST'),
		'HEAD',
		'GET',
	]);
	expect(lastHit().body).toEqual({});
	await control('expire', {});
	expect((await sendEvent(sim, token)).http).toBe(401);
	await control('options', { callbackUrl: null, salt: 'new' });
	expect(sim.channel()).toMatchObject({ callbackUrl: undefined, salt: 'new' });
	expect(await control('accepted')).toMatchObject({ total: 1, byClient: { '107804195': 1 } });
	expect(await control('conversations')).toHaveLength(2);
	expect(await control('messages?client=c')).toHaveLength(2);
	expect(await control('callbacks')).toHaveLength(8);
	expect(await control('state')).toMatchObject({
		requests: { login: 1, event: 2 },
		callbacks: { total: 8, ok: 8 },
		auth: { unauthorized: 1 },
	});
	expect(await control('close', {})).toEqual({ error: '"client" is missing' });
});
