import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { settle } from '../../shared/http/settle';
import { choice, decimal, flag, text } from '../../shared/operation/field';
import { choices } from '../../shared/operation/fieldLists';
import { NAME } from '../connection';
import type { Parameter } from '../messages';
import { textOf } from '../messages';
import type { Talk } from './base';
import { ask, steps } from './base';
import { imageField, imageState, parameter, voice } from './fields';
import { readImage } from './image';
import { findVoice, namedVoice, NO_EFFECT_IDS, parametersOf, voicesOf } from './lists';
import { setSwitch, VOICE_CHANGER } from './switches';

const FILTERS: ReadonlyArray<readonly [value: string, member: string]> = [
	['custom', 'isCustom'],
	['enabled', 'enabled'],
	['favorite', 'favorited'],
	['new', 'isNew'],
	['purchased', 'isPurchased'],
];

const getAll = ask({
	resource: 'voice',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many voices',
	description: 'List the voices of the app',
	safety: 'read',
	command: 'getVoices',
	isList: true,
	fields: {
		only: choices({
			displayName: 'Only Voices That Are',
			additional: true,
			options: [
				{ name: 'Custom', value: 'custom', description: 'Made in VoiceLab' },
				{ name: 'Enabled', value: 'enabled', description: 'Usable with this license' },
				{ name: 'Favorite', value: 'favorite' },
				{ name: 'New', value: 'new' },
				{ name: 'Purchased', value: 'purchased' },
			],
			description: 'All of what is chosen must be true of a voice; all voices when empty',
		}),
		search: text({
			displayName: 'Name Contains',
			additional: true,
			placeholder: 'e.g. robot',
			description: 'Only voices with this text in their name',
		}),
	},
	data(message, { only = [], search = '' }) {
		const wanted = FILTERS.filter(([value]) => only.includes(value));
		const part = search.toLowerCase();
		return voicesOf(message)
			.filter((one) => wanted.every(([, member]) => one[member] === true))
			.filter((one) => namedVoice(one).name.toLowerCase().includes(part));
	},
});

/** The voice that is loaded, with its parameters. */
async function current(talk: Talk) {
	const message = await talk.question('getCurrentVoice');
	return { voiceId: textOf(message, 'voiceID'), parameters: parametersOf(message) };
}

async function currentNamed(talk: Talk): Promise<IDataObject> {
	const { voiceId, parameters } = await current(talk);
	const list = await talk.question('getVoices', {}, { reuse: 'yes' });
	const found = voicesOf(list)
		.map(namedVoice)
		.find(({ id }) => id === voiceId);
	return { voiceId, voiceName: found?.name ?? null, parameters: parameters as IDataObject[] };
}

const getCurrent = steps({
	resource: 'voice',
	name: 'getCurrent',
	displayName: 'Get Current',
	action: 'Get the current voice',
	description: 'Get the voice that is loaded now, with its parameters',
	safety: 'read',
	command: 'getCurrentVoice',
	fields: {},
	steps: currentNamed,
});

/** `loadVoice`, or its older name where the app knows that one only (voicemod.md §B.4). */
async function load(talk: Talk, voiceID: string, more: object = {}): Promise<void> {
	const asked = await settle(
		async () => await talk.ask('loadVoice', { voiceID, ...more }, 'idempotent'),
	);
	if (asked.value !== undefined) return;
	const { error } = asked;
	const isUnknown = error instanceof CallError && error.code === 'commandNotFound';
	if (error !== undefined && !isUnknown) throw error;
	// An app that says nothing may not know the action, or may have refused the voice.
	if (error === undefined && (await current(talk)).voiceId === voiceID) return;
	const answer = await talk.ask('selectVoice', { voiceID }, 'idempotent');
	if (answer !== undefined || (await current(talk)).voiceId === voiceID) return;
	throw new CallError(`${NAME} did not load the voice "${voiceID}"`, {
		hint: 'Look into the app whether the voice is there and usable with your license.',
	});
}

const turnOnVoiceChanger = flag({
	displayName: 'Turn On Voice Changer',
	additional: true,
	description:
		'Whether to turn on the voice changer too when it is off; the voice is not heard otherwise',
});

const loadOne = steps({
	resource: 'voice',
	name: 'load',
	displayName: 'Load',
	action: 'Load a voice',
	description: 'Change to a voice. It stays until another one is loaded.',
	safety: 'idempotent',
	command: 'loadVoice',
	fields: {
		voice,
		parameterName: text({
			displayName: 'Parameter Name',
			additional: true,
			placeholder: 'e.g. Pitch',
			description: 'A parameter to set while loading, with Parameter Value',
		}),
		parameterValue: text({
			displayName: 'Parameter Value',
			additional: true,
			placeholder: 'e.g. 0.5',
			pattern: { test: /^-?\d+(\.\d+)?$/, message: 'must be a number with a decimal point' },
			description: 'The value of that parameter',
		}),
		turnOnVoiceChanger,
	},
	prepare(params) {
		if ((params.parameterName === undefined) === (params.parameterValue === undefined)) {
			return params;
		}
		throw new ParameterError(
			'"Parameter Name" and "Parameter Value" go together: give both or none',
		);
	},
	identify: ({ voice: wanted }) => ({ voice: wanted }),
	async steps(talk, params) {
		const { parameterName, parameterValue } = params;
		const { id, name } = await findVoice(talk, params.voice);
		await load(talk, id, parameterName === undefined ? {} : { parameterName, parameterValue });
		const turnedOn = params.turnOnVoiceChanger && (await setSwitch(talk, VOICE_CHANGER, true));
		return {
			voiceId: id,
			voiceName: name,
			...(turnedOn !== undefined && { voiceChangerTurnedOn: turnedOn }),
		};
	},
});

