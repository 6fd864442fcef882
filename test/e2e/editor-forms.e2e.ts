import type { WorkflowFile } from '../../demo/client';
import type { Editor } from './support/editor';
import { canvasOutputs, offeredFields, openWorkflow, place } from './support/canvas';
import {
	alphaSmsFixture,
	readSession,
	signedInClient,
	type AlphaSmsFixture,
} from './support/session';
import { alphaSms, alphaSmsTrigger, node, set, start, workflowOf } from './support/workflows';

const session = readSession();
const SECRET = 'e2e-Secret_0123456789';
const PHONE = '380971234567';

/** One workflow with a node for each form; loading a page is what takes the time. */
function exhibition({ credential }: AlphaSmsFixture): WorkflowFile {
	const message = (operation: string) => ({ resource: 'message', operation, phone: PHONE });
	const sms = { ...message('sendSms'), smsSignature: 'SMSTest', smsMessage: 'Hello' };
	const file = workflowOf(
		'Forms',
		[
			start(),
			alphaSms('Channels', credential, message('sendMultiChannel')),
			alphaSms('Wait', credential, message('sendSmsAndWait')),
			set('After', { state: '={{ $json.state }}' }),
			alphaSmsTrigger(credential, { events: ['status', 'viberReply'], callbackSecret: SECRET }),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', {}, { typeVersion: 2 }),
			alphaSms('Retried', credential, sms, { retryOnFail: true }),
		],
		{ Start: [['Channels', 'Retried']], Channels: ['Wait'], Wait: ['After'], Callback: ['Agent'] },
	);
	const places: Record<string, [number, number]> = {
		Wait: [460, 0],
		After: [720, 0],
		Retried: [220, 200],
		Callback: [0, 400],
		Agent: [220, 400],
	};
	return place(file, places);
}

describe('the forms of AlphaSMS in the editor', () => {
	let alphaSmsSide: AlphaSmsFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		alphaSmsSide = await alphaSmsFixture(client);
		editor = await openWorkflow(client, exhibition(alphaSmsSide));
	});

	afterAll(async () => {
		await editor?.close();
		await alphaSmsSide?.close();
	});

	afterEach(async () => await editor.backToCanvas());

	test('Send and Wait has its two outputs on the canvas', async () => {
		expect(await canvasOutputs(editor, 'Wait', 2)).toEqual(['Answered', 'Timed Out']);
		expect(await editor.canvasNode('Channels').innerText()).not.toContain('Answered');
		await editor.screenshot('forms-1-canvas');
	});

	test('the fields of its output are offered before the first run', async () => {
		const text = await offeredFields(editor, 'After');
		for (const field of ['status', 'state', 'isFinal', 'timedOut']) expect(text).toContain(field);
		await editor.screenshot('forms-2-schema');
	});

	test('the trigger shows its addresses, which end in the secret', async () => {
		await editor.openNode('Callback');
		const address = (kind: string) =>
			new RegExp(`^${session.url}/${kind}/[-0-9a-f]{36}/alphasms/${SECRET}$`);
		expect(await editor.webhookUrl('Production URL')).toMatch(address('webhook'));
		expect(await editor.webhookUrl('Test URL')).toMatch(address('webhook-test'));
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.page.getByText('While building').waitFor();
		await editor.screenshot('forms-3-trigger');
	});

	test('listening from its panel, the trigger shows the event that came', async () => {
		await editor.openNode('Callback');
		const url = await editor.webhookUrl('Test URL');
		expect(await editor.startStep()).toBe('');
		await editor.screenshot('forms-4-trigger-listening');
		const reply = { url, kind: 'viberReply', body: { message: 'Yes, please' } } as const;
		expect(await alphaSmsSide.simulator.deliver(reply)).toMatchObject({ status: 200 });
		await editor.page.getByText('1 item').first().waitFor();
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ event: 'viberReply', message: 'Yes, please' }),
		]);
		await editor.screenshot('forms-5-trigger-output');
	});

	test('Send Multi-Channel takes two channels in their order', async () => {
		await editor.openNode('Channels');
		await editor.addEntry('Add Channel');
		await editor.fill('Sender', 'ViberTest');
		await editor.fill('Text', 'Hello by Viber');
		await editor.addEntry('Add Channel');
		await editor.fill('Channel', 'SMS', undefined, 1);
		await editor.fill('Sender', 'SMSTest', undefined, 1);
		await editor.fill('Text', 'Hello by SMS', undefined, 1);
		await editor.screenshot('forms-6-channels');
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ phone: PHONE, outcome: 'accepted' }),
		]);
		expect(alphaSmsSide.simulator.messages()).toEqual([
			expect.objectContaining({ type: 'pipeline', channels: ['viber', 'sms'] }),
		]);
		await editor.screenshot('forms-7-channels-output');
	});

	test('Custom Base URL is there for Custom only', async () => {
		await editor.openNode('Channels');
		await editor.editCredential();
		const dialog = editor.credentialDialog();
		expect(await editor.fieldValue('Custom Base URL', dialog)).toBe(alphaSmsSide.simulator.url);
		await editor.fill('Base URL', 'AlphaSMS Ukraine (alphasms.ua)', dialog);
		await editor.field('Custom Base URL', dialog).waitFor({ state: 'hidden' });
		await editor.screenshot('forms-8-credential-listed');
		await editor.fill('Base URL', 'Custom', dialog);
		await editor.field('Custom Base URL', dialog).waitFor();
		await editor.screenshot('forms-9-credential-custom');
	});

	test('Retry On Fail is warned of after a run', async () => {
		await editor.openNode('Retried');
		expect(await editor.executeStep()).toBe('success');
		const text = await editor.outputText();
		expect(text).toContain('"Retry On Fail" is on in the settings of this node');
		await editor.screenshot('forms-10-retry-on-fail');
	});

	test('an AI agent can be given the node as a tool', async () => {
		expect(await editor.addTool('Agent', 'AlphaSMS')).toEqual(['AlphaSMS Tool']);
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Tool Description', 'Operation', 'To', 'Message']),
		);
		await editor.screenshot('forms-11-tool');
	});
});
