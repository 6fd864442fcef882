/** The trigger of the custom channel: the signature covers the ID of the event; without a salt nothing is signed. */
import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { MARKER } from '../markers';
import type { Proof, Setting, TriggerCase } from './trigger';

const SALT = 'kitSaltForTests';
const EVENTS = ['message', 'conversationClosed', 'other'];

const settings: fc.Arbitrary<Setting> = fc.record({
	events: fc.subarray(EVENTS, { minLength: 1 }),
	simplify: fc.boolean(),
	options: fc.record(
		{
			acceptUnsigned: fc.boolean(),
			author: fc.constantFrom('any', 'agent', 'bot'),
			closeReasons: fc.subarray(['CLOSED_BY_AGENT', 'CLOSED_BY_BOT']),
		},
		{ requiredKeys: [] },
	),
});

const AWKWARD: readonly unknown[] = [
	...[{ toString: 1 }, [], {}, [[1]], null, true, 0, '', -1, 1e308],
];
const one = (...values: unknown[]) => fc.constantFrom<unknown>(...values, ...values, ...AWKWARD);
const some = (fields: Record<string, fc.Arbitrary<unknown>>) =>
	fc.oneof(
		{ weight: 6, arbitrary: fc.record(fields, { requiredKeys: [] }) },
		{ weight: 1, arbitrary: fc.constantFrom(...AWKWARD) },
	);

const file = some({
	type: one('photo', 'document', 'location', 'constructor'),
	file_url: one('http://169.254.169.254/', 'file:///etc/passwd'),
	file_name: one('../../x', '\u0000\u202e'),
});

const fields: fc.Arbitrary<Record<string, unknown>> = fc.record(
	{
		event_id: fc.oneof(
			{ weight: 4, arbitrary: fc.uuid() },
			{ weight: 1, arbitrary: one('e', 7, '  e ', '__proto__') },
		),
		event_type: one('send_message', 'close_conversation', 'typing', 'constructor', 'toString'),
		client_data: some({ client_id: one('c', 7, '__proto__'), event: one('message') }),
		event_data: some({
			close_reason: one('CLOSED_BY_AGENT', 'CLOSED_BY_BOT', 'constructor'),
			sender_data: some({ sender_type: one('agent', 'bot', 'AGENT'), is_bot: one(false, 'x') }),
			message: some({
				message_id: one('m'),
				text: one('Hello', '<script>', '💥'.repeat(50)),
				payload: fc.oneof(fc.array(file, { maxLength: 3 }), one('x', { length: 1e9 })),
			}),
			from: one('agent'),
		}),
		event: one('message'),
		from: one('agent'),
		deliveryKey: one('e', 5),
		constructor: fc.constant({ prototype: { polluted: true } }),
		extra: fc.jsonValue({ maxDepth: 3 }),
	},
	{ requiredKeys: ['event_id', 'event_type'] },
);

/** The ID that a body names, as JSON or as a form. */
function eventIdOf(body: Buffer): string {
	const text = body.toString('utf8').trim();
	try {
		const { event_id: id } = JSON.parse(text) as { event_id?: unknown };
		return typeof id === 'object' || id === undefined ? '' : String(id);
	} catch {
		return new URLSearchParams(text).get('event_id') ?? '';
	}
}

const sign = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex');
const valid = (body: Buffer) => sign(SALT, MARKER, eventIdOf(body));

const PROOFS: Readonly<Record<string, Proof>> = {
	none: () => undefined,
	valid,
	'upper case': (body) => valid(body).toUpperCase(),
	padded: (body) => `  ${valid(body)} `,
	'behind a word': (body) => `MD5 ${valid(body)}`,
	'one digit off': (body) => valid(body).replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
	'cut off': (body) => valid(body).slice(0, -1),
	'too long': (body) => `${valid(body)}0`,
	'of another event': (body) => sign(SALT, MARKER, `${eventIdOf(body)}0`),
	'of the check of the address': () => sign(SALT, MARKER),
	'of no event': () => sign(SALT, MARKER, ''),
	'of another salt': (body) => sign('other', MARKER, eventIdOf(body)),
	'of no salt': (body) => sign('', MARKER, eventIdOf(body)),
	'of another token': (body) => sign(SALT, 'other', eventIdOf(body)),
	empty: () => '',
	blank: () => '   ',
	list: (body) => [valid(body), 'x'],
	'twice in one': (body) => `${valid(body)}, ${valid(body)}`,
	word: () => 'undefined',
};
const GOOD = ['valid', 'upper case', 'padded', 'behind a word'];

const OPEN: Setting = { events: EVENTS, options: { acceptUnsigned: true } };

function trigger(variant: string, saltSecret: string): TriggerCase {
	return {
		node: 'voximplantKitCustomChannelTrigger',
		variant,
		credential: { region: 'us', accessToken: MARKER, saltSecret },
		credentialType: 'voximplantKitCustomChannelApi',
		settings,
		open: OPEN,
		fields,
		proofHeader: 'authorization',
		proofs: PROOFS,
		takesQuery: false,
		genuine: fc
			.record({ event_id: fc.uuid(), text: fc.string(), client: fc.string({ minLength: 1 }) })
			.map(({ event_id: id, text, client }) => {
				const event = {
					event_id: id,
					event_type: 'send_message',
					client_data: { client_id: client },
					event_data: { sender_data: { sender_type: 'agent' }, message: { text } },
				};
				const rawBody = Buffer.from(JSON.stringify(event));
				const authorization = saltSecret === '' ? undefined : valid(rawBody);
				const headers = { 'content-type': 'application/json', authorization };
				const setting = { ...OPEN, simplify: true };
				return { setting, callback: { rawBody, headers, query: {}, originalUrl: '/webhook/x' } };
			}),
		isGenuine({ setting, callback }, events) {
			if (saltSecret === '') return setting.options.acceptUnsigned === true;
			const given = callback.headers.authorization;
			const signature = typeof given === 'string' ? given.trim().toLowerCase() : '';
			// The signature covers the ID alone, so what came out must have the ID that was signed.
			return events.every((event) => {
				const id = String(event.event_id ?? '');
				return (
					id !== '' && new RegExp(`^([a-z]\\w*\\s+)?${sign(SALT, MARKER, id)}$`).test(signature)
				);
			});
		},
		judge({ options }, proof, event) {
			const problems: string[] = [];
			if (saltSecret !== '' && !GOOD.includes(proof))
				problems.push('a wrong signature was accepted');
			if (saltSecret !== '' && String(event.event_id ?? '') === '')
				problems.push('an event without an ID was believed');
			if (saltSecret === '' && options.acceptUnsigned !== true)
				problems.push('an unsigned event was accepted unasked');
			const { author = 'any', closeReasons = [] } = options as {
				author?: string;
				closeReasons?: string[];
			};
			if (event.event === 'message' && author !== 'any' && event.from !== author)
				problems.push(`a message from ${String(event.from)} was not asked for`);
			const data = (event.event_data ?? event) as { close_reason?: unknown };
			const isWanted =
				closeReasons.length === 0 || closeReasons.some((reason) => reason === data.close_reason);
			if (event.event === 'conversationClosed' && !isWanted)
				problems.push('this end of a conversation was not asked for');
			const key = event.deliveryKey;
			if (key !== undefined && key !== String(event.event_id))
				problems.push(`the delivery key ${JSON.stringify(key)} is not ours`);
			return problems;
		},
	};
}

export const channelTriggers = [trigger('with a salt', SALT), trigger('without a salt', '')];
