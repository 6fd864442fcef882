/** The Voicemod Control Trigger as n8n runs it: events, filters, reconnects, refused keys, its end. */
import type { IDataObject } from 'n8n-workflow';

import type { ControlOptions } from '../simulators/voicemod';
import { startVoicemodControlSimulator } from '../simulators/voicemod';
import { until } from '../simulators/testSupport';
import { unusedPort } from '../unit/support/server';
import type { RunningTrigger, TriggerOptions } from './support/trigger';
import { startTrigger } from './support/trigger';
import type { App } from './support/voicemodControl';
import { controlCredentials } from './support/voicemodControl';

const ALL = ['any', 'connected', 'disconnected'];

let app: App;
let trigger: RunningTrigger | undefined;

async function start(options: ControlOptions = {}): Promise<void> {
	app = await startVoicemodControlSimulator(options);
}

async function listen(parameters: IDataObject = {}, more: Partial<TriggerOptions> = {}) {
	trigger = await startTrigger({
		node: 'voicemodControlTrigger',
		parameters: { events: ALL, options: { raw: false }, ...parameters },
		credentials: controlCredentials(app),
		...more,
	});
	return trigger;
}

/** Listening, with the first events forgotten. */
async function listening(parameters: IDataObject = {}) {
	const running = await listen(parameters);
	await app.waitForClients(1);
	running.events.length = 0;
	return running;
}

afterEach(async () => {
	await trigger?.close();
	trigger = undefined;
	await until(() => app.connections.open === 0);
	await app.close();
});

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

describe('every event', () => {
	const happenings: ReadonlyArray<
		readonly [event: string, happen: () => void, output: IDataObject]
	> = [
		['voiceChanged', () => app.app.loadVoice('cave'), { voiceId: 'cave' }],
		['voiceChangerChanged', () => app.app.setSwitch('voiceChanger', false), { isOn: false }],
		['hearMyselfChanged', () => app.app.setSwitch('hearMyself', true), { isOn: true }],
		['backgroundEffectsChanged', () => app.app.setSwitch('background', true), { isOn: true }],
		['micMuteChanged', () => app.app.setSwitch('microphoneMute', true), { isOn: true }],
		['soundboardMuteForMeChanged', () => app.app.setSwitch('soundboardMute', true), { isOn: true }],
		['beepChanged', () => app.app.setBeep(true), { isOn: true }],
		[
			'voiceParameterChanged',
			() => app.app.setParameter('_Master Volume', 1.5),
			{ voiceId: 'cave' },
		],
		['licenseChanged', () => app.app.setLicense('free'), { licenseType: 'free' }],
		['voicesChanged', () => app.app.putVoice({ ...app.app.voices[0], id: 'new' } as never), {}],
		[
			'soundsChanged',
			() =>
				app.app.addSound({
					id: '99',
					name: 'New',
					playbackMode: 'PlayStop',
					isCustom: true,
					loop: false,
				}),
			{},
		],
		[
			'soundboardsChanged',
			() =>
				app.app.addSound({
					id: '98',
					name: 'New',
					playbackMode: 'PlayStop',
					isCustom: true,
					loop: false,
				}),
			{},
		],
		[
			'activeSoundboardChanged',
			() => app.app.activateSoundboard(app.app.soundboards[1]?.id ?? ''),
			{ profileId: 'f2f0a1de-0a0b-4f2e-9a55-3c9f1c5f2b11' },
		],
	];
	const spellings: ControlOptions[] = [
		{},
		{ notation: 'action' },
		{ notation: 'actionType', actionObject: 'string', booleans: 'number', memberCase: 'upper' },
		{ eventNames: 'sample', switchEventData: 'absent', eventIds: 'null' },
		{ eventNames: 'code', eventIds: 'foreign', parametersShape: 'array' },
		{ eventNames: 'both', toggleNames: 'alternative' },
	];
	test.each(spellings.map((options) => [JSON.stringify(options), options] as const))(
		'in the spelling %s, once each',
		async (_, options) => {
			await start(options);
			const running = await listening();
			for (const [event, happen, output] of happenings) {
				// Two names for parameters say different things.
				const once = event !== 'voiceParameterChanged' || options.eventNames !== 'both';
				const wanted = once ? 1 : 2;
				const seen = () => running.events.filter((one) => one.event === event);
				happen();
				await until(() => seen().length >= wanted);
				await sleep(30);
				const found = seen();
				running.events.length = 0;
				expect([event, found.length]).toEqual([event, wanted]);
				expect(found[0]).toMatchObject(output);
			}
		},
	);
});

