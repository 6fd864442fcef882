/** AlphaSMS: every operation, with parameters that the simulator accepts. */
import type { IDataObject } from 'n8n-workflow';

import { binary } from '../../../engine/support/engine';
import { startAlphaSmsSimulator, type AlphaSmsSimulator } from '../../../simulators/alphasms';
import type { Fault } from '../../../simulators/core/faults';
import { ENCODED_MARKER, MARKER } from '../markers';
import { ownAddress } from '../ownAddress';
import type { Gateway, OperationCase, Provider } from './provider';

interface AlphaCase extends OperationCase {
	readonly parameters: IDataObject;
}

const PHONE = '={{ $json.phone }}';
const SMS = { phone: PHONE, smsSignature: 'MyShop', smsMessage: 'Your order has been shipped' };
const VIBER = { phone: PHONE, viberSignature: 'MyShop', viberType: 'text', viberMessage: 'Hello' };
const SPEECH = { phone: PHONE, message: 'Your appointment is tomorrow', voice: 'en-GB-Standard-A' };
const RECORDING = { phone: PHONE, binaryPropertyName: 'data', dtmf: true };
const WAIT = { waitAmount: 1, waitUnit: 'hours' };
const IN_A_DAY = new Date(Date.now() + 86_400_000).toISOString();
/** A message that is there from the start. */
const KNOWN_ID = 900_001;
const KNOWN_PHONE = '380971234531';

type Traits = Partial<Omit<AlphaCase, 'key' | 'parameters'>>;

function one(key: string, parameters: IDataObject, traits: Traits): AlphaCase {
	return { key, parameters, safety: 'spends', identity: [], ...traits };
}

const BY_ID: Traits = { identity: ['id', 'phone'], identifiedBy: 'id', ownId: true };
const BY_PHONE: Traits = { identity: ['phone'], identifiedBy: 'phone' };
const WAITS: Traits = { waits: true, single: true };
const READS: Traits = { safety: 'reads' };

const OPERATIONS: readonly AlphaCase[] = [
	one('message/sendSms', SMS, { ...BY_ID, batch: true }),
	one('message/sendViber', VIBER, { ...BY_ID, batch: true }),
	one(
		'message/sendRcs',
		{ phone: PHONE, rcsSignature: 'MyShop', rcsMessage: 'Hello', fallback: 'none' },
		{ ...BY_ID, batch: true },
	),
	one(
		'message/sendMultiChannel',
		{
			phone: PHONE,
			pipeline: {
				entry: [
					{ channel: 'viber', signature: 'MyShop', text: 'Hello' },
					{ channel: 'sms', signature: 'MyShop', text: 'Hello' },
				],
			},
		},
		{ ...BY_ID, batch: true },
	),
	one('message/scheduleSms', { ...SMS, askDate: IN_A_DAY }, BY_PHONE),
	one('oneTimeCode/sendTelegram', { phone: PHONE, message: '0471' }, { ...BY_ID, batch: true }),
	one('oneTimeCode/sendWhatsApp', { phone: PHONE, message: '0471' }, { ...BY_ID, batch: true }),
	one('oneTimeCode/flashCall', { phone: PHONE }, BY_ID),
	one('call/speakText', SPEECH, { ...BY_ID, batch: true }),
	one('call/playAudioFile', RECORDING, BY_PHONE),
	one('number/lookUp', { phone: PHONE }, { ...BY_ID, batch: true }),
	one(
		'apiRequest/send',
		{
			endpoint: '/api/json.php',
			items:
				'={{ [{ type: "sms", id: $json.ownId, phone: Number($json.phone), sms_signature: "MyShop", sms_message: "Hello" }] }}',
		},
		{ rows: true },
	),
	one('message/sendSmsAndWait', { ...SMS, ...WAIT }, { ...BY_ID, ...WAITS }),
	one('message/sendViberAndWait', { ...VIBER, ...WAIT }, { ...BY_ID, ...WAITS }),
	one('call/speakTextAndWait', { ...SPEECH, ...WAIT, resumeOn: 'key' }, { ...BY_ID, ...WAITS }),
	one(
		'call/playAudioFileAndWait',
		{ ...RECORDING, ...WAIT, resumeOn: 'key' },
		{ ...BY_PHONE, ...WAITS },
	),
	one('message/getStatus', { identifyBy: 'id', id: KNOWN_ID }, { ...READS, batch: true }),
	one(
		'message/getViberReplies',
		{ identifyBy: 'id', id: KNOWN_ID, splitReplies: false },
		{ ...READS, rows: true, batch: true },
	),
	one('message/getPrice', { phone: KNOWN_PHONE }, READS),
	one('account/getBalance', {}, READS),
	one('message/cancelScheduled', {}, { safety: 'idempotent', single: true, removes: true }),
];

const WAV = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'), Buffer.alloc(32)]);

