/** The polling trigger in real n8n, which asks it at once when a workflow is published and then every minute. */
import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems, type Execution, type N8nClient, type Workflow } from '../../demo/client';
import { openHostDatabase } from '../../demo/database';
import { readSession, signedInClient, velipFixture, type VelipFixture } from './support/session';
import {
	finishedExecutions,
	NEVER_BY_ITSELF,
	velipPollingTrigger,
	workflowOf,
} from './support/workflows';

const session = readSession();
const TRIGGER = 'Finished Calls';
const MINUTE = 60_000;

describe('the Velip polling trigger', () => {
	let client: N8nClient;
	let velip: VelipFixture;
	/** Published at the start and left alone: it must notice by itself. */
	let left: { velip: VelipFixture; workflow: Workflow };
	/** Published and deactivated at the start. */
	let stopped: { velip: VelipFixture; at: number; lists: number };
	/** n8n tries for a quarter of a minute to publish it. */
	let refused: { velip: VelipFixture; published: Promise<void> };

	const lists = (fixture = velip) => fixture.simulator.requests.GetCallStatus ?? 0;

	async function create(
		fixture: VelipFixture,
		parameters: Record<string, unknown> = {},
	): Promise<Workflow> {
		const trigger = velipPollingTrigger(fixture.credential, parameters);
		return await client.createWorkflow(workflowOf('Velip polling', [trigger]));
	}

	/** Publishes, which polls once. */
	async function publish(workflow: Workflow): Promise<void> {
		await client.activateWorkflow(await client.getWorkflow(workflow.id));
	}

	/** Publishes anew: n8n polls at once, from the state that it saved. */
	async function pollAgain(workflow: Workflow): Promise<void> {
		await client.deactivateWorkflow(workflow.id);
		await publish(workflow);
	}

	async function executions(workflow: Workflow, count: number): Promise<Execution[]> {
		const found = await finishedExecutions(client, { workflowId: workflow.id }, count);
		return await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
	}

	/** Numbers of the calls that were given out, execution by execution. */
	const numbers = (found: Execution[]) =>
		found.map((one) => outputItems(one, TRIGGER).map(({ json }) => json.dest));

	/** What n8n saved of the trigger. */
	function savedState({ id }: Workflow): string {
		const database = openHostDatabase(session.userFolder);
		const rows = database.prepare('SELECT staticData FROM workflow_entity WHERE id = ?').all(id);
		database.close();
		return String(rows[0]?.staticData ?? '');
	}

	const seed = (fixture: VelipFixture, dests: string[]) =>
		fixture.simulator.seedCalls(dests.length, {
			spanMs: 1000,
			dest: (index) => dests[index] ?? '',
		});

	async function publishRefused() {
		const side = await velipFixture(client);
		const credential = await client.createCredential('velipApi', 'Velip, wrong token', {
			baseUrl: side.simulator.url,
			authentication: 'bearer',
			token: 'x'.repeat(30),
		});
		const published = publish(await create({ ...side, credential }));
		published.catch(() => undefined);
		return { velip: side, published };
	}

	beforeAll(async () => {
		client = await signedInClient();
		velip = await velipFixture(client);
		refused = await publishRefused();
		const own = await velipFixture(client);
		seed(own, ['5511900000101']);
		left = { velip: own, workflow: await create(own) };
		await publish(left.workflow);
		seed(own, ['5511900000102', '5511900000100']);

		const other = await velipFixture(client);
		const workflow = await create(other);
		await publish(workflow);
		await client.deactivateWorkflow(workflow.id);
		// One, or two where its minute came while it was published.
		stopped = { velip: other, at: Date.now(), lists: lists(other) };
	});

	afterAll(async () => {
		await client?.deactivateWorkflow(left.workflow.id);
		const sides = [{ velip }, left, stopped, refused];
		await Promise.all(sides.map(async (side) => await side?.velip?.close()));
	});

	test('while building it shows calls that exist, and notes nothing', async () => {
		seed(velip, ['5511900000001', '5511900000006']);
		const workflow = await create(velip);
		for (let run = 0; run < 2; run += 1) {
			const execution = await client.runToEnd(workflow.id, TRIGGER);
			expect(execution.status).toBe('success');
			expect(outputItems(execution, TRIGGER).map(({ json }) => json)).toEqual([
				expect.objectContaining({ dest: '5511900000001', state: 'notAnswered', digits: [] }),
				expect.objectContaining({ event: 'callFinished', state: 'answered', digits: ['1'] }),
			]);
		}
		expect(savedState(workflow)).not.toContain('seen');
	});

	test('new calls come once, old ones and unfinished ones not at all', async () => {
		const workflow = await create(velip, NEVER_BY_ITSELF);
		await publish(workflow);
		expect(savedState(workflow)).toContain('"started":true');
		expect(await executions(workflow, 0)).toEqual([]);

		seed(velip, ['5511900000011', '5511900000006']);
		await pollAgain(workflow);
		expect(numbers(await executions(workflow, 1))).toEqual([['5511900000011', '5511900000006']]);

		await pollAgain(workflow);
		await pollAgain(workflow);
		seed(velip, ['5511900000012']);
		await pollAgain(workflow);
		const found = await executions(workflow, 2);
		expect(numbers(found)).toEqual([['5511900000011', '5511900000006'], ['5511900000012']]);
		expect(found.map(({ mode }) => mode)).toEqual(['trigger', 'trigger']);
		await client.deactivateWorkflow(workflow.id);
	});

	test('filters by result, by keys and by campaign', async () => {
		const { simulator } = velip;
		const options = { callStates: ['answered'], onlyDtmf: true };
		const workflow = await create(velip, { ...NEVER_BY_ITSELF, options });
		const cpId = { __rl: true, mode: 'id', value: '7001' };
		const campaign = await create(velip, { ...NEVER_BY_ITSELF, cpId });
		await publish(workflow);
		await publish(campaign);
		seed(velip, ['5511900000021', '5511900000022', '5511900000006']);
		simulator.seedCalls(1, { spanMs: 1000, campaignId: 7001, dest: () => '5511900000023' });
		await pollAgain(workflow);
		await pollAgain(campaign);
		expect(numbers(await executions(workflow, 1))).toEqual([['5511900000006']]);
		expect(numbers(await executions(campaign, 1))).toEqual([['5511900000023']]);
		for (const { id } of [workflow, campaign]) await client.deactivateWorkflow(id);
	});

	test('a refused token is one request, and publishing says why it failed', async () => {
		await expect(refused.published).rejects.toThrow('Velip refused');
		expect(lists(refused.velip)).toBe(1);
		expect(refused.velip.simulator.authFailures).toBe(1);
		expect(refused.velip.simulator.banned).toBe(false);
	});

	// The last two take a minute: what was published at the start.
	test('by itself, within a minute, it finds what is new', async () => {
		const filter = { workflowId: left.workflow.id };
		const found = await finishedExecutions(client, filter, 1, MINUTE + 15_000);
		expect(found.map(({ mode }) => mode)).toEqual(['trigger']);
		expect(numbers(await executions(left.workflow, 1))).toEqual([
			['5511900000102', '5511900000100'],
		]);
	});

	test('a deactivated one asks no more', async () => {
		await sleep(stopped.at + MINUTE + 2000 - Date.now());
		expect(lists(left.velip)).toBeGreaterThanOrEqual(2);
		expect(stopped.lists).toBeGreaterThan(0);
		expect(lists(stopped.velip)).toBe(stopped.lists);
	});
});
