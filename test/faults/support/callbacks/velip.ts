/** The Velip trigger: nothing is signed, the secret in the path alone opens it, and on request the address of the sender. */
import fc from 'fast-check';

import { MARKER } from '../markers';
import type { Callback, Setting, TriggerCase } from './trigger';

export const SECRET = '8Qk2vX7mB4nR9tLzAb';

const settings: fc.Arbitrary<Setting> = fc.record({
	callbackSecret: fc.constantFrom(SECRET, SECRET, '', 'short', 'with a blank in it and long'),
	events: fc.subarray(['callFinished', 'smsDelivery', 'other'], { minLength: 1 }),
	options: fc.record(
		{
			callStates: fc.subarray(['answered', 'notAnswered', 'failed', 'unknown']),
			smsStates: fc.subarray(['delivered', 'failed', 'pending', 'unknown']),
			onlyDtmf: fc.boolean(),
			checkSource: fc.boolean(),
			proxies: fc.constantFrom(0, 1, 2),
			sourceAddresses: fc.constantFrom('', '10.0.0.1', ',,;', '35.232.103.91, 10.0.0.1'),
		},
		{ requiredKeys: ['callStates'] },
	),
});

const AWKWARD: readonly unknown[] = [
	{ toString: 1 },
	[],
	{},
	[[1]],
	null,
	true,
	0,
	'',
	'null',
	-1,
	1e308,
];
const one = (...values: unknown[]) => fc.constantFrom<unknown>(...values, ...values, ...AWKWARD);

const call = {
	cd_id: one('c_88700', 88700, 'c_1'),
	ctid: one('order1001', 'João'),
	dest: one('5511987654321', 5511987654321, 'xxxxx321'),
	cd_dest: one('5511987654321'),
	cd_called_status: one('OK', 'NA', 'EK', 'ok ', 'constructor', '__proto__', 'toString'),
	cd_status: one('OK', 'BUSY', 'hasOwnProperty'),
	cd_time_sec: one('12', '12,5', '1e5', ' 7 ', '0x10'),
	cd_value: one('0,050', '1,2,3', '-0,1'),
	saldo: one('1.000,00', '12'),
	cd_resp1: one('1', '#', '*'),
	cd_resp12: one('9', ['1', '2'], { a: 1 }),
	resp_1: one('1'),
	'cp_active ': one('1'),
	cd_name: one('João', '<script>', '\u0000\u202e', '💥'.repeat(50)),
};

const fields: fc.Arbitrary<Record<string, unknown>> = fc.record(
	{
		...call,
		command: one('sms', 'SMS', 'call'),
		cdls_id: one('7', 7),
		delivstatus: one('DELIVRD', 'UNDELIV', 'constructor', 'x'),
		calls: fc.oneof(
			fc.array(fc.record(call, { requiredKeys: [] }), { maxLength: 4 }),
			fc.constantFrom<unknown>([null], [[]], {}, 'x', [1, 'a', { calls: [] }]),
		),
		event: fc.constantFrom('callFinished', 'smsDelivery', 'other'),
		state: fc.constantFrom('answered', 'delivered'),
		digits: fc.constantFrom<unknown>(['9'], '9'),
		deliveryKey: fc.constantFrom<unknown>('call:c_88700:OK:12', {}, 5),
		constructor: fc.constant({ prototype: { polluted: true } }),
		extra: fc.jsonValue({ maxDepth: 3 }),
	},
	{ requiredKeys: [] },
);

/** Here: the address that calls, and what stands in X-Forwarded-For. */
export const ADDRESSES = ['35.232.103.91', '::ffff:35.184.30.236', '6.6.6.6', '', '127.0.0.1'];

const OPEN: Setting = {
	callbackSecret: SECRET,
	events: ['callFinished', 'smsDelivery', 'other'],
	options: {},
};
/** Of Velip, and what the tests put into the list besides. */
const ALLOWED = ['35.232.103.91', '35.184.30.236'];

