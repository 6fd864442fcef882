/** What people type: numbers, dates, ids, files and parameters that would cost them something. */
import type { IDataObject } from 'n8n-workflow';

import { operations } from '../../nodes/Velip/operations';
import { brasiliaDay } from '../../nodes/Velip/poll';
import { ok, startFakeVelip, type FakeVelip } from './support/fakeVelip';
import { binary } from './support/engine';
import { runVelip, WAV } from './support/velip';

let server: FakeVelip;

beforeEach(async () => {
	server = await startFakeVelip(({ fn, body }) =>
		fn === 'GetDestinationsList'
			? ok({}, { lists: [{ cdlc_id: '1', cdlc_active: '1' }, { cdlc_id: '7' }] })
			: ok({ cd_id: 'c_1', cdls_id: '1', cdlc_id: '5', cdw_file: 'tf1', dest: body.dest }),
	);
});

afterEach(async () => await server.close());

const sent = (fn: string) => server.of(fn)[0];

describe('a phone number', () => {
	test.each([
		['1133334444.0', '1133334444'],
		['5511987654321.00', '5511987654321'],
		['+55 (0)11 98765-4321', '5511987654321'],
		['tel:+55-11-98765-4321', '5511987654321'],
		['11.98765.4321', '11987654321'],
		['+1 415 555 0131', '14155550131'],
		['\u200e11987654321\u200f', '11987654321'],
	])('%j is sent as %s', async (dest, digits) => {
		const { error } = await runVelip(server, 'sms/send', { dest, message: 'Hi' });
		expect(error).toBeUndefined();
		expect(sent('MakeSMS')).toMatchObject({ dest: digits });
	});

	test.each(['5511987654321.5', '11987654321,5', '113333.44', '11 3333-4444/45', '1133334444;2'])(
		'%j is refused, since it would reach a stranger',
		async (dest) => {
			const { error } = await runVelip(server, 'sms/send', { dest, message: 'Hi' });
			expect(error?.message).toMatch(/"To" needs/);
			expect(server.received).toEqual([]);
		},
	);

	test('with a fraction is refused as a number too', async () => {
		const items = [{ to: 5511987654321.5 }];
		const parameters = { dest: '={{ $json.to }}', message: 'Hi' };
		const { error } = await runVelip(server, 'sms/send', parameters, { items });
		expect(error?.message).toContain('calculated');
		expect(server.received).toEqual([]);
	});

	test.each(['11987654321', '1133334444', '011987654321'])(
		'%s needs its country code on WhatsApp',
		async (dest) => {
			const parameters = { appId: '101', dest, mdata: 'Hi' };
			const { error } = await runVelip(server, 'whatsAppMessage/sendText', parameters);
			expect(error?.description).toContain('Put 55 in front');
			expect(server.received).toEqual([]);
		},
	);

	test('abroad with a plus goes out by WhatsApp', async () => {
		const parameters = { appId: '101', dest: '+14155550131', mdata: 'Hi' };
		await runVelip(server, 'whatsAppMessage/sendText', parameters);
		expect(sent('MakeWhatsapp')).toMatchObject({ dest: '14155550131' });
	});
});

const GOOD = { number: '+55 (11) 98765-4321', name: 'Maria' };
const BAD = [
	'5.51199E+12',
	'1133334444.5',
	'+1 415 555 0131',
	'119876543',
	'5'.repeat(18),
	'',
	'x',
];

