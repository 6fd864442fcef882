/** Every operation of the Voximplant Kit node in n8n's engine against the simulator: success, refusal, both ways to go on. */
import { operations } from '../../nodes/VoximplantKit/operations';
import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import { CASES, populate, runKit, type Simulator, type World } from './support/voximplantKit';

let sim: Simulator;
let world: World;

beforeAll(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
	world = await populate(sim);
	sim.setCampaignStatus('kit2', world.automated, 'draft');
});

afterAll(async () => await sim.close());

const named = CASES.map((one) => [one.name, one] as const);

test('every operation has a case', () => {
	const wanted = operations.map(({ resource, name }) => `${resource}/${name}`).sort();
	expect(CASES.map(({ name }) => name).sort()).toEqual(wanted);
});

test.each(named)(
	'%s succeeds without a word from the simulator',
	async (name, { method, parameters, prepare, options }) => {
		// From a settled state, whatever the machine takes for the operations before.
		await sim.idle();
		await prepare?.(sim, world);
		const before = sim.requests[method] ?? 0;
		const { error, json, outputs } = await runKit(sim, name, parameters(world), options);
		expect(error && `${error.message} ${error.description}`).toBeUndefined();
		expect(sim.violations).toEqual([]);
		expect((sim.requests[method] ?? 0) - before).toBeGreaterThan(0);
		expect(json.length).toBeGreaterThan(0);
		for (const item of outputs[0] ?? []) expect(item.pairedItem).toEqual({ item: 0 });
		// Nothing of the envelope and no unparsed UTC text is left.
		expect(JSON.stringify(json)).not.toMatch(/"_meta"|"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/);
		expect(JSON.stringify(json)).not.toContain(sim.apiKey);
	},
);

async function withAnswer(
	name: string,
	status: number,
	body: unknown,
	onError?: 'continueRegularOutput' | 'continueErrorOutput',
) {
	const found = CASES.find((one) => one.name === name);
	if (found === undefined) throw new Error(name);
	sim.faults.clear();
	const kind = status === 200 ? 'okWithError' : 'status';
	sim.faults.add({ kind, status, body: JSON.stringify(body) });
	const result = await runKit(sim, name, found.parameters(world), { ...found.options, onError });
	sim.faults.clear();
	return result;
}

const NO = { success: false, result: { error: 'strange reason', code: 422 } };

describe.each(named)('%s refused', (name, { method }) => {
	test('with an error status: the words of Kit, its code and the method', async () => {
		const { error } = await withAnswer(name, 422, NO);
		expect(error?.message).toContain('strange reason');
		expect(error?.message).toContain(method.replace(/^(v\d|cti)\//, ''));
		expect(error?.message).toContain('422');
	});

	test('with HTTP 200, and goes on when told to', async () => {
		const { error, json, outputs } = await withAnswer(name, 200, NO, 'continueRegularOutput');
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0]?.error).toContain('strange reason');
		expect(outputs[0]?.[0]?.pairedItem).toEqual({ item: 0 });
	});
});

test('parameters are read for every item, and pairs stay right', async () => {
	const items = [
		{ to: '15551230041', who: 'one' },
		{ to: 'nobody', who: 'two' },
		{ to: '15551230042', who: 'three' },
	];
	const { json, outputs } = await runKit(
		sim,
		'scenario/run',
		{
			scenarioId: '17828',
			phone: '={{ $json.to }}',
			callerType: 'callerId',
			callerId: '15550001000',
			variables: {
				assignments: [{ id: '1', name: 'who', value: '={{ $json.who }}', type: 'string' }],
			},
		},
		{ items, onError: 'continueRegularOutput' },
	);
	expect(json.map(({ phone, outcome }) => [phone, outcome])).toEqual([
		['15551230041', 'accepted'],
		[undefined, 'not_sent'],
		['15551230042', 'accepted'],
	]);
	expect(json[1]?.error).toContain('"To"');
	expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	const bodies = sim.log.filter(({ path }) => path.endsWith('/runScenario')).slice(-2);
	const decoded = bodies.map(({ body }) => new URLSearchParams(String(body)).get('variables'));
	expect(decoded.sort()).toEqual(['{"who":"one"}', '{"who":"three"}']);
});

test('a refused token ends the run after one request', async () => {
	const before = sim.authFailures;
	const items = Array.from({ length: 5 }, () => ({}));
	const { error } = await runKit(
		sim,
		'account/getInfo',
		{},
		{
			items,
			credentials: {
				voximplantKitApi: {
					domain: sim.domain,
					accessToken: 'wrong',
					region: 'custom',
					apiHost: sim.url,
				},
			},
		},
	);
	expect(error?.description).toContain('Check the account name and the API token');
	expect(sim.authFailures - before).toBe(1);
});

test('Dry Run sends nothing', async () => {
	const before = sim.accepted.total;
	const { json } = await runKit(sim, 'scenario/run', {
		scenarioId: '17828',
		phone: '15551230043',
		callerType: 'phoneNumberId',
		phoneNumberId: '610',
		dryRun: true,
	});
	expect(json[0]).toMatchObject({
		outcome: 'dry_run',
		request: { path: '/api/v3/scenario/runScenario' },
	});
	expect(JSON.stringify(json)).not.toContain(sim.apiKey);
	expect(sim.accepted.total).toBe(before);
});