/** The caller as an honest proxy reports it: from the end of the chain, the one before its own entries. */
function callerOf({ headers, address = '' }: Callback, proxies: number): string {
	const given = headers['x-forwarded-for'];
	const chain = String(given ?? '')
		.split(',')
		.map((one) => one.trim())
		.filter((one) => one !== '');
	const all = [...chain, address].map((one) => one.toLowerCase().replace(/^\[|\]$/g, ''));
	return (all[all.length - 1 - proxies] ?? '').replace(/^::ffff:/, '');
}

export const velipTrigger: TriggerCase = {
	node: 'velipTrigger',
	credential: { authentication: 'bearer', token: MARKER },
	settings,
	open: OPEN,
	fields,
	proofHeader: 'x-forwarded-for',
	proofs: {
		none: () => undefined,
		good: () => '35.232.103.91',
		'forged before the proxy': () => '35.232.103.91, 6.6.6.6',
		'behind two': () => '35.184.30.236, 10.0.0.1',
		list: () => ['35.232.103.91', '6.6.6.6'],
		nonsense: () => ',,;\u0000,[::1]',
		long: () => '35.232.103.91,'.repeat(10_000),
	},
	takesQuery: true,
	genuine: fc
		.record({
			proxies: fc.constantFrom(0, 1),
			cd_id: fc.nat().map((id) => `c_${id}`),
			cd_called_status: fc.constantFrom('OK', 'NA', 'EK'),
			cd_resp1: fc.constantFrom('1', '#', ''),
			address: fc.constantFrom(...ALLOWED),
		})
		.map(({ proxies, address, ...call }) => ({
			setting: { ...OPEN, options: { checkSource: true, proxies } },
			callback: {
				rawBody: Buffer.from(JSON.stringify(call)),
				headers: {
					'content-type': 'application/json',
					'x-forwarded-for': proxies > 0 ? `6.6.6.6, ${address}` : undefined,
				},
				query: {},
				originalUrl: '/webhook/x',
				address: proxies > 0 ? '127.0.0.1' : address,
			},
		})),
	isGenuine({ setting, callback }) {
		const { proxies } = setting.options;
		return (
			setting.callbackSecret === SECRET && ALLOWED.includes(callerOf(callback, Number(proxies)))
		);
	},
	judge({ callbackSecret, options }, proof, event) {
		const problems: string[] = [];
		if (callbackSecret !== SECRET) problems.push('accepted without a secret in the URL');
		// The fuzzer calls from 6.6.6.6, so only what a proxy wrote can make it an address of Velip's.
		const { checkSource, proxies, sourceAddresses = '' } = options;
		const lists = String(sourceAddresses);
		const isVelip = lists.includes('35.') || !/\d/.test(lists);
		const stands = { good: 1, 'behind two': 2, list: 2, 'forged before the proxy': 2, long: 1 };
		const place = stands[proof as keyof typeof stands];
		const believed =
			(place === proxies && isVelip) ||
			(proof === 'long' && Number(proxies) > 0 && isVelip) ||
			(proof === 'behind two' && proxies === 1 && lists.includes('10.0.0.1'));
		if (checkSource && !believed) problems.push('a stranger was let in');
		const kinds = { callFinished: /^call:/, smsDelivery: /^sms:/ };
		const form = kinds[event.event as keyof typeof kinds];
		const key = event.deliveryKey;
		// Without an ID no two events could be told apart, so there is no key.
		const ids = event.event === 'callFinished' ? [event.cd_id, event.ctid] : [event.cdls_id];
		const hasId = ids.some(
			(id) =>
				['string', 'number', 'boolean'].includes(typeof id) &&
				!['', '0'].includes(String(id).trim()),
		);
		const isOurs = typeof key === 'string' && form?.test(key);
		if (key === undefined ? form !== undefined && hasId : !isOurs)
			problems.push(`the delivery key ${JSON.stringify(key)} is not ours`);
		const { callStates = [], onlyDtmf } = options as { callStates?: string[]; onlyDtmf?: boolean };
		if (event.event === 'callFinished') {
			if (callStates.length > 0 && !callStates.includes(String(event.state)))
				problems.push(`the state ${String(event.state)} was not asked for`);
			if (!Array.isArray(event.digits)) problems.push('there is no list of digits');
			else if (onlyDtmf && event.digits.length === 0) problems.push('no key was pressed');
		}
		return problems;
	},
};
