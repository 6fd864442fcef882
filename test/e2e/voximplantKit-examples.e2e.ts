/** The example workflows of Voximplant Kit, executed whole, with n8n's own nodes around ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution, N8nClient, Workflow } from '../../demo/client';
import { outputItems } from '../../demo/client';
import { registeredWebhooks } from '../../demo/database';
import { adaptWorkflow } from '../../demo/examples';
import { kitFixture, readSession, signedInClient, type KitFixture } from './support/session';
import { json } from './support/waiting';
import { finishedExecutions, kit as kitNode, start, workflowOf } from './support/workflows';

const session = readSession();
const FOLDER = join(__dirname, '..', '..', 'demo', 'workflows');
const LEADS = '08-voximplant-kit-leads-to-campaign.json';
const SUMMARY = '09-voximplant-kit-after-call-summary.json';
const QUEUES = '10-voximplant-kit-queue-monitor.json';
const OPT_OUT = '11-voximplant-kit-do-not-call-opt-out.json';

let client: N8nClient;
let kit: KitFixture;

async function imported(file: string, replace: Record<string, string> = {}): Promise<Workflow> {
	let text = readFileSync(join(FOLDER, file), 'utf8');
	for (const [from, to] of Object.entries(replace)) {
		expect(text).toContain(from);
		text = text.replaceAll(from, to);
	}
	return await client.createWorkflow(adaptWorkflow(text, [kit.credential], client.url));
}

async function published(file: string, replace: Record<string, string> = {}): Promise<Workflow> {
	const workflow = await imported(file, replace);
	await client.activateWorkflow(workflow);
	return workflow;
}

async function run({ id }: Workflow): Promise<Execution> {
	const execution = await client.runToEnd(id, 'Start');
	expect([execution.status, execution.data.resultData.error?.message]).toEqual([
		'success',
		undefined,
	]);
	return execution;
}

/** Runs one operation of the node, and gives its first item. */
async function made(parameters: Record<string, unknown>): Promise<Record<string, unknown>> {
	const node = kitNode('Make', kit.credential, parameters);
	const workflow = await client.createWorkflow(
		workflowOf('Make', [start(), node], { Start: ['Make'] }),
	);
	return outputItems(await run(workflow), 'Make')[0]?.json ?? {};
}

/** Sends the form of a published workflow, as a browser does. */
async function submit({ id }: Workflow, fields: Record<string, string>): Promise<void> {
	const hook = registeredWebhooks(session.userFolder).find(
		({ workflowId, method }) => workflowId === id && method === 'POST',
	);
	const form = new FormData();
	Object.values(fields).forEach((value, index) => form.set(`field-${index}`, value));
	const response = await fetch(`${session.url}/form/${hook?.path}`, { method: 'POST', body: form });
	expect(response.ok).toBe(true);
}

/** Executions that were not started by hand, once so many have ended. */
async function started({ id }: Workflow, count: number): Promise<Execution[]> {
	const found = await finishedExecutions(client, { workflowId: id }, count);
	const executions = await Promise.all(found.map(async (one) => await client.getExecution(one.id)));
	const byItself = executions.filter(({ mode }) => mode !== 'manual');
	for (const { status, data } of byItself) {
		expect([status, data.resultData.error?.message]).toEqual(['success', undefined]);
	}
	return byItself;
}

beforeAll(async () => {
	client = await signedInClient();
	kit = await kitFixture(client);
});

afterAll(async () => {
	expect(kit?.simulator.violations).toEqual([]);
	await kit?.close();
});

describe('leads to a campaign', () => {
	let workflow: Workflow;

	beforeAll(async () => {
		const campaign = await made({
			resource: 'campaign',
			operation: 'createAutomated',
			title: 'Leads',
			scenarioId: { __rl: true, mode: 'id', value: '17828' },
			phoneNumberIds: [610],
			region: 'europe',
			maxLines: 10,
			maxAttempts: 2,
		});
		workflow = await published(LEADS, { '"value": "901"': `"value": "${String(campaign.id)}"` });
	});

	afterAll(async () => await client.deactivateWorkflow(workflow.id));

	test('the samples: three will be called, two stand in a sheet with the reason', async () => {
		const execution = await run(workflow);
		expect(json(execution, 'Will Be Called').map(({ phone }) => phone)).toEqual([
			'447700900030',
			'447700900031',
			'447700900032',
		]);
		const rejected = json(execution, 'Add to Campaign', 1);
		expect(rejected.map(({ name, outcome }) => [name, outcome])).toEqual([
			['Ana', 'rejected'],
			['Tom', 'not_sent'],
		]);
		const [sheet] = outputItems(execution, 'Rejected Sheet');
		expect(sheet?.binary).toMatchObject({ data: { fileName: 'rejected-leads.xlsx' } });
		expect(kit.simulator.requests['v3/campaigns/appendContacts']).toBe(1);
	});

	test('somebody who fills in the form becomes a contact', async () => {
		await submit(workflow, { Name: 'Eva', Phone: '+44 7700 900035', Interest: 'solar' });
		const [execution] = await started(workflow, 2);
		expect(execution && json(execution, 'Will Be Called')).toEqual([
			expect.objectContaining({ phone: '447700900035' }),
		]);
		const last = [...kit.simulator.store.contacts.values()].at(-1);
		expect(JSON.stringify(last)).toContain('Eva');
	});
});

