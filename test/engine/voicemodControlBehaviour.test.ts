/** How the Voicemod Control node deals with what apps, ports, people and n8n do. */
import type { IDataObject } from 'n8n-workflow';

import type { ControlOptions } from '../simulators/voicemod';
import type { Decoy, DecoyKind } from '../simulators/voicemod';
import {
	publishedPortsTurn,
	startDecoy,
	startVoicemodControlSimulator,
} from '../simulators/voicemod';
import { PUBLISHED_PORTS } from '../simulators/voicemod/control/options';
import type { App } from './support/voicemodControl';
import { by, CASES, controlCredentials, missing, runControl } from './support/voicemodControl';

let app: App;

async function start(options: ControlOptions = {}): Promise<App> {
	app = await startVoicemodControlSimulator(options);
	return app;
}

afterEach(async () => {
	await app.waitForClients(0);
	await app.close();
});

async function run(name: string, parameters: IDataObject = {}, options = {}) {
	return await runControl(app, name, parameters, options);
}

async function good(name: string, parameters: IDataObject = {}, options = {}) {
	const { error, json } = await run(name, parameters, options);
	if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
	return json;
}

const SPELLINGS: ControlOptions[] = [
	{ notation: 'action' },
	{ notation: 'actionType' },
	{ ids: 'null' },
	{ ids: 'absent' },
	{ ids: 'foreign' },
	{ notation: 'actionType', idMember: 'actionId' },
	{ notation: 'actionType', idMember: 'both' },
	{ activeSoundboardNotation: 'same' },
	{ eventIds: 'null' },
	{ eventIds: 'foreign' },
	{ notation: 'actionType', actionObject: 'string' },
	{ booleans: 'number' },
	{ voiceIdSpelling: 'voiceID' },
	{ voiceIdSpelling: 'voiceId' },
	{ voiceIdSpelling: 'both' },
	{ userIdSpelling: 'userID' },
	{ enabledSpelling: 'isEnabled' },
	{ soundFields: 'camel' },
	{ soundFields: 'both' },
	{ memberCase: 'lower' },
	{ memberCase: 'upper' },
	{ statusCode: 'string' },
	{ parametersShape: 'array' },
	{ currentVoiceAt: 'root' },
	{ soundBitmap: 'image' },
	{ statusAnswer: 'own' },
	{ toggleNames: 'alternative', ids: 'absent' },
	{ remainingTime: 'milliseconds' },
	{ eventNames: 'both' },
	{ eventNames: 'sample' },
	{ fragmentBytes: 200 },
	{ acknowledge: 'none' },
	{ greeting: false },
	{ noEffect: 'both' },
	{ loadAction: 'selectVoice' },
	{ loadAction: 'selectVoice', acknowledge: 'none', unknownActions: 'silent' },
	{
		...({ notation: 'actionType', ids: 'absent', actionObject: 'string' } as const),
		...({ booleans: 'number', memberCase: 'upper', statusCode: 'string' } as const),
		...({ acknowledge: 'none', toggleNames: 'alternative', parametersShape: 'array' } as const),
	},
];

test.each(SPELLINGS.map((options) => [JSON.stringify(options), options] as const))(
	'every operation understands %s',
	async (_, options) => {
		await start(options);
		for (const { name, parameters, output } of CASES) {
			// Those that say nothing need a second each; one of each kind is enough then.
			if (options.acknowledge === 'none' && /beepFor|random|stopAll/i.test(name)) continue;
			if (options.greeting === false && name === 'connection/check') continue;
			app.app.reset();
			const [first] = await good(name, parameters);
			expect([name, missing(first, output)]).toEqual([name, []]);
		}
		expect(app.violations).toEqual([]);
	},
	120_000,
);

test('the clean voice has another ID in app 3', async () => {
	await start({ noEffect: 'app3' });
	await good('voice/load', { voice: 'cave' });
	expect(await good('voice/reset')).toEqual([{ voiceId: 'df6454f1-8eb2-4092-9ccc-fb51219f6291' }]);
	expect(app.app.currentVoice).toBe('df6454f1-8eb2-4092-9ccc-fb51219f6291');
});

test('an app that lists no clean voice is sent nofx', async () => {
	await start({ noEffect: 'none' });
	const { error } = await run('voice/reset');
	expect(error?.message).toContain('No voice nofx');
});

