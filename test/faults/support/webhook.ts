/** The part of n8n that a trigger sees of one call, and callbacks of every kind for it. */
import { createHash } from 'node:crypto';
import path from 'node:path';

import fc from 'fast-check';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { ROOT } from '../../structure/support/paths';
import { MARKER } from './secrets';

type Receive = (context: IWebhookFunctions) => Promise<IWebhookResponseData>;

/** The built handler: what n8n runs. */
export const { receive } = jest.requireActual<{ receive: Receive }>(
	path.join(ROOT, 'dist/nodes/AlphaSms/receive.js'),
);

export interface Setting {
	readonly callbackSecret: string;
	readonly events: string[];
	readonly options: IDataObject;
}

export interface Callback {
	readonly rawBody: Buffer;
	readonly headers: Record<string, string | string[] | undefined>;
	readonly query: Record<string, unknown>;
	/** What n8n has read from a multipart body, of which it keeps no raw bytes. */
	readonly multipart?: unknown;
}

export interface Answer {
	readonly status?: number;
	readonly events: IDataObject[];
	readonly answered: boolean;
}

/** Calls the trigger once; `node` keeps repeats of different cases apart. */
export async function call(setting: Setting, callback: Callback, node: string): Promise<Answer> {
	let status: number | undefined;
	let answered = false;
	const response = {
		status(code: number) {
			status = code;
			return response;
		},
		json() {
			answered = true;
			return response;
		},
	};
	const parameters: Record<string, unknown> = { ...setting };
	const context = {
		getCredentials: async () => ({ baseUrl: 'https://alphasms.ua', apiKey: MARKER }),
		getRequestObject: () => callback,
		getBodyData: () => ({ data: callback.multipart, files: {} }),
		getResponseObject: () => response,
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getMode: () => 'webhook',
		getWorkflow: () => ({ id: '1', name: 'Test', active: true }),
		getNode: () => ({ id: node, name: 'AlphaSMS Trigger' }),
	};
	const result = await receive(context as unknown as IWebhookFunctions);
	const events = (result.workflowData ?? []).flat().map(({ json }) => json);
	return { status, events, answered: answered || result.webhookResponse !== undefined };
}

export function signatureOf(body: Buffer, key = MARKER): string {
	return createHash('sha256').update(body).update(key).digest('hex');
}

export const SECRET = '8Qk2vX7mB4nR9tLzAb';

export const settings: fc.Arbitrary<Setting> = fc.record({
	callbackSecret: fc.constantFrom('', SECRET, 'short'),
	events: fc.subarray(['status', 'callResult', 'other', 'viberReply'], { minLength: 1 }),
	options: fc.record(
		{
			signature: fc.constantFrom('required', 'optional'),
			finalOnly: fc.boolean(),
			channels: fc.subarray(['sms', 'viber']),
			statuses: fc.subarray(['DELIVERED', 'READ']),
		},
		{ requiredKeys: [] },
	),
});

const ids = fc.constantFrom<unknown>(
	100500,
	'100500',
	'',
	0,
	null,
	[],
	{},
	{ toString: 1 },
	[[1]],
	true,
);
const words = fc.constantFrom<unknown>(
	'DELIVERED',
	'delivered',
	'READ',
	'QUEUED',
	'ANSWERED',
	'',
	7,
	null,
	{ toString: 1 },
);
/** Fields of every kind of callback, and such as would steer the node if it believed them. */
export const fields = fc.record(
	{
		id: ids,
		msg_id: ids,
		status: words,
		type: fc.constantFrom<unknown>('sms', 'viber', 'voice', {}, null),
		duration: fc.constantFrom<unknown>(12, null, '12', -1),
		dtmf: fc.constantFrom<unknown>('7', '', null, {}),
		phone: fc.constantFrom<unknown>('380501234567', 380501234567, null),
		action: fc.constantFrom<unknown>('viber/2way', 'viber/2WAY', ['viber/2way'], null),
		message: fc.oneof(fc.string(), fc.constant({ toString: 1 })),
		event: fc.constantFrom('status', 'callResult', 'other', 'viberReply'),
		state: fc.constantFrom('delivered', 'failed'),
		isFinal: fc.boolean(),
		deliveryKey: fc.constantFrom<unknown>('status:100500:1:sms:DELIVERED', {}, 5),
		constructor: fc.constant({ prototype: { polluted: true } }),
		extra: fc.jsonValue({ maxDepth: 3 }),
	},
	{ requiredKeys: [] },
);

/** The same object, with a key `__proto__` of its own in front, which only text can express safely. */
const texts = fc.tuple(fields, fc.boolean()).map(([value, withProto]) => {
	const text = JSON.stringify(value);
	const comma = text === '{}' ? '' : ',';
	return withProto ? `{"__proto__":{"polluted":true}${comma}${text.slice(1)}` : text;
});
const INVALID_UTF8 = Buffer.from([0xff, 0xfe, 0xc0, 0x80]);

