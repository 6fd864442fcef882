import { startVoicemodControlSimulator, type VoicemodControlSimulator } from './voicemod';
import { ACTIONS } from './voicemod/control/actions';
import { defaultBehaviour } from './voicemod/control/options';
import { until } from './testSupport';
import { Client, type AppFrame } from './voicemodControlSupport';

let sim: VoicemodControlSimulator;
let client: Client;
beforeAll(async () => {
	sim = await startVoicemodControlSimulator();
});
beforeEach(async () => {
	sim.reset();
	client = await Client.registered(sim.url);
});
afterEach(async () => {
	await client.close();
	const { clientKey: _key, ...rest } = defaultBehaviour();
	sim.setOptions(rest);
});
afterAll(async () => await sim.close());

/** `actionObject` of an answer. */
function data(frame: AppFrame): Record<string, unknown> {
	return frame.actionObject as Record<string, unknown>;
}

describe('registration (section B.1)', () => {
	it('greets, and answers in the action notation', async () => {
		const other = await Client.open(sim.url);
		const [greeting] = await other.take(1);
		expect(greeting).toEqual({
			appVersion: '3.16.70',
			msg: 'Pending authentication',
			server: 'Kestrel',
		});
		const id = other.send('registerClient', { clientKey: sim.clientKey });
		expect(await other.take(1)).toEqual([
			{
				action: 'registerClient',
				id,
				payload: { status: { code: 200, description: 'Authorized' } },
			},
		]);
		expect(sim.clients).toBe(2);
		expect(sim.violations).toEqual([]);
		await other.close();
	});

	it('is reached without the final slash', async () => {
		const other = await Client.registered(sim.url.slice(0, -1));
		expect(sim.clients).toBe(2);
		await other.close();
	});

	it('refuses a wrong key, and actions before the right one', async () => {
		const other = await Client.open(sim.url);
		await other.take(1);
		expect(await other.ask('registerClient', { clientKey: 'no' })).toMatchObject({
			payload: { status: { code: 401 } },
		});
		expect(await other.ask('getUser')).toMatchObject({ payload: { status: { code: 401 } } });
		expect(sim.registrations).toEqual({ accepted: 1, refused: 1 });
		expect(sim.performed).toEqual({ registerClient: 1 });
		sim.setOptions({ afterRefusal: 'close' });
		other.send('registerClient', { clientKey: 'no' });
		await until(() => other.closed !== undefined);
		expect(other.closed).toEqual({ code: 1008, reason: 'Unauthorized' });
		expect(other.frames).toHaveLength(3);
	});
});

