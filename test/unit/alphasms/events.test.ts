import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { EventKind } from '../../../nodes/AlphaSms/events';
import { distrust, eventKind, readEvent, signatureOf } from '../../../nodes/AlphaSms/events';
import { deliveryState, MESSAGE_STATUSES, normalizeStatus } from '../../../nodes/AlphaSms/statuses';

/** The bodies that the reference prints (alphasms.md §6). */
const STATUS = {
	id: 100500,
	msg_id: 123456789,
	type: 'viber',
	status: 'READ',
	datetime: '2024-01-31T12:34:00+02:00',
};
const REPLY = {
	action: 'viber/2way',
	sender: 'X',
	phone: '380971234567',
	message: 'Hi',
	datetime: '2024-01-31T12:34:00+02:00',
};
const CALL = { id: 100500, phone: '380501234567', status: 'ANSWERED', duration: 123, dtmf: '7' };

describe('eventKind', () => {
	it.each<[string, IDataObject, EventKind]>([
		['the printed status', STATUS, 'status'],
		['the printed reply', REPLY, 'viberReply'],
		['the printed call result', CALL, 'callResult'],
		['a call without key', { ...CALL, dtmf: '' }, 'callResult'],
		['a call without duration and key', { id: 1, phone: '38050', status: 'BUSY' }, 'callResult'],
		['a status without gateway id', { id: 1, status: 'READ', type: 'sms' }, 'status'],
		[
			'a status dressed up as a call',
			{ ...STATUS, duration: 1, dtmf: '1', phone: '38050' },
			'status',
		],
		['a status dressed up as a reply', { ...STATUS, action: 'viber/2way' }, 'status'],
		['another action', { action: 'other' }, 'other'],
		['nothing known', { hello: 1 }, 'other'],
		['nothing', {}, 'other'],
		['keys that are null', { msg_id: null, duration: null } as unknown as IDataObject, 'other'],
	])('%s', (_, body, kind) => {
		expect(eventKind(body)).toBe(kind);
	});
});

describe('signatureOf', () => {
	it('follows the rule of the page: sha256(json_body + api_key)', () => {
		const body =
			'{"id":100500,"msg_id":123456789,"type":"viber","status":"READ","datetime":"2024-01-31T12:34:00+02:00"}';
		expect(signatureOf(Buffer.from(body), 'KEY')).toBe(
			createHash('sha256').update(`${body}KEY`, 'utf8').digest('hex'),
		);
		expect(signatureOf(Buffer.from(body), 'KEY')).toBe(
			'd836154b2719a3035d3ad9e4334c82e7256bc0d667326fe27343b72dc9898312',
		);
	});
});

describe('distrust', () => {
	const rawBody = Buffer.from('{"id":1}');
	const good = signatureOf(rawBody, 'KEY');
	const bad = signatureOf(rawBody, 'OTHER');
	const MISSING = /signature is missing/;
	const WRONG = /signature is wrong/;
	const UNSIGNED = /unsigned and the URL holds no callback secret/;

	it.each<[EventKind, string | undefined, boolean, boolean, RegExp | undefined]>([
		// kind, signature, knows the secret, signature optional, reason
		['status', good, false, false, undefined],
		['status', good.toUpperCase(), false, false, undefined],
		['status', ` ${good} `, false, false, undefined],
		['status', bad, false, false, WRONG],
		['status', bad, true, true, WRONG],
		['status', 'short', true, true, WRONG],
		['status', `${good}00`, true, true, WRONG],
		['status', undefined, false, false, MISSING],
		['status', undefined, true, false, MISSING],
		['status', undefined, false, true, UNSIGNED],
		['status', undefined, true, true, undefined],
		['status', '', true, false, MISSING],
		...(['viberReply', 'callResult', 'other'] as const).flatMap(
			(kind): Array<[EventKind, string | undefined, boolean, boolean, RegExp | undefined]> => [
				[kind, undefined, true, false, undefined],
				[kind, undefined, false, false, UNSIGNED],
				[kind, undefined, false, true, UNSIGNED],
				[kind, good, false, false, undefined],
				[kind, bad, true, false, WRONG],
				[kind, bad, false, false, WRONG],
			],
		),
	])(
		'%s, signature %p, secret %p, optional %p',
		(kind, signature, knowsSecret, signatureOptional, reason) => {
			const headers: Record<string, string> =
				signature === undefined ? {} : { 'x-signature': signature };
			const delivery = { rawBody, body: {}, headers, query: {} };
			const result = distrust(delivery, kind, { apiKey: 'KEY', knowsSecret, signatureOptional });
			if (reason === undefined) expect(result).toBeUndefined();
			else expect(result).toMatch(reason);
		},
	);
});

