/** Voximplant Kit as a person meets it in the editor: every form, both triggers, the credential, dropdowns. */
import type { Editor } from './support/editor';
import { eventually } from './support/eventually';
import { canvasOutputs, offeredFields, openWorkflow, place } from './support/canvas';
import { formsOf, lookAtForms } from './support/forms';
import {
	closeList,
	listChoices,
	listedValue,
	listProblem,
	openList,
	pickFromList,
	searchList,
} from './support/lists';
import { kitFixture, openEditor, signedInClient, type KitFixture } from './support/session';
import {
	kit as kitNode,
	kitPollingTrigger,
	kitTrigger,
	node,
	set,
	start,
	workflowOf,
} from './support/workflows';

const CREDENTIAL = 'Voximplant Kit in the editor';

describe('Voximplant Kit in the editor', () => {
	let kit: KitFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		kit = await kitFixture(client);
		editor = await openEditor();
	});

	afterAll(async () => {
		await editor?.close();
		await kit?.close();
	});

	test('it is found in the panel, and added by its action', async () => {
		await editor.newWorkflow();
		expect(await editor.searchNodes('Voximplant Kit')).toEqual([
			'Voximplant Kit',
			'Voximplant Kit Custom Channel',
			// n8n leaves out "Trigger" where a trigger has several events to choose from.
			'Voximplant Kit Polling',
		]);
		await editor.screenshot('kit-1-nodes-panel');
		await editor.addNode('Voximplant Kit', 'Run a scenario');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Scenario', 'To', 'Call From', 'Phone Number', 'Dry Run']),
		);
		await editor.screenshot('kit-2-form');
	});

	test('a wrong token fails the test of the credential with what to check; the right one passes', async () => {
		const { hosts, domain, apiKey } = kit.simulator;
		const fields = {
			'Account Name': domain,
			'API Token': 'wrong-token-4711',
			Region: 'Custom',
			'API Host': hosts.api ?? '',
			'Messaging Host': hosts.messaging ?? '',
			'CTI Host': hosts.cti ?? '',
		};
		const result = await editor.createCredential(fields, CREDENTIAL);
		expect(result.passed).toBe(false);
		expect(result.text).toContain('Voximplant Kit refused the token');
		await editor.screenshot('kit-3-credential-refused');
		await editor.fill('API Token', apiKey, editor.credentialDialog());
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
		await editor.editCredential();
		await editor.screenshot('kit-4-credential');
		await editor.closeCredential();
	});

	test('scenarios come from the account and can be searched', async () => {
		await openList(editor, 'Scenario');
		const choices = await listChoices(editor);
		expect(choices.length).toBeGreaterThan(5);
		await editor.screenshot('kit-5-scenarios');
		const [wanted = ''] = choices.slice(-1);
		expect(await searchList(editor, wanted.slice(0, 8))).toContain(wanted);
		await pickFromList(editor, wanted);
		expect(await listedValue(editor, 'Scenario')).toBe(wanted);
		await openList(editor, 'Phone Number');
		await pickFromList(editor, (await listChoices(editor))[0] ?? '');
	});

	test('"Execute step" starts one call, and shows what was accepted', async () => {
		await editor.fill('To', '+44 7700 900050');
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ phone: '+447700900050', outcome: 'accepted' }),
		]);
		expect(kit.simulator.accepted.total).toBe(1);
		await editor.screenshot('kit-6-output');
	});

	test('a bad number is named with its field, and nobody is called', async () => {
		await editor.fill('To', 'home');
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('"To"');
		await editor.screenshot('kit-7-bad-number');
		await editor.fill('To', '+44 7700 900050');
	});

	test('a refusal is told in the words of Kit', async () => {
		kit.simulator.setOptions({ balance: 0 });
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('Insufficient funds on balance');
		await editor.screenshot('kit-8-no-money');
		kit.simulator.setOptions({ balance: 1_000_000 });
	});

	test('a list that fails to load says so', async () => {
		const body = '{"success":false,"result":{"error":"Contact center not enabled","code":403}}';
		kit.simulator.faults.add({ kind: 'status', status: 403, body, times: 'always' });
		try {
			await editor.fill('Resource', 'CTI');
			await openList(editor, 'User');
			expect(await listProblem(editor)).toContain('Contact center not enabled');
			await editor.screenshot('kit-9-list-problem');
		} finally {
			kit.simulator.faults.clear();
		}
		await closeList(editor);
	});

	test.each(formsOf('voximplantKit'))('the forms of %s', async (...form) => {
		expect(await lookAtForms(editor, 'kit-form', form)).toEqual([]);
	});

	test('nothing was asked that Kit does not know', () => {
		expect(kit.simulator.violations).toEqual([]);
	});
});

