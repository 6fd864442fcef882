/** Every operation of the Velip node in n8n's engine against the simulator: success, refusal, both ways to go on. */
import type { IDataObject } from 'n8n-workflow';

import { operations } from '../../nodes/Velip/operations';
import { startVelipSimulator } from '../simulators/velip';
import { CASES, FILES, populate, runVelip, type Simulator, type World } from './support/velip';

let sim: Simulator;
let world: World;

beforeAll(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	world = await populate(sim);
});

afterAll(async () => await sim.close());

const named = CASES.map((one) => [one.name, one] as const);

test('every operation has a case', () => {
	const wanted = operations.map(({ resource, name }) => `${resource}/${name}`).sort();
	expect(CASES.map(({ name }) => name).sort()).toEqual(wanted);
});

test.each(named)(
	'%s succeeds without a word from the simulator',
	async (name, { fn, parameters }) => {
		// From a settled state, whatever the machine takes for the operations before.
		await sim.idle();
		const before = sim.requests[fn] ?? 0;
		const { error, json, outputs } = await runVelip(sim, name, parameters(world), { items: FILES });
		expect(error && `${error.message} ${error.description}`).toBeUndefined();
		expect(sim.violations).toEqual([]);
		expect(sim.plausible).toEqual([]);
		expect((sim.requests[fn] ?? 0) - before).toBeGreaterThan(0);
		expect(json.length).toBeGreaterThan(0);
		for (const item of outputs[0] ?? []) expect(item.pairedItem).toEqual({ item: 0 });
		// Nothing of Velip's envelope, spaced keys or null texts is left.
		const leftover = name === 'apiRequest/send' ? /"null"/ : / ":|"null"|"status_code"/;
		expect(JSON.stringify(json)).not.toMatch(leftover);
	},
);

/** An answer in the form that each function has for a no. */
function refusal(code: number | string, status: string): string {
	return JSON.stringify({ return: { status, status_code: code } });
}

async function withAnswer(
	name: string,
	status: number,
	body: string,
	onError?: 'continueRegularOutput',
) {
	const found = CASES.find((one) => one.name === name);
	if (found === undefined) throw new Error(name);
	sim.faults.clear();
	const kind = status === 200 ? 'okWithError' : 'status';
	sim.faults.add({ kind, status, body });
	return await runVelip(sim, name, found.parameters(world), { items: FILES, onError });
}

describe.each(named)('%s refused', (name, { fn }) => {
	test('with an error status: the words of Velip, its code and the function', async () => {
		const { error } = await withAnswer(name, 400, refusal('399', 'strange reason'));
		expect(error?.message).toContain('strange reason');
		expect(error?.message).toContain(fn);
		expect(error?.message).toContain('399');
	});

	test('with HTTP 200, and goes on when told to', async () => {
		const { error, json } = await withAnswer(
			name,
			200,
			refusal(399, 'strange reason'),
			'continueRegularOutput',
		);
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0]?.error).toContain('strange reason');
	});
});

test('parameters are read for every item', async () => {
	const items: IDataObject[] = [
		{ to: '5511987654351', text: 'one' },
		{ to: '5511987654352', text: 'two' },
	];
	const { json, outputs } = await runVelip(
		sim,
		'sms/send',
		{ dest: '={{ $json.to }}', message: '={{ $json.text }}' },
		{ items },
	);
	expect(json.map(({ dest }) => dest)).toEqual(['5511987654351', '5511987654352']);
	expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	const sent = sim.messages().slice(-2);
	expect(sent.map(({ text }) => text).sort()).toEqual(['one', 'two']);
});
