import { callState, typedDigits } from '../../../nodes/Velip/calls';
import { eventKind, readEvent, readEvents, smsState } from '../../../nodes/Velip/events';
import { automaticId, wireName } from '../../../nodes/Velip/operations/base';
import { audioRef, numberFields } from '../../../nodes/Velip/operations/fields';
import { templateObject } from '../../../nodes/Velip/operations/whatsapp';
import { brasiliaDay } from '../../../nodes/Velip/poll';

test.each([
	['OK', 'answered'],
	['NA', 'notAnswered'],
	['NOANSWER', 'notAnswered'],
	['IK', 'failed'],
	['BK', 'failed'],
	['null', 'pending'],
	['', 'pending'],
	[undefined, 'pending'],
	['NEW', 'unknown'],
])('call status %j is %s', (status, state) => expect(callState(status)).toBe(state));

test.each([
	['DELIVRD', 'delivered'],
	['UNDELIV', 'failed'],
	['ACCEPTD', 'pending'],
	['UNKNOWN', 'unknown'],
])('SMS status %s is %s', (status, state) => expect(smsState(status)).toBe(state));

test('keys are in the order of the questions, not of the letters', () => {
	const row = { cd_resp10: '9', cd_resp2: '2', cd_resp1: '1', cd_resp3: '' };
	expect(typedDigits(row)).toEqual(['1', '2', '9']);
	expect(typedDigits({ resp_2: 'b', resp_1: 'a' })).toEqual(['a', 'b']);
});

test.each([
	[{ command: 'sms', cdls_id: '1', delivstatus: 'DELIVRD' }, 'smsDelivery'],
	[{ cdls_id: '1', delivstatus: 'DELIVRD' }, 'smsDelivery'],
	[{ cd_id: '1', cd_called_status: 'OK' }, 'callFinished'],
	[{ cd_id: '1', cd_status: 'OK' }, 'callFinished'],
	[{ hello: 'world' }, 'other'],
])('%j is %s', (body, kind) => expect(eventKind(body)).toBe(kind));

test('a body cannot say which event it is, nor forge the key', () => {
	const body = {
		event: 'smsDelivery',
		deliveryKey: 'x',
		state: 'failed',
		cd_id: '1',
		cd_status: 'OK',
	};
	expect(readEvent(body)).toMatchObject({
		event: 'callFinished',
		state: 'answered',
		deliveryKey: 'call:1:OK:',
	});
});

test('repeats have the same key, other results another one', () => {
	const one = readEvent({ cd_id: '1', cd_called_status: 'OK', cd_time_sec: '5' });
	const same = readEvent({ cd_id: '1', cd_called_status: 'OK', cd_time_sec: '5', saldo: '9' });
	const other = readEvent({ cd_id: '1', cd_called_status: 'NA', cd_time_sec: '0' });
	expect(one.deliveryKey).toBe(same.deliveryKey);
	expect(one.deliveryKey).not.toBe(other.deliveryKey);
});

test('without an ID no two events look alike', () => {
	const call = { cd_called_status: 'NA', cd_time_sec: '0', dest: '551' };
	expect(readEvent(call)).not.toHaveProperty('deliveryKey');
	expect(readEvent({ ...call, cd_id: '0' })).not.toHaveProperty('deliveryKey');
	expect(readEvent({ ...call, cd_id: '0', ctid: 'a1' }).deliveryKey).toBe('call:a1:NA:0');
	const sms = { command: 'sms', delivstatus: 'DELIVRD' };
	expect(readEvent(sms)).not.toHaveProperty('deliveryKey');
});

test('a push may hold its calls in an object', () => {
	const calls = { 0: { cd_id: '1', cd_status: 'OK' }, 1: { cd_id: '2', cd_status: 'NA' } };
	expect(readEvents({ calls } as never).map(({ event }) => event)).toEqual([
		'callFinished',
		'callFinished',
	]);
});

test('a push may hold many calls, and odd ones are left out', () => {
	const calls = [{ cd_id: '1', cd_status: 'OK' }, null, 'x', { cd_id: '2', cd_status: 'NA' }];
	expect(readEvents({ calls } as never).map(({ state }) => state)).toEqual([
		'answered',
		'notAnswered',
	]);
});

test.each([
	['codCli', 'cod_cli'],
	['dest2', 'dest2'],
	['cpCtid', 'cp_ctid'],
	['smsAction', 'sms_action'],
])('%s travels as %s', (name, wire) => expect(wireName(name)).toBe(wire));

test('automatic IDs are 15 letters and digits, the same for the same place', () => {
	expect(automaticId('a')).toMatch(/^[a-z0-9]{15}$/);
	expect(automaticId('a')).toBe(automaticId('a'));
	expect(automaticId('a')).not.toBe(automaticId('b'));
});

test.each([
	['12345', 'tf12345'],
	['tf12345', 'tf12345'],
	['TF1', 'tf1'],
])('audio %s travels as %s', (id, wire) => expect(audioRef(id)).toBe(wire));

test.each([
	['+14155550131', undefined, { dest: '14155550131', setbrasil: 0 }],
	['+5511987654321', undefined, { dest: '5511987654321', setbrasil: undefined }],
	['11987654321', undefined, { dest: '11987654321', setbrasil: undefined }],
	['14155550131', '0', { dest: '14155550131', setbrasil: 0 }],
])('number %s', (number, mode, fields) => expect(numberFields(number, mode)).toEqual(fields));

test('a template is built the way Meta wants it', () => {
	expect(
		templateObject({
			template: 'order|pt_BR',
			headerKind: 'image',
			headerValue: 'https://example.com/a.jpg',
			bodyParameters: [{ text: 'Maria' }],
			buttonParameters: [{ index: 1, subType: 'url', value: 'x' }],
		}),
	).toEqual({
		name: 'order',
		language: { code: 'pt_BR' },
		components: [
			{
				type: 'header',
				parameters: [{ type: 'image', image: { link: 'https://example.com/a.jpg' } }],
			},
			{ type: 'body', parameters: [{ type: 'text', text: 'Maria' }] },
			{ type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'x' }] },
		],
	});
	expect(() => templateObject({ template: 'order' })).toThrow('language');
});

test('days are those of Brasília', () => {
	expect(brasiliaDay(Date.UTC(2030, 0, 2, 2))).toBe('2030-01-01');
	expect(brasiliaDay(Date.UTC(2030, 0, 2, 4))).toBe('2030-01-02');
});
