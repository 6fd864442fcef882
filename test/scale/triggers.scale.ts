/** Callbacks to an instance of several processes: who may start what, and how often. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credential, N8nClient, Workflow } from '../../demo/client';
import {
	alphaSms,
	alphaSmsTrigger,
	node,
	PACK,
	velipPollingTrigger,
	workflowOf,
} from '../e2e/support/workflows';
import { until } from '../simulators/testSupport';
import { startVelipSimulator } from '../simulators/velip';
import { startVoximplantKitCustomChannelSimulator } from '../simulators/voximplantKitCustomChannel';
import { mainClient } from './support/cluster';
import { note } from './support/findings';
import { urlOf } from './support/record';
import { query } from './support/services';
import {
	alphaSmsSide,
	CALLBACK_TIMEOUT_MS,
	publish,
	settled,
	smsParameters,
	statuses,
	usedBy,
} from './support/workflows';

/** The processes that take callbacks. */
const DOORS = ['webhook', 'main'] as const;
const TOGGLES = 5;
const MINUTE = 60_000;

describe('triggers on several processes', () => {
	let client: N8nClient;
	let side: Awaited<ReturnType<typeof alphaSmsSide>>;
	let kit: Awaited<ReturnType<typeof startVoximplantKitCustomChannelSimulator>>;
	let velip: Awaited<ReturnType<typeof startVelipSimulator>>;
	let polling: { workflow: Workflow; since: number; before: number };
	let lastId = 5_000_000;

	const deliver = async (url: string, fields: Record<string, unknown>, more = {}) => {
		const body = { id: 1, type: 'sms', status: 'DELIVERED', ...fields };
		return (await side.simulator.deliver({ url, body, ...more })).status;
	};
	const nextId = () => (lastId += 1);
	const polls = () => velip.requests.GetCallStatus ?? 0;

	async function republish({ id }: Workflow): Promise<void> {
		await client.deactivateWorkflow(id);
		await client.activateWorkflow(await client.getWorkflow(id));
	}

	/** Each event sends one SMS with its own number, so that the simulator counts the executions. */
	async function counted() {
		const trigger = alphaSmsTrigger(side.credential, { events: ['status'] });
		const sms = smsParameters('447700900001', '={{ $json.msg_id }}');
		const nodes = [trigger, alphaSms('Send', side.credential, sms)];
		const file = workflowOf('Counted', nodes, { [trigger.name]: ['Send'] });
		const workflow = await client.createWorkflow(file);
		return { workflow, path: await publish(workflow, trigger.name) };
	}

	const seed = (dests: string[]) =>
		velip.seedCalls(dests.length, { spanMs: 1000, dest: (index) => dests[index] ?? '' });

	beforeAll(async () => {
		client = mainClient();
		side = await alphaSmsSide();
		kit = await startVoximplantKitCustomChannelSimulator({
			steerByText: false,
			callbackTimeoutMs: CALLBACK_TIMEOUT_MS,
		});
		velip = await startVelipSimulator();
		const data = { baseUrl: velip.url, authentication: 'bearer', token: velip.apiKey };
		const credential: Credential = await client.createCredential('velipApi', 'Velip', data);
		const workflow = await client.createWorkflow(
			workflowOf('Polling', [velipPollingTrigger(credential)]),
		);
		await client.activateWorkflow(workflow);
		// Each of these polls once, at once.
		for (let round = 0; round < TOGGLES; round += 1) await republish(workflow);
		polling = { workflow, since: Date.now(), before: polls() };
		seed(['5511900000201', '5511900000202', '5511900000203']);
	});

	afterAll(async () => {
		if (polling) await client.deactivateWorkflow(polling.workflow.id);
		await Promise.all(
			[side, { simulator: kit }, { simulator: velip }].map((one) => one?.simulator?.close()),
		);
	});

	test.each(DOORS)('AlphaSMS at %s: signed events start, forged ones get 401', async (door) => {
		const { workflow, path } = await counted();
		const url = urlOf(door) + path;
		const before = side.simulator.acceptedTotal;
		for (const signature of ['invalid', 'missing', 'tampered', 'otherKey'] as const) {
			expect(await deliver(url, { msg_id: nextId() }, { signature })).toBe(401);
		}
		for (let good = 0; good < 10; good += 1) {
			expect(await deliver(url, { msg_id: nextId() })).toBe(200);
		}
		expect(await settled(workflow, 10)).toEqual({ success: 10 });
		expect(side.simulator.acceptedTotal - before).toBe(10);
		await client.deactivateWorkflow(workflow.id);
	});

	test.each(DOORS)('the custom channel at %s: the same', async (door) => {
		const credential = await client.createCredential(
			'voximplantKitCustomChannelApi',
			`Channel at ${door}`,
			{
				region: 'custom',
				customHost: kit.url,
				domain: kit.options.domain,
				accessToken: kit.apiKey,
				channelUuid: kit.options.channelUuid,
				saltSecret: kit.options.salt,
			},
		);
		const trigger = node(
			'From Kit',
			`${PACK}.voximplantKitCustomChannelTrigger`,
			{ events: ['message', 'conversationClosed', 'other'], simplify: true, options: {} },
			{ webhookId: randomUUID(), credentials: usedBy(credential) },
		);
		const workflow = await client.createWorkflow(workflowOf('From Kit', [trigger]));
		const url = urlOf(door) + (await publish(workflow, trigger.name));
		for (const method of ['GET', 'HEAD', 'POST'] as const) {
			expect(await kit.check(url, { method })).toMatchObject({ status: 200 });
		}
		for (const signature of ['missing', 'tampered', 'withoutEventId'] as const) {
			expect((await kit.deliver({ url, signature })).status).toBe(401);
		}
		kit.setOptions({ callbackUrl: url });
		for (let good = 0; good < 10; good += 1) {
			const { deliveries } = await kit.agentReply(`client-${good}`, 'Hello');
			expect(deliveries.map(({ status }) => status)).toEqual([200]);
		}
		expect(await settled(workflow, 10)).toEqual({ success: 10 });
		await client.deactivateWorkflow(workflow.id);
	});

	test('a repeated event starts once in each process that gets it', async () => {
		const { workflow, path } = await counted();
		const event = { msg_id: nextId() };
		for (const door of DOORS) {
			for (let copy = 0; copy < 3; copy += 1) {
				expect(await deliver(urlOf(door) + path, event)).toBe(200);
			}
		}
		const found = await settled(workflow, DOORS.length);
		expect(found).toEqual({ success: DOORS.length });
		note('repeats', { copies: 3 * DOORS.length, processes: DOORS.length, executions: found });
		await client.deactivateWorkflow(workflow.id);
	});

	test('deactivated and reactivated: no ghosts, no doubles', async () => {
		const { workflow, path } = await counted();
		let taken = 0;
		for (let round = 0; round < TOGGLES; round += 1) {
			await client.deactivateWorkflow(workflow.id);
			for (const door of DOORS) {
				expect(await deliver(urlOf(door) + path, { msg_id: nextId() })).toBe(404);
			}
			await client.activateWorkflow(await client.getWorkflow(workflow.id));
			for (const door of DOORS) {
				expect(await deliver(urlOf(door) + path, { msg_id: nextId() })).toBe(200);
				taken += 1;
			}
		}
		expect(await settled(workflow, taken)).toEqual({ success: taken });
		const hooks = await query(
			`SELECT method FROM webhook_entity WHERE "workflowId" = '${workflow.id}'`,
		);
		expect(hooks).toEqual([['POST']]);
		await client.deactivateWorkflow(workflow.id);
	});

	test('toggled while events keep coming: what got 200 ran once, what got 404 did not', async () => {
		const { workflow, path } = await counted();
		const answers = new Map<number, number | undefined>();
		let done = false;
		const caller = async (door: (typeof DOORS)[number]) => {
			while (!done) {
				const id = nextId();
				answers.set(id, await deliver(urlOf(door) + path, { msg_id: id }));
				await sleep(40);
			}
		};
		const ids = (status: number) => [...answers].filter(([, got]) => got === status);
		/** Until both doors have met it, however long the workflow is off or on. */
		const met = async (status: number) => {
			const before = ids(status).length;
			await until(() => ids(status).length >= before + 2 * DOORS.length, 120_000);
		};
		const callers = DOORS.map(caller);
		try {
			for (let round = 0; round < TOGGLES; round += 1) {
				await client.deactivateWorkflow(workflow.id);
				await met(404);
				await client.activateWorkflow(await client.getWorkflow(workflow.id));
				await met(200);
			}
		} finally {
			done = true;
			await Promise.all(callers);
		}
		const [good, absent] = [ids(200), ids(404)];
		expect(good.length + absent.length).toBe(answers.size);
		expect(Math.min(good.length, absent.length)).toBeGreaterThan(0);
		expect(await settled(workflow, good.length)).toEqual({ success: good.length });
		const times = (list: Array<[number, unknown]>) =>
			new Set(list.map(([id]) => side.simulator.accepted.get(String(id)) ?? 0));
		expect([times(good), times(absent)]).toEqual([new Set([1]), new Set([0])]);
		note('toggled under load', { toggles: TOGGLES, started: good.length, refused: absent.length });
		await client.deactivateWorkflow(workflow.id);
	});

	test('the polling trigger asks once a minute, not once per process and activation', async () => {
		const { workflow, since, before } = polling;
		const deadline = since + MINUTE + 20_000;
		while (Object.keys(await statuses(workflow)).length === 0 && Date.now() < deadline) {
			await sleep(500);
		}
		expect(await settled(workflow, 1)).toEqual({ success: 1 });
		const [[items] = []] = await query(
			`SELECT count(*) FROM execution_entity WHERE "workflowId" = '${workflow.id}'`,
		);
		expect(items).toBe('1');
		const minutes = Math.ceil((Date.now() - since) / MINUTE);
		expect(polls() - before).toBeGreaterThan(0);
		expect(polls() - before).toBeLessThanOrEqual(minutes);
	});
});
