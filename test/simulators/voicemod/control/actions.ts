import { SWITCHES, type App, type SwitchName } from './app';
import { listOf, SWITCH_NAMES, toggleName } from './events';
import type { Outbound } from './frames';
import { bitmaps, parameterSet } from './objects';
import type { ControlBehaviour } from './options';

type Data = Record<string, unknown>;

/** What an action works with. */
export interface ActionContext {
	app: App;
	options: ControlBehaviour;
	payload: Data;
	/** The session that asked: it hears of its own change once. */
	by: object;
	violation(field: string, detail: string): void;
	doubtful(field: string, detail: string): void;
}

/** An answer without its id; undefined for actions that have none in the reference. */
export type Action = (context: ActionContext) => Outbound | undefined;

/** An action that fails: told by a status, where the app tells anything. */
export class ActionError extends Error {
	constructor(
		readonly status: number,
		message: string,
		/** Answered even by apps that acknowledge nothing. */
		readonly always = false,
	) {
		super(message);
	}
}

const MODES = ['AllVoices', 'FreeVoices', 'FavoriteVoices', 'CustomVoices'] as const;

/** Members of the payload per action; actions that are not named take none. */
const MEMBERS: Record<string, readonly string[]> = {
	registerClient: ['clientKey'],
	getBitmap: ['voiceID', 'memeId'],
	loadVoice: ['voiceID', 'parameterName', 'parameterValue'],
	selectVoice: ['voiceID'],
	selectRandomVoice: ['mode'],
	setBeepSound: ['badLanguage'],
	playMeme: ['FileName', 'IsKeyDown'],
	setCurrentVoiceParameter: ['parameterName', 'parameterValue'],
};

/** Members that clients send, without proof that the app reads them. */
const DOUBTFUL: Record<string, readonly string[]> = {
	getBitmap: ['memeID'],
	selectVoice: ['voiceId'],
	toggleMuteMic: ['toggleMute', 'value'],
	toggleVoiceChanger: ['toggleVoiceChanger', 'value'],
};

/** Notes members of the payload that the page does not list. */
export function checkMembers(action: string, context: ActionContext): void {
	for (const name of Object.keys(context.payload)) {
		if (MEMBERS[action]?.includes(name)) continue;
		const isKnown =
			DOUBTFUL[action]?.includes(name) || (/^toggle/.test(action) && name === 'value');
		if (isKnown) context.doubtful(name, 'No proof that the app reads it');
		else context.violation(name, 'The page lists no such member');
	}
}

function text({ payload, violation }: ActionContext, name: string): string {
	const value = payload[name];
	if (typeof value === 'string' && value !== '') return value;
	violation(name, value === undefined ? 'Missing' : 'Not a text');
	throw new ActionError(400, `${name} must be a text`);
}

function loadVoice(context: ActionContext): undefined {
	const { app, payload, by } = context;
	const id = text(context, 'voiceID');
	const voice = app.findVoice(id);
	if (!voice) throw new ActionError(404, `No voice ${id}`);
	if (!app.isEnabled(voice)) throw new ActionError(403, `The voice ${id} needs a Pro license`);
	const { parameterName, parameterValue } = payload;
	if ((parameterName === undefined) !== (parameterValue === undefined))
		context.violation('parameterName', 'Name and value go together');
	app.loadVoice(id, by);
	if (parameterName === undefined || parameterValue === undefined) return;
	const key = text(context, 'parameterName');
	setParameter(context, key, Number(text(context, 'parameterValue')));
}

function setParameter(context: ActionContext, key: string, value: number): void {
	const known = context.app.parameters.find((parameter) => parameter.key === key);
	if (!Number.isFinite(value)) {
		context.violation('parameterValue', 'Not a number');
		throw new ActionError(400, 'parameterValue must be a number');
	}
	if (!known) throw new ActionError(404, `No parameter ${key}`);
	if (value < known.minValue || value > known.maxValue)
		context.violation('parameterValue', `${value} is outside of the range of ${key}`);
	context.app.setParameter(key, value, context.by);
}

function setCurrentVoiceParameter(context: ActionContext): Outbound {
	const { app, options, payload } = context;
	const { parameterValue } = payload;
	const key = text(context, 'parameterName');
	if (typeof parameterValue !== 'object' || parameterValue === null) {
		context.violation('parameterValue', 'Not an object with value');
		throw new ActionError(400, 'parameterValue must be an object');
	}
	const allowed = ['value', 'minValue', 'maxValue', 'displayNormalized'];
	for (const name of Object.keys(parameterValue))
		if (!allowed.includes(name)) context.violation(name, 'The page lists no such member');
	const value: unknown = 'value' in parameterValue ? parameterValue.value : undefined;
	setParameter(context, key, typeof value === 'number' ? value : NaN);
	return {
		name: 'setCurrentVoiceParameter',
		data: {
			voiceID: app.currentVoice,
			parameters: parameterSet(app.parameters, options.parametersShape),
		},
	};
}

