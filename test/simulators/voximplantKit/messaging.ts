import { randomUUID } from 'node:crypto';
import { ok, Refusal, refusals } from './envelope';
import { sampleChat } from './events';
import { asText, isPhone } from './moments';
import { CHANNEL_ID } from './seed';
import { int, need, object, text, word, type Rule, type Visit } from './rules';
import { method, type Methods, type World } from './world';

const VARIABLES = { pairs: 20, name: 20, value: 200 };

/** Any JSON, or a text; the page does not show the shape of the template's values. */
const json: Rule<unknown> = {
	read(value, wrong) {
		try {
			return JSON.parse(value);
		} catch {
			throw wrong(`not JSON: ${value.slice(0, 80)}`);
		}
	},
};

/** Sections 5.7 and 5.8. */
export const messagingMethods: Methods = {
	'v3/botService/sendTemplateMessage': method(
		{
			client_id: need(text()),
			channel_id: need(int()),
			message_template_id: need(int()),
			header_param_value: text(),
			header_attachment_id: int(),
			header_url: text(),
			text_param_values: json,
			button_url_param_value: text(),
			user_id: int(),
			variables: object,
		},
		{ writes: true },
		(world, values, visit) => {
			const { store, options } = world;
			if (!isPhone(values.client_id)) throw refusals.invalid('client_id', 'not a phone number');
			if (!values.client_id.startsWith('+'))
				visit.notes.undocumented(visit.method, 'client_id', 'E.164 without the plus');
			if (values.channel_id !== CHANNEL_ID) throw refusals.missing('Channel', values.channel_id);
			const template = store.templates.get(values.message_template_id);
			if (!template) throw refusals.missing('Template', values.message_template_id);
			if (template.status !== 'approved')
				throw refusals.invalid('message_template_id', 'not approved');
			if (/\{\{|\}\}/.test(JSON.stringify(values.text_param_values ?? '')))
				throw refusals.invalid('text_param_values', 'double braces are not allowed');
			checkVariables(values.variables ?? {});
			checkUser(world, values.user_id);
			if (options.balance < options.prices.message)
				throw new Refusal(402, 'Insufficient funds on balance', options.fundsStatus);
			store.charge(options.prices.message);
			const phone = values.client_id.replace(/^\+/, '');
			store.accepted.add(visit.method, values.message_template_id, phone);
			return ok(open(world, phone, values.user_id ?? null));
		},
	),
	'v3/botService/sendMessage': method(
		{ conversation_uuid: need(text()), text: text(), payload: json },
		{ writes: true },
		(world, values, visit) => {
			const conversation = world.store.conversations.get(values.conversation_uuid);
			if (!conversation) throw refusals.missing('Conversation', values.conversation_uuid);
			if (values.text === undefined && values.payload === undefined)
				throw refusals.invalid('text', 'or payload is needed');
			if (values.payload !== undefined) checkPayload(values.payload);
			conversation.messages.push(values.text ?? JSON.stringify(values.payload));
			world.store.accepted.add(visit.method, conversation.uuid, conversation.clientId);
			return ok(true);
		},
	),
	'cti/makeCall': method(
		{ number: need(text()), user_id: need(int()), callerid: text(), variables: object },
		{ writes: true },
		(world, values, visit) => {
			const { store } = world;
			if (!isPhone(values.number)) throw refusals.invalid('number', 'not a phone number');
			needAgent(world, values.user_id);
			const phone = values.number.replace(/^\+/, '');
			store.accepted.add(visit.method, values.user_id, phone);
			store.ctiCalls.push({ ...values, action: 'makeCall' });
			world.dialer.start({
				phone,
				from: values.callerid ?? [...store.numbers.values()][0]?.number ?? '',
				scenarioId: null,
				data: values.variables ?? {},
				userId: values.user_id,
				source: 'softphone',
			});
			return ok(true);
		},
	),
	'cti/transferCall': method(
		{
			user_id: need(int()),
			call_id: need(int()),
			transfer_type: need(word('blind', 'attended')),
			direction_type: need(word('sip', 'pstn', 'extension')),
			extension_transfer_data: object,
			pstn_transfer_data: object,
			sip_transfer_data: object,
		},
		{ writes: true },
		(world, values, visit) => {
			needAgent(world, values.user_id);
			const data = {
				extension: values.extension_transfer_data,
				pstn: values.pstn_transfer_data,
				sip: values.sip_transfer_data,
			};
			checkTransfer(values.direction_type, data, visit);
			const target = JSON.stringify(data[values.direction_type]);
			world.store.accepted.add(visit.method, values.call_id, target);
			world.store.ctiCalls.push({ ...values, action: 'transferCall' });
			return ok(true);
		},
	),
};

/** The fields of each direction (section 5.8). */
const TRANSFER_FIELDS: Record<string, readonly string[]> = {
	extension: ['extension_number'],
	pstn: ['number', 'caller_id'],
	sip: ['to', 'from'],
};

function checkTransfer(
	direction: 'extension' | 'pstn' | 'sip',
	data: Record<string, Record<string, unknown> | undefined>,
	visit: Visit,
): void {
	const wanted = data[direction];
	const field = `${direction}_transfer_data`;
	if (!wanted) throw refusals.invalid(field, 'cannot be blank');
	for (const name of TRANSFER_FIELDS[direction] ?? [])
		if (typeof wanted[name] !== 'string' || wanted[name] === '')
			throw refusals.invalid(field, `${name} cannot be blank`);
	for (const other of Object.keys(data))
		if (other !== direction && data[other] !== undefined)
			visit.notes.violation(visit.method, `${other}_transfer_data`, 'Not of this direction');
}

function needAgent(world: World, id: number): void {
	const user = checkUser(world, id);
	if (user && world.options.ctiNeedsOnline && user.status === 'OFFLINE')
		throw refusals.state('User is offline');
}

function checkUser({ store }: World, id: number | undefined): { status: string } | undefined {
	if (id === undefined) return undefined;
	const user = store.users.get(id);
	if (!user) throw refusals.missing('User', id);
	return user;
}

function checkVariables(variables: Record<string, unknown>): void {
	const pairs = Object.entries(variables);
	if (pairs.length > VARIABLES.pairs)
		throw refusals.invalid('variables', `more than ${VARIABLES.pairs} pairs`);
	for (const [name, value] of pairs) {
		if (name.length > VARIABLES.name)
			throw refusals.invalid('variables', `name longer than ${VARIABLES.name}: ${name}`);
		if (asText(value).length > VARIABLES.value)
			throw refusals.invalid('variables', `value longer than ${VARIABLES.value}: ${name}`);
	}
}

function checkPayload(payload: unknown): void {
	if (!Array.isArray(payload) || payload.length === 0)
		throw refusals.invalid('payload', 'not a JSON array');
}

/** Opens a conversation and reports it. */
function open(world: World, clientId: string, userId: number | null): Record<string, unknown> {
	const { store, events } = world;
	const uuid = randomUUID();
	const requestId = store.nextId('request', 9001);
	store.conversations.set(uuid, { uuid, requestId, clientId, userId, messages: [] });
	const chat = {
		...sampleChat('chat_started'),
		conversation_uuid: uuid,
		incoming_request_id: requestId,
	};
	events.emit('chat_started', chat);
	if (userId !== null) events.emit('chat_assigned_to_agent', { ...chat, user_id: userId });
	return { conversation_uuid: uuid, incoming_request_id: requestId, message_uuid: randomUUID() };
}
