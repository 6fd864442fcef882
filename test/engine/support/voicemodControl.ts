/** Everything that tests of the Voicemod Control node share: credentials, and good parameters of every operation. */
import type { IDataObject } from 'n8n-workflow';

import { startVoicemodControlSimulator } from '../../simulators/voicemod';
import type { RunOptions, RunResult } from './engine';
import { runNode } from './engine';

export type App = Awaited<ReturnType<typeof startVoicemodControlSimulator>>;

export function controlCredentials(app: Pick<App, 'port' | 'clientKey'>, more: IDataObject = {}) {
	const { port, clientKey } = app;
	// Ten times as long as usual, since the app and the node are one busy process here.
	const data = { host: '127.0.0.1', port, apiKey: clientKey, connectTimeout: 10_000 };
	return { voicemodControlApi: { ...data, ...more } };
}

type Options = Partial<Omit<RunOptions, 'parameters'>>;

/** Runs `<resource>/<operation>` of the Voicemod Control node. */
export async function runControl(
	app: Pick<App, 'port' | 'clientKey'>,
	name: string,
	parameters: IDataObject = {},
	options: Options = {},
): Promise<RunResult> {
	const [resource, operation] = name.split('/');
	return await runNode({
		node: 'voicemodControl',
		credentials: controlCredentials(app),
		...options,
		parameters: { resource, operation, ...parameters },
	});
}

const ANY_TEXT = '*';

export interface Case {
	readonly name: string;
	/** The action that does it (voicemod.md §B.4). */
	readonly action: string;
	readonly parameters: IDataObject;
	/** What the first output item holds. */
	readonly output: IDataObject;
	/** Whether the app says something to it in any case. */
	readonly answered: boolean;
}

export const by = (mode: string, value: string) => ({ __rl: true, mode, value });

function one(
	name: string,
	action: string,
	parameters: IDataObject,
	output: IDataObject,
	answered = true,
): Case {
	return { name, action, parameters, output, answered };
}

const SWITCHES: ReadonlyArray<
	readonly [resource: string, status: string, toggle: string, isOn: boolean]
> = [
	['voiceChanger', 'getVoiceChangerStatus', 'toggleVoiceChanger', true],
	['hearMyself', 'getHearMyselfStatus', 'toggleHearMyVoice', false],
	['backgroundEffect', 'getBackgroundEffectStatus', 'toggleBackground', false],
	['microphoneMute', 'getMuteMicStatus', 'toggleMuteMic', false],
	['soundboardMute', 'getMuteMemeForMeStatus', 'toggleMuteMemeForMe', false],
];

/** Good parameters of every operation, for an app in its first state. */
export const CASES: readonly Case[] = [
	one(
		'voice/load',
		'loadVoice',
		{ voice: by('list', 'cave') },
		{ voiceId: 'cave', voiceName: 'Cave' },
		false,
	),
	one(
		'voice/loadRandom',
		'selectRandomVoice',
		{ mode: 'FavoriteVoices' },
		{ voiceId: ANY_TEXT },
		false,
	),
	one('voice/reset', 'loadVoice', {}, { voiceId: 'nofx' }, false),
	one(
		'voice/getAll',
		'getVoices',
		{ returnAll: true },
		{ id: 'nofx', friendlyName: 'Clean', enabled: true, isCurrent: true },
	),
	one('voice/getCurrent', 'getCurrentVoice', {}, { voiceId: 'nofx', voiceName: 'Clean' }),
	one(
		'voice/getParameters',
		'getCurrentVoice',
		{ returnAll: true },
		{ voiceId: 'nofx', key: '_Master Volume', minValue: 0, maxValue: 2 },
	),
	one(
		'voice/setParameter',
		'setCurrentVoiceParameter',
		{ parameterName: by('list', '_Master Volume'), value: 1.5 },
		{ key: '_Master Volume', value: 1.5, limited: false },
	),
	one(
		'voice/getImage',
		'getBitmap',
		{ voice: by('id', 'cave') },
		{ voiceId: 'cave', mimeType: 'image/png', fileName: 'Cave.png' },
	),
	one(
		'sound/getAll',
		'getAllSoundboard',
		{ returnAll: true },
		{ name: 'Nuke Alert', soundboardName: 'My Soundboard', playbackMode: 'PlayRestart' },
	),
	one(
		'sound/getFiles',
		'getMemes',
		{ returnAll: true },
		{
			id: 'ad6efa6b-4872-4217-9465-5415178dfc1f',
			name: 'My Soundboard - Nuke Alert',
			isCore: true,
		},
	),
	one(
		'sound/getImage',
		'getBitmap',
		{ sound: by('list', '26') },
		{ soundId: '26', mimeType: 'image/png' },
	),
	one(
		'sound/play',
		'playMeme',
		{ sound: by('list', '26') },
		{ soundId: '26', soundName: 'Airhorn', soundboardName: 'Memes' },
		false,
	),
	one('sound/stopAll', 'stopAllMemeSounds', {}, { stopped: true }, false),
	one(
		'soundboard/getAll',
		'getAllSoundboard',
		{ returnAll: true },
		{ name: 'My Soundboard', isCustom: true },
	),
	one('soundboard/getActive', 'getActiveSoundboardProfile', {}, { name: 'My Soundboard' }),
	...SWITCHES.flatMap(([resource, status, toggle, isOn]) => [
		one(`${resource}/getStatus`, status, {}, { isOn }),
		one(`${resource}/toggle`, toggle, {}, { isOn: !isOn }),
		one(`${resource}/turnOn`, isOn ? status : toggle, {}, { isOn: true, changed: !isOn }),
		one(`${resource}/turnOff`, isOn ? toggle : status, {}, { isOn: false, changed: isOn }),
	]),
	one('beep/start', 'setBeepSound', {}, { isOn: true }, false),
	one('beep/stop', 'setBeepSound', {}, { isOn: false }, false),
	one(
		'beep/beepForDuration',
		'setBeepSound',
		{ seconds: 0.1 },
		{ seconds: 0.1, isOn: false },
		false,
	),
	one('user/get', 'getUser', {}, { userId: 'a5a564eb-4976-4b4e-a660-5adcc855560e' }),
	one('user/getLicense', 'getUserLicense', {}, { licenseType: 'pro' }),
	one('user/getRotationTime', 'getRotatoryVoicesRemainingTime', {}, { remainingSeconds: 71769 }),
	one('connection/check', 'registerClient', {}, { registered: true, appVersion: '3.16.70' }),
	one(
		'connection/sendAction',
		'getUser',
		{ action: 'getUser', payload: '{}' },
		{ answered: true, name: 'getUser' },
	),
];

/** Whether an output holds what a case says. */
export function missing(output: IDataObject | undefined, wanted: IDataObject): string[] {
	return Object.entries(wanted)
		.filter(([key, value]) => (value === ANY_TEXT ? !output?.[key] : output?.[key] !== value))
		.map(([key, value]) => `${key}: ${String(output?.[key])} instead of ${String(value)}`);
}

/** How `lookups.ts` is asked for this node. */
export function controlAsked(credentials: ReturnType<typeof controlCredentials>) {
	return { file: 'VoicemodControl/VoicemodControl', node: 'voicemodControl', credentials };
}
