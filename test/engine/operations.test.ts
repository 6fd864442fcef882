import type { INodeProperties, INodeType } from 'n8n-workflow';

import type { AlphaSmsSimulator } from '../simulators/alphasms';
import {
	expectNoLeak,
	pairedItems,
	runAlphaSms,
	sentItems,
	startGateway,
} from './support/alphaSms';
import { CASES, itemsOf } from './support/cases';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startGateway();
});
afterEach(async () => await sim.close());

/** `resource.operation` of everything the built node offers. */
function builtOperations(): string[] {
	const { AlphaSms } = require('../../dist/nodes/AlphaSms/AlphaSms.node') as {
		AlphaSms: new () => INodeType;
	};
	const { properties } = new AlphaSms().description;
	const selectors = properties.filter(({ name }) => name === 'operation');
	return selectors.flatMap(({ displayOptions, options }: INodeProperties) =>
		(displayOptions?.show?.resource ?? []).flatMap((resource) =>
			(options ?? []).map(
				(option) => `${String(resource)}.${'value' in option ? String(option.value) : ''}`,
			),
		),
	);
}

const cases = Object.entries(CASES);
const spending = cases.filter(([, test]) => test.spends);

it('has a test for every operation of the built node', () => {
	expect(builtOperations().sort()).toEqual(Object.keys(CASES).sort());
});

describe.each(cases)('%s', (operation, test) => {
	const path = test.path ?? '/api/json.php';

	it('does what it says, exactly as the reference describes', async () => {
		const items = await itemsOf(operation, test, sim);
		sim.log.length = 0;
		const result = await runAlphaSms(sim, { operation, parameters: test.parameters, items });
		expect(result.error).toBeUndefined();
		const [, timedOut] = result.outputs;
		const [waiting] = result.run.data.executionData?.nodeExecutionStack ?? [];
		const given = test.waits ? waiting?.data.main?.[1] : result.outputs[0];
		expect(given?.[0]?.json).toMatchObject(test.output);
		expect(pairedItems(given ?? undefined)).toEqual([0]);
		if (!test.waits) expect(timedOut).toBeUndefined();
		expect(sim.violations).toEqual([]);
		expect(sim.log.map((entry) => [entry.method, entry.path])).toEqual([['POST', path]]);
		if (test.sent) expect(sentItems(sim)[0]).toMatchObject(test.sent);
		expectNoLeak(sim, result);
	});

	it('shows the words of the gateway when HTTP is 200 and the answer a refusal', async () => {
		const items = await itemsOf(operation, test, sim);
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money' });
		const { error } = await runAlphaSms(sim, { operation, parameters: test.parameters, items });
		expect(error?.message).toBe('AlphaSMS refused the request: Not enough money [item 0]');
		expect(error?.description).toMatch(/Top up/);
		expect(error?.context?.itemIndex).toBe(0);
	});

	it('names the HTTP status of an error', async () => {
		const items = await itemsOf(operation, test, sim);
		sim.faults.add({ kind: 'status', status: 403 });
		const result = await runAlphaSms(sim, { operation, parameters: test.parameters, items });
		expect(result.error?.message).toMatch(/^AlphaSMS answered with HTTP 403.* \[item 0\]$/);
		expect(result.error?.httpCode).toBe('403');
		expectNoLeak(sim, result);
	});

	it.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', test.waits ? 2 : 1],
	] as const)('goes on after a failure: %s', async (onError, output) => {
		const items = await itemsOf(operation, test, sim);
		sim.faults.add({ kind: 'okWithError', error: 'Not enough money' });
		const options = { operation, parameters: test.parameters, items, onError };
		const result = await runAlphaSms(sim, options);
		expect(result.error).toBeUndefined();
		const [json] = result.outputs[output]?.map((item) => item.json) ?? [];
		const message = 'AlphaSMS refused the request: Not enough money [item 0]';
		const details = { ...(test.spends && { outcome: 'refused' }) };
		// The error output is sorted out by n8n, which leaves one key alone: the error.
		expect(json).toMatchObject(
			output === 0 ? { error: message, ...details } : { error: { message, ...details } },
		);
		expect(pairedItems(result.outputs[output])).toEqual([0]);
	});
});

describe.each(cases.filter(([, test]) => !test.waits))('%s without Simplify', (operation, test) => {
	it('gives the raw answer', async () => {
		const items = await itemsOf(operation, test, sim);
		const parameters = { ...test.parameters, simplify: false };
		const { json, error } = await runAlphaSms(sim, { operation, parameters, items });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0]).not.toHaveProperty('outcome');
		if (test.sent) expect(json[0]).toMatchObject({ success: true, data: expect.anything() });
	});
});

describe.each(spending)('%s with Dry Run', (operation, test) => {
	it('shows what would be sent, and sends nothing', async () => {
		const parameters = { ...test.parameters, dryRun: true };
		const items = await itemsOf(operation, test, sim);
		const result = await runAlphaSms(sim, { operation, parameters, items });
		expect(result.error).toBeUndefined();
		expect(result.run.waitTill ?? undefined).toBeUndefined();
		expect(result.json).toEqual([
			expect.objectContaining({
				outcome: 'dry_run',
				request: expect.objectContaining({ method: 'POST', path: test.path ?? '/api/json.php' }),
			}),
		]);
		expect([sim.acceptedTotal, sim.spent]).toEqual([0, 0]);
		expectNoLeak(sim, result);
	});
});

describe('On Unknown Outcome', () => {
	it('is offered exactly where an ID of ours lets the gateway tell a repetition', () => {
		const { AlphaSms } = require('../../dist/nodes/AlphaSms/AlphaSms.node') as {
			AlphaSms: new () => INodeType;
		};
		const { properties } = new AlphaSms().description;
		const offering = properties
			.filter(({ name, options = [] }) =>
				name === 'options' ? options.some((option) => option.name === 'onUnknownOutcome') : false,
			)
			.flatMap(({ displayOptions: { show } = {} }) =>
				(show?.resource ?? []).flatMap((resource) =>
					(show?.operation ?? []).map((name) => `${String(resource)}.${String(name)}`),
				),
			);
		const nameless = [
			'apiRequest.send',
			'call.playAudioFile',
			'call.playAudioFileAndWait',
			'message.scheduleSms',
		];
		const expected = spending.map(([name]) => name).filter((name) => !nameless.includes(name));
		expect(offering.sort()).toEqual(expected.sort());
	});
});
