/**
 * The example workflows and the generated documentation. What the editor checks of a workflow is in
 * test/structure/workflows.test.ts; what n8n's own nodes do with them is in the end-to-end tests.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { IConnections, IDataObject, INode } from 'n8n-workflow';

import { runNode } from '../engine/support/engine';
import { startAlphaSmsSimulator } from '../simulators/alphasms';

interface Example {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: IDataObject;
}

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, 'demo', 'workflows');
const KEY = 'key-for-the-examples';

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const load = (file: string) => JSON.parse(read(file)) as Example;
const examples = files.map((file) => [file, load(file)] as const);

function nodeOf(example: Example, name: string): INode {
	const found = example.nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`There is no node "${name}"`);
	return found;
}

/** The path at which n8n registers the trigger of an example. */
function webhookPath(trigger: INode): string {
	const provider = trigger.type.endsWith('.velipTrigger') ? 'velip' : 'alphasms';
	const secret = String(trigger.parameters.callbackSecret ?? '').replace(/^=/, '');
	return [trigger.webhookId, provider, ...(secret === '' ? [] : [secret])].join('/');
}

describe.each(examples)('%s', (file, example) => {
	test('is what n8n imports: name, nodes, connections and settings', () => {
		expect(Object.keys(example)).toEqual(['name', 'nodes', 'connections', 'settings']);
		expect(example.settings.executionOrder).toBe('v1');
		expect(example.nodes.some(({ type }) => type.endsWith('.manualTrigger'))).toBe(true);
	});

	test('explains itself in sticky notes', () => {
		const notes = example.nodes.filter(({ type }) => type.endsWith('.stickyNote'));
		expect(notes.length).toBeGreaterThan(0);
		for (const note of notes) expect(String(note.parameters.content).length).toBeGreaterThan(80);
	});

	test('writes to nobody: all numbers are reserved for examples, or not assigned in Brazil', () => {
		const ids = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
		const numbers =
			read(file)
				.replace(ids, '')
				.match(/\b(?:\+?\d[\d() -]{9,15}\d)\b/g) ?? [];
		const digits = numbers.map((number) => number.replace(/\D/g, '')).filter((n) => n.length > 10);
		// Nobody is called there.
		if (!file.includes('voicemod')) expect(digits.length).toBeGreaterThan(0);
		for (const number of digits)
			expect(number).toMatch(/^(447700900\d{3}|07700900\d{3}|55119000000\d{2})$/);
	});

	test('gives out the address at which its own trigger listens', () => {
		const trigger = example.nodes.find(({ type }) => /\.(alphaSms|velip)Trigger$/.test(type));
		if (trigger === undefined) return;
		const settings = JSON.stringify(nodeOf(example, 'Settings').parameters);
		expect(settings).toContain(`/webhook/${webhookPath(trigger)}`);
	});
});

test('no two examples share a webhook', () => {
	const ids = examples.flatMap(([, { nodes }]) =>
		nodes.flatMap(({ webhookId }) => webhookId ?? []),
	);
	expect(ids.length).toBeGreaterThan(2);
	expect(new Set(ids).size).toBe(ids.length);
});

test('the bulk example sends to ten of its twelve recipients and says why two were refused', async () => {
	const simulator = await startAlphaSmsSimulator({ apiKey: KEY, lifecycle: 'manual' });
	try {
		const example = load('01-bulk-sms-with-delivery-report.json');
		const { recipients } = JSON.parse(
			String(nodeOf(example, 'Recipients').parameters.jsonOutput),
		) as { recipients: IDataObject[] };
		const node = nodeOf(example, 'Send SMS');
		const parameters = JSON.parse(
			JSON.stringify(node.parameters)
				.replaceAll("$('Settings').first().json.sender", "'MyShop'")
				.replaceAll("$('Settings').first().json.callbackUrl", "'http://127.0.0.1:9/webhook'"),
		) as IDataObject;
		const { outputs, error } = await runNode({
			node: 'alphaSms',
			parameters,
			items: recipients,
			onError: node.onError,
			credentials: {
				alphaSmsApi: { baseUrl: 'custom', customBaseUrl: simulator.url, apiKey: KEY },
			},
		});
		expect(error).toBeUndefined();
		const [sent = [], refused = []] = outputs;
		expect(sent).toHaveLength(10);
		expect(sent.filter(({ json }) => json.encoding === 'UCS-2')).toHaveLength(1);
		expect(simulator.acceptedTotal).toBe(10);
		expect(refused.map(({ json }) => json.error)).toEqual([
			expect.objectContaining({
				message: expect.stringContaining('"To" begins with 0'),
				outcome: 'not_sent',
			}),
			expect.objectContaining({
				message: expect.stringContaining('Error in Alpha-name'),
				outcome: 'refused',
			}),
		]);
	} finally {
		await simulator.close();
	}
});

test('schemas and docs/OPERATIONS.md are what the code says', async () => {
	const script = ['--import', 'tsx', join('scripts', 'docs.ts'), '--check'];
	const { stderr } = await promisify(execFile)(process.execPath, script, { cwd: ROOT }).catch(
		(error: { stderr?: string }) => ({ stderr: error.stderr || 'failed' }),
	);
	expect(stderr).not.toMatch(/not what the code says|Error|failed/);
}, 600_000);
