import type { N8nClient } from '../../demo/client';
import { startAlphaSmsSimulator } from '../simulators/alphasms';
import type { Editor } from './support/editor';
import {
	loadedPackFiles,
	openEditor,
	signedInClient,
	type AlphaSmsSimulator,
} from './support/session';

const KEY = 'right-key';

/** One walk through the editor: every test goes on where the one before stopped. */
describe('AlphaSMS in the editor', () => {
	let simulator: AlphaSmsSimulator;
	let client: N8nClient;
	let editor: Editor;

	beforeAll(async () => {
		simulator = await startAlphaSmsSimulator({ apiKey: KEY });
		client = await signedInClient();
		editor = await openEditor();
	});

	afterAll(async () => {
		await editor?.close();
		await simulator?.close();
	});

	test('the node is found in the nodes panel and added by its action', async () => {
		await editor.newWorkflow();
		expect((await editor.searchNodes('AlphaSMS'))[0]).toBe('AlphaSMS');
		await editor.screenshot('editor-1-nodes-panel');
		await editor.addNode('AlphaSMS', 'Send an SMS');
		expect(await editor.fieldValue('Operation')).toBe('Send SMS');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['To', 'Sender Name', 'Message', 'Dry Run']),
		);
		await editor.screenshot('editor-2-form');
	});

	test('a wrong key fails the credential test with what to check', async () => {
		const result = await editor.createCredential(
			{ 'Base URL': 'Custom', 'Custom Base URL': simulator.url, 'API Key': 'wrong-key' },
			'AlphaSMS in the editor',
		);
		expect(result.passed).toBe(false);
		expect(result.text).toContain('AlphaSMS refused the key. Check the API key');
		await editor.screenshot('editor-3-credential-refused');
	});

	test('the right key passes it', async () => {
		await editor.fill('API Key', KEY, editor.credentialDialog());
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
		await editor.editCredential();
		const banner = await editor.credentialBanner();
		expect(banner).toMatchObject({ passed: true });
		expect(banner.text).toContain('Connection tested successfully');
		await editor.screenshot('editor-4-credential-accepted');
		await editor.closeCredential();
	});

	test('"Execute step" sends one message and shows what was accepted', async () => {
		await editor.fill('To', '380971234567');
		await editor.fill('Sender Name', 'SMSTest');
		await editor.fill('Message', 'Hello from the editor');
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ phone: '380971234567', outcome: 'accepted', segments: 1 }),
		]);
		expect(simulator.acceptedTotal).toBe(1);
		await editor.screenshot('editor-5-output');
	});

	test('a bad number is named with its field and item, and nothing is sent', async () => {
		await editor.fill('To', '12ab');
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('"To" needs 11 to 15 digits');
		expect(simulator.acceptedTotal).toBe(1);
		await editor.screenshot('editor-6-error');
		await editor.closeNode();
	});

	test("running the node loaded the node's code, once", async () => {
		const loaded = loadedPackFiles().filter((file) => file.endsWith('AlphaSms.node.js'));
		expect(loaded).toHaveLength(1);
		const saved = await client.getWorkflow(editor.workflowId());
		expect(saved.nodes.map(({ type }) => type)).toContain('n8n-nodes-voice-providers.alphaSms');
	});
});
