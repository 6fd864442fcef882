/** The operations of the AlphaSMS node that spend money, and parameters with which the simulator accepts them. */
import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { binary } from '../../engine/support/engine';
import { builtNodes } from '../../structure/support/built';

/** By what a person finds a sent item again, and so does the test. */
export type Identity = 'id' | 'phone' | 'ownItem';

export interface SpendingOperation {
	/** `resource/operation`. */
	readonly key: string;
	readonly parameters: IDataObject;
	readonly identity: Identity;
	/** Whether several items travel in one request. */
	readonly batch: boolean;
	/** Whether a retried item keeps its own id. */
	readonly waits: boolean;
}

const PHONE = '={{ $json.phone }}';
const SMS = { phone: PHONE, smsSignature: 'MyShop', smsMessage: 'Your order has been shipped' };
const VIBER = { phone: PHONE, viberSignature: 'MyShop', viberType: 'text', viberMessage: 'Hello' };
const SPEECH = { phone: PHONE, message: 'Your appointment is tomorrow', voice: 'en-GB-Standard-A' };
const RECORDING = { phone: PHONE, binaryPropertyName: 'data', dtmf: true };
const WAIT = { waitAmount: 1, waitUnit: 'hours' };
const IN_A_DAY = new Date(Date.now() + 86_400_000).toISOString();

type Row = [key: string, identity: Identity, batch: boolean, parameters: IDataObject];

const ROWS: readonly Row[] = [
	['message/sendSms', 'id', true, SMS],
	['message/sendViber', 'id', true, VIBER],
	[
		'message/sendRcs',
		'id',
		true,
		{ phone: PHONE, rcsSignature: 'MyShop', rcsMessage: 'Hello', fallback: 'none' },
	],
	[
		'message/sendMultiChannel',
		'id',
		true,
		{
			phone: PHONE,
			pipeline: {
				entry: [
					{ channel: 'viber', signature: 'MyShop', text: 'Hello' },
					{ channel: 'sms', signature: 'MyShop', text: 'Hello' },
				],
			},
		},
	],
	['message/scheduleSms', 'phone', false, { ...SMS, askDate: IN_A_DAY }],
	['oneTimeCode/sendTelegram', 'id', true, { phone: PHONE, message: '0471' }],
	['oneTimeCode/sendWhatsApp', 'id', true, { phone: PHONE, message: '0471' }],
	['oneTimeCode/flashCall', 'id', false, { phone: PHONE }],
	['call/speakText', 'id', true, SPEECH],
	['call/playAudioFile', 'phone', false, RECORDING],
	['number/lookUp', 'id', true, { phone: PHONE }],
	[
		'apiRequest/send',
		'ownItem',
		false,
		{
			endpoint: '/api/json.php',
			items:
				'={{ [{ type: "sms", id: $json.ownId, phone: Number($json.phone), sms_signature: "MyShop", sms_message: "Hello" }] }}',
		},
	],
	['message/sendSmsAndWait', 'id', false, { ...SMS, ...WAIT }],
	['message/sendViberAndWait', 'id', false, { ...VIBER, ...WAIT }],
	['call/speakTextAndWait', 'id', false, { ...SPEECH, ...WAIT, resumeOn: 'key' }],
	['call/playAudioFileAndWait', 'phone', false, { ...RECORDING, ...WAIT, resumeOn: 'key' }],
];

export const spendingOperations: readonly SpendingOperation[] = ROWS.map(
	([key, identity, batch, parameters]) => {
		const [resource = '', operation = ''] = key.split('/');
		return {
			key,
			identity,
			batch,
			waits: operation.endsWith('AndWait'),
			parameters: { resource, operation, simplify: true, ...parameters },
		};
	},
);

/** Looks up operations by their keys; throws for an unknown one. */
export function operations(...keys: string[]): SpendingOperation[] {
	return keys.map((key) => {
		const found = spendingOperations.find((operation) => operation.key === key);
		if (!found) throw new Error(`There is no spending operation ${key}`);
		return found;
	});
}

/** Operations that cost nothing; whatever is neither here nor in the table above fails the completeness test. */
export const FREE_OPERATIONS = [
	'account/getBalance',
	'message/cancelScheduled',
	'message/getPrice',
	'message/getStatus',
	'message/getViberReplies',
];

function shownFor(property: INodeProperties): string[] {
	const { resource = [], operation = [] } = property.displayOptions?.show ?? {};
	return resource.flatMap((name) => operation.map((action) => `${String(name)}/${String(action)}`));
}

/** Every operation in the description of the built node, and those of them that offer a Dry Run. */
export function describedOperations(): { all: string[]; spending: string[] } {
	const built = builtNodes().find(({ description }) => description.name === 'alphaSms');
	if (!built) throw new Error('The built package has no node alphaSms');
	const { properties } = built.description;
	const all = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				options.flatMap((option) =>
					'value' in option ? [`${String(resource)}/${String(option.value)}`] : [],
				),
			),
		);
	const spending = properties.filter(({ name }) => name === 'dryRun').flatMap(shownFor);
	return { all: all.sort(), spending: [...new Set(spending)].sort() };
}

const WAV = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'), Buffer.alloc(32)]);

/** Input items with different phones (none with a steering ending), ids and a recording. */
export function inputItems(count: number): Array<INodeExecutionData & { json: { phone: string } }> {
	return Array.from({ length: count }, (_, index) => ({
		json: { phone: `3809712345${31 + index}`, ownId: 700_100 + index },
		binary: binary('data', WAV, 'recording.wav', 'audio/wav'),
	}));
}