describe('the triggers of Voximplant Kit in the editor', () => {
	let kit: KitFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		kit = await kitFixture(client);
		const { credential } = kit;
		const append = { resource: 'campaignContact', operation: 'append' };
		const file = workflowOf(
			'Forms of Kit',
			[
				start(),
				kitNode('Add', credential, append),
				set('After', { phone: '={{ $json.phone1 }}' }),
				kitTrigger(credential, { events: ['new_calls', 'call_finalized'], options: {} }),
				kitPollingTrigger(credential, { event: 'callFinished', options: {} }),
				node('Agent', '@n8n/n8n-nodes-langchain.agent', {}, { typeVersion: 2 }),
			],
			{ Start: ['Add'], Add: ['After'], Callback: ['Agent'] },
		);
		const places: Record<string, [number, number]> = {
			After: [480, 0],
			Callback: [0, 220],
			Polling: [0, 440],
			Agent: [240, 220],
		};
		place(file, places);
		editor = await openWorkflow(client, file);
	});

	afterAll(async () => {
		await editor?.close();
		await kit?.close();
	});

	afterEach(async () => await editor.backToCanvas());

	test('contacts have two outputs, and the fields of the first are known before the first run', async () => {
		expect(await canvasOutputs(editor, 'Add', 2)).toEqual(['Accepted', 'Rejected']);
		await editor.screenshot('kit-triggers-1-canvas');
		expect(await offeredFields(editor, 'After')).toContain('phone1');
		await editor.screenshot('kit-triggers-2-schema');
	});

	test('the trigger listens with an endpoint of its own and shows the event', async () => {
		await editor.openNode('Callback');
		expect(await editor.webhookUrl('Production URL')).toMatch(
			/\/webhook\/[-0-9a-f]{36}\/voximplant-kit$/,
		);
		await editor.screenshot('kit-triggers-3-trigger');
		expect(await editor.startStep()).toBe('');
		expect(kit.simulator.subscriptions()).toEqual([
			expect.objectContaining({ name: 'n8n: Forms of Kit (test)' }),
		]);
		await editor.screenshot('kit-triggers-4-listening');
		expect(await kit.simulator.deliver({ callbacks: [{ type: 'new_calls' }] })).toMatchObject({
			status: 200,
		});
		await editor.page.getByText('1 item').first().waitFor();
		const output = editor.page.locator('[data-test-id="output-panel"]');
		await output.getByText('new_calls').first().waitFor();
		await editor.screenshot('kit-triggers-5-event');
		// n8n ends the listening after the run, without telling when it has.
		await eventually(() => expect(kit.simulator.subscriptions()).toEqual([]));
	});

	test('five endpoints: the editor says which there are', async () => {
		const { store } = kit.simulator;
		for (let id = 1; id <= 5; id++) {
			store.subscriptions.set(id, {
				id,
				name: `CRM ${id}`,
				url: `https://crm.example.com/hook/${id}`,
				salt: 'theirs',
				callbacks: ['new_calls'],
				is_enabled: true,
			});
		}
		await editor.openNode('Callback');
		await editor.page.locator('[data-test-id="node-execute-button"]').click();
		const message = editor.page.getByText('takes 5 callback endpoints per account').first();
		await message.waitFor();
		expect(await message.innerText()).toContain('"CRM 5" (ID 5)');
		await editor.screenshot('kit-triggers-6-five-endpoints');
		store.subscriptions.clear();
	});

	test('"Fetch Test Event" of the polling trigger, and the form of each event', async () => {
		kit.simulator.seedCalls(2, { phone: '447700900060', spanMs: 60_000 });
		await editor.openNode('Polling');
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputText()).toContain('callFinished');
		await editor.screenshot('kit-triggers-7-polling-calls');
		await editor.fill('Event', 'Campaign Status Changed');
		await editor.screenshot('kit-triggers-8-polling-campaigns');
		await editor.fill('Event', 'Report Ready');
		await editor.screenshot('kit-triggers-9-polling-reports');
	});

	test('an AI agent can be given the node as a tool', async () => {
		expect(await editor.addTool('Agent', 'Voximplant Kit')).toContain('Voximplant Kit Tool');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Tool Description', 'Resource', 'Operation']),
		);
		await editor.screenshot('kit-triggers-10-tool');
	});
});
