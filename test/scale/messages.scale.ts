/** Ten thousand messages, in through webhooks, out through the workers. */
import type { N8nClient } from '../../demo/client';
import { alphaSms, alphaSmsTrigger, set, workflowOf } from '../e2e/support/workflows';
import { mainClient } from './support/cluster';
import { cpuOf, note } from './support/findings';
import { urlOf } from './support/record';
import {
	alphaSmsSide,
	inParallel,
	publish,
	rowsWebhook,
	settled,
	smsParameters,
	splitRows,
	workersOf,
} from './support/workflows';

const CALLS = 190;
const ROWS = 50;
const SINGLES = 500;
const CALLERS = 12;
const FIRST_ID = 1_000_000;
const PHONE = 447_700_900_000;

const idOf = (call: number, row: number) => FIRST_ID + call * ROWS + row;
/** Different for neighbours, so that a mistaken pair shows. */
const phoneOf = (id: number) => String(PHONE + (id % 1000));

describe('ten thousand messages', () => {
	let client: N8nClient;
	let side: Awaited<ReturnType<typeof alphaSmsSide>>;

	beforeAll(async () => {
		client = mainClient();
		side = await alphaSmsSide();
	});

	afterAll(async () => await side?.simulator.close());

	test(`${CALLS * ROWS} in ${CALLS} calls of ${ROWS}: each sent once, each answer with its own row`, async () => {
		const nodes = [
			rowsWebhook('lastNode'),
			splitRows(),
			alphaSms('Send', side.credential, smsParameters('={{ $json.phone }}', '={{ $json.id }}')),
			set('Paired', {
				row: "={{ $('Rows').item.json.id }}",
				phone: "={{ $('Rows').item.json.phone }}",
				sentId: '={{ $json.id }}',
				sentTo: '={{ $json.phone }}',
				outcome: '={{ $json.outcome }}',
			}),
		];
		const workflow = await client.createWorkflow(
			workflowOf('Bulk', nodes, { Orders: ['Rows'], Rows: ['Send'], Send: ['Paired'] }),
		);
		const url = `${urlOf('webhook')}${await publish(workflow, 'Orders')}`;
		const started = Date.now();
		const cpu = cpuOf();
		const answers = await inParallel(CALLS, CALLERS, async (call) => {
			const ids = Array.from({ length: ROWS }, (_, row) => idOf(call, row));
			const rows = ids.map((id) => ({ id, phone: phoneOf(id) }));
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ rows }),
			});
			return { status: response.status, body: await response.json() };
		});
		const seconds = (Date.now() - started) / 1000;

		answers.forEach(({ status, body }, call) => {
			const expected = Array.from({ length: ROWS }, (_, row) => {
				const id = idOf(call, row);
				const [own, phone] = [String(id), phoneOf(id)];
				return { row: own, phone, sentId: own, sentTo: phone, outcome: 'accepted' };
			});
			expect({ status, body }).toEqual({ status: 200, body: expected });
		});
		const { simulator } = side;
		expect([simulator.acceptedTotal, simulator.accepted.size, simulator.maxPerId]).toEqual([
			CALLS * ROWS,
			CALLS * ROWS,
			1,
		]);
		expect(await settled(workflow, CALLS)).toEqual({ success: CALLS });
		const [one = 0, two = 0] = await workersOf(workflow);
		expect(one + two).toBe(CALLS);
		expect(Math.min(one, two)).toBeGreaterThan(0);
		note('bulk', {
			messages: CALLS * ROWS,
			calls: CALLS,
			seconds,
			cpuSeconds: cpu(),
			workers: [one, two],
		});
		await client.deactivateWorkflow(workflow.id);
	});

	test(`${SINGLES} through a signed trigger: each event one execution, each execution one message`, async () => {
		const before = side.simulator.acceptedTotal;
		const trigger = alphaSmsTrigger(side.credential, { events: ['status'] });
		const nodes = [
			trigger,
			alphaSms(
				'Send',
				side.credential,
				smsParameters(`={{ String(${PHONE} + $json.msg_id % 1000) }}`, '={{ $json.msg_id }}'),
			),
		];
		const workflow = await client.createWorkflow(
			workflowOf('One for one', nodes, { [trigger.name]: ['Send'] }),
		);
		const url = `${urlOf('webhook')}${await publish(workflow, trigger.name)}`;
		const firstId = FIRST_ID * 2;
		const started = Date.now();
		const cpu = cpuOf();
		const answers = await inParallel(SINGLES, CALLERS, async (index) => {
			const body = { id: 1, msg_id: firstId + index, type: 'sms', status: 'DELIVERED' };
			return (await side.simulator.deliver({ url, body })).status;
		});
		const accepted = (Date.now() - started) / 1000;
		expect(await settled(workflow, SINGLES)).toEqual({ success: SINGLES });
		const seconds = (Date.now() - started) / 1000;

		expect(answers.filter((status) => status !== 200)).toEqual([]);
		expect(side.simulator.acceptedTotal - before).toBe(SINGLES);
		for (let id = firstId; id < firstId + SINGLES; id += 1) {
			expect(side.simulator.accepted.get(String(id))).toBe(1);
		}
		note('singles', {
			messages: SINGLES,
			accepted,
			seconds,
			cpuSeconds: cpu(),
			workers: await workersOf(workflow),
		});
		await client.deactivateWorkflow(workflow.id);
	});

	test('none of the ten thousand was sent twice', () => {
		const { acceptedTotal, maxPerId } = side.simulator;
		expect([acceptedTotal, maxPerId]).toEqual([CALLS * ROWS + SINGLES, 1]);
	});
});
