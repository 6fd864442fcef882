import { until } from '../simulators/testSupport';
import { unusedPort } from '../unit/support/server';
import type { Editor } from './support/editor';
import {
	closeList,
	listChoices,
	listedValue,
	listProblem,
	openList,
	pickFromList,
	searchList,
} from './support/lists';
import { openEditor, signedInClient } from './support/session';
import {
	control as controlNode,
	controlFixture,
	controlTrigger,
	type ControlFixture,
} from './support/voicemodControl';
import { node, set, start, workflowOf } from './support/workflows';

/** One walk through the editor: every test goes on where the one before stopped. */
describe('Voicemod Control in the editor', () => {
	let control: ControlFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		control = await controlFixture(client);
		editor = await openEditor();
	});

	afterAll(async () => {
		await editor?.close();
		await control?.close();
	});

	test('it is found in the panel, and added by its action', async () => {
		await editor.newWorkflow();
		expect(await editor.searchNodes('Voicemod Control')).toEqual(['Voicemod Control']);
		await editor.screenshot('voicemodControl-1-nodes-panel');
		await editor.addNode('Voicemod Control', 'Load a voice');
		expect(await editor.fieldValue('Resource')).toBe('Voice');
		expect(await editor.fieldValue('Operation')).toBe('Load');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Resource', 'Operation', 'Voice']),
		);
		await editor.screenshot('voicemodControl-2-form');
	});

	test('an app that is not running fails the credential test with what to do', async () => {
		const port = await unusedPort();
		const result = await editor.createCredential(
			{ 'Client Key (API Key)': control.app.clientKey, Port: port },
			'Voicemod in the editor',
		);
		await editor.screenshot('voicemodControl-3-credential-not-running');
		expect(result.passed).toBe(false);
		expect(result.text).toContain('the connection was refused');
		expect(result.text).toContain('Start Voicemod');
	});

	test('a wrong key fails it, after one attempt', async () => {
		const dialog = editor.credentialDialog();
		await editor.fill('Port', control.app.port, dialog);
		await editor.fill('Client Key (API Key)', 'wrong-key-4711', dialog);
		const result = await editor.saveCredential();
		await editor.screenshot('voicemodControl-4-credential-refused');
		expect(result.passed).toBe(false);
		expect(result.text).toContain('Voicemod refused the client key: Unauthorized');
		expect(control.app.registrations).toEqual({ accepted: 0, refused: 1 });
	});

	test('the right one passes', async () => {
		const dialog = editor.credentialDialog();
		await editor.fill('Client Key (API Key)', control.app.clientKey, dialog);
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
		expect(control.app.registrations).toEqual({ accepted: 1, refused: 1 });
	});

	test('voices come from the app and can be searched', async () => {
		await openList(editor, 'Voice');
		expect(await listChoices(editor)).toEqual(expect.arrayContaining(['Baby', 'Cave', 'Clean']));
		await editor.screenshot('voicemodControl-5-voices');
		expect(await searchList(editor, 'cav')).toEqual(['Cave']);
		await pickFromList(editor, 'Cave');
		expect(await listedValue(editor, 'Voice')).toBe('Cave');
	});

	test('"Execute step" loads it and turns the voice changer on', async () => {
		control.app.app.setSwitch('voiceChanger', false);
		await editor.addField('Additional Fields', 'Turn On Voice Changer');
		await editor.fill('Turn On Voice Changer', true);
		await editor.screenshot('voicemodControl-6-additional-fields');
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			{ voice: 'cave', voiceId: 'cave', voiceName: 'Cave', voiceChangerTurnedOn: true },
		]);
		expect(control.app.app.currentVoice).toBe('cave');
		expect(control.app.app.switches.voiceChanger).toBe(true);
		await editor.screenshot('voicemodControl-7-output');
	});

	test('parameters are those of the voice that is loaded', async () => {
		await editor.fill('Operation', 'Set Parameter');
		await openList(editor, 'Parameter');
		expect(await listChoices(editor)).toContain('Pitch (-12 to 12)');
		await editor.screenshot('voicemodControl-8-parameters');
		await pickFromList(editor, 'Pitch');
		await editor.fill('Value', 20);
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ key: 'Pitch', value: 12, limited: true }),
		]);
	});

	test('a sound is held as long as one says', async () => {
		await editor.fill('Resource', 'Sound');
		await editor.fill('Operation', 'Play');
		expect(await editor.fieldLabels()).not.toContain('Hold (Seconds)');
		await editor.fill('Key', 'Press, Hold and Release');
		await openList(editor, 'Sound');
		await editor.screenshot('voicemodControl-9-sounds');
		await pickFromList(editor, 'My Soundboard: Air Raid');
		await editor.fill('Hold (Seconds)', 0.5);
		await editor.screenshot('voicemodControl-10-hold');
		expect(await editor.executeStep()).toBe('success');
		expect(control.app.app.played.map(({ isKeyDown }) => isKeyDown)).toEqual([true, false]);
	});

	test('a closed app fails a list and a run, in words', async () => {
		await control.app.close();
		await openList(editor, 'Sound');
		await editor.screenshot('voicemodControl-11-list-problem');
		expect(await listProblem(editor)).toContain('Voicemod could not be reached');
		await closeList(editor);
		expect(await editor.executeStep()).toBe('error');
		const text = await editor.outputText();
		await editor.screenshot('voicemodControl-12-error');
		expect(text).toContain('the connection was refused');
		expect(text).toContain('Start Voicemod');
		await control.reopen();
	});
});

