import { countParts, startAlphaSmsSimulator, type AlphaSmsSimulator } from './alphasms';
import { post, postRaw, smsItem, type Envelope } from './testSupport';

let sim: AlphaSmsSimulator;

beforeAll(async () => {
	sim = await startAlphaSmsSimulator({ apiKey: 'KEY', lifecycleMs: 10 });
});
beforeEach(() => {
	sim.reset();
	sim.setOptions({
		duplicateIds: 'refuse',
		lifecycle: 'auto',
		stringIds: false,
		envelopeSuccess: 'boolean',
		balance: 1_000_000,
		apiActive: true,
	});
});
afterAll(async () => await sim.close());

const viberFields = {
	viber_type: 'text+image+link',
	viber_signature: 'ViberTest',
	viber_message: 'Text',
	viber_image: 'https://example.org/a.png',
	viber_link: 'https://example.org/',
	viber_button: 'Open',
};
const rcsFields = { rcs_signature: 'RcsTest', rcs_message: 'Text' };
const smsFields = { sms_signature: 'SMSTest', sms_message: 'Text' };
const voice = { gender: 'female', language: 'uk-UA', name: 'uk-UA-Standard-A' };
const base = { id: 100500, phone: 380971234567 };

const SENDING: Array<[string, Record<string, unknown>]> = [
	[
		'sms',
		{
			...smsFields,
			sms_lifetime: 172800,
			short_link: true,
			hook: 'https://example.org/webhook/url.php',
		},
	],
	['viber', { ...viberFields, viber_lifetime: 60 }],
	['viber+sms', { ...viberFields, ...smsFields }],
	[
		'rcs',
		{
			...rcsFields,
			rcs_image: 'https://example.org/a',
			rcs_link: 'https://example.org',
			rcs_button: 'Go',
		},
	],
	['rcs+sms', { ...rcsFields, ...smsFields }],
	['rcs+viber+sms', { ...rcsFields, ...viberFields, ...smsFields }],
	['telegram', { message: '100500', telegram_lifetime: 60 }],
	['whatsapp', { message: '1005' }],
	['voice', { message: 'Your code is 100500', voice, dtmf: false }],
	[
		'pipeline',
		{
			pipeline: ['voice', 'telegram', 'viber', 'rcs', 'sms'],
			voice: { message: 'Your code is 100500', voice, dtmf: false },
			telegram: { message: '100500' },
			viber: { type: 'text', signature: 'ViberTest', message: 'Text' },
			rcs: { signature: 'RcsTest', message: 'Text' },
			whatsapp: { signature: 'WaTest', message: 'Text' },
			sms: { signature: 'SMSTest', message: 'Text' },
		},
	],
];

