import { startVelipSimulator, type VelipSimulator } from './velip';
import { caller, startSink } from './velipSupport';

let sim: VelipSimulator;
let call: ReturnType<typeof caller>;
let sink: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	call = caller(sim);
});
beforeEach(async () => {
	sim.reset();
	sink = await startSink();
});
afterEach(async () => {
	sim.setOptions({
		accountHook: '',
		callbackMethod: 'POST',
		callbackFormat: 'json',
		callbackEncoding: 'utf-8',
		duplicateCallbacks: false,
		night: 'never',
		nightCap: 300,
		session: 'open',
	});
	await sink.close();
});
afterAll(async () => await sim.close());

const sms = { dest: '5511999999999', message: 'Hi' };

describe('MakeSMS (section 11)', () => {
	it.each([
		[{ dest: '' }, 230, 'No dest'],
		[{ message: '' }, 235, 'No text'],
		[{ message: 'x'.repeat(171) }, 238, 'Text 171 ch more than 160 ch'],
		[{ dest: '551133334444' }, 240, 'Mobile is not valid'],
		[{ dest: '551188887777', setbrasil: 0 }, 240, 'Mobile is not valid'],
		[{ dest: '5511999999910' }, 260, 'number blocked by list'],
		[{ dest: '5511999999911' }, 300, 'error sms provider'],
		[{ dest: '5511999999914' }, 255, 'no sms tarif'],
		[{ message: 'banco Bradesco' }, 270, 'Blocked text'],
	])('refuses %j', async (changes, code, status) => {
		const answer = await call('MakeSMS', { ...sms, ...changes });
		expect(answer.outcome).toEqual([400, code, status]);
		expect(answer.ret.cdls_id).toBe('0');
		expect(sim.accepted.total).toBe(0);
	});

	it('accepts, cuts, waits, and passes other statuses on', async () => {
		expect((await call('MakeSMS', sms)).body).toEqual({
			return: { status: 'OK', status_code: '0', cdls_id: '5001' },
		});
		expect((await call('MakeSMS', sms)).outcome).toEqual([400, 244, 'http duplicidade']);
		const long = { dest: '5511999999998', text: 'x'.repeat(200), cuttext: 'yes' };
		await call('MakeSMS', long);
		expect(sim.messages().at(-1)?.text).toHaveLength(160);
		const waiting = await call('MakeSMS', { ...sms, dest: '5511999999915' });
		expect(waiting.ret).toEqual({ status: 'WR', status_code: 1, cdls_id: '5003' });
		expect((await call('MakeSMS', { ...sms, dest: '5511999999916' })).outcome).toEqual([
			200,
			0,
			'submitted',
		]);
		expect(sim.accepted.byFunction).toEqual({ MakeSMS: 4 });
		expect(sim.spent).toBeCloseTo(0.32);
	});

	it('caps the night', async () => {
		sim.setOptions({ night: 'always', nightCap: 2 });
		for (const dest of ['5511999999991', '5511999999992']) await call('MakeSMS', { ...sms, dest });
		expect((await call('MakeSMS', sms)).outcome).toEqual([400, 245, 'night limit']);
		// By the clock: put forward to 12:30, then to 23:30 in Brasília.
		sim.reset();
		sim.setOptions({ night: 'clock', nightCap: 0 });
		const HOUR = 3_600_000;
		const sinceMidnight = (sim.now() - 3 * HOUR) % (24 * HOUR);
		sim.advanceClock((24 + 12.5) * HOUR - sinceMidnight);
		expect((await call('MakeSMS', sms)).http).toBe(200);
		sim.advanceClock(11 * HOUR);
		expect((await call('MakeSMS', sms)).outcome[1]).toBe(245);
	});

	it('reports delivery to the account', async () => {
		sim.setOptions({ accountHook: sink.url });
		await call('MakeSMS', { ...sms, ctid: 'order-1' });
		await call('MakeSMS', { ...sms, dest: '5511999999900' });
		await call('MakeSMS', { ...sms, dest: '5511999999905' });
		await sim.idle();
		const bodies = sink.hits.map(
			({ bytes }) => JSON.parse(bytes.toString()) as Record<string, unknown>,
		);
		expect(bodies).toEqual([
			{ command: 'sms', cdls_id: '5001', ctid: 'order-1', dest: sms.dest, delivstatus: 'DELIVRD' },
			expect.objectContaining({ delivstatus: 'UNDELIV' }),
		]);
	});
});

