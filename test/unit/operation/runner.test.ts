import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { alphaSms } from '../../../nodes/AlphaSms/provider';
import { executeOperation } from '../../../nodes/shared/operation/runner';
import type { AlphaSmsSimulator } from '../../simulators/alphasms';
import { startAlphaSmsSimulator } from '../../simulators/alphasms';
import type { FakeExecution } from '../support/executeContext';
import { fakeExecution } from '../support/executeContext';

const KEY = 'runner-key-12345';

let sim: AlphaSmsSimulator;
beforeEach(async () => {
	sim = await startAlphaSmsSimulator({ apiKey: KEY, lifecycle: 'manual' });
});
afterEach(async () => await sim.close());

const phoneOf = (index: number) => String(380_970_000_011 + index * 100);
const SMS = {
	resource: 'message',
	operation: 'sendSms',
	smsSignature: 'MyShop',
	smsMessage: 'Hello',
};
const toMany = (index: number): IDataObject => ({ ...SMS, phone: phoneOf(index) });

async function run(options: Partial<FakeExecution>): Promise<INodeExecutionData[]> {
	const context = fakeExecution({
		parameters: toMany,
		credentials: { baseUrl: 'custom', customBaseUrl: sim.url, apiKey: KEY },
		...options,
	});
	const [items = []] = await executeOperation(context, alphaSms);
	return items;
}

const manyItems = (count: number) => Array.from({ length: count }, () => ({ json: {} }));
const phones = (items: INodeExecutionData[]) => items.map(({ json }) => json.phone);

describe('the same data of a node run', () => {
	it('sends nothing a second time', async () => {
		const executeData = {};
		const items = manyItems(3);
		const first = await run({ executeData, items });
		expect(await run({ executeData, items })).toEqual(first);
		expect(sim.acceptedTotal).toBe(3);
	});

	it('is another for each run of the node, as in a loop', async () => {
		for (let times = 0; times < 3; times++) await run({ executeData: {} });
		expect(sim.acceptedTotal).toBe(3);
	});

	it('does not hold back a Dry Run, nor what follows it', async () => {
		const executeData = {};
		const dry = { ...toMany(0), dryRun: true };
		await run({ executeData, parameters: dry });
		await run({ executeData });
		expect(sim.acceptedTotal).toBe(1);
	});
});

describe('as a tool of an AI agent, which has the data of the agent', () => {
	const executeData = {};
	const call = async (args: IDataObject, parameters = toMany(Number(args.index))) =>
		await run({ executeData, isTool: true, items: [{ json: args }], parameters });

	it('sends every call, also one that says the same', async () => {
		const results = [];
		for (const index of [0, 1, 1, 2]) results.push(...(await call({ index })));
		expect(phones(results)).toEqual([0, 1, 1, 2].map(phoneOf));
		expect(new Set(results.map(({ json }) => json.id)).size).toBe(4);
		expect(sim.acceptedTotal).toBe(4);
	});

	it('has `$json` of the agent, not the arguments that the model has made up', async () => {
		const stored = { ...toMany(0), phone: '={{ $json.phone }}' };
		const items = await run({
			isTool: true,
			items: [{ json: { phone: phoneOf(1) } }],
			// What n8n makes of the expression.
			parameters: toMany(0),
			node: { parameters: stored },
		});
		expect(phones(items)).toEqual([phoneOf(0)]);
	});

	it('sends nothing twice when n8n tries the same call again', async () => {
		const args = { index: 0 };
		const [first] = await call(args);
		expect(await call(args)).toEqual([first]);
		expect(sim.acceptedTotal).toBe(1);
	});

	it('takes arguments that are no object', async () => {
		const args = 'text' as unknown as IDataObject;
		await call(args, toMany(0));
		await call(args, toMany(0));
		expect(sim.acceptedTotal).toBe(2);
	});

	it('does not wait for an answer', async () => {
		const parameters = { ...toMany(0), operation: 'sendSmsAndWait' };
		await expect(call({}, parameters)).rejects.toThrow(
			'"Send SMS and Wait" cannot wait inside an AI agent; nothing was sent',
		);
		expect(sim.acceptedTotal).toBe(0);
	});
});

