/** The trigger of Voximplant Kit: each callback in the body carries a hash of salt, account and event type. */
import { createHash } from 'node:crypto';

import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { MARKER } from '../markers';
import type { Callback, Setting, TriggerCase } from './trigger';

const SALT = '5a17f00d5a17f00d5a17f00d5a17f00d5a17f00d5a17f00d';
const DOMAIN = 'acme';
const CHOSEN = ['new_calls', 'finished_call', 'chat_closed', 'numbers_changed'];
const TYPES = [
	...CHOSEN,
	'call_finalized',
	'made_up_later',
	'constructor',
	'__proto__',
	'hash',
	'',
];

const hashOf = (type: string, salt = SALT, domain = DOMAIN) =>
	createHash('md5').update(`${salt}${domain}${type}`).digest('hex');

/** Hashes of an event type: right, almost right, or none. */
const HASHES: Readonly<Record<string, (type: string) => unknown>> = {
	valid: (type) => hashOf(type),
	'upper case': (type) => hashOf(type).toUpperCase(),
	none: () => undefined,
	empty: () => '',
	'one digit off': (type) => hashOf(type).replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
	'cut off': (type) => hashOf(type).slice(0, -1),
	'of another type': (type) => hashOf(`${type}_`),
	'of no type': () => hashOf(''),
	'of no salt': (type) => hashOf(type, ''),
	'of another salt': (type) => hashOf(type, 'other'),
	'of another account': (type) => hashOf(type, SALT, 'other'),
	list: (type) => [hashOf(type)],
	object: (type) => ({ hash: hashOf(type) }),
	flag: () => true,
	number: () => 0,
};

const AWKWARD: readonly unknown[] = [{ toString: 1 }, [], {}, [[1]], null, true, 0, '', -1, 1e308];
const one = (...values: unknown[]) => fc.constantFrom<unknown>(...values, ...values, ...AWKWARD);

const call = fc.record(
	{
		id: one(7, '7', 'c'),
		session_id: one(9, '9'),
		attempt_num: one(1),
		is_incoming: one(true, '1', 0, 'false'),
		completion_code: one('Call_Answered', 'AMD', 'constructor', '__proto__'),
		call_result_code: one(200, '486'),
		datetime_start: one('2026-07-14 04:50:20', '9999-99-99 99:99:99'),
		call_cost: one('0.12', '1e5'),
		call_data: one('{"a":1}', '{"__proto__":{"polluted":true}}', `${'['.repeat(9000)}`),
		call_calls: one(
			'[{"constructor":1}]',
			'{"__proto__":{"polluted":true}}',
			`[${'['.repeat(300)}${']'.repeat(301)}`,
		),
		custom_data: one('x', { prototype: 1 }),
		event: one('new_calls'),
		deliveryKey: one('new_calls:1'),
		calls: fc.constantFrom<unknown>([{ id: 1 }, { id: 2 }], {}, 'x', [[]]),
		extra: fc.jsonValue({ maxDepth: 3 }),
	},
	{ requiredKeys: ['session_id'] },
);

const entry = fc
	.record({
		type: fc.constantFrom(...CHOSEN, ...TYPES),
		// The right one often, since one wrong hash turns the whole delivery down.
		grade: fc.oneof(
			{ weight: 9, arbitrary: fc.constantFrom('valid') },
			{ weight: 2, arbitrary: fc.constantFrom(...Object.keys(HASHES)) },
		),
		content: fc.oneof(
			call,
			fc.array(call, { maxLength: 3 }),
			call.map((inner) => ({ calls: [inner] })),
			fc.constantFrom(...AWKWARD),
		),
	})
	.map(({ type, grade, content }): unknown => {
		const entries = [
			['type', type],
			['hash', HASHES[grade]?.(type)],
			[type, content],
		];
		return Object.fromEntries(entries) as unknown;
	});

const callbacks = fc.oneof(
	{ weight: 6, arbitrary: fc.array(entry, { minLength: 1, maxLength: 3 }) },
	{ weight: 2, arbitrary: entry },
	{ weight: 1, arbitrary: fc.constantFrom<unknown>(...AWKWARD, [null], [[]], ['x'], { type: 7 }) },
);

const settings: fc.Arbitrary<Setting> = fc.record({
	events: fc.subarray(CHOSEN, { minLength: 1 }),
	options: fc.record(
		{
			additionalEvents: fc.constantFrom('', 'made_up_later', ' ,; ', 'no event!'),
			callDirection: fc.constantFrom('all', 'incoming', 'outgoing'),
			completionCodes: fc.subarray(['Call_Answered', 'AMD']),
			simplify: fc.boolean(),
			verification: fc.constantFrom('required', 'required', 'off'),
		},
		{ requiredKeys: [] },
	),
});

