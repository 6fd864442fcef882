import type { IDataObject } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import {
	expectNoLeak,
	pairedItems,
	recipients,
	runAlphaSms,
	sentItems,
	SMS_FROM_ITEM,
	startGateway,
} from './support/alphaSms';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const operation = 'message.sendSms';
const count = (length: number) => Array.from({ length }, (_, index) => index);

async function send(items: IDataObject[], options: IDataObject = {}, more: object = {}) {
	const parameters = { ...SMS_FROM_ITEM, options };
	return await runAlphaSms(sim, { operation, items, parameters, ...more });
}

describe('many items', () => {
	it('become few requests, every result at its item', async () => {
		const items = recipients(250);
		const { outputs, json, error } = await send(items);
		expect(error).toBeUndefined();
		expect(sim.requests['/api/json.php']).toBe(3);
		expect(pairedItems(outputs[0])).toEqual(count(250));
		expect(json.map(({ phone }) => phone)).toEqual(items.map(({ phone }) => phone));
		for (const { id, msg_id: msgId, phone } of json) {
			expect(sim.message(Number(id))).toMatchObject({ msgId, phone });
		}
		expect(sim.maxPerId).toBe(1);
		expect(sim.violations).toEqual([]);
	});

	it('carry their own phone and text', async () => {
		const items = recipients(3);
		await send(items);
		const sent = sentItems(sim).map((item) => [String(item.phone), item.sms_message]);
		expect(sent).toEqual(items.map(({ phone, text }) => [phone, text]));
	});

	it.each([
		[1, 7],
		[3, 3],
		[7, 1],
		[1000, 1],
	])('travel %i to a request when told so: %i requests', async (batchSize, requests) => {
		const { json } = await send(recipients(7), { batchSize });
		expect(json).toHaveLength(7);
		expect(sim.requests['/api/json.php']).toBe(requests);
	});

	it('keep their order although requests overtake each other', async () => {
		sim.faults.add({ kind: 'slowBody', chunks: 5, delayMs: 40 });
		const items = recipients(20);
		const { json } = await send(items, { batchSize: 1, concurrency: 10 });
		expect(json.map(({ phone }) => phone)).toEqual(items.map(({ phone }) => phone));
		expect(sim.connections.peakInFlight).toBeGreaterThan(1);
		expect(sim.connections.peakInFlight).toBeLessThanOrEqual(10);
	});

	it('come back by id when the gateway writes ids as text', async () => {
		sim.setOptions({ stringIds: 'all' });
		const { json, error } = await send(recipients(5));
		expect(error).toBeUndefined();
		expect(json.map(({ text, outcome }) => [text, outcome])).toEqual(
			Array(5).fill([undefined, 'accepted']),
		);
	});

	it('leave fewer at once after a 429, and still arrive once each', async () => {
		sim.faults.add({ kind: 'status', status: 429, retryAfter: 0, times: 3 });
		const { json, error } = await send(recipients(20), { batchSize: 1, concurrency: 5 });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(20);
		expect([sim.acceptedTotal, sim.maxPerId]).toEqual([20, 1]);
	});
});

