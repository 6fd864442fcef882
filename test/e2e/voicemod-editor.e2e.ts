/** The cloud of Voicemod as a person meets it in the editor: panel, forms, credentials, dropdowns, outputs. */
import type { WorkflowFile } from '../../demo/client';
import type { Editor } from './support/editor';
import { cutOff, formsOf, lookAtForms } from './support/forms';
import { closeList, listChoices, listedValue, openList, pickFromList } from './support/lists';
import { openEditor, signedInClient } from './support/session';
import { recording, voicemod, voicemodFixture, type VoicemodFixture } from './support/voicemod';
import { node, set, start, workflowOf } from './support/workflows';

const CREDENTIAL = 'Voicemod in the editor';

/** The services have one form, so two of them show it: one of each gateway. */
const FORMS = formsOf('voicemod').map(([resource, operations]): [string, string[]] => [
	resource,
	resource === 'Service Request' ? ['Tuna', 'Twitch'] : operations,
]);

/** One walk through the editor: every test goes on where the one before stopped. */
describe('Voicemod in the editor', () => {
	let cloud: VoicemodFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		cloud = await voicemodFixture(client);
		editor = await openEditor();
	});

	afterAll(async () => {
		await editor?.close();
		await cloud?.close();
	});

	// A test that failed in a dialog does not take the next ones with it.
	afterEach(async () => await editor.closeCredential());

	test('it is found in the panel beside the app, and added by its action', async () => {
		await editor.newWorkflow();
		expect(await editor.searchNodes('Voicemod')).toEqual(['Voicemod', 'Voicemod Control']);
		await editor.screenshot('voicemod-1-nodes-panel');
		await editor.addNode('Voicemod', 'Search for sounds');
		expect(await editor.fieldLabels()).toEqual(
			expect.arrayContaining(['Search Text', 'Search In', 'Return All', 'Limit']),
		);
		await editor.screenshot('voicemod-2-form');
	});

	test('a wrong token fails the credential test with what to do; the right one passes', async () => {
		const { url, tunaUrl, apiKey, accessToken } = cloud.simulator;
		const fields = {
			'API Key': apiKey,
			'Access Token': 'wrong-token-4711',
			Environment: 'Custom',
			'Base URL': url,
			'Tuna Base URL': tunaUrl,
		};
		const refused = await editor.createCredential(fields, CREDENTIAL);
		expect(refused.passed).toBe(false);
		expect(refused.text).toContain('Voicemod refused the access token (Unauthorized, HTTP 401)');
		expect(refused.text).not.toContain('4711');
		await editor.screenshot('voicemod-3-credential-refused');

		const dialog = editor.credentialDialog();
		await editor.fill('Access Token', accessToken, dialog);
		await editor.fill('API Key', 'wrong-key-4711', dialog);
		const badKey = await editor.saveCredential();
		expect(badKey.text).toContain('Voicemod refused the API key');

		await editor.fill('API Key', apiKey, dialog);
		await editor.fill('Public Key', cloud.simulator.publicKey.spki, dialog);
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
	});

	test('an address that is not one of Voicemod is named', async () => {
		await editor.editCredential();
		await editor.screenshot('voicemod-4-credential');
		const dialog = editor.credentialDialog();
		await editor.fill('Base URL', 'voicemod', dialog);
		const result = await editor.saveCredential();
		expect(result.text).toContain('The base URL of the Voicemod credential is not a web address');
		await editor.fill('Base URL', cloud.simulator.url, dialog);
		expect(await editor.saveCredential()).toMatchObject({ passed: true });
	});

	test('the addresses are there for Custom only', async () => {
		await editor.editCredential();
		const dialog = editor.credentialDialog();
		expect(await editor.fieldValue('Tuna Base URL', dialog)).toBe(cloud.simulator.tunaUrl);
		await editor.fill('Environment', 'Production', dialog);
		await editor.field('Tuna Base URL', dialog).waitFor({ state: 'hidden' });
		await editor.screenshot('voicemod-5-credential-production');
		await editor.closeCredential();
	});

	test('"Execute step" searches, and shows what was found', async () => {
		await editor.fill('Search Text', 'airhorn');
		await editor.fill('Limit', 1);
		expect(await editor.executeStep()).toBe('success');
		expect(await editor.outputJson()).toEqual([
			expect.objectContaining({ name: expect.stringContaining('Airhorn') }),
		]);
		await editor.screenshot('voicemod-6-output');
	});

	test('the choices of a voice are there, and another one can be typed', async () => {
		await editor.fill('Resource', 'Voice Conversion');
		await openList(editor, 'Voice');
		expect(await listChoices(editor)).toEqual(['Baby', 'Cave', 'Magic Chords']);
		await editor.screenshot('voicemod-7-voices');
		await pickFromList(editor, 'Magic Chords');
		expect(await listedValue(editor, 'Voice')).toBe('Magic Chords');
		await openList(editor, 'Voice');
		await closeList(editor);
	});

	test('a missing recording is named before anything is sent', async () => {
		const before = cloud.simulator.log.length;
		expect(await editor.executeStep()).toBe('error');
		expect(await editor.outputText()).toContain('"Input Data Field Name"');
		expect(cloud.simulator.log.length).toBe(before);
		await editor.screenshot('voicemod-8-no-recording');
	});

	test.each(FORMS)('the forms of %s', async (...form) => {
		expect(await lookAtForms(editor, 'voicemod-form', form)).toEqual([]);
	});

	test('the credential is for what the choice says', async () => {
		const slot = editor.page.locator('[data-test-id="node-credentials-slot"]');
		await editor.fill('Authentication', 'None');
		await slot.waitFor({ state: 'hidden' });
		await editor.screenshot('voicemod-9-none');
		await editor.fill('Authentication', 'OAuth2');
		await slot.waitFor();
	});

	test('OAuth2 asks for what Voicemod tells its partners', async () => {
		await editor.newCredential();
		const dialog = editor.credentialDialog();
		const labels = await dialog.locator('label.n8n-input-label').allInnerTexts();
		const names = labels.map((text) =>
			text
				.split('\n')[0]
				?.replace(/\s*\*$/, '')
				.trim(),
		);
		expect(names).toEqual(
			expect.arrayContaining([
				'Authorization URL',
				'Access Token URL',
				'Scope',
				'Client ID',
				'Client Secret',
				'Environment',
			]),
		);
		expect(await editor.fieldValue('Access Token URL', dialog)).toBe(
			'https://api.voicemod.net/v1/oauth/token',
		);
		await editor.screenshot('voicemod-10-oauth2');
		await editor.fill('Environment', 'Custom', dialog);
		await editor.field('Tuna Base URL', dialog).waitFor();
		await editor.field('Application System', dialog).scrollIntoViewIfNeeded();
		await editor.screenshot('voicemod-11-oauth2-custom');
		await editor.closeCredential();
	});
});

