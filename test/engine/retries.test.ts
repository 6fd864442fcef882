/** "Retry On Fail" runs the whole node again: what an earlier try has settled is not sent a second time. */
import type { IDataObject } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import {
	pairedItems,
	PHONE,
	recipients,
	runAlphaSms,
	sentItems,
	SMS,
	SMS_FROM_ITEM,
	startGateway,
} from './support/alphaSms';
import { CASES } from './support/cases';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

const operation = 'message.sendSms';
const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const onError = 'continueRegularOutput';
const items = recipients(4);
const parameters = { ...SMS_FROM_ITEM, options: { batchSize: 1, concurrency: 1 } };
/** Which item each request was about, in order. */
const sentOrder = () =>
	sentItems(sim).map(({ phone }) => items.findIndex((item) => item.phone === String(phone)));

describe('without Continue', () => {
	it('goes on where it had stopped, and gives the result of every item', async () => {
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money', skip: 1 });
		const result = await runAlphaSms(sim, { operation, parameters, items, settings });
		expect(result.error).toBeUndefined();
		expect(sentOrder()).toEqual([0, 1, 1, 2, 3]);
		expect(result.json.map(({ phone, outcome }) => [phone, outcome])).toEqual(
			items.map(({ phone }) => [phone, 'accepted']),
		);
		expect(pairedItems(result.outputs[0])).toEqual([0, 1, 2, 3]);
		// The ids are those under which the first try has sent.
		const accepted = result.json.map(({ id, msg_id: msgId }) => [
			sim.message(Number(id))?.msgId,
			msgId,
		]);
		for (const [known, shown] of accepted) expect(known).toBe(shown);
		expect([sim.acceptedTotal, sim.maxPerId]).toEqual([4, 1]);
	});

	it('does not send again what may have been accepted', async () => {
		sim.faults.add({ kind: 'resetAfterBody', skip: 1 });
		const { error } = await runAlphaSms(sim, { operation, parameters, items, settings });
		expect(sentOrder()).toEqual([0, 1]);
		expect(error?.message).toMatch(/^The connection to AlphaSMS broke.*\[item 1\]$/);
		expect(error?.description).toMatch(/before you send it again/);
		const data = error?.context?.data as { accepted: IDataObject[]; unknown: IDataObject[] };
		expect(data.accepted.map(({ phone }) => phone)).toEqual([items[0]?.phone]);
		expect(data.unknown.map(({ phone }) => phone)).toEqual([items[1]?.phone]);
		expect(sim.accepted.get(String(data.unknown[0]?.id))).toBe(1);
		expect([sim.acceptedTotal, sim.maxPerId]).toEqual([2, 1]);
	});

	it('tries what was refused as often as told, and nothing else', async () => {
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money', skip: 1, times: 'always' });
		const { error } = await runAlphaSms(sim, { operation, parameters, items, settings });
		expect(sentOrder()).toEqual([0, 1, 1, 1]);
		expect(error?.message).toBe('AlphaSMS refused the request: Not enough money [item 1]');
		expect(error?.description).toMatch(/1 of 4 items had been accepted before/);
	});

	it('keeps what was accepted when a later try would refuse it before sending', async () => {
		const askDate = new Date(Date.now() + 120_000).toISOString();
		sim.faults.add({ kind: 'okWithError', body: 'errors:Not enough money', skip: 1 });
		const real = Date.now.bind(Date);
		let tries = 0;
		// Its time has come within a minute when the node runs again.
		const prepare = () => {
			if (++tries > 1) jest.spyOn(Date, 'now').mockImplementation(() => real() + 70_000);
		};
		const { json, error } = await runAlphaSms(sim, {
			operation: 'message.scheduleSms',
			parameters: { ...SMS_FROM_ITEM, askDate: '={{ $json.at }}', options: { concurrency: 1 } },
			items: [
				{ ...items[0], at: askDate },
				{ ...items[1], at: '2040-01-01T00:00:00Z' },
			],
			settings,
			prepare,
		}).finally(() => jest.restoreAllMocks());
		expect([error, tries]).toEqual([undefined, 2]);
		expect(json.map(({ phone, outcome }) => [phone, outcome])).toEqual([
			[items[0]?.phone, 'accepted'],
			[items[1]?.phone, 'accepted'],
		]);
		expect(sim.requests['/api/http.php']).toBe(3);
	});
});

