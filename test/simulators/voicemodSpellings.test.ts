import {
	NO_EFFECT_IDS,
	startVoicemodControlSimulator,
	type VoicemodControlSimulator,
} from './voicemod';
import { defaultBehaviour } from './voicemod/control/options';
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

describe('spellings (section B.2)', () => {
	it.each(['both', 'action', 'actionType'] as const)('notation %s', async (notation) => {
		sim.setOptions({ notation });
		const answer = await client.ask('getUserLicense');
		expect('actionType' in answer).toBe(notation !== 'action');
		expect('action' in answer).toBe(notation !== 'actionType');
		expect('actionID' in answer).toBe(notation !== 'action');
	});

	it.each([
		['echo', 'both', ['actionID', 'actionId']],
		['echo', 'actionId', ['actionId']],
		['null', 'actionID', ['actionID']],
		['foreign', 'actionID', ['actionID']],
		['absent', 'both', []],
	] as const)('ids: %s as %s', async (ids, idMember, expected) => {
		sim.setOptions({ ids, idMember, notation: 'actionType' });
		const id = client.send('getUser');
		const [answer = {}] = await client.take(1);
		const found = ['actionID', 'actionId'].filter((name) => name in answer);
		expect(found).toEqual(expected);
		for (const name of found) expect(answer[name] === id).toBe(ids === 'echo');
		if (ids === 'null') expect(answer.actionID).toBeNull();
	});

	it('members', async () => {
		sim.setOptions({
			userIdSpelling: 'userID',
			enabledSpelling: 'isEnabled',
			voiceIdSpelling: 'both',
			soundFields: 'both',
			booleans: 'number',
			actionObject: 'string',
			statusCode: 'string',
			parametersShape: 'array',
			remainingTime: 'milliseconds',
			currentVoiceAt: 'root',
			soundBitmap: 'image',
			statusAnswer: 'own',
			toggleNames: 'alternative',
			activeSoundboardNotation: 'same',
		});
		const ask = async (action: string, payload = {}): Promise<AppFrame> => {
			const answer = await client.ask(action, payload);
			return JSON.parse(String(answer.actionObject)) as AppFrame;
		};
		expect(Object.keys(await ask('getUser'))).toEqual(['userID']);
		const { voices } = await ask('getVoices');
		expect((voices as AppFrame[])[0]).toMatchObject({ isEnabled: 1, isNew: 0 });
		expect(client.frames.at(-1)?.currentVoice).toBe('nofx');
		expect(await ask('getCurrentVoice')).toMatchObject({
			voiceID: 'nofx',
			voiceId: 'nofx',
			parameters: [{ '_Master Volume': { displayNormalized: 1 } }, expect.any(Object)],
		});
		const { listOfMemes } = await ask('getMemes');
		expect((listOfMemes as AppFrame[])[0]).toMatchObject({
			FileName: expect.any(String),
			isCore: 1,
		});
		expect(await ask('getRotatoryVoicesRemainingTime')).toEqual({ remainingTime: 71769000 });
		expect(Object.keys((await ask('getBitmap', { memeId: '26' })).result as object)).toEqual([
			'image',
		]);
		expect(await ask('getMuteMicStatus')).toEqual({ value: 0 });
		expect(client.frames.at(-1)?.actionType).toBe('getMuteMicStatus');
		expect(await ask('toggleMuteMic')).toEqual({ value: 1 });
		expect(client.frames.at(-1)?.actionType).toBe('toggleMute');
		await ask('toggleMuteMemeForMe');
		expect(client.frames.at(-1)?.actionType).toBe('toggleMuteForMeMeme');
		expect(await ask('getActiveSoundboardProfile')).toHaveProperty('profileId');
		expect((await client.ask('stopAllMemeSounds')).payload).toEqual({
			status: { code: '200', description: 'OK' },
		});
	});

	it.each(['lower', 'upper'] as const)(
		'member names in %s case, keys as they are',
		async (memberCase) => {
			sim.setOptions({ memberCase });
			const answer = await client.ask('getCurrentVoice');
			const name = (text: string): string =>
				memberCase === 'lower' ? text.toLowerCase() : text.toUpperCase();
			const object = answer[name('actionObject')] as AppFrame;
			expect(object[name('voiceID')]).toBe('nofx');
			expect(Object.keys(object[name('parameters')] as object)).toContain('_Master Volume');
			sim.setOptions({ memberCase: 'page' });
		},
	);

	it.each([
		['nofx', [NO_EFFECT_IDS.nofx]],
		['app3', [NO_EFFECT_IDS.app3]],
		['both', [NO_EFFECT_IDS.nofx, NO_EFFECT_IDS.app3]],
		['zero', [NO_EFFECT_IDS.zero]],
		['none', []],
	] as const)('voice without effect: %s', async (noEffect, ids) => {
		sim.setOptions({ noEffect });
		const { voices } = data(await client.ask('getVoices'));
		const found = (voices as Array<{ id: string }>).map(({ id }) => id);
		expect(found.filter((id) => Object.values<string>(NO_EFFECT_IDS).includes(id))).toEqual(ids);
	});
});

