import type { ExecutionSummary, N8nClient, Workflow } from '../../demo/client';
import { outputItems } from '../../demo/client';
import { registeredWebhooks } from '../../demo/database';
import { eventually } from './support/eventually';
import {
	readSession,
	signedInClient,
	velipFixture,
	type VelipFixture,
	type VelipSimulator,
} from './support/session';
import {
	finishedExecutions,
	productionUrl,
	start,
	velip as velipNode,
	velipTrigger,
	workflowOf,
} from './support/workflows';

const session = readSession();
const SECRET = 'e2e-Secret_0123456789';
const ALL = ['callFinished', 'smsDelivery', 'other'];
/** Addresses of Velip, and a stranger's. */
const VELIP = '35.232.103.91';
const STRANGER = '203.0.113.9';
const FORM = 'application/x-www-form-urlencoded';

type Event = NonNullable<Parameters<VelipSimulator['deliver']>[0]>;

/** A published workflow of one trigger, and where it listens. */
interface Listener {
	workflow: Workflow;
	url: string;
}

describe('the Velip trigger over HTTP', () => {
	let client: N8nClient;
	let velip: VelipFixture;
	let calls = 1000;
	/** n8n tries for a quarter of a minute to publish it, so the last test looks at the end of that. */
	let tooShort: Promise<Listener>;

	async function listen(parameters: Record<string, unknown> = {}): Promise<Listener> {
		const trigger = velipTrigger({ events: ALL, callbackSecret: SECRET, ...parameters });
		const workflow = await client.createWorkflow(workflowOf('Velip callbacks', [trigger]));
		await client.activateWorkflow(workflow);
		return { workflow, url: productionUrl(session, workflow) };
	}

	async function deliver(to: Listener | string, event: Event): Promise<number | undefined> {
		const url = typeof to === 'string' ? to : to.url;
		return (await velip.simulator.deliver({ url, ...event })).status;
	}

	/** The result of a call that was not heard of before, unless the fields say otherwise. */
	const result = (fields: Record<string, unknown> = {}, more: Event = {}): Event => ({
		...more,
		body: { cd_id: `c_${(calls += 1)}`, ...fields },
	});

	async function firstItem({ id }: ExecutionSummary): Promise<Record<string, unknown>> {
		const execution = await client.getExecution(id);
		expect(execution.status).toBe('success');
		return outputItems(execution, 'Callback')[0]?.json ?? {};
	}

	/** What the trigger gave out, oldest first, once `count` executions have ended. */
	async function outputs({ workflow: { id } }: Listener, count: number) {
		const found = await finishedExecutions(client, { workflowId: id }, count);
		return await Promise.all(found.map(firstItem));
	}

	beforeAll(async () => {
		client = await signedInClient();
		velip = await velipFixture(client);
		tooShort = listen({ callbackSecret: 'short' });
		tooShort.catch(() => undefined);
	});

	afterAll(async () => await velip?.close());

	describe('every way in which Velip can be set to call back', () => {
		let listener: Listener;
		beforeAll(async () => {
			listener = await listen();
		});

		const ways: Array<[string, Event]> = [
			['JSON', { format: 'json' }],
			['JSON in ISO-8859-1', { format: 'json', encoding: 'iso-8859-1' }],
			['a form', { format: 'form' }],
			['a form in ISO-8859-1', { format: 'form', encoding: 'iso-8859-1' }],
			[
				'a form that names UTF-8',
				{ format: 'form', headers: { 'content-type': `${FORM}; charset=UTF-8` } },
			],
			['GET', { method: 'GET' }],
			['GET in ISO-8859-1', { method: 'GET', encoding: 'iso-8859-1' }],
		];

		test.each(ways)('%s starts an execution that has all of it', async (_, way) => {
			const event = result({ cd_name: 'João & Inês, às 9h', cd_resp1: '1', cd_resp2: '' }, way);
			const before = (await client.listExecutions({ workflowId: listener.workflow.id })).length;
			expect(await deliver(listener, event)).toBe(200);
			expect((await outputs(listener, before + 1)).at(-1)).toMatchObject({
				event: 'callFinished',
				state: 'answered',
				digits: ['1'],
				cd_id: event.body?.cd_id,
				cd_name: 'João & Inês, às 9h',
				cd_time_sec: 12,
				cd_price: 0.05,
				deliveryKey: `call:${String(event.body?.cd_id)}:OK:12`,
			});
		});

		// n8n's own body parser knows UTF-8 only and answers before any node sees the request.
		test.each<[string, string, Event]>([
			['form', FORM, { format: 'form' }],
			['JSON', 'application/json', { format: 'json' }],
		])('%s whose header names ISO-8859-1 gets 422 from n8n itself', async (_, type, way) => {
			const headers = { 'content-type': `${type}; charset=ISO-8859-1` };
			const latin = { ...way, headers, encoding: 'iso-8859-1' } as const;
			expect(await deliver(listener, result({ cd_name: 'João' }, latin))).toBe(422);
			// The way out, of which the trigger's notice tells: a GET has no such header.
			const get = { ...latin, method: 'GET' } as const;
			expect(await deliver(listener, result({ cd_name: 'João' }, get))).toBe(200);
		});

		test('a delivery report of an SMS, in JSON and as GET', async () => {
			const before = (await client.listExecutions({ workflowId: listener.workflow.id })).length;
			const report = (id: string, delivstatus: string) => ({
				kind: 'sms' as const,
				body: { cdls_id: id, delivstatus },
			});
			expect(await deliver(listener, report('1', 'DELIVRD'))).toBe(200);
			expect(await deliver(listener, { ...report('2', 'UNDELIV'), method: 'GET' })).toBe(200);
			expect((await outputs(listener, before + 2)).slice(before)).toEqual([
				expect.objectContaining({ event: 'smsDelivery', cdls_id: '1', state: 'delivered' }),
				expect.objectContaining({ event: 'smsDelivery', cdls_id: '2', state: 'failed' }),
			]);
		});
	});

	describe('results that are sent again on request', () => {
		test.each(['batch', 'each'] as const)('arrive once each (%s)', async (pushJson) => {
			const { simulator, credential } = velip;
			simulator.reset();
			simulator.setOptions({ pushJson });
			simulator.seedCalls(3);
			const listener = await listen();
			const resend = velipNode('Resend', credential, {
				resource: 'call',
				operation: 'resendResults',
				findBy: 'dates',
				dateStart: '2000-01-01',
				dateEnd: '2100-01-01',
				rurl: listener.url,
				additionalFields: { rurlType: 'json', rurlMethod: 'POST' },
			});
			const file = workflowOf('Resend', [start(), resend], { Start: ['Resend'] });
			const workflow = await client.createWorkflow(file);
			const run = await client.runToEnd(workflow.id, 'Start');
			expect(outputItems(run, 'Resend')).toEqual([
				expect.objectContaining({ json: expect.objectContaining({ requested: true }) }),
			]);
			await simulator.idle(60_000);
			const filter = { workflowId: listener.workflow.id };
			const found = await finishedExecutions(client, filter, pushJson === 'batch' ? 1 : 3);
			const executions = await Promise.all(found.map(({ id }) => client.getExecution(id)));
			const events = executions.flatMap((one) => outputItems(one, 'Callback'));
			const ids = events.map(({ json }) => json.cd_id);
			expect(ids).toHaveLength(3);
			expect(new Set(ids).size).toBe(3);
		});
	});

	describe('who may call back', () => {
		test('the secret is the end of the address, and another one is not found', async () => {
			const listener = await listen();
			expect(listener.url).toMatch(new RegExp(`/velip/${SECRET}$`));
			for (const end of ['', '/', '/0123456789-Secret_e2e', `/${SECRET}x`]) {
				const url = listener.url.replace(`/${SECRET}`, end);
				expect(await deliver(url, result())).toBe(404);
				expect(await deliver(url, result({}, { method: 'GET' }))).toBe(404);
			}
			expect(await deliver(listener, result())).toBe(200);
			expect(await outputs(listener, 1)).toHaveLength(1);
		});

		const through = (...addresses: string[]): Event => ({
			headers: { 'x-forwarded-for': addresses.join(', ') },
		});

		test.each<[string, Record<string, unknown>, Event, number]>([
			['no proxy: this machine is a stranger', {}, {}, 401],
			['no proxy: what the caller says of himself does not count', {}, through(VELIP), 401],
			['no proxy: an address of the list', { sourceAddresses: '10.0.0.1; 127.0.0.1' }, {}, 200],
			['one proxy: Velip', { proxies: 1 }, through(VELIP), 200],
			['one proxy: a stranger', { proxies: 1 }, through(STRANGER), 401],
			[
				'one proxy: a stranger who claims to be Velip',
				{ proxies: 1 },
				through(VELIP, STRANGER),
				401,
			],
			['one proxy: Velip, whatever stands before', { proxies: 1 }, through(STRANGER, VELIP), 200],
			['one proxy, which wrote nothing', { proxies: 1 }, {}, 401],
			['two proxies: Velip', { proxies: 2 }, through(VELIP, '10.0.0.7'), 200],
			[
				'two proxies: a stranger who claims',
				{ proxies: 2 },
				through(VELIP, STRANGER, '10.0.0.7'),
				401,
			],
		])('%s', async (_, options, event, status) => {
			const listener = await listen({ options: { checkSource: true, ...options } });
			expect(await deliver(listener, result({}, event))).toBe(status);
			expect(await deliver(listener, result({}, { ...event, method: 'GET' }))).toBe(status);
			const expected = status === 200 ? 2 : 0;
			expect(
				await finishedExecutions(client, { workflowId: listener.workflow.id }, expected),
			).toHaveLength(expected);
		});
	});

	test('a re-push of several calls starts one execution that has them all', async () => {
		const listener = await listen();
		const calls = [result().body, result().body];
		const headers = { 'content-type': 'application/json' };
		const body = JSON.stringify(calls);
		expect((await fetch(listener.url, { method: 'POST', body, headers })).status).toBe(200);
		const { workflow } = listener;
		const [execution] = await finishedExecutions(client, { workflowId: workflow.id }, 1);
		const items = outputItems(await client.getExecution(execution?.id ?? ''), 'Callback');
		expect(items.map(({ json }) => json.cd_id)).toEqual(calls.map((call) => call?.cd_id));
	});

	describe('what does not start anything', () => {
		let listener: Listener;
		beforeAll(async () => {
			listener = await listen();
		});

		test("the panel's test of the address, an empty GET, gets 200", async () => {
			for (const address of [listener.url, `${listener.url}?`]) {
				const response = await fetch(address);
				expect(response.status).toBe(200);
				expect(await response.text()).toContain('OK');
			}
		});

		test.each<[string, string, string]>([
			['cut JSON', '{"cd_id": "c_1", "cd_called', 'application/json'],
			['cut JSON under another type', '[{"cd_id": "c_1"', 'text/plain'],
			['2 MB of form', `x=${'x'.repeat(2 * 1024 * 1024)}`, FORM],
			['20,001 calls at once', `[${'{},'.repeat(20_000)}{}]`, 'application/json'],
			['200 levels', `${'{"x":'.repeat(200)}1${'}'.repeat(200)}`, 'application/json'],
		])('%s gets a 4xx with a reason', async (_, body, type) => {
			const headers = { 'content-type': type };
			const response = await fetch(listener.url, { method: 'POST', body, headers });
			expect(response.status).toBeGreaterThanOrEqual(400);
			expect(response.status).toBeLessThan(500);
			expect((await response.text()).length).toBeGreaterThan(10);
		});

		test('a re-push without a call gets 200', async () => {
			const headers = { 'content-type': 'application/json' };
			const response = await fetch(listener.url, { method: 'POST', body: '[]', headers });
			expect(response.status).toBe(200);
		});

		test.each(['PUT', 'DELETE', 'PATCH'])('%s gets 404', async (method) => {
			expect((await fetch(listener.url, { method })).status).toBe(404);
		});

		test('afterwards the trigger still works, and none of it is in the list', async () => {
			expect(await deliver(listener, result())).toBe(200);
			expect(await outputs(listener, 1)).toHaveLength(1);
		});
	});

	describe('filters', () => {
		const arriving: Event[] = [
			{ body: { cd_called_status: 'OK', cd_resp1: '2' } },
			{ body: { cd_called_status: 'OK', cd_resp1: '' } },
			{ body: { cd_called_status: 'NA', cd_resp1: '' } },
			{ body: { cd_called_status: 'IK', cd_resp1: '' } },
			{ kind: 'sms', body: { delivstatus: 'DELIVRD' } },
			{ kind: 'sms', body: { delivstatus: 'REJECTD' } },
		];

		test.each<[string, Record<string, unknown>, number[]]>([
			['none', {}, [0, 1, 2, 3, 4, 5]],
			['calls only', { events: ['callFinished'] }, [0, 1, 2, 3]],
			['SMS only', { events: ['smsDelivery'] }, [4, 5]],
			['with keys', { options: { onlyDtmf: true } }, [0, 4, 5]],
			['results of calls', { options: { callStates: ['notAnswered', 'failed'] } }, [2, 3, 4, 5]],
			['results of SMS', { options: { smsStates: ['failed'] } }, [0, 1, 2, 3, 5]],
		])('%s', async (_, parameters, expected) => {
			const listener = await listen(parameters);
			const sent = arriving.map((event) =>
				event.kind === 'sms'
					? { ...event, body: { cdls_id: String((calls += 1)), ...event.body } }
					: result(event.body, event),
			);
			// In order, so that the list of executions is, too.
			for (const event of sent) expect(await deliver(listener, event)).toBe(200);
			const found = await outputs(listener, expected.length);
			const wanted = expected.map((index) => {
				const { cd_id, cdls_id } = (sent[index]?.body ?? {}) as Record<string, unknown>;
				return expect.objectContaining(cdls_id === undefined ? { cd_id } : { cdls_id });
			});
			expect(found).toEqual(wanted);
		});
	});

	describe('repeats', () => {
		test('start one execution in each workflow that gets them, however they come', async () => {
			const [one, two] = [await listen(), await listen()];
			const event = result();
			const forms: Event[] = [event, { ...event, method: 'GET' }, { ...event, format: 'form' }];
			await Promise.all(forms.flatMap((form) => [deliver(one, form), deliver(two, form)])).then(
				(answers) => expect(new Set(answers)).toEqual(new Set([200])),
			);
			expect(await deliver(one, event)).toBe(200);
			// The second try of a repeated call has the same IDs and is no repeat.
			expect(await deliver(one, result({ ...event.body, cd_called_status: 'NA' }))).toBe(200);
			expect((await outputs(one, 2)).map(({ state }) => state)).toEqual([
				'answered',
				'notAnswered',
			]);
			expect(await outputs(two, 1)).toHaveLength(1);
		});

		test('thirty calls that end at once start thirty executions', async () => {
			const listener = await listen();
			const events = Array.from({ length: 30 }, () => result());
			const answers = await Promise.all(events.map((event) => deliver(listener, event)));
			expect(new Set(answers)).toEqual(new Set([200]));
			const found = await outputs(listener, 30);
			const ids = (list: unknown[]) => list.map(String).sort();
			expect(ids(found.map(({ cd_id }) => cd_id))).toEqual(
				ids(events.map(({ body }) => body?.cd_id)),
			);
		});
	});

	describe('test URL and production URL', () => {
		test('live side by side, by POST and by GET', async () => {
			const listener = await listen({ events: ['callFinished'] });
			const { id } = listener.workflow;
			const testUrl = listener.url.replace('/webhook/', '/webhook-test/');
			const event = result();

			expect(await deliver(testUrl, event)).toBe(404);
			expect(await client.runWorkflow(id, 'Callback')).toEqual({ waitingForWebhook: true });
			expect(await deliver(listener, event)).toBe(200);
			// The panel's test and an event that was not chosen: the test goes on listening.
			expect((await fetch(testUrl)).status).toBe(200);
			expect(await deliver(testUrl, { kind: 'sms' })).toBe(200);
			// The same event as above: no repeat, since the test has not seen it.
			expect(await deliver(testUrl, { ...event, method: 'GET' })).toBe(200);
			const found = await finishedExecutions(client, { workflowId: id }, 2);
			expect(found.map(({ mode }) => mode)).toEqual(['webhook', 'manual']);

			// One event, then it is over for both methods; production goes on.
			await eventually(async () => expect((await fetch(testUrl)).status).toBe(404));
			expect(await deliver(testUrl, result())).toBe(404);
			expect(await deliver(testUrl, result({}, { method: 'GET' }))).toBe(404);
			expect(await deliver(listener, result())).toBe(200);
			expect(await finishedExecutions(client, { workflowId: id }, 3)).toHaveLength(3);

			// Trying it out again shows the same sample again.
			expect(await client.runWorkflow(id, 'Callback')).toEqual({ waitingForWebhook: true });
			expect(await deliver(testUrl, event)).toBe(200);
			expect(await finishedExecutions(client, { workflowId: id }, 4)).toHaveLength(4);
		});
	});

	describe('publishing', () => {
		test('after deactivation the address is gone, and back after activation', async () => {
			const listener = await listen();
			const { id } = listener.workflow;
			const hooks = () =>
				registeredWebhooks(session.userFolder).filter(({ workflowId }) => workflowId === id);
			expect(
				hooks()
					.map(({ method }) => method)
					.sort(),
			).toEqual(['GET', 'POST']);
			await client.deactivateWorkflow(id);
			expect(hooks()).toEqual([]);
			expect(await deliver(listener, result())).toBe(404);
			await client.activateWorkflow(await client.getWorkflow(id));
			expect(productionUrl(session, listener.workflow)).toBe(listener.url);
			expect(await deliver(listener, result())).toBe(200);
			expect(await outputs(listener, 1)).toHaveLength(1);
		});

		test('is refused with a callback secret that is too short', async () => {
			await expect(tooShort).rejects.toThrow(
				'"Callback Secret" needs 16 to 100 letters, digits, dashes or underscores',
			);
		});
	});
});
