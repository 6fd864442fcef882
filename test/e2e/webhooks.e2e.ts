import { randomUUID } from 'node:crypto';
import type { N8nClient, Workflow, WorkflowFile } from '../../demo/client';
import { registeredWebhooks } from '../../demo/database';
import {
	alphaSmsFixture,
	readSession,
	signedInClient,
	type AlphaSmsFixture,
} from './support/session';

const session = readSession();
const STATUS = {
	id: 100500,
	msg_id: 123456789,
	type: 'sms',
	status: 'DELIVERED',
	datetime: '2026-01-31T12:34:00+02:00',
};

describe('the AlphaSMS trigger over HTTP', () => {
	let client: N8nClient;
	let alphaSms: AlphaSmsFixture;
	let workflow: Workflow;
	let url: string;

	const triggerWorkflow = (): WorkflowFile => ({
		name: 'Callbacks',
		nodes: [
			{
				id: randomUUID(),
				name: 'Callback',
				type: `${session.pack.name}.alphaSmsTrigger`,
				typeVersion: 1,
				position: [0, 0],
				parameters: { events: ['status'] },
				credentials: {
					alphaSmsApi: { id: alphaSms.credential.id, name: alphaSms.credential.name },
				},
				webhookId: randomUUID(),
			},
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	});

	beforeAll(async () => {
		client = await signedInClient();
		alphaSms = await alphaSmsFixture(client);
		workflow = await client.createWorkflow(triggerWorkflow());
		await client.activateWorkflow(workflow);
		const hook = registeredWebhooks(session.userFolder).find(
			({ workflowId }) => workflowId === workflow.id,
		);
		url = `${session.url}/webhook/${hook?.path}`;
	});

	afterAll(async () => await alphaSms?.close());

	test('a signed status starts an execution that has it', async () => {
		const delivery = await alphaSms.simulator.deliver({ url, kind: 'status', body: STATUS });
		expect(delivery.status).toBe(200);
		const [latest] = await client.listExecutions({ workflowId: workflow.id });
		const execution = await client.waitForExecution(latest?.id ?? '');
		expect(execution.status).toBe('success');
		const run = execution.data.resultData.runData.Callback?.[0];
		expect(run?.data?.main?.[0]?.[0]?.json).toMatchObject({ status: 'DELIVERED' });
	});

	test.each(['invalid', 'missing', 'tampered', 'otherKey'] as const)(
		'a status with a signature that is %s gets 401 and starts nothing',
		async (signature) => {
			const before = await client.listExecutions({ workflowId: workflow.id });
			const body = { ...STATUS, msg_id: STATUS.msg_id + 1 };
			const delivery = await alphaSms.simulator.deliver({ url, kind: 'status', body, signature });
			expect(delivery.status).toBe(401);
			expect(await client.listExecutions({ workflowId: workflow.id })).toHaveLength(before.length);
		},
	);

	test('after deactivation the address is gone, and back after activation', async () => {
		await client.deactivateWorkflow(workflow.id);
		const deliver = async (step: number) =>
			await alphaSms.simulator.deliver({
				url,
				kind: 'status',
				body: { ...STATUS, msg_id: STATUS.msg_id + step },
			});
		expect((await deliver(2)).status).toBe(404);
		await client.activateWorkflow(await client.getWorkflow(workflow.id));
		expect((await deliver(3)).status).toBe(200);
	});
});
