// Brings demo/workflows/*.json into n8n, as a person would with "Import from File".
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential, N8nClient, Workflow, WorkflowFile } from './client';
import { readState, STATE_FOLDER, writeState } from './state';

const WORKFLOWS_FOLDER = join(__dirname, 'workflows');
const RECORD_FILE = join(STATE_FOLDER, 'examples.json');
// The address in the example files, for whoever imports them into an n8n of their own.
const DEFAULT_ADDRESS = /http:\/\/(?:localhost|127\.0\.0\.1):5678/g;
// These start by hand or from other workflows; there is nothing to activate.
const PASSIVE_TRIGGERS = /\.(manualTrigger|errorTrigger|executeWorkflowTrigger)$/;

// This one registers itself at the provider, and a simulator that has just started knows nothing of it.
const SELF_REGISTERING = /\.voximplantKitTrigger$/;

export interface Example {
	file: string;
	workflow: Workflow;
	/** Name of its Manual Trigger node, where it has one. */
	manualTrigger?: string;
	active: boolean;
}

type ImportRecord = Record<string, { id: string; hash: string }>;

export function readExamples(): Array<{ file: string; text: string }> {
	if (!existsSync(WORKFLOWS_FOLDER)) return [];
	return readdirSync(WORKFLOWS_FOLDER)
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => ({ file, text: readFileSync(join(WORKFLOWS_FOLDER, file), 'utf8') }));
}

/** Points every node at the imported credential of the type it uses, and addresses at this n8n. */
export function adaptWorkflow(text: string, credentials: Credential[], url: string): WorkflowFile {
	const workflow = JSON.parse(text.replace(DEFAULT_ADDRESS, url)) as WorkflowFile;
	for (const node of workflow.nodes) {
		for (const type of Object.keys(node.credentials ?? {})) {
			const credential = credentials.find((candidate) => candidate.type === type);
			if (node.credentials && credential) {
				node.credentials[type] = { id: credential.id, name: credential.name };
			}
		}
	}
	return workflow;
}

function startsByItself(workflow: WorkflowFile): boolean {
	return workflow.nodes.some(
		({ type, disabled }) =>
			!disabled && /(Trigger|\.webhook)$/.test(type) && !PASSIVE_TRIGGERS.test(type),
	);
}

/** Publishes an example; anew when its registration may have gone with an earlier simulator. */
async function publish(client: N8nClient, workflow: Workflow, changed: boolean): Promise<void> {
	const isForgotten = workflow.nodes.some(({ type }) => SELF_REGISTERING.test(type));
	if (workflow.active && isForgotten) await client.deactivateWorkflow(workflow.id);
	if (changed || !workflow.active || isForgotten) await client.activateWorkflow(workflow);
}

async function find(client: N8nClient, id: string | undefined): Promise<Workflow | undefined> {
	if (id === undefined) return undefined;
	const known = (await client.listWorkflows()).some((workflow) => workflow.id === id);
	return known ? await client.getWorkflow(id) : undefined;
}

/** An example whose file is gone, or is called otherwise now, must not go on beside the others. */
async function retire(client: N8nClient, record: ImportRecord): Promise<void> {
	const files = new Set(readExamples().map(({ file }) => file));
	for (const [file, { id }] of Object.entries(record)) {
		if (files.has(file)) continue;
		const workflow = await find(client, id);
		if (workflow?.active) await client.deactivateWorkflow(workflow.id);
		delete record[file];
	}
}

/** Imports new and changed files; what was changed in the editor stays until its file changes. */
export async function importExamples(
	client: N8nClient,
	credentials: Credential[],
	recordFile = RECORD_FILE,
): Promise<Example[]> {
	const record = readState<ImportRecord>(recordFile) ?? {};
	await retire(client, record);
	const examples: Example[] = [];
	for (const { file, text } of readExamples()) {
		const adapted = adaptWorkflow(text, credentials, client.url);
		const hash = createHash('sha256').update(JSON.stringify(adapted)).digest('hex');
		let workflow = await find(client, record[file]?.id);
		const changed = !workflow || record[file]?.hash !== hash;
		if (!workflow) workflow = await client.createWorkflow(adapted);
		else if (changed) workflow = await client.updateWorkflow(workflow.id, adapted);
		const active = startsByItself(workflow);
		if (active) await publish(client, workflow, changed);
		record[file] = { id: workflow.id, hash };
		writeState(recordFile, record);
		const manualTrigger = workflow.nodes.find(({ type }) => type.endsWith('.manualTrigger'))?.name;
		examples.push({ file, workflow, manualTrigger, active });
	}
	return examples;
}
