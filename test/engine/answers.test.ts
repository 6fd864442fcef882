import type { AlphaSmsSimulator } from '../simulators/alphasms';
import {
	expectNoLeak,
	MARKER_KEY,
	pairedItems,
	recipients,
	runAlphaSms,
	SMS,
	SMS_FROM_ITEM,
	startGateway,
} from './support/alphaSms';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

type Fault = Parameters<AlphaSmsSimulator['faults']['add']>[0];
const operation = 'message.sendSms';

describe('a strange answer', () => {
	it.each<[string, Fault, RegExp]>([
		['a web page', { kind: 'html' }, /^AlphaSMS answered with a web page instead of JSON/],
		['nothing', { kind: 'empty' }, /^AlphaSMS answered with nothing instead of JSON/],
		['cut JSON', { kind: 'truncatedJson' }, /^AlphaSMS answered with broken or cut-off text/],
		['60 MB', { kind: 'hugeBody' }, /^AlphaSMS answered with more than 50 MB/],
		['a bomb of 60 MB', { kind: 'gzipBomb' }, /^AlphaSMS answered with more than 50 MB/],
		['JSON that says nothing', { kind: 'okWithError', body: '{}' }, /instead of JSON/],
		['an error page', { kind: 'status', status: 500 }, /^AlphaSMS answered with HTTP 500/],
		['a reset', { kind: 'resetMidResponse' }, /^The connection to AlphaSMS broke/],
	])(
		'is clear about item and outcome, and nothing is sent again: %s',
		async (_, fault, message) => {
			sim.faults.add(fault);
			const onError = 'continueRegularOutput';
			const result = await runAlphaSms(sim, { operation, parameters: SMS, onError });
			expect(result.json[0]?.error).toMatch(message);
			expect(result.json[0]?.error).toMatch(/ \[item 0\]$/);
			expect(result.json[0]).toMatchObject({ outcome: 'unknown', id: expect.any(Number) });
			expect(sim.requests['/api/json.php']).toBe(1);
			expectNoLeak(sim, result);
		},
	);

	it('is asked for again when asking is free', async () => {
		sim.faults.add([{ kind: 'html' }, { kind: 'truncatedJson' }]);
		const { json, error } = await runAlphaSms(sim, { operation: 'account.getBalance' });
		expect(error).toBeUndefined();
		expect(json[0]).toHaveProperty('currency', 'UAH');
		expect(sim.requests['/api/json.php']).toBe(3);
	});

	it.each<[string, Fault]>([
		['by name', { kind: 'charset', encoding: 'windows-1251', error: 'Недостатньо коштів' }],
		[
			'ISO-8859-1 under the label of UTF-8',
			{
				kind: 'charset',
				encoding: 'iso-8859-1',
				label: 'utf-8',
				error: 'Kein Guthaben für Müller',
			},
		],
	])('in another charset is read: %s', async (_, fault) => {
		sim.faults.add(fault);
		const { error } = await runAlphaSms(sim, { operation, parameters: SMS });
		expect(error?.message).toBe(
			`AlphaSMS refused the request: ${String(fault instanceof Array ? '' : fault.error)} [item 0]`,
		);
	});

	it.each<[string, Fault]>([
		['a refusal', { kind: 'okWithError', error: `Key ${MARKER_KEY} is wrong` }],
		['an error page', { kind: 'status', status: 400, body: `<p>{"auth":"${MARKER_KEY}"}</p>` }],
		['a redirect', { kind: 'redirect', location: `http://127.0.0.1:9/${MARKER_KEY}` }],
	])('that repeats the key does not give it away: %s', async (_, fault) => {
		for (const onError of [undefined, 'continueRegularOutput', 'continueErrorOutput'] as const) {
			sim.faults.add(fault);
			expectNoLeak(sim, await runAlphaSms(sim, { operation, parameters: SMS, onError }));
		}
	});

	it('that repeats the key in data does not give it away', async () => {
		const body = JSON.stringify({
			success: true,
			data: [{ success: true, data: { auth: MARKER_KEY } }],
		});
		for (const simplify of [true, false]) {
			sim.faults.add({ kind: 'okWithError', body });
			const parameters = { simplify };
			const result = await runAlphaSms(sim, { operation: 'account.getBalance', parameters });
			expect(JSON.stringify(result.json)).toContain('[hidden]');
			expectNoLeak(sim, result);
		}
	});

	it('never comes when the time is over', async () => {
		sim.faults.add({ kind: 'stallHeaders' });
		const parameters = { ...SMS, options: { timeout: 1 } };
		const { error, durationMs } = await runAlphaSms(sim, { operation, parameters });
		expect(error?.message).toMatch(
			/^AlphaSMS did not answer (within 1 seconds|in time) \[item 0\]$/,
		);
		expect(error?.description).toMatch(/before you send it again/);
		expect(durationMs).toBeLessThan(20_000);
	});
});

describe('50,000 items', () => {
	it('are 500 requests, every result at its item, in reasonable time', async () => {
		sim.setOptions({ log: 'counts' } as Parameters<AlphaSmsSimulator['setOptions']>[0]);
		const items = recipients(50_000);
		const { outputs, json, error, durationMs } = await runAlphaSms(sim, {
			operation,
			parameters: SMS_FROM_ITEM,
			items,
		});
		expect(error).toBeUndefined();
		expect(sim.requests['/api/json.php']).toBe(500);
		expect(json).toHaveLength(50_000);
		expect(pairedItems(outputs[0]).every((item, index) => item === index)).toBe(true);
		expect(json.every(({ phone }, index) => phone === items[index]?.phone)).toBe(true);
		expect([sim.acceptedTotal, sim.maxPerId]).toEqual([50_000, 1]);
		expect(durationMs).toBeLessThan(90_000);
	}, 120_000);
});
