import type { IDataObject } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import { unusedPort } from '../unit/support/server';
import {
	expectNoLeak,
	pairedItems,
	PHONE,
	recipients,
	runAlphaSms,
	sentItems,
	SMS,
	SMS_FROM_ITEM,
	startGateway,
	withAudio,
} from './support/alphaSms';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const operation = 'message.sendSms';
const requests = () => Object.values(sim.requests).reduce((sum, count) => sum + count, 0);

describe('Maximum Sends per Run', () => {
	it('stops before the first send', async () => {
		const parameters = { ...SMS_FROM_ITEM, options: { maxSends: 4 } };
		const { error } = await runAlphaSms(sim, { operation, parameters, items: recipients(5) });
		expect(error?.message).toMatch(
			/^5 items would be sent, but "Maximum Sends per Run" is 4; nothing was sent/,
		);
		expect(requests()).toBe(0);
	});

	it.each([
		['at the limit', {}, 5],
		['with Dry Run, which sends nothing', { dryRun: true }, 2],
	])('lets through %s', async (_, more, maxSends) => {
		const parameters = { ...SMS_FROM_ITEM, ...more, options: { maxSends } };
		const { json, error } = await runAlphaSms(sim, { operation, parameters, items: recipients(5) });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(5);
	});
});

describe('Message ID', () => {
	it('is refused when it is used twice, before anything is sent', async () => {
		const items = [{ id: 7 }, { id: 8 }, { id: '7' }];
		const parameters = { ...SMS, additionalFields: { id: '={{ $json.id }}' } };
		for (const onError of [undefined, 'continueRegularOutput'] as const) {
			const { error } = await runAlphaSms(sim, { operation, parameters, items, onError });
			expect(error?.message).toMatch(/"Message ID" 7 is used twice, by items 0 and 2/);
		}
		expect(requests()).toBe(0);
	});

	it('is made for every item when it is empty', async () => {
		const { json } = await runAlphaSms(sim, { operation, parameters: SMS, items: [{}, {}, {}] });
		expect(new Set(json.map(({ id }) => id)).size).toBe(3);
	});

	it('may be asked for twice, since asking is free', async () => {
		const items = [{ id: 7 }, { id: 7 }];
		await runAlphaSms(sim, { operation, parameters: { ...SMS, additionalFields: { id: 7 } } });
		const parameters = { identifyBy: 'id', id: '={{ $json.id }}' };
		const { json, error } = await runAlphaSms(sim, {
			operation: 'message.getStatus',
			parameters,
			items,
		});
		expect(error).toBeUndefined();
		expect(json.map(({ id, state }) => [id, state])).toEqual([
			[7, 'pending'],
			[7, 'pending'],
		]);
	});
});

describe('a refused key', () => {
	it.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'stops the run after one request, on error: %s',
		async (onError) => {
			const result = await runAlphaSms(sim, {
				operation,
				parameters: { ...SMS_FROM_ITEM, options: { batchSize: 1, concurrency: 1 } },
				items: recipients(20),
				credential: { apiKey: 'wrong-key-123' },
				onError,
			});
			expect(requests()).toBe(1);
			expect(result.error?.message).toMatch(/^AlphaSMS refused the request: Access denied/);
			expect(result.error?.description).toMatch(/Check the API key/);
			expect(result.error?.failure).toMatchObject({ cause: 'credential-invalid' });
			expect(JSON.stringify(result.run)).not.toContain('wrong-key-123');
		},
	);

	it('stops concurrent requests within one round', async () => {
		const parameters = { ...SMS_FROM_ITEM, options: { batchSize: 1, concurrency: 5 } };
		const credential = { apiKey: 'wrong-key-123' };
		await runAlphaSms(sim, { operation, parameters, items: recipients(50), credential });
		expect(requests()).toBeLessThanOrEqual(5);
	});
});

describe('cancelling', () => {
	it.each<[string, Parameters<AlphaSmsSimulator['faults']['add']>[0]]>([
		['while an answer is missing', { kind: 'stallHeaders', times: 'always' }],
		['within an answer', { kind: 'stallBody', times: 'always' }],
		['while it waits to repeat', { kind: 'status', status: 429, retryAfter: 30, times: 'always' }],
	])('stops within a second %s', async (_, fault) => {
		sim.faults.add(fault);
		const parameters = { ...SMS_FROM_ITEM, options: { batchSize: 1 } };
		const { durationMs, json } = await runAlphaSms(sim, {
			operation,
			parameters,
			items: recipients(30),
			cancelAfterMs: 300,
		});
		expect(durationMs).toBeLessThan(1300);
		expect(json).toEqual([]);
		expect(requests()).toBeLessThanOrEqual(5);
	});
});

describe('an address where nobody is', () => {
	it('is a failure that surely sent nothing', async () => {
		const customBaseUrl = `http://127.0.0.1:${await unusedPort()}`;
		const { json } = await runAlphaSms(sim, {
			operation,
			parameters: SMS,
			credential: { customBaseUrl },
			onError: 'continueRegularOutput',
		});
		expect(json[0]).toMatchObject({ outcome: 'not_sent' });
		expect(json[0]?.error).toMatch(/could not be reached at .* the connection was refused/);
	});
});