test('lists come tidy, and without pictures', async () => {
	await start({ soundFields: 'both', enabledSpelling: 'isEnabled', booleans: 'number' });
	const running = await listening({ events: ['soundsChanged', 'voicesChanged'] });
	app.app.addSound({
		id: '99',
		name: 'New',
		playbackMode: 'PlayStop',
		isCustom: true,
		loop: false,
	});
	const [sounds] = await running.take(1);
	expect((sounds?.sounds as IDataObject[]).at(0)).toEqual({
		id: 'ad6efa6b-4872-4217-9465-5415178dfc1f',
		...{
			name: 'My Soundboard - Nuke Alert',
			type: 'PlayRestart',
			isCore: true,
			profile: 'My Soundboard',
		},
	});
	app.app.setLicense('free');
	const [voices] = await running.take(1);
	expect((voices?.voices as IDataObject[]).at(3)).toMatchObject({ id: 'deep', enabled: false });
});

describe('what starts the workflow', () => {
	test('only the chosen events', async () => {
		await start();
		const running = await listening({ events: ['micMuteChanged'] });
		app.app.loadVoice('cave');
		app.app.setSwitch('microphoneMute', true);
		expect(await running.take(1)).toEqual([
			{ event: 'micMuteChanged', name: 'toggleMuteMic', isOn: true },
		]);
		await sleep(50);
		expect(running.events).toEqual([]);
	});

	test('only the voices, states and parameters of the filters', async () => {
		await start();
		const running = await listening({
			filters: { voiceIds: 'CAVE, deep', state: 'off', parameterNames: 'Pitch' },
		});
		app.app.loadVoice('baby');
		app.app.setSwitch('microphoneMute', true);
		app.app.loadVoice('cave');
		app.app.setParameter('mix', 0.7);
		app.app.setParameter('Pitch', 2);
		app.app.setSwitch('microphoneMute', false);
		expect(
			(await running.take(3)).map(({ event, voiceId, isOn }) => [event, voiceId ?? isOn]),
		).toEqual([
			['voiceChanged', 'cave'],
			['voiceParameterChanged', 'cave'],
			['micMuteChanged', false],
		]);
		expect(running.events).toEqual([]);
	});

	test('not the working copy of a voice, nor the second name of the same change', async () => {
		await start({ eventNames: 'both', customVoiceEvents: true });
		const running = await listening({ events: ['voiceChanged'] });
		app.app.loadVoice('cave');
		app.app.setParameter('Pitch', 2);
		app.app.loadVoice('baby');
		app.app.loadVoice('cave');
		expect((await running.take(3)).map(({ voiceId }) => voiceId)).toEqual(['cave', 'baby', 'cave']);
		await sleep(50);
		expect(running.events).toEqual([]);
	});

	test('with "Any Message" also what nobody knows, raw if wanted', async () => {
		await start();
		const running = await listening({ options: { raw: true } });
		app.emit('somethingNew', { value: 1 });
		app.emitText('no JSON at all');
		app.emitText('{"actionType":"other"}');
		const [first, second] = await running.take(2);
		expect(first).toMatchObject({
			event: 'unknown',
			name: 'somethingNew',
			message: { actionObject: { value: 1 } },
		});
		expect(second).toEqual({ event: 'unknown', name: 'other', message: { actionType: 'other' } });
	});
});

describe('the connection', () => {
	test('tells when it is there and when it is gone', async () => {
		await start();
		const running = await listen({ events: ['connected', 'disconnected'] });
		expect(await running.take(1)).toEqual([
			{
				event: 'connected',
				name: 'connected',
				appVersion: '3.16.70',
				address: `127.0.0.1:${app.port}`,
			},
		]);
		app.drop(1001, 'closing');
		expect(await running.take(2)).toMatchObject([
			{ event: 'disconnected', code: 1001, reason: 'closing' },
			{ event: 'connected' },
		]);
		app.app.loadVoice('cave');
		expect(running.errors).toEqual([]);
	});

	test('the app may start later', async () => {
		const port = await unusedPort();
		await start();
		await app.close();
		trigger = await startTrigger({
			node: 'voicemodControlTrigger',
			parameters: { events: ['connected', 'voiceChanged'], options: {} },
			credentials: {
				voicemodControlApi: { host: '127.0.0.1', port, apiKey: 'voicemod-client-key' },
			},
		});
		await start({ port });
		expect(await trigger.take(1)).toMatchObject([{ event: 'connected' }]);
		app.app.loadVoice('cave');
		expect(await trigger.take(1)).toMatchObject([{ event: 'voiceChanged' }]);
	});

	test('the workflow is lost by no break', async () => {
		await start();
		const running = await listening({ events: ['voiceChanged'] });
		app.drop();
		await until(() => app.registrations.accepted === 2);
		app.app.loadVoice('cave');
		expect(await running.take(1)).toMatchObject([{ voiceId: 'cave' }]);
		expect(running.errors).toEqual([]);
	});

	test('it ends cleanly, also between two attempts', async () => {
		await start();
		const running = await listening();
		await running.close();
		await until(() => app.connections.open === 0);
		expect(app.closed).toMatchObject([{ code: 1000, byClient: true }]);
		expect(running.events).toEqual([]);
		const second = await listening();
		app.drop();
		await second.take(1);
		await second.close();
		await sleep(1200);
		expect(app.registrations.accepted).toBe(2);
	});
});

