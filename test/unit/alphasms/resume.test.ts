import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { signatureOf } from '../../../nodes/AlphaSms/events';
import type { Awaited } from '../../../nodes/AlphaSms/operations/waiting';
import { parseTag } from '../../../nodes/AlphaSms/operations/waiting';
import { endsWait, resume } from '../../../nodes/AlphaSms/resume';
import { resumeUrl } from '../../../nodes/shared/webhook/sendAndWait';
import { NODE } from '../support/node';
import type { FakeCallback } from '../support/webhookContext';
import { fakeWebhook } from '../support/webhookContext';

const KEY = 'waiting-key-1';
const credentials = { apiKey: KEY, baseUrl: 'https://alphasms.ua' };
const BASE = 'https://n8n.example.com/webhook-waiting/42?signature=abc';

interface Address {
	originalUrl: string;
	query: Record<string, string>;
}

/** The callback URL of a message with this tag, as n8n sees it when it is called. */
function addressFor(tag: string, node = NODE, execution = '42'): Address {
	const context = {
		evaluateExpression: () => BASE.replace('/42', `/${execution}`),
		getNode: () => node,
		getWorkflow: () => ({ id: 'workflow-1' }),
	};
	const url = new URL(resumeUrl(context as unknown as IExecuteFunctions, KEY, tag));
	expect(url.pathname).toBe(`/webhook-waiting/${execution}/${node.id}`);
	expect(url.searchParams.get('signature')).toBe('abc');
	return {
		originalUrl: url.pathname + url.search,
		query: Object.fromEntries(url.searchParams),
	};
}

async function deliver(
	tag: string,
	body: IDataObject | string,
	signed: 'good' | 'bad' | 'missing' = 'good',
	more: Partial<FakeCallback> = {},
) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const signature = signatureOf(Buffer.from(text), signed === 'good' ? KEY : 'another key');
	const { context, response } = fakeWebhook({
		body: text,
		headers: signed === 'missing' ? {} : { 'x-signature': signature },
		...addressFor(tag),
		credentials,
		...more,
	});
	const result = await resume(context);
	return { httpStatus: response.status ?? 200, outputs: result.workflowData };
}

const STATUS = { id: 100, msg_id: 7, type: 'sms', status: 'DELIVERED' };
const CALL = { id: 100, phone: '380501234567', status: 'ANSWERED', duration: 3, dtmf: '7' };

