import type { IDataObject } from 'n8n-workflow';

import { signatureOf } from '../../../nodes/AlphaSms/events';
import { receive } from '../../../nodes/AlphaSms/receive';
import type { FakeCallback } from '../support/webhookContext';
import { fakeWebhook } from '../support/webhookContext';

const KEY = 'trigger-key-1';
const SECRET = 'abcdefgh12345678';
const credentials = { apiKey: KEY, baseUrl: 'https://alphasms.ua' };
const ALL_EVENTS = ['status', 'viberReply', 'callResult', 'other'];

let count = 0;
/** A status that no other test has used, since repeats are left out. */
const status = (change: IDataObject = {}): IDataObject => ({
	id: ++count,
	msg_id: 1_000_000 + count,
	type: 'sms',
	status: 'DELIVERED',
	...change,
});
const call = (change: IDataObject = {}): IDataObject => ({
	id: ++count,
	phone: '380501234567',
	status: 'ANSWERED',
	duration: 3,
	dtmf: '7',
	...change,
});

type Signed = 'good' | 'bad' | 'missing';

async function deliver(
	body: IDataObject | string,
	signed: Signed,
	parameters: IDataObject = {},
	more: Partial<FakeCallback> = {},
) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const signature = signatureOf(Buffer.from(text), signed === 'good' ? KEY : 'another key');
	const { context, response } = fakeWebhook({
		body: text,
		headers: signed === 'missing' ? {} : { 'x-signature': signature },
		parameters: { events: ALL_EVENTS, ...parameters },
		credentials,
		...more,
	});
	const result = await receive(context);
	return {
		httpStatus: response.status ?? 200,
		message: (response.json as { message?: string } | undefined)?.message,
		started: result.workflowData?.[0]?.map((item) => item.json),
		result,
	};
}

describe('verification', () => {
	it.each<[string, () => IDataObject, Signed, IDataObject, number]>([
		['a signed status', status, 'good', {}, 200],
		['a status with a wrong signature', status, 'bad', {}, 401],
		['a status without signature', status, 'missing', {}, 401],
		[
			'a status without signature, with the secret',
			status,
			'missing',
			{ callbackSecret: SECRET },
			401,
		],
		[
			'a status without signature, secret, optional',
			status,
			'missing',
			{ callbackSecret: SECRET, options: { signature: 'optional' } },
			200,
		],
		[
			'a status without signature, optional but no secret',
			status,
			'missing',
			{ options: { signature: 'optional' } },
			401,
		],
		[
			'a wrong signature, optional',
			status,
			'bad',
			{ callbackSecret: SECRET, options: { signature: 'optional' } },
			401,
		],
		['a call result without secret', call, 'missing', {}, 401],
		['a call result with the secret', call, 'missing', { callbackSecret: SECRET }, 200],
		[
			'a call result with a secret that is too short',
			call,
			'missing',
			{ callbackSecret: 'short' },
			401,
		],
		['a call result with a wrong signature', call, 'bad', { callbackSecret: SECRET }, 401],
		['a signed call result without secret', call, 'good', {}, 200],
		['something unknown without secret', () => ({ hello: ++count }), 'missing', {}, 401],
		[
			'something unknown with the secret',
			() => ({ hello: ++count }),
			'missing',
			{ callbackSecret: SECRET },
			200,
		],
		[
			'a status dressed up as a call',
			() => ({ ...status(), ...call() }),
			'missing',
			{ callbackSecret: SECRET },
			401,
		],
	])('%s', async (_, body, signed, parameters, expected) => {
		const { httpStatus, started, result } = await deliver(body(), signed, parameters);
		expect(httpStatus).toBe(expected);
		expect(started === undefined).toBe(expected !== 200);
		expect(result.noWebhookResponse).toBe(expected === 200 ? undefined : true);
	});

	it('looks at the bytes, not at the meaning', async () => {
		const body = status();
		const signature = signatureOf(Buffer.from(JSON.stringify(body)), KEY);
		const { httpStatus } = await deliver(
			JSON.stringify(body, null, 1),
			'missing',
			{},
			{
				headers: { 'x-signature': signature },
			},
		);
		expect(httpStatus).toBe(401);
	});

	it('does not let the body claim to be a signed event', async () => {
		const { started } = await deliver(
			{ event: 'status', status: 'DELIVERED', isFinal: true, n: ++count },
			'missing',
			{ callbackSecret: SECRET, events: ['status'] },
		);
		expect(started).toBeUndefined();
	});
});

