import {
	authorOf,
	distrust,
	eventKind,
	readEvent,
	signatureOf,
} from '../../../nodes/VoximplantKitCustomChannel/events';
import { isAllowedHost } from '../../../nodes/VoximplantKitCustomChannel/files';
import {
	automaticUuid,
	messageEvent,
	warningsOf,
	wireName,
	withoutEmpty,
} from '../../../nodes/VoximplantKitCustomChannel/message';

const KEYS = { salt: 'salt123', token: 'tok456' };
/** The vector of the reference (voximplant-kit-custom-channel.md §6.2). */
const VECTOR = '8d69d7a1c5dc6964a83938dbd3adf21c';
const CHECK_VECTOR = 'bb2aded99631db49fc6f04bf66ec5061';
const BODY = { event_id: 'evt-789', event_type: 'send_message' };

describe('the signature', () => {
	it('is that of the reference', () => {
		expect(signatureOf(KEYS, 'evt-789')).toBe(VECTOR);
	});

	it.each([VECTOR, VECTOR.toUpperCase(), `MD5 ${VECTOR}`, `Bearer ${VECTOR}`, `  ${VECTOR} `])(
		'is accepted as "%s"',
		(header) => {
			expect(distrust(header, BODY, KEYS)).toBeUndefined();
		},
	);

	it.each([
		undefined,
		'',
		' ',
		'MD5 ',
		CHECK_VECTOR,
		VECTOR.slice(1),
		`${VECTOR}0`,
		`${VECTOR} ${VECTOR}`,
		`0${VECTOR.slice(1)}`,
		'undefined',
	])('is refused as "%s"', (header) => {
		expect(distrust(header, BODY, KEYS)).toMatch(/signature/);
	});

	it('belongs to one event, salt and token', () => {
		expect(distrust(VECTOR, { ...BODY, event_id: 'evt-790' }, KEYS)).toBeDefined();
		expect(distrust(VECTOR, BODY, { ...KEYS, salt: 'x' })).toBeDefined();
		expect(distrust(VECTOR, BODY, { ...KEYS, token: 'x' })).toBeDefined();
	});

	it.each([undefined, null, '', {}, []])('needs an event_id, not %j', (id) => {
		const body = { ...BODY, event_id: id as string };
		expect(distrust(signatureOf(KEYS, ''), body, KEYS)).toContain('no event_id');
	});

	it('takes a number for an id', () => {
		expect(distrust(signatureOf(KEYS, '7'), { ...BODY, event_id: 7 }, KEYS)).toBeUndefined();
	});
});

describe('events', () => {
	it.each([
		['send_message', 'message'],
		['close_conversation', 'conversationClosed'],
		['typing', 'other'],
		['toString', 'other'],
		[7, 'other'],
	])('%s is %s', (type, kind) => {
		expect(eventKind({ event_type: type })).toBe(kind);
	});

	it.each([
		[{ sender_type: 'agent', is_bot: true }, 'agent'],
		[{ sender_type: 'Agent' }, 'agent'],
		[{ sender_type: 'function' }, 'bot'],
		[{ is_bot: true }, 'bot'],
		[{ is_bot: false }, 'agent'],
		[{ sender_type: null }, 'unknown'],
		[{}, 'unknown'],
		[null, 'unknown'],
	])('%j is by %s', (sender, author) => {
		const body = { event_type: 'send_message', event_data: { sender_data: sender } };
		expect(authorOf(body)).toBe(author);
	});

	it('what names the event wins over what it holds', () => {
		const body = {
			event_id: 'e',
			event_type: 'send_message',
			client_data: { client_id: 'c', extra: 1 },
			event_data: { message: { client_id: 'evil', event_id: 'evil', event: 'evil', text: 'x' } },
		};
		expect(readEvent(body, true)).toEqual({
			event: 'message',
			event_id: 'e',
			event_type: 'send_message',
			client_id: 'c',
			extra: 1,
			text: 'x',
			from: 'unknown',
			deliveryKey: 'e',
		});
	});
});

describe('messages', () => {
	it('leave out what is empty, and keep zero and false', () => {
		const value = {
			a: '',
			b: null,
			c: undefined,
			d: {},
			e: { f: { g: '' } },
			h: 0,
			i: false,
			j: [],
		};
		expect(withoutEmpty(value)).toEqual({ h: 0, i: false, j: [] });
	});

	it('keep a place at zero degrees', () => {
		const payload = [{ type: 'location', latitude: 0, longitude: 0 }];
		const event = messageEvent({ clientId: 'c', eventId: 'e', messageId: 'm', payload });
		expect(event.event_data).toEqual({ message: { message_id: 'm', payload } });
	});

	it.each([
		['clientDisplayName', 'client_display_name'],
		['fileUrl', 'file_url'],
		['text', 'text'],
	])('%s is %s', (name, wire) => expect(wireName(name)).toBe(wire));

	it('have ids that are UUIDs, the same for the same seed only', () => {
		const ids = ['a', 'a', 'b'].map(automaticUuid);
		expect(ids[0]).toBe(ids[1]);
		expect(ids[0]).not.toBe(ids[2]);
		expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
	});

	it.each([
		[{ clientId: "a$-_.+!*'(),:@=9", text: 'x'.repeat(4000) }, {}],
		[{ clientId: 'x'.repeat(101) }, { warning: expect.stringContaining('101 characters') }],
		[{ clientId: 'ж' }, { warning: expect.stringContaining('other channels') }],
	])('are warned of %#', (params, expected) => expect(warningsOf(params)).toEqual(expected));
});

it.each([
	['files.example.com', 'example.com', true],
	['example.com', ' Example.COM ', true],
	['example.com', '*.example.com', true],
	['badexample.com', 'example.com', false],
	['example.com.evil.com', 'example.com', false],
	['127.0.0.1', 'a.com; 127.0.0.1', true],
	['anything', '', true],
])('files of %s with "%s": %s', (host, allowed, expected) => {
	expect(isAllowedHost(host, allowed)).toBe(expected);
});
