import type { ExecutionSummary, N8nClient, Workflow } from '../../demo/client';
import { outputItems } from '../../demo/client';
import { eventually } from './support/eventually';
import {
	alphaSmsFixture,
	readSession,
	signedInClient,
	type AlphaSmsFixture,
	type AlphaSmsSimulator,
} from './support/session';
import {
	alphaSmsTrigger,
	finishedExecutions,
	productionUrl,
	workflowOf,
} from './support/workflows';

const session = readSession();
const SECRET = 'e2e-Secret_0123456789';
const ALL = ['status', 'viberReply', 'callResult', 'other'];
const STATUS = { id: 100500, type: 'sms', datetime: '2026-01-31T12:34:00+02:00' };
const LARGE = 1024 * 1024;

type Event = NonNullable<Parameters<AlphaSmsSimulator['deliver']>[0]>;

/** A published workflow of one trigger, and where it listens. */
interface Listener {
	workflow: Workflow;
	url: string;
}

describe('the AlphaSMS trigger over HTTP', () => {
	let client: N8nClient;
	let alphaSms: AlphaSmsFixture;
	let messages = 1000;
	/** n8n tries for a quarter of a minute to publish it, so the last test looks at the end of that. */
	let tooShort: Promise<Listener>;

	async function listen(parameters: Record<string, unknown>): Promise<Listener> {
		const trigger = alphaSmsTrigger(alphaSms.credential, parameters);
		const workflow = await client.createWorkflow(workflowOf('Callbacks', [trigger]));
		await client.activateWorkflow(workflow);
		return { workflow, url: productionUrl(session, workflow) };
	}

	async function deliver(to: Listener | string, event: Event): Promise<number | undefined> {
		const url = typeof to === 'string' ? to : to.url;
		return (await alphaSms.simulator.deliver({ url, ...event })).status;
	}

	/** A signed status of a message that was not heard of before, unless the fields say otherwise. */
	const status = (fields: Record<string, unknown> = {}): Event => ({
		kind: 'status',
		body: { ...STATUS, msg_id: (messages += 1), status: 'DELIVERED', ...fields },
	});

	/** What the trigger gave out, oldest first, once `count` executions have ended. */
	async function outputs({ workflow: { id } }: Listener, count: number) {
		const found = await finishedExecutions(client, { workflowId: id }, count);
		return await Promise.all(found.map(firstItem));
	}

	async function firstItem({ id }: ExecutionSummary): Promise<Record<string, unknown>> {
		const execution = await client.getExecution(id);
		expect(execution.status).toBe('success');
		return outputItems(execution, 'Callback')[0]?.json ?? {};
	}

	beforeAll(async () => {
		client = await signedInClient();
		alphaSms = await alphaSmsFixture(client);
		tooShort = listen({ events: ALL, callbackSecret: 'short' });
		tooShort.catch(() => undefined);
	});

	afterAll(async () => await alphaSms?.close());

	describe('signed statuses', () => {
		let listener: Listener;
		beforeAll(async () => {
			listener = await listen({ events: ALL });
		});

		test('a valid one starts an execution that has it', async () => {
			const event = status({ msg_id: 1 });
			expect(await deliver(listener, event)).toBe(200);
			expect(await outputs(listener, 1)).toEqual([
				expect.objectContaining({ ...event.body, event: 'status', state: 'delivered' }),
			]);
		});

		test.each(['invalid', 'missing', 'tampered', 'otherKey'] as const)(
			'one with a signature that is %s gets 401',
			async (signature) => {
				expect(await deliver(listener, { ...status(), signature })).toBe(401);
			},
		);

		test.each<[string, Event]>([
			['a Viber reply, form-encoded', { kind: 'viberReply', encoding: 'form' }],
			['a Viber reply, JSON', { kind: 'viberReply', encoding: 'json' }],
			['the result of a call, form-encoded', { kind: 'callResult', encoding: 'form' }],
			['the result of a call, JSON', { kind: 'callResult', encoding: 'json' }],
			['an unknown event', { rawBody: '{"news":"of the day"}', signature: 'missing' }],
		])('without a callback secret, %s gets 401', async (_, event) => {
			expect(await deliver(listener, event)).toBe(401);
		});

		test('a status dressed up as something unsigned gets 401', async () => {
			for (const extra of [{ action: 'viber/2way' }, { duration: 1, dtmf: '1', phone: '38' }]) {
				const event = { ...status(extra), signature: 'missing' } as const;
				expect(await deliver(listener, event)).toBe(401);
			}
		});

		test('none of the refused ones started anything', async () => {
			expect(await deliver(listener, status({ msg_id: 2 }))).toBe(200);
			const ids = (await outputs(listener, 2)).map((output) => output.msg_id);
			expect(ids).toEqual([1, 2]);
		});
	});

	describe('with a callback secret', () => {
		let listener: Listener;
		beforeAll(async () => {
			listener = await listen({ events: ALL, callbackSecret: SECRET });
		});

		test('the secret is the end of the address, and another one is not found', async () => {
			expect(listener.url).toMatch(new RegExp(`/alphasms/${SECRET}$`));
			for (const end of ['', '/', '/0123456789-Secret_e2e']) {
				const url = listener.url.replace(`/${SECRET}`, end);
				expect(await deliver(url, { kind: 'viberReply' })).toBe(404);
			}
		});

		test('everything is taken, in both encodings', async () => {
			const sent: Event[] = [
				{ kind: 'viberReply', encoding: 'form', body: { message: 'Так, дякую & до зустрічі' } },
				{ kind: 'viberReply', encoding: 'json', body: { message: 'Yes' } },
				{ kind: 'callResult', encoding: 'form', body: { id: 1, dtmf: '1' } },
				{ kind: 'callResult', encoding: 'json', body: { id: 2, dtmf: '2' } },
				{ rawBody: '{"news":"of the day"}', signature: 'missing' },
				status(),
			];
			for (const event of sent) expect(await deliver(listener, event)).toBe(200);
			expect(await outputs(listener, sent.length)).toEqual([
				expect.objectContaining({ event: 'viberReply', message: 'Так, дякую & до зустрічі' }),
				expect.objectContaining({ event: 'viberReply', message: 'Yes' }),
				expect.objectContaining({ event: 'callResult', id: '1', dtmf: '1', isFinal: true }),
				expect.objectContaining({ event: 'callResult', id: 2, dtmf: '2', isFinal: true }),
				{ event: 'other', news: 'of the day' },
				expect.objectContaining({ event: 'status', state: 'delivered' }),
			]);
		});

		test('a wrong signature and an unsigned status are refused all the same', async () => {
			const kind = 'viberReply';
			expect(await deliver(listener, { kind, signature: 'invalid' })).toBe(401);
			expect(await deliver(listener, { ...status(), signature: 'missing' })).toBe(401);
		});

		test('"Checked When Present" takes unsigned statuses and refuses wrong signatures', async () => {
			const options = { signature: 'optional' };
			const old = await listen({ events: ALL, callbackSecret: SECRET, options });
			expect(await deliver(old, { ...status(), signature: 'missing' })).toBe(200);
			expect(await deliver(old, { ...status(), signature: 'invalid' })).toBe(401);
			expect(await outputs(old, 1)).toHaveLength(1);
		});
	});

	describe('what does not start anything', () => {
		let listener: Listener;
		beforeAll(async () => {
			listener = await listen({ events: ALL, callbackSecret: SECRET });
		});

		const json = { 'content-type': 'application/json' };
		const bodies: Array<[string, string, Record<string, string>]> = [
			['cut JSON', '{"id": 100500, "msg_id": 12', json],
			['a list', '[{"id": 1}]', json],
			['nothing', '', json],
			['blanks', ' \r\n', json],
			['a list under another type', '[1]', { 'content-type': 'text/plain' }],
			['2 MB', `{"id":1,"x":"${'x'.repeat(2 * LARGE)}"}`, json],
		];

		test.each(bodies)('%s gets a 4xx with a reason', async (_, body, headers) => {
			const response = await fetch(listener.url, { method: 'POST', body, headers });
			expect(response.status).toBeGreaterThanOrEqual(400);
			expect(response.status).toBeLessThan(500);
			expect((await response.text()).length).toBeGreaterThan(10);
		});

		test.each<[string, string, Record<string, string>]>([
			['20 MB', `{"id":1,"x":"${'x'.repeat(20 * LARGE)}"}`, json],
			['broken gzip', 'not gzip at all', { ...json, 'content-encoding': 'gzip' }],
		])('%s never reaches the trigger: n8n answers 500 by itself', async (_, body, headers) => {
			const response = await fetch(listener.url, { method: 'POST', body, headers });
			expect(response.status).toBe(500);
		});

		test.each(['GET', 'PUT', 'DELETE'])('%s gets 404', async (method) => {
			expect((await fetch(listener.url, { method })).status).toBe(404);
		});

		test('an event that was not chosen is taken and left alone', async () => {
			const statuses = await listen({ events: ['status'], callbackSecret: SECRET });
			expect(await deliver(statuses, { kind: 'viberReply' })).toBe(200);
			expect(await deliver(statuses, status())).toBe(200);
			expect(await outputs(statuses, 1)).toEqual([expect.objectContaining({ event: 'status' })]);
		});

		test('afterwards the trigger still works, and none of it is in the list', async () => {
			expect(await deliver(listener, status())).toBe(200);
			expect(await outputs(listener, 1)).toHaveLength(1);
		});
	});

	describe('filters', () => {
		const arriving = [
			{ type: 'sms', status: 'QUEUED' },
			{ type: 'viber', status: 'READ' },
			{ type: 'sms', status: 'EXPIRED' },
			{ type: 'viber', status: 'ROUTING' },
			{ type: 'rcs', status: 'DELIVERED' },
		];

		test.each<[string, Record<string, unknown>, number[]]>([
			['none', {}, [0, 1, 2, 3, 4]],
			['final only', { finalOnly: true }, [1, 2, 4]],
			['channels', { channels: ['viber', 'rcs'] }, [1, 3, 4]],
			['statuses', { statuses: ['QUEUED', 'EXPIRED'] }, [0, 2]],
			[
				'all together',
				{ finalOnly: true, channels: ['sms'], statuses: ['QUEUED', 'EXPIRED'] },
				[2],
			],
		])('%s', async (_, options, expected) => {
			const listener = await listen({ events: ['status'], options });
			for (const fields of arriving) expect(await deliver(listener, status(fields))).toBe(200);
			const found = await outputs(listener, expected.length);
			const wanted = expected.map((index) => expect.objectContaining(arriving[index] ?? {}));
			expect(found).toEqual(wanted);
		});
	});

	describe('repeats', () => {
		test('start one execution in each workflow that gets them', async () => {
			const [one, two] = [await listen({ events: ALL }), await listen({ events: ALL })];
			const event = status();
			await Promise.all(
				[one, two, one, two, one, two].map(async (listener) => {
					expect(await deliver(listener, event)).toBe(200);
				}),
			);
			expect(await deliver(one, event)).toBe(200);
			// Another state of the same message is no repeat.
			expect(await deliver(one, status({ ...event.body, status: 'READ' }))).toBe(200);
			expect((await outputs(one, 2)).map((output) => output.status)).toEqual(['DELIVERED', 'READ']);
			expect(await outputs(two, 1)).toHaveLength(1);
		});

		test('fifty different messages at once start fifty executions', async () => {
			const listener = await listen({ events: ['status'] });
			const events = Array.from({ length: 50 }, () => status());
			const answers = await Promise.all(
				events.map(async (event) => await deliver(listener, event)),
			);
			expect(new Set(answers)).toEqual(new Set([200]));
			const found = await outputs(listener, 50);
			const ids = (list: unknown[]) => list.map(Number).sort((a, b) => a - b);
			expect(ids(found.map((output) => output.msg_id))).toEqual(
				ids(events.map((event) => event.body?.msg_id)),
			);
		});
	});

	describe('test URL and production URL', () => {
		test('live side by side: each event starts the one it was sent to', async () => {
			const listener = await listen({ events: ['status'], options: { finalOnly: true } });
			const { id } = listener.workflow;
			const testUrl = listener.url.replace('/webhook/', '/webhook-test/');
			const event = status();

			expect(await deliver(testUrl, event)).toBe(404);
			expect(await client.runWorkflow(id, 'Callback')).toEqual({ waitingForWebhook: true });
			expect(await deliver(listener, event)).toBe(200);
			// Refused and left out: the test goes on listening.
			expect(await deliver(testUrl, { ...event, signature: 'invalid' })).toBe(401);
			expect(await deliver(testUrl, status({ status: 'QUEUED' }))).toBe(200);
			// The same event as above: no repeat, since the test has not seen it.
			expect(await deliver(testUrl, event)).toBe(200);
			const found = await finishedExecutions(client, { workflowId: id }, 2);
			expect(found.map(({ mode }) => mode)).toEqual(['webhook', 'manual']);
			expect(await firstItem(found[1] as ExecutionSummary)).toMatchObject(event.body ?? {});

			// One event, then it is over; production goes on.
			await eventually(async () =>
				expect(await deliver(testUrl, { ...event, signature: 'invalid' })).toBe(404),
			);
			expect(await deliver(testUrl, status())).toBe(404);
			expect(await deliver(listener, status())).toBe(200);
			expect(await finishedExecutions(client, { workflowId: id }, 3)).toHaveLength(3);
		});
	});

	describe('publishing', () => {
		test('after deactivation the address is gone, and back after activation', async () => {
			const listener = await listen({ events: ['status'] });
			const { id } = listener.workflow;
			await client.deactivateWorkflow(id);
			expect(await deliver(listener, status())).toBe(404);
			await client.activateWorkflow(await client.getWorkflow(id));
			expect(productionUrl(session, listener.workflow)).toBe(listener.url);
			expect(await deliver(listener, status())).toBe(200);
			expect(await outputs(listener, 1)).toHaveLength(1);
		});

		test('is refused with a callback secret that is too short', async () => {
			await expect(tooShort).rejects.toThrow(
				'"Callback Secret" needs 16 to 100 letters, digits, dashes or underscores',
			);
		});
	});
});