describe('what cannot be read', () => {
	it.each<[string, string, RegExp]>([
		['nothing', '', /empty/],
		['broken JSON', '{"id":', /neither JSON/],
		['a list', '[{"id":1}]', /one JSON object/],
		['deep nesting', '['.repeat(200_000), /neither JSON|one JSON object/],
		['too much', JSON.stringify({ a: 'x'.repeat(1_100_000) }), /larger than 1 MB/],
	])('%s is answered with 400', async (_, body, message) => {
		const answer = await deliver(body, 'good', { callbackSecret: SECRET });
		expect(answer.httpStatus).toBe(400);
		expect(answer.message).toMatch(message);
		expect(answer.started).toBeUndefined();
	});

	it.each<[string, IDataObject | undefined]>([
		['a credential that is gone', undefined],
		['a credential without key', { apiKey: '' }],
		['a credential with a bad address', { apiKey: KEY, baseUrl: 'nowhere' }],
	])('%s is answered with 500, not thrown', async (_, bad) => {
		const answer = await deliver(status(), 'good', {}, { credentials: bad });
		expect(answer.httpStatus).toBe(500);
		expect(JSON.stringify(answer.message)).not.toContain(KEY);
	});

	it('does not take over keys that change objects', async () => {
		const text = `{"__proto__":{"x":1},"constructor":{"y":1},"n":${++count}}`;
		const { started } = await deliver(text, 'missing', { callbackSecret: SECRET });
		expect(started).toEqual([{ event: 'other', n: count }]);
		expect(({} as Record<string, unknown>).x).toBeUndefined();
	});
});