describe('readEvent', () => {
	it.each<[EventKind, IDataObject, object]>([
		[
			'status',
			STATUS,
			{
				event: 'status',
				status: 'READ',
				state: 'delivered',
				isFinal: true,
				deliveryKey: 'status:100500:123456789:viber:READ',
			},
		],
		[
			'status',
			{ ...STATUS, status: 'sim_full' },
			{ status: 'sim_full', state: 'failed', isFinal: true },
		],
		['status', { ...STATUS, status: 'QUEUED' }, { state: 'pending', isFinal: false }],
		[
			'status',
			{ ...STATUS, status: 'BRAND NEW' },
			{ status: 'BRAND NEW', state: 'unknown', isFinal: false },
		],
		[
			'callResult',
			CALL,
			{ event: 'callResult', state: 'delivered', isFinal: true, dtmf: '7', duration: 123 },
		],
		['callResult', { ...CALL, status: 'NO ANSWER' }, { state: 'unknown', isFinal: true }],
		[
			'viberReply',
			REPLY,
			{
				event: 'viberReply',
				message: 'Hi',
				deliveryKey: expect.stringMatching(/^reply:[0-9a-f]{32}$/),
			},
		],
		['other', { hello: 1 }, { event: 'other', hello: 1 }],
	])('%s', (kind, body, expected) => {
		expect(readEvent(kind, body)).toMatchObject(expected);
	});

	it.each<[EventKind, IDataObject]>([
		['other', { event: 'status', status: 'DELIVERED' }],
		['callResult', { ...CALL, event: 'status' }],
		['viberReply', { ...REPLY, event: 'status' }],
	])('cannot be told by the body that it is something else: %s', (kind, body) => {
		expect(readEvent(kind, body).event).toBe(kind);
	});

	it('cannot be told by the body which delivery it repeats', () => {
		const forged = { deliveryKey: 'status:1' };
		expect(readEvent('status', { ...STATUS, ...forged }).deliveryKey).toContain('100500');
		expect(readEvent('other', forged)).toEqual({ event: 'other' });
	});

	it.each<[EventKind, IDataObject]>([
		['callResult', { ...CALL, id: undefined } as unknown as IDataObject],
		['callResult', { ...CALL, id: null } as unknown as IDataObject],
		['callResult', { ...CALL, id: '' }],
		['viberReply', { ...REPLY, datetime: undefined } as unknown as IDataObject],
		['viberReply', { ...REPLY, datetime: '' }],
		['other', { hello: 1 }],
	])('has no key where nothing names the delivery: %s %o', (kind, body) => {
		expect(readEvent(kind, body)).not.toHaveProperty('deliveryKey');
	});

	it('names calls by id, status and key, whatever letters the status has', () => {
		expect(readEvent('callResult', { ...CALL, status: 'no_answer' })).toMatchObject({
			status: 'no_answer',
			deliveryKey: 'call:100500:NO ANSWER:7',
		});
		expect(readEvent('status', { ...STATUS, status: 'read' })).toMatchObject({
			status: 'read',
			state: 'delivered',
			deliveryKey: 'status:100500:123456789:viber:READ',
		});
	});

	it('tells two replies of one second apart by everything they say', () => {
		const keyOf = (change: IDataObject) =>
			readEvent('viberReply', { ...REPLY, ...change }).deliveryKey;
		expect(keyOf({})).toBe(keyOf({}));
		for (const change of [{ message: 'Ho' }, { phone: '1' }, { sender: 'Y' }, { media: 'a.png' }]) {
			expect(keyOf(change)).not.toBe(keyOf({}));
		}
	});

	it('tells repeats from news', () => {
		const keyOf = (change: IDataObject) =>
			readEvent('status', { ...STATUS, ...change }).deliveryKey;
		expect(keyOf({ datetime: 'later' })).toBe(keyOf({}));
		for (const change of [{ status: 'DELIVERED' }, { msg_id: 1 }, { type: 'sms' }]) {
			expect(keyOf(change)).not.toBe(keyOf({}));
		}
	});
});

describe('statuses', () => {
	it.each([
		['delivered', 'delivered', true, ['DELIVERED', 'READ', 'REPLIED', 'ANSWERED']],
		['pending', 'pending', false, ['ACCEPTED', 'QUEUED', 'ROUTING']],
		[
			'unknown',
			'unknown',
			false,
			['UNKNOWN', 'SOMETHING NEW', '', undefined, null, 5, 'constructor', '__proto__'],
		],
		[
			'failed',
			'failed',
			true,
			[
				'PARTIALLY DELIVERED',
				'DELETED',
				'EXPIRED',
				'FILTERED',
				'INVALID DESTINATION ADDRESS',
				'INVALID SOURCE ADDRESS',
				'NO ROUTE',
				'REJECTED',
				'SIM FULL',
				'UNDELIVERABLE',
			],
		],
	])('%s', (_, state, isFinal, statuses) => {
		for (const status of statuses) {
			expect([status, deliveryState(status)]).toEqual([status, { state, isFinal }]);
		}
	});

	it('are the 17 of the page, without the one of calls', () => {
		expect(MESSAGE_STATUSES).toHaveLength(17);
		expect(MESSAGE_STATUSES).not.toContain('ANSWERED');
	});

	it.each([
		[' no_route ', 'NO ROUTE'],
		['Partially_Delivered', 'PARTIALLY DELIVERED'],
		[undefined, ''],
	])('are normalised: %p', (status, expected) => {
		expect(normalizeStatus(status)).toBe(expected);
	});
});
