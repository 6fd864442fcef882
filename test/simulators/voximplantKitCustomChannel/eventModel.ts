import { isRecord } from '../core/http';
import type { ChannelBehaviour } from './options';
import type { PayloadItem } from './records';
import type { Remarks } from './remarks';
import { Refusal } from './envelope';
import { checkShape, strings, type Shape, type ShapeContext } from './shape';

/** An event as accepted. */
export interface InboundEvent {
	eventId: string;
	eventType: string;
	clientId: string;
	client: Record<string, unknown>;
	/** Missing only in event types the page does not know. */
	message?: { messageId: string; text?: string; payload: PayloadItem[] };
}

/** `client_data` (§4.3). */
const CLIENT: Shape = {
	client_id: { type: 'string', required: true },
	...strings(
		'client_phone',
		'client_avatar',
		'client_display_name',
		'client_email',
		'client_language',
	),
	utm: { type: 'object', fields: strings('source', 'campaign', 'content', 'medium', 'term') },
	page: { type: 'object', fields: strings('url', 'title') },
	location: {
		type: 'object',
		fields: {
			latitude: { type: 'number' },
			longitude: { type: 'number' },
			...strings('country', 'country_code', 'region', 'region_code', 'city', 'ip_address'),
		},
	},
	device: { type: 'object', fields: strings('type', 'model', 'user_agent') },
};

const ENVELOPE: Shape = {
	event_id: { type: 'string', required: true },
	event_type: { type: 'string', required: true },
	client_data: { type: 'object', required: true, fields: CLIENT },
	event_data: { type: 'object', required: true },
};

const EVENT_DATA: Shape = {
	message: {
		type: 'object',
		required: true,
		fields: {
			message_id: { type: 'string', required: true },
			text: { type: 'string' },
			payload: { type: 'array' },
		},
	},
};

const MEDIA = strings('type', 'file_name', 'file_url');
const LOCATION: Shape = {
	...strings('type', 'address'),
	latitude: { type: 'number' },
	longitude: { type: 'number' },
};

/** The fields of each kind of attachment, and those it is useless without. */
const KINDS: Record<string, { shape: Shape; needs: string[] }> = {
	photo: { shape: MEDIA, needs: ['file_url'] },
	video: { shape: MEDIA, needs: ['file_url'] },
	audio: { shape: MEDIA, needs: ['file_url'] },
	document: { shape: MEDIA, needs: ['file_url'] },
	location: { shape: LOCATION, needs: ['latitude', 'longitude'] },
	contact: { shape: strings('type', 'name', 'number', 'avatar'), needs: ['name', 'number'] },
};

/** §7: limits of sibling channels, a hint and no rule. */
const TEXT_HINT = 4000;
const FILES_HINT = 10;
const CLIENT_ID_HINT = /^[A-Za-z0-9$\-_.+!*'(),:@=]{1,100}$/;

/** Reads the body of `POST /{channel_uuid}`; refuses with 400 (no JSON object) or 422 (§5). */
export function readEvent(
	body: Buffer,
	contentType: string | undefined,
	options: ChannelBehaviour,
	remarks: Remarks,
): InboundEvent {
	const refuse = (text: string): Refusal => new Refusal(422, text, options.sendErrors);
	const { unknownFields } = options;
	const context: ShapeContext = { method: 'event', remarks, unknownFields, refuse };
	const event = parse(body, contentType, options, remarks);
	checkShape(event, ENVELOPE, '', context);
	const { event_id, event_type, client_data, event_data } = event;
	if (!isRecord(client_data) || !isRecord(event_data)) throw refuse('Bad event.');
	const eventType = String(event_type);
	if (!options.eventTypes.includes(eventType))
		throw refuse(`Field "event_type" must be one of: ${options.eventTypes.join(', ')}.`);
	const clientId = String(client_data.client_id);
	if (!CLIENT_ID_HINT.test(clientId))
		remarks.note('event', 'client_data.client_id', 'not an id of the mobile channel (§7)');
	const common = { eventId: String(event_id), eventType, clientId, client: client_data };
	if (eventType !== 'send_message') return common;
	checkShape(event_data, EVENT_DATA, 'event_data', context);
	return { ...common, message: readMessage(event_data.message, context) };
}

function readMessage(value: unknown, context: ShapeContext): InboundEvent['message'] {
	if (!isRecord(value)) throw context.refuse('Field "event_data.message" is required.');
	const text = typeof value.text === 'string' ? value.text : undefined;
	const items: unknown[] = Array.isArray(value.payload) ? value.payload : [];
	const { remarks } = context;
	if ((text ?? '') === '' && items.length === 0)
		remarks.note('event', 'event_data.message', 'neither text nor attachment');
	if ((text?.length ?? 0) > TEXT_HINT)
		remarks.note('event', 'event_data.message.text', `longer than ${TEXT_HINT} characters`);
	if (items.length > FILES_HINT)
		remarks.note('event', 'event_data.message.payload', `more than ${FILES_HINT} attachments`);
	return {
		messageId: String(value.message_id),
		...(text === undefined ? {} : { text }),
		payload: items.map((item, index) => readItem(item, index, context)),
	};
}

function readItem(item: unknown, index: number, context: ShapeContext): PayloadItem {
	const path = `event_data.message.payload[${index}]`;
	if (!isRecord(item)) throw context.refuse(`Field "${path}" must be of type object.`);
	const type = typeof item.type === 'string' ? item.type : '';
	const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
	if (!kind)
		throw context.refuse(`Field "${path}.type" must be one of: ${Object.keys(KINDS).join(', ')}.`);
	checkShape(item, kind.shape, path, context);
	for (const name of kind.needs)
		if (item[name] === undefined || item[name] === '')
			context.remarks.note('event', 'event_data.message.payload[]', `${type} without ${name}`);
	if (typeof item.file_url === 'string' && !/^https?:\/\//i.test(item.file_url))
		context.remarks.note('event', 'event_data.message.payload[].file_url', 'not an HTTP address');
	checkDegrees(item, context);
	return { ...item, type } as PayloadItem;
}

function checkDegrees(item: Record<string, unknown>, { remarks }: ShapeContext): void {
	for (const [name, limit] of [
		['latitude', 90],
		['longitude', 180],
	] as const) {
		const value = item[name];
		if (typeof value === 'number' && Math.abs(value) > limit)
			remarks.note('event', `event_data.message.payload[].${name}`, 'out of range');
	}
}

function parse(
	body: Buffer,
	contentType: string | undefined,
	options: ChannelBehaviour,
	remarks: Remarks,
): Record<string, unknown> {
	const refusal = (text: string): Refusal => new Refusal(400, text, options.sendErrors);
	if ((contentType ?? '').split(';')[0]?.trim().toLowerCase() !== 'application/json') {
		remarks.violation('event', 'Content-Type', 'not application/json');
		throw refusal('The body must be JSON.');
	}
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
	} catch {
		throw refusal('The body is not valid JSON.');
	}
	if (!isRecord(value)) throw refusal('The body must be a JSON object.');
	return value;
}
