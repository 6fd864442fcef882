import { isRecord } from '../../core/http';
import type { WebSocketSettings } from '../../core/webSocket';

/** How frames are spelled (voicemod.md sections B.2, B.4, B.5). */
export interface SpellingOptions {
	/** Envelope of answers and events; `registerClient` always uses the action notation. */
	notation: 'both' | 'action' | 'actionType';
	/** Envelope of `getActiveSoundboardProfile`: `type` without id, by its schema, or as all others. */
	activeSoundboardNotation: 'type' | 'same';
	/** What answers carry as id: the question's, `null`, nothing, or one that nobody asked with. */
	ids: 'echo' | 'null' | 'absent' | 'foreign';
	/** Name of the id beside `actionType`. */
	idMember: 'actionID' | 'actionId' | 'both';
	eventIds: 'absent' | 'null' | 'foreign';
	actionObject: 'object' | 'string';
	booleans: 'boolean' | 'number';
	/** `page`: `voiceID` in `actionObject`, `voiceId` in `payload`. */
	voiceIdSpelling: 'page' | 'voiceID' | 'voiceId' | 'both';
	userIdSpelling: 'userId' | 'userID';
	enabledSpelling: 'enabled' | 'isEnabled';
	/** Members of sounds in `getMemes`. */
	soundFields: 'Pascal' | 'camel' | 'both';
	/** Member names are compared without case. */
	memberCase: 'page' | 'lower' | 'upper';
	statusCode: 'number' | 'string';
	/** On the wire a dictionary, an array of single-key objects in the published example. */
	parametersShape: 'dictionary' | 'array';
	/** Where `currentVoice` of `getVoices` stands. */
	currentVoiceAt: 'object' | 'root';
	/** Member of a sound's bitmap: `image` by the schema, `default` on the wire. */
	soundBitmap: 'default' | 'image';
	/** Name of the answer to a status question: that of the toggle, or its own. */
	statusAnswer: 'toggle' | 'own';
	/** `alternative`: `toggleMute` and `toggleMuteForMeMeme`. */
	toggleNames: 'page' | 'alternative';
	/** Names of events, see `test/simulators/README.md`. */
	eventNames: 'page' | 'sample' | 'code' | 'both';
	/** Whether the `...EnabledEvent` names carry data. */
	switchEventData: 'present' | 'absent';
	remainingTime: 'seconds' | 'milliseconds';
}

/** Behaviour that may be changed while the simulator runs. */
export interface ControlBehaviour extends SpellingOptions, WebSocketSettings {
	clientKey: string;
	appVersion: string;
	license: 'pro' | 'free';
	/** How the app lists the voice without effect (section B.3). */
	noEffect: 'nofx' | 'app3' | 'both' | 'zero' | 'none';
	greeting: boolean;
	/** Answers of commands that have none in the reference. */
	acknowledge: 'status' | 'none';
	/** What follows a refused key. */
	afterRefusal: 'keep' | 'close';
	refusalCloseCode: number;
	unknownActions: 'commandNotFound' | 'silent';
	/** Older apps know `selectVoice` and not `loadVoice`. */
	loadAction: 'both' | 'loadVoice' | 'selectVoice';
	/** Whether a changed parameter is also told as a change to the voice `custom`. */
	customVoiceEvents: boolean;
	/** Delay of all answers, and of single actions, in ms. */
	latencyMs: number;
	delays: Record<string, number>;
	/** Actions that are done, but never answered; `registerClient` among them. */
	silent: readonly string[];
	/** Size of a bitmap in bytes. */
	bitmapBytes: number;
	/** What an upgrade meets: `stall` never answers, a number is an HTTP status, `reset` a lost connection. */
	upgrade: 'accept' | 'stall' | 'reset' | number;
	/** Pings of the app, in ms; 0: none. */
	pingMs: number;
	/** Seconds until the free voices rotate. */
	rotationSeconds: number;
}

/** Options of `startVoicemodControlSimulator`. */
export interface ControlOptions extends Partial<ControlBehaviour> {
	/** `published`: the first free one of the published list. */
	port?: number | 'published';
	host?: string;
}

/** Ports of the app, in order of preference (section B.1). */
export const PUBLISHED_PORTS: readonly number[] = [
	59129, 20000, 39273, 42152, 43782, 46667, 35679, 37170, 38501, 33952, 30546,
];

const MEGABYTE = 1024 * 1024;

/** Fresh default behaviour: a current app. */
export function defaultBehaviour(): ControlBehaviour {
	return {
		notation: 'both',
		activeSoundboardNotation: 'type',
		ids: 'echo',
		idMember: 'actionID',
		eventIds: 'absent',
		actionObject: 'object',
		booleans: 'boolean',
		voiceIdSpelling: 'page',
		userIdSpelling: 'userId',
		enabledSpelling: 'enabled',
		soundFields: 'Pascal',
		memberCase: 'page',
		statusCode: 'number',
		parametersShape: 'dictionary',
		currentVoiceAt: 'object',
		soundBitmap: 'default',
		statusAnswer: 'toggle',
		toggleNames: 'page',
		eventNames: 'page',
		switchEventData: 'present',
		remainingTime: 'seconds',
		maxMessageBytes: 16 * MEGABYTE,
		fragmentBytes: 0,
		pongs: true,
		clientKey: 'voicemod-client-key',
		appVersion: '3.16.70',
		license: 'pro',
		noEffect: 'nofx',
		greeting: true,
		acknowledge: 'status',
		afterRefusal: 'keep',
		refusalCloseCode: 1008,
		unknownActions: 'commandNotFound',
		loadAction: 'both',
		customVoiceEvents: false,
		latencyMs: 0,
		delays: {},
		silent: [],
		bitmapBytes: 0,
		upgrade: 'accept',
		pingMs: 0,
		rotationSeconds: 71769,
	};
}

const SERVER_OPTIONS = new Set(['port', 'host', 'tls', 'log']);

/** Overwrites the given options and leaves the others; undefined values are ignored. */
export function applyOptions(behaviour: ControlBehaviour, options: Partial<ControlOptions>): void {
	const known = Object.keys(behaviour);
	for (const [name, value] of Object.entries(options)) {
		if (SERVER_OPTIONS.has(name) || value === undefined) continue;
		if (!known.includes(name)) throw new Error(`Unknown option: ${name}`);
		Object.assign(behaviour, { [name]: value });
	}
}

/** Options from the control endpoint: names are checked, values are trusted. */
export function parseOptions(value: unknown): Partial<ControlOptions> {
	if (!isRecord(value)) throw new Error('Options are a JSON object');
	return value;
}