describe('actions (section B.4)', () => {
	it('knows all 26, and selectVoice', () => {
		expect(ACTIONS.size + 1).toBe(27);
	});

	it('questions', async () => {
		expect(data(await client.ask('getUser'))).toEqual({
			userId: 'a5a564eb-4976-4b4e-a660-5adcc855560e',
		});
		expect(data(await client.ask('getUserLicense'))).toEqual({ licenseType: 'pro' });
		expect(data(await client.ask('getRotatoryVoicesRemainingTime'))).toEqual({
			remainingTime: 71769,
		});
		const voices = await client.ask('getVoices');
		expect(data(voices)).toMatchObject({ currentVoice: 'nofx' });
		expect(data(voices).voices).toContainEqual({
			id: 'cave',
			friendlyName: 'Cave',
			enabled: true,
			isCustom: false,
			favorited: true,
			isNew: false,
			bitmapChecksum: expect.stringMatching(/^[0-9a-f]{32}$/),
			isPurchased: false,
		});
		expect(voices.payload).toEqual(voices.actionObject);
		expect(data(await client.ask('getCurrentVoice'))).toMatchObject({
			voiceID: 'nofx',
			parameters: { '_Master Volume': { default: 1, maxValue: 2, minValue: 0, value: 1 } },
		});
		const boards = data(await client.ask('getAllSoundboard')).soundboards as AppFrame[];
		expect(boards[0]).toMatchObject({ name: 'My Soundboard', isCustom: true, enabled: true });
		const profile = await client.ask('getActiveSoundboardProfile');
		expect(profile).toEqual({
			type: 'getActiveSoundboardProfile',
			payload: { profileId: boards[0]?.id },
		});
		const memes = data(await client.ask('getMemes')).listOfMemes as AppFrame[];
		expect(memes[1]).toMatchObject({
			Name: 'My Soundboard - Jungle King',
			FileName: '79',
			Type: 'PlayStop',
		});
		expect(sim.violations).toEqual([]);
	});

	it('bitmaps, of 12 MB too', async () => {
		const voice = data(await client.ask('getBitmap', { voiceID: 'nofx' }));
		expect(Object.keys(voice.result as object)).toEqual(['default', 'selected', 'transparent']);
		sim.setOptions({ bitmapBytes: 5 * 1024 * 1024, notation: 'actionType' });
		const sound = data(await client.ask('getBitmap', { memeId: '26' }));
		const image = Buffer.from((sound.result as { default: string }).default, 'base64');
		expect(image).toHaveLength(5 * 1024 * 1024);
		expect(image.toString('latin1', 1, 4)).toBe('PNG');
		expect(client.texts.at(-1)?.length).toBeGreaterThan(13 * 1024 * 1024);
		const both = await client.ask('getBitmap', { voiceID: 'nofx', memeId: '26' });
		expect(both).toMatchObject({ payload: { status: { code: 400 } } });
		expect(sim.violations).toHaveLength(1);
	});

	it('loads a voice: acknowledgement and event', async () => {
		const id = client.send('loadVoice', { voiceID: 'cave' });
		expect(await client.take(2)).toEqual([
			{
				action: 'voiceChangedEvent',
				payload: { voiceId: 'cave', parameters: expect.any(Object) },
				actionType: 'voiceChangedEvent',
				appVersion: '3.16.70',
				actionObject: { voiceID: 'cave' },
				context: '',
			},
			{ action: 'loadVoice', id, payload: { status: { code: 200, description: 'OK' } } },
		]);
		expect([sim.app.currentVoice, sim.app.loaded]).toEqual(['cave', ['cave']]);
		client.send('loadVoice', { voiceID: 'cave', parameterName: 'mix', parameterValue: '0.75' });
		await client.take(2);
		expect(sim.app.parameters.find(({ key }) => key === 'mix')?.value).toBe(0.75);
		const bad = await client.ask('loadVoice', { voiceID: 'nobody' });
		expect(bad).toMatchObject({ payload: { status: { code: 404 } } });
		sim.setOptions({ license: 'free' });
		const pro = await client.ask('loadVoice', { voiceID: 'deep' });
		expect(pro).toMatchObject({ payload: { status: { code: 403 } } });
		expect(sim.app.currentVoice).toBe('cave');
	});

	it('older apps know selectVoice only', async () => {
		sim.setOptions({ loadAction: 'selectVoice' });
		expect(data(await client.ask('loadVoice', { voiceID: 'cave' }))).toEqual({
			commandName: 'loadVoice',
		});
		client.send('selectVoice', { voiceID: 'cave', voiceId: 'cave' });
		await until(() => sim.app.currentVoice === 'cave');
		expect(sim.violations).toEqual([]);
	});

	it.each([
		['AllVoices', (id: string) => id !== 'nofx'],
		['FreeVoices', (id: string) => ['cave', 'baby'].includes(id)],
		['FavoriteVoices', (id: string) => ['cave', 'deep'].includes(id)],
		['CustomVoices', (id: string) => id === '82575ca45e'],
	])('random voice: %s', async (mode, fits) => {
		client.send('selectRandomVoice', { mode });
		await client.take(2);
		expect(fits(sim.app.currentVoice)).toBe(true);
		expect((await client.ask('selectRandomVoice', { mode: 'Any' })).payload).toMatchObject({
			status: { code: 400 },
		});
	});

	it.each([
		['getVoiceChangerStatus', 'toggleVoiceChanger', 'voiceChanger', true],
		['getHearMyselfStatus', 'toggleHearMyVoice', 'hearMyself', false],
		['getBackgroundEffectStatus', 'toggleBackground', 'background', false],
		['getMuteMicStatus', 'toggleMuteMic', 'microphoneMute', false],
		['getMuteMemeForMeStatus', 'toggleMuteMemeForMe', 'soundboardMute', false],
	] as const)('switch: %s', async (status, toggle, name, initial) => {
		const other = await Client.registered(sim.url);
		const first = await client.ask(status);
		expect([first.actionType, data(first)]).toEqual([toggle, { value: initial }]);
		const second = await client.ask(toggle);
		expect([second.actionType, data(second)]).toEqual([toggle, { value: !initial }]);
		expect(sim.app.switches[name]).toBe(!initial);
		expect(await other.take(1)).toMatchObject([
			{ actionType: toggle, actionObject: { value: !initial } },
		]);
		expect(client.frames).toHaveLength(2);
		await other.close();
	});

	it('beeps from start to end', async () => {
		client.send('setBeepSound', { badLanguage: 1 });
		expect((await client.take(2))[0]?.actionType).toBe('badLanguageEnabledEvent');
		expect(sim.app.isBeeping).toBe(true);
		client.send('setBeepSound', { badLanguage: 0 });
		expect((await client.take(2))[0]?.actionType).toBe('badLanguageDisabledEvent');
		expect(sim.app.beeps).toEqual([{ start: expect.any(Number), end: expect.any(Number) }]);
		expect((await client.ask('setBeepSound', { badLanguage: true })).payload).toMatchObject({
			status: { code: 400 },
		});
	});

	it('plays sounds, and holds those that loop', async () => {
		await client.ask('playMeme', { FileName: '80', IsKeyDown: true });
		expect([...sim.app.held]).toEqual(['80']);
		await client.ask('playMeme', { FileName: '80', IsKeyDown: false });
		expect([...sim.app.held]).toEqual([]);
		expect(sim.app.played.map(({ id, isKeyDown }) => [id, isKeyDown])).toEqual([
			['80', true],
			['80', false],
		]);
		await client.ask('stopAllMemeSounds');
		expect(sim.app.stopAlls).toBe(1);
		expect((await client.ask('playMeme', { FileName: '80' })).payload).toMatchObject({
			status: { code: 400 },
		});
	});

	it('sets a parameter by its key, within its limits', async () => {
		await client.ask('loadVoice', { voiceID: 'cave' });
		await client.take(2);
		const set = async (name: string, value: unknown): Promise<AppFrame> =>
			await client.ask('setCurrentVoiceParameter', {
				parameterName: name,
				parameterValue: { value },
			});
		expect(data(await set('mix', 0.6))).toMatchObject({
			voiceID: 'cave',
			parameters: { mix: { name: 'Mix', value: 0.6 } },
		});
		expect(sim.violations).toEqual([]);
		expect(data(await set('Pitch', 99))).toMatchObject({ parameters: { Pitch: { value: 12 } } });
		expect(sim.violations).toHaveLength(1);
		expect((await set('Mix', 0.5)).payload).toMatchObject({ status: { code: 404 } });
	});

	it('notes what the page does not know', async () => {
		client.socket.send(JSON.stringify({ id: '', action: 'getUser', pluginVersion: '1' }));
		client.socket.send('[]');
		await client.ask('getAllMemes', { a: 1 });
		expect(sim.violations.map(({ field }) => field)).toEqual([
			'pluginVersion',
			'id',
			'payload',
			'(frame)',
			'(action)',
		]);
		expect(client.frames.at(-1)).toMatchObject({
			actionType: 'commandNotFound',
			actionObject: { commandName: 'getAllMemes' },
		});
	});
});
