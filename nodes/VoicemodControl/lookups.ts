import type { IDataObject } from 'n8n-workflow';

import type { Reply } from '../shared/http/request';
import type { Choice, Lookup } from '../shared/operation/lookup';
import { actionRequest } from './client';
import type { Message } from './messages';
import { messageOf } from './operations/base';
import type { Named } from './operations/lists';
import { namedSound, namedVoice, parametersOf, soundsOf, voicesOf } from './operations/lists';

function fromAnswer(toChoices: (message: Message) => Choice[]): (reply: Reply) => Choice[] {
	return (reply) => {
		const message = messageOf(reply);
		return message === undefined ? [] : toChoices(message).filter(({ value }) => value !== '');
	};
}

function byName(a: Choice, b: Choice): number {
	return a.name.localeCompare(b.name);
}

function chosen({ id, name, group }: Named, remark = ''): Choice {
	const label = name === '' ? id : name;
	return { name: `${group ? `${group}: ` : ''}${label}${remark}`, value: id };
}

function remarkOf(one: IDataObject): string {
	return one.enabled === false ? ' (not in your license)' : '';
}

/** The choices of resource locators. */
export const lookups: Readonly<Record<string, Lookup>> = {
	searchVoices: {
		request: () => actionRequest('getVoices'),
		read: fromAnswer((message) =>
			voicesOf(message)
				.map((one) => chosen(namedVoice(one), remarkOf(one)))
				.sort(byName),
		),
	},
	searchSounds: {
		request: () => actionRequest('getAllSoundboard'),
		read: fromAnswer((message) =>
			soundsOf(message)
				.map((one) => chosen(namedSound(one), remarkOf(one)))
				.sort(byName),
		),
	},
	searchParameters: {
		request: () => actionRequest('getCurrentVoice'),
		read: fromAnswer((message) =>
			parametersOf(message)
				.map(({ key, minValue, maxValue }) => ({
					name: `${key} (${String(minValue ?? '?')} to ${String(maxValue ?? '?')})`,
					value: key,
				}))
				.sort(byName),
		),
	},
};
