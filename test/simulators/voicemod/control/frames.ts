import { randomUUID } from 'node:crypto';
import { isRecord } from '../../core/http';
import type { ControlBehaviour } from './options';

type Data = Record<string, unknown>;

/** An answer or an event before it is spelled. */
export interface Outbound {
	name: string;
	/** `actionObject`; also `payload`, where that is not given. */
	data: Data;
	payload?: Data;
	/** Id of the question; missing in events. */
	id?: string;
	/** Only known with `action` and `payload`: registration, acknowledgements, `voiceParameterUpdated`. */
	actionOnly?: boolean;
}

/** Spells a message as the options say (voicemod.md section B.2). */
export function frame(message: Outbound, options: ControlBehaviour): string {
	return JSON.stringify(cased(envelope(message, options), options.memberCase));
}

function envelope(message: Outbound, options: ControlBehaviour): Data {
	const { name, data } = message;
	const payload = spelled(message.payload ?? data, 'payload', options);
	if (message.actionOnly) return { action: name, ...actionId(message, options), payload };
	if (name === 'getActiveSoundboardProfile' && options.activeSoundboardNotation === 'type')
		return { type: name, payload };
	const { root, object } = lifted(name, spelled(data, 'actionObject', options), options);
	const typed: Data = {
		actionType: name,
		appVersion: options.appVersion,
		...typedId(message, options),
		actionObject:
			options.actionObject === 'string'
				? JSON.stringify(cased(object, options.memberCase))
				: object,
		context: '',
		...root,
	};
	const action: Data = { ...actionId(message, options), action: name, payload };
	switch (options.notation) {
		case 'action':
			return action;
		case 'actionType':
			return typed;
		case 'both':
			return { ...action, ...typed };
	}
}

/** In the published example `currentVoice` stands at the root. */
function lifted(
	name: string,
	object: Data,
	options: ControlBehaviour,
): { root: Data; object: Data } {
	if (name !== 'getVoices' || options.currentVoiceAt !== 'root') return { root: {}, object };
	const { currentVoice, ...rest } = object;
	return { root: { currentVoice }, object: rest };
}

/** The id a message carries; undefined where it carries none. */
function idOf(message: Outbound, options: ControlBehaviour): string | null | undefined {
	const kind =
		message.id === undefined
			? options.eventIds
			: // Registration is the one answer whose notation and id are certain.
				message.name === 'registerClient'
				? 'echo'
				: options.ids;
	switch (kind) {
		case 'echo':
			return message.id;
		case 'null':
			return null;
		case 'foreign':
			return randomUUID();
		case 'absent':
			return undefined;
	}
}

function actionId(message: Outbound, options: ControlBehaviour): Data {
	const id = idOf(message, options);
	return id === undefined ? {} : { id };
}

function typedId(message: Outbound, options: ControlBehaviour): Data {
	const id = idOf(message, options);
	if (id === undefined) return {};
	if (options.idMember === 'both') return { actionID: id, actionId: id };
	return { [options.idMember]: id };
}

type Place = 'actionObject' | 'payload';

/** Renames members and turns booleans into numbers, at every depth; keys of parameters are data and stay. */
function spelled(data: Data, place: Place, options: ControlBehaviour): Data {
	const entries = Object.entries(data).flatMap(([name, value]): Array<[string, unknown]> => {
		const inner = spelledValue(value, place, options);
		return namesOf(name, place, options).map((spelling) => [spelling, inner]);
	});
	return Object.fromEntries(entries);
}

function spelledValue(value: unknown, place: Place, options: ControlBehaviour): unknown {
	if (typeof value === 'boolean' && options.booleans === 'number') return value ? 1 : 0;
	if (Array.isArray(value)) return value.map((item) => spelledValue(item, place, options));
	return isRecord(value) ? spelled(value, place, options) : value;
}

function namesOf(name: string, place: Place, options: ControlBehaviour): string[] {
	switch (name) {
		case 'voiceID':
			if (options.voiceIdSpelling === 'both') return ['voiceID', 'voiceId'];
			if (options.voiceIdSpelling !== 'page') return [options.voiceIdSpelling];
			return [place === 'payload' ? 'voiceId' : 'voiceID'];
		case 'userId':
			return [options.userIdSpelling];
		case 'enabled':
			return [options.enabledSpelling];
		default:
			return [name];
	}
}

/** Writes member names in another case, but not the keys of parameters. */
function cased(
	value: unknown,
	memberCase: ControlBehaviour['memberCase'],
	isKeyed = false,
): unknown {
	if (memberCase === 'page') return value;
	if (Array.isArray(value)) return value.map((item) => cased(item, memberCase, isKeyed));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			isKeyed ? name : memberCase === 'lower' ? name.toLowerCase() : name.toUpperCase(),
			cased(inner, memberCase, name === 'parameters'),
		]),
	);
}
