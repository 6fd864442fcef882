/** The custom channel in the editor, as a newcomer meets it. */
import { randomUUID } from 'node:crypto';
import { ATTACHMENTS, CLIENT } from '../engine/support/voximplantKitCustomChannel';
import {
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import type { Editor } from './support/editor';
import { offeredFields, openWorkflow } from './support/canvas';
import { openEditor, readSession, signedInClient } from './support/session';
import { node, PACK, set, start, workflowOf } from './support/workflows';

const session = readSession();
const NODE = 'Voximplant Kit Custom Channel';
const WRONG = 'wrong-token-4711';
const USUAL = { width: 1500, height: 950 };

describe('the custom channel in the editor', () => {
	let kit: VoximplantKitCustomChannelSimulator;
	let editor: Editor;

	beforeAll(async () => {
		kit = await startVoximplantKitCustomChannelSimulator({
			steerByText: false,
			callbackTimeoutMs: 60_000,
		});
		editor = await openEditor();
	});

	afterAll(async () => {
		await editor?.close();
		await kit?.close();
	});

	test('it is found in the panel, and added by its action', async () => {
		await editor.newWorkflow();
		expect(await editor.searchNodes('Custom Channel')).toContain(NODE);
		await editor.screenshot('kit-channel-1-nodes-panel');
		await editor.addNode(NODE, 'Send a message of a customer');
		expect(await editor.fieldValue('Operation')).toBe('Send');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Client ID', 'Text', 'Dry Run']),
		);
		await editor.screenshot('kit-channel-2-form');
	});

	test('a wrong token fails the credential test with what to check', async () => {
		const fields = {
			Region: 'Custom Host',
			'Custom Host': kit.url,
			'Account Name': kit.options.domain,
			'API Token': WRONG,
			'Channel UUID': kit.options.channelUuid,
		};
		const result = await editor.createCredential(fields, 'Channel in the editor');
		expect(result.passed).toBe(false);
		expect(result.text).toContain('Voximplant Kit refused the login');
		expect(result.text).not.toContain(WRONG);
		await editor.screenshot('kit-channel-3-credential-refused');
	});

	test('the right one passes, also with the whole address of the channel', async () => {
		const dialog = editor.credentialDialog();
		await editor.fill('API Token', kit.apiKey, dialog);
		await editor.fill('Channel UUID', `${kit.url}/${kit.options.channelUuid}/`, dialog);
		await editor.page.setViewportSize({ width: 1500, height: 1500 });
		await editor.screenshot('kit-channel-4-credential');
		await editor.page.setViewportSize(USUAL);
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
	});

	test('"Execute step" sends one message and shows its IDs', async () => {
		await editor.fill('Client ID', '107804195');
		await editor.fill('Text', 'Hello from the editor');
		expect(await editor.executeStep()).toBe('success');
		const [output] = (await editor.outputJson()) as Array<Record<string, unknown>>;
		expect(output).toMatchObject({ client_id: '107804195', outcome: 'accepted', success: true });
		expect(kit.messages('107804195')).toHaveLength(1);
		await editor.screenshot('kit-channel-5-output');
	});

	test('a message without text and attachment is refused in words', async () => {
		await editor.fill('Text', '');
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('"Text" and "Attachments" are both empty');
		await editor.screenshot('kit-channel-6-empty');
	});

	test('an attachment asks for what its kind needs', async () => {
		await editor.addEntry('Add Attachment');
		await editor.field('File URL').waitFor();
		await editor.fill('Attachment Type', 'Location');
		await editor.field('Latitude').waitFor();
		expect(await editor.field('File URL').count()).toBe(0);
		await editor.screenshot('kit-channel-7-attachment');
	});
});