describe('voices and sounds by name', () => {
	test.each([
		['cave', 'cave'],
		['Cave', 'cave'],
		['голос 🎤', '82575ca45e'],
	])('the voice %s', async (wanted, id) => {
		await start();
		expect(await good('voice/load', { voice: by('name', wanted) })).toMatchObject([
			{ voiceId: id },
		]);
		expect(app.app.currentVoice).toBe(id);
	});

	test('a voice that is not there is named', async () => {
		await start();
		const { error } = await run('voice/load', { voice: by('name', 'Robot') });
		expect(error?.message).toContain('Voicemod has no voice with the ID or name "Robot"');
		expect(app.received.loadVoice).toBeUndefined();
	});

	test.each(['Airhorn', 'Memes: Airhorn', 'Memes - Airhorn', '26'])(
		'the sound %s',
		async (sound) => {
			await start();
			await good('sound/play', { sound: by('name', sound) });
			expect(app.app.played).toMatchObject([{ id: '26', isKeyDown: true }]);
		},
	);

	test('two sounds of one name are not guessed between', async () => {
		await start();
		const { error } = await run('sound/play', { sound: by('name', 'Nuke Alert') });
		expect(error?.message).toMatch(
			/several sounds called "Nuke Alert" \(My Soundboard: ad6.*, Memes: 28\)/,
		);
		expect(app.app.played).toEqual([]);
		await good('sound/play', { sound: 'Memes: Nuke Alert' });
		expect(app.app.played).toMatchObject([{ id: '28' }]);
	});

	test('the list is asked for once for all items, and again when it changes', async () => {
		await start();
		await good('voice/load', { voice: 'Cave' }, { items: [{}, {}, {}] });
		expect(app.received.getVoices).toBe(1);
		expect(app.app.loaded).toEqual(['cave', 'cave', 'cave']);
	});
});

describe('voice', () => {
	test('filters and name', async () => {
		await start({ license: 'free' });
		const names = async (additionalFields: IDataObject) =>
			(await good('voice/getAll', { returnAll: true, additionalFields })).map(({ id }) => id);
		expect(await names({ only: ['favorite'] })).toEqual(['cave', 'deep']);
		expect(await names({ only: ['favorite', 'enabled'] })).toEqual(['cave']);
		expect(await names({ search: 'ba' })).toEqual(['baby']);
		expect(await names({ only: ['custom'] })).toEqual(['82575ca45e']);
		expect(await good('voice/getAll', { returnAll: false, limit: 2 })).toHaveLength(2);
	});

	test('a voice that needs a license is refused in the words of the app', async () => {
		await start({ license: 'free' });
		const { error } = await run('voice/load', { voice: 'deep' });
		expect(error?.message).toContain('The voice deep needs a Pro license');
	});

	test('an app that does not say so is asked which voice it has', async () => {
		await start({ license: 'free', acknowledge: 'none' });
		const { error } = await run('voice/load', { voice: 'deep' });
		expect(error?.message).toContain('did not load the voice "deep"');
		expect(app.app.currentVoice).toBe('nofx');
	});

	test('a parameter may be set with it, and the voice changer turned on', async () => {
		await start();
		app.app.setSwitch('voiceChanger', false);
		const additionalFields = {
			...{ parameterName: 'Pitch', parameterValue: '3', turnOnVoiceChanger: true },
		};
		expect(await good('voice/load', { voice: 'cave', additionalFields })).toEqual([
			{ voice: 'cave', voiceId: 'cave', voiceName: 'Cave', voiceChangerTurnedOn: true },
		]);
		expect(app.app.switches.voiceChanger).toBe(true);
		expect(app.app.parameters.find(({ key }) => key === 'Pitch')?.value).toBe(3);
		const { error } = await run('voice/load', {
			voice: 'cave',
			additionalFields: { parameterName: 'Pitch' },
		});
		expect(error?.message).toContain('go together');
	});

	test('parameters are found by key or name, and limited', async () => {
		await start();
		app.app.loadVoice('cave');
		const set = async (parameterName: string, value: number) =>
			(await good('voice/setParameter', { parameterName, value }))[0];
		expect(await set('Mix', 0.25)).toMatchObject({ key: 'mix', value: 0.25, limited: false });
		expect(await set('Pitch', 40)).toMatchObject({ key: 'Pitch', value: 12, limited: true });
		expect(app.violations).toEqual([]);
		const { error } = await run('voice/setParameter', { parameterName: 'Echo', value: 1 });
		expect(error?.message).toContain('has no parameter "Echo"');
		expect(error?.description).toContain('_Master Volume, _Reduce Background Noise, mix, Pitch');
	});

	test('pictures come as files, also large ones', async () => {
		await start({ bitmapBytes: 1024 * 1024 });
		const { outputs, error } = await run('voice/getImage', {
			voice: 'cave',
			image: 'transparent',
			binaryPropertyName: 'picture',
		});
		expect(error).toBeUndefined();
		const file = outputs[0]?.[0]?.binary?.picture;
		expect(file).toMatchObject({ mimeType: 'image/png', fileName: 'Cave.png' });
		expect(Buffer.from(file?.data ?? '', 'base64').length).toBe(1024 * 1024);
		const { error: none } = await run('sound/getImage', { sound: '26', image: 'transparent' });
		expect(none?.message).toContain('has no image "transparent"');
		expect(none?.description).toContain('default, selected');
	});
});

