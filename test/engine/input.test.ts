import type { IDataObject } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import {
	expectNoLeak,
	MARKER_KEY,
	pairedItems,
	PHONE,
	runAlphaSms,
	sentItems,
	SMS,
	startGateway,
} from './support/alphaSms';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const operation = 'message.sendSms';
const VIBER = { phone: PHONE, viberSignature: 'MyShop', viberType: 'text', viberMessage: 'Hi' };

describe('credential', () => {
	it.each([
		['a trailing slash', (url: string) => `${url}/`],
		['the path of the API', (url: string) => `${url}/api/json.php`],
		['the folder of the API', (url: string) => `${url}/api/`],
		['blanks around', (url: string) => ` ${url} `],
	])('takes a base URL with %s', async (_, change) => {
		const credential = { customBaseUrl: change(sim.url), apiKey: ` ${MARKER_KEY}\n` };
		const { json, error } = await runAlphaSms(sim, { operation: 'account.getBalance', credential });
		expect(error).toBeUndefined();
		expect(json[0]).toHaveProperty('currency', 'UAH');
	});

	it.each<[string, IDataObject, RegExp]>([
		['no key', { apiKey: '' }, /credential has no API key/],
		[
			'a key with blanks',
			{ apiKey: 'marker key f00dfeed' },
			/API key of the AlphaSMS credential holds blanks/,
		],
		[
			'no address',
			{ customBaseUrl: 'alphasms' },
			/base URL of the AlphaSMS credential is not a web address: "alphasms"/,
		],
		['a wrong key', { apiKey: 'wrong-key-123' }, /Access denied/],
	])('refuses %s', async (_, credential, message) => {
		const result = await runAlphaSms(sim, {
			operation,
			parameters: SMS,
			credential: credential as Record<string, string>,
		});
		expect(result.error?.message).toMatch(message);
		expect(JSON.stringify(result.run)).not.toContain(String(credential.apiKey || 'none at all'));
		expect(sim.acceptedTotal).toBe(0);
	});
});