describe('callbacks (section 14)', () => {
	const tts = { dest: '5511999999906', text: 'Press 1', nome: 'João', ctid: 'c1' };

	it('POST JSON to rurl, which stands in for the account', async () => {
		sim.setOptions({ accountHook: `${sink.url}/account` });
		await call('MakeTTSCall', { ...tts, rurl: encodeURIComponent(`${sink.url}?t=1`) });
		await sim.idle();
		expect(sink.hits).toHaveLength(1);
		expect(sink.hits[0]).toMatchObject({ method: 'POST', url: '/hook?t=1' });
		expect(JSON.parse(sink.hits[0]?.bytes.toString() ?? '')).toMatchObject({
			cd_id: 'c_88700',
			ctid: 'c1',
			dest: tts.dest,
			cd_called_status: 'OK',
			cd_time_sec: '12',
			cd_price: '0,050',
			saldo: '999999,950',
			cd_resp1: '1',
			cd_resp12: '',
			cd_name: 'João',
		});
	});

	it('form, GET, and ISO-8859-1', async () => {
		sim.setOptions({
			accountHook: sink.url,
			callbackFormat: 'form',
			callbackEncoding: 'iso-8859-1',
		});
		await call('MakeTTSCall', tts);
		await sim.idle();
		expect(sink.hits[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
		expect(sink.hits[0]?.bytes.toString()).toContain('cd_name=Jo%E3o');
		sim.setOptions({ callbackMethod: 'GET', callbackEncoding: 'utf-8' });
		sim.finishCall('c1', { status: 'NA', digits: [] });
		await sim.idle();
		expect(sink.hits[1]).toMatchObject({ method: 'GET' });
		expect(sink.hits[1]?.url).toContain('cd_name=Jo%C3%A3o');
		await sim.deliver({ format: 'json', method: 'POST', encoding: 'iso-8859-1' });
		expect(sink.hits[2]?.bytes.includes(0xe3)).toBe(true);
	});

	it('retries, and can deliver twice', async () => {
		sink.statuses.push(500, 503);
		sim.setOptions({ accountHook: sink.url, callbackRetryMs: 5 });
		await call('MakeTTSCall', tts);
		await sim.idle();
		expect(sim.callbacks.map(({ status, attempt }) => [status, attempt])).toEqual([
			[500, 1],
			[503, 2],
			[200, 3],
		]);
		sim.setOptions({ duplicateCallbacks: true });
		sim.finishCall('c1');
		await sim.idle();
		expect(sim.callbacks).toHaveLength(5);
	});

	it('sends an SMS after the call, and arbitrary callbacks', async () => {
		sim.setOptions({ accountHook: sink.url });
		await call('MakeTTSCall', { ...tts, sms_action: 'dtmf1', sms_text: 'Olá' });
		await sim.idle();
		expect(
			sink.hits.map(
				({ bytes }) => (JSON.parse(bytes.toString()) as Record<string, unknown>).command,
			),
		).toEqual([undefined, 'sms']);
		await sim.deliver({ kind: 'sms', body: { delivstatus: 'STRANGE', ctid: null } });
		await sim.deliver({ rawBody: '{broken' });
		expect(sink.hits.at(-1)?.bytes.toString()).toBe('{broken');
	});

	it('re-pushes results of GetCallStatus', async () => {
		sim.seedCalls(3);
		const push = {
			rurl: sink.url,
			rurl_headers: 'X-Key: 1\nX-Two: 2',
			rurl_user: 'u',
			rurl_password: 'p',
		};
		const batch = await call('GetCallStatus', { ...push, rurl_type: 'json' });
		expect(batch.body).not.toHaveProperty('calls');
		await call('GetCallStatus', { ...push, rurl_type: 'form' });
		await sim.idle();
		expect(sink.hits).toHaveLength(4);
		const json = sink.hits.find(({ headers }) => headers['content-type'] === 'application/json');
		expect(json?.headers).toMatchObject({
			'x-key': '1',
			'x-two': '2',
			authorization: 'Basic dTpw',
		});
		expect((JSON.parse(json?.bytes.toString() ?? '') as { calls: unknown[] }).calls).toHaveLength(
			3,
		);
	});
});

describe('WhatsApp (section 12)', () => {
	const text = { dest: '5511999999999', app_id: 101, mdata: 'Olá' };
	const template = {
		name: 'order_update',
		language: { code: 'pt_BR' },
		components: [
			{
				type: 'body',
				parameters: [
					{ type: 'text', text: 'Ana' },
					{ type: 'text', text: '5' },
				],
			},
		],
	};

	it('sends text, media and templates', async () => {
		expect((await call('MakeWhatsapp', text)).ret).toEqual({
			status: 'OK',
			status_code: '0',
			cdls_id: '5001',
		});
		expect((await call('MakeWhatsapp', text)).outcome).toEqual([400, 250, 'http duplicidade']);
		const hsm = { dest: '5511999999998', app_id: 101, mtype: 'template', template };
		expect((await call('MakeWhatsapp', hsm)).http).toBe(200);
		const few = { ...hsm, httpdup: 0, template: { ...template, components: [] } };
		expect((await call('MakeWhatsapp', few)).outcome.slice(0, 2)).toEqual([400, 132000]);
		sim.setOptions({ session: 'closed' });
		expect((await call('MakeWhatsapp', { ...text, httpdup: 0 })).outcome[1]).toBe(131047);
		expect(sim.violations).toEqual([]);
	});

	it.each([
		[{ dest: '12345' }, 230],
		[{ app_id: '' }, 236],
		[{ app_id: 201 }, 231],
		[{ dest: '5511999999910' }, 260],
		[{ dest: '5511999999911' }, 131000],
	])('refuses %j', async (changes, code) => {
		expect((await call('MakeWhatsapp', { ...text, ...changes })).outcome.slice(0, 2)).toEqual([
			400,
			code,
		]);
	});

	it('validates a number at Meta', async () => {
		const good = {
			wa_api_key: 'EAAtest',
			wa_business_id: '100200300',
			wa_phone_number_id: '400500600',
			wa_number: '5511999990000',
		};
		expect((await call('ValidateWhatsAppNumber', good)).ret.result).toMatchObject({
			valid: true,
			token_is_valid: true,
		});
		const wrong = await call('ValidateWhatsAppNumber', { ...good, wa_number: '1' });
		expect(wrong.outcome.slice(0, 2)).toEqual([400, 246]);
		expect(wrong.ret.result).toMatchObject({ valid: false, http_code: 200 });
		expect((await call('ValidateWhatsAppNumber', { ...good, wa_business_id: '' })).outcome[1]).toBe(
			231,
		);
	});

	it('approves, rejects and deletes templates', async () => {
		const names = async (): Promise<unknown[]> => {
			const { body } = await call('GetWATemplates', { app_id: 101 });
			return (body.templates as Array<Record<string, unknown>>).map((row) => row.cwt_name);
		};
		expect(await names()).toEqual(['order_update']);
		const submit = { template_id: 502, app_id: 101, action: 'create' };
		const sent = await call('CreateWhatsappTemplate', submit);
		expect([sent.http, sent.ret.meta_status]).toEqual([201, 'PENDING']);
		expect((await call('CreateWhatsappTemplate', { ...submit, template_id: 504 })).outcome[1]).toBe(
			247,
		);
		expect((await call('CreateWhatsappTemplate', { ...submit, app_id: 102 })).outcome[1]).toBe(231);
		await call('CreateWhatsappTemplate', { ...submit, template_id: 503 });
		await sim.idle();
		const check = async (id: number): Promise<unknown> =>
			(await call('CheckTemplateStatus', { template_id: id, v8l_id: 101 })).ret.result;
		expect(await check(502)).toMatchObject({
			meta_status: 'APPROVED',
			previous_status: 'PENDING',
			status_changed: true,
		});
		expect(await check(502)).toMatchObject({ status_changed: false });
		expect(await check(503)).toMatchObject({ meta_status: 'REJECTED' });
		const unsent = { template_id: 504, v8l_id: 101 };
		expect((await call('CheckTemplateStatus', unsent)).outcome[1]).toBe(239);
		expect((await call('DeleteWhatsappTemplate', unsent)).outcome[1]).toBe(239);
		expect(
			(await call('DeleteWhatsappTemplate', { ...unsent, delete_mode: 'local_only' })).http,
		).toBe(200);
		expect(
			(await call('DeleteWhatsappTemplate', { template_id: 502, v8l_id: 101 })).ret.result,
		).toMatchObject({ deleted: true, delete_mode: 'meta_only' });
		expect(await names()).toEqual(['order_update']);
		expect((await call('CheckTemplateStatus', { template_id: 1, app_id: 101 })).outcome[1]).toBe(
			236,
		);
		sim.reset();
		expect(sim.templates()).toHaveLength(4);
	});
});

describe('Messenger, Instagram, e-mail (section 13)', () => {
	it('status_code 200 is success, and integer', async () => {
		const text = { app_id: 201, dest: '7654321', mdata: 'Hi' };
		expect((await call('MakeMessenger', text)).ret).toEqual({
			status: 'OK',
			status_code: 200,
			messageId: 'm_5001',
			cdls_id: 5001,
		});
		expect((await call('MakeInstagram', { ...text, app_id: 301 })).ret.status_code).toBe(200);
		expect((await call('MakeInstagram', text)).ret).toEqual({
			status: 'Line not found',
			status_code: 230,
			messageId: '',
			cdls_id: 0,
		});
		expect((await call('MakeMessenger', { ...text, dest: '7654310' })).outcome.slice(0, 2)).toEqual(
			[400, 400],
		);
		expect(
			(await call('MakeInstagram', { ...text, app_id: 301, dest: '7654351' })).ret.status,
		).toMatch(/#551/);
		expect((await caller(sim, 'short')('MakeMessenger', text)).ret.status_code).toBe(101);
	});

	it('e-mail', async () => {
		const mail = {
			from_email: 'sender@example.com',
			to_email: 'a@example.org',
			subject: 'S',
			body: '<b>x</b>',
		};
		expect((await call('SendGmailOAuth', mail)).ret.message_id).toMatch(/^18f/);
		for (const [changes, code] of [
			[{ to_email: '' }, 201],
			[{ to_email: 'x' }, 202],
			[{ subject: '' }, 203],
			[{ body: '' }, 204],
			[{ from_email: '' }, 205],
			[{ from_email: 'x' }, 206],
			[{ from_email: 'other@example.com' }, 210],
			[{ cc: Array(11).fill('a@b.co').join(';') }, 214],
			[{ to_email: 'quota@example.org' }, 215],
		] as const)
			expect((await call('SendGmailOAuth', { ...mail, ...changes })).outcome[1]).toBe(code);
	});
});
