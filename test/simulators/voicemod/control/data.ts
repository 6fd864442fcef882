import type { ControlBehaviour } from './options';

/** A parameter of a voice, under its key (voicemod.md section B.4, "Parameter"). */
export interface Parameter {
	/** What `parameterName` takes; global ones start with `_`. */
	key: string;
	name: string;
	default: number;
	minValue: number;
	maxValue: number;
	value: number;
	displayNormalized: boolean;
	typeController: number;
}

/** A voice of the app. */
export interface Voice {
	id: string;
	friendlyName: string;
	/** Usable without a Pro license. */
	isFree: boolean;
	favorited: boolean;
	isNew: boolean;
	isCustom: boolean;
	isPurchased: boolean;
	parameters: Parameter[];
}

/** How a sound plays. */
export type PlaybackMode =
	'PlayRestart' | 'PlayStop' | 'PlayPause' | 'PlayOverlap' | 'PlayLoopOnPress';

/** A sound of a soundboard; its id is also the `FileName` of `playMeme`. */
export interface Sound {
	id: string;
	name: string;
	isCustom: boolean;
	playbackMode: PlaybackMode;
	loop: boolean;
}

/** A soundboard. */
export interface Soundboard {
	id: string;
	name: string;
	isCustom: boolean;
	isPro: boolean;
	sounds: Sound[];
}

/** Ids of the voice that switches effects off (section B.3). */
export const NO_EFFECT_IDS = {
	nofx: 'nofx',
	app3: 'df6454f1-8eb2-4092-9ccc-fb51219f6291',
	zero: '00000000-0000-0000-0000-000000000000',
} as const;

function parameter(key: string, changes: Partial<Parameter> = {}): Parameter {
	return {
		key,
		name: key,
		default: 0.5,
		minValue: 0,
		maxValue: 1,
		value: 0.5,
		displayNormalized: true,
		typeController: 0,
		...changes,
	};
}

function globals(): Parameter[] {
	return [
		parameter('_Master Volume', { default: 1, maxValue: 2, value: 1 }),
		parameter('_Reduce Background Noise', { default: 0, value: 0, typeController: 1 }),
	];
}

function voice(id: string, friendlyName: string, changes: Partial<Voice> = {}): Voice {
	return {
		id,
		friendlyName,
		isFree: false,
		favorited: false,
		isNew: false,
		isCustom: false,
		isPurchased: false,
		// The key and the name differ in the case of the first letter, as on the wire.
		parameters: [
			...globals(),
			parameter('mix', { name: 'Mix' }),
			parameter('Pitch', {
				minValue: -12,
				maxValue: 12,
				default: 0,
				value: 0,
				displayNormalized: false,
			}),
		],
		...changes,
	};
}

/** The voices at the start. */
export function defaultVoices(noEffect: ControlBehaviour['noEffect']): Voice[] {
	const ids =
		noEffect === 'none' ? [] : noEffect === 'both' ? (['nofx', 'app3'] as const) : [noEffect];
	return [
		...ids.map((name) =>
			voice(NO_EFFECT_IDS[name], 'Clean', { isFree: true, parameters: globals() }),
		),
		voice('cave', 'Cave', { isFree: true, favorited: true }),
		voice('baby', 'Baby', { isFree: true }),
		voice('deep', 'Deep', { favorited: true }),
		voice('claudia', 'Claudia', { isNew: true }),
		voice('2x1', '2x1', { isPurchased: true }),
		voice('82575ca45e', 'Голос 🎤', { isCustom: true }),
	];
}

function sound(id: string, name: string, playbackMode: PlaybackMode): Sound {
	return { id, name, playbackMode, isCustom: false, loop: playbackMode === 'PlayLoopOnPress' };
}

/** The soundboards at the start. */
export function defaultSoundboards(): Soundboard[] {
	return [
		{
			id: '75bbb8c1-7dd9-434f-8d44-c99b4f1c61df',
			name: 'My Soundboard',
			isCustom: true,
			isPro: false,
			sounds: [
				sound('ad6efa6b-4872-4217-9465-5415178dfc1f', 'Nuke Alert', 'PlayRestart'),
				sound('79', 'Jungle King', 'PlayStop'),
				sound('80', 'Air Raid', 'PlayLoopOnPress'),
			],
		},
		{
			id: 'f2f0a1de-0a0b-4f2e-9a55-3c9f1c5f2b11',
			name: 'Memes',
			isCustom: false,
			isPro: true,
			sounds: [
				sound('26', 'Airhorn', 'PlayOverlap'),
				sound('27', 'Drum Roll', 'PlayPause'),
				// The same name on two soundboards: a look-up by name must not guess.
				sound('28', 'Nuke Alert', 'PlayRestart'),
			],
		},
	];
}