describe('a bad value', () => {
	const bad: Array<[string, string, IDataObject, string | RegExp]> = [
		[
			'letters in the phone',
			operation,
			{ ...SMS, phone: '38097ABC4567' },
			/^"To" needs 11 to 15 digits.*holds other characters/,
		],
		[
			'a phone that is too short',
			operation,
			{ ...SMS, phone: '12345' },
			/^"To" needs 11 to 15 digits.*has 5/,
		],
		[
			'a number that lost its digits',
			operation,
			{ ...SMS, phone: '3.80971E+11' },
			/^"To" is in scientific notation/,
		],
		[
			'a national number',
			operation,
			{ ...SMS, phone: '0971234567' },
			/^"To" begins with 0, so it is a national number/,
		],
		['no phone', operation, { ...SMS, phone: '={{ "" }}' }, '"To" is empty'],
		[
			'a phone that is an object',
			operation,
			{ ...SMS, phone: '={{ { a: 1 } }}' },
			'"To" must be a phone number, not an object',
		],
		[
			'a phone that is a list',
			operation,
			{ ...SMS, phone: '={{ ["380971234567"] }}' },
			'"To" must be a phone number, not a list',
		],
		['an empty message', operation, { ...SMS, smsMessage: '={{ "" }}' }, '"Message" is empty'],
		['a blank message', operation, { ...SMS, smsMessage: ' \n ' }, '"Message" is empty'],
		[
			'a message of emoji only',
			operation,
			{ ...SMS, smsMessage: '😀👍' },
			'"Message" holds only emoji',
		],
		[
			'a message that is an object',
			operation,
			{ ...SMS, smsMessage: '={{ { a: 1 } }}' },
			'"Message" must be text, not an object',
		],
		[
			'a sender that is too long',
			operation,
			{ ...SMS, smsSignature: 'MuchTooLongName' },
			/^"Sender Name" needs 3 to 11 Latin letters/,
		],
		[
			'a Cyrillic sender',
			operation,
			{ ...SMS, smsSignature: 'Магазин' },
			/^"Sender Name" needs 3 to 11 Latin letters/,
		],
		[
			'a sender of digits',
			operation,
			{ ...SMS, smsSignature: '0971234567' },
			/^"Sender Name" needs 3 to 11 Latin letters.* at least one letter/,
		],
		[
			'a sender with a blank',
			operation,
			{ ...SMS, smsSignature: 'My Shop' },
			/^"Sender Name" needs 3 to 11 Latin letters/,
		],
		[
			'a sender of dots and dashes',
			operation,
			{ ...SMS, smsSignature: '._-' },
			/^"Sender Name" .*at least one letter/,
		],
		[
			'two numbers',
			operation,
			{ ...SMS, phone: '380971234567/380971234568' },
			/^"To" .*"380971234567\/380971234568" holds other characters/,
		],
		[
			'a switch whose expression gives nothing',
			operation,
			{ ...SMS, dryRun: '={{ $json.nothing }}' },
			'"Dry Run" is empty: its expression gave nothing',
		],
		[
			'a switch whose expression gives null',
			operation,
			{ ...SMS, dryRun: '={{ null }}' },
			'"Dry Run" is empty: its expression gave nothing',
		],
		[
			'a choice whose expression gives nothing',
			'call.speakTextAndWait',
			{
				phone: PHONE,
				message: 'Hi',
				voice: 'uk-UA-Standard-A',
				resumeOn: '={{ $json.nothing }}',
			},
			'"Go On When" is empty: its expression gave nothing',
		],
		[
			'an endpoint whose expression gives an empty text',
			'apiRequest.send',
			{ endpoint: '={{ "" }}', items: '[{"type":"balance"}]' },
			'"Endpoint" is empty: its expression gave nothing',
		],
		[
			'a lifetime that is too short',
			operation,
			{ ...SMS, additionalFields: { smsLifetime: 3599 } },
			'"SMS Lifetime (Seconds)" must be from 3600 to 259200, this is 3599',
		],
		[
			'a lifetime that is too long',
			operation,
			{ ...SMS, additionalFields: { smsLifetime: 259_201 } },
			'"SMS Lifetime (Seconds)" must be from 3600 to 259200, this is 259201',
		],
		[
			'an ID that is no number',
			operation,
			{ ...SMS, additionalFields: { id: 'abc' } },
			'"Message ID" must be a whole number, not a string',
		],
		[
			'an ID of zero',
			operation,
			{ ...SMS, additionalFields: { id: 0 } },
			'"Message ID" must be 1 or more, this is 0',
		],
		[
			'a callback that is no address',
			operation,
			{ ...SMS, additionalFields: { hook: 'example.com' } },
			'"Status Callback URL" must be a web address',
		],
		[
			'a Viber text that is too long',
			'message.sendViber',
			{ ...VIBER, viberMessage: 'a'.repeat(1001) },
			'"Viber Text" may have at most 1000 characters, this has 1001',
		],
		[
			'a Viber button that is too long',
			'message.sendViber',
			{ ...VIBER, viberType: 'text+link', viberButton: 'a'.repeat(20), viberLink: 'https://a.b' },
			'"Button Caption" may have at most 19 characters, this has 20',
		],
		[
			'a Viber lifetime that is too short',
			'message.sendViber',
			{ ...VIBER, additionalFields: { viberLifetime: 59 } },
			'"Viber Lifetime (Seconds)" must be 60 or more, this is 59',
		],
		[
			'a code of letters',
			'oneTimeCode.sendTelegram',
			{ phone: PHONE, message: 'abcd' },
			'"Code" needs 4 to 8 digits and nothing else',
		],
		[
			'a code that is too short',
			'oneTimeCode.sendWhatsApp',
			{ phone: PHONE, message: '123' },
			'"Code" needs 4 to 8 digits and nothing else',
		],
		[
			'a date in the past',
			'message.scheduleSms',
			{ ...SMS, askDate: '2020-01-01T00:00:00' },
			/^"Send At" must be at least a minute ahead, this is 2020-01-01T00:00:00\+02:00/,
		],
		[
			'a date that is none',
			'message.scheduleSms',
			{ ...SMS, askDate: 'tomorrow' },
			'"Send At" must be a date and time',
		],
		[
			'no channel',
			'message.sendMultiChannel',
			{ phone: PHONE, pipeline: {} },
			'"Channels" has no entry',
		],
		[
			'a voice without name',
			'call.speakText',
			{
				phone: PHONE,
				message: 'Hi',
				voice: 'custom',
				voiceName: '={{ null }}',
				voiceLanguage: 'uk-UA',
			},
			'"Voice Name" is empty',
		],
	];

	it.each(bad)(
		'is refused by name and item before anything is sent: %s',
		async (_, name, parameters, message) => {
			const result = await runAlphaSms(sim, { operation: name, parameters });
			expect(result.error?.message).toMatch(message);
			expect(result.error?.message).toMatch(/ \[item 0\]$/);
			expect(Object.keys(sim.requests)).toEqual([]);
			expectNoLeak(sim, result);
		},
	);

	it('is a Dry Run that one item does not decide, and fails that item alone', async () => {
		const items = [{ dry: false }, {}, { dry: 'false' }];
		const parameters = { ...SMS, dryRun: '={{ $json.dry }}' };
		const options = { operation, parameters, items, onError: 'continueRegularOutput' as const };
		const { json } = await runAlphaSms(sim, options);
		expect(json.map(({ outcome }) => outcome)).toEqual(['accepted', 'not_sent', 'accepted']);
		expect(json[1]?.error).toBe('"Dry Run" is empty: its expression gave nothing [item 1]');
		expect(sim.acceptedTotal).toBe(2);
	});

	it('fails its item alone, and the error names that item', async () => {
		const items = [{ to: PHONE }, { to: 'Mum' }, { to: 380971234568 }];
		const parameters = { ...SMS, phone: '={{ $json.to }}' };
		const options = { operation, parameters, items, onError: 'continueRegularOutput' as const };
		const { json, outputs } = await runAlphaSms(sim, options);
		expect(json.map(({ outcome }) => outcome)).toEqual(['accepted', 'not_sent', 'accepted']);
		expect(json[1]?.error).toMatch(/^"To" needs 11 to 15 digits.* \[item 1\]$/);
		expect(pairedItems(outputs[0])).toEqual([0, 1, 2]);
		expect(sentItems(sim).map(({ phone }) => phone)).toEqual([380971234567, 380971234568]);
	});

	it('stops everything without Continue On Fail, also the items before it', async () => {
		const items = [{ to: PHONE }, { to: 'Mum' }];
		const parameters = { ...SMS, phone: '={{ $json.to }}' };
		const { error } = await runAlphaSms(sim, { operation, parameters, items });
		expect(error?.message).toMatch(/\[item 1\]$/);
		expect(sim.acceptedTotal).toBe(0);
	});
});