describe('with Continue', () => {
	it('sends only what was refused again', async () => {
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money' });
		const result = await runAlphaSms(sim, { operation, parameters, items, settings, onError });
		expect(sentOrder()).toEqual([0, 1, 2, 3, 0]);
		expect(result.json.map(({ phone, outcome }) => [phone, outcome])).toEqual(
			items.map(({ phone }) => [phone, 'accepted']),
		);
		expect(pairedItems(result.outputs[0])).toEqual([0, 1, 2, 3]);
		expect([sim.acceptedTotal, sim.maxPerId]).toEqual([4, 1]);
	});

	it('does not send again what may have been accepted, and keeps its id', async () => {
		sim.faults.add({ kind: 'resetAfterBody' });
		const { json } = await runAlphaSms(sim, { operation, parameters, items, settings, onError });
		expect(sentOrder()).toEqual([0, 1, 2, 3]);
		expect(json.map(({ outcome }) => outcome)).toEqual([
			'unknown',
			'accepted',
			'accepted',
			'accepted',
		]);
		expect(json.map(({ id }) => sim.accepted.get(String(id)))).toEqual([1, 1, 1, 1]);
	});

	it('takes up what was not sent because the run had to stop', async () => {
		sim.faults.add({ kind: 'okWithError', error: 'Access denied' });
		const { json } = await runAlphaSms(sim, { operation, parameters, items, settings, onError });
		expect(sentOrder()).toEqual([0, 0, 1, 2, 3]);
		expect(json.map(({ outcome }) => outcome)).toEqual(Array(4).fill('accepted'));
	});
});

it.each([undefined, onError] as const)(
	'counts only what is still to be sent for Maximum Sends, on error: %s',
	async (mode) => {
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money' });
		const limited = { ...parameters, options: { ...parameters.options, maxSends: 4 } };
		const options = { operation, parameters: limited, items, settings, onError: mode };
		const { json, error } = await runAlphaSms(sim, options);
		expect(error).toBeUndefined();
		expect(json).toHaveLength(4);
		expect(sim.acceptedTotal).toBe(4);
	},
);

it.each([
	['message.sendSms', SMS],
	['oneTimeCode.sendTelegram', CASES['oneTimeCode.sendTelegram']?.parameters],
	['number.lookUp', { phone: PHONE }],
])('an accepted item is not taken for a failure without Simplify: %s', async (name, more) => {
	sim.setOptions({ emptyError: true });
	const raw = { ...more, simplify: false };
	const { json } = await runAlphaSms(sim, { operation: name, parameters: raw, settings, onError });
	expect(json).toEqual([expect.objectContaining({ success: true })]);
	expect(json[0]).not.toHaveProperty('error');
	expect(sim.requests['/api/json.php']).toBe(1);
});

it('a waiting operation does not send twice what was accepted', async () => {
	const waiting = { ...SMS, waitAmount: 1, waitUnit: 'hours' };
	sim.faults.add({ kind: 'okWithError', error: 'Not enough money' });
	const { run } = await runAlphaSms(sim, {
		operation: 'message.sendSmsAndWait',
		parameters: waiting,
		settings,
	});
	expect(run.status).toBe('waiting');
	expect([sim.acceptedTotal, sim.requests['/api/json.php']]).toEqual([1, 2]);
});

it('is advised against, since the node repeats what it safely can', async () => {
	const { run } = await runAlphaSms(sim, { operation, parameters: SMS, settings });
	expect(run.data.resultData.runData.Subject?.[0]?.hints).toEqual([
		expect.objectContaining({
			message: expect.stringMatching(/What was accepted is not sent twice/),
		}),
	]);
});