describe('resume', () => {
	it('goes on through the first output with the event', async () => {
		const { outputs } = await deliver('100~delivery~', STATUS);
		expect(outputs).toEqual([
			[
				{
					json: expect.objectContaining({ event: 'status', state: 'delivered', timedOut: false }),
					pairedItem: { item: 0 },
				},
			],
			[],
		]);
	});

	it.each<[string, string, IDataObject, 'good' | 'bad' | 'missing', number, boolean]>([
		['the final status', '100~delivery~', STATUS, 'good', 200, true],
		['the id as text', '100~delivery~', { ...STATUS, id: '100' }, 'good', 200, true],
		['a status on the way', '100~delivery~', { ...STATUS, status: 'QUEUED' }, 'good', 200, false],
		['a failure', '100~delivery~', { ...STATUS, status: 'EXPIRED' }, 'good', 200, true],
		[
			'a failure of Viber before the SMS',
			'100~delivery~sms',
			{ ...STATUS, type: 'viber', status: 'EXPIRED' },
			'good',
			200,
			false,
		],
		[
			'a failure of the SMS after Viber',
			'100~delivery~sms',
			{ ...STATUS, status: 'EXPIRED' },
			'good',
			200,
			true,
		],
		[
			'an answered call without its key yet',
			'100~key~',
			{ ...STATUS, type: 'voice' },
			'good',
			200,
			false,
		],
		['the key', '100~key~', CALL, 'missing', 200, true],
		['the end of a call', '100~call~', { ...CALL, dtmf: '' }, 'missing', 200, true],
		['an answered call', '100~call~', { ...STATUS, type: 'voice' }, 'good', 200, true],
		['a signed key', '100~key~', CALL, 'good', 200, true],
		['a key with a wrong signature', '100~key~', CALL, 'bad', 401, false],
		['a status with a wrong signature', '100~delivery~', STATUS, 'bad', 401, false],
		['a status without signature', '100~delivery~', STATUS, 'missing', 401, false],
		['another message', '100~delivery~', { ...STATUS, id: 101 }, 'good', 200, false],
		['a reply', '100~delivery~', { action: 'viber/2way', message: 'x' }, 'good', 200, false],
	])('%s', async (_, tag, body, signed, httpStatus, ends) => {
		const answer = await deliver(tag, body, signed);
		expect(answer.httpStatus).toBe(httpStatus);
		expect(answer.outputs !== undefined).toBe(ends);
	});

	it('does not end the wait for an SMS by what looks like a call, which needs no signature', async () => {
		expect((await deliver('100~delivery~', CALL, 'missing')).outputs).toBeUndefined();
	});

	const TAG = '100~delivery~';
	it.each<[string, (query: Record<string, string>) => Record<string, string>]>([
		['no seal', ({ seal: _, ...rest }) => rest],
		['no tag', ({ awaits: _, ...rest }) => rest],
		['nothing', () => ({})],
		['another tag', (query) => ({ ...query, awaits: '101~delivery~' })],
		['the signature made optional', (query) => ({ ...query, awaits: `${TAG}~optional` })],
		['another seal', (query) => ({ ...query, seal: 'f'.repeat(40) })],
		['the seal of another node', () => addressFor(TAG, { ...NODE, id: 'node-2' }).query],
		['the seal of another execution', () => addressFor(TAG, NODE, '43').query],
	])('refuses an address with %s', async (_, change) => {
		const query = change(addressFor(TAG).query);
		const answer = await deliver(TAG, STATUS, 'good', { query });
		expect(answer).toEqual({ httpStatus: 401, outputs: undefined });
	});

	it.each<[string, string]>([
		['another execution', '/webhook-waiting/43/node-1'],
		['another node', '/webhook-waiting/42/node-2'],
		['no execution', '/node-1'],
		['nothing', ''],
	])('refuses the query of one address at the path of %s', async (_, originalUrl) => {
		const answer = await deliver(TAG, STATUS, 'good', { originalUrl });
		expect(answer).toEqual({ httpStatus: 401, outputs: undefined });
	});

	it('takes the address behind a proxy that changes the front of the path', async () => {
		const { originalUrl, query } = addressFor(TAG);
		const behind = originalUrl.replace('/webhook-waiting', '/n8n/hooks');
		expect(behind).not.toBe(originalUrl);
		const { outputs } = await deliver(TAG, STATUS, 'good', { originalUrl: behind, query });
		expect(outputs?.[0]).toHaveLength(1);
	});

	it.each<[string, string, IDataObject, 'good' | 'bad' | 'missing', number, boolean]>([
		['an unsigned status, where that is allowed', 'optional', STATUS, 'missing', 200, true],
		['a signed status, where it need not be', 'optional', STATUS, 'good', 200, true],
		['a wrong signature, where none is needed', 'optional', STATUS, 'bad', 401, false],
		['an unsigned status, where one is required', 'required', STATUS, 'missing', 401, false],
	])('%s', async (_, signature, body, signed, httpStatus, ends) => {
		const answer = await deliver(`${TAG}~${signature}`, body, signed);
		expect([answer.httpStatus, answer.outputs !== undefined]).toEqual([httpStatus, ends]);
	});

	it('knows the last channel in any letters', async () => {
		const failed = { ...STATUS, type: 'SMS', status: 'expired' };
		expect((await deliver('100~delivery~sms', failed)).outputs?.[0]).toHaveLength(1);
	});

	it.each<[string, string, Partial<FakeCallback>, number]>([
		['an empty body', '', {}, 400],
		['broken JSON', '{"id"', {}, 400],
		['a list', '[1]', {}, 400],
		['a credential that is gone', JSON.stringify(STATUS), { credentials: undefined }, 500],
	])('never throws: %s', async (_, body, more, httpStatus) => {
		expect(await deliver('100~delivery~', body, 'good', more)).toEqual({
			httpStatus,
			outputs: undefined,
		});
	});
});

describe('endsWait', () => {
	const sms: Awaited = { id: '1', goal: 'delivery', lastChannel: '', signatureOptional: false };
	const withFallback: Awaited = { ...sms, lastChannel: 'sms' };
	const key: Awaited = { ...sms, goal: 'key' };
	const event = (state: string, type = 'sms') => ({ state, type, isFinal: state !== 'pending' });

	it.each([
		[sms, event('delivered'), true],
		[sms, event('failed'), true],
		[sms, event('pending'), false],
		[withFallback, event('delivered', 'viber'), true],
		[withFallback, event('failed', 'viber'), false],
		[withFallback, event('failed', 'sms'), true],
		[key, event('delivered', 'voice'), false],
		[key, event('failed', 'voice'), true],
	])('%o %o: %p', (awaited, status, ends) => {
		expect(endsWait(awaited, 'status', status)).toBe(ends);
	});

	it.each([
		[sms, false],
		[key, true],
		[{ ...sms, goal: 'call' } as const, true],
	])('call result for %o: %p', (awaited, ends) => {
		expect(endsWait(awaited, 'callResult', event('delivered'))).toBe(ends);
	});

	it.each(['viberReply', 'other'] as const)('is not for %s', (kind) => {
		expect(endsWait(sms, kind, event('delivered'))).toBe(false);
	});
});

describe('parseTag', () => {
	it.each([
		['5~key~', { id: '5', goal: 'key' }],
		['5~call~', { id: '5', goal: 'call' }],
		['5~something~', { id: '5' }],
		['5~delivery~sms', { id: '5', lastChannel: 'sms' }],
		['', { id: '' }],
		['5', { id: '5' }],
		['5~delivery~~required', { id: '5' }],
		['5~delivery~sms~optional', { id: '5', lastChannel: 'sms', signatureOptional: true }],
		['5~delivery~~true', { id: '5' }],
	])('%p', (tag, expected) => {
		const usual = { goal: 'delivery', lastChannel: '', signatureOptional: false };
		expect(parseTag(tag)).toEqual({ ...usual, ...expected });
	});
});