describe('what starts the workflow', () => {
	it('gives out the status with state, finality and key', async () => {
		const body = status({ type: 'viber', status: 'READ' });
		const { started } = await deliver(body, 'good');
		expect(started).toEqual([
			{
				event: 'status',
				...body,
				state: 'delivered',
				isFinal: true,
				deliveryKey: `status:${String(body.id)}:${String(body.msg_id)}:viber:READ`,
			},
		]);
	});

	it('reads a Viber reply sent as a form', async () => {
		const form = new URLSearchParams({
			action: 'viber/2way',
			sender: 'Shop',
			phone: '380971234567',
			message: 'Так & ні',
			datetime: String(++count),
		});
		const { started } = await deliver(form.toString(), 'missing', { callbackSecret: SECRET });
		expect(started?.[0]).toMatchObject({
			event: 'viberReply',
			message: 'Так & ні',
			sender: 'Shop',
		});
	});

	describe('a multipart body', () => {
		const reply = () => ({
			action: 'viber/2way',
			phone: '380971234567',
			message: 'Так',
			datetime: String(++count),
		});
		const headers = { 'content-type': 'multipart/form-data; boundary=x' };
		const send = async (multipart: IDataObject | undefined, secret = SECRET, more = headers) =>
			await deliver('', 'missing', { callbackSecret: secret }, { headers: more, multipart });

		it('is a Viber reply, with the secret', async () => {
			const body = reply();
			const { httpStatus, started } = await send(body);
			expect(httpStatus).toBe(200);
			expect(started).toEqual([expect.objectContaining({ event: 'viberReply', ...body })]);
		});

		it('is refused without the secret, and never taken for a status without signature', async () => {
			expect(await send(reply(), '')).toMatchObject({ httpStatus: 401, started: undefined });
			expect(await send(status())).toMatchObject({
				httpStatus: 401,
				started: undefined,
				message: 'The signature is missing',
			});
		});

		it('loses keys that change objects', async () => {
			const hostile = JSON.parse('{"__proto__":{"x":1},"constructor":"y"}') as IDataObject;
			const body = { ...reply(), constructor: 'y' };
			Object.defineProperty(body, '__proto__', { value: hostile, enumerable: true });
			const { started } = await send(body);
			expect(Object.keys(started?.[0] ?? {})).toEqual(
				expect.not.arrayContaining(['__proto__', 'constructor']),
			);
			expect(started).toHaveLength(1);
		});

		it.each<[string, IDataObject | undefined, Record<string, string>]>([
			['without fields', {}, headers],
			['that n8n did not read', undefined, headers],
			['under another content type', reply(), { 'content-type': 'text/plain' }],
		])('is empty %s', async (_, multipart, more) => {
			expect(await send(multipart, SECRET, more as typeof headers)).toMatchObject({
				httpStatus: 400,
				message: 'The body is empty',
			});
		});
	});

	it.each<[string, IDataObject, IDataObject, boolean]>([
		['an event that is wanted', {}, { events: ['status'] }, true],
		['an event that is not wanted', {}, { events: ['callResult'] }, false],
		['a status in the list', {}, { options: { statuses: ['DELIVERED', 'READ'] } }, true],
		['a status not in the list', {}, { options: { statuses: ['READ'] } }, false],
		[
			'a status in other letters',
			{ status: 'sim_full' },
			{ options: { statuses: ['SIM FULL'] } },
			true,
		],
		['a channel in the list', { type: 'viber' }, { options: { channels: ['viber'] } }, true],
		['a channel not in the list', {}, { options: { channels: ['viber'] } }, false],
		['final only: a final one', {}, { options: { finalOnly: true } }, true],
		['final only: a pending one', { status: 'QUEUED' }, { options: { finalOnly: true } }, false],
		['final only: an unknown one', { status: 'UNKNOWN' }, { options: { finalOnly: true } }, false],
		['a pending one without that filter', { status: 'QUEUED' }, {}, true],
	])('%s', async (_, change, parameters, starts) => {
		const { httpStatus, started } = await deliver(status(change), 'good', parameters);
		expect(httpStatus).toBe(200);
		expect(started !== undefined).toBe(starts);
	});

	it('leaves repeats out, per status, workflow and node', async () => {
		const body = status();
		const starts = async (change: IDataObject = {}, more: Partial<FakeCallback> = {}) =>
			(await deliver({ ...body, ...change }, 'good', {}, more)).started !== undefined;
		expect(await starts()).toBe(true);
		expect(await starts()).toBe(false);
		expect(await starts({ datetime: 'later' })).toBe(false);
		expect(await starts({ status: 'READ' })).toBe(true);
		expect(await starts({}, { workflowId: 'another' })).toBe(true);
		expect(await starts({}, { node: { id: 'another' } })).toBe(true);
	});

	it('gives out the status as it came, while filters and repeats look at its meaning', async () => {
		const body = status({ type: 'SMS', status: 'sim_full' });
		const options = { statuses: ['SIM FULL'], channels: ['sms'], finalOnly: true };
		const { started } = await deliver(body, 'good', { options });
		expect(started).toEqual([expect.objectContaining({ ...body, state: 'failed', isFinal: true })]);
		const repeat = await deliver({ ...body, status: 'SIM FULL' }, 'good', { options });
		expect(repeat).toMatchObject({ httpStatus: 200, started: undefined });
	});

	it.each<[string, IDataObject, number]>([
		['call results without id', { phone: '380501234567', status: 'ANSWERED', duration: 3 }, 2],
		['replies without datetime', { action: 'viber/2way', phone: '380971234567', message: 'Ok' }, 2],
		[
			'replies with datetime',
			{ action: 'viber/2way', phone: '380971234567', message: 'Ok', datetime: '2024-01-31' },
			1,
		],
		['call results with id', { id: 987_654, phone: '38050', status: 'ANSWERED', duration: 3 }, 1],
		['what nobody knows', { hello: 'again' }, 2],
	])('of two equal deliveries, starts for: %s', async (_, body, starts) => {
		const parameters = { callbackSecret: SECRET };
		const answers = [
			await deliver(body, 'missing', parameters),
			await deliver(body, 'missing', parameters),
		];
		expect(answers.map(({ httpStatus }) => httpStatus)).toEqual([200, 200]);
		expect(answers.filter(({ started }) => started !== undefined)).toHaveLength(starts);
	});

	it('shows every delivery while the workflow is built', async () => {
		const body = status();
		for (let times = 0; times < 3; times++) {
			expect((await deliver(body, 'good', {}, { mode: 'manual' })).started).toHaveLength(1);
		}
		// What was shown there does not count for the real workflow.
		expect((await deliver(body, 'good')).started).toHaveLength(1);
		expect((await deliver(body, 'good')).started).toBeUndefined();
	});

	it('does not count a refused or filtered delivery as the first one', async () => {
		const body = status();
		expect((await deliver(body, 'bad')).httpStatus).toBe(401);
		expect((await deliver(body, 'good', { events: ['other'] })).started).toBeUndefined();
		expect((await deliver(body, 'good')).started).toHaveLength(1);
	});
});
