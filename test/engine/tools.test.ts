/** The nodes as tools of an AI agent, in n8n's engine: whose data are meant, and that every call counts. */
import type { IDataObject } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import { callAsTool } from './support/agent';
import { credentialsFor, PHONE, sentItems, startGateway } from './support/alphaSms';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const send = async (parameters: IDataObject, calls: IDataObject[]) =>
	await callAsTool({
		node: 'alphaSms',
		credentials: credentialsFor(sim),
		parameters: {
			resource: 'message',
			operation: 'sendSms',
			smsSignature: 'MyShop',
			...parameters,
		},
		input: { phone: PHONE, text: 'from the workflow' },
		calls,
	});
const BY_MODEL = {
	phone: "={{ $fromAI('to', 'whom') }}",
	smsMessage: "={{ $fromAI('message', 'what') }}",
};

test('what the model makes up is sent', async () => {
	const [answer] = await send(BY_MODEL, [{ to: '380971234568', message: 'from the model' }]);
	expect(answer).toMatchObject([{ outcome: 'accepted' }]);
	expect(sentItems(sim)).toMatchObject([{ phone: 380971234568, sms_message: 'from the model' }]);
});

test("`$json` is the agent's input, whatever the model calls its arguments", async () => {
	const parameters = { phone: '={{ $json.phone }}', smsMessage: BY_MODEL.smsMessage };
	await send(parameters, [{ message: 'hello', phone: '380971234568' }]);
	expect(sentItems(sim)).toMatchObject([{ phone: Number(PHONE), sms_message: 'hello' }]);
});

test('every call sends, also the second to the same number', async () => {
	const calls = ['one', 'two', 'two'].map((message) => ({ to: PHONE, message }));
	const answers = await send(BY_MODEL, calls);
	expect(answers.flat().map(({ outcome }) => outcome)).toEqual(Array(3).fill('accepted'));
	expect(sentItems(sim).map(({ sms_message: text }) => text)).toEqual(['one', 'two', 'two']);
});
