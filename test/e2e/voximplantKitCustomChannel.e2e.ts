/** The custom channel in real n8n: the credential, the set-up check, callbacks and files over HTTP. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputItems, type Credential, type Item, type N8nClient } from '../../demo/client';
import { registeredWebhooks } from '../../demo/database';
import { adaptWorkflow } from '../../demo/examples';
import {
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import { PATIENT, readSession, signedInClient } from './support/session';
import {
	finishedExecutions,
	node,
	PACK,
	productionUrl,
	start,
	workflowOf,
} from './support/workflows';

const session = readSession();
const TYPE = 'voximplantKitCustomChannelApi';

describe('the Voximplant Kit custom channel', () => {
	let client: N8nClient;
	let kit: VoximplantKitCustomChannelSimulator;
	let credential: Credential;

	const data = (more: Record<string, unknown> = {}) => ({
		region: 'custom',
		customHost: kit.url,
		domain: kit.options.domain,
		accessToken: kit.apiKey,
		channelUuid: kit.options.channelUuid,
		saltSecret: kit.options.salt,
		...more,
	});
	const used = () => ({ [TYPE]: { id: credential.id, name: credential.name } });

	async function listen(parameters: Record<string, unknown> = {}, chosen = true) {
		const trigger = node(
			'From Kit',
			`${PACK}.voximplantKitCustomChannelTrigger`,
			{
				events: ['message', 'conversationClosed', 'other'],
				simplify: true,
				options: {},
				...parameters,
			},
			{ webhookId: randomUUID(), ...(chosen && { credentials: used() }) },
		);
		const workflow = await client.createWorkflow(workflowOf('From Kit', [trigger]));
		await client.activateWorkflow(workflow);
		return { workflow, url: productionUrl(session, workflow) };
	}

	beforeAll(async () => {
		client = await signedInClient();
		const { callbackTimeoutMs } = PATIENT;
		kit = await startVoximplantKitCustomChannelSimulator({ steerByText: false, callbackTimeoutMs });
		credential = await client.createCredential(TYPE, `Channel ${kit.port}`, data());
	});

	afterAll(async () => await kit?.close());

	describe('the credential', () => {
		const tested = async (more: Record<string, unknown> = {}) =>
			await client.testCredential(credential, data(more));

		test('passes its test', async () => {
			expect(await tested()).toMatchObject({ status: 'OK' });
		});

		test.each(['ok', 'status'] as const)(
			'fails on a wrong token, refused by %s',
			async (loginErrors) => {
				kit.setOptions({ loginErrors });
				const result = await tested({ accessToken: 'wrong-token-4711' });
				expect(result.status).toBe('Error');
				expect(result.message).toContain('Voximplant Kit refused the login');
				expect(result.message).not.toContain('wrong-token-4711');
			},
		);

		test('fails on another host', async () => {
			const result = await tested({ customHost: session.url });
			expect(result).toMatchObject({
				status: 'Error',
				message: expect.stringContaining('does not answer like Voximplant Kit'),
			});
		});

		test('works in the HTTP Request node, and again when its token has expired', async () => {
			const body = (id: string) => ({
				event_id: id,
				event_type: 'send_message',
				client_data: { client_id: 'plain' },
				event_data: { message: { message_id: id, text: 'Hello' } },
			});
			const request = node(
				'Request',
				'n8n-nodes-base.httpRequest',
				{
					method: 'POST',
					url: `${kit.url}/${kit.options.channelUuid}`,
					authentication: 'predefinedCredentialType',
					nodeCredentialType: TYPE,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: JSON.stringify(body('plain-1')),
					options: {},
				},
				{ typeVersion: 4.2, credentials: used() },
			);
			const file = workflowOf('Plain request', [start(), request], { Start: ['Request'] });
			const workflow = await client.createWorkflow(file);
			for (const round of [1, 2]) {
				const execution = await client.runToEnd(workflow.id, 'Start');
				expect(execution.data.resultData.error?.message).toBeUndefined();
				expect(outputItems(execution, 'Request')[0]?.json).toMatchObject({ success: true });
				expect(JSON.stringify(execution.data)).not.toContain(kit.apiKey);
				expect(kit.messages('plain')).toHaveLength(round);
				kit.expireTokens();
			}
		});
	});

	describe('the trigger', () => {
		test('answers the set-up check without a credential, and refuses events until there is a salt', async () => {
			const { url, workflow } = await listen({}, false);
			for (const method of ['GET', 'HEAD', 'POST'] as const) {
				expect(await kit.check(url, { method })).toMatchObject({ ok: true, status: 200 });
			}
			const answer = await fetch(url);
			expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
			expect(await answer.text()).toBe('OK');
			expect((await kit.deliver({ url })).status).toBe(401);
			expect(await client.listExecutions({ workflowId: workflow.id })).toEqual([]);
		});

		test('starts a workflow for each signed event, once, and for nothing else', async () => {
			const { url, workflow } = await listen();
			for (const signature of ['missing', 'tampered', 'withoutEventId'] as const) {
				expect((await kit.deliver({ url, signature })).status).toBe(401);
			}
			kit.setOptions({ callbackUrl: url });
			const { eventId } = await kit.agentReply('c1', 'Hello');
			await kit.repeat(eventId);
			await kit.closeConversation('c1', 'CLOSED_BY_BOT');
			expect(kit.callbacks.slice(-3).map(({ status }) => status)).toEqual([200, 200, 200]);
			const found = await finishedExecutions(client, { workflowId: workflow.id }, 2);
			const outputs = await Promise.all(
				found.map(
					async ({ id }) => outputItems(await client.getExecution(id), 'From Kit')[0]?.json,
				),
			);
			expect(outputs).toEqual([
				expect.objectContaining({ event: 'message', text: 'Hello', deliveryKey: eventId }),
				expect.objectContaining({ event: 'conversationClosed', from: 'bot' }),
			]);
		});

		test('brings files along, after Kit has its answer', async () => {
			const { url, workflow } = await listen({ options: { downloadFiles: true } });
			kit.setOptions({ callbackUrl: url });
			const content = Buffer.from('some text of a file');
			const file_url = kit.addFile({ name: 'a.txt', type: 'text/plain', content });
			const path = new URL(file_url).pathname;
			kit.faults.add({ kind: 'slowBody', path, chunks: 4, delayMs: 2500 });
			const { deliveries } = await kit.agentReply('c2', {
				payload: [{ type: 'document', file_url, file_name: 'a.txt' }],
			});
			expect(deliveries[0]).toMatchObject({ ok: true });
			// The file alone takes longer.
			expect(deliveries[0]?.durationMs).toBeLessThan(7000);
			const [found] = await finishedExecutions(client, { workflowId: workflow.id }, 1);
			const execution = await client.getExecution(found?.id ?? '');
			expect(execution.status).toBe('success');
			const [item] = outputItems(execution, 'From Kit');
			expect(item?.binary).toMatchObject({
				attachment_0: { fileName: 'a.txt', mimeType: 'text/plain', bytes: content.length },
			});
			expect(item?.json).toMatchObject({ payload: [{ binaryField: 'attachment_0' }] });
		});
	});

	test('a message goes into the channel, in real n8n', async () => {
		const send = node(
			'Send',
			`${PACK}.voximplantKitCustomChannel`,
			{ resource: 'message', operation: 'send', clientId: 'c3', text: 'Hello' },
			{ credentials: used() },
		);
		const file = workflowOf('Send', [start(), send], { Start: ['Send'] });
		const workflow = await client.createWorkflow(file);
		const execution = await client.runToEnd(workflow.id, 'Start');
		expect(outputItems(execution, 'Send')[0]?.json).toMatchObject({ outcome: 'accepted' });
		expect(kit.messages('c3')).toEqual([expect.objectContaining({ text: 'Hello' })]);
	});

	describe('the examples', () => {
		/** Publishes an example and points Kit at its trigger. */
		async function publish(file: string) {
			const text = readFileSync(join(__dirname, '../../demo/workflows', file), 'utf8');
			const workflow = await client.createWorkflow(adaptWorkflow(text, [credential], client.url));
			await client.activateWorkflow(workflow);
			const hooks = registeredWebhooks(session.userFolder).filter(
				({ workflowId, method }) => workflowId === workflow.id && method === 'POST',
			);
			const address = (name: string) =>
				`${session.url}/webhook/${hooks.find((hook) => hook.node === name)?.path}`;
			kit.setOptions({ callbackUrl: address('From Kit') });
			const write = async (visitorId: string, text_: string) => {
				const body = JSON.stringify({ visitorId, text: text_, name: 'Jane Roe' });
				const headers = { 'content-type': 'application/json' };
				await fetch(address('Chat Form'), { method: 'POST', headers, body });
			};
			/** JSON that a node gave out, in all executions so far, oldest first. */
			const outputs = async (name: string, count: number) => {
				const found = await finishedExecutions(client, { workflowId: workflow.id }, count);
				const runs = await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
				expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'success'));
				return runs
					.filter(({ data: { resultData } }) => name in resultData.runData)
					.flatMap((run) => outputItems(run, name));
			};
			const end = async () => await client.deactivateWorkflow(workflow.id);
			return { workflow, write, outputs, end };
		}

		const shown = (items: Item[]) => items.map(({ json }) => (json as { body: unknown }).body);

		test('web chat: to the agent and back to the website', async () => {
			const { workflow, outputs, end } = await publish('12-voximplant-kit-web-chat-bridge.json');
			await client.runToEnd(workflow.id, 'Start');
			expect(kit.messages('visitor-1001')).toHaveLength(1);
			await kit.agentReply('visitor-1001', 'Yes, we do.');
			await kit.closeConversation('visitor-1001');
			// The sample, two events, and two calls of the website.
			expect(shown(await outputs('Shown to Visitor', 5))).toEqual(
				expect.arrayContaining([
					{ visitorId: 'visitor-1001', from: 'Anna Agent', text: 'Yes, we do.', files: [] },
					expect.objectContaining({ text: expect.stringContaining('closed') }),
				]),
			);
			await end();
		});

		test('bot first: remembers who is with an agent, from one execution to the next', async () => {
			const { write, outputs, end } = await publish('13-voximplant-kit-bot-then-agent.json');
			await write('v2', 'When do you open?');
			// Each message is one execution, and each answer one of the website's.
			expect(shown(await outputs('Shown to Visitor', 2))).toEqual([
				expect.objectContaining({ from: 'Bot', text: expect.stringContaining('nine to five') }),
			]);
			await write('v2', 'An agent, please');
			await outputs('Send to Kit', 3);
			expect(kit.messages('v2').map(({ text }) => text)).toEqual([
				expect.stringMatching(/^Visitor: When do you open\?\nBot: .+\nVisitor: An agent, please$/),
			]);
			await kit.closeConversation('v2');
			await outputs('Back to the Bot', 5);
			await write('v2', 'When do you open?');
			await outputs('Bot', 7);
			expect(kit.messages('v2')).toHaveLength(1);
			await end();
		});

		test('transcript: a text file comes out at the end', async () => {
			const { write, outputs, end } = await publish('14-voximplant-kit-transcript-on-close.json');
			await write('v3', 'Where is my order?');
			await outputs('Send to Kit', 1);
			await kit.agentReply('v3', 'On its way.');
			await outputs('Note Answer', 2);
			await kit.closeConversation('v3');
			const [item] = await outputs('Text File', 3);
			const file = item?.binary?.data as { data: string; fileName: string } | undefined;
			expect(file?.fileName).toBe('transcript-v3.txt');
			const written = await outputs('Write Transcript', 3);
			expect(written[0]?.json).toMatchObject({
				messages: 2,
				transcript: 'Jane Roe: Where is my order?\nAnna Agent: On its way.\n(an agent closed it)',
			});
			await end();
		});
	});
});