/** A node for each form with everything in it that can be added. */
function exhibition({ credential, simulator }: VoicemodFixture): WorkflowFile {
	const pairs = (name: string, value: string) => ({ entry: [{ name, value }] });
	const options = {
		requestId: 'own',
		ownRequestId: 'order-1001-1',
		responseSignature: 'report',
		signatureFormat: 'automatic',
		signatureAlgorithm: 'rsaSha256',
		fullResponse: false,
	};
	const of = (resource: string, operation: string, more: object) => ({
		resource,
		operation,
		options,
		...more,
	});
	const search = of('sound', 'search', {
		limit: 2,
		additionalFields: {
			audioFormat: 'mp3',
			custom: 'true',
			published: 'true',
			sort: '-trending',
		},
	});
	const song = of('song', 'create', {
		preset: 'own',
		lyrics: 'Happy birthday to you\nHappy birthday to you',
		scoreFileRemotePath: 'themes/HappyBirthday/score/HappyBirthday_Melody_ABCD.json',
		scoreDataFileRemotePath: 'themes/HappyBirthday/score/HappyBirthday_Score_Data_ABCD.json',
		dspFileRemotePath: 'themes/HappyBirthday/dsp/XML/HappyBirthday_DSP_ABCD.xml',
		songName: 'Happy Birthday',
		additionalFields: {
			language: 'en',
			voiceModel: 'CFV_2',
			voiceModelStyle: 'mezzo',
			dspEffect: '',
			backgroundSounds: true,
			artistName: 'Cecilia',
			singer: 'Cecilia',
			backgroundNumber: 1,
		},
	});
	const profile = of('account', 'updateProfile', {
		additionalFields: {
			name: 'Deep Dave',
			bio: 'Streams on Sundays',
			pictureFile: 'data',
			deleteBanner: true,
			clear: ['twitchId'],
			personalSite: 'https://dave.example.com',
		},
	});
	const request = of('serviceRequest', 'twitch', {
		path: 'sim/echo',
		method: 'POST',
		bodyType: 'multipart',
		formFields: pairs('title', 'Voice of Maria'),
		fileFieldName: 'audioFile',
		additionalFields: { query: pairs('page', '1'), headers: pairs('x-partner', 'acme') },
	});
	const signature = { resource: 'signature', operation: 'verify', requestId: '1700000000000' };
	const convert = {
		resource: 'voiceConversion',
		operation: 'convert',
		voice: 'cave',
		interval: 0.2,
	};
	const file = workflowOf(
		'Forms of Voicemod',
		[
			start(),
			...recording(),
			voicemod('Convert', credential, convert),
			set('After', { file: '={{ $json.fileName }}' }),
			voicemod('Search', credential, search),
			voicemod('Song', credential, song, { retryOnFail: true }),
			voicemod('Profile', credential, profile),
			voicemod('Request', credential, request),
			voicemod('Verify', undefined, { ...signature, publicKey: simulator.publicKey.spki }),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', {}, { typeVersion: 2 }),
		],
		{
			Start: ['Sample'],
			Sample: ['Recording'],
			Recording: [['Convert', 'Search', 'Song', 'Profile', 'Request', 'Verify']],
			Convert: ['After'],
		},
	);
	const row = ['Search', 'Song', 'Profile', 'Request', 'Verify', 'Agent'];
	for (const one of file.nodes) {
		const place = row.indexOf(one.name);
		if (place >= 0) one.position = [place * 220, 260];
	}
	return file;
}

