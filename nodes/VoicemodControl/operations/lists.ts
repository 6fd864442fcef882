import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { NAME } from '../connection';
import type { Message, Parameter } from '../messages';
import { member, readParameters, textOf, tidyAll } from '../messages';
import type { Talk } from './base';

/** Ids that switch effects off, in the order in which they are tried (voicemod.md §B.3). */
export const NO_EFFECT_IDS = [
	'nofx',
	'df6454f1-8eb2-4092-9ccc-fb51219f6291',
	'00000000-0000-0000-0000-000000000000',
] as const;

export interface Named {
	readonly id: string;
	readonly name: string;
	/** Where it belongs to, for things of the same name. */
	readonly group?: string;
}

export function voicesOf(message: Message): IDataObject[] {
	const current = textOf(message, 'currentVoice');
	return tidyAll(member(message, 'voices')).map((voice) => ({
		...(voice as IDataObject),
		isCurrent: current !== '' && voice.id === current,
	}));
}

export function soundboardsOf(message: Message): IDataObject[] {
	return tidyAll(member(message, 'soundboards')) as IDataObject[];
}

/** All sounds, each with its soundboard. */
export function soundsOf(message: Message): IDataObject[] {
	return soundboardsOf(message).flatMap((board) =>
		tidyAll(board.sounds).map((sound) => ({
			...(sound as IDataObject),
			soundboardId: board.id,
			soundboardName: board.name,
		})),
	);
}

/** The sounds of `getMemes`, which all have a file name in place of an ID. */
export function memesOf(message: Message): IDataObject[] {
	return tidyAll(member(message, 'listOfMemes')).map(({ fileName, ...sound }) => ({
		id: asText(fileName ?? ''),
		...(sound as IDataObject),
	}));
}

export function parametersOf(message: Message): Parameter[] {
	return readParameters(member(message, 'parameters'));
}

export function namedVoice(voice: IDataObject): Named {
	return { id: asText(voice.id ?? ''), name: asText(voice.friendlyName ?? voice.name ?? '') };
}

export function namedSound(sound: IDataObject): Named {
	return {
		id: asText(sound.id ?? ''),
		name: asText(sound.name ?? ''),
		group: asText(sound.soundboardName ?? ''),
	};
}

function plain(text: string): string {
	return text.trim().toLowerCase();
}

function isCalled({ name, group }: Named, wanted: string): boolean {
	const names = group ? [name, `${group}: ${name}`, `${group} - ${name}`] : [name];
	return names.some((one) => plain(one) === plain(wanted));
}

/** The one thing with this id or name; undefined when there is none. Throws when there are several. */
export function pick(what: string, wanted: string, all: readonly Named[]): Named | undefined {
	const byId = all.find(({ id }) => id === wanted);
	if (byId !== undefined) return byId;
	const found = all.filter((one) => isCalled(one, wanted));
	const [first, second] = new Set(found.map(({ id }) => id));
	if (first === undefined || second === undefined) return found[0];
	const places = found.map(({ id, group }) => (group ? `${group}: ${id}` : id)).join(', ');
	throw new CallError(`${NAME} has several ${what}s called "${wanted}" (${places})`, {
		hint: `Choose the ${what} from the list, or give its ID.`,
		outcome: 'not_sent',
	});
}

function unknown(what: string, wanted: string): CallError {
	return new CallError(`${NAME} has no ${what} with the ID or name "${wanted}"`, {
		hint: `Choose the ${what} from the list. Custom ones disappear when they are deleted in the app.`,
		outcome: 'not_sent',
	});
}

/** The voice that the user means by an ID or a name. */
export async function findVoice(talk: Talk, wanted: string): Promise<Named> {
	const list = await talk.question('getVoices', {}, { reuse: 'yes' });
	const voice = pick('voice', wanted, voicesOf(list).map(namedVoice));
	if (voice !== undefined) return voice;
	// Understood by every app, in the list or not.
	if (wanted === NO_EFFECT_IDS[0]) return { id: wanted, name: '' };
	throw unknown('voice', wanted);
}

/** The sound that the user means by an ID or a name. */
export async function findSound(talk: Talk, wanted: string): Promise<Named> {
	const boards = await talk.question('getAllSoundboard', {}, { reuse: 'yes' });
	const onBoard = pick('sound', wanted, soundsOf(boards).map(namedSound));
	if (onBoard !== undefined) return onBoard;
	const memes = await talk.question('getMemes', {}, { reuse: 'yes' });
	const sound = pick('sound', wanted, memesOf(memes).map(namedSound));
	if (sound !== undefined) return sound;
	throw unknown('sound', wanted);
}