const loadRandom = steps({
	resource: 'voice',
	name: 'loadRandom',
	displayName: 'Load Random',
	action: 'Load a random voice',
	description: 'Change to a voice that the app picks',
	safety: 'idempotent',
	command: 'selectRandomVoice',
	fields: {
		mode: choice({
			displayName: 'Pick From',
			default: '',
			options: [
				{ name: 'All Voices', value: 'AllVoices', description: 'Needs a Pro license' },
				{ name: 'App Decides', value: '' },
				{ name: 'Custom Voices', value: 'CustomVoices' },
				{ name: 'Favorite Voices', value: 'FavoriteVoices' },
				{ name: 'Free Voices', value: 'FreeVoices' },
			],
			description: 'Which voices to pick from',
		}),
		turnOnVoiceChanger,
	},
	async steps(talk, params) {
		await talk.ask('selectRandomVoice', params.mode ? { mode: params.mode } : {}, 'idempotent');
		const turnedOn = params.turnOnVoiceChanger && (await setSwitch(talk, VOICE_CHANGER, true));
		const { voiceId, voiceName } = await currentNamed(talk);
		return {
			voiceId,
			voiceName,
			...(turnedOn !== undefined && { voiceChangerTurnedOn: turnedOn }),
		};
	},
});

const reset = steps({
	resource: 'voice',
	name: 'reset',
	displayName: 'Reset',
	action: 'Reset the voice',
	description: 'Change back to the clean voice, without any effect',
	safety: 'idempotent',
	command: 'loadVoice',
	fields: {},
	async steps(talk) {
		const list = await talk.question('getVoices', {}, { reuse: 'yes' });
		const known = new Set(voicesOf(list).map((one) => namedVoice(one).id));
		const voiceId = NO_EFFECT_IDS.find((id) => known.has(id)) ?? NO_EFFECT_IDS[0];
		await load(talk, voiceId);
		return { voiceId };
	},
});

function findParameter(all: readonly Parameter[], wanted: string): Parameter {
	const lower = wanted.toLowerCase();
	const found =
		all.find(({ key }) => key === wanted) ??
		all.find(({ key, name }) => [key, name].some((one) => String(one).toLowerCase() === lower));
	if (found !== undefined) return found;
	const keys = all.map(({ key }) => key).join(', ');
	throw new CallError(`The current voice has no parameter "${wanted}"`, {
		hint: keys === '' ? 'It has none at all.' : `It has: ${keys}.`,
		outcome: 'not_sent',
	});
}

/** Within the limits that the app gives for it, where it gives any. */
function clamped({ minValue, maxValue }: Parameter, value: number): number {
	const low = typeof minValue === 'number' ? minValue : -Infinity;
	const high = typeof maxValue === 'number' ? maxValue : Infinity;
	return Math.min(high, Math.max(low, value));
}

const setParameter = steps({
	resource: 'voice',
	name: 'setParameter',
	displayName: 'Set Parameter',
	action: 'Set a parameter of the current voice',
	description: 'Change a parameter of the voice that is loaded now, e.g. its pitch',
	safety: 'idempotent',
	command: 'setCurrentVoiceParameter',
	fields: {
		parameterName: parameter,
		value: decimal({
			displayName: 'Value',
			required: true,
			default: 0,
			decimals: 2,
			description:
				'The new value. What is outside the limits of the parameter is brought within them.',
		}),
	},
	identify: ({ parameterName }) => ({ parameterName }),
	async steps(talk, { parameterName, value }) {
		const before = await current(talk);
		const found = findParameter(before.parameters, parameterName);
		const wanted = clamped(found, value);
		const answer = await talk.ask(
			'setCurrentVoiceParameter',
			{ parameterName: found.key, parameterValue: { value: wanted } },
			'idempotent',
		);
		const after = answer ? parametersOf(answer).find(({ key }) => key === found.key) : undefined;
		return {
			voiceId: before.voiceId,
			...found,
			...after,
			value: after?.value ?? wanted,
			limited: wanted !== value,
		};
	},
});

const getParameters = ask({
	resource: 'voice',
	name: 'getParameters',
	displayName: 'Get Parameters',
	action: 'Get the parameters of the current voice',
	description: 'List the parameters of the voice that is loaded now, with their limits',
	safety: 'read',
	command: 'getCurrentVoice',
	isList: true,
	fields: {},
	data: (message) =>
		parametersOf(message).map((one) => ({ voiceId: textOf(message, 'voiceID'), ...one })),
});

const getImage = steps({
	resource: 'voice',
	name: 'getImage',
	displayName: 'Get Image',
	action: 'Get the image of a voice',
	description: 'Get the picture of a voice as a file',
	safety: 'read',
	command: 'getBitmap',
	fields: { voice, image: imageState, binaryPropertyName: imageField },
	identify: ({ voice: wanted }) => ({ voice: wanted }),
	async steps(talk, params) {
		const { id, name } = await findVoice(talk, params.voice);
		const { raw } = await talk.question('getBitmap', { voiceID: id });
		return { voiceId: id, voiceName: name, answer: raw as IDataObject };
	},
	outcome: (result, { image, binaryPropertyName }) =>
		readImage(result, image, binaryPropertyName, result.voiceName || result.voiceId),
});

export const voiceOperations = [
	getAll,
	getCurrent,
	getImage,
	getParameters,
	loadOne,
	loadRandom,
	reset,
	setParameter,
];
