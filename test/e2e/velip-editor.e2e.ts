import type { Editor } from './support/editor';
import { eventually } from './support/eventually';
import { canvasOutputs, offeredFields, openWorkflow, place } from './support/canvas';
import {
	closeList,
	listChoices,
	listedValue,
	listProblem,
	openList,
	pickFromList,
	searchList,
} from './support/lists';
import {
	openEditor,
	readSession,
	signedInClient,
	velipFixture,
	type VelipFixture,
} from './support/session';
import {
	node,
	set,
	start,
	velip as velipNode,
	velipPollingTrigger,
	velipTrigger,
	workflowOf,
} from './support/workflows';

const session = readSession();
const WRONG = 'x'.repeat(30);

/** One walk through the editor: every test goes on where the one before stopped. */
describe('Velip in the editor', () => {
	let velip: VelipFixture;
	let editor: Editor;
	const asked = () => velip.simulator.requests;

	beforeAll(async () => {
		const client = await signedInClient();
		// The provider's ten seconds could be over before the step is executed again.
		velip = await velipFixture(client, { httpdupSeconds: 600 });
		editor = await openEditor();
	});

	afterAll(async () => {
		await editor?.close();
		await velip?.close();
	});

	test('it is found in the panel with both triggers, and added by its action', async () => {
		await editor.newWorkflow();
		// n8n shows the node and the trigger that is called after it as one.
		expect(await editor.searchNodes('Velip')).toEqual(['Velip', 'Velip Polling Trigger']);
		await editor.screenshot('velip-1-nodes-panel');
		await editor.addNode('Velip', 'Make a text to speech call');
		expect(await editor.fieldValue('Operation')).toBe('Make Text-to-Speech Call');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['To', 'Text', 'Voice', 'Digits to Collect', 'Dry Run']),
		);
		await editor.screenshot('velip-2-form');
	});

	test('a wrong token fails the credential test with what to check, after one request', async () => {
		const { url } = velip.simulator;
		const result = await editor.createCredential(
			{ 'Base URL': url, 'API Token': WRONG },
			'Velip in the editor',
		);
		expect(result.passed).toBe(false);
		expect(result.text).toContain('Velip refused the credential. Check it before you try again');
		expect(asked()).toEqual({ GetUserID: 1 });
		expect(velip.simulator.authFailures).toBe(1);
		await editor.screenshot('velip-3-credential-refused');
	});

	test('the right one passes, after one more', async () => {
		await editor.fill('API Token', velip.simulator.apiKey, editor.credentialDialog());
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
		expect(asked()).toEqual({ GetUserID: 2 });
		expect(velip.simulator.authFailures).toBe(1);
	});

	test('voices come from the account and can be searched', async () => {
		await openList(editor, 'Voice');
		expect(await listChoices(editor)).toEqual(
			expect.arrayContaining(['Francisca (pt-BR, Microsoft)', 'Google Wavenet A (pt-BR, Google)']),
		);
		await editor.screenshot('velip-4-voices');
		expect(await searchList(editor, 'antonio')).toEqual(['Antônio (pt-BR, Microsoft)']);
		await pickFromList(editor, 'Antônio');
		expect(await listedValue(editor, 'Voice')).toBe('Antônio (pt-BR, Microsoft)');
		await editor.screenshot('velip-5-voice');
	});

	test('"Execute step" makes one call with that voice and shows what was accepted', async () => {
		await editor.fill('To', '11987654306');
		await editor.fill('Text', 'Hello from the editor');
		expect(await editor.executeStep()).toBe('success');
		const [output] = (await editor.outputJson()) as Array<Record<string, unknown>>;
		expect(output).toMatchObject({ dest: '11987654306', outcome: 'accepted' });
		expect(String(output?.ctid)).toMatch(/^\w{15}$/);
		expect(asked()).toMatchObject({ MakeTTSCall: 1 });
		const made = velip.simulator.log.find(({ path }) => path.includes('MakeTTSCall'));
		expect(JSON.parse(String(made?.body))).toMatchObject({ voice: 'MS|pt-BR-AntonioNeural' });
		await editor.screenshot('velip-6-output');
	});

	test('a second call within the time for repeats is refused, with the reason and the way out', async () => {
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('Duplicate Window');
		expect(velip.simulator.accepted.total).toBe(1);
		await editor.screenshot('velip-7-duplicate');
	});

	test('a bad number is named with its field, and nobody is called', async () => {
		await editor.fill('To', '12ab');
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('"To" needs 6 to 15 digits');
		expect(velip.simulator.accepted.total).toBe(1);
		await editor.fill('To', '11987654306');
	});

	test('a list that fails to load says so in the words of the API', async () => {
		const failing = { path: '/api/v2/GetAudiosList', times: 'always' } as const;
		const body = '{"return":{"status":"audio base is being rebuilt","status_code":"215"}}';
		velip.simulator.faults.add({ ...failing, kind: 'status', status: 400, body });
		await editor.fill('Operation', 'Make Audio Call');
		await openList(editor, 'Audio');
		expect(await listProblem(editor)).toContain('audio base is being rebuilt');
		await editor.screenshot('velip-8-list-problem');
		velip.simulator.faults.clear();
		await closeList(editor);
	});

	test('an empty list says what to do instead', async () => {
		await openList(editor, 'Audio');
		expect(await listProblem(editor)).toContain('Velip has none yet; give the ID instead');
		await closeList(editor);
	});

	test('templates ask for the line first, then are those of the line', async () => {
		await editor.fill('Resource', 'WhatsApp Message');
		await editor.fill('Operation', 'Send Template');
		await openList(editor, 'Template');
		expect(await listProblem(editor)).toContain('Fill in "Line ID" first');
		await editor.screenshot('velip-9-template-line');
		await closeList(editor);
		await editor.fill('Line ID', '101');
		await openList(editor, 'Template');
		expect(await listChoices(editor)).toEqual([expect.stringContaining('order_update (pt_BR')]);
		await pickFromList(editor, 'order_update');
		await editor.screenshot('velip-10-template');
	});

	test('switching the do-not-call check off shows what the law says', async () => {
		await editor.fill('Resource', 'Call');
		await editor.fill('Operation', 'Make Text-to-Speech Call');
		expect(await editor.parametersText()).not.toContain('Procon');
		await editor.fill('Skip Do-Not-Call Check', true);
		await eventually(async () =>
			expect(await editor.parametersText()).toContain('Brazilian law (Procon'),
		);
		await editor.screenshot('velip-11-do-not-call');
	});

	test('nothing of all that was refused as a log-in', () => {
		expect(velip.simulator.authFailures).toBe(1);
		expect(velip.simulator.banned).toBe(false);
		expect(velip.simulator.violations).toEqual([]);
	});
});

