/** Send Raw, Token and API Request of the custom channel in n8n's engine, against the simulator. */
import { join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import {
	CHANNEL_UUID,
	startVoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import { runChannel, type Simulator, UUID } from './support/voximplantKitCustomChannel';

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

	test('sends nothing, and not its example, when an expression gives no event', async () => {
		for (const event of ['={{ $json.nothing }}', '={{ "" }}', '={{ null }}']) {
			const { error } = await runChannel(sim, 'event/sendRaw', { event });
			expect(error?.message).toBe('"Event" is empty: its expression gave nothing [item 0]');
		}
		expect(sim.requests).toEqual({});
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
		expect(error?.description).toContain('Token: Log In');
	});

	test.each(['ok', 'status'] as const)(
		'a refresh token that is not good says nothing about the others (%s)',
		async (loginErrors) => {
			sim.setOptions({ loginErrors });
			const items = [{ token: 'nonsense' }, { token: await refreshToken() }];
			const form = { refreshToken: '={{ $json.token }}' };
			const onError = 'continueRegularOutput';
			const { json } = await runChannel(sim, 'token/refresh', form, { items, onError });
			expect(json[0]?.error).toContain('refused to renew the token');
			expect(json[1]).toHaveProperty('access_token');
		},
	);

	test.each([
		['a refusal', 400, (token: string) => `{"success":false,"result":{"error":"Bad ${token}"}}`],
		['a page', 500, (token: string) => `<p>${'x'.repeat(150)} ${token}</p>`],
		['a limit', 429, (token: string) => `{"success":false,"result":{"error":"Bad ${token}"}}`],
	])('an error that repeats a refresh token does not show it: %s', async (_, status, body) => {
		const token = 'refreshTokenOfSomebody4711';
		sim.faults.add({ kind: 'status', status, body: body(token), times: 'always', retryAfter: 999 });
		const form = { refreshToken: token };
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			const { error, json } = await runChannel(sim, 'token/refresh', form, { onError });
			const shown = JSON.stringify([json, error?.message, error?.description, error?.context]);
			expect(shown).not.toContain('OfSomebody');
			expect(shown).not.toContain('refreshTok');
		}
	});

	test('a refresh token that stays the same comes out whole', async () => {
		const body = '{"success":true,"result":{"access_token":"new","refresh_token":"theSameToken"}}';
		sim.faults.add({ kind: 'okWithError', body });
		const { json } = await runChannel(sim, 'token/refresh', { refreshToken: 'theSameToken' });
		expect(json[0]).toMatchObject({ access_token: 'new', refresh_token: 'theSameToken' });
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
