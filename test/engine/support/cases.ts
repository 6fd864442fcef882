import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../../simulators/alphasms';
import { PHONE, SMS, withAudio } from './alphaSms';

export interface OperationCase {
	/** Parameters beside resource and operation. */
	parameters: IDataObject;
	items?: Array<IDataObject | INodeExecutionData>;
	/** Something that must be there before, e.g. a message to ask for. */
	arrange?: (sim: AlphaSmsSimulator) => Promise<void>;
	/** What the (first) output item looks like. */
	output: IDataObject;
	/** Path that is called. */
	path?: string;
	/** What the request item says, for the JSON gateway. */
	sent?: IDataObject;
	spends?: boolean;
	waits?: boolean;
}

const ID = 4711;
const anyNumber = expect.any(Number) as unknown as number;
const accepted = { outcome: 'accepted', phone: PHONE, id: anyNumber, msg_id: anyNumber };
const unicode = { encoding: 'GSM-7', segments: 1 };
const VIBER = { phone: PHONE, viberSignature: 'MyShop', viberType: 'text', viberMessage: 'Hello' };
const VOICE = { phone: PHONE, message: 'Hello', voice: 'uk-UA-Standard-A' };
const CODE = { phone: PHONE, message: '0471' };
const additionalFields = { id: ID };

async function sendFirst(sim: AlphaSmsSimulator, item: IDataObject): Promise<void> {
	const body = JSON.stringify({ auth: sim.apiKey, data: [item] });
	const headers = { 'content-type': 'application/json' };
	await fetch(`${sim.url}/api/json.php`, { method: 'POST', headers, body });
}

const smsItem = {
	type: 'sms',
	id: ID,
	phone: Number(PHONE),
	sms_signature: 'MyShop',
	sms_message: 'Hello',
};
const viberItem = {
	type: 'viber',
	id: ID,
	phone: Number(PHONE),
	viber_type: 'text',
	viber_signature: 'MyShop',
	viber_message: 'Hello',
};

