import type { IDataObject } from 'n8n-workflow';

import { choice, decimal, flag } from '../../shared/operation/field';
import { textOf } from '../messages';
import { ask, steps } from './base';
import { imageField, imageState, sound } from './fields';
import { hold } from './held';
import { readImage } from './image';
import { findSound, memesOf, soundboardsOf, soundsOf } from './lists';

const MAX_HOLD_SECONDS = 600;

const getAll = ask({
	resource: 'sound',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many sounds',
	description: 'List the sounds of the soundboards',
	safety: 'read',
	command: 'getAllSoundboard',
	isList: true,
	fields: {},
	data: soundsOf,
});

const getFiles = ask({
	resource: 'sound',
	name: 'getFiles',
	displayName: 'Get Many With Images',
	action: 'Get many sounds with images',
	description: 'List the sounds of all soundboards as the app keeps them, with their pictures',
	safety: 'read',
	command: 'getMemes',
	isList: true,
	fields: {
		includeImages: flag({
			displayName: 'Include Images',
			default: true,
			description:
				'Whether to give out the picture of every sound as Base64 text, which is much data',
		}),
	},
	data: (message, { includeImages }) =>
		memesOf(message).map(({ image, ...rest }) =>
			includeImages ? { ...rest, image: image ?? null } : rest,
		),
});

const play = steps({
	resource: 'sound',
	name: 'play',
	displayName: 'Play',
	action: 'Play a sound',
	description: 'Play a sound of the soundboard, as if its key was pressed',
	safety: 'once',
	command: 'playMeme',
	fields: {
		sound,
		key: choice({
			displayName: 'Key',
			default: 'press',
			options: [
				{
					name: 'Press',
					value: 'press',
					description:
						'What happens depends on the sound: it starts, restarts, pauses or stops. A sound that loops while its key is held goes on until Release or Stop All.',
				},
				{
					name: 'Press, Hold and Release',
					value: 'hold',
					description: 'For sounds that loop while their key is held',
				},
				{ name: 'Release', value: 'release', description: 'Ends a sound that was pressed before' },
			],
			description: 'What to do with the key of the sound',
		}),
		holdSeconds: decimal({
			displayName: 'Hold (Seconds)',
			required: true,
			default: 3,
			min: 0.1,
			max: MAX_HOLD_SECONDS,
			decimals: 1,
			show: { key: ['hold'] },
			description: 'How long to hold the key. It is released in any case, also after an error.',
		}),
	},
	identify: ({ sound: wanted }) => ({ sound: wanted }),
	async steps(talk, params) {
		const { id, name, group } = await findSound(talk, params.sound);
		const { key, holdSeconds } = params;
		const press = { FileName: id, IsKeyDown: true };
		const release = { FileName: id, IsKeyDown: false };
		if (key === 'hold') {
			await hold(talk, {
				action: 'playMeme',
				begin: press,
				end: release,
				milliseconds: (holdSeconds ?? 0) * 1000,
				remedy: 'Use Sound: Stop All, or stop it in the app.',
			});
		} else await talk.ask('playMeme', key === 'press' ? press : release, 'once');
		return {
			soundId: id,
			soundName: name,
			...(group && { soundboardName: group }),
			key,
			...(key === 'hold' && { heldSeconds: holdSeconds }),
		};
	},
});

const stopAll = steps({
	resource: 'sound',
	name: 'stopAll',
	displayName: 'Stop All',
	action: 'Stop all sounds',
	description: 'Stop everything that the soundboard plays',
	safety: 'idempotent',
	command: 'stopAllMemeSounds',
	fields: {},
	async steps(talk) {
		await talk.ask('stopAllMemeSounds', {}, 'idempotent');
		return { stopped: true };
	},
});

const getImage = steps({
	resource: 'sound',
	name: 'getImage',
	displayName: 'Get Image',
	action: 'Get the image of a sound',
	description: 'Get the picture of a sound as a file',
	safety: 'read',
	command: 'getBitmap',
	fields: { sound, image: imageState, binaryPropertyName: imageField },
	identify: ({ sound: wanted }) => ({ sound: wanted }),
	async steps(talk, params) {
		const { id, name } = await findSound(talk, params.sound);
		const { raw } = await talk.question('getBitmap', { memeId: id });
		return { soundId: id, soundName: name, answer: raw as IDataObject };
	},
	outcome: (result, { image, binaryPropertyName }) =>
		readImage(result, image, binaryPropertyName, result.soundName || result.soundId),
});

const getBoards = ask({
	resource: 'soundboard',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many soundboards',
	description: 'List the soundboards with their sounds',
	safety: 'read',
	command: 'getAllSoundboard',
	isList: true,
	fields: {},
	data: soundboardsOf,
});

const getActive = steps({
	resource: 'soundboard',
	name: 'getActive',
	displayName: 'Get Active',
	action: 'Get the active soundboard',
	description: 'Get the soundboard that is chosen in the app',
	safety: 'read',
	command: 'getActiveSoundboardProfile',
	fields: {},
	async steps(talk) {
		const profileId = textOf(await talk.question('getActiveSoundboardProfile'), 'profileId');
		const boards = await talk.question('getAllSoundboard', {}, { reuse: 'yes' });
		const found = soundboardsOf(boards).find(({ id }) => id === profileId);
		return { profileId, name: found?.name ?? null };
	},
});

export const soundOperations = [getAll, getFiles, getImage, play, stopAll, getBoards, getActive];