const OPEN: Setting = { events: CHOSEN, options: {} };

/** Whether a callback holds the hash that belongs to the type of an event. */
function holdsHash({ rawBody, multipart }: Callback, event: IDataObject): boolean {
	const all = rawBody.toString('latin1') + (JSON.stringify(multipart) ?? '');
	return all.toLowerCase().includes(hashOf(String(event.event)));
}

const signed = (content: string) =>
	Buffer.from(
		`{"callbacks":[{"type":"new_calls","hash":"${hashOf('new_calls')}","new_calls":${content}}]}`,
	);

function trigger(variant: string, salt: string | undefined): TriggerCase {
	return {
		node: 'voximplantKitTrigger',
		variant,
		credential: { region: 'eu', domain: DOMAIN, accessToken: MARKER },
		credentialType: 'voximplantKitApi',
		staticData: { id: '1', url: 'https://n8n.example.com/webhook/x', salt },
		settings,
		open: OPEN,
		fields: fc.record(
			{ callbacks, extra: fc.jsonValue({ maxDepth: 3 }) },
			{ requiredKeys: ['callbacks'] },
		),
		// The proof is in the body; the header must make no difference.
		proofHeader: 'authorization',
		proofs: {
			none: () => undefined,
			'a hash': () => hashOf('new_calls'),
			list: () => [hashOf('new_calls'), 'x'],
		},
		takesQuery: false,
		alsoPasses: ['made_up_later', 'constructor', '__proto__', 'hash'],
		hugeBodies: [
			['a signed call 5,000 levels deep', signed(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`)],
			['a signed call 99 levels deep', signed(`${'{"a":'.repeat(95)}1${'}'.repeat(95)}`)],
			['a signed list of 60,000 calls', signed(`[${'{"id":1},'.repeat(60_000)}{}]`)],
			[
				'20,000 callbacks without a hash',
				Buffer.from(`{"callbacks":[${'{"type":"new_calls"},'.repeat(20_000)}{"type":"x"}]}`),
			],
			['JSON in a text, 100,000 levels deep', signed(`{"call_calls":"${'['.repeat(100_000)}"}`)],
		],
		genuine: fc
			.record({
				type: fc.constantFrom(...CHOSEN),
				id: fc.integer({ min: 1 }),
				session_id: fc.integer({ min: 1 }),
			})
			.map(({ type, ...content }) => {
				const delivered = { callbacks: [{ type, hash: hashOf(type), [type]: content }] };
				const rawBody = Buffer.from(JSON.stringify(delivered));
				const headers = { 'content-type': 'application/json' };
				return {
					setting: OPEN,
					callback: { rawBody, headers, query: {}, originalUrl: '/webhook/x' },
				};
			}),
		isGenuine: ({ callback }, events) =>
			salt !== undefined && events.every((event) => holdsHash(callback, event)),
		judge({ options }, _, event, callback) {
			const problems: string[] = [];
			const type = String(event.event);
			const isChecked = options.verification !== 'off';
			if (isChecked && salt === undefined) problems.push('accepted without a salt');
			if (isChecked && !holdsHash(callback, event)) problems.push(`${type} was accepted unsigned`);
			const { callDirection = 'all', completionCodes = [] } = options as {
				callDirection?: string;
				completionCodes?: string[];
			};
			const isCall = ['new_calls', 'finished_call', 'call_finalized'].includes(type);
			const row = (options.simplify === false ? event.data : event) as IDataObject | null;
			if (
				isCall &&
				completionCodes.length > 0 &&
				!completionCodes.includes(String(row?.completion_code))
			)
				problems.push(`the result ${String(row?.completion_code)} was not asked for`);
			const says = row?.is_incoming;
			const isIncoming = says === true || says === 1 || says === '1' || says === 'true';
			if (isCall && callDirection !== 'all' && says !== undefined)
				if (isIncoming !== (callDirection === 'incoming')) problems.push('another direction');
			const isNamed =
				typeof event.deliveryKey === 'string' && event.deliveryKey.startsWith(`${type}:`);
			if (event.deliveryKey !== undefined && !isNamed)
				problems.push(`the delivery key ${JSON.stringify(event.deliveryKey)} is not ours`);
			return problems;
		},
	};
}

export const kitTriggers = [trigger('with a salt', SALT), trigger('without a salt', undefined)];
