import {
	PUBLISHED_PORTS,
	publishedPortsTurn,
	startDecoy,
	startVoicemodControlSimulator,
	type VoicemodControlSimulator,
} from './voicemod';
import { defaultBehaviour } from './voicemod/control/options';
import { until } from './testSupport';
import { Client, RawClient } from './voicemodControlSupport';

let sim: VoicemodControlSimulator;
beforeAll(async () => {
	sim = await startVoicemodControlSimulator();
});
afterEach(async () => {
	sim.drop();
	await until(() => sim.connections.open === 0);
	sim.setOptions(defaultBehaviour());
	sim.reset();
});
afterAll(async () => await sim.close());

describe('connections', () => {
	it('are counted, with how they ended', async () => {
		const first = await Client.registered(sim.url);
		const second = await Client.registered(sim.url);
		expect(sim.connections).toEqual({ total: 2, open: 2, peak: 2, refused: 0 });
		first.socket.close(4000, 'done');
		await until(() => sim.connections.open === 1);
		expect(sim.closed).toMatchObject([{ code: 4000, reason: 'done', byClient: true }]);
		sim.drop(1001, 'going away');
		await until(() => second.closed !== undefined);
		expect(second.closed).toEqual({ code: 1001, reason: 'going away' });
		await until(() => sim.connections.open === 0);
		expect(sim.closed.at(-1)).toMatchObject({ code: 1001, byClient: false });
	});

	it('are lost without a close frame', async () => {
		const client = await Client.registered(sim.url);
		expect(sim.drop()).toBe(1);
		await until(() => client.closed !== undefined);
		expect(client.closed?.code).toBe(1006);
	});

	it.each([404, 'reset'] as const)('upgrade meets %s', async (upgrade) => {
		sim.setOptions({ upgrade });
		const client = await Client.open(sim.url);
		expect(client.closed?.code).toBe(1006);
		expect(sim.connections).toMatchObject({ total: 0, refused: 1 });
	});

	it('an upgrade that is never answered', async () => {
		sim.setOptions({ upgrade: 'stall' });
		const client = Client.open(sim.url).catch((error: Error) => error.message);
		await until(() => sim.connections.refused === 1);
		expect(sim.connections.total).toBe(0);
		expect(await client).toMatch(/did not come true/);
	});

	it('other paths, plain requests and bad handshakes are refused', async () => {
		const legacy = await Client.open(sim.url.replace('/v1/', '/vmsd'));
		expect(legacy.closed).toBeDefined();
		expect(sim.violations).toHaveLength(1);
		expect((await fetch(`${sim.controlUrl}/v1/`)).status).toBe(426);
		expect((await RawClient.open(sim.port, { 'Sec-WebSocket-Version': '8' })).status).toBe(400);
		expect((await RawClient.open(sim.port, { 'Sec-WebSocket-Key': 'short' })).status).toBe(400);
	});

	it('200 in a row leave nothing behind', async () => {
		for (let count = 0; count < 200; count++) {
			const raw = await RawClient.open(sim.port);
			raw.socket.destroy();
		}
		await until(() => sim.connections.open === 0);
		expect(sim.connections).toMatchObject({ total: 200, open: 0 });
	});
});

describe('frames (RFC 6455)', () => {
	it('answers in fragments', async () => {
		sim.setOptions({ fragmentBytes: 7 });
		const client = await Client.registered(sim.url);
		expect(await client.ask('getUserLicense')).toMatchObject({ actionType: 'getUserLicense' });
	});

	it('reads fragments, with a ping between them, one byte at a time', async () => {
		const raw = await RawClient.open(sim.port);
		const text = Buffer.from(
			JSON.stringify({ id: 'a', action: 'registerClient', payload: { clientKey: sim.clientKey } }),
		);
		raw.socket.setNoDelay(true);
		raw.frame(0x01, text.subarray(0, 10));
		raw.frame(0x89, Buffer.from('ping'));
		raw.frame(0x80, text.subarray(10));
		await until(() => sim.clients === 1);
		expect(sim.pings).toBe(1);
		await until(() => raw.received.includes(Buffer.from('\x8a\x04ping', 'latin1')));
		raw.socket.destroy();
	});

	it.each([
		['without mask', 0x81, Buffer.from('{}'), false, 1002],
		['reserved bits', 0xc1, Buffer.from('{}'), true, 1002],
		['unknown opcode', 0x83, Buffer.from('{}'), true, 1002],
		['continuation of nothing', 0x80, Buffer.from('{}'), true, 1002],
		['cut ping', 0x09, Buffer.from('{}'), true, 1002],
		['text that is no UTF-8', 0x81, Buffer.from([0xff, 0xfe]), true, 1007],
	])('refuses: %s', async (_name, first, payload, isMasked, code) => {
		const raw = await RawClient.open(sim.port);
		raw.frame(first, payload, isMasked);
		expect(await raw.closeCode()).toBe(code);
		raw.socket.destroy();
	});

	it('refuses messages above the limit, takes those below', async () => {
		const client = await Client.registered(sim.url);
		client.send('getUser', { padding: 'x'.repeat(15 * 1024 * 1024) });
		await until(() => client.frames.length > 0, 25_000);
		client.send('getUser', { padding: 'x'.repeat(16 * 1024 * 1024) });
		await until(() => client.closed !== undefined, 25_000);
		expect(client.closed?.code).toBe(1009);
	}, 60_000);

	it('pings, and counts no pong as a message', async () => {
		sim.setOptions({ pingMs: 5 });
		const client = await Client.registered(sim.url);
		await new Promise((resolve) => setTimeout(resolve, 40));
		expect(await client.ask('getUser')).toBeDefined();
		expect(sim.violations).toEqual([]);
	});
});

