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
import { failureOnHost } from './support/host';

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
		expect(error?.message).toBe(
			'5 messages, calls or look-ups would be sent, but "Maximum Sends per Run" is 4; nothing was sent',
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
		const { error } = await runAlphaSms(sim, { operation, parameters, items });
		expect(error?.message).toBe('"Message ID" 7 is used twice, by items 0 and 2 [item 2]');
		expect(requests()).toBe(0);
	});

	it('fails only the later item that has it when the run continues', async () => {
		const items = [{ id: 7 }, { id: 8 }, { id: '7' }, { id: 7 }];
		const parameters = { ...SMS, additionalFields: { id: '={{ $json.id }}' } };
		const onError = 'continueRegularOutput';
		const { json, outputs } = await runAlphaSms(sim, { operation, parameters, items, onError });
		expect(json.map(({ outcome }) => outcome)).toEqual([
			'accepted',
			'accepted',
			'not_sent',
			'not_sent',
		]);
		expect(json[2]?.error).toBe('"Message ID" 7 is used twice, by items 0 and 2 [item 2]');
		expect(json[3]?.error).toBe('"Message ID" 7 is used twice, by items 0 and 3 [item 3]');
		expect(pairedItems(outputs[0])).toEqual([0, 1, 2, 3]);
		expect([...sim.accepted]).toEqual([
			['7', 1],
			['8', 1],
		]);
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
	it.each([1, 5, 50])('stops the run after one request, %i at once', async (concurrency) => {
		const result = await runAlphaSms(sim, {
			operation,
			parameters: { ...SMS_FROM_ITEM, options: { batchSize: 1, concurrency } },
			items: recipients(50),
			credential: { apiKey: 'wrong-key-123' },
		});
		expect(requests()).toBe(1);
		expect(result.error?.message).toMatch(/^AlphaSMS refused the request: Access denied/);
		expect(result.error?.description).toMatch(/Check the API key/);
		expect(result.error?.failure).toEqual(failureOnHost('credential-invalid'));
		expect(JSON.stringify(result.run)).not.toContain('wrong-key-123');
	});

	it('is one for the whole request: rights that one item lacks stop nothing', async () => {
		const results = [
			{ success: false, error: 'Access denied', data: { id: 1 } },
			{ success: true, error: '', data: { id: 2, msg_id: 5 } },
		];
		sim.faults.add({ kind: 'okWithError', body: JSON.stringify({ success: true, data: results }) });
		const parameters = {
			...SMS,
			additionalFields: { id: '={{ $json.id }}' },
			options: { batchSize: 2, concurrency: 1 },
		};
		const { json } = await runAlphaSms(sim, {
			operation,
			parameters,
			items: [{ id: 1 }, { id: 2 }, { id: 3 }],
			onError: 'continueRegularOutput',
		});
		expect(json.map(({ id, outcome }) => [id, outcome])).toEqual([
			[1, 'refused'],
			[2, 'accepted'],
			[3, 'accepted'],
		]);
		expect(requests()).toBe(2);
	});

	it('does not lose what was accepted in the same answer', async () => {
		const results = [
			{ success: true, data: { id: 1, msg_id: 5 } },
			{ success: false, error: 'Access denied', data: { id: 2 } },
		];
		const body = JSON.stringify({ success: false, error: 'Access denied', data: results });
		sim.faults.add({ kind: 'okWithError', body });
		const parameters = { ...SMS, additionalFields: { id: '={{ $json.id }}' } };
		const items = [{ id: 1 }, { id: 2 }];
		const onError = 'continueRegularOutput';
		const { json } = await runAlphaSms(sim, { operation, parameters, items, onError });
		expect(json).toEqual([
			expect.objectContaining({ id: 1, msg_id: 5, outcome: 'accepted' }),
			expect.objectContaining({ id: 2, outcome: 'refused' }),
		]);
	});
});

describe('cancelling', () => {
	it.each<[string, Parameters<AlphaSmsSimulator['faults']['add']>[0]]>([
		['while an answer is missing', { kind: 'stallHeaders', times: 'always' }],
		['within an answer', { kind: 'stallBody', times: 'always' }],
		['while it waits to repeat', { kind: 'status', status: 429, retryAfter: 30, times: 'always' }],
	])('stops at once %s', async (_, fault) => {
		sim.faults.add(fault);
		const parameters = { ...SMS_FROM_ITEM, options: { batchSize: 1 } };
		const { afterCancelMs, json } = await runAlphaSms(sim, {
			operation,
			parameters,
			items: recipients(30),
			cancelWhen: () => sim.faults.log.length > 0,
		});
		// A second as a rule; without a cancel it would be 30.
		expect(afterCancelMs).toBeLessThan(15_000);
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

	it('are all checked before the first call', async () => {
		const items = [withAudio(), withAudio(), withAudio({}, Buffer.from('no WAV'))];
		const { error, json } = await runAlphaSms(sim, { operation: playAudio, parameters, items });
		expect(error?.message).toMatch(/hello.wav is not a WAV file \[item 2\]$/);
		expect([json, requests()]).toEqual([[], 0]);
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

	it.each([
		['two messages', 1, true],
		['two messages', 2, false],
	])('counts what may be charged for Maximum Sends: %s, limit %i', async (_, maxSends, stops) => {
		const message = {
			type: 'sms',
			phone: Number(PHONE),
			sms_signature: 'MyShop',
			sms_message: 'x',
		};
		const list = [
			{ type: 'balance' },
			{ ...message, id: 1 },
			{ type: 'status', id: 1 },
			{ ...message, id: 2 },
			{ type: 'balance' },
		];
		const parameters = { items: JSON.stringify(list), options: { maxSends } };
		const { error } = await runAlphaSms(sim, { operation: apiRequest, parameters });
		expect(error?.message).toBe(
			stops
				? '2 messages, calls or look-ups would be sent, but "Maximum Sends per Run" is 1; nothing was sent'
				: undefined,
		);
		expect([requests(), sim.acceptedTotal]).toEqual(stops ? [0, 0] : [1, 2]);
	});

	it('counts nothing that only asks', async () => {
		const items = Array.from({ length: 5 }, () => ({}));
		const parameters = { items: '[{"type":"balance"}]', options: { maxSends: 1 } };
		const { error, json } = await runAlphaSms(sim, { operation: apiRequest, parameters, items });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(5);
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
