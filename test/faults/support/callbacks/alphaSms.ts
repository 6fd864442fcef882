/** The AlphaSMS trigger: statuses are signed, everything else needs the secret in the path. */
import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { MARKER } from '../markers';
import type { Proof, Setting, TriggerCase } from './trigger';

export function signatureOf(body: Buffer, key = MARKER): string {
	return createHash('sha256').update(body).update(key).digest('hex');
}

export const SECRET = '8Qk2vX7mB4nR9tLzAb';

const settings: fc.Arbitrary<Setting> = fc.record({
	callbackSecret: fc.constantFrom('', SECRET, 'short'),
	events: fc.subarray(['status', 'callResult', 'other', 'viberReply'], { minLength: 1 }),
	options: fc.record(
		{
			signature: fc.constantFrom('required', 'optional'),
			finalOnly: fc.boolean(),
			channels: fc.subarray(['sms', 'viber']),
			statuses: fc.subarray(['DELIVERED', 'READ']),
		},
		{ requiredKeys: [] },
	),
});

const ids = fc.constantFrom<unknown>(
	...[100500, '100500', '', 0, null, [], {}, { toString: 1 }, [[1]], true],
);
const words = fc.constantFrom<unknown>(
	...['DELIVERED', 'delivered', 'READ', 'QUEUED', 'ANSWERED', '', 7, null, { toString: 1 }],
);

const fields = fc.record(
	{
		id: ids,
		msg_id: ids,
		status: words,
		type: fc.constantFrom<unknown>('sms', 'viber', 'voice', {}, null),
		duration: fc.constantFrom<unknown>(12, null, '12', -1),
		dtmf: fc.constantFrom<unknown>('7', '', null, {}),
		phone: fc.constantFrom<unknown>('380501234567', 380501234567, null),
		action: fc.constantFrom<unknown>('viber/2way', 'viber/2WAY', ['viber/2way'], null),
		message: fc.oneof(fc.string(), fc.constant({ toString: 1 })),
		event: fc.constantFrom('status', 'callResult', 'other', 'viberReply'),
		state: fc.constantFrom('delivered', 'failed'),
		isFinal: fc.boolean(),
		deliveryKey: fc.constantFrom<unknown>('status:100500:1:sms:DELIVERED', {}, 5),
		constructor: fc.constant({ prototype: { polluted: true } }),
		extra: fc.jsonValue({ maxDepth: 3 }),
	},
	{ requiredKeys: [] },
);

/** A signature for a body: right, almost right, or not there. */
export const SIGNATURES: Readonly<Record<string, Proof>> = {
	none: () => undefined,
	valid: (body) => signatureOf(body),
	'upper case': (body) => signatureOf(body).toUpperCase(),
	padded: (body) => `  ${signatureOf(body)} `,
	'one digit off': (body) =>
		signatureOf(body).replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
	'cut off': (body) => signatureOf(body).slice(0, -1),
	'too long': (body) => `${signatureOf(body)}0`,
	prefixed: (body) => `sha256=${signatureOf(body)}`,
	'of another body': (body) => signatureOf(Buffer.concat([body, Buffer.from(' ')])),
	'of another key': (body) => signatureOf(body, 'another-key'),
	'of no key': (body) => signatureOf(body, ''),
	empty: () => '',
	blank: () => '   ',
	list: (body) => [signatureOf(body), 'x'],
	'twice in one': (body) => `${signatureOf(body)}, ${signatureOf(body)}`,
	word: () => 'undefined',
};

export const GOOD = ['valid', 'upper case', 'padded'];
/** What counts as no signature at all. */
const ABSENT = ['none', 'empty', 'blank', 'list'];

const OPEN: Setting = {
	callbackSecret: SECRET,
	events: ['status', 'callResult', 'other', 'viberReply'],
	options: {},
};

export const alphaSmsTrigger: TriggerCase = {
	node: 'alphaSmsTrigger',
	credential: { baseUrl: 'https://alphasms.ua', apiKey: MARKER },
	credentialType: 'alphaSmsApi',
	settings,
	open: OPEN,
	fields,
	proofHeader: 'x-signature',
	proofs: SIGNATURES,
	takesQuery: false,
	genuine: fc
		.record({
			callbackSecret: fc.constantFrom('', SECRET),
			id: fc.nat(),
			msg_id: fc.integer({ min: 1 }),
			type: fc.constantFrom('sms', 'viber', 'voice'),
			status: fc.constantFrom('DELIVERED', 'READ', 'REJECTED'),
		})
		.map(({ callbackSecret, ...status }) => {
			const rawBody = Buffer.from(JSON.stringify(status));
			const headers = {
				'content-type': 'application/json',
				'x-signature': signatureOf(rawBody),
			};
			const setting = { ...OPEN, callbackSecret };
			return { setting, callback: { rawBody, headers, query: {}, originalUrl: '/webhook/x' } };
		}),
	isGenuine({ setting, callback }, events) {
		const given = callback.headers['x-signature'];
		const signature = typeof given === 'string' ? given.trim().toLowerCase() : '';
		if (signature !== '') return signature === signatureOf(callback.rawBody);
		const names = events.some(({ event, msg_id: id }) => event === 'status' || id !== undefined);
		return setting.callbackSecret === SECRET && !names;
	},
	judge({ callbackSecret, options }, signature, event) {
		const problems: string[] = [];
		const signed = GOOD.includes(signature);
		if (!signed && !ABSENT.includes(signature)) problems.push('a wrong signature was accepted');
		if (!signed && callbackSecret !== SECRET)
			problems.push('an unsigned callback was accepted without a secret in the URL');
		if (!signed && options.signature !== 'optional') {
			if (event.event === 'status') problems.push('an unsigned callback passed as a status');
			if (event.msg_id !== undefined && event.msg_id !== null)
				problems.push('an unsigned callback names a gateway message');
		}
		const key = event.deliveryKey;
		const isOurs = typeof key === 'string' && /^(status|call|reply):/.test(key);
		if (key !== undefined && (!isOurs || event.event === 'other'))
			problems.push(`the delivery key ${JSON.stringify(key)} is not ours`);
		return problems;
	},
};