describe('things that must end', () => {
	test('a beep lasts as long as it should', async () => {
		await start();
		await good('beep/beepForDuration', { seconds: 0.4 });
		const [beep] = app.app.beeps;
		const lasted = (beep?.end ?? 0) - (beep?.start ?? 0);
		expect(lasted).toBeGreaterThan(350);
		expect(lasted).toBeLessThan(15_000);
	});

	test('a beep lasts as long as it should, however long the app was looked for', async () => {
		await start({ delays: { registerClient: 700 } });
		await good('beep/beepForDuration', { seconds: 0.5 });
		const [beep] = app.app.beeps;
		expect((beep?.end ?? 0) - (beep?.start ?? 0)).toBeGreaterThan(400);
	});

	test.each(['dropAfter', 'silent'] as const)(
		'when the beginning of a beep meets %s',
		async (kind) => {
			await start();
			app.faults.add({ kind, action: 'setBeepSound' });
			await run('beep/beepForDuration', { seconds: 0.2 });
			expect(app.app.beeps).toHaveLength(1);
			expect(app.app.isBeeping).toBe(false);
		},
	);

	test('when the connection breaks meanwhile', async () => {
		await start();
		const running = run('beep/beepForDuration', { seconds: 0.5 });
		await app.waitForClients(1);
		while (!app.app.isBeeping) await new Promise((resolve) => setTimeout(resolve, 5));
		app.drop();
		const { error } = await running;
		expect(error).toBeUndefined();
		expect(app.app.isBeeping).toBe(false);
		expect(app.connections.total).toBe(2);
	});

	test('when the execution is cancelled', async () => {
		await start();
		const { error } = await run(
			'beep/beepForDuration',
			{ seconds: 60 },
			{ cancelWhen: () => app.app.isBeeping },
		);
		expect(error?.message).toContain('cancelled');
		await app.waitForClients(0);
		expect(app.app.beeps).toHaveLength(1);
		expect(app.app.isBeeping).toBe(false);
	});

	test('what could not be ended is said', async () => {
		await start();
		app.faults.add({
			kind: 'status',
			code: 500,
			reason: 'Busy',
			action: 'setBeepSound',
			skip: 1,
			times: 'always',
		});
		const { error } = await run('beep/beepForDuration', { seconds: 0.1 });
		expect(error?.message).toMatch(/was begun and could not be ended: .*Busy/);
		expect(error?.description).toContain('Beep: Stop');
	});

	test('a sound is held and released', async () => {
		await start();
		await good('sound/play', { sound: 'Air Raid', key: 'hold', holdSeconds: 0.3 });
		const [down, up] = app.app.played;
		expect([down?.isKeyDown, up?.isKeyDown]).toEqual([true, false]);
		expect((up?.at ?? 0) - (down?.at ?? 0)).toBeGreaterThan(250);
		expect(app.app.held.size).toBe(0);
		await good('sound/play', { sound: 'Air Raid', key: 'press' });
		expect(app.app.held.size).toBe(1);
		await good('sound/play', { sound: 'Air Raid', key: 'release' });
		expect(app.app.held.size).toBe(0);
	});
});

