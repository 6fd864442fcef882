/** The example of Voicemod's cloud executed whole: upload, conversion, sending on, and the way of one that is late. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution, N8nClient, Workflow } from '../../demo/client';
import { outputItems } from '../../demo/client';
import { adaptWorkflow } from '../../demo/examples';
import { makeWav } from '../simulators/voicemod';
import { signedInClient } from './support/session';
import { voicemodFixture, type VoicemodFixture } from './support/voicemod';
import { json } from './support/waiting';
import { finishedExecutions } from './support/workflows';

const FILE = join(__dirname, '../../demo/workflows/17-voicemod-convert-upload.json');

describe('the example "convert an uploaded recording and send it on"', () => {
	let client: N8nClient;
	let cloud: VoicemodFixture;
	let workflow: Workflow;

	const ran = (execution: Execution) => Object.keys(execution.data.resultData.runData);

	beforeAll(async () => {
		client = await signedInClient();
		cloud = await voicemodFixture(client);
		// Its pauses are shortened; everything else is as a user imports it.
		const text = readFileSync(FILE, 'utf8')
			.replace(/"amount": 1,\s*"unit": "minutes"/, '"amount": 20, "unit": "seconds"')
			.replace('"maxWait": 60', '"maxWait": 2');
		workflow = await client.createWorkflow(adaptWorkflow(text, [cloud.credential], client.url));
		await client.activateWorkflow(workflow);
	});

	beforeEach(() => cloud.simulator.reset());

	afterEach(() => cloud.simulator.setOptions({ lifecycle: 'auto' }));

	afterAll(async () => {
		if (workflow) await client.deactivateWorkflow(workflow.id);
		await cloud?.close();
	});

	/** The latest execution that there was, so that only later ones are looked at. */
	const latest = async () => (await client.listExecutions({ workflowId: workflow.id }))[0]?.id;

	async function executionsAfter(after: string | undefined, count: number): Promise<Execution[]> {
		const filter = { workflowId: workflow.id, ...(after !== undefined && { after }) };
		const found = await finishedExecutions(client, filter, count);
		return await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
	}

	async function upload(content: Buffer): Promise<Response> {
		const path = workflow.nodes.find(({ name }) => name === 'Upload')?.parameters.path;
		const form = new FormData();
		form.set('recording', new Blob([new Uint8Array(content)], { type: 'audio/wav' }), 'hello.wav');
		return await fetch(`${client.url}/webhook/${String(path)}`, { method: 'POST', body: form });
	}

	/** What the inbox of the same workflow got. */
	function received(executions: Execution[]) {
		const inbox = executions.find((execution) => ran(execution).includes('Inbox'));
		return inbox && outputItems(inbox, 'Received')[0];
	}

	test('an upload is converted once, and the file arrives at the inbox', async () => {
		const before = await latest();
		expect((await upload(makeWav(0.5))).status).toBe(200);
		const executions = await executionsAfter(before, 2);
		expect(executions.map(({ status }) => status)).toEqual(['success', 'success']);
		const [converted] = executions.filter((execution) => ran(execution).includes('Convert'));
		expect(converted && json(converted, 'Convert')).toEqual([
			expect.objectContaining({ voice: 'cave', isReady: true, mimeType: 'audio/wav' }),
		]);
		expect(converted && ran(converted)).not.toContain('Get It Later');
		expect(received(executions)?.binary).toMatchObject({
			file: { mimeType: 'audio/wav', fileExtension: 'wav' },
		});
		expect(cloud.simulator.accepted).toMatchObject({ total: 1, maxPerOrder: 1 });
		expect(cloud.simulator.violations).toEqual([]);
	});

	test('"Try It" does the same with the sample', async () => {
		const before = await latest();
		const execution = await client.runToEnd(workflow.id, 'Try It');
		expect(execution.status).toBe('success');
		expect(json(execution, 'Convert')).toEqual([expect.objectContaining({ isReady: true })]);
		expect(received(await executionsAfter(before, 2))?.binary).toHaveProperty('file');
	});

	test('one that is late is asked for again, and never ordered a second time', async () => {
		cloud.simulator.setOptions({ lifecycle: 'manual' });
		const before = await latest();
		const run = await client.runWorkflow(workflow.id, 'Try It');
		if (!('executionId' in run)) throw new Error('The example waits for a call');
		// Convert waits for 2 seconds, and the pause that follows takes 20.
		while (cloud.simulator.jobs().length === 0) await sleep(100);
		await sleep(8000);
		for (const { id } of cloud.simulator.jobs()) cloud.simulator.finish(id);
		const execution = await client.waitForExecution(run.executionId);
		expect(execution.status).toBe('success');
		expect(json(execution, 'Convert')).toEqual([
			expect.objectContaining({ isReady: false, timedOut: true }),
		]);
		expect(json(execution, 'Get It Later')).toEqual([expect.objectContaining({ isReady: true })]);
		expect(received(await executionsAfter(before, 2))?.binary).toHaveProperty('file');
		expect(cloud.simulator.accepted).toMatchObject({ total: 1, maxPerOrder: 1 });
	});

	test('something that is no recording stops the workflow in the words of Voicemod', async () => {
		const before = await latest();
		await upload(Buffer.from('not a recording'));
		const [execution] = await executionsAfter(before, 1);
		expect(execution?.status).toBe('error');
		expect(execution?.data.resultData.error?.message).toContain('Voicemod refused');
		expect(cloud.simulator.accepted.total).toBe(0);
	});
});