/** Wrong by one field each, and the item error the page leads one to expect. */
const REFUSED: Array<[string, Record<string, unknown>, string]> = [
	['sender not approved', smsItem({ sms_signature: 'BadSender' }), 'Error in Alpha-name'],
	['sender too long', smsItem({ sms_signature: 'TwelveLetter' }), 'Error in Alpha-name'],
	['sender is a number', smsItem({ sms_signature: '380971' }), 'Error in Alpha-name'],
	['emoji only', smsItem({ sms_message: '😀👍🏽' }), 'Please enter SMS text'],
	['no id', smsItem({ id: undefined }), 'Error in id'],
	['id beyond 2^53', smsItem({ id: 2 ** 53 }), 'Error in id'],
	[
		'phone with plus',
		smsItem({ phone: '+380971234567' }),
		'Please enter valid receiver phone number',
	],
	[
		'phone of 16 digits',
		smsItem({ phone: '3809712345678901' }),
		'Please enter valid receiver phone number',
	],
	['lifetime too short', smsItem({ sms_lifetime: 3599 }), 'Error in sms_lifetime'],
	['lifetime too long', smsItem({ sms_lifetime: 259201 }), 'Error in sms_lifetime'],
	['boolean as text', smsItem({ short_link: 'true' }), 'Error in short_link'],
	['hook is no URL', smsItem({ hook: 'example' }), 'Error in hook'],
	[
		'viber lifetime',
		{ type: 'viber', ...base, ...viberFields, viber_lifetime: 59 },
		'Error in viber_lifetime',
	],
	[
		'viber field missing',
		{ type: 'viber', ...base, ...viberFields, viber_link: undefined },
		'Error in viber_link',
	],
	[
		'viber field too many',
		{ type: 'viber', ...base, ...viberFields, viber_type: 'text' },
		'Error in viber_image',
	],
	[
		'viber button of 20',
		{ type: 'viber', ...base, ...viberFields, viber_button: 'x'.repeat(20) },
		'Error in viber_button',
	],
	[
		'viber text of 1001',
		{ type: 'viber', ...base, ...viberFields, viber_message: 'x'.repeat(1001) },
		'Error in viber_message',
	],
	[
		'viber image kind',
		{ type: 'viber', ...base, ...viberFields, viber_image: 'https://a.org/a.pdf' },
		'Error in viber_image',
	],
	['code with a letter', { type: 'telegram', ...base, message: '12a4' }, 'Error in message'],
	['code of 3 digits', { type: 'whatsapp', ...base, message: '123' }, 'Error in message'],
	['code of 9 digits', { type: 'whatsapp', ...base, message: '123456789' }, 'Error in message'],
	['no dtmf', { type: 'voice', ...base, message: 'Hi', voice }, 'Error in dtmf'],
	[
		'voice gender',
		{ type: 'voice', ...base, message: 'Hi', voice: { ...voice, gender: 'x' }, dtmf: true },
		'Error in voice.gender',
	],
	['pipeline without block', { type: 'pipeline', ...base, pipeline: ['sms'] }, 'Error in sms'],
	[
		'pipeline unknown channel',
		{ type: 'pipeline', ...base, pipeline: ['fax'] },
		'Error in pipeline',
	],
	['unknown type', { type: 'constructor', ...base }, 'Unknown command'],
	['unknown id in status', { type: 'status', id: 1 }, 'SMS not found'],
];

