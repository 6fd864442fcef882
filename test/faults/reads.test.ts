/** Operations that only read are repeated until the fault is over, in time, and not for ever. */
import { watchLog } from './support/secrets';
import type { IDataObject } from 'n8n-workflow';

import { runNode } from '../engine/support/engine';
import type { AlphaSmsSimulator } from '../simulators/alphasms';
import type { Fault } from '../simulators/core/faults';
import { PASSING_FAULTS } from './support/faultCases';
import { credentials, judgeSecrets, simulator } from './support/spend';

watchLog();

const MAX_ATTEMPTS = 4;
const KNOWN_ID = 900_001;

const READS: ReadonlyArray<readonly [key: string, parameters: IDataObject]> = [
	['message/getStatus', { identifyBy: 'id', id: KNOWN_ID }],
	['message/getViberReplies', { identifyBy: 'id', id: KNOWN_ID, splitReplies: false }],
	['message/getPrice', { phone: '380971234531' }],
	['account/getBalance', {}],
];

async function read(sim: AlphaSmsSimulator, key: string, parameters: IDataObject, timeout = 20) {
	const [resource, operation] = key.split('/');
	return await runNode({
		node: 'alphaSms',
		credentials: credentials(sim.url),
		parameters: { resource, operation, simplify: true, ...parameters, options: { timeout } },
	});
}

/** A simulator that knows one message, and whose log begins afterwards. */
async function prepared(): Promise<AlphaSmsSimulator> {
	const sim = await simulator();
	const item = {
		type: 'sms',
		id: KNOWN_ID,
		phone: 380971234531,
		sms_signature: 'MyShop',
		sms_message: 'Hi',
	};
	const body = JSON.stringify({ auth: sim.apiKey, data: [item] });
	await fetch(`${sim.url}/api/json.php`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body,
	});
	sim.log.length = 0;
	return sim;
}

async function withFaults<T>(
	faults: Fault[],
	use: (sim: AlphaSmsSimulator) => Promise<T>,
): Promise<T> {
	const sim = await prepared();
	try {
		sim.faults.add(faults);
		return await use(sim);
	} finally {
		await sim.close();
	}
}

it('succeeds once the fault is over', async () => {
	const runs = PASSING_FAULTS.flatMap(({ name, fault, timeout }) =>
		READS.map(async ([key, parameters]) => {
			const times = timeout === undefined ? 2 : 1;
			return await withFaults([{ ...fault(), times }], async (sim) => {
				const result = await read(sim, key, parameters, timeout);
				const problems = judgeSecrets({ sim, result });
				if (result.error) problems.push(`failed: ${result.error.message}`);
				if (result.json.length !== 1) problems.push(`gave ${result.json.length} items`);
				if (sim.log.length !== times + 1) problems.push(`made ${sim.log.length} requests`);
				return problems.map((problem) => `${key} · ${name}: ${problem}`);
			});
		}),
	);
	expect((await Promise.all(runs)).flat()).toEqual([]);
});

const GAPS: ReadonlyArray<readonly [string, number, () => number | string]> = [
	['429 with seconds', 429, () => 1],
	['503 with seconds', 503, () => 1],
	['429 with a date', 429, () => new Date(Date.now() + 2000).toUTCString()],
];

it.each(GAPS)('waits as long as Retry-After asks: %s', async (_, status, retryAfter) => {
	const value = retryAfter();
	const named = typeof value === 'string' ? Date.parse(value) : undefined;
	const [first, second] = await withFaults(
		[{ kind: 'status', status, retryAfter: value }],
		async (sim) => {
			const result = await read(sim, 'message/getStatus', { identifyBy: 'id', id: KNOWN_ID });
			expect(result.json).toEqual([expect.objectContaining({ id: KNOWN_ID })]);
			return sim.log.map(({ at }) => at);
		},
	);
	expect(first).toBeDefined();
	expect(second).toBeGreaterThanOrEqual((named ?? (first ?? 0) + 1000) - 10);
	expect(second).toBeLessThan((first ?? 0) + 4000);
});

const HOPELESS: ReadonlyArray<readonly [string, Fault, number]> = [
	['429', { kind: 'status', status: 429 }, MAX_ATTEMPTS],
	['500', { kind: 'status', status: 500 }, MAX_ATTEMPTS],
	['resets', { kind: 'resetBeforeBody' }, MAX_ATTEMPTS],
	['HTML at 200', { kind: 'html' }, MAX_ATTEMPTS],
	['Retry-After of a year', { kind: 'status', status: 429, retryAfter: 31_536_000 }, 1],
	['Retry-After of 400 digits', { kind: 'status', status: 503, retryAfter: '9'.repeat(400) }, 1],
	['a refusal', { kind: 'okWithError', error: 'SMS not found' }, 1],
	['redirects', { kind: 'redirectLoop' }, 1],
	['404', { kind: 'status', status: 404 }, 1],
];

it('gives up on a fault without end, after a bounded number of requests', async () => {
	const runs = HOPELESS.map(
		async ([name, fault, requests]) =>
			await withFaults([{ ...fault, times: 'always' }], async (sim) => {
				const result = await read(sim, 'message/getStatus', { identifyBy: 'id', id: KNOWN_ID });
				const problems = judgeSecrets({ sim, result });
				if (result.error?.name !== 'NodeApiError')
					problems.push(`ended with ${String(result.error)}`);
				if (sim.log.length !== requests)
					problems.push(`made ${sim.log.length} requests, expected ${requests}`);
				return problems.map((problem) => `message/getStatus · ${name} without end: ${problem}`);
			}),
	);
	expect((await Promise.all(runs)).flat()).toEqual([]);
});