describe('summary after each call', () => {
	let workflow: Workflow;
	let seen = 0;

	beforeAll(async () => {
		const wait = { '"amount": 2,': '"amount": 2,', '"unit": "minutes"': '"unit": "seconds"' };
		workflow = await published(SUMMARY, wait);
	});

	afterAll(async () => {
		await client.deactivateWorkflow(workflow.id);
		expect(kit.simulator.subscriptions()).toEqual([]);
	});

	async function called(phone: string): Promise<Execution | undefined> {
		await made({
			resource: 'scenario',
			operation: 'run',
			scenarioId: { __rl: true, mode: 'id', value: '17828' },
			phone,
			callerType: 'phoneNumberId',
			phoneNumberId: { __rl: true, mode: 'id', value: '610' },
		});
		await kit.simulator.idle(60_000);
		seen += 1;
		return (await started(workflow, seen)).at(-1);
	}

	test('a call with a recording', async () => {
		const execution = await called('447700900040');
		const [item] = execution ? outputItems(execution, 'Summary') : [];
		expect(item?.json).toMatchObject({
			phone: '447700900040',
			result: 'answered',
			seconds: 37,
			text: expect.stringMatching(/^Call to 447700900040: answered, 37 s\. Tags: /),
		});
		expect(item?.binary?.recording).toMatchObject({ mimeType: expect.stringMatching(/^audio\//) });
		expect(kit.simulator.recordings).toEqual([
			expect.objectContaining({ status: 200, token: 'body' }),
		]);
	});

	test('a call without one', async () => {
		const execution = await called('447700900018');
		expect(execution && json(execution, 'Summary')).toEqual([
			expect.objectContaining({ phone: '447700900018', result: 'answered' }),
		]);
		expect(kit.simulator.recordings).toHaveLength(1);
	});

	test('started by hand it calls, and summarises that call', async () => {
		const execution = await run(workflow);
		expect(json(execution, 'Start Call')).toEqual([
			expect.objectContaining({ outcome: 'accepted' }),
		]);
		await kit.simulator.idle(60_000);
		const all = await started(workflow, seen + 2);
		expect(all.map((one) => json(one, 'Summary')[0]?.phone)).toContain('447700900030');
	});
});

describe('queue monitor', () => {
	test('shows every agent of every queue, and tells of queues without anybody', async () => {
		const workflow = await imported(QUEUES);
		const execution = await run(workflow);
		const staffing = json(execution, 'Staffing');
		const agents = staffing.reduce((sum, row) => sum + Number(row.agents), 0);
		expect(agents).toBeGreaterThan(0);
		expect(json(execution, 'Board')).toHaveLength(agents);
		expect(json(execution, 'Board')[0]).toMatchObject({
			queue: expect.any(String),
			ready: expect.stringMatching(/^\d+ of \d+$/),
			agent: expect.any(Number),
			calls: expect.any(Number),
		});
		const empty = staffing.filter(({ ready }) => ready === 0).length;
		expect(json(execution, 'Alert')).toHaveLength(empty);
	});

	test('an agent who leaves makes an alert', async () => {
		const { simulator } = kit;
		for (const { id } of simulator.store.users.values()) simulator.setAgentStatus(id, 'OFFLINE');
		const execution = await run(await imported(QUEUES));
		const alerts = json(execution, 'Alert');
		expect(alerts).toHaveLength(json(execution, 'Queues').length);
		expect(alerts[0]).toEqual({
			to: '+447700900010',
			text: expect.stringMatching(/^Queue ".+": none of \d+ agents is ready\.$/),
		});
	});
});

describe('opt-out', () => {
	test('goes onto the list, and cancels what waits', async () => {
		const campaign = await made({
			resource: 'pdsCampaign',
			operation: 'create',
			title: 'Offers',
			phoneNumberIds: [610],
		});
		const campaignId = { __rl: true, mode: 'id', value: String(campaign.id) };
		// The last one holds a number of those who opt out.
		const phones = ['447700900033', '447700900034', '447700900036', '4477009000339'];
		for (const phone of phones) {
			const utc = 'Europe/London';
			await made({ resource: 'pdsContact', operation: 'append', campaignId, phone, utc });
		}
		const workflow = await published(OPT_OUT);
		const execution = await run(workflow);
		expect(json(execution, 'Cancel Contact')).toEqual([
			expect.objectContaining({ canceled: true }),
		]);
		await submit(workflow, { Phone: '+44 7700 900036', Reason: 'Moved' });
		await submit(workflow, { Phone: 'none of your business', Reason: '' });
		const all = await started(workflow, 3);
		expect(all.flatMap((one) => json(one, 'Check by Hand'))).toEqual([
			{ phone: 'none of your business', why: expect.stringMatching(/\w/) },
		]);
		const { store } = kit.simulator;
		const states = [...store.contacts.values()]
			.filter((contact) => phones.includes(contact.phones[0] ?? ''))
			.map((contact) => [contact.phones[0], contact.status]);
		expect(states).toEqual([
			['447700900033', 'canceled'],
			['447700900034', 'new'],
			['447700900036', 'canceled'],
			['4477009000339', 'new'],
		]);
		expect([...store.dncContacts.values()].map(({ number }) => number)).toEqual([
			'447700900033',
			'447700900036',
		]);
		await client.deactivateWorkflow(workflow.id);
	});
});