/** All forms, the trigger and the AI tool. */
describe('the forms of Voicemod Control in the editor', () => {
	let control: ControlFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		control = await controlFixture(client);
		const { credential } = control;
		const file = workflowOf(
			'Forms of Voicemod Control',
			[
				start(),
				controlNode('Voicemod', credential, 'voice/getCurrent'),
				set('After', { state: '={{ $json.voiceId }}' }),
				controlTrigger(credential, {
					events: ['voiceChanged', 'micMuteChanged', 'disconnected'],
					filters: { voiceIds: 'cave', state: 'on', parameterNames: '' },
					options: { raw: false },
				}),
				node('Agent', '@n8n/n8n-nodes-langchain.agent', {}, { typeVersion: 2 }),
			],
			{ Start: ['Voicemod'], Voicemod: ['After'], App: ['Agent'] },
		);
		const places: Record<string, [number, number]> = {
			After: [480, 0],
			App: [0, 220],
			Agent: [240, 220],
		};
		for (const one of file.nodes) one.position = places[one.name] ?? one.position;
		const workflow = await client.createWorkflow(file);
		editor = await openEditor();
		await editor.openWorkflow(workflow.id);
	});

	afterAll(async () => {
		await editor?.close();
		await control?.close();
	});

	afterEach(async () => await editor.backToCanvas());

	test('both nodes say on the canvas what they do', async () => {
		expect(await editor.canvasNode('Voicemod').innerText()).toContain('getCurrent: voice');
		await editor.screenshot('voicemodControl-forms-1-canvas');
	});

	test('the fields of the output are offered before the first run', async () => {
		await editor.openNode('After');
		await editor.page.getByText('Usually outputs the following fields').waitFor();
		expect(await editor.inputText()).toContain('voiceId');
		await editor.screenshot('voicemodControl-forms-2-schema');
	});

	/** What a form shows beside resource and operation. */
	const FORMS: ReadonlyArray<readonly [resource: string, operation: string, fields: string[]]> = [
		['Background Effect', 'Toggle', ['Simplify']],
		['Beep', 'Beep for a Duration', ['Duration (Seconds)']],
		[
			'Connection',
			'Send Action',
			['Action', 'Payload', 'Wait for Answer', 'Simplify', 'Additional Fields'],
		],
		['Microphone Mute', 'Turn On', []],
		['Sound', 'Get Image', ['Sound', 'Image', 'Put Output File in Field']],
		['Sound', 'Get Many With Images', ['Include Images', 'Return All', 'Limit', 'Simplify']],
		['Soundboard', 'Get Many', ['Return All', 'Limit', 'Simplify']],
		['User', 'Get Free Voice Rotation Time', ['Simplify']],
		['Voice', 'Get Many', ['Return All', 'Limit', 'Simplify', 'Additional Fields']],
		['Voice', 'Load Random', ['Pick From', 'Additional Fields']],
	];

	/** The labels between "Operation" and those of the Settings tab, which are there too. */
	async function ownLabels(): Promise<string[]> {
		const labels = await editor.fieldLabels();
		const own = labels.slice(labels.indexOf('Operation') + 1, labels.indexOf('Always Output Data'));
		return own.filter((label) => label !== '' && label !== 'Options');
	}

	test('every form holds what it should, in order', async () => {
		await editor.openNode('Voicemod');
		for (const [index, [resource, operation, fields]] of FORMS.entries()) {
			await editor.fill('Resource', resource);
			await editor.fill('Operation', operation);
			// The fields follow the choice a moment later.
			const deadline = Date.now() + 10_000;
			let shown = await ownLabels();
			while (shown.join() !== fields.join() && Date.now() < deadline) {
				await editor.page.waitForTimeout(100);
				shown = await ownLabels();
			}
			expect([resource, operation, ...shown]).toEqual([resource, operation, ...fields]);
			await editor.screenshot(`voicemodControl-forms-3-${index + 1}-${operation}`);
		}
	});

	test('the credential dialog explains where the app must run', async () => {
		await editor.openNode('Voicemod');
		await editor.editCredential();
		const dialog = editor.credentialDialog();
		expect(await editor.fieldValue('Host', dialog)).toBe('127.0.0.1');
		expect(await dialog.innerText()).toContain('takes connections from its own PC only');
		await editor.screenshot('voicemodControl-forms-4-credential');
	});

	test('the trigger shows its events and filters, and the first event of the app', async () => {
		await editor.openNode('App');
		expect(await editor.parametersText()).toContain('This node keeps a connection to the app');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Events', 'Voice IDs', 'State', 'Include Raw Message']),
		);
		await editor.screenshot('voicemodControl-forms-5-trigger');
		await editor.startStep();
		await control.app.waitForClients(1, 20_000);
		await editor.screenshot('voicemodControl-forms-6-listening');
		control.app.app.loadVoice('baby');
		control.app.app.loadVoice('cave');
		await until(() => control.app.connections.open === 0, 20_000);
		await editor.page.getByText('1 item').first().waitFor();
		await editor.screenshot('voicemodControl-forms-7-event');
		const text = await editor.outputText();
		for (const part of ['voiceChanged', 'cave', 'Pitch']) expect(text).toContain(part);
	});

	test('an AI agent can be given the node as a tool', async () => {
		expect(await editor.addTool('Agent', 'Voicemod Control')).toContain('Voicemod Control Tool');
		await editor.screenshot('voicemodControl-forms-8-tool');
	});
});