describe('JSON gateway: items', () => {
	it.each(SENDING)('accepts the sample of %s and answers a send result', async (type, fields) => {
		const answer = await post(sim.url, [{ type, ...base, ...fields }]);
		const data = { id: 100500, msg_id: expect.any(Number) as number, data: 1, parts: 1 };
		expect(answer).toEqual({ success: true, data: [{ success: true, data }] });
		expect(sim.violations).toEqual([]);
		expect(sim.plausible).toEqual([]);
		expect(sim.billed).toEqual({ [type]: 1 });
	});

	it.each(REFUSED)('refuses: %s', async (_name, item, error) => {
		const answer = await post(sim.url, [item]);
		expect(answer.success).toBe(true);
		expect(answer.data?.[0]).toEqual({
			success: false,
			error,
			data: item.id === undefined || item.id === 2 ** 53 ? {} : { id: item.id },
		});
		expect(sim.acceptedTotal).toBe(0);
	});

	it('answers balance, flash call and HLR as the samples', async () => {
		const answer = await post(sim.url, [
			{ type: 'balance' },
			{ type: 'call/otp', id: 1, phone: 380971234567 },
			{ type: 'hlr', id: 2, phone: 380971234567 },
		]);
		const [balance, call, hlr] = (answer.data ?? []).map((result) => result.data);
		expect(balance).toEqual({ amount: 1_000_000, currency: 'UAH' });
		expect(call).toEqual({ code: expect.stringMatching(/^0\d{3}$/) as string, price: 0.2 });
		expect(hlr).toMatchObject({
			status: 'DELIVERED',
			mccmnc: 25501,
			ported: true,
			network: { origin: { prefix: 97 } },
		});
	});

	it('notes misspelled and prefixed names', async () => {
		await post(sim.url, [smsItem({ sms_text: 'x' })]);
		await post(sim.url, [
			{ type: 'pipeline', ...base, id: 2, pipeline: ['sms'], sms: { sms_signature: 'A' } },
		]);
		await post(sim.url, [
			{
				type: 'pipeline',
				...base,
				id: 3,
				pipeline: ['viber'],
				viber: { type: 'image', signature: 'Abc', image: 'https://a.org/a.png' },
			},
		]);
		expect(sim.violations.map(({ type, field }) => `${type}:${field}`)).toEqual([
			'sms:sms_text',
			'pipeline.sms:sms_signature',
		]);
		expect(sim.plausible.map(({ type, field }) => `${type}:${field}`)).toEqual([
			'pipeline.viber:image',
		]);
	});

	it('refuses only the bad item of a batch', async () => {
		const answer = await post(sim.url, [
			smsItem({ id: 1 }),
			smsItem({ id: 2, sms_signature: '-' }),
			smsItem({ id: '3' }),
		]);
		expect(answer.data?.map((result) => [result.data.id, result.success])).toEqual([
			[1, true],
			[2, false],
			[3, true],
		]);
	});

	it('refuses a repeated id, or sends and bills it again', async () => {
		await post(sim.url, [smsItem()]);
		const again = await post(sim.url, [smsItem({ id: '100500' })]);
		expect(again.data?.[0]).toMatchObject({ success: false, data: { id: '100500' } });
		expect(sim.accepted.get('100500')).toBe(1);
		sim.setOptions({ duplicateIds: 'accept' });
		await post(sim.url, [smsItem()]);
		expect(sim.accepted.get('100500')).toBe(2);
		expect(sim.maxPerId).toBe(2);
	});

	it('spends money per part until there is none', async () => {
		sim.setOptions({ balance: 3 });
		const answer = await post(sim.url, [
			smsItem({ id: 1, sms_message: 'я'.repeat(71) }),
			smsItem({ id: 2 }),
		]);
		expect(answer.data?.map((result) => result.error ?? result.data.parts)).toEqual([
			2,
			'Not enough money',
		]);
		expect(sim.balance).toBe(0.6);
	});
});

describe('JSON gateway: envelope', () => {
	const refused = (error: string): Envelope => ({ success: false, error });
	const body = JSON.stringify({ auth: 'KEY', data: [smsItem()] });

	it('refuses a wrong key, a disabled API and a strange address', async () => {
		expect(await post(sim.url, [smsItem()], 'WRONG')).toEqual(refused('Access denied'));
		sim.setOptions({ apiActive: false });
		expect(await post(sim.url, [smsItem()])).toEqual(refused('Access denied'));
		sim.setOptions({ apiActive: true, allowedIps: ['10.0.0.1'] });
		expect(await post(sim.url, [smsItem()])).toEqual(refused('Access denied'));
		sim.setOptions({ allowedIps: [] });
	});

	it('refuses another content type, bad JSON, bad UTF-8 and a missing array', async () => {
		const url = `${sim.url}/api/json.php`;
		expect(await postRaw(url, body, 'text/plain')).toMatchObject({ success: false });
		expect(await postRaw(url, '{')).toMatchObject({ success: false });
		expect(await postRaw(url, Buffer.from(body.replace('Text', 'Té'), 'latin1'))).toMatchObject({
			success: false,
		});
		expect(await post(sim.url, { type: 'balance' })).toMatchObject({ success: false });
		expect(await post(sim.url, [])).toMatchObject({ success: false });
		expect(sim.acceptedTotal).toBe(0);
	});

	it('refuses the whole call for a flash call to an unsupported operator', async () => {
		const items = [smsItem(), { type: 'call/otp', id: 5, phone: 380971234503 }];
		expect(await post(sim.url, items)).toEqual(refused('Operator not supported'));
		expect(sim.acceptedTotal).toBe(0);
	});

	it('can say success as an integer', async () => {
		sim.setOptions({ envelopeSuccess: 'integer' });
		expect((await post(sim.url, [{ type: 'balance' }])).success).toBe(1);
	});
});