function selectRandomVoice(context: ActionContext): undefined {
	const { app, options, payload, by } = context;
	const mode = payload.mode ?? 'AllVoices';
	if (!MODES.some((known) => known === mode)) {
		context.violation('mode', `Not one of ${MODES.join(', ')}`);
		throw new ActionError(400, 'Unknown mode');
	}
	if (payload.mode === 'AllVoices' && options.license === 'free')
		throw new ActionError(403, 'AllVoices needs a Pro license');
	const choice = app.voices.filter(
		(voice) =>
			voice.id !== app.currentVoice &&
			app.isEnabled(voice) &&
			(mode !== 'FreeVoices' || voice.isFree) &&
			(mode !== 'FavoriteVoices' || voice.favorited) &&
			(mode !== 'CustomVoices' || voice.isCustom),
	);
	const voice = choice[Math.floor(Math.random() * choice.length)];
	if (!voice) throw new ActionError(404, `No voice for ${String(mode)}`);
	app.loadVoice(voice.id, by);
}

function getBitmap(context: ActionContext): Outbound {
	const { app, options, payload } = context;
	const memeId = payload.memeId ?? payload.memeID;
	const { voiceID } = payload;
	if ((voiceID === undefined) === (memeId === undefined)) {
		context.violation('voiceID', 'Exactly one of voiceID and memeId');
		throw new ActionError(400, 'Exactly one of voiceID and memeId', true);
	}
	const isSound = voiceID === undefined;
	const id = isSound ? memeId : voiceID;
	const isKnown = typeof id === 'string' && (isSound ? app.findSound(id) : app.findVoice(id));
	if (typeof id !== 'string' || !isKnown)
		throw new ActionError(404, 'No such voice or sound', true);
	return {
		name: 'getBitmap',
		data: { [isSound ? 'memeId' : 'voiceID']: id, result: bitmaps(id, isSound, options) },
	};
}

function playMeme(context: ActionContext): undefined {
	const { app, payload } = context;
	const id = text(context, 'FileName');
	const { IsKeyDown: isKeyDown } = payload;
	if (typeof isKeyDown !== 'boolean') {
		context.violation('IsKeyDown', 'Not a boolean');
		throw new ActionError(400, 'IsKeyDown must be a boolean');
	}
	if (!app.findSound(id)) throw new ActionError(404, `No sound ${id}`);
	app.play(id, isKeyDown);
}

function setBeepSound(context: ActionContext): undefined {
	const { badLanguage } = context.payload;
	if (badLanguage !== 0 && badLanguage !== 1) {
		context.violation('badLanguage', 'Not 1 or 0');
		throw new ActionError(400, 'badLanguage must be 1 or 0');
	}
	context.app.setBeep(badLanguage === 1, context.by);
}

function switchActions(name: SwitchName): Array<[string, Action]> {
	const { status, toggle } = SWITCH_NAMES[name];
	return [
		[
			status,
			({ app, options }) => ({
				name: options.statusAnswer === 'own' ? status : toggleName(name, options),
				data: { value: app.switches[name] },
			}),
		],
		[
			toggle,
			({ app, options, by }) => {
				app.setSwitch(name, !app.switches[name], by);
				return { name: toggleName(name, options), data: { value: app.switches[name] } };
			},
		],
	];
}

/** Actions of the reference but `registerClient`, and `selectVoice`, the older name of `loadVoice`. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
	[
		'getUser',
		() => ({ name: 'getUser', data: { userId: 'a5a564eb-4976-4b4e-a660-5adcc855560e' } }),
	],
	[
		'getUserLicense',
		({ options }) => ({ name: 'getUserLicense', data: { licenseType: options.license } }),
	],
	[
		'getRotatoryVoicesRemainingTime',
		({ options }) => ({
			name: 'getRotatoryVoicesRemainingTime',
			data: {
				remainingTime:
					options.rotationSeconds * (options.remainingTime === 'milliseconds' ? 1000 : 1),
			},
		}),
	],
	['getVoices', ({ app, options }) => listOf('voices', app, options)],
	[
		'getCurrentVoice',
		({ app, options }) => ({
			name: 'getCurrentVoice',
			data: {
				voiceID: app.currentVoice,
				parameters: parameterSet(app.parameters, options.parametersShape),
			},
		}),
	],
	['getAllSoundboard', ({ app, options }) => listOf('soundboards', app, options)],
	['getActiveSoundboardProfile', ({ app, options }) => listOf('activeSoundboard', app, options)],
	['getMemes', ({ app, options }) => listOf('sounds', app, options)],
	['getBitmap', getBitmap],
	['loadVoice', loadVoice],
	['selectVoice', loadVoice],
	['selectRandomVoice', selectRandomVoice],
	['setBeepSound', setBeepSound],
	['playMeme', playMeme],
	[
		'stopAllMemeSounds',
		({ app }) => {
			app.stopAll();
			return undefined;
		},
	],
	['setCurrentVoiceParameter', setCurrentVoiceParameter],
	...SWITCHES.flatMap(switchActions),
]);

/** Whether this app knows the action. */
export function isKnown(action: string, options: ControlBehaviour): boolean {
	if (action === 'loadVoice' && options.loadAction === 'selectVoice') return false;
	if (action === 'selectVoice' && options.loadAction === 'loadVoice') return false;
	return ACTIONS.has(action);
}
