import {
	defaultSoundboards,
	defaultVoices,
	type Parameter,
	type Sound,
	type Soundboard,
	type Voice,
} from './data';
import type { ControlBehaviour } from './options';

/** The switches of the app. */
export const SWITCHES = [
	'voiceChanger',
	'hearMyself',
	'background',
	'microphoneMute',
	'soundboardMute',
] as const;

/** Name of a switch. */
export type SwitchName = (typeof SWITCHES)[number];

/** What happened in the app. */
export type AppChange =
	| { kind: 'voice'; voice: Voice; asCustom?: boolean }
	| { kind: 'switch'; name: SwitchName; value: boolean }
	| { kind: 'beep'; value: boolean }
	| { kind: 'parameter'; voice: Voice; parameter: Parameter }
	| { kind: 'license' }
	| { kind: 'voices' }
	| { kind: 'soundboards' }
	| { kind: 'sounds' }
	| { kind: 'activeSoundboard' };

/** One hit of a sound. */
export interface Played {
	id: string;
	isKeyDown: boolean;
	at: number;
}

/** One beep; `end` is missing while it sounds. */
export interface Beep {
	start: number;
	end?: number;
}

/** The desktop application: its state, and what changes it. `changed` hears of every change. */
export class App {
	voices: Voice[] = [];
	soundboards: Soundboard[] = [];
	currentVoice = '';
	activeSoundboard = '';
	switches: Record<SwitchName, boolean> = initialSwitches();
	/** Sounds that are held down (`PlayLoopOnPress`). */
	readonly held = new Set<string>();
	readonly played: Played[] = [];
	readonly beeps: Beep[] = [];
	/** Ids of the voices that were loaded, in order. */
	readonly loaded: string[] = [];
	stopAlls = 0;

	constructor(
		private readonly options: ControlBehaviour,
		private readonly changed: (change: AppChange, by?: object) => void,
	) {
		this.reset();
	}

	reset(): void {
		this.voices = defaultVoices(this.options.noEffect);
		this.soundboards = defaultSoundboards();
		this.currentVoice = this.voices[0]?.id ?? '';
		this.activeSoundboard = this.soundboards[0]?.id ?? '';
		this.switches = initialSwitches();
		this.held.clear();
		this.played.length = 0;
		this.beeps.length = 0;
		this.loaded.length = 0;
		this.stopAlls = 0;
	}

	get isBeeping(): boolean {
		const last = this.beeps.at(-1);
		return last !== undefined && last.end === undefined;
	}

	findVoice(id: string): Voice | undefined {
		return this.voices.find((voice) => voice.id === id);
	}

	findSound(id: string): Sound | undefined {
		return this.soundboards.flatMap(({ sounds }) => sounds).find((sound) => sound.id === id);
	}

	isEnabled(voice: Voice): boolean {
		return this.options.license === 'pro' || voice.isFree || voice.isPurchased || voice.isCustom;
	}

	/** Parameters of the current voice. */
	get parameters(): Parameter[] {
		return this.findVoice(this.currentVoice)?.parameters ?? [];
	}

	loadVoice(id: string, by?: object): Voice {
		const voice = this.findVoice(id);
		if (!voice) throw new Error(`No voice ${id}`);
		this.currentVoice = id;
		this.loaded.push(id);
		this.changed({ kind: 'voice', voice }, by);
		return voice;
	}

	setSwitch(name: SwitchName, value: boolean, by?: object): void {
		this.switches[name] = value;
		this.changed({ kind: 'switch', name, value }, by);
	}

	setBeep(value: boolean, by?: object): void {
		const last = this.beeps.at(-1);
		if (value && !this.isBeeping) this.beeps.push({ start: Date.now() });
		else if (!value && last && last.end === undefined) last.end = Date.now();
		this.changed({ kind: 'beep', value }, by);
	}

	/** Sets a parameter of the current voice by its key, within its limits. */
	setParameter(key: string, value: number, by?: object): Parameter {
		const voice = this.findVoice(this.currentVoice);
		const parameter = voice?.parameters.find((known) => known.key === key);
		if (!voice || !parameter) throw new Error(`No parameter ${key}`);
		parameter.value = Math.min(parameter.maxValue, Math.max(parameter.minValue, value));
		this.changed({ kind: 'parameter', voice, parameter }, by);
		if (this.options.customVoiceEvents) this.changed({ kind: 'voice', voice, asCustom: true }, by);
		return parameter;
	}

	setLicense(license: 'pro' | 'free'): void {
		this.options.license = license;
		this.changed({ kind: 'license' });
		this.changed({ kind: 'voices' });
	}

	/** Adds a voice, or replaces the one with its id. */
	putVoice(voice: Voice): void {
		this.voices = [...this.voices.filter(({ id }) => id !== voice.id), voice];
		this.changed({ kind: 'voices' });
	}

	addSound(sound: Sound, soundboardId = this.activeSoundboard): void {
		const board = this.soundboards.find(({ id }) => id === soundboardId);
		if (!board) throw new Error(`No soundboard ${soundboardId}`);
		board.sounds.push(sound);
		this.changed({ kind: 'sounds' });
		this.changed({ kind: 'soundboards' });
	}

	activateSoundboard(id: string): void {
		if (!this.soundboards.some((board) => board.id === id)) throw new Error(`No soundboard ${id}`);
		this.activeSoundboard = id;
		this.changed({ kind: 'activeSoundboard' });
	}

	play(id: string, isKeyDown: boolean): void {
		const sound = this.findSound(id);
		if (!sound) throw new Error(`No sound ${id}`);
		this.played.push({ id, isKeyDown, at: Date.now() });
		if (sound.playbackMode !== 'PlayLoopOnPress') return;
		if (isKeyDown) this.held.add(id);
		else this.held.delete(id);
	}

	stopAll(): void {
		this.stopAlls++;
		this.held.clear();
	}
}

function initialSwitches(): Record<SwitchName, boolean> {
	return {
		voiceChanger: true,
		hearMyself: false,
		background: false,
		microphoneMute: false,
		soundboardMute: false,
	};
}