/** The message that is asked for, and one that is scheduled; gives the gateway's id of the latter. */
async function prepare(sim: AlphaSmsSimulator): Promise<string> {
	const item = { type: 'sms', id: KNOWN_ID, phone: Number(KNOWN_PHONE) };
	const message = { ...item, sms_signature: 'MyShop', sms_message: 'Hi' };
	await fetch(`${sim.url}/api/json.php`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ auth: sim.apiKey, data: [message] }),
	});
	const fields = { key: sim.apiKey, version: 'http', command: 'send', from: 'MyShop' };
	const body = new URLSearchParams({
		...fields,
		to: KNOWN_PHONE,
		message: 'Later',
		ask_date: IN_A_DAY.replace(/\.\d+Z$/, '+0000'),
	});
	const answer = await fetch(`${sim.url}/api/http.php`, { method: 'POST', body });
	return /id:(\d+)/.exec(await answer.text())?.[1] ?? '';
}

function gateway(sim: AlphaSmsSimulator, scheduled: string): Gateway {
	sim.log.length = 0;
	const earlier = sim.acceptedTotal;
	const before = new Set(sim.messages());
	const messages = () => sim.messages().filter((message) => !before.has(message));
	return {
		url: sim.url,
		faults: sim.faults,
		log: sim.log,
		connections: sim.connections,
		get accepted() {
			return sim.acceptedTotal - earlier;
		},
		get maxPerKey() {
			return sim.maxPerId;
		},
		parameters(operation) {
			const [resource, name] = operation.key.split('/');
			const { parameters = {} } = OPERATIONS.find(({ key }) => key === operation.key) ?? {};
			const own = operation.key === 'message/cancelScheduled' ? { msgId: scheduled } : {};
			return { resource, operation: name, simplify: true, ...parameters, ...own };
		},
		acceptedFor({ identifiedBy }, output, input) {
			if (identifiedBy === 'phone')
				return messages().filter(({ phone }) => phone === input.phone).length;
			return sim.accepted.get(String(identifiedBy === 'id' ? output.id : input.ownId)) ?? 0;
		},
		acceptedKeys({ identifiedBy }) {
			if (identifiedBy === 'phone') return messages().map(({ phone }) => phone);
			return [...sim.accepted.keys()].filter((key) => key !== String(KNOWN_ID));
		},
		knows: ({ msg_id: id }) => id === undefined || sim.message(String(id)) !== undefined,
		close: async () => await sim.close(),
	};
}

const item = (error: string, key: string) => ({
	success: false,
	error,
	data: { id: 700_100, [key]: key },
});

function echoes(key: string): Array<[string, Fault]> {
	const json = (value: object): Fault => ({ kind: 'okWithError', body: JSON.stringify(value) });
	const refusal = (error: string) => json({ success: false, error, errors: [error] });
	const result = { success: true, [key]: key, data: { msg_id: key, [key]: 1 } };
	return [
		['an envelope error', refusal(`Bad key ${key}`)],
		['a denial', refusal(`Access denied for ${key}`)],
		['an item error', json({ success: true, data: [item(`No rights for ${key}`, key)] })],
		['a result', json({ success: true, id: key, price: key, data: [result] })],
		['text', { kind: 'okWithError', body: `errors:wrong key ${key}` }],
		['a text result', { kind: 'okWithError', body: `id:${key}\nsms_count:1\nstatus:${key}` }],
	];
}

const fields = (baseUrl: string, apiKey = MARKER) => ({
	baseUrl: 'custom',
	customBaseUrl: baseUrl,
	apiKey,
});

export const alphaSms: Provider = {
	name: 'AlphaSMS',
	node: 'alphaSms',
	credential: 'alphaSmsApi',
	fields,
	refused: (baseUrl) => fields(baseUrl, 'another-key-of-nobody'),
	credentials: (baseUrl) =>
		[MARKER, ENCODED_MARKER].map((secret) => ({
			name: `the key ${secret}`,
			fields: fields(baseUrl, secret),
			secrets: [secret],
			secret,
		})),
	remembersRefusals: false,
	async start({ repeats = 'refuse', secret = MARKER, operation, ...options } = {}) {
		const sim = await startAlphaSmsSimulator({
			apiKey: secret,
			lifecycle: 'manual',
			duplicateIds: repeats,
			host: ownAddress(),
			...options,
		});
		const spends = operation?.safety === 'spends';
		return gateway(sim, spends ? '' : await prepare(sim));
	},
	operations: OPERATIONS,
	representative: [
		'message/sendSms',
		'call/playAudioFile',
		'message/scheduleSms',
		'message/sendViberAndWait',
	],
	simple: 'message/sendSms',
	items: (count) =>
		Array.from({ length: count }, (_, index) => ({
			json: { phone: String(380_971_200_031 + index * 100), ownId: 700_100 + index },
			binary: binary('data', WAV, 'recording.wav', 'audio/wav'),
		})),
	refusal: (words) => ({ kind: 'okWithError', error: words }),
	echoes,
	ownErrorIs: 'refused',
	faults: [],
};
