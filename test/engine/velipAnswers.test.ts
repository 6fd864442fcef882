/** What Velip answers, and what people are told about it. */
import type { IDataObject } from 'n8n-workflow';

import { Velip } from '../../nodes/Velip/Velip.node';
import { startVelipSimulator } from '../simulators/velip';
import { no, ok, startFakeVelip, type Answered, type FakeVelip } from './support/fakeVelip';
import { runVelip, velipCredentials } from './support/velip';

let server: FakeVelip;
let answers: Record<string, Answered | Array<Answered | undefined>> = {};

beforeEach(async () => {
	answers = {};
	server = await startFakeVelip(({ fn }) => {
		const answer = answers[fn] ?? ok();
		return Array.isArray(answer) ? answer.shift() : answer;
	});
});

afterEach(async () => await server.close());

const SMS = { dest: '11987654321', message: 'Hi' };
const on = { onError: 'continueRegularOutput' } as const;
const FIRST = { items: [{}] };

describe('what a credential may not do', () => {
	test.each([
		['105', 403],
		['123', 401],
	])('(code %s) stops that run and no other one', async (code, status) => {
		answers.GetCallStatus = no('not from here', code, status);
		const items = [{}, {}, {}];
		const refused = await runVelip(server, 'call/getAll', {}, { items });
		expect(refused.error?.message).toContain('not from here');
		expect(server.of('GetCallStatus')).toHaveLength(1);
		expect((await runVelip(server, 'sms/send', SMS, FIRST)).error).toBeUndefined();
		await runVelip(server, 'call/getAll');
		expect(server.of('GetCallStatus')).toHaveLength(2);
	});

	test('a refused login still stops all of them', async () => {
		answers.GetCallStatus = no('SID not found', '102', 401);
		await runVelip(server, 'call/getAll');
		expect((await runVelip(server, 'sms/send', SMS)).error?.message).toContain('SID not found');
		expect(server.of('MakeSMS')).toEqual([]);
	});
});

describe('an SMS that was accepted', () => {
	test('is accepted with an error status too', async () => {
		answers.MakeSMS = {
			status: 400,
			body: { return: { status: 'WR', status_code: 1, cdls_id: 5 } },
		};
		const { json, error } = await runVelip(server, 'sms/send', SMS);
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({ outcome: 'accepted', status: 'WR', cdls_id: 5 });
	});

	test('is accepted without a code', async () => {
		answers.MakeSMS = { body: { return: { status: 'OK', cdls_id: '5' } } };
		const { json } = await runVelip(server, 'sms/send', SMS);
		expect(json[0]).toMatchObject({ outcome: 'accepted', cdls_id: '5' });
	});

	test.each([[{ status: 'OK' }], [{ status: 'OK', status_code: '0' }]])(
		'is unknown, not refused, where the answer contradicts itself: %j',
		async (result) => {
			answers.MakeSMS = { status: 400, body: { return: result } };
			const { json } = await runVelip(server, 'sms/send', SMS, on);
			expect(json[0]).toMatchObject({ outcome: 'unknown' });
			expect(json[0]?.description).toContain('correlation ID');
		},
	);
});

test('the hint about repeats names the window that was set', async () => {
	answers.MakeSMS = no('http duplicidade', '244');
	const usual = await runVelip(server, 'sms/send', SMS, on);
	expect(usual.json[0]?.description).toContain('10 seconds, unless');
	const additionalFields = { httpdup: 300 };
	const long = await runVelip(server, 'sms/send', { ...SMS, additionalFields }, on);
	expect(long.json[0]?.description).toContain('(300 seconds)');
	expect(long.json[0]).toMatchObject({ outcome: 'refused', code: '244' });
});

test('what Velip says about a deleted template stands', async () => {
	answers.DeleteWhatsappTemplate = ok({ result: { deleted: false, message: 'later' } });
	const parameters = { v8lId: '101', templateId: '501' };
	const { json } = await runVelip(server, 'whatsAppTemplate/delete', parameters);
	expect(json[0]).toMatchObject({ deleted: false, message: 'later' });
});