describe('switches', () => {
	test('nothing is toggled when it is as wanted already', async () => {
		await start();
		expect(await good('voiceChanger/turnOn')).toEqual([{ isOn: true, changed: false }]);
		expect(app.received.toggleVoiceChanger).toBeUndefined();
	});

	test('a toggle whose answer is lost is not sent again blindly', async () => {
		await start();
		app.faults.add({ kind: 'dropAfter', action: 'toggleMuteMic' });
		expect(await good('microphoneMute/turnOn')).toEqual([{ isOn: true, changed: true }]);
		expect(app.performed.toggleMuteMic).toBe(1);
		app.faults.add({ kind: 'dropAfter', action: 'toggleMuteMic' });
		const { error } = await run('microphoneMute/toggle');
		expect(error?.message).toContain('broke before the answer came');
		expect(error?.description).toContain('may have been done all the same');
		expect(app.performed.toggleMuteMic).toBe(2);
	});
});

describe('the connection', () => {
	test('one for all items, closed at the end', async () => {
		await start();
		await good('user/get', {}, { items: Array.from({ length: 50 }, () => ({})) });
		await app.waitForClients(0);
		expect(app.connections).toMatchObject({ total: 1, open: 0 });
		expect(app.received.registerClient).toBe(1);
		expect(app.closed).toMatchObject([{ code: 1000, byClient: true }]);
	});

	test('one also for items at the same time', async () => {
		await start({ latencyMs: 50, ids: 'absent' });
		const items = Array.from({ length: 12 }, () => ({}));
		const json = await good('user/get', { options: { concurrency: 6 } }, { items });
		expect(json).toHaveLength(12);
		expect(app.connections).toMatchObject({ total: 1 });
	});

	test('pictures that are asked for at the same time are not mixed up without IDs', async () => {
		await start({ ids: 'absent', delays: { getBitmap: 100 }, bitmapBytes: 200 });
		const items = ['cave', 'baby', 'deep', 'claudia'].map((id) => ({ id }));
		const parameters = { voice: '={{ $json.id }}', options: { concurrency: 4 } };
		const { outputs } = await run('voice/getImage', parameters, { items });
		const texts = (outputs[0] ?? []).map(({ binary }) =>
			Buffer.from(binary?.data?.data ?? '', 'base64')
				.toString('latin1')
				.replace(/[^a-z.]/g, ''),
		);
		expect(texts.map((text, index) => text.includes(items[index]?.id ?? '?'))).toEqual([
			true,
			true,
			true,
			true,
		]);
	});

	test('it is closed after an error and after a cancel', async () => {
		await start();
		await run('voice/load', { voice: 'nobody' });
		await app.waitForClients(0);
		app.setOptions({ silent: ['getUser'] });
		await run(
			'user/get',
			{ options: { timeout: 60 } },
			{ cancelWhen: () => (app.received.getUser ?? 0) > 0 },
		);
		await app.waitForClients(0);
		expect(app.connections.open).toBe(0);
	});

	test('a break between and during items is mended for what only reads', async () => {
		await start();
		app.faults.add({ kind: 'drop', action: 'getUser', skip: 1 });
		app.faults.add({ kind: 'close', code: 1001, action: 'getUser', skip: 1 });
		const json = await good('user/get', {}, { items: [{}, {}, {}, {}] });
		expect(json).toHaveLength(4);
		expect(app.connections.total).toBe(3);
	});

	test('a sound is not played twice when the connection breaks', async () => {
		await start();
		app.faults.add({ kind: 'dropAfter', action: 'playMeme', skip: 1 });
		const { outputs } = await run(
			'sound/play',
			{ sound: '26' },
			{ items: [{}, {}, {}], onError: 'continueRegularOutput' },
		);
		expect(app.app.played).toHaveLength(3);
		expect((outputs[0] ?? []).map(({ json }) => json.outcome ?? 'done')).toEqual([
			'done',
			'unknown',
			'done',
		]);
	});

	test.each([
		['garbage', undefined],
		['binary', undefined],
		['twice', undefined],
		['truncated', /did not answer/],
		['invalidUtf8', undefined],
	] as const)('a frame that is %s', async (kind, failure) => {
		await start();
		app.faults.add({ kind, action: 'getUser' });
		const { error } = await run('user/get', { options: { timeout: 1 } });
		if (failure === undefined) expect(error).toBeUndefined();
		else expect(error?.message).toMatch(failure);
	});

	test('a message of more than 16 MB is not read', async () => {
		await start();
		app.faults.add({ kind: 'huge', action: 'getUser' });
		const { error } = await run('user/get', { options: { timeout: 20 } });
		expect(error?.message).toContain('more than 16 MB');
		expect(app.received.getUser).toBe(1);
	});

	test('an answer that comes too late is not taken for the next one', async () => {
		await start();
		app.faults.add({ kind: 'slow', delayMs: 1200, action: 'getUserLicense' });
		const { outputs } = await run(
			'user/getLicense',
			{ options: { timeout: 1 } },
			{ items: [{}, {}], onError: 'continueRegularOutput' },
		);
		expect((outputs[0] ?? []).map(({ json }) => json.licenseType ?? 'late')).toEqual([
			'late',
			'pro',
		]);
	});
});

