import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';

type Data = Record<string, unknown>;

/** A message of the app, whichever notation it came in (voicemod.md §B.2). */
export interface Message {
	/** Empty for the greeting. */
	readonly name: string;
	readonly id: string;
	/** Where a member is looked for, in this order. */
	readonly places: readonly Data[];
	/** As it came. */
	readonly raw: Data;
}

function parsed(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
}

/** The object that a value is, or that it is the JSON text of. */
function asData(value: unknown): Data | undefined {
	const data = typeof value === 'string' ? parsed(value) : value;
	return isRecord(data) ? data : undefined;
}

/** A member by one of its names, written in whatever case. */
export function memberOf(data: Data, ...names: readonly string[]): unknown {
	const entries = Object.entries(data);
	for (const name of names) {
		const wanted = name.toLowerCase();
		const found =
			entries.find(([key]) => key === name) ??
			entries.find(([key]) => key.toLowerCase() === wanted);
		if (found !== undefined && found[1] !== undefined && found[1] !== null) return found[1];
	}
	return undefined;
}

function textMember(data: Data, ...names: readonly string[]): string {
	for (const name of names) {
		const text = asText(memberOf(data, name) ?? '');
		if (text !== '') return text;
	}
	return '';
}

/** Reads a message; undefined for what is no JSON object. */
export function readMessage(text: string): Message | undefined {
	const raw = asData(text);
	if (raw === undefined) return undefined;
	const places = [memberOf(raw, 'actionObject'), memberOf(raw, 'payload')].map(asData);
	return {
		name: textMember(raw, 'actionType', 'action', 'type'),
		id: textMember(raw, 'id', 'actionID', 'actionId'),
		places: [...places.filter((place) => place !== undefined), raw],
		raw,
	};
}

/** A member of the message's data, by one of its names. */
export function member({ places }: Pick<Message, 'places'>, ...names: readonly string[]): unknown {
	for (const place of places) {
		const value = memberOf(place, ...names);
		if (value !== undefined) return value;
	}
	return undefined;
}

/** A member that is a text or a number, as text; empty when there is none. */
export function textOf(message: Pick<Message, 'places'>, ...names: readonly string[]): string {
	return asText(member(message, ...names) ?? '');
}

/** `true`/`false`, or `1`/`0` as older apps write it; undefined for anything else. */
export function asFlag(value: unknown): boolean | undefined {
	const text = asText(value ?? '').toLowerCase();
	if (text === 'true' || text === '1') return true;
	return text === 'false' || text === '0' ? false : undefined;
}

/** Status of an acknowledgement; undefined for messages without one. */
export function statusOf(message: Message): { code: number; description: string } | undefined {
	const status = asData(member(message, 'status'));
	const code = status && Number(asText(memberOf(status, 'code') ?? ''));
	if (status === undefined || code === undefined || !Number.isInteger(code) || code === 0) {
		return undefined;
	}
	return { code, description: textMember(status, 'description') };
}

export function isGreeting(message: Message): boolean {
	return message.name === '' && textOf(message, 'msg', 'server') !== '';
}

export function sameName(name: string, others: readonly string[]): boolean {
	const wanted = name.toLowerCase();
	return others.some((other) => other.toLowerCase() === wanted);
}

/** Members as they are given out, by their names in lower case (voicemod.md §B.2, "Spelling differences"). */
const OUTPUT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
	[
		...['id', 'name', 'friendlyName', 'enabled', 'favorited', 'isNew', 'isCustom', 'isPurchased'],
		...['bitmapChecksum', 'showProLogo', 'sounds', 'loop', 'muteOtherSounds', 'muteVoice'],
		...['stopOtherSounds', 'playbackMode', 'fileName', 'type', 'image', 'isCore', 'profile'],
		...['default', 'minValue', 'maxValue', 'value', 'displayNormalized', 'typeController'],
	].map((name) => [name.toLowerCase(), name]),
);

const OTHER_NAMES: Readonly<Record<string, string>> = { isenabled: 'enabled' };

const FLAGS = new Set([
	...['enabled', 'favorited', 'isNew', 'isCustom', 'isPurchased', 'showProLogo', 'loop'],
	...['muteOtherSounds', 'muteVoice', 'stopOtherSounds', 'isCore', 'displayNormalized'],
]);

/** An object of the app with the member names and types of its reference. */
export function tidy(value: Data): Data {
	const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
		const lower = key.toLowerCase();
		const name = OTHER_NAMES[lower] ?? OUTPUT_NAMES[lower] ?? key;
		if (FLAGS.has(name)) return [name, asFlag(inner) ?? inner];
		return [name, Array.isArray(inner) ? tidyAll(inner) : inner];
	});
	return Object.fromEntries(entries);
}

/** The objects of a list, tidied; anything else in it is left out. */
export function tidyAll(list: unknown): Data[] {
	return Array.isArray(list) ? list.filter(isRecord).map(tidy) : [];
}

/** A parameter of a voice. */
export interface Parameter extends Data {
	/** What `parameterName` takes; global ones begin with `_`. */
	readonly key: string;
}

/** Parameters: on the wire a dictionary by key, in the published example a list of such with one key each. */
export function readParameters(value: unknown): Parameter[] {
	const groups = Array.isArray(value) ? value : [value];
	return groups.filter(isRecord).flatMap((group) =>
		Object.entries(group)
			.filter((entry): entry is [string, Data] => isRecord(entry[1]))
			.map(([key, details]) => ({ key, ...tidy(details) })),
	);
}