test('an invalid WhatsApp number is an answer, not an error', async () => {
	const result = { valid: false, error_type: 'OAuthException', error_message: 'Bad token' };
	answers.ValidateWhatsAppNumber = {
		status: 400,
		body: { return: { status: 'Token validation error', status_code: '251', result } },
	};
	const { json, error } = await runVelip(server, 'whatsAppLine/validate', {
		waApiKey: 'x',
		waBusinessId: '1',
		waPhoneNumberId: '2',
		waNumber: '5511999990000',
	});
	expect(error).toBeUndefined();
	expect(json[0]).toMatchObject({ ...result, status: 'Token validation error' });
});

test.each(['text/html', 'application/octet-stream', 'audio/mpeg'])(
	'an error under the type %s is no file, and the other spelling is tried',
	async (type) => {
		answers.PlayAudioFile = [
			{ ...no('Audio id is not valid', '230', 200), headers: { 'content-type': type } },
			{ body: Buffer.from('RIFF....'), headers: { 'content-type': 'audio/x-wav' } },
		];
		const { outputs, error } = await runVelip(server, 'audio/download', { cdwFile: 'tf77' });
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.binary?.data).toMatchObject({ mimeType: 'audio/x-wav' });
		expect(server.of('PlayAudioFile').map(({ cdw_file: id }) => id)).toEqual(['tf77', '77']);
	},
);

test.each([
	['audio/download', { cdwFile: 'tf77' }, { cdw_file: '77' }],
	['call/downloadRecording', { cdId: 'c_77' }, { recid: '77' }],
])('%s asks again with all the rest', async (name, parameters, second) => {
	answers.PlayAudioFile = [
		no('Audio id is not valid', '230'),
		{ body: Buffer.from('RIFF....'), headers: { 'content-type': 'audio/x-wav' } },
	];
	const extraParameters = { entry: [{ name: 'noheader', value: 'yes' }] };
	await runVelip(server, name, { ...parameters, additionalFields: { extraParameters } });
	expect(server.of('PlayAudioFile')[1]).toEqual({ ...second, noheader: 'yes' });
});

test('n8n hides the SIP secret in both forms of the output', async () => {
	answers.GetWebRTC = ok({ sipname: 'VW1U987', sipsecret: 'hidden' });
	const paths = new Velip().description.sensitiveOutputFields ?? [];
	for (const simplify of [true, false]) {
		const parameters = { userid: '987', simplify };
		const { json } = await runVelip(server, 'webRtc/getCredentials', parameters);
		const found = paths.map((path) =>
			path.split('.').reduce<unknown>((value, key) => (value as IDataObject)?.[key], json[0]),
		);
		expect(found).toContain('hidden');
	}
});

test('what Velip warns of stands in the records', async () => {
	answers.GetCallStatus = ok(
		{ warning: 'IP not registered' },
		{ calls: [{ cd_id: 'c_1', cd_status: 'OK' }] },
	);
	const { json } = await runVelip(server, 'call/getAll');
	expect(json).toEqual([expect.objectContaining({ cd_id: 'c_1', warning: 'IP not registered' })]);
});

test('an internal error is asked about once more', async () => {
	answers.GetTTSVoices = no('internal error', '500', 200);
	await runVelip(server, 'voice/getAll');
	expect(server.of('GetTTSVoices')).toHaveLength(2);
});

test('the inner answer is told in words', async () => {
	answers.MakeTTSCall = {
		status: 400,
		body: {
			return: { status: 'error sent message', status_code: '250', errodet: { 0: 'BK_PROCON' } },
		},
	};
	const { error } = await runVelip(server, 'call/speakText', { dest: '11987654321', text: 'x' });
	expect(error?.message).toContain('(BK_PROCON)');
});

test('single fields in ISO-8859-1 spoil no others', async () => {
	answers.GetTTSVoices = {
		body: Buffer.concat([
			Buffer.from(
				'{"return":{"status":"OK","status_code":"0"},"voices":[{"cdwv_name":"a","cdwv_tit":"',
			),
			Buffer.from('Padrão', 'latin1'),
			Buffer.from('"},{"cdwv_name":"b","cdwv_tit":"Ligação – ótima"}]}'),
		]),
	};
	const { json } = await runVelip(server, 'voice/getAll');
	expect(json.map(({ cdwv_tit: title }) => title)).toEqual(['Padrão', 'Ligação – ótima']);
});