describe('refusals', () => {
	/** Item 2 has a sender that the gateway does not know. */
	const withBadSender = recipients(5).map((item, index): IDataObject => ({
		...item,
		sender: index === 2 ? 'BadSender' : 'MyShop',
	}));
	const parameters = { ...SMS_FROM_ITEM, smsSignature: '={{ $json.sender }}' };

	it('of one item fail that item alone', async () => {
		const options = {
			operation,
			parameters,
			items: withBadSender,
			onError: 'continueRegularOutput',
		};
		const { outputs, json } = await runAlphaSms(sim, options as Parameters<typeof runAlphaSms>[1]);
		expect(json.map(({ outcome }) => outcome)).toEqual([
			'accepted',
			'accepted',
			'refused',
			'accepted',
			'accepted',
		]);
		expect(json[2]).toMatchObject({
			error: 'AlphaSMS refused the request: Error in Alpha-name [item 2]',
			description: expect.stringContaining('sender name must be approved'),
			phone: withBadSender[2]?.phone,
			id: expect.any(Number),
		});
		expect(pairedItems(outputs[0])).toEqual(count(5));
		expect(sim.requests['/api/json.php']).toBe(1);
	});

	it('go to the error output, the others to the first', async () => {
		const options = { operation, parameters, items: withBadSender, onError: 'continueErrorOutput' };
		const { outputs } = await runAlphaSms(sim, options as Parameters<typeof runAlphaSms>[1]);
		expect(pairedItems(outputs[0])).toEqual([0, 1, 3, 4]);
		expect(pairedItems(outputs[1])).toEqual([2]);
		expect(outputs[1]?.[0]?.json.error).toMatchObject({
			message: expect.stringMatching(/Error in Alpha-name \[item 2\]$/),
			description: expect.stringMatching(/sender name must be approved/),
		});
	});

	it('tell outcome, id and phone on the error output too', async () => {
		const options = { operation, parameters, items: withBadSender, onError: 'continueErrorOutput' };
		const { outputs } = await runAlphaSms(sim, options as Parameters<typeof runAlphaSms>[1]);
		const text = JSON.stringify(outputs[1]?.[0]?.json);
		expect(text).toContain('"outcome":"refused"');
		expect(text).toContain('"id":');
		expect(text).toContain(String(withBadSender[2]?.phone));
	});

	it('end the run without Continue On Fail, and say what had been accepted', async () => {
		const { error, json } = await runAlphaSms(sim, { operation, parameters, items: withBadSender });
		expect(json).toEqual([]);
		expect(error?.message).toBe('AlphaSMS refused the request: Error in Alpha-name [item 2]');
		expect(error?.description).toMatch(/4 of 5 items had been accepted before/);
		expect((error?.context?.data as IDataObject).accepted).toHaveLength(4);
	});

	it('of an envelope fail its batch with the words of the gateway, and no other', async () => {
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money', skip: 1 });
		const { json, outputs } = await send(
			recipients(6),
			{ batchSize: 2, concurrency: 1 },
			{ onError: 'continueRegularOutput' },
		);
		expect(json.map(({ outcome }) => outcome)).toEqual([
			'accepted',
			'accepted',
			'refused',
			'refused',
			'accepted',
			'accepted',
		]);
		expect(json[3]?.error).toBe('AlphaSMS refused the request: Not enough money [item 3]');
		expect(pairedItems(outputs[0])).toEqual(count(6));
	});
});

describe('answers that get lost', () => {
	it.each<[string, Parameters<AlphaSmsSimulator['faults']['add']>[0]]>([
		['the connection breaks', { kind: 'resetAfterBody' }],
		['the answer is cut', { kind: 'truncatedJson' }],
		['HTTP 502', { kind: 'status', status: 502, afterProcessing: true }],
	])('end as unknown, with id and hint, and are not sent again: %s', async (_, fault) => {
		sim.faults.add(fault);
		const result = await send(recipients(3), {}, { onError: 'continueRegularOutput' });
		expect(result.json).toHaveLength(3);
		for (const row of result.json) {
			expect(row).toMatchObject({
				outcome: 'unknown',
				id: expect.any(Number),
				description: expect.stringContaining('before you send it again'),
			});
			expect(sim.accepted.get(String(row.id))).toBe(1);
		}
		expect([sim.requests['/api/json.php'], sim.maxPerId]).toEqual([1, 1]);
		expectNoLeak(sim, result);
	});

	it.each(['refuse', 'accept'] as const)(
		'are sent again with the same id only when told so (gateway: %s repeated ids)',
		async (duplicateIds) => {
			sim.setOptions({ duplicateIds });
			sim.faults.add({ kind: 'resetBeforeBody' });
			const { json } = await send(recipients(2), { onUnknownOutcome: 'resend' });
			expect(json.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
			expect([sim.requests['/api/json.php'], sim.maxPerId]).toEqual([2, 1]);
		},
	);
});