describe('statuses', () => {
	const statusOf = async (id: number): Promise<Record<string, unknown> | undefined> =>
		(await post(sim.url, [{ type: 'status', id }])).data?.[0]?.data;

	it('moves from ACCEPTED to the end the phone asks for', async () => {
		const ends: Array<[string, string, string]> = [
			['00', 'UNDELIVERABLE', 'sms'],
			['01', 'EXPIRED', 'sms'],
			['02', 'REJECTED', 'sms'],
			['03', 'NO ROUTE', 'sms'],
			['04', 'PARTIALLY DELIVERED', 'sms'],
			['05', 'QUEUED', 'viber'],
			['06', 'REPLIED', 'viber'],
			['07', 'REPLIED', 'viber'],
			['08', 'UNKNOWN', 'sms'],
			['10', 'DELIVERED', 'sms'],
			['67', 'DELIVERED', 'viber'],
		];
		const items = ends.map(([ending], index) => ({
			...{ type: 'viber+sms', id: index + 1, phone: Number(`3809712345${ending}`) },
			...{ ...viberFields, ...smsFields },
		}));
		await post(sim.url, items);
		await sim.idle();
		for (const [index, [, status, type]] of ends.entries())
			expect(await statusOf(index + 1)).toMatchObject({ status, type });
		expect((await statusOf(7))?.replies).toEqual([
			{ datetime: expect.any(String) as string, message: 'Please wait' },
		]);
		expect((await statusOf(8))?.replies).toMatchObject([{ media: { filename: 'invoice.pdf' } }]);
	});

	it('stays ACCEPTED until it is moved by hand in manual mode', async () => {
		sim.setOptions({ lifecycle: 'manual' });
		await post(sim.url, [{ type: 'viber+sms', ...base, ...viberFields, ...smsFields }]);
		expect(await statusOf(100500)).toMatchObject({
			id: 100500,
			type: 'viber',
			status: 'ACCEPTED',
		});
		sim.advance(100500, 'SIM FULL', { type: 'sms' });
		expect(await statusOf(100500)).toMatchObject({ type: 'sms', status: 'SIM FULL' });
		sim.reply(100500, { message: 'Yes' });
		expect(await statusOf(100500)).toMatchObject({ type: 'viber', replies: [{ message: 'Yes' }] });
	});

	it('accepts and bills a local number, and cannot deliver it', async () => {
		await post(sim.url, [smsItem({ phone: '0971234567' })]);
		await sim.idle();
		expect(await statusOf(100500)).toMatchObject({ status: 'UNDELIVERABLE' });
		expect(sim.accepted.get('100500')).toBe(1);
	});

	it('finds by gateway id and answers ids as strings when told', async () => {
		const sent = await post(sim.url, [smsItem()]);
		sim.setOptions({ stringIds: true });
		const answer = await post(sim.url, [{ type: 'status', msg_id: sent.data?.[0]?.data.msg_id }]);
		expect(answer.data?.[0]?.data).toMatchObject({
			id: '100500',
			msg_id: expect.any(String) as string,
		});
	});

	it('counts parts as GSM 03.38 and UCS-2 do', () => {
		const cases: Array<[string, number]> = [
			['x'.repeat(160), 1],
			['x'.repeat(161), 2],
			['x'.repeat(307), 3],
			['€'.repeat(80), 1],
			['€'.repeat(81), 2],
			['€'.repeat(153), 3],
			['ї'.repeat(70), 1],
			['ї'.repeat(71), 2],
			['ї'.repeat(135), 3],
			['😀'.repeat(35), 1],
			['😀'.repeat(67), 3],
		];
		for (const [text, parts] of cases) expect([text, countParts(text)]).toEqual([text, parts]);
	});
});