describe('parameters as agents and expressions give them', () => {
	it.each<[string, string, IDataObject, IDataObject]>([
		[
			'numbers as text',
			operation,
			{ ...SMS, additionalFields: { id: '77', smsLifetime: '7200' } },
			{ id: 77, sms_lifetime: 7200 },
		],
		[
			'text as numbers',
			operation,
			{ ...SMS, phone: Number(PHONE), smsMessage: 4711 },
			{ phone: Number(PHONE), sms_message: '4711' },
		],
		[
			'switches as text',
			operation,
			{ ...SMS, additionalFields: { shortLink: 'true', unsubscribeLink: 'false' } },
			{ short_link: true, unsubscribe_link: false },
		],
		[
			'a switch that shows more fields, as text',
			'message.sendViber',
			{
				phone: PHONE,
				viberSignature: 'MyShop',
				viberType: 'text',
				viberMessage: 'Hi',
				fallbackToSms: '={{ "true" }}',
				smsSignature: 'MyShop',
				smsMessage: 'Hi',
			},
			{ type: 'viber+sms', sms_message: 'Hi' },
		],
		[
			'options as text',
			operation,
			{ ...SMS, options: { timeout: '5', batchSize: '1', concurrency: '2' } },
			{ type: 'sms' },
		],
		[
			'a national number with default country',
			operation,
			{ ...SMS, phone: '097 123-45-67', options: { defaultCountry: 380 } },
			{ phone: Number(PHONE) },
		],
	])('are understood: %s', async (_, name, parameters, sent) => {
		const { error } = await runAlphaSms(sim, { operation: name, parameters });
		expect(error).toBeUndefined();
		expect(sentItems(sim)[0]).toMatchObject(sent);
		expect(sim.violations).toEqual([]);
	});
});

describe('files', () => {
	const playAudio = 'call.playAudioFile';
	const parameters = { phone: PHONE, binaryPropertyName: 'data' };

	it.each([
		[
			'no file',
			{},
			/"Input Data Field Name" names "data", but this item has no binary data.*\[item 0\]/,
		],
		[
			'no WAV',
			withAudio({}, Buffer.from('<html>not a wav file</html>')),
			/hello.wav is not a WAV file \[item 0\]/,
		],
		[
			'too large',
			withAudio({}, Buffer.concat([Buffer.from('RIFF1234WAVE'), Buffer.alloc(5 * 1024 * 1024)])),
			/larger than 5 MB \[item 0\]/,
		],
	])('are refused before anything is sent: %s', async (_, item, message) => {
		const { error } = await runAlphaSms(sim, { operation: playAudio, parameters, items: [item] });
		expect(error?.message).toMatch(message);
		expect(requests()).toBe(0);
	});

	it('fail alone', async () => {
		const { outputs, json } = await runAlphaSms(sim, {
			operation: playAudio,
			parameters,
			items: [withAudio(), {}, withAudio()],
			onError: 'continueRegularOutput',
		});
		expect(json.map(({ outcome }) => outcome)).toEqual(['accepted', 'not_sent', 'accepted']);
		expect(pairedItems(outputs[0])).toEqual([0, 1, 2]);
	});
});

describe('API Request', () => {
	const apiRequest = 'apiRequest.send';
	it.each<[string, unknown, RegExp]>([
		['an empty list', '[]', /"Items" is an empty list \[item 0\]/],
		['an item without type', '[{"id":1}]', /"Items" 1 is not an object with a text "type"/],
		['broken JSON', '[{', /"Items" is not valid JSON/],
		['a number', '5', /"Items" must be a JSON object or list/],
	])('refuses %s', async (_, items, message) => {
		const { error } = await runAlphaSms(sim, {
			operation: apiRequest,
			parameters: { items } as IDataObject,
		});
		expect(error?.message).toMatch(message);
		expect(requests()).toBe(0);
	});

	it('repeats what only reads, and not what may be charged', async () => {
		sim.faults.add({ kind: 'status', status: 503 });
		const balance = { items: '={{ { type: "balance" } }}' };
		const { json } = await runAlphaSms(sim, { operation: apiRequest, parameters: balance });
		expect(json[0]).toMatchObject({ data: { currency: 'UAH' } });
		sim.reset();
		sim.faults.add({ kind: 'status', status: 503 });
		const lookUp = { items: `[{"type":"hlr","id":1,"phone":${PHONE}}]` };
		const { error } = await runAlphaSms(sim, { operation: apiRequest, parameters: lookUp });
		expect(error?.message).toMatch(/HTTP 503/);
		expect(requests()).toBe(1);
	});

	it('reaches the asynchronous intake', async () => {
		const item = {
			type: 'sms',
			id: 5,
			phone: Number(PHONE),
			sms_signature: 'MyShop',
			sms_message: 'x',
		};
		const parameters = { endpoint: '/v1/json', items: JSON.stringify(item) };
		const result = await runAlphaSms(sim, { operation: apiRequest, parameters });
		expect(result.json[0]).toMatchObject({ request_id: expect.any(String) });
		expectNoLeak(sim, result);
	});
});
