/** The example workflows, imported as the demo imports them, with n8n's own nodes around ours. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems, type Execution, type N8nClient, type Workflow } from '../../demo/client';
import { adaptWorkflow, importExamples, type Example } from '../../demo/examples';
import { accountCallbackAddress, runHeadline } from '../../demo/headline';
import { importCredentials, startProviders, type Providers } from '../../demo/providers';
import {
	alphaSmsFixture,
	E2E_FOLDER,
	readSession,
	signedInClient,
	type AlphaSmsFixture,
} from './support/session';
import { finishedExecutions, runUntilWaiting } from './support/workflows';

const session = readSession();
const FOLDER = join(__dirname, '..', '..', 'demo', 'workflows');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const [BULK = '', WAIT = '', VIBER = '', CALL = ''] = FILES;

describe('the example workflows in real n8n', () => {
	let client: N8nClient;
	let providers: Providers;
	let examples: Example[];
	/** A gateway that never reports the end of anything. */
	let silent: AlphaSmsFixture;
	let late: { sms: Execution; call: Execution };

	const json = (execution: Execution, node: string, output?: number) =>
		outputItems(execution, node, output).map((item) => item.json);
	const ran = (execution: Execution) => Object.keys(execution.data.resultData.runData);

	function example(file: string): Example {
		const found = examples.find((one) => one.file === file);
		if (found === undefined) throw new Error(`${file} was not imported`);
		return found;
	}

	/** The example with texts in it replaced, as another workflow. */
	async function variant(
		file: string,
		replace: Record<string, string>,
		credential = silent.credential,
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
		silent = await alphaSmsFixture(client, { lifecycle: 'manual' });
		late = {
			sms: await runUntilWaiting(client, await variant(WAIT, {})),
			call: await runUntilWaiting(
				client,
				await variant(CALL, { '"waitAmount": 10': '"waitAmount": 1' }),
			),
		};
		providers = await startProviders();
		const credentials = await importCredentials(client, providers);
		examples = await importExamples(client, credentials, join(E2E_FOLDER, 'examples.json'));
		const accountHook = accountCallbackAddress(session, examples);
		providers.alphaSms.setOptions({ accountHook });
	});

	afterAll(async () => {
		// Some of them take leave of their provider.
		for (const { workflow, active } of examples ?? []) {
			if (active) await client.deactivateWorkflow(workflow.id);
		}
		await providers?.close();
		await silent?.close();
	});

	test('every file is imported; those with a trigger of ours are active', () => {
		expect(examples.map(({ file }) => file)).toEqual(FILES);
		const withTrigger = FILES.filter((_, index) => examples[index]?.active);
		expect(withTrigger).toEqual([
			BULK,
			VIBER,
			'07-velip-missed-call-follow-up.json',
			'08-voximplant-kit-leads-to-campaign.json',
			'09-voximplant-kit-after-call-summary.json',
			'10-voximplant-kit-queue-monitor.json',
			'11-voximplant-kit-do-not-call-opt-out.json',
			'12-voximplant-kit-web-chat-bridge.json',
			'13-voximplant-kit-bot-then-agent.json',
			'14-voximplant-kit-transcript-on-close.json',
			'15-voicemod-channel-point-voice.json',
			'16-voicemod-soundboard-deck.json',
			'17-voicemod-convert-upload.json',
		]);
	});

	describe('bulk SMS', () => {
		let execution: Execution;

		test('runs as the demo shows it, with every report verified', async () => {
			const { alphaSms } = providers;
			const report = await runHeadline({ ...session, client }, example(BULK), alphaSms);
			expect(report).toMatchObject({ ok: true });
			execution = await client.getExecution(report.executionId);
			expect(alphaSms.acceptedTotal).toBe(10);
			expect(alphaSms.maxPerId).toBe(1);
			expect(alphaSms.requests).toEqual({ '/api/json.php': 2 });
			const statuses = alphaSms.callbacks.map(({ kind, status }) => [kind, status].join(' '));
			expect([...new Set(statuses)]).toEqual(['status 200']);
		});

		test('ten are sent, two are refused, each with its own reason and name', () => {
			expect(json(execution, 'Send SMS')).toHaveLength(10);
			// Eleven short texts and one in Cyrillic letters, which are one part each.
			expect(json(execution, 'Summary')).toEqual([{ count_id: 10, sum_segments: 10 }]);
			expect(json(execution, 'Refused')).toEqual([
				{
					name: 'Local Number',
					phone: '07700 900016',
					reason: expect.stringContaining('"To" begins with 0'),
					outcome: 'not_sent',
				},
				{
					name: 'Wrong Sender',
					phone: '447700900017',
					reason: expect.stringContaining('Error in Alpha-name'),
					outcome: 'refused',
				},
			]);
		});

		test('each report reaches the branch of its state, once', async () => {
			const filter = { workflowId: example(BULK).workflow.id, after: execution.id };
			const started = await finishedExecutions(client, filter, 10);
			const reports = await Promise.all(
				started.map(async ({ id }) => await client.getExecution(id)),
			);
			const good = reports.flatMap((one) => json(one, 'Delivered'));
			const bad = reports.flatMap((one) => json(one, 'Not Delivered'));
			expect(good).toHaveLength(8);
			expect(bad.map(({ report }) => String(report).split(' at ')[0]).sort()).toEqual([
				'EXPIRED',
				'UNDELIVERABLE',
			]);
			const ids = json(execution, 'Send SMS').map(({ id }) => String(id));
			expect([...good, ...bad].map(({ id }) => String(id)).sort()).toEqual(ids.sort());
		});
	});

	describe('send and wait', () => {
		test('goes on when the SMS is delivered', async () => {
			const execution = await run(example(WAIT).workflow);
			expect(execution.status).toBe('success');
			expect(json(execution, 'Send SMS and Wait')).toEqual([
				expect.objectContaining({ status: 'DELIVERED', state: 'delivered', timedOut: false }),
			]);
			expect(json(execution, 'Delivered')).toEqual([{ customer: 'Olena', report: 'DELIVERED' }]);
			expect(ran(execution)).not.toContain('Get Status');
		});

		test('goes on when it has failed for good', async () => {
			const [credential] = await importCredentials(client, providers);
			const undeliverable = { '447700900011': '447700900000' };
			const execution = await run(await variant(WAIT, undeliverable, credential));
			expect(json(execution, 'Not Delivered')).toEqual([
				{ customer: 'Olena', report: 'UNDELIVERABLE' },
			]);
		});
	});

	describe('two-way Viber', () => {
		/** The executions, at least so many, that `cause` leads to. */
		async function after(atLeast: number, cause: () => Promise<unknown>): Promise<Execution[]> {
			const { id: workflowId } = example(VIBER).workflow;
			const [latest] = await client.listExecutions();
			await cause();
			await providers.alphaSms.idle(60_000);
			const filter = { workflowId, after: latest?.id };
			const found = await finishedExecutions(client, filter, atLeast);
			return await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
		}

		let messageId: string;

		test('the account address holds the secret, and nothing answers without it', async () => {
			const { alphaSms } = providers;
			const { accountHook = '' } = alphaSms.options;
			expect(accountHook).toBe(
				`${session.url}/webhook/3d6f0c52-7f0b-4c1e-9a55-0f5d1c5a0303/alphasms/${example(VIBER).workflow.id}`,
			);
			const url = accountHook.replace(/\/[^/]+$/, '');
			expect(await alphaSms.deliver({ url, kind: 'viberReply' })).toMatchObject({ status: 404 });
		});

		test('a question goes out; an answer other than yes goes to the team', async () => {
			const { workflow } = example(VIBER);
			const executions = await after(3, async () => {
				messageId = String(json(await run(workflow), 'Ask by Viber')[0]?.id);
			});
			const all = (node: string) => executions.flatMap((one) => json(one, node));
			expect(all('For the Team')).toEqual([
				expect.objectContaining({ phone: '447700900006', message: 'Please wait' }),
			]);
			expect(all('All Replies')).toEqual([{ id: messageId, message: 'Please wait', file: '' }]);
			expect(all('Confirm by Viber')).toEqual([]);
		});

		test('a yes is answered, once, and the answer to that goes to the team', async () => {
			const { alphaSms } = providers;
			const before = alphaSms.billed.viber ?? 0;
			const executions = await after(3, async () => {
				alphaSms.reply(messageId, { message: ' Yes ' });
				// The confirmation is answered by "Please wait" in its turn.
				while ((alphaSms.billed.viber ?? 0) === before) await sleep(20);
			});
			const confirmations = executions.flatMap((one) => json(one, 'Confirm by Viber'));
			expect(confirmations).toEqual([
				expect.objectContaining({ phone: '447700900006', outcome: 'accepted' }),
			]);
			expect(alphaSms.message(String(confirmations[0]?.id))).toMatchObject({ sender: 'MyShop' });
			expect(executions.flatMap((one) => json(one, 'For the Team'))).toHaveLength(1);
			expect(alphaSms.billed.viber).toBe(before + 1);
		});
	});

	describe('call with key press', () => {
		test('key 1 confirms, as in the demo', async () => {
			const execution = await run(example(CALL).workflow);
			expect(json(execution, 'Call and Wait')).toEqual([
				expect.objectContaining({ status: 'ANSWERED', dtmf: '1', timedOut: false }),
			]);
			expect(json(execution, 'Confirmed')).toEqual([
				{ customer: 'Olena', appointment: 'confirmed' },
			]);
		});

		test('key 2 cancels', async () => {
			providers.alphaSms.setOptions({ dtmfDigit: '2' });
			const execution = await run(example(CALL).workflow);
			providers.alphaSms.setOptions({ dtmfDigit: '1' });
			expect(json(execution, 'Cancelled')).toEqual([
				{ customer: 'Olena', appointment: 'cancelled' },
			]);
		});

		test('a call that nobody answers ends in Nothing Pressed', async () => {
			const [credential] = await importCredentials(client, providers);
			const unanswered = { '447700900011': '447700900009' };
			const execution = await run(await variant(CALL, unanswered, credential));
			const [result] = json(execution, 'Nothing Pressed');
			expect(result).toMatchObject({ customer: 'Olena', appointment: 'open' });
			expect(['NO ANSWER', 'UNDELIVERABLE']).toContain(result?.call);
		});
	});

	// Last: their minute has passed meanwhile.
	describe('when nothing is reported in time', () => {
		test('both examples were waiting all the while', () => {
			expect(late).toMatchObject({ sms: { status: 'waiting' }, call: { status: 'waiting' } });
		});

		test('send and wait asks for the status', async () => {
			const execution = await client.waitForExecution(late.sms.id, { timeoutMs: 200_000 });
			expect(execution.status).toBe('success');
			expect(json(execution, 'Send SMS and Wait', 0)).toEqual([]);
			const [sent] = json(execution, 'Send SMS and Wait', 1);
			expect(sent).toMatchObject({ phone: '447700900011', outcome: 'accepted', timedOut: true });
			expect(silent.simulator.message(String(sent?.id))).toBeDefined();
			expect(json(execution, 'Still on Its Way')).toEqual([
				{ customer: 'Olena', report: 'ACCEPTED (pending)' },
			]);
			expect(ran(execution)).not.toContain('Delivered?');
		});

		test('the call leaves the appointment open', async () => {
			const execution = await client.waitForExecution(late.call.id, { timeoutMs: 200_000 });
			expect(json(execution, 'No Result in Time')).toEqual([
				{ customer: 'Olena', appointment: 'open', call: 'no result yet' },
			]);
			expect(ran(execution)).not.toContain('Which Key?');
		});
	});
});