describe('finding the app', () => {
	test('a refused key ends the run at once, and does not show', async () => {
		await start();
		const { error } = await run(
			'user/get',
			{},
			{
				items: [{}, {}, {}],
				credentials: controlCredentials(app, { apiKey: 'wrong-key-1234' }),
			},
		);
		expect(error?.message).toBe('Voicemod refused the client key: Unauthorized [item 0]');
		expect(error?.description).toContain('control-api.voicemod.net');
		expect(JSON.stringify(error)).not.toContain('wrong-key-1234');
		expect(app.registrations).toEqual({ accepted: 0, refused: 1 });
	});

	test('words of the app that repeat the key do not show it', async () => {
		await start({ clientKey: 'my-client-key' });
		const reason = 'my-client-key is busy';
		for (const action of ['registerClient', 'getUser']) {
			app.faults.add({ kind: 'status', code: 400, reason, action, times: 4 });
			const { error } = await run('user/get');
			expect(error?.message).toContain('[hidden] is busy');
			expect(JSON.stringify(error)).not.toContain('my-client-key');
			app.faults.clear();
		}
	});

	test('a hint made of names of the app does not show it either', async () => {
		await start({ clientKey: '_Master Volume' });
		const { error } = await run('voice/setParameter', { parameterName: 'nothing', value: 1 });
		expect(error?.description).toContain('It has: [hidden], ');
		expect(JSON.stringify(error)).not.toContain('_Master Volume');
	});

	test('with "Continue" every item says so, after one attempt', async () => {
		await start({ afterRefusal: 'close' });
		const { json } = await run(
			'user/get',
			{},
			{
				items: [{}, {}, {}],
				credentials: controlCredentials(app, { apiKey: 'wrong' }),
				onError: 'continueRegularOutput',
			},
		);
		expect(json).toHaveLength(3);
		for (const { error } of json) expect(error).toContain('refused the client key');
		expect(app.registrations.refused).toBe(1);
	});

	let endTurn: () => Promise<void>;
	beforeAll(async () => {
		endTurn = await publishedPortsTurn();
	}, 120_000);
	afterAll(async () => await endTurn());

	/** Takes the next published ports, as far as nobody has them already. */
	async function surround(kinds: readonly DecoyKind[]): Promise<Decoy[]> {
		const ports = [...PUBLISHED_PORTS];
		const decoys: Decoy[] = [];
		for (const kind of kinds) {
			let decoy: Decoy | undefined;
			while (decoy === undefined) {
				const port = ports.shift();
				if (port === undefined) throw new Error('All published ports are taken');
				decoy = await startDecoy(kind, port).catch(() => undefined);
			}
			decoys.push(decoy);
		}
		return decoys;
	}

	test('port 0 finds it among other programs, and gives the key to nobody else', async () => {
		const kinds = ['http', 'closing', 'webSocket', 'silentWebSocket', 'silent'] as const;
		const decoys = await surround(kinds);
		try {
			await start({ port: 'published' });
			const options = { credentials: controlCredentials(app, { port: 0, connectTimeout: 3000 }) };
			expect(await good('connection/check', {}, options)).toEqual([
				{ registered: true, appVersion: '3.16.70', host: '127.0.0.1', port: app.port },
			]);
			expect(decoys.map(({ connections }) => connections > 0)).toEqual(kinds.map(() => true));
			expect(decoys.map(({ messages }) => messages)).toEqual(kinds.map(() => []));
		} finally {
			for (const decoy of decoys) await decoy.close();
		}
	});

	test('port 0 finds an old app that does not greet', async () => {
		const decoys = await surround(['http']);
		try {
			await start({ port: 'published', greeting: false });
			const options = { credentials: controlCredentials(app, { port: 0 }) };
			expect(await good('user/getLicense', {}, options)).toEqual([{ licenseType: 'pro' }]);
		} finally {
			for (const decoy of decoys) await decoy.close();
		}
	});

	test('a server that sends back what it gets is not the app', async () => {
		await start();
		const echo = await startDecoy('echo');
		try {
			const credentials = controlCredentials({ port: echo.port, clientKey: 'my-client-key' });
			const { error } = await run('user/get', {}, { credentials });
			expect(error?.message).toContain('did not say whether it has registered this client');
			expect(error?.description).toContain('Another program may be listening on this port');
		} finally {
			await echo.close();
		}
	});

	test('port 0 says where it has looked', async () => {
		await start();
		const { error } = await run(
			'user/get',
			{},
			{ credentials: controlCredentials(app, { port: 0 }) },
		);
		expect(error?.message).toMatch(
			/could not be found at 127\.0\.0\.1 on any of its ports \(59129, 20000, .*30546\)/,
		);
		expect(error?.description).toMatch(/Start Voicemod .*n8n looks on the machine .*tunnel/);
	});

	test.each([
		[{ upgrade: 404 } as const, {}, /what answers there is no WebSocket server \(HTTP 404\)/],
		[{ upgrade: 'stall' } as const, { connectTimeout: 300 }, /no connection within 300 ms/],
		[{ upgrade: 'reset' } as const, {}, /could not be reached/],
	])('%j', async (options, more, message) => {
		await start(options);
		const { error } = await run('user/get', {}, { credentials: controlCredentials(app, more) });
		expect(error?.message).toMatch(message);
	});

	test('registration that is not answered', async () => {
		await start({ silent: ['registerClient'] });
		const { error } = await run('user/get');
		expect(error?.message).toContain('did not answer "registerClient" within 5 seconds');
	});

	test.each([
		[{ host: 'a b' }, /"Host" of the Voicemod Control credential/],
		[{ apiKey: ' ' }, /"Client Key \(API Key\)" of the Voicemod Control credential is empty/],
		[{ port: 70000 }, /"Port" of the Voicemod Control credential must be a whole number/],
	])('the credential %j cannot be used', async (more, message) => {
		await start();
		const { error } = await run('user/get', {}, { credentials: controlCredentials(app, more) });
		expect(error?.message).toMatch(message);
	});
});