describe('a cancelled run', () => {
	const oneByOne = (index: number) => ({
		...toMany(index),
		options: { batchSize: 1, concurrency: 1 },
	});

	async function cancelled(onError?: 'continue') {
		const controller = new AbortController();
		sim.faults.add({ kind: 'stallHeaders', afterProcessing: true, skip: 2, times: 'always' });
		const running = run({
			items: manyItems(6),
			parameters: oneByOne,
			signal: controller.signal,
			continueOnFail: onError === 'continue',
		});
		const until = async (count: number) => {
			while (sim.acceptedTotal < count) await new Promise((resolve) => setTimeout(resolve, 5));
		};
		await until(3);
		controller.abort();
		return (await running.catch((error: unknown) => error)) as Error & {
			description?: string;
			context: { data?: { accepted: IDataObject[]; unknown: IDataObject[] } };
		};
	}

	it.each([undefined, 'continue'] as const)(
		'lists what was accepted and what may have been, on error: %s',
		async (onError) => {
			const { message, description, context } = await cancelled(onError);
			expect(message).toBe('The execution was cancelled');
			expect(description).toMatch(
				/^Before the run stopped, 2 of 6 items had been accepted before and the outcome of 1 is unknown \(/,
			);
			expect(context.data?.accepted.map(({ phone }) => phone)).toEqual([phoneOf(0), phoneOf(1)]);
			expect(context.data?.unknown.map(({ phone }) => phone)).toEqual([phoneOf(2)]);
			const ids = [...(context.data?.accepted ?? []), ...(context.data?.unknown ?? [])];
			expect(ids.map(({ id }) => sim.accepted.get(String(id)))).toEqual([1, 1, 1]);
			expect(sim.requests['/api/json.php']).toBe(3);
		},
	);

	it('has sent nothing when it is cancelled while the network policy is asked', async () => {
		const controller = new AbortController();
		const ok = () => ({ ok: true });
		const filter = {
			validateUrl: async () => {
				controller.abort();
				return ok();
			},
			validateConnectionHost: ok,
			createSecureLookup: () => () => undefined,
		};
		const helpers = { getSecureEgressFilter: () => filter };
		const running = run({ items: manyItems(3), signal: controller.signal, helpers });
		const error = (await running.catch((reason: unknown) => reason)) as Error & {
			context: IDataObject;
		};
		expect(error.message).toBe('The execution was cancelled');
		expect(error.context).not.toHaveProperty('data');
		expect([sim.log.length, sim.acceptedTotal]).toEqual([0, 0]);
	});
});

describe('20,000 items', () => {
	const items = manyItems(20_000);

	it('leave turns to the rest of n8n while they are read', async () => {
		let turns = 0;
		let longest = 0;
		const began = performance.now();
		let last = began;
		const turn = () => {
			turns++;
			longest = Math.max(longest, performance.now() - last);
			last = performance.now();
			timer = setImmediate(turn);
		};
		let timer = setImmediate(turn);
		const bad = (index: number) => ({ ...toMany(index), phone: 'Mum' });
		await expect(run({ items, parameters: bad })).rejects.toThrow(/\[item 0\]$/);
		clearImmediate(timer);
		expect(turns).toBeGreaterThan(50);
		// All of it at once would be no turn but the whole time.
		expect(longest).toBeLessThan(Math.max(1000, (performance.now() - began) / 2));
		expect(sim.log).toEqual([]);
	});

	it('are not all read when the run is cancelled meanwhile', async () => {
		const controller = new AbortController();
		let read = 0;
		const parameters = (index: number) => {
			read = Math.max(read, index);
			if (index === 100) controller.abort();
			return toMany(index);
		};
		await expect(run({ items, parameters, signal: controller.signal })).rejects.toThrow(
			'The execution was cancelled',
		);
		expect(read).toBeLessThan(19_000);
		expect(sim.log).toEqual([]);
	});
});

it('a Default Country Code may come from an expression that gives all options', async () => {
	const countries = ['380', '49', '44'];
	const parameters = (index: number) => ({
		...toMany(index),
		phone: '0151 12345678',
		options: { defaultCountry: countries[index] },
	});
	expect(phones(await run({ items: manyItems(3), parameters }))).toEqual([
		'38015112345678',
		'4915112345678',
		'4415112345678',
	]);
});

it.each([true, false])(
	'a fixed value is the same for all items, also a Dry Run: %s',
	async (dryRun) => {
		const parameters = { ...toMany(0), dryRun };
		const items = await run({ items: manyItems(3), parameters });
		expect(phones(items)).toEqual([phoneOf(0), phoneOf(0), phoneOf(0)]);
		expect(sim.acceptedTotal).toBe(dryRun ? 0 : 3);
	},
);