describe('events (section B.5)', () => {
	const names = async (count: number): Promise<unknown[]> =>
		(await client.take(count)).map((frame) => frame.actionType ?? frame.action ?? frame.type);

	it('as the page names them', async () => {
		sim.app.loadVoice('cave');
		sim.app.setSwitch('microphoneMute', true);
		sim.app.setBeep(true);
		sim.app.setParameter('mix', 0.1);
		sim.app.setLicense('free');
		sim.app.addSound({
			id: '99',
			name: 'New',
			isCustom: true,
			playbackMode: 'PlayStop',
			loop: false,
		});
		sim.app.activateSoundboard('f2f0a1de-0a0b-4f2e-9a55-3c9f1c5f2b11');
		expect(await names(9)).toEqual([
			'voiceChangedEvent',
			'toggleMuteMic',
			'badLanguageEnabledEvent',
			'voiceParameterUpdated',
			'licenseTypeChanged',
			'getVoices',
			'getMemes',
			'getAllSoundboard',
			'getActiveSoundboardProfile',
		]);
	});

	it('as the sample and other clients know them', async () => {
		sim.setOptions({ eventNames: 'sample', switchEventData: 'absent' });
		sim.app.loadVoice('cave');
		sim.app.setSwitch('hearMyself', true);
		sim.app.setSwitch('microphoneMute', false);
		sim.app.setParameter('mix', 0.1);
		const frames = await client.take(4);
		expect(frames.map(({ actionType, actionObject }) => [actionType, actionObject])).toEqual([
			['voiceLoadedEvent', { voiceID: 'cave' }],
			['hearMySelfEnabledEvent', {}],
			['muteMicrophoneDisabledEvent', {}],
			['parameterChangedEvent', { voiceID: 'cave', parameters: expect.any(Object) }],
		]);
		sim.setOptions({ eventNames: 'code' });
		sim.app.setSwitch('hearMyself', false);
		sim.app.setSwitch('microphoneMute', true);
		sim.app.setParameter('mix', 0.2);
		expect(await names(3)).toEqual([
			'HearMyVoiceDisabledEvent',
			'muteMicEnabledEvent',
			'parametersChangedEvent',
		]);
		sim.setOptions({ eventNames: 'both', customVoiceEvents: true, eventIds: 'null' });
		sim.app.loadVoice('baby');
		sim.app.setParameter('mix', 0.2);
		const both = await client.take(6);
		expect(both.slice(0, 2).map(({ actionType, actionID }) => [actionType, actionID])).toEqual([
			['voiceChangedEvent', null],
			['voiceLoadedEvent', null],
		]);
		expect(both[4]).toMatchObject({ actionObject: { voiceID: 'custom' } });
	});

	it('any event and any text; not to those who are not registered', async () => {
		const other = await Client.open(sim.url);
		await other.take(1);
		expect(sim.emit('somethingNew', { a: 1 })).toBe(1);
		sim.emitText('not JSON');
		expect(await client.take(2)).toMatchObject([
			{ actionType: 'somethingNew', actionObject: { a: 1 } },
			{ unreadable: 'not JSON' },
		]);
		expect(other.frames).toEqual([]);
		await other.close();
	});
});