describe('any action', () => {
	test('is sent as it is, and answered as it is', async () => {
		await start();
		const parameters = { action: 'getBitmap', payload: '{"voiceID":"cave"}' };
		expect(await good('connection/sendAction', parameters)).toMatchObject([
			{ answered: true, name: 'getBitmap', data: { voiceID: 'cave' } },
		]);
		const [raw] = await good('connection/sendAction', { ...parameters, simplify: false });
		expect(raw).toMatchObject({ actionType: 'getBitmap', actionObject: { voiceID: 'cave' } });
	});

	test('need not be waited for', async () => {
		await start();
		const parameters = {
			action: 'loadVoice',
			payload: '={{ { voiceID: "cave" } }}',
			waitForAnswer: false,
		};
		expect(await good('connection/sendAction', parameters)).toEqual([
			{ action: 'loadVoice', answered: false },
		]);
		expect(app.app.currentVoice).toBe('cave');
	});

	test('is said when the app does not know it', async () => {
		await start();
		const { error } = await run('connection/sendAction', { action: 'getAllMemes', payload: '{}' });
		expect(error?.message).toContain('does not know the action "getAllMemes"');
		const { error: list } = await run('connection/sendAction', {
			action: 'getUser',
			payload: '[]',
		});
		expect(list?.message).toContain('"Payload" must be a JSON object');
	});

	test('may have an answer of another name', async () => {
		await start({ ids: 'absent' });
		const running = run('connection/sendAction', {
			action: 'getUser',
			payload: '{}',
			additionalFields: { answerNames: 'somethingElse, other' },
		});
		app.setOptions({ silent: ['getUser'] });
		await app.waitForClients(1);
		while ((app.received.getUser ?? 0) === 0)
			await new Promise((resolve) => setTimeout(resolve, 5));
		app.emit('other', { value: 7 });
		expect((await running).json).toMatchObject([{ name: 'other', data: { value: 7 } }]);
	});
});