describe('the forms of the custom channel in the editor', () => {
	let kit: VoximplantKitCustomChannelSimulator;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		kit = await startVoximplantKitCustomChannelSimulator({
			steerByText: false,
			callbackTimeoutMs: 60_000,
		});
		const credential = await client.createCredential(
			'voximplantKitCustomChannelApi',
			`Channel ${kit.port}`,
			{
				region: 'custom',
				customHost: kit.url,
				domain: kit.options.domain,
				accessToken: kit.apiKey,
				channelUuid: kit.options.channelUuid,
				saltSecret: kit.options.salt,
			},
		);
		const used = { [credential.type]: { id: credential.id, name: credential.name } };
		const parameters = {
			resource: 'message',
			operation: 'send',
			clientId: '107804195',
			text: 'Hello',
			payload: { entry: ATTACHMENTS },
			additionalFields: {
				...CLIENT,
				messageId: 'ext-1001',
				eventId: 'evt-1001',
				channelUuid: kit.options.channelUuid,
				extraFields: '{ "client_data": { "client_tag": "vip" } }',
			},
		};
		const file = workflowOf(
			'Forms of the custom channel',
			[
				start(),
				node('Send', `${PACK}.voximplantKitCustomChannel`, parameters, { credentials: used }),
				set('After', { id: '={{ $json.event_id }}' }),
				node(
					'From Kit',
					`${PACK}.voximplantKitCustomChannelTrigger`,
					{
						options: {
							acceptUnsigned: true,
							closeReasons: [],
							downloadFiles: true,
							fileHosts: '',
							maxFileSize: 20,
							author: 'agent',
						},
					},
					{ credentials: used, webhookId: randomUUID() },
				),
				node('Bare', `${PACK}.voximplantKitCustomChannelTrigger`, {}, { webhookId: randomUUID() }),
				node(
					'Refresh',
					`${PACK}.voximplantKitCustomChannel`,
					{ resource: 'token', operation: 'refresh' },
					{ credentials: used },
				),
				node(
					'Raw',
					`${PACK}.voximplantKitCustomChannel`,
					{ resource: 'event', operation: 'sendRaw' },
					{ credentials: used },
				),
				node(
					'Request',
					`${PACK}.voximplantKitCustomChannel`,
					{ resource: 'apiRequest', operation: 'send' },
					{ credentials: used },
				),
			],
			{ Start: ['Send'], Send: ['After'] },
		);
		file.nodes.forEach((one, index) => {
			one.position = [(index % 3) * 240, Math.floor(index / 3) * 220];
		});
		editor = await openWorkflow(client, file);
	});

	afterAll(async () => {
		await editor?.close();
		await kit?.close();
	});

	afterEach(async () => {
		await editor.backToCanvas();
		await editor.page.setViewportSize(USUAL);
	});

	test('all fields of a message', async () => {
		await editor.screenshot('kit-channel-forms-0-canvas');
		await editor.openNode('Send');
		await editor.page.setViewportSize({ width: 1500, height: 5200 });
		await editor.screenshot('kit-channel-forms-1-message');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Client Name', 'UTM Source', 'Device User Agent', 'Extra Fields']),
		);
	});

	test('the fields of its output are offered before the first run', async () => {
		const text = await offeredFields(editor, 'After');
		for (const field of ['event_id', 'message_id', 'client_id', 'outcome'])
			expect(text).toContain(field);
		await editor.screenshot('kit-channel-forms-2-schema');
	});

	test('the trigger leads through the form in Kit', async () => {
		await editor.openNode('Bare');
		const { page } = editor;
		expect(await editor.webhookUrl('Production URL')).toMatch(
			new RegExp(`^${session.url}/webhook/[-0-9a-f]{36}/voximplant-kit$`),
		);
		expect(await editor.parametersText()).toContain('publish again');
		await editor.screenshot('kit-channel-forms-3-trigger');
		await page.setViewportSize({ width: 1500, height: 1500 });
		await editor.screenshot('kit-channel-forms-4-trigger-high');
	});

	test('the trigger with all options shows an answer of Kit', async () => {
		await editor.openNode('From Kit');
		await editor.page.setViewportSize({ width: 1500, height: 1800 });
		await editor.screenshot('kit-channel-forms-5-trigger-options');
		await editor.page.setViewportSize(USUAL);
		kit.setOptions({ callbackUrl: await editor.webhookUrl('Test URL') });
		expect(await editor.startStep()).toBe('');
		await editor.screenshot('kit-channel-forms-6-trigger-waits');
		await kit.agentReply('107804195', 'Good afternoon!');
		await editor.page.getByText('1 item').first().waitFor();
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ event: 'message', from: 'agent', text: 'Good afternoon!' }),
		]);
		await editor.screenshot('kit-channel-forms-7-trigger-output');
	});

	test.each(['Refresh', 'Raw', 'Request'])('the form of %s', async (name) => {
		await editor.openNode(name);
		await editor.page.setViewportSize({ width: 1500, height: 1400 });
		await editor.screenshot(`kit-channel-forms-8-${name.toLowerCase()}`);
		expect(await editor.fieldLabels()).toEqual(expect.arrayContaining(['Resource', 'Operation']));
	});
});
