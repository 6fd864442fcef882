import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import type { Safety } from '../../shared/http/request';
import { decimal, flag, json, text } from '../../shared/operation/field';
import type { Operation } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import { actionRequest } from '../client';
import { NAME } from '../connection';
import type { Message } from '../messages';
import { textOf } from '../messages';
import { ask, messageOf, steps } from './base';
import { hold } from './held';

const MAX_BEEP_SECONDS = 300;
const DAY_SECONDS = 86_400;

function beep(name: 'start' | 'stop'): Operation {
	const isOn = name === 'start';
	return steps({
		resource: 'beep',
		name,
		displayName: isOn ? 'Start' : 'Stop',
		action: isOn ? 'Start the beep' : 'Stop the beep',
		description: isOn
			? 'Start the beep that covers the voice. It sounds until it is stopped.'
			: 'Stop the beep',
		safety: 'idempotent',
		command: 'setBeepSound',
		fields: {},
		async steps(talk) {
			await talk.ask('setBeepSound', { badLanguage: isOn ? 1 : 0 }, 'idempotent');
			return { isOn };
		},
	});
}

const beepForDuration = steps({
	resource: 'beep',
	name: 'beepForDuration',
	displayName: 'Beep for a Duration',
	action: 'Beep for a duration',
	description:
		'Cover the voice with a beep for some time. It ends in any case, also after an error.',
	safety: 'once',
	command: 'setBeepSound',
	fields: {
		seconds: decimal({
			displayName: 'Duration (Seconds)',
			required: true,
			default: 1,
			min: 0.1,
			max: MAX_BEEP_SECONDS,
			decimals: 1,
			description: 'How long the beep sounds',
		}),
	},
	async steps(talk, { seconds }) {
		await hold(talk, {
			action: 'setBeepSound',
			begin: { badLanguage: 1 },
			end: { badLanguage: 0 },
			milliseconds: seconds * 1000,
			remedy: 'Use Beep: Stop, or stop it in the app.',
		});
		return { seconds, isOn: false };
	},
});

function required(message: Message, what: string, ...names: string[]): string {
	const found = textOf(message, ...names);
	if (found !== '') return found;
	throw new CallError(`${NAME} answered without ${what}`, { outcome: 'unknown' });
}

const user = [
	ask({
		resource: 'user',
		name: 'get',
		displayName: 'Get',
		action: 'Get the user',
		description: 'Get the ID of the user who is signed in to the app',
		safety: 'read',
		command: 'getUser',
		fields: {},
		data: (message) => ({ userId: required(message, 'a user ID', 'userId') }),
	}),
	ask({
		resource: 'user',
		name: 'getLicense',
		displayName: 'Get License',
		action: 'Get the license',
		description: 'Find out whether the user has a Pro or a free license',
		safety: 'read',
		command: 'getUserLicense',
		fields: {},
		data: (message) => ({ licenseType: required(message, 'a license', 'licenseType') }),
	}),
	ask({
		resource: 'user',
		name: 'getRotationTime',
		displayName: 'Get Free Voice Rotation Time',
		action: 'Get the time until the free voices change',
		description: 'Get how many seconds remain until other voices are free',
		safety: 'read',
		command: 'getRotatoryVoicesRemainingTime',
		fields: {},
		data(message) {
			const time = Number(required(message, 'a time', 'remainingTime'));
			// More than a day can only be milliseconds (voicemod.md §B.4).
			return { remainingSeconds: time > DAY_SECONDS ? Math.round(time / 1000) : time };
		},
	}),
];

const check = ask({
	resource: 'connection',
	name: 'check',
	displayName: 'Check',
	action: 'Check the connection',
	description: 'Connect to the app and register, to see whether it works',
	safety: 'read',
	command: 'registerClient',
	isPlain: true,
	fields: {},
	data: ({ raw }) => raw as IDataObject,
});

/** Names of questions; everything else may change something. */
function safetyOf(action: string): Safety {
	return /^get[A-Z]/.test(action) ? 'read' : 'once';
}

const sendAction = defineOperation({
	resource: 'connection',
	name: 'sendAction',
	displayName: 'Send Action',
	action: 'Send any action',
	description: 'Send an action of the Control API with a payload of your own',
	safety: 'once',
	fields: {
		action: text({
			displayName: 'Action',
			required: true,
			placeholder: 'e.g. getVoices',
			description: 'Name of the action as in the manual of the Control API',
		}),
		payload: json({
			displayName: 'Payload',
			default: '{}',
			description: 'The data of the action as a JSON object; {} when there are none',
		}),
		waitForAnswer: flag({
			displayName: 'Wait for Answer',
			default: true,
			description: 'Whether to wait for the answer of the app and give it out',
		}),
		answerNames: text({
			displayName: 'Names of the Answer',
			additional: true,
			placeholder: 'e.g. toggleMuteMic, toggleMute',
			description:
				'For answers that have another name than the action, and come without the ID of the question. Names with commas between them.',
		}),
	},
	prepare(params) {
		if (params.payload === undefined || isRecord(params.payload)) return params;
		throw new ParameterError('"Payload" must be a JSON object, not a list');
	},
	identify: ({ action }) => ({ action }),
	request: ([call]) => {
		const { action = '', payload, waitForAnswer, answerNames } = call?.params ?? {};
		return actionRequest(action, payload ?? {}, safetyOf(action), {
			...(waitForAnswer === false && { answer: 'no' }),
			...(answerNames && { names: answerNames }),
		});
	},
	read(reply) {
		const message = messageOf(reply);
		if (message === undefined) {
			const data = { answered: false };
			return [{ raw: data, data }];
		}
		const { places, name, raw } = message;
		const data = { answered: true, name: name || null, data: places[0] as IDataObject };
		return [{ raw: raw as IDataObject, data }];
	},
});

export const otherOperations = [
	beep('start'),
	beep('stop'),
	beepForDuration,
	...user,
	check,
	sendAction,
];
