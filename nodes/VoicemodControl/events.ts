import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { Message } from './messages';
import { asFlag, member, memberOf, readParameters, textOf } from './messages';
import { memesOf, soundboardsOf, voicesOf } from './operations/lists';

/** What the trigger gives out for one message of the app, or for a change of the connection. */
export interface ControlEvent extends IDataObject {
	event: string;
	/** Name of the message as the app sent it. */
	name: string;
}

type Reader = (message: Message) => IDataObject;

/** Messages with one meaning (voicemod.md §B.5). */
interface Kind {
	readonly event: string;
	readonly names: readonly string[];
	/** Names that carry the state in themselves, with what they mean. */
	readonly on?: readonly string[];
	readonly off?: readonly string[];
	read(message: Message, isOn?: boolean): IDataObject;
}

function switched(event: string, names: string[], ...prefixes: string[]): Kind {
	return {
		event,
		names,
		on: prefixes.map((prefix) => `${prefix}EnabledEvent`),
		off: prefixes.map((prefix) => `${prefix}DisabledEvent`),
		read: (message, isOn) => ({ isOn: isOn ?? asFlag(member(message, 'value')) ?? null }),
	};
}

function told(event: string, names: string[], read: Reader): Kind {
	return { event, names, read };
}

function parameterChange(message: Message): IDataObject {
	const one = member(message, 'parameter');
	const parameter = isRecord(one)
		? {
				parameterName: asText(memberOf(one, 'name') ?? ''),
				value: (memberOf(one, 'value') ?? null) as IDataObject['value'],
			}
		: {};
	const all = readParameters(member(message, 'parameters'));
	return {
		voiceId: textOf(message, 'voiceID'),
		...parameter,
		...(all.length > 0 && { parameters: all as IDataObject[] }),
	};
}

function voiceChange(message: Message): IDataObject {
	const parameters = readParameters(member(message, 'parameters'));
	return {
		voiceId: textOf(message, 'voiceID'),
		...(parameters.length > 0 && { parameters: parameters as IDataObject[] }),
	};
}

const KINDS: readonly Kind[] = [
	told('voiceChanged', ['voiceChangedEvent', 'voiceLoadedEvent'], voiceChange),
	switched('voiceChangerChanged', ['toggleVoiceChanger'], 'voiceChanger'),
	switched('hearMyselfChanged', ['toggleHearMyVoice'], 'hearMySelf', 'HearMyVoice'),
	switched('backgroundEffectsChanged', ['toggleBackground'], 'backgroundEffects'),
	switched('micMuteChanged', ['toggleMuteMic', 'toggleMute'], 'muteMicrophone', 'muteMic'),
	switched(
		'soundboardMuteForMeChanged',
		['toggleMuteMemeForMe', 'toggleMuteForMeMeme'],
		'muteMemeForMe',
	),
	switched('beepChanged', [], 'badLanguage'),
	told(
		'voiceParameterChanged',
		[
			'voiceParameterUpdated',
			'parameterChangedEvent',
			'parametersChangedEvent',
			'setCurrentVoiceParameter',
		],
		parameterChange,
	),
	told('licenseChanged', ['licenseTypeChanged', 'licenseTypeChangedEvent'], (message) => ({
		licenseType: textOf(message, 'licenseType'),
	})),
	told('voicesChanged', ['getVoices'], (message) => ({ voices: voicesOf(message) })),
	told('soundboardsChanged', ['getAllSoundboard'], (message) => ({
		soundboards: soundboardsOf(message),
	})),
	// Their pictures would make every event as large as the whole library.
	told('soundsChanged', ['getMemes'], (message) => ({
		sounds: memesOf(message).map(({ image: _, ...sound }) => sound),
	})),
	told('activeSoundboardChanged', ['getActiveSoundboardProfile'], (message) => ({
		profileId: textOf(message, 'profileId'),
	})),
];

/** Kinds by every name of theirs in lower case. */
const BY_NAME = new Map<string, { kind: Kind; isOn?: boolean }>(
	KINDS.flatMap((kind) => [
		...kind.names.map((name) => [name.toLowerCase(), { kind }] as const),
		...(kind.on ?? []).map((name) => [name.toLowerCase(), { kind, isOn: true }] as const),
		...(kind.off ?? []).map((name) => [name.toLowerCase(), { kind, isOn: false }] as const),
	]),
);

/** An event as output; undefined for one that means nothing, such as the working copy of a voice. */
export function readEvent(message: Message): ControlEvent | undefined {
	const { name } = message;
	const known = BY_NAME.get(name.toLowerCase());
	if (known === undefined) return { event: 'unknown', name };
	const { kind, isOn } = known;
	const data = kind.read(message, isOn);
	if (kind.event === 'voiceChanged' && data.voiceId === 'custom') return undefined;
	return { event: kind.event, name, ...data };
}

export const ANY = 'any';

/** The choices of the trigger. */
export const EVENT_OPTIONS: INodePropertyOptions[] = [
	{
		name: 'Any Message',
		value: ANY,
		description: 'Everything the app sends, also messages that this node does not know',
	},
	{
		name: 'App Connected',
		value: 'connected',
		description: 'The app was found and has registered n8n',
	},
	{
		name: 'App Disconnected',
		value: 'disconnected',
		description: 'The app was closed, or the connection broke',
	},
	{ name: 'Background Effects Changed', value: 'backgroundEffectsChanged' },
	{ name: 'Beep Changed', value: 'beepChanged', description: 'The beep started or ended' },
	{ name: 'Hear Myself Changed', value: 'hearMyselfChanged' },
	{ name: 'License Changed', value: 'licenseChanged' },
	{ name: 'Microphone Mute Changed', value: 'micMuteChanged' },
	{
		name: 'Soundboard Activated',
		value: 'activeSoundboardChanged',
		description: 'Another soundboard was chosen',
	},
	{ name: 'Soundboard List Changed', value: 'soundboardsChanged' },
	{ name: 'Soundboard Mute for Me Changed', value: 'soundboardMuteForMeChanged' },
	{ name: 'Sounds Changed', value: 'soundsChanged', description: 'A sound was added or removed' },
	{ name: 'Voice Changed', value: 'voiceChanged' },
	{ name: 'Voice Changer Changed', value: 'voiceChangerChanged' },
	{
		name: 'Voice List Changed',
		value: 'voicesChanged',
		description: 'Other voices can be used, e.g. after the daily change of the free ones',
	},
	{ name: 'Voice Parameter Changed', value: 'voiceParameterChanged' },
];
