/** Call and Wait in real n8n: what resumes an execution, what does not, and what comes out. */
import type { N8nClient } from '../../demo/client';
import {
	signedInClient,
	velipFixture,
	type VelipFixture,
	type VelipSimulator,
} from './support/session';
import { callAndWait, changed, json, WAIT_NODE, type Waiting } from './support/waiting';
import { node, start, velip, workflowOf } from './support/workflows';

const CALL = {
	resource: 'call',
	operation: 'speakTextAndWait',
	dest: '5511987654306',
	text: 'Press 1 to confirm',
	ndig: 1,
	waitAmount: 1,
	waitUnit: 'hours',
};

type Event = NonNullable<Parameters<VelipSimulator['deliver']>[0]>;

describe('call and wait', () => {
	let client: N8nClient;
	let fixture: VelipFixture;
	let simulator: VelipSimulator;

	const call = async (parameters: Record<string, unknown> = {}) =>
		await callAndWait(client, fixture, { ...CALL, ...parameters });
	/** The result of the awaited call, as Velip reports it. */
	async function deliver(waiting: Waiting, { body, url, ...event }: Event = {}) {
		const known = { cd_id: 'c_1', ctid: waiting.id, dest: CALL.dest, cd_resp1: '1' };
		const where = url ?? waiting.hook.href;
		return (await simulator.deliver({ ...event, url: where, body: { ...known, ...body } })).status;
	}
	const stateOf = async ({ execution }: Waiting) =>
		(await client.getExecution(execution.id)).status;
	const finished = async ({ execution }: Waiting) => await client.waitForExecution(execution.id);

	beforeAll(async () => {
		client = await signedInClient();
		// Every call goes to one number, which Velip refuses within ten seconds.
		fixture = await velipFixture(client, { lifecycle: 'manual', httpdupSeconds: 0 });
		simulator = fixture.simulator;
	});

	afterAll(async () => await fixture?.close());

	describe.each(['POST', 'GET'] as const)('by %s', (method) => {
		let waiting: Waiting;
		let other: Waiting;

		beforeAll(async () => {
			other = await call();
			waiting = await call();
		});

		test.each<[string, () => string]>([
			[
				'a wrong seal',
				() => changed(waiting.hook, (query) => query.set('seal', '0'.repeat(40))).href,
			],
			['no seal', () => changed(waiting.hook, (query) => query.delete('seal')).href],
			[
				'the ID of another call under this seal',
				() => changed(waiting.hook, (query) => query.set('awaits', other.id)).href,
			],
			[
				"another execution's path",
				() => waiting.hook.href.replace(`/${waiting.execution.id}/`, `/${other.execution.id}/`),
			],
			["no token of n8n's", () => changed(waiting.hook, (query) => query.delete('signature')).href],
		])('an address with %s gets 401', async (_, forge) => {
			expect(await deliver(waiting, { method, url: forge() })).toBe(401);
		});

		test('results of other calls, unfinished ones and reports of SMS end nothing', async () => {
			const events: Event[] = [
				{ body: { ctid: other.id } },
				{ body: { cd_called_status: 'null' } },
				{ kind: 'sms', body: { ctid: waiting.id, delivstatus: 'DELIVRD', cd_id: null } },
			];
			for (const event of events) expect(await deliver(waiting, { method, ...event })).toBe(200);
			expect((await fetch(waiting.hook)).status).toBe(200);
			expect([await stateOf(waiting), await stateOf(other)]).toEqual(['waiting', 'waiting']);
		});

		test('the result resumes through Answered, and earlier items are still found', async () => {
			simulator.setOptions({ callbackMethod: method, callbackFormat: 'form' });
			simulator.finishCall(waiting.id);
			const execution = await finished(waiting);
			expect(execution.status).toBe('success');
			const [output, ...more] = json(execution, WAIT_NODE);
			expect(more).toEqual([]);
			expect(output).toMatchObject({
				event: 'callFinished',
				ctid: waiting.id,
				dest: CALL.dest,
				state: 'answered',
				digits: ['1'],
				cd_time_sec: 12,
				timedOut: false,
			});
			// Whoever knows the address can answer for the call, so it does not go on into the workflow.
			for (const key of ['awaits', 'seal', 'signature']) expect(output).not.toHaveProperty(key);
			expect(json(execution, WAIT_NODE, 1)).toEqual([]);
			expect(json(execution, 'After Answer')).toEqual([{ customer: 'Olena' }]);
			expect(execution.data.resultData.runData).not.toHaveProperty('After Time');
		});

		test('a late repeat gets 409 and changes nothing', async () => {
			await simulator.idle(60_000);
			expect(await deliver(waiting, { method })).toBe(409);
			const { status, data } = await client.getExecution(waiting.execution.id);
			expect(status).toBe('success');
			expect(data.resultData.runData['After Answer']).toHaveLength(1);
			expect(await stateOf(other)).toBe('waiting');
		});

		test('the same result ten times at once goes on once', async () => {
			const event: Event = { method, body: { cd_called_status: 'NA', cd_resp1: '' } };
			const answers = await Promise.all(
				Array.from({ length: 10 }, async () => await deliver(other, event)),
			);
			expect(answers).toContain(200);
			const execution = await finished(other);
			expect(execution.status).toBe('success');
			expect(json(execution, WAIT_NODE)).toEqual([
				expect.objectContaining({ state: 'notAnswered', digits: [], timedOut: false }),
			]);
			expect(execution.data.resultData.runData['After Answer']).toHaveLength(1);
			expect(simulator.accepted.maxPerKey).toBe(1);
		});
	});

	test.each<[string, Event]>([
		['JSON in ISO-8859-1', { format: 'json', encoding: 'iso-8859-1' }],
		['a form in ISO-8859-1', { format: 'form', encoding: 'iso-8859-1' }],
		['GET in ISO-8859-1', { method: 'GET', encoding: 'iso-8859-1' }],
	])('%s is read, also from an account that leaves out the correlation ID', async (_, way) => {
		const waiting = await call({ dest: '5511987654399', additionalFields: { ctid: 'order77' } });
		expect(waiting.id).toBe('order77');
		expect(await deliver(waiting, { ...way, body: { ctid: null, cd_name: 'João' } })).toBe(200);
		expect(json(await finished(waiting), WAIT_NODE)).toEqual([
			expect.objectContaining({ cd_name: 'João', state: 'answered' }),
		]);
	});

	test('an audio instead of a text', async () => {
		const { url } = simulator;
		const response = await fetch(`${url}/api/v2/CreateAudioFile`, {
			method: 'POST',
			headers: {
				authorization: `Bearer ${simulator.apiKey}`,
				'content-type': 'application/json',
			},
			body: JSON.stringify({ text: 'Hello', name: 'Hello', ttswrt: 1 }),
		});
		const { return: made } = (await response.json()) as { return: { cdw_file: string } };
		const content = { __rl: true, mode: 'id', value: made.cdw_file };
		const waiting = await call({
			operation: 'playAudioAndWait',
			dest: '5511987654407',
			content,
			ndig: 2,
		});
		simulator.finishCall(waiting.id);
		expect(json(await finished(waiting), WAIT_NODE)).toEqual([
			expect.objectContaining({ state: 'answered', digits: ['2', '5'] }),
		]);
	});

	test('a refused call does not wait', async () => {
		const nodes = [
			start(),
			velip(WAIT_NODE, fixture.credential, { ...CALL, dest: '5511987654310' }),
		];
		const file = workflowOf('Refused', nodes, { Start: [WAIT_NODE] });
		const { id } = await client.createWorkflow(file);
		const { status, data } = await client.runToEnd(id, 'Start');
		expect(status).toBe('error');
		expect(data.resultData.error?.message).toContain('Blocked');
	});

	test('more than one item is refused with the way out, and nobody is called', async () => {
		const before = simulator.accepted.total;
		const code = 'return [1, 2, 3].map((n) => ({ json: { n } }));';
		const nodes = [
			start(),
			node('Three', 'n8n-nodes-base.code', { jsCode: code }, { typeVersion: 2 }),
			velip(WAIT_NODE, fixture.credential, CALL),
		];
		const links = { Start: ['Three'], Three: [WAIT_NODE] };
		const { id } = await client.createWorkflow(workflowOf('Three calls', nodes, links));
		const { status, data } = await client.runToEnd(id, 'Start');
		expect(status).toBe('error');
		expect(data.resultData.error?.message).toBe(
			'"Make Text-to-Speech Call and Wait" handles one item at a time, this run has 3; nothing was sent',
		);
		expect(data.resultData.error?.description).toContain('Loop Over Items');
		expect(simulator.accepted.total).toBe(before);
	});
});