describe('faults', () => {
	it('silence and delay', async () => {
		const client = await Client.registered(sim.url);
		sim.setOptions({ silent: ['getUser'], delays: { getVoices: 60 } });
		client.send('getUser');
		const id = client.send('getVoices');
		client.send('getUserLicense');
		const frames = await client.take(2);
		expect(frames.map(({ actionType }) => actionType)).toEqual(['getUserLicense', 'getVoices']);
		expect(frames[1]?.id).toBe(id);
		expect(sim.performed).toMatchObject({ getUser: 1 });
		sim.setOptions({ acknowledge: 'none' });
		client.send('stopAllMemeSounds');
		await until(() => sim.app.stopAlls === 1);
		expect(client.frames).toEqual([]);
	});

	it.each([
		['drop', 0, 1006],
		['dropAfter', 1, 1006],
		['close', 0, 1011],
	] as const)('%s', async (kind, done, code) => {
		const client = await Client.registered(sim.url);
		sim.faults.add({ kind, action: 'toggleMuteMic' });
		client.send('getUser');
		client.send('toggleMuteMic');
		await until(() => client.closed !== undefined);
		expect(client.closed?.code).toBe(code);
		expect(sim.performed.toggleMuteMic ?? 0).toBe(done);
		expect(sim.received.toggleMuteMic).toBe(1);
		expect(sim.faults.log).toMatchObject([{ kind, action: 'toggleMuteMic' }]);
	});

	it('ignore, silent, status, garbage, twice, truncated', async () => {
		const client = await Client.registered(sim.url);
		sim.faults.add([
			{ kind: 'ignore', action: 'toggleMuteMic' },
			{ kind: 'silent', action: 'toggleMuteMic' },
			{ kind: 'status', action: 'toggleMuteMic', code: 503 },
			{ kind: 'garbage', action: 'getUser' },
			{ kind: 'twice', action: 'getUser' },
			{ kind: 'truncated', action: 'getUser' },
		]);
		for (let count = 0; count < 3; count++) client.send('toggleMuteMic');
		expect(await client.take(1)).toMatchObject([{ payload: { status: { code: 503 } } }]);
		expect([sim.received.toggleMuteMic, sim.performed.toggleMuteMic]).toEqual([3, 1]);
		for (let count = 0; count < 3; count++) client.send('getUser');
		const frames = await client.take(5);
		expect(frames.map((frame) => 'unreadable' in frame)).toEqual([true, false, false, false, true]);
		expect(frames[1]).not.toEqual(frames[2]);
		expect(frames[2]).toEqual(frames[3]);
	});

	it('huge answers and bad UTF-8', async () => {
		const client = await Client.registered(sim.url);
		sim.faults.add({ kind: 'huge', action: 'getUser' });
		client.send('getUser');
		await until(() => client.texts.length > 2 || client.closed !== undefined, 25_000);
		expect(Math.max(...client.texts.map(({ length }) => length))).toBeGreaterThan(16 * 1024 * 1024);
		sim.faults.add({ kind: 'invalidUtf8' });
		client.send('getUser');
		await until(() => client.closed !== undefined);
	}, 60_000);
});

describe('ports and control', () => {
	it('takes the first published port that is free', async () => {
		const endTurn = await publishedPortsTurn();
		const published = await startVoicemodControlSimulator({ port: 'published' });
		expect(PUBLISHED_PORTS).toContain(published.port);
		const client = await Client.registered(published.url);
		expect(published.clients).toBe(1);
		await client.close();
		await published.close();
		await endTurn();
	}, 120_000);

	it.each(['http', 'silent', 'closing', 'webSocket', 'silentWebSocket'] as const)(
		'decoy: %s',
		async (kind) => {
			const decoy = await startDecoy(kind);
			const opened = Client.open(`ws://127.0.0.1:${decoy.port}/v1/`);
			if (kind === 'silent') await expect(opened).rejects.toThrow();
			else {
				const client = await opened;
				const isOpen = kind === 'webSocket' || kind === 'silentWebSocket';
				expect(client.closed === undefined).toBe(isOpen);
				if (isOpen) client.send('registerClient');
				if (isOpen) await until(() => decoy.messages.length === 1);
				if (kind === 'webSocket') expect(await client.take(1)).toEqual([{ hello: 'world' }]);
			}
			expect(decoy.connections).toBe(1);
			await decoy.close();
		},
	);

	it('steers over HTTP', async () => {
		const post = async (name: string, body: unknown): Promise<unknown> => {
			const url = `${sim.controlUrl}/__sim/${name}`;
			const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
			return await response.json();
		};
		const client = await Client.registered(sim.url);
		await post('voice', { id: 'cave' });
		await post('switch', { name: 'hearMyself', value: true });
		await post('beep', { value: true });
		await post('parameter', { key: 'mix', value: 0.3 });
		await post('license', { license: 'free' });
		expect(await post('emit', { name: 'somethingNew', data: {} })).toEqual({ clients: 1 });
		expect((await client.take(7)).map(({ actionType, action }) => actionType ?? action)).toEqual([
			'voiceChangedEvent',
			'toggleHearMyVoice',
			'badLanguageEnabledEvent',
			'voiceParameterUpdated',
			'licenseTypeChanged',
			'getVoices',
			'somethingNew',
		]);
		const state = (await (await fetch(`${sim.controlUrl}/__sim/state`)).json()) as object;
		expect(state).toMatchObject({ currentVoice: 'cave', beeping: true });
		await post('faults', { kind: 'status', action: 'getUser', code: 500 });
		expect(await client.ask('getUser')).toMatchObject({ payload: { status: { code: 500 } } });
		expect(await post('drop', { code: 1012 })).toEqual({ clients: 1 });
		await until(() => client.closed !== undefined);
		expect(client.closed?.code).toBe(1012);
	});
});