describe('a list from items', () => {
	const create = async (items: IDataObject[], more: IDataObject = {}) =>
		await runVelip(server, 'destinationList/createFromItems', more, { items });

	test.each(BAD)('refuses %j and names the item', async (number) => {
		const { error } = await create([GOOD, { number }]);
		expect(error?.message).toContain('The field "number" of item 1');
		expect(server.received).toEqual([]);
	});

	test('leaves out all of those when told to, and says how many', async () => {
		const items = [GOOD, ...BAD.map((number) => ({ number })), { number: '1133334444.0' }];
		const { json, outputs } = await create(items, { skipInvalid: true });
		expect(sent('CreateDestinationBase')?.datajson).toEqual([['5511987654321'], ['1133334444']]);
		expect(json[0]).toMatchObject({ skipped: BAD.length, outcome: 'accepted' });
		expect(outputs[0]?.[0]?.pairedItem).toEqual(items.map((_, item) => ({ item })));
	});

	test('sends no column that was not asked for', async () => {
		await create([{ ...GOOD, codcli: 'private', extra1: 'secret' }], { codcliField: '' });
		expect(server.received[0]?.text).not.toMatch(/Maria|private|secret/);
	});

	test.each([
		[undefined, ['5511987654321', 'Maria']],
		['number', { number: '5511987654321', name: 'Maria' }],
		['phone', { phone: '5511987654321', name: 'Maria' }],
	])('writes records as %s', async (recordFormat, record) => {
		const additionalFields = { ...(recordFormat && { recordFormat }) };
		await create([GOOD], { nameField: 'name', additionalFields });
		expect(sent('CreateDestinationBase')?.datajson).toEqual([record]);
	});

	test('the fourth extra needs the form that has one', async () => {
		const additionalFields = { extra4Field: 'name' };
		expect((await create([GOOD], { additionalFields })).error?.message).toContain('Record Format');
		await create([GOOD], { additionalFields: { ...additionalFields, recordFormat: 'phone' } });
		expect(sent('CreateDestinationBase')?.datajson).toMatchObject([{ extra4: 'Maria' }]);
	});

	test('has a correlation ID of its own, the same for the same run', async () => {
		await create([GOOD]);
		await create([GOOD]);
		const [first, second] = server.of('CreateDestinationBase');
		expect(first?.ctid).toMatch(/^[a-z0-9]{15}$/);
		expect(first?.ctid).toBe(second?.ctid);
	});

	test('shows its records in a dry run', async () => {
		const { json } = await create([GOOD], { dryRun: true });
		expect(json[0]).toMatchObject({ request: { body: { datajson: [['5511987654321']] } } });
		expect(server.received).toEqual([]);
	});
});

describe('an ID', () => {
	test.each(['destinationList/activate', 'destinationList/deactivate', 'destinationList/get'])(
		'of 0 never reaches %s',
		async (name) => {
			const { error } = await runVelip(server, name, { cdlcId: '={{ 0 }}' });
			expect(error?.message).toContain('must be an ID');
			expect(server.received).toEqual([]);
		},
	);

	test('is looked for in the answer', async () => {
		const { json } = await runVelip(server, 'destinationList/get', { cdlcId: '7' });
		expect(json[0]).toMatchObject({ cdlc_id: '7' });
		const missing = await runVelip(server, 'destinationList/get', { cdlcId: '8' });
		expect(missing.error?.message).toContain('knows no destination list 8');
	});

	test('that switched others too is an error that says which', async () => {
		const { error } = await runVelip(server, 'destinationList/activate', { cdlcId: '7' });
		expect(error?.message).toContain('other lists than 7: 1');
	});

	test('"null" is no correlation ID', async () => {
		const { error } = await runVelip(server, 'call/get', { findBy: 'ctid', ctid: 'null' });
		expect(error?.message).toContain('null');
		expect(server.received).toEqual([]);
	});

	test('longer than 15 characters goes out, with a word about it', async () => {
		const additionalFields = { ctid: 'x'.repeat(70) };
		const parameters = { dest: '11987654321', message: 'Hi', additionalFields };
		const { json } = await runVelip(server, 'sms/send', parameters);
		expect(json[0]?.ctidWarning).toContain('15 characters');
		expect(sent('MakeSMS')).toMatchObject({ ctid: 'x'.repeat(70) });
	});
});

