// Real outputs of every operation: each is run by n8n's engine against the simulator.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { eventKind, readEvent } from '../../nodes/AlphaSms/events';
import { binary, runNode } from '../../test/engine/support/engine';
import { startAlphaSmsSimulator } from '../../test/simulators/alphasms';

/** Sample items by `<resource>/<operation>`, and those of the trigger under `trigger`. */
export type Samples = Map<string, IDataObject[]>;

type Simulator = Awaited<ReturnType<typeof startAlphaSmsSimulator>>;
type Run = (operation: string, parameters?: IDataObject) => Promise<IDataObject[]>;

const KEY = 'key-for-the-documentation';
const PHONE = '447700900017';
/** Endings that steer the simulator: Viber replied with text, with a file, a dead number. */
const REPLIES_WITH_TEXT = '447700900006';
const REPLIES_WITH_MEDIA = '447700900007';
const DEAD = '447700900100';

const SMS = { smsSignature: 'MyShop', smsMessage: 'Your order has been shipped' };
const VIBER = { viberSignature: 'MyShop', viberMessage: 'Your order has been shipped' };
const SPOKEN = { message: 'Your appointment is tomorrow at ten', dtmf: true };
const RECORDING = Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1');

interface Receiver {
	readonly url: string;
	readonly events: IDataObject[];
	close(): void;
}

/** Takes callbacks and reads them as the trigger does. */
async function startReceiver(): Promise<Receiver> {
	const events: IDataObject[] = [];
	const server: Server = createServer((request, response) => {
		let source = '';
		request.on('data', (chunk: Buffer) => (source += chunk.toString('utf8')));
		request.on('end', () => {
			const body = (
				source.startsWith('{')
					? JSON.parse(source)
					: Object.fromEntries(new URLSearchParams(source))
			) as IDataObject;
			events.push(readEvent(eventKind(body), body));
			response.end('OK');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/`, events, close: () => server.close() };
}

async function runOnce(
	simulator: Simulator,
	name: string,
	parameters: IDataObject,
): Promise<INodeExecutionData[]> {
	const [resource, operation] = name.split('/');
	const { outputs, error } = await runNode({
		node: 'alphaSms',
		parameters: { resource, operation, ...parameters },
		items: [{ json: {}, binary: binary('data', RECORDING, 'greeting.wav', 'audio/wav') }],
		credentials: {
			alphaSmsApi: { baseUrl: 'custom', customBaseUrl: simulator.url, apiKey: KEY },
		},
	});
	if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
	return outputs[0] ?? [];
}

async function messages(run: Run, hook: string): Promise<void> {
	const phone = PHONE;
	const additionalFields = { hook };
	await run('message/sendSms', { phone, ...SMS, additionalFields: { id: 1001, hook } });
	await run('message/sendSms', { phone: DEAD, ...SMS, additionalFields });
	await run('message/sendViber', {
		phone,
		...VIBER,
		fallbackToSms: true,
		...SMS,
		additionalFields,
	});
	for (const [id, replying] of [REPLIES_WITH_TEXT, REPLIES_WITH_MEDIA].entries()) {
		const own = { id: 2001 + id, hook };
		await run('message/sendViber', { phone: replying, ...VIBER, additionalFields: own });
	}
	const rcs = { rcsSignature: 'MyShop', rcsMessage: 'Your order has been shipped' };
	await run('message/sendRcs', { phone, ...rcs, fallback: 'sms', ...SMS });
	await run('message/sendMultiChannel', {
		phone,
		pipeline: { entry: [{ channel: 'viber', signature: 'MyShop', text: 'Shipped' }] },
	});
	const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();
	const [scheduled] = await run('message/scheduleSms', { phone, ...SMS, askDate: tomorrow });
	await run('message/cancelScheduled', { msgId: String(scheduled?.msg_id) });
	await run('message/getPrice', { phone });
}

async function calls(run: Run, hook: string): Promise<void> {
	const phone = PHONE;
	await run('call/speakText', { phone, ...SPOKEN, additionalFields: { hook } });
	await run('call/playAudioFile', { phone, dtmf: true, additionalFields: { hook } });
	await run('oneTimeCode/sendTelegram', { phone, message: '0471' });
	await run('oneTimeCode/sendWhatsApp', { phone, message: '0471' });
	await run('oneTimeCode/flashCall', { phone });
	await run('number/lookUp', { phone });
	await run('number/lookUp', { phone: DEAD });
	await run('account/getBalance');
	await run('apiRequest/send', { items: '[{ "type": "balance" }]' });
}

async function afterwards(run: Run): Promise<void> {
	await run('message/getStatus', { id: '1001' });
	await run('message/getStatus', { id: '2001' });
	await run('message/getStatus', { id: '2002' });
	for (const id of ['2001', '2002']) {
		await run('message/getViberReplies', { id, splitReplies: true });
	}
}

/** Operations that wait, and what may end the wait. */
const WAITING: Array<
	[name: string, parameters: IDataObject, wanted: (event: IDataObject) => boolean]
> = [
	['message/sendSmsAndWait', SMS, ({ type }) => type === 'sms'],
	[
		'message/sendViberAndWait',
		{ ...VIBER, fallbackToSms: true, ...SMS },
		({ type }) => type === 'viber',
	],
	[
		'call/speakTextAndWait',
		SPOKEN,
		({ event, type }) => event === 'callResult' || type === 'voice',
	],
	['call/playAudioFileAndWait', { dtmf: true }, ({ event }) => event === 'callResult'],
];

/** Runs everything once; the simulator and the receiver are gone afterwards. */
export async function collectSamples(): Promise<Samples> {
	const samples: Samples = new Map();
	const receiver = await startReceiver();
	const simulator = await startAlphaSmsSimulator({
		apiKey: KEY,
		lifecycleMs: 5,
		balance: 1000.5,
		accountHook: receiver.url,
	});
	const run: Run = async (name, parameters = {}) => {
		const rows = (await runOnce(simulator, name, parameters)).map(({ json }) => json);
		samples.set(name, [...(samples.get(name) ?? []), ...rows]);
		return rows;
	};
	try {
		await messages(run, receiver.url);
		await calls(run, receiver.url);
		await simulator.idle();
		await afterwards(run);
		// Callbacks overtake each other; the schema must not depend on that.
		const events = receiver.events.toSorted((a, b) =>
			String(a.event).localeCompare(String(b.event)),
		);
		samples.set('trigger', events);

		// Nobody listens at the resume URL of the engine.
		simulator.setOptions({ lifecycle: 'manual' });
		for (const [name, parameters, wanted] of WAITING) {
			const sent = await run(name, { phone: PHONE, ...parameters });
			const answers = events.filter((event) => event.isFinal === true && wanted(event));
			samples.set(
				name,
				[...answers, ...sent].map((json) => ({ ...json, timedOut: true })),
			);
		}
		return samples;
	} finally {
		await simulator.close();
		receiver.close();
	}
}