/** Credential fields, the triggers, outputs and the AI tool. */
describe('the forms of Velip in the editor', () => {
	const SECRET = 'e2e-Secret_0123456789';
	let velip: VelipFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		velip = await velipFixture(client);
		const { credential } = velip;
		const callAndWait = { resource: 'call', operation: 'speakTextAndWait' };
		const file = workflowOf(
			'Forms of Velip',
			[
				start(),
				velipNode('Call', credential, callAndWait),
				set('After', { state: '={{ $json.state }}' }),
				velipTrigger({ events: ['callFinished', 'smsDelivery'], callbackSecret: SECRET }),
				velipPollingTrigger(credential),
				node('Agent', '@n8n/n8n-nodes-langchain.agent', {}, { typeVersion: 2 }),
			],
			{ Start: ['Call'], Call: ['After'], Callback: ['Agent'] },
		);
		const places: Record<string, [number, number]> = {
			After: [480, 0],
			Callback: [0, 220],
			'Finished Calls': [0, 440],
			Agent: [240, 220],
		};
		place(file, places);
		editor = await openWorkflow(client, file);
	});

	afterAll(async () => {
		await editor?.close();
		await velip?.close();
	});

	afterEach(async () => await editor.backToCanvas());

	test('Call and Wait has its two outputs on the canvas', async () => {
		expect(await canvasOutputs(editor, 'Call', 2)).toEqual(['Answered', 'Timed Out']);
		await editor.screenshot('velip-forms-1-canvas');
	});

	test('the fields of its output are offered before the first run', async () => {
		const text = await offeredFields(editor, 'After');
		// What one branches on comes before what Velip sends beside it.
		for (const field of ['event', 'state', 'digits', 'ctid']) expect(text).toContain(field);
		await editor.screenshot('velip-forms-2-schema');
	});

	test('each way to log in asks for what it needs', async () => {
		await editor.openNode('Call');
		await editor.editCredential();
		const dialog = editor.credentialDialog();
		expect(await editor.fieldValue('Base URL', dialog)).toBe(velip.simulator.url);
		await editor.field('API Token', dialog).waitFor();
		await editor.fill('Authentication', 'User and Password', dialog);
		await editor.field('Password', dialog).waitFor();
		expect(await editor.field('API Token', dialog).count()).toBe(0);
		await editor.screenshot('velip-forms-3-credential-password');
		await editor.fill('Authentication', 'Token in the Request', dialog);
		await editor.field('API Token', dialog).waitFor();
		expect(await editor.field('Password', dialog).count()).toBe(0);
		await editor.screenshot('velip-forms-4-credential-token');
	});

	test('the trigger shows its addresses, and the event that comes by GET', async () => {
		await editor.openNode('Callback');
		const address = (kind: string) =>
			new RegExp(`^${session.url}/${kind}/[-0-9a-f]{36}/velip/${SECRET}$`);
		expect(await editor.webhookUrl('Production URL')).toMatch(address('webhook'));
		const url = await editor.webhookUrl('Test URL');
		expect(url).toMatch(address('webhook-test'));
		await editor.screenshot('velip-forms-5-trigger');
		expect(await editor.startStep()).toBe('');
		const event = { url, method: 'GET', body: { cd_resp1: '3' } } as const;
		expect(await velip.simulator.deliver(event)).toMatchObject({ status: 200 });
		await editor.page.getByText('1 item').first().waitFor();
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ event: 'callFinished', state: 'answered', digits: ['3'] }),
		]);
		await editor.screenshot('velip-forms-6-trigger-output');
	});

	test('"Fetch Test Event" of the polling trigger shows finished calls', async () => {
		velip.simulator.seedCalls(1, { spanMs: 1000, dest: () => '5511900000007' });
		await editor.openNode('Finished Calls');
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ dest: '5511900000007', state: 'answered', digits: ['2', '5'] }),
		]);
		await editor.screenshot('velip-forms-7-polling');
	});

	test('an AI agent can be given the node as a tool', async () => {
		expect(await editor.addTool('Agent', 'Velip')).toContain('Velip Tool');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Tool Description', 'Operation', 'To', 'Text']),
		);
		await editor.screenshot('velip-forms-8-tool');
	});
});