test('a short password does not punch holes into numbers and IDs', async () => {
	answers.MakeTTSCall = ok({ cd_id: 'c_5511', note: '5511' });
	const more = { authentication: 'basic', user: 'me', password: '5511' };
	const credentials = velipCredentials(server.url, more);
	const parameters = { dest: '5511987654321', text: 'x' };
	const { json } = await runVelip(server, 'call/speakText', parameters, { credentials });
	expect(json[0]).toMatchObject({ dest: '5511987654321', cd_id: 'c_5511', note: '[hidden]' });
});

const page = (id: number, next?: number): Answered =>
	ok(next === undefined ? {} : { pagination: { has_more: true, next_id: next } }, {
		calls: [{ cd_id: `c_${id}`, cd_status: 'OK' }],
	});
const LATER: Answered = { status: 429, headers: { 'retry-after': '1800' }, body: '' };

describe('a list that breaks off', () => {
	test('says how far it came, and where to go on', async () => {
		answers.GetCallStatus = [page(1, 100), page(2, 200), LATER];
		const { error } = await runVelip(server, 'call/getAll', { returnAll: true });
		expect(error?.message).toContain('429');
		expect(error?.description).toContain('2 results had been read');
		expect(error?.description).toContain('"Start After" 200');
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'gives out what had been read, on error %s',
		async (onError) => {
			answers.GetCallStatus = [page(1, 100), page(2, 200), LATER];
			const { outputs } = await runVelip(server, 'call/getAll', { returnAll: true }, { onError });
			const all = outputs.flat().map(({ json }) => json);
			expect(all.slice(0, 2).map(({ cd_id: id }) => id)).toEqual(['c_1', 'c_2']);
			expect(all).toHaveLength(3);
			expect(JSON.stringify(all[2])).toContain('"lastId":"200"');
		},
	);

	test('goes on from there', async () => {
		answers.GetCallStatus = [page(3)];
		const parameters = { returnAll: true, additionalFields: { lastId: '200' } };
		const { json } = await runVelip(server, 'call/getAll', parameters);
		expect(json).toHaveLength(1);
		expect(server.of('GetCallStatus')).toMatchObject([{ last_id: '200', maxreg: 5000 }]);
	});
});

describe('Resend Results', () => {
	const DATES = {
		findBy: 'dates',
		dateStart: '2030-01-01',
		dateEnd: '2030-01-31',
		rurl: 'https://n8n.example.com/x',
	};
	const pushed = (next?: number) =>
		ok(next === undefined ? {} : { pagination: { has_more: true, next_id: next } });

	test('has all pages sent', async () => {
		answers.GetCallStatus = [pushed(5001), pushed(10_001), pushed()];
		const { json, error } = await runVelip(server, 'call/resendResults', DATES);
		expect(error).toBeUndefined();
		expect(json).toEqual([expect.objectContaining({ requested: true, pages: 3 })]);
		const asked = server.of('GetCallStatus');
		expect(asked.map(({ last_id: id }) => id)).toEqual([undefined, '5001', '10001']);
		for (const body of asked) expect(body).toMatchObject({ maxreg: 5000, rurl: DATES.rurl });
	});

	test('says where it broke off', async () => {
		answers.GetCallStatus = [pushed(5001), LATER];
		const { error } = await runVelip(server, 'call/resendResults', DATES);
		expect(error?.description).toContain('"Start After" 5001');
	});

	test('has the filters of the list', async () => {
		const additionalFields = { cpid: 'june', onlydtmf: true, withoutCtid: true, origin: 'n8n' };
		await runVelip(server, 'call/resendResults', { ...DATES, additionalFields });
		expect(server.of('GetCallStatus')).toMatchObject([
			{ cpid: 'june', onlydtmf: 1, ctid: 'null', origin: 'n8n' },
		]);
	});
});

test('the simulator pushes 6,000 results in two requests', async () => {
	const sim = await startVelipSimulator({ lifecycleMs: 5 });
	try {
		sim.seedCalls(6_000);
		const parameters: IDataObject = {
			findBy: 'dates',
			dateStart: '2000-01-01',
			dateEnd: '2100-01-01',
			rurl: `${sim.url}/nobody`,
			additionalFields: { rurlType: 'json' },
		};
		const { json } = await runVelip(sim, 'call/resendResults', parameters);
		expect(json[0]).toMatchObject({ requested: true, pages: 2 });
		await sim.idle();
	} finally {
		await sim.close();
	}
});