describe('a date', () => {
	const getAll = async (additionalFields: IDataObject, items: IDataObject[] = [{}]) =>
		await runVelip(
			server,
			'call/getAll',
			{ additionalFields },
			{ items, timezone: 'America/Sao_Paulo' },
		);

	test.each([
		['2030-01-31', '2030-01-31'],
		['2030-01-31T23:30:00', '2030-01-31'],
		['2030-02-01T02:00:00Z', '2030-01-31'],
		["={{ DateTime.fromISO('2030-01-31T10:00:00') }}", '2030-01-31'],
		["={{ new Date('2030-01-31T12:00:00Z') }}", '2030-01-31'],
	])('%j is the day %s', async (dateStart, day) => {
		expect((await getAll({ dateStart })).error).toBeUndefined();
		expect(sent('GetCallStatus')).toMatchObject({ date_start: day });
	});

	test('may be now', async () => {
		await getAll({ dateStart: '={{ $now }}' });
		expect(sent('GetCallStatus')).toMatchObject({ date_start: brasiliaDay(Date.now()) });
	});

	test.each(['2030-02-31', '31/01/2030', 'tomorrow'])('%j is none', async (dateStart) => {
		const { error } = await getAll({ dateStart });
		expect(error?.message).toContain('"From Date" must be a date');
		expect(server.received).toEqual([]);
	});

	test('before the other one is refused', async () => {
		const { error } = await getAll({ dateStart: '2030-02-01', dateEnd: '2030-01-01' });
		expect(error?.message).toContain('is before');
	});
});

describe('everything is checked before the first send', () => {
	const twoItems = async (name: string, parameters: IDataObject, items: IDataObject[]) =>
		await runVelip(server, name, parameters, { items });

	test('a template without language', async () => {
		const parameters = {
			appId: '101',
			dest: '5511987654321',
			template: { __rl: true, mode: 'id', value: '={{ $json.t }}' },
		};
		const items = [{ t: 'a|pt_BR' }, { t: 'b' }];
		const { error } = await twoItems('whatsAppMessage/sendTemplate', parameters, items);
		expect(error?.message).toContain('language');
		expect(server.received).toEqual([]);
	});

	test.each(['user', 'tsid', 'dest', 'ctid'])('the extra parameter %s', async (name) => {
		const extraParameters = { entry: [{ name: '={{ $json.p }}', value: '1' }] };
		const parameters = { dest: '11987654321', message: 'x', additionalFields: { extraParameters } };
		const { error } = await twoItems('sms/send', parameters, [{ p: 'foo' }, { p: name }]);
		expect(error?.message).toContain(`"${name}"`);
		expect(server.received).toEqual([]);
	});

	test.each([
		['text', 12],
		['dtmf', 1],
		['dtmf', 12],
	])('the slot %s%i', async (kind, number) => {
		const slots = { entry: [{ kind, number, value: 'x' }] };
		const parameters = { dest: '11987654321', text: 'x', additionalFields: { slots } };
		const { error } = await runVelip(server, 'call/speakText', parameters);
		expect(error?.message).toContain('has the numbers');
		expect(server.received).toEqual([]);
	});

	test('a slot that is there twice', async () => {
		const entry = [1, 1].map((number) => ({ kind: 'text', number, value: 'x' }));
		const parameters = { dest: '11987654321', text: 'x', additionalFields: { slots: { entry } } };
		const { error } = await runVelip(server, 'call/speakText', parameters);
		expect(error?.message).toContain('text1 twice');
	});

	test('a ninth button', async () => {
		const buttons = { entry: Array.from({ length: 9 }, () => ({ label: 'x' })) };
		const parameters = { name: 'Queue', additionalFields: { buttons } };
		const { error } = await runVelip(server, 'queue/create', parameters);
		expect(error?.message).toContain('8 buttons');
	});

	test.each([
		['another callback address', 'rurl', 'https://example.com'],
		['several attempts', 'repeat', '3|30|22:00'],
	])('%s in a call that waits', async (_, name, value) => {
		const extraParameters = { entry: [{ name, value }] };
		const parameters = { dest: '11987654321', text: 'x', additionalFields: { extraParameters } };
		const { error } = await runVelip(server, 'call/speakTextAndWait', parameters);
		expect(error?.message).toContain(`"${name}" in a call that waits`);
		expect(server.received).toEqual([]);
	});

	test.each([
		['the picture of a header that is no address', 'Header Value', { headerValue: 'hello' }],
		[
			'a template that is a list',
			'Template JSON',
			{ templateInput: 'json', templateJson: '[{ "name": "a" }]' },
		],
	])('%s', async (_, label, more) => {
		const parameters = {
			appId: '101',
			dest: '5511987654321',
			template: { __rl: true, mode: 'id', value: 'a|pt_BR' },
			headerKind: 'image',
			...more,
		};
		const { error } = await runVelip(server, 'whatsAppMessage/sendTemplate', parameters);
		expect(error?.message).toContain(`"${label}" must be`);
		expect(server.received).toEqual([]);
	});

	test.each(['campaign/create', 'destinationList/createFromJson'])(
		'the example in the form of %s reaches nobody',
		(name) => {
			const operation = operations.find((one) => `${one.resource}/${one.name}` === name);
			// 11 90000-0000 is assigned to nobody.
			expect(operation?.fields.datajson?.input.default).toContain('"5511900000000"');
		},
	);

	test('who asks, in an API request', async () => {
		const parameters = { fn: 'GetUserID', parameters: '{"user":"x"}' };
		const { error } = await runVelip(server, 'apiRequest/send', parameters);
		expect(error?.message).toContain('"user"');
	});
});