describe('the forms of Voicemod with everything in them', () => {
	let cloud: VoicemodFixture;
	let editor: Editor;

	beforeAll(async () => {
		const client = await signedInClient();
		cloud = await voicemodFixture(client);
		const workflow = await client.createWorkflow(exhibition(cloud));
		editor = await openEditor();
		await editor.page.setViewportSize({ width: 1500, height: 1900 });
		await editor.openWorkflow(workflow.id);
	});

	afterAll(async () => {
		await editor?.close();
		await cloud?.close();
	});

	afterEach(async () => await editor.backToCanvas());

	test.each(['Search', 'Song', 'Profile', 'Request', 'Verify'])('%s', async (name) => {
		await editor.openNode(name);
		if (name === 'Song') {
			expect(await editor.fieldValue('Interval (Seconds)')).toBe('1.0');
		}
		expect(await cutOff(editor)).toEqual([]);
		await editor.screenshot(`voicemod-full-${name.toLowerCase()}`);
	});

	test('the fields of its output are offered to the next node before the first run', async () => {
		await editor.openNode('After');
		await editor.page.getByText('Usually outputs the following fields').waitFor();
		const text = await editor.inputText();
		for (const field of ['isReady', 'fileName', 'voice']) expect(text).toContain(field);
	});

	test('a recording is converted in the editor, and the file can be seen', async () => {
		await editor.openNode('Convert');
		expect(await editor.executeStep()).toBe('success');
		await editor.page.locator('[data-test-id="output-panel"]').getByText('wav').first().waitFor();
		await editor.screenshot('voicemod-full-converted');
		expect(cloud.simulator.accepted.total).toBe(1);
	});

	test('an AI agent can be given the node as a tool', async () => {
		expect(await editor.addTool('Agent', 'Voicemod')).toEqual(
			expect.arrayContaining(['Voicemod Tool', 'Voicemod Control Tool']),
		);
		await editor.screenshot('voicemod-full-tool');
	});

	test('nothing was asked that Voicemod does not know', () => {
		expect(cloud.simulator.violations).toEqual([]);
	});
});