describe('Default Country Code', () => {
	const items = [
		{ to: '097 123-45-67', country: '380' },
		{ to: '0151 12345678', country: '+49' },
		{ to: '+44 (0)20 7946 0958', country: 380 },
		{ to: '0971234568', country: '' },
	];
	const phones = [380971234567, 4915112345678, 442079460958];

	it('may differ by item, when an expression gives it', async () => {
		const options = { defaultCountry: '={{ $json.country }}' };
		const parameters = { ...SMS, phone: '={{ $json.to }}', options };
		const onError = 'continueRegularOutput';
		const { json } = await runAlphaSms(sim, { operation, parameters, items, onError });
		expect(json.map(({ outcome }) => outcome)).toEqual([
			'accepted',
			'accepted',
			'accepted',
			'not_sent',
		]);
		expect(json[3]?.error).toMatch(/^"To" begins with 0, so it is a national number.*\[item 3\]$/);
		expect(sentItems(sim).map(({ phone }) => phone)).toEqual(phones);
	});

	it('that cannot be used fails its item alone', async () => {
		const parameters = {
			...SMS,
			phone: '={{ $json.to }}',
			options: { defaultCountry: '={{ $json.country }}' },
		};
		const list = [items[0], { to: '0971234568', country: 'UA' }] as IDataObject[];
		const onError = 'continueRegularOutput';
		const { json } = await runAlphaSms(sim, { operation, parameters, items: list, onError });
		expect(json.map(({ outcome }) => outcome)).toEqual(['accepted', 'not_sent']);
		expect(json[1]?.error).toBe('"Default Country Code" must be a calling code, e.g. 380 [item 1]');
	});

	it('is one for all items when it is fixed', async () => {
		const parameters = { ...SMS, phone: '={{ $json.to }}', options: { defaultCountry: '380' } };
		const list = [{ to: '0971234567' }, { to: '0971234568' }, { to: '+4915112345678' }];
		const { error } = await runAlphaSms(sim, { operation, parameters, items: list });
		expect(error).toBeUndefined();
		expect(sentItems(sim).map(({ phone }) => phone)).toEqual([
			380971234567, 380971234568, 4915112345678,
		]);
	});
});