describe('the callback address', () => {
	const call = async (name: string, more: IDataObject) => {
		await runVelip(server, name, { dest: '11987654321', text: 'x', additionalFields: more });
		return String(sent('MakeTTSCall')?.rurl);
	};
	const rurl = 'https://n8n.example.com/webhook/x?a=1';

	test('is plain unless it shall be encoded', async () => {
		expect(await call('call/speakText', { rurl })).toBe(rurl);
	});

	test.each(['call/speakText', 'call/speakTextAndWait'])(
		'is encoded on request: %s',
		async (name) => {
			const encoded = await call(name, { rurl, encodeRurl: true });
			expect(encoded).toMatch(/^https?%3A%2F%2F/);
			expect(URL.canParse(decodeURIComponent(encoded))).toBe(true);
		},
	);
});

describe('a file without an ending', () => {
	const upload = async (name: string, mimeType: string, parameters: IDataObject = {}) =>
		await runVelip(server, name, parameters, {
			items: [{ json: {}, binary: binary('data', WAV, 'download', mimeType) }],
		});

	test('is named by its type', async () => {
		expect((await upload('audio/upload', 'audio/x-wav')).error).toBeUndefined();
		expect(server.received[0]?.text).toContain('filename="download.wav"');
	});

	test('is named by the user', async () => {
		const additionalFields = { nameUp: 'hello.wav' };
		const { error } = await upload('audio/upload', 'application/octet-stream', {
			additionalFields,
		});
		expect(error).toBeUndefined();
		expect(server.received[0]?.text).toContain('filename="hello.wav"');
	});

	test('is refused when nothing says what it is', async () => {
		const { error } = await upload('audio/upload', 'application/octet-stream');
		expect(error?.description).toContain('Stored File Name');
		expect(server.received).toEqual([]);
	});

	test('may be a list', async () => {
		expect((await upload('destinationList/createFromFile', 'text/csv')).error).toBeUndefined();
		expect(server.received[0]?.text).toContain('filename="download.csv"');
	});
});

test('parameters that have no field of their own can be added everywhere', async () => {
	const additionalFields = { extraParameters: { entry: [{ name: 'new_switch', value: '7' }] } };
	await runVelip(server, 'email/send', {
		fromEmail: 'a@example.com',
		toEmail: 'b@example.com',
		subject: 'x',
		body: 'x',
		additionalFields: { ...additionalFields, origin: 'crm' },
	});
	await runVelip(server, 'messenger/send', {
		appId: '201',
		dest: '1',
		mdata: 'x',
		additionalFields: { ...additionalFields, mcaption: 'y' },
	});
	await runVelip(server, 'call/getAll', {
		additionalFields: { ...additionalFields, origin: 'crm' },
	});
	expect(sent('SendGmailOAuth')).toMatchObject({ new_switch: '7', origin: 'crm' });
	expect(sent('MakeMessenger')).toMatchObject({ new_switch: '7', mcaption: 'y' });
	expect(sent('GetCallStatus')).toMatchObject({ new_switch: '7', origin: 'crm' });
});

test('an expression that gives no records does not call those of the example', async () => {
	const parameters = { name: 'June', datajson: '={{ $json.nothing }}' };
	const { error } = await runVelip(server, 'destinationList/createFromJson', parameters);
	expect(error?.message).toBe('"Records" is empty: its expression gave nothing [item 0]');
	expect(server.received).toEqual([]);
});
