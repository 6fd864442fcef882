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

/** What the callback URL of a message with this tag carries. */
function queryFor(tag: string, node = NODE): Record<string, string> {
	const context = {
		evaluateExpression: () => BASE,
		getNode: () => node,
		getWorkflow: () => ({ id: 'workflow-1' }),
	};
	const url = new URL(resumeUrl(context as unknown as IExecuteFunctions, KEY, tag));
	expect(url.pathname).toBe(`/webhook-waiting/42/${node.id}`);
	return Object.fromEntries(url.searchParams);
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
		query: queryFor(tag),
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
			[{ json: expect.objectContaining({ event: 'status', state: 'delivered', timedOut: false }) }],
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

	it.each<[string, (query: Record<string, string>) => Record<string, string>]>([
		['no seal', ({ seal: _, ...rest }) => rest],
		['no tag', ({ awaits: _, ...rest }) => rest],
		['nothing', () => ({})],
		['another tag', (query) => ({ ...query, awaits: '101~delivery~' })],
		['another seal', (query) => ({ ...query, seal: 'f'.repeat(40) })],
		['the seal of another node', () => queryFor('100~delivery~', { ...NODE, id: 'node-2' })],
	])('refuses an address with %s', async (_, change) => {
		const query = change(queryFor('100~delivery~'));
		const answer = await deliver('100~delivery~', STATUS, 'good', { query });
		expect(answer).toEqual({ httpStatus: 401, outputs: undefined });
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
	const sms: Awaited = { id: '1', goal: 'delivery', lastChannel: '' };
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
		['5~key~', { id: '5', goal: 'key', lastChannel: '' }],
		['5~call~', { id: '5', goal: 'call', lastChannel: '' }],
		['5~something~', { id: '5', goal: 'delivery', lastChannel: '' }],
		['5~delivery~sms', { id: '5', goal: 'delivery', lastChannel: 'sms' }],
		['', { id: '', goal: 'delivery', lastChannel: '' }],
		['5', { id: '5', goal: 'delivery', lastChannel: '' }],
	])('%p', (tag, expected) => {
		expect(parseTag(tag)).toEqual(expected);
	});
});