/** Every operation of the node, by `resource.operation`. */
export const CASES: Record<string, OperationCase> = {
	'message.sendSms': {
		parameters: {
			...SMS,
			additionalFields: { ...additionalFields, smsLifetime: 7200, shortLink: true },
		},
		output: { ...accepted, ...unicode, id: ID, parts: 1 },
		sent: { ...smsItem, sms_lifetime: 7200, short_link: true },
		spends: true,
	},
	'message.sendViber': {
		parameters: {
			...VIBER,
			viberType: 'text+image+link',
			viberImage: 'https://example.com/a.png',
			viberButton: 'Open',
			viberLink: 'https://example.com',
			fallbackToSms: true,
			smsSignature: 'MyShop',
			smsMessage: 'Привіт',
			additionalFields: { viberLifetime: 60 },
		},
		output: { ...accepted, encoding: 'UCS-2', segments: 1 },
		sent: {
			type: 'viber+sms',
			viber_image: 'https://example.com/a.png',
			viber_button: 'Open',
			sms_message: 'Привіт',
		},
		spends: true,
	},
	'message.sendRcs': {
		parameters: {
			rcsSignature: 'MyShop',
			rcsMessage: 'Hello',
			fallback: 'viberThenSms',
			...VIBER,
			smsSignature: 'MyShop',
			smsMessage: 'Hello',
		},
		output: { ...accepted, ...unicode },
		sent: {
			type: 'rcs+viber+sms',
			rcs_message: 'Hello',
			viber_message: 'Hello',
			sms_message: 'Hello',
		},
		spends: true,
	},
	'message.sendMultiChannel': {
		parameters: {
			phone: PHONE,
			pipeline: {
				entry: [
					{ channel: 'telegram', code: '0471' },
					{ channel: 'viber', signature: 'MyShop', text: 'Hello' },
					{ channel: 'voice', text: 'Hello', voice: 'uk-UA-Standard-A' },
					{
						channel: 'sms',
						signature: 'MyShop',
						text: 'Hello',
						smsSignature: 'MyShop',
						smsMessage: 'Hello',
					},
				],
			},
		},
		output: accepted,
		sent: {
			type: 'pipeline',
			pipeline: ['telegram', 'viber', 'voice', 'sms'],
			telegram: { message: '0471' },
			viber: { type: 'text', signature: 'MyShop', message: 'Hello' },
			sms: { signature: 'MyShop', message: 'Hello' },
		},
		spends: true,
	},
	'message.scheduleSms': {
		parameters: { ...SMS, askDate: '={{ $now.plus({ days: 1 }) }}' },
		output: {
			phone: PHONE,
			...unicode,
			msg_id: anyNumber,
			parts: 1,
			outcome: 'accepted',
			sendAt: expect.stringMatching(/T.*[+]0[23]:00$/) as unknown as string,
		},
		path: '/api/http.php',
		spends: true,
	},
	'message.cancelScheduled': {
		parameters: { msgId: '={{ $json.msgId }}' },
		output: { deleted: true, status: 'Deleted' },
		path: '/api/http.php',
	},
	'message.getPrice': {
		parameters: { phone: PHONE },
		output: { phone: PHONE, price: anyNumber, currency: 'UAH' },
		path: '/api/http.php',
	},
	'message.getStatus': {
		arrange: async (sim) => {
			await sendFirst(sim, smsItem);
			sim.advance(ID, 'DELIVERED');
		},
		parameters: { identifyBy: 'id', id: ID },
		output: { id: ID, type: 'sms', status: 'DELIVERED', state: 'delivered', isFinal: true },
		sent: { type: 'status', id: ID },
	},
	'message.getViberReplies': {
		arrange: async (sim) => {
			await sendFirst(sim, viberItem);
			sim.advance(ID, 'DELIVERED');
			sim.reply(ID, { message: 'Так' });
		},
		parameters: { identifyBy: 'id', id: ID },
		output: { id: ID, message: 'Так', datetime: expect.any(String) as unknown as string },
		sent: { type: 'status', id: ID },
	},
	'oneTimeCode.sendTelegram': {
		parameters: { ...CODE, additionalFields: { telegramLifetime: 60 } },
		output: accepted,
		sent: { type: 'telegram', message: '0471', telegram_lifetime: 60 },
		spends: true,
	},
	'oneTimeCode.sendWhatsApp': {
		parameters: CODE,
		output: accepted,
		sent: { type: 'whatsapp', message: '0471' },
		spends: true,
	},
	'oneTimeCode.flashCall': {
		parameters: { phone: PHONE },
		output: {
			outcome: 'accepted',
			phone: PHONE,
			code: expect.stringMatching(/^\d{4}$/) as unknown as string,
			price: anyNumber,
		},
		sent: { type: 'call/otp' },
		spends: true,
	},
	'call.speakText': {
		parameters: { ...VOICE, dtmf: true },
		output: accepted,
		sent: {
			type: 'voice',
			message: 'Hello',
			dtmf: true,
			voice: { gender: 'female', language: 'uk-UA', name: 'uk-UA-Standard-A' },
		},
		spends: true,
	},
	'call.playAudioFile': {
		items: [withAudio()],
		parameters: { phone: PHONE, binaryPropertyName: 'data', dtmf: true },
		output: { outcome: 'accepted', phone: PHONE, id: anyNumber, price: anyNumber },
		path: '/api/voice.php',
		spends: true,
	},
	'number.lookUp': {
		parameters: { phone: PHONE },
		output: { outcome: 'accepted', status: 'DELIVERED', isAlive: true, mccmnc: anyNumber },
		sent: { type: 'hlr' },
		spends: true,
	},
	'account.getBalance': {
		parameters: {},
		output: { amount: anyNumber, currency: 'UAH' },
		sent: { type: 'balance' },
	},
	'apiRequest.send': {
		parameters: { endpoint: '/api/json.php', items: JSON.stringify([smsItem]) },
		output: { success: true, data: expect.objectContaining({ id: ID }) as unknown as IDataObject },
		sent: smsItem,
		spends: true,
	},
	'message.sendSmsAndWait': {
		parameters: { ...SMS, waitAmount: 2, waitUnit: 'hours' },
		output: { ...accepted, ...unicode },
		sent: { type: 'sms' },
		spends: true,
		waits: true,
	},
	'message.sendViberAndWait': {
		parameters: { ...VIBER, waitAmount: 2, waitUnit: 'hours' },
		output: accepted,
		sent: { type: 'viber' },
		spends: true,
		waits: true,
	},
	'call.speakTextAndWait': {
		parameters: { ...VOICE, waitAmount: 2, waitUnit: 'hours' },
		output: accepted,
		sent: { type: 'voice', dtmf: true },
		spends: true,
		waits: true,
	},
	'call.playAudioFileAndWait': {
		items: [withAudio()],
		parameters: { phone: PHONE, binaryPropertyName: 'data', waitAmount: 2, waitUnit: 'hours' },
		output: { outcome: 'accepted', phone: PHONE, id: anyNumber },
		path: '/api/voice.php',
		spends: true,
		waits: true,
	},
};

/** Cases that need a message from before get its gateway id through the item. */
export async function itemsOf(name: string, test: OperationCase, sim: AlphaSmsSimulator) {
	await test.arrange?.(sim);
	if (name !== 'message.cancelScheduled') return test.items;
	const body = new URLSearchParams({
		key: sim.apiKey,
		version: 'http',
		command: 'send',
		from: 'MyShop',
		to: PHONE,
		message: 'Later',
		ask_date: new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, '+0000'),
	});
	const answer = await (await fetch(`${sim.url}/api/http.php`, { method: 'POST', body })).text();
	return [{ msgId: /id:(\d+)/.exec(answer)?.[1] }];
}