describe('a refused key', () => {
	test('is not shown, whatever words the app has for it', async () => {
		await start({ clientKey: 'my-other-key' });
		const fault = { kind: 'status', action: 'registerClient', code: 401 } as const;
		app.faults.add({ ...fault, reason: 'No such key: my-other-key' });
		const refused = await listen().catch((error: unknown) => error as Error);
		expect(refused).toMatchObject({
			message: 'Voicemod refused the client key: No such key: [hidden]',
		});
		expect(JSON.stringify(refused)).not.toContain('my-other-key');
	});

	test('keeps the workflow from being published, and is not tried again', async () => {
		await start({ clientKey: 'the right one' });
		const credentials = {
			voicemodControlApi: { ...controlCredentials(app).voicemodControlApi, apiKey: 'wrong' },
		};
		for (let attempt = 0; attempt < 3; attempt++) {
			await expect(listen({}, { credentials })).rejects.toThrow(
				'Voicemod refused the client key: Unauthorized',
			);
		}
		await sleep(1200);
		expect(app.registrations).toEqual({ accepted: 0, refused: 1 });
	});

	test('later ends the trigger with an error', async () => {
		await start({ clientKey: 'first key' });
		const running = await listening();
		app.setOptions({ clientKey: 'another' });
		app.drop();
		await until(() => running.errors.length > 0);
		expect(running.errors[0]?.message).toContain('refused the client key');
		await sleep(1200);
		expect(app.registrations).toEqual({ accepted: 1, refused: 1 });
	});
});

describe('while the workflow is being built', () => {
	test('the first event is shown', async () => {
		await start();
		const running = await listen({ events: ['voiceChanged'] }, { mode: 'manual' });
		await running.response.manualTriggerFunction?.();
		app.app.loadVoice('cave');
		expect(await running.take(1)).toMatchObject([{ event: 'voiceChanged', voiceId: 'cave' }]);
		await running.close();
		await until(() => app.connections.open === 0);
	});

	test('an app that is not there is an error at once, and so is a refused key', async () => {
		await start();
		const running = async (more: IDataObject) => {
			const credentials = {
				voicemodControlApi: { ...controlCredentials(app).voicemodControlApi, ...more },
			};
			return await listen({}, { mode: 'manual', credentials });
		};
		const absent = await running({ port: await unusedPort() });
		await expect(absent.response.manualTriggerFunction?.()).rejects.toThrow(
			'the connection was refused',
		);
		const refused = await running({ apiKey: 'wrong' });
		await expect(refused.response.manualTriggerFunction?.()).rejects.toThrow(
			'refused the client key',
		);
		await sleep(1200);
		expect(app.registrations.refused).toBe(1);
	});
});

test('an instance that protects local addresses says how to allow this one', async () => {
	await start();
	const asked: string[] = [];
	const egress = {
		validateUrl: async (url: URL) => {
			asked.push(url.href);
			return { ok: false, error: new Error('The IP address is blocked') };
		},
		validateConnectionHost: () => ({ ok: true }),
		createSecureLookup: () => () => undefined,
	};
	const failure = listen({}, { egress });
	await expect(failure).rejects.toMatchObject({
		message: expect.stringContaining(
			`blocks 127.0.0.1:${app.port}: The IP address is blocked`,
		) as string,
		description: expect.stringContaining('N8N_SSRF_ALLOWED_IP_RANGES') as string,
	});
	expect(asked).toEqual([`http://127.0.0.1:${app.port}/v1/`]);
	expect(app.connections.total).toBe(0);
});
