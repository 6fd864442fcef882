/** The example workflows of Velip, executed whole, with n8n's own nodes around ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution, N8nClient, Workflow } from '../../demo/client';
import { adaptWorkflow } from '../../demo/examples';
import { signedInClient, velipFixture, type VelipFixture } from './support/session';
import { json } from './support/waiting';
import { finishedExecutions, runUntilWaiting } from './support/workflows';

const FOLDER = join(__dirname, '..', '..', 'demo', 'workflows');
const REMINDER = '05-velip-appointment-reminder.json';
const CAMPAIGN = '06-velip-campaign-from-spreadsheet.json';
const MISSED = '07-velip-missed-call-follow-up.json';
/** The longest pause in the examples, and n8n's own patience with pauses. */
const PAUSE = { timeoutMs: 200_000 };

describe('the example workflows of Velip in real n8n', () => {
	let client: N8nClient;
	let velip: VelipFixture;
	/** A provider that never reports the end of a call. */
	let silent: VelipFixture;
	/** They pause for a minute, while the others run. */
	let paused: { reminder: Execution; campaign: string };

	const ran = (execution: Execution) => Object.keys(execution.data.resultData.runData);

	/** The example, with texts in it replaced. */
	async function imported(
		file: string,
		replace: Record<string, string> = {},
		{ credential } = velip,
	): Promise<Workflow> {
		let text = readFileSync(join(FOLDER, file), 'utf8');
		for (const [from, to] of Object.entries(replace)) {
			expect(text).toContain(from);
			text = text.replaceAll(from, to);
		}
		return await client.createWorkflow(adaptWorkflow(text, [credential], client.url));
	}

	async function run(workflow: Workflow): Promise<Execution> {
		return await client.runToEnd(workflow.id, 'Start');
	}

	beforeAll(async () => {
		client = await signedInClient();
		velip = await velipFixture(client);
		silent = await velipFixture(client, { lifecycle: 'manual' });
		const short = { '"waitAmount": 10': '"waitAmount": 1' };
		const reminder = await runUntilWaiting(client, await imported(REMINDER, short, silent));
		const started = await client.runWorkflow((await imported(CAMPAIGN)).id, 'Start');
		if (!('executionId' in started)) throw new Error('The campaign waits for a call');
		paused = { reminder, campaign: started.executionId };
	});

	afterAll(async () => await Promise.all([velip?.close(), silent?.close()]));

	describe('appointment reminder', () => {
		test.each([
			['key 1', '06', 'Confirmed', { appointment: 'confirmed' }],
			['key 2', '07', 'Cancelled', { appointment: 'cancelled' }],
			['no key', '11', 'Nothing Pressed', { appointment: 'open', call: 'answered' }],
			['nobody at home', '00', 'Nothing Pressed', { appointment: 'open', call: 'notAnswered' }],
			['a dead number', '02', 'Nothing Pressed', { appointment: 'open', call: 'failed' }],
		])('%s', async (_, ending, branch, expected) => {
			const number = { '+447700900006': `+4477009001${ending}` };
			const execution = await run(await imported(REMINDER, number));
			expect(execution.status).toBe('success');
			expect(json(execution, branch)).toEqual([{ customer: 'Maria', ...expected }]);
			expect(ran(execution)).not.toContain('Ask for the Result');
			expect(velip.simulator.acceptedBy('MakeTTSCall').byDest.get(`4477009001${ending}`)).toBe(1);
		});

		test('the callee hears the text, in their name', () => {
			const calls = velip.simulator.log.filter(({ path }) => path.includes('MakeTTSCall'));
			expect(JSON.parse(String(calls.at(0)?.body))).toMatchObject({
				text: "Hello Maria. You have an appointment tomorrow at ten o'clock. Press 1 to confirm it, or 2 to cancel it.",
				ndig: 1,
				free: 0,
				setbrasil: 0,
			});
		});
	});

	describe('missed-call follow-up', () => {
		let workflow: Workflow;
		const messages = () => velip.simulator.acceptedBy('MakeWhatsapp').total;
		const follow = async (after: Execution, count: number) => {
			await velip.simulator.idle(60_000);
			const filter = { workflowId: workflow.id, after: after.id };
			const found = await finishedExecutions(client, filter, count);
			return await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
		};

		afterEach(async () => await client.deactivateWorkflow(workflow.id));

		test.each(['POST', 'GET'] as const)(
			'a call that nobody answers leads to one template (%s)',
			async (callbackMethod) => {
				velip.simulator.setOptions({ callbackMethod, duplicateCallbacks: true });
				velip.simulator.advanceClock(60_000);
				const before = messages();
				workflow = await imported(MISSED);
				await client.activateWorkflow(workflow);
				const started = await run(workflow);
				expect(json(started, 'Call')).toEqual([
					expect.objectContaining({ dest: '447700900000', outcome: 'accepted' }),
				]);
				const [execution, ...more] = await follow(started, 1);
				velip.simulator.setOptions({ callbackMethod: 'POST', duplicateCallbacks: false });
				expect(more).toEqual([]);
				expect(execution?.status).toBe('success');
				expect(execution && json(execution, 'Missed Calls')).toEqual([
					expect.objectContaining({ state: 'notAnswered', dest: '447700900000' }),
				]);
				expect(execution && json(execution, 'Send Template')).toEqual([
					expect.objectContaining({ dest: '447700900000', outcome: 'accepted' }),
				]);
				expect(messages() - before).toBe(1);
			},
		);

		test('a call that is answered leads to nothing', async () => {
			const before = messages();
			workflow = await imported(MISSED, { '+447700900000': '+447700900033' });
			await client.activateWorkflow(workflow);
			const started = await run(workflow);
			await velip.simulator.idle(60_000);
			expect(velip.simulator.callbacks.at(-1)).toMatchObject({ status: 200 });
			expect(await follow(started, 0)).toEqual([]);
			expect(messages()).toBe(before);
		});
	});

	// Last: their minute has passed meanwhile.
	describe('after a minute', () => {
		test('the campaign is loaded, has called everybody, and is reported', async () => {
			const execution = await client.waitForExecution(paused.campaign, PAUSE);
			expect(execution.status).toBe('success');
			expect(json(execution, 'Create List')).toEqual([expect.objectContaining({ num_dest: 3 })]);
			const [campaign] = json(execution, 'Create Campaign');
			expect(campaign).toMatchObject({ loaded: true });
			expect(json(execution, 'Report')).toEqual([
				expect.objectContaining({
					cp_id: campaign?.cp_id,
					cp_destinations: 3,
					cp_made: 3,
					cp_answered: 2,
				}),
			]);
			const calls = json(execution, 'Every Call').map(({ dest, state, digits }) => ({
				dest,
				state,
				digits,
			}));
			expect(calls).toHaveLength(3);
			expect(calls).toEqual(
				expect.arrayContaining([
					{ dest: '5511900000031', state: 'answered', digits: [] },
					{ dest: '5511900000000', state: 'notAnswered', digits: [] },
					{ dest: '5511900000007', state: 'answered', digits: ['2', '5'] },
				]),
			);
			expect(velip.simulator.requests).toMatchObject({
				CreateDestinationBase: 1,
				CreateCampaign: 1,
			});
			const created = velip.simulator.log.find(({ path }) => path.includes('CreateCampaign'));
			expect(JSON.parse(String(created?.body))).toMatchObject({ no_block: 0 });
		});

		test('a reminder without a result asks Velip itself', async () => {
			expect(paused.reminder.status).toBe('waiting');
			const execution = await client.waitForExecution(paused.reminder.id, PAUSE);
			expect(execution.status).toBe('success');
			expect(json(execution, 'Call and Wait', 0)).toEqual([]);
			const [sent] = json(execution, 'Call and Wait', 1);
			expect(sent).toMatchObject({ dest: '447700900006', timedOut: true });
			expect(json(execution, 'Ask for the Result')).toEqual([
				expect.objectContaining({ ctid: sent?.ctid, state: 'pending' }),
			]);
			expect(ran(execution)).not.toContain('Which Key?');
			expect(silent.simulator.accepted.total).toBe(1);
		});

		test('nothing was sent that the manual does not know', () => {
			expect([...velip.simulator.violations, ...silent.simulator.violations]).toEqual([]);
			expect(velip.simulator.accepted.maxPerKey).toBe(1);
		});
	});
});
