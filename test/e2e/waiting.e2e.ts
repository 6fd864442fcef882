/** Send and Wait in real n8n: what resumes an execution, and what does not. */
import type { N8nClient } from '../../demo/client';
import {
	alphaSmsFixture,
	signedInClient,
	type AlphaSmsFixture,
	type AlphaSmsSimulator,
} from './support/session';
import { changed, json, sendAndWait, WAIT_NODE, type Waiting } from './support/waiting';
import { alphaSms, node, start, workflowOf } from './support/workflows';

const PHONE = '380971234567';
const SMS = {
	resource: 'message',
	operation: 'sendSmsAndWait',
	phone: PHONE,
	smsSignature: 'SMSTest',
	smsMessage: 'Hello',
	waitAmount: 1,
	waitUnit: 'hours',
};
const CALL = {
	resource: 'call',
	operation: 'speakTextAndWait',
	phone: PHONE,
	message: 'Press a key',
	dtmf: true,
	resumeOn: 'key',
	waitAmount: 1,
	waitUnit: 'hours',
};

type AlphaSmsSide = Parameters<typeof sendAndWait>[1];

const send = async (client: N8nClient, side: AlphaSmsSide, parameters = SMS as object) =>
	await sendAndWait(client, side, { ...parameters });

describe('send and wait', () => {
	let client: N8nClient;
	let fixture: AlphaSmsFixture;
	let simulator: AlphaSmsSimulator;

	async function deliver(
		url: URL | string,
		body: Record<string, unknown>,
		more: Parameters<AlphaSmsSimulator['deliver']>[0] = {},
	) {
		return (await simulator.deliver({ url: String(url), body, ...more })).status;
	}
	const report = ({ id }: Pick<Waiting, 'id'>, status: string, type = 'sms') => ({
		id: Number(id),
		msg_id: 1,
		type,
		status,
	});
	const stateOf = async ({ execution }: Waiting) =>
		(await client.getExecution(execution.id)).status;
	const finished = async ({ execution }: Waiting) => await client.waitForExecution(execution.id);

	beforeAll(async () => {
		client = await signedInClient();
		fixture = await alphaSmsFixture(client, { lifecycle: 'manual' });
		simulator = fixture.simulator;
	});

	afterAll(async () => {
		await fixture?.close();
	});

	describe('for the delivery of an SMS', () => {
		let waiting: Waiting;
		let other: Waiting;

		beforeAll(async () => {
			other = await send(client, fixture);
			waiting = await send(client, fixture);
		});

		test.each<[string, (hook: URL) => URL | string]>([
			['a wrong seal', (hook) => changed(hook, (query) => query.set('seal', '0'.repeat(40)))],
			['no seal', (hook) => changed(hook, (query) => query.delete('seal'))],
			[
				'the id of another message under this seal',
				(hook) => changed(hook, (query) => query.set('awaits', `${other.id}~final~`)),
			],
			[
				"another execution's path",
				(hook) => hook.href.replace(`/${waiting.execution.id}/`, `/${other.execution.id}/`),
			],
			["no token of n8n's", (hook) => changed(hook, (query) => query.delete('signature'))],
		])('an address with %s gets 401', async (_, forge) => {
			expect(await deliver(forge(waiting.hook), report(waiting, 'DELIVERED'))).toBe(401);
		});

		test.each(['invalid', 'missing', 'tampered', 'otherKey'] as const)(
			'a signature that is %s gets 401',
			async (signature) => {
				const body = report(waiting, 'DELIVERED');
				expect(await deliver(waiting.hook, body, { signature })).toBe(401);
			},
		);

		test('what cannot be read gets 400 and GET gets 404', async () => {
			for (const rawBody of ['{"id": 1', '[1]']) {
				expect(await deliver(waiting.hook, {}, { rawBody })).toBeGreaterThanOrEqual(400);
			}
			expect((await fetch(waiting.hook)).status).toBe(404);
		});

		test('a report about another message, rightly signed, ends nothing', async () => {
			expect(await deliver(waiting.hook, report(other, 'DELIVERED'))).toBe(200);
		});

		test.each(['QUEUED', 'ROUTING', 'UNKNOWN', 'Something New'])(
			'%s is taken and does not end the wait',
			async (status) => {
				expect(await deliver(waiting.hook, report(waiting, status))).toBe(200);
			},
		);

		test('after all of that both still wait', async () => {
			expect([await stateOf(waiting), await stateOf(other)]).toEqual(['waiting', 'waiting']);
		});

		test('DELIVERED resumes through Answered, and earlier items are still found', async () => {
			expect(await deliver(waiting.hook, report(waiting, 'DELIVERED'))).toBe(200);
			const execution = await finished(waiting);
			expect(execution.status).toBe('success');
			expect(json(execution, WAIT_NODE)).toEqual([
				expect.objectContaining({
					id: Number(waiting.id),
					status: 'DELIVERED',
					state: 'delivered',
					timedOut: false,
				}),
			]);
			expect(json(execution, WAIT_NODE, 1)).toEqual([]);
			expect(json(execution, 'After Answer')).toEqual([{ customer: 'Olena' }]);
			expect(execution.data.resultData.runData).not.toHaveProperty('After Time');
		});

		test('a late report gets 409 and changes nothing', async () => {
			expect(await deliver(waiting.hook, report(waiting, 'READ'))).toBe(409);
			const { status, data } = await client.getExecution(waiting.execution.id);
			expect(status).toBe('success');
			expect(data.resultData.runData['After Answer']).toHaveLength(1);
			expect(await stateOf(other)).toBe('waiting');
		});

		test('the same final report ten times at once goes on once', async () => {
			const body = report(other, 'UNDELIVERABLE');
			const answers = await Promise.all(
				Array.from({ length: 10 }, async () => await deliver(other.hook, body)),
			);
			expect(answers.filter((status) => status === 200).length).toBeGreaterThan(0);
			const execution = await finished(other);
			expect(execution.status).toBe('success');
			expect(json(execution, 'After Answer')).toEqual([{ customer: 'Olena' }]);
			expect(execution.data.resultData.runData['After Answer']).toHaveLength(1);
			expect(simulator.maxPerId).toBe(1);
		});
	});

	describe('for a Viber message with SMS fallback', () => {
		test('the failed Viber step does not end the wait, the SMS does', async () => {
			const waiting = await send(client, fixture, {
				...SMS,
				operation: 'sendViberAndWait',
				viberSignature: 'ViberTest',
				viberType: 'text',
				viberMessage: 'Hello',
				fallbackToSms: true,
			});
			expect(await deliver(waiting.hook, report(waiting, 'UNDELIVERABLE', 'viber'))).toBe(200);
			expect(await stateOf(waiting)).toBe('waiting');
			expect(await deliver(waiting.hook, report(waiting, 'DELIVERED', 'sms'))).toBe(200);
			expect(json(await finished(waiting), WAIT_NODE)).toEqual([
				expect.objectContaining({ type: 'sms', state: 'delivered' }),
			]);
		});
	});

	describe('for a key', () => {
		const result = (id: string, more: Record<string, unknown>) => ({
			id: Number(id),
			phone: PHONE,
			status: 'ANSWERED',
			duration: 12,
			...more,
		});

		test('DELIVERED keeps waiting, the result of the call brings the key', async () => {
			const waiting = await send(client, fixture, CALL);
			expect(await deliver(waiting.hook, report(waiting, 'DELIVERED', 'voice'))).toBe(200);
			expect(await stateOf(waiting)).toBe('waiting');
			const body = result(waiting.id, { dtmf: '3' });
			expect(await deliver(waiting.hook, body, { kind: 'callResult' })).toBe(200);
			const execution = await finished(waiting);
			expect(json(execution, WAIT_NODE)).toEqual([
				expect.objectContaining({ event: 'callResult', dtmf: '3', timedOut: false }),
			]);
			expect(json(execution, 'After Answer')).toEqual([{ customer: 'Olena' }]);
		});

		test('the result is not signed, so the address protects it', async () => {
			const waiting = await send(client, fixture, CALL);
			const body = result(waiting.id, { dtmf: '3' });
			const forged = changed(waiting.hook, (query) => query.set('seal', 'f'.repeat(40)));
			expect(await deliver(forged, body, { kind: 'callResult' })).toBe(401);
			const signature = 'invalid';
			expect(await deliver(waiting.hook, body, { kind: 'callResult', signature })).toBe(401);
			expect(await stateOf(waiting)).toBe('waiting');
			const form = { kind: 'callResult', encoding: 'form' } as const;
			expect(await deliver(waiting.hook, body, form)).toBe(200);
			expect(json(await finished(waiting), WAIT_NODE)).toEqual([
				expect.objectContaining({ dtmf: '3' }),
			]);
		});

		test('a failed call ends the wait without a key', async () => {
			const waiting = await send(client, fixture, CALL);
			expect(await deliver(waiting.hook, report(waiting, 'UNDELIVERABLE', 'voice'))).toBe(200);
			const [answer] = json(await finished(waiting), WAIT_NODE);
			expect(answer).toMatchObject({ state: 'failed', timedOut: false });
			expect(answer).not.toHaveProperty('dtmf');
		});
	});

	describe('more than one item', () => {
		test('is refused with the reason and the way out, and nothing is sent', async () => {
			const before = simulator.acceptedTotal;
			const code = 'return [1, 2, 3].map((n) => ({ json: { n } }));';
			const nodes = [
				start(),
				node('Three', 'n8n-nodes-base.code', { jsCode: code }, { typeVersion: 2 }),
				alphaSms(WAIT_NODE, fixture.credential, SMS),
			];
			const links = { Start: ['Three'], Three: [WAIT_NODE] };
			const workflow = await client.createWorkflow(workflowOf('Three items', nodes, links));
			const execution = await client.runToEnd(workflow.id, 'Start');
			expect(execution.status).toBe('error');
			const { error } = execution.data.resultData;
			expect(error?.message).toBe(
				'"Send SMS and Wait" handles one item at a time, this run has 3; nothing was sent',
			);
			expect(error?.description).toContain('Loop Over Items');
			expect(simulator.acceptedTotal).toBe(before);
		});
	});
});
