/** Voximplant Kit in real n8n: the credential, the trigger that registers itself, and the one that asks. */
import { outputItems, type N8nClient, type Workflow } from '../../demo/client';
import { openHostDatabase } from '../../demo/database';
import { eventually } from './support/eventually';
import { kitFixture, readSession, signedInClient, type KitFixture } from './support/session';
import {
	finishedExecutions,
	kit as kitNode,
	kitPollingTrigger,
	kitTrigger,
	NEVER_BY_ITSELF,
	node,
	productionUrl,
	start,
	workflowOf,
} from './support/workflows';

const session = readSession();

let client: N8nClient;
let kit: KitFixture;
/** Five endpoints are taken in this account. */
let full: { kit: KitFixture; workflow: Workflow; published: Promise<void> };
/** An account of its own for the polling trigger, which asks at once when it is published. */
let asked: KitFixture;

async function publish({ id }: Workflow): Promise<void> {
	await client.activateWorkflow(await client.getWorkflow(id));
}

async function triggerWorkflow(
	parameters: Record<string, unknown> = {},
	{ credential } = kit,
): Promise<Workflow> {
	const trigger = kitTrigger(credential, {
		events: ['new_calls', 'call_finalized'],
		options: {},
		...parameters,
	});
	return await client.createWorkflow(workflowOf('Support calls', [trigger]));
}

/** What a trigger gave out so far, oldest execution first. */
async function outputs({ id }: Workflow, count: number, name = 'Callback') {
	const found = await finishedExecutions(client, { workflowId: id }, count);
	const executions = await Promise.all(found.map(async (one) => await client.getExecution(one.id)));
	expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
	return executions.map((execution) => outputItems(execution, name).map(({ json }) => json));
}

/** Takes all endpoints of an account, and publishes one trigger too many. */
async function fillUp() {
	const own = await kitFixture(client);
	const taken = [1, 2, 3, 4, 5].map((index) => `https://crm.example.com/hook/${index}`);
	for (const url of taken) {
		const body = new URLSearchParams({
			access_token: own.simulator.apiKey,
			name: `CRM ${url.slice(-1)}`,
			url,
			salt: 'theirs',
			callbacks: '["new_calls"]',
			is_enabled: 'true',
		});
		const address = `${own.simulator.hosts.api}/api/v3/callback/create?domain=${own.simulator.domain}`;
		expect((await fetch(address, { method: 'POST', body })).ok).toBe(true);
	}
	const workflow = await triggerWorkflow({}, own);
	const published = publish(workflow);
	published.catch(() => undefined);
	return { kit: own, workflow, published };
}

beforeAll(async () => {
	client = await signedInClient();
	kit = await kitFixture(client);
	asked = await kitFixture(client, { settleMs: 5 });
	full = await fillUp();
});

afterAll(async () => {
	await Promise.all([kit?.close(), asked?.close(), full?.kit.close()]);
});