function formText(value: Record<string, unknown>): string {
	const pairs = Object.entries(value).map(([key, entry]): [string, string] => [
		key,
		typeof entry === 'string' ? entry : JSON.stringify(entry),
	]);
	return new URLSearchParams(pairs).toString();
}

const toBytes = (text: string) => Buffer.from(text);

const bodies: fc.Arbitrary<Buffer> = fc.oneof(
	{ weight: 30, arbitrary: texts.map(toBytes) },
	{ weight: 8, arbitrary: fields.map(formText).map(toBytes) },
	{ weight: 5, arbitrary: fc.json().map(toBytes) },
	{ weight: 5, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
	{ weight: 3, arbitrary: texts.map((text) => toBytes(text.slice(0, -3))) },
	{
		weight: 3,
		arbitrary: texts.map((text) =>
			Buffer.concat([toBytes(`${text.slice(0, -1)},"m":"`), INVALID_UTF8, toBytes('"}')]),
		),
	},
	{ weight: 2, arbitrary: texts.map((text) => toBytes(`\ufeff  ${text}\r\n`)) },
	{
		weight: 2,
		arbitrary: fc.constant(
			toBytes('__proto__=polluted&constructor=1&action=viber%2F2way&action=x'),
		),
	},
	{ weight: 1, arbitrary: fc.constantFrom('[]', 'null', '"x"', '42', '{}', '', ' ').map(toBytes) },
);

const DEEP = 100_000;
const MEGABYTE = 1024 * 1024;

/** Few, since they are large. */
export const hugeBodies: ReadonlyArray<readonly [string, Buffer]> = [
	[
		'lists 100,000 levels deep',
		Buffer.from(`{"msg_id":1,"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`),
	],
	['objects 100,000 levels deep', Buffer.from(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`)],
	['100,000 levels that never close', Buffer.from('{"a":['.repeat(DEEP))],
	['2 MB of JSON', Buffer.from(`{"msg_id":1,"status":"READ","a":"${'x'.repeat(2 * MEGABYTE)}"}`)],
	[
		'just under 1 MB of JSON',
		Buffer.from(`{"msg_id":1,"status":"READ","a":"${'x'.repeat(MEGABYTE - 100)}"}`),
	],
	['2 MB of form fields', Buffer.from('a=b&'.repeat(MEGABYTE / 2))],
	['200,000 form fields', Buffer.from('a=b&'.repeat(200_000))],
	[
		'60,000 keys',
		Buffer.from(`{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join()}}`),
	],
	['2 MB of zeros', Buffer.alloc(2 * MEGABYTE)],
	['1 MB of high bytes', Buffer.alloc(MEGABYTE, 0xff)],
];

/** A signature for a body: right, almost right, or not there. */
export const SIGNATURES: Readonly<Record<string, (body: Buffer) => string | string[] | undefined>> =
	{
		none: () => undefined,
		valid: (body) => signatureOf(body),
		'upper case': (body) => signatureOf(body).toUpperCase(),
		padded: (body) => `  ${signatureOf(body)} `,
		'one digit off': (body) =>
			signatureOf(body).replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
		'cut off': (body) => signatureOf(body).slice(0, -1),
		'too long': (body) => `${signatureOf(body)}0`,
		prefixed: (body) => `sha256=${signatureOf(body)}`,
		'of another body': (body) => signatureOf(Buffer.concat([body, Buffer.from(' ')])),
		'of another key': (body) => signatureOf(body, 'another-key'),
		'of no key': (body) => signatureOf(body, ''),
		empty: () => '',
		blank: () => '   ',
		list: (body) => [signatureOf(body), 'x'],
		'twice in one': (body) => `${signatureOf(body)}, ${signatureOf(body)}`,
		word: () => 'undefined',
	};

export interface Case {
	readonly setting: Setting;
	readonly body: Buffer;
	readonly signature: string;
	readonly contentType?: string;
	readonly headerName: string;
}

export const cases: fc.Arbitrary<Case> = fc.record({
	setting: settings,
	body: bodies,
	signature: fc.oneof(
		fc.constantFrom('none', 'valid'),
		fc.constantFrom(...Object.keys(SIGNATURES)),
	),
	contentType: fc.constantFrom(
		undefined,
		'application/json',
		'application/json; charset=utf-8',
		'application/json; charset=utf-16le',
		'application/json; charset=x-unknown',
		'application/x-www-form-urlencoded',
		'text/plain; charset=windows-1251',
		'multipart/form-data; boundary=x',
		';;;',
	),
	headerName: fc.constantFrom('x-signature', 'X-Signature'),
});

export function toCallback({
	body,
	signature,
	contentType,
	headerName,
}: Omit<Case, 'setting'>): Callback {
	return {
		rawBody: body,
		headers: {
			'content-type': contentType,
			[headerName]: SIGNATURES[signature]?.(body),
			host: 'n8n.example.com',
		},
		query: { a: 'b', list: ['x'], ['__proto__']: 'y' },
	};
}
