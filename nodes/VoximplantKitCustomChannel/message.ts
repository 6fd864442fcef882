import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../shared/http/json';

/**
 * A UUID made from `seed`: the same when n8n runs the node again for the same item, so that a repeat
 * can be told from a new message. Its version is 8, "made in a way of one's own".
 */
export function automaticUuid(seed: string): string {
	const bytes = createHash('sha256').update(seed).digest().subarray(0, 16);
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	const hex = bytes.toString('hex');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `clientDisplayName` is `client_display_name` at Kit. */
export function wireName(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Leaves out what is empty, also objects that are empty then: Kit is never sent a null (§4.3). */
export function withoutEmpty(value: IDataObject): IDataObject {
	const entries = Object.entries(value).flatMap(([key, entry]): Array<[string, unknown]> => {
		if (entry === undefined || entry === null || entry === '') return [];
		if (!isRecord(entry)) return [[key, entry]];
		const inner = withoutEmpty(entry as IDataObject);
		return Object.keys(inner).length === 0 ? [] : [[key, inner]];
	});
	return Object.fromEntries(entries) as IDataObject;
}

/** `extra` under `form`: objects are merged, everything else is that of the form where it has it. */
function merged(extra: IDataObject, form: IDataObject): IDataObject {
	const result: IDataObject = { ...extra, ...form };
	for (const [key, value] of Object.entries(form)) {
		const other = extra[key];
		if (isRecord(value) && isRecord(other)) {
			result[key] = merged(other as IDataObject, value as IDataObject);
		}
	}
	return result;
}

type Params = Readonly<Record<string, unknown>>;

const CLIENT = [
	'clientPhone',
	'clientAvatar',
	'clientDisplayName',
	'clientEmail',
	'clientLanguage',
];

/** The parameters that begin with `prefix`, without it: `utmSource` is `source` in `utm`. */
function group(params: Params, prefix: string): IDataObject {
	const own = Object.entries(params).filter(([name]) => new RegExp(`^${prefix}[A-Z]`).test(name));
	const inner = own.map(([name, value]) => {
		const rest = name.slice(prefix.length);
		return [wireName(rest.charAt(0).toLowerCase() + rest.slice(1)), value];
	});
	return Object.fromEntries(inner) as IDataObject;
}

function named(params: Params): IDataObject {
	const entries = Object.entries(params).map(([name, value]) => [wireName(name), value]);
	return Object.fromEntries(entries) as IDataObject;
}

/** The event of a customer's message, from the parsed parameters (§4.3). */
export function messageEvent(params: Params): IDataObject {
	const payload = Array.isArray(params.payload) ? (params.payload as Params[]) : [];
	const client = Object.fromEntries(CLIENT.map((name) => [name, params[name]]));
	const event = withoutEmpty({
		event_id: params.eventId as string,
		event_type: 'send_message',
		client_data: {
			client_id: params.clientId as string,
			...named(client),
			utm: group(params, 'utm'),
			page: group(params, 'page'),
			location: group(params, 'location'),
			device: group(params, 'device'),
		},
		event_data: {
			message: {
				message_id: params.messageId as string,
				text: params.text as string,
				payload:
					payload.length === 0 ? undefined : payload.map((entry) => withoutEmpty(named(entry))),
			},
		},
	});
	const { extraFields } = params;
	return isRecord(extraFields) ? merged(extraFields as IDataObject, event) : event;
}

/** From sibling channels of Kit; nothing is said about this one (§7). */
const LONGEST_CLIENT_ID = 100;
const LONGEST_TEXT = 4000;
const SAFE_CLIENT_ID = /^[A-Za-z0-9$\-_.+!*'(),:@=]*$/;

/** What may go wrong although no rule forbids it. */
export function warningsOf({ clientId, text }: Params): IDataObject {
	const id = typeof clientId === 'string' ? clientId : '';
	const length = typeof text === 'string' ? Array.from(text).length : 0;
	const warnings = [
		id.length > LONGEST_CLIENT_ID && `The client ID has ${id.length} characters`,
		!SAFE_CLIENT_ID.test(id) && 'The client ID holds characters that other channels of Kit refuse',
		length > LONGEST_TEXT && `The text has ${length} characters; Kit's web chat takes 4000`,
	].filter((warning) => warning !== false);
	return warnings.length === 0 ? {} : { warning: warnings.join('. ') };
}