describe('the credential', () => {
	const tested = async (more: Record<string, string> = {}) =>
		await client.testCredential(kit.credential, kit.data(more));

	test('passes its test, by one request for the account', async () => {
		kit.simulator.reset();
		expect(await tested()).toMatchObject({ status: 'OK' });
		expect(kit.simulator.requests).toEqual({ 'v3/account/getAccountInfo': 1 });
	});

	test.each([[false], [true]])(
		'fails on a wrong token, which it does not show (HTTP 200: %s)',
		async (errorsAs200) => {
			kit.simulator.setOptions({ errorsAs200 });
			const result = await tested({ accessToken: 'wrong-token-4711' });
			kit.simulator.setOptions({ errorsAs200: false });
			expect(result.status).toBe('Error');
			expect(result.message).toContain('Voximplant Kit refused the token');
			expect(result.message).not.toContain('wrong-token-4711');
		},
	);

	test('fails on a wrong account name', async () => {
		expect(await tested({ domain: 'nobody' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('account name'),
		});
	});

	test('fails on a host that is not Kit', async () => {
		expect(await tested({ apiHost: session.url })).toMatchObject({ status: 'Error' });
	});

	test('takes a host with a slash at its end', async () => {
		expect(await tested({ apiHost: `${kit.simulator.hosts.api}/` })).toMatchObject({
			status: 'OK',
		});
	});

	test('works in the HTTP Request node, with the token in the form', async () => {
		kit.simulator.reset();
		const { credential, simulator } = kit;
		const request = node(
			'Request',
			'n8n-nodes-base.httpRequest',
			{
				method: 'POST',
				url: `${simulator.hosts.api}/api/v3/user/searchUsers`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'voximplantKitApi',
				sendBody: true,
				contentType: 'form-urlencoded',
				bodyParameters: { parameters: [{ name: 'page', value: '1' }] },
				options: {},
			},
			{
				typeVersion: 4.2,
				credentials: { voximplantKitApi: { id: credential.id, name: credential.name } },
			},
		);
		const file = workflowOf('Plain request', [start(), request], { Start: ['Request'] });
		const workflow = await client.createWorkflow(file);
		const execution = await client.runToEnd(workflow.id, 'Start');
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(outputItems(execution, 'Request')[0]?.json).toMatchObject({ success: true });
		expect(simulator.log.at(-1)?.path).not.toContain(simulator.apiKey);
		expect(JSON.stringify(execution.data)).not.toContain(simulator.apiKey);
	});
});

describe('the callback trigger', () => {
	beforeEach(() => kit.simulator.reset());

	test('registers when it is published, and only itself is removed at the end', async () => {
		const { simulator } = kit;
		const first = await triggerWorkflow();
		const second = await triggerWorkflow();
		await publish(first);
		await publish(second);
		const url = productionUrl(session, first);
		expect(simulator.subscriptions().find((one) => one.url === url)).toMatchObject({
			name: 'n8n: Support calls',
			callbacks: ['call_finalized', 'new_calls'],
			is_enabled: true,
			salt: expect.stringMatching(/^[0-9a-f]{48}$/),
		});
		await client.deactivateWorkflow(first.id);
		expect(simulator.subscriptions().map((one) => one.url)).toEqual([
			productionUrl(session, second),
		]);
		await client.deactivateWorkflow(second.id);
		expect(simulator.subscriptions()).toEqual([]);
		expect(simulator.requests['v3/callback/create']).toBe(2);
	});

	test('a real call starts the workflow, and a delivery that is not genuine does not', async () => {
		const { simulator, credential } = kit;
		const workflow = await triggerWorkflow();
		await publish(workflow);
		const salt = simulator.subscriptions()[0]?.salt;
		for (const signature of ['invalid', 'missing', 'otherSalt'] as const) {
			const callbacks = [{ type: 'new_calls' }, { type: 'call_finalized', signature }];
			expect((await simulator.deliver({ callbacks })).status).toBe(401);
		}
		const call = kitNode('Call', credential, {
			resource: 'scenario',
			operation: 'run',
			scenarioId: { __rl: true, mode: 'id', value: '17828' },
			phone: '447700900030',
			callerType: 'phoneNumberId',
			phoneNumberId: { __rl: true, mode: 'id', value: '610' },
		});
		const caller = await client.createWorkflow(
			workflowOf('Caller', [start(), call], { Start: ['Call'] }),
		);
		await client.runToEnd(caller.id, 'Start');
		await simulator.idle(60_000);
		const events = (await outputs(workflow, 2)).flat();
		expect(events.map(({ event }) => event).sort()).toEqual(['call_finalized', 'new_calls']);
		expect(new Set(events.map(({ session_id: id }) => id)).size).toBe(1);
		for (const event of events) expect(event).toMatchObject({ successful: true });
		const found = await client.listExecutions({ workflowId: workflow.id });
		const [execution] = await Promise.all(found.map(async ({ id }) => client.getExecution(id)));
		expect(JSON.stringify(execution)).not.toContain(salt);
		await client.deactivateWorkflow(workflow.id);
	});

	test('one item per call; repeats start nothing; changes do', async () => {
		const { simulator } = kit;
		const workflow = await triggerWorkflow();
		await publish(workflow);
		const deliver = async (...codes: string[]) => {
			const calls = codes.map((code, id) => ({ id, session_id: `s${id}`, completion_code: code }));
			return await simulator.deliver({ callbacks: [{ type: 'new_calls', data: { calls } }] });
		};
		expect(await deliver('AMD', 'No_Answer')).toMatchObject({ status: 200 });
		expect(await deliver('AMD', 'No_Answer')).toMatchObject({ status: 200 });
		expect(await deliver('Call_Answered', 'No_Answer')).toMatchObject({ status: 200 });
		const found = await outputs(workflow, 2);
		expect(found.map((items) => items.map(({ completion_code: code }) => code))).toEqual([
			['AMD', 'No_Answer'],
			['Call_Answered'],
		]);
		await client.deactivateWorkflow(workflow.id);
	});

	test.each([
		['text', 'hello', 'text/plain'],
		['cut JSON', '{"callbacks":[', 'application/json'],
		['an empty list', '{"callbacks":[]}', 'application/json'],
	])('%s gets a 4xx and starts nothing', async (_, body, type) => {
		const workflow = await triggerWorkflow();
		await publish(workflow);
		const headers = { 'content-type': type };
		const response = await fetch(productionUrl(session, workflow), {
			method: 'POST',
			body,
			headers,
		});
		expect(response.status).toBeGreaterThanOrEqual(400);
		expect(response.status).toBeLessThan(500);
		expect(await client.listExecutions({ workflowId: workflow.id })).toEqual([]);
		await client.deactivateWorkflow(workflow.id);
	});

	test('publishing again after other events were chosen repairs the endpoint', async () => {
		const { simulator } = kit;
		const workflow = await triggerWorkflow();
		await publish(workflow);
		const changed = await client.getWorkflow(workflow.id);
		const [trigger] = changed.nodes;
		if (trigger) trigger.parameters = { ...trigger.parameters, events: ['chat_started'] };
		await publish(await client.updateWorkflow(workflow.id, changed));
		expect(simulator.subscriptions()).toEqual([
			expect.objectContaining({ callbacks: ['chat_started'], is_enabled: true }),
		]);
		expect(await simulator.deliver({ callbacks: [{ type: 'chat_started' }] })).toMatchObject({
			status: 200,
		});
		expect((await outputs(workflow, 1)).flat()).toEqual([
			expect.objectContaining({ event: 'chat_started' }),
		]);
		await client.deactivateWorkflow(workflow.id);
		expect(simulator.subscriptions()).toEqual([]);
	});

	test('a test listens with an endpoint of its own, which is gone after its event', async () => {
		const { simulator } = kit;
		const workflow = await triggerWorkflow();
		await publish(workflow);
		const url = productionUrl(session, workflow);
		expect(await client.runWorkflow(workflow.id, 'Callback')).toEqual({ waitingForWebhook: true });
		const names = () => simulator.subscriptions().map(({ name }) => name);
		expect(names()).toEqual(['n8n: Support calls', 'n8n: Support calls (test)']);
		const testing = simulator.subscriptions()[1];
		expect(testing?.url).toContain('/webhook-test/');
		expect(testing?.salt).not.toBe(simulator.subscriptions()[0]?.salt);
		const callbacks = [{ type: 'call_finalized' }];
		const subscription = testing?.id;
		expect(await simulator.deliver({ subscription, callbacks })).toMatchObject({ status: 200 });
		const [run] = await finishedExecutions(client, { workflowId: workflow.id }, 1);
		expect(run).toMatchObject({ mode: 'manual', status: 'success' });
		// n8n ends the listening after the run, without telling when it has.
		await eventually(() => expect(names()).toEqual(['n8n: Support calls']));
		// The production one still has its salt.
		expect(await simulator.deliver({ callbacks })).toMatchObject({ status: 200, url });
		await client.deactivateWorkflow(workflow.id);
	});

	test('a test that is stopped takes its endpoint away, and leaves the other one', async () => {
		const { simulator } = kit;
		const workflow = await triggerWorkflow();
		await publish(workflow);
		await client.runWorkflow(workflow.id, 'Callback');
		expect(simulator.subscriptions()).toHaveLength(2);
		await client.stopListening(workflow.id);
		// n8n answers first and takes leave of the provider then.
		await eventually(() =>
			expect(simulator.subscriptions().map((one) => one.url)).toEqual([
				productionUrl(session, workflow),
			]),
		);
		await client.deactivateWorkflow(workflow.id);
	});

	test('an endpoint that somebody deleted is made again, with a delivery that counts', async () => {
		const { simulator } = kit;
		const workflow = await triggerWorkflow();
		await publish(workflow);
		simulator.store.subscriptions.clear();
		await client.deactivateWorkflow(workflow.id);
		await publish(workflow);
		expect(simulator.subscriptions()).toHaveLength(1);
		expect(await simulator.deliver()).toMatchObject({ status: 200 });
		await client.deactivateWorkflow(workflow.id);
	});

	test('with five endpoints in use it says so, and what is there', async () => {
		// The quotation marks are escaped where the answer is shown as JSON.
		const message =
			/takes 5 callback endpoints per account, .+CRM 1\W+\(ID \d+\).+Callback: Delete/;
		await expect(full.published).rejects.toThrow(message);
		expect(full.kit.simulator.subscriptions().map(({ name }) => name)).toEqual(
			[1, 2, 3, 4, 5].map((index) => `CRM ${index}`),
		);
		const test_ = client.runWorkflow(full.workflow.id, 'Callback');
		await expect(test_).rejects.toThrow(message);
	});

	afterAll(() => {
		for (const { simulator } of [kit, full.kit]) expect(simulator.violations).toEqual([]);
	});
});

describe('the polling trigger', () => {
	const poller = async (parameters: Record<string, unknown>) =>
		await client.createWorkflow(
			workflowOf('Kit polling', [
				kitPollingTrigger(asked.credential, { options: {}, ...NEVER_BY_ITSELF, ...parameters }),
			]),
		);
	/** n8n polls at once when a workflow is published, from the state that it saved. */
	async function pollAgain(workflow: Workflow) {
		await client.deactivateWorkflow(workflow.id);
		await publish(workflow);
	}
	function savedState({ id }: Workflow): string {
		const database = openHostDatabase(session.userFolder);
		const rows = database.prepare('SELECT staticData FROM workflow_entity WHERE id = ?').all(id);
		database.close();
		return String(rows[0]?.staticData ?? '');
	}

	test('finished calls: old ones are no news, new ones come once', async () => {
		const { simulator } = asked;
		simulator.seedCalls(2, { phone: '447700900040', spanMs: 60_000 });
		const workflow = await poller({ event: 'callFinished' });
		await publish(workflow);
		expect(await outputs(workflow, 0, 'Polling')).toEqual([]);
		simulator.seedCalls(60, { phone: '447700900041', spanMs: 60_000 });
		await pollAgain(workflow);
		await pollAgain(workflow);
		simulator.seedCalls(1, { phone: '447700900042', spanMs: 1000 });
		await pollAgain(workflow);
		const found = await outputs(workflow, 2, 'Polling');
		expect(found.map((items) => items.length)).toEqual([60, 1]);
		expect(found[1]).toEqual([
			expect.objectContaining({ event: 'callFinished', phone_b: '447700900042' }),
		]);
		expect(savedState(workflow)).not.toContain(simulator.apiKey);
		await client.deactivateWorkflow(workflow.id);
	});

	test('while building it shows calls that exist, and notes nothing', async () => {
		const workflow = await poller({ event: 'callFinished' });
		const execution = await client.runToEnd(workflow.id, 'Polling');
		expect(outputItems(execution, 'Polling')[0]?.json).toMatchObject({ event: 'callFinished' });
		expect(savedState(workflow)).not.toContain('seen');
	});

	test('campaigns: each new status once, with the one before', async () => {
		const { simulator, credential } = asked;
		const create = kitNode('Create', credential, {
			resource: 'campaign',
			operation: 'createAutomated',
			title: 'Watched',
			scenarioId: { __rl: true, mode: 'id', value: '17828' },
			phoneNumberIds: [610],
			region: 'europe',
			maxLines: 10,
			maxAttempts: 2,
		});
		const maker = await client.createWorkflow(
			workflowOf('Maker', [start(), create], { Start: ['Create'] }),
		);
		const made = outputItems(await client.runToEnd(maker.id, 'Start'), 'Create')[0]?.json;
		const workflow = await poller({
			event: 'campaignStatusChanged',
			campaignKinds: ['automated', 'pds'],
		});
		await publish(workflow);
		simulator.setCampaignStatus('kit2', Number(made?.id), 'ongoing');
		await pollAgain(workflow);
		await pollAgain(workflow);
		simulator.setCampaignStatus('kit2', Number(made?.id), 'completed');
		await pollAgain(workflow);
		expect((await outputs(workflow, 2, 'Polling')).flat()).toEqual([
			expect.objectContaining({ id: made?.id, status: 'ongoing', previousStatus: 'draft' }),
			expect.objectContaining({ id: made?.id, status: 'completed', previousStatus: 'ongoing' }),
		]);
		await client.deactivateWorkflow(workflow.id);
	});

	test('asked nothing that the page does not know', () => {
		expect(asked.simulator.violations).toEqual([]);
	});
});
