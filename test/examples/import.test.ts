/** What the demo does with the example files, against an n8n that only keeps workflows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { N8nClient, Workflow, WorkflowFile } from '../../demo/client';
import { importExamples } from '../../demo/examples';

class Keeper {
	readonly url = 'http://n8n.test';
	readonly workflows = new Map<string, Workflow>();

	async listWorkflows() {
		return [...this.workflows.values()];
	}
	async getWorkflow(id: string) {
		const found = this.workflows.get(id);
		if (found === undefined) throw new Error(`There is no workflow ${id}`);
		return found;
	}
	async createWorkflow(file: WorkflowFile) {
		const workflow = { ...file, id: `w${this.workflows.size}`, active: false } as Workflow;
		this.workflows.set(workflow.id, workflow);
		return workflow;
	}
	async updateWorkflow(id: string, file: WorkflowFile) {
		return Object.assign(await this.getWorkflow(id), file);
	}
	async activateWorkflow({ id }: Workflow) {
		(await this.getWorkflow(id)).active = true;
	}
	async deactivateWorkflow(id: string) {
		(await this.getWorkflow(id)).active = false;
	}
}

const folder = mkdtempSync(join(tmpdir(), 'voice-examples-'));
const recordFile = join(folder, 'examples.json');
const readRecord = () => JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, unknown>;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an example whose file has another name now is imported anew, and the old one is ended', async () => {
	const keeper = new Keeper();
	const client = keeper as unknown as N8nClient;
	const first = await importExamples(client, [], recordFile);
	const renamed = first.find(({ active }) => active);
	if (!renamed) throw new Error('no active example');
	const { [renamed.file]: entry, ...others } = readRecord();
	writeFileSync(recordFile, JSON.stringify({ ...others, '99-old-name.json': entry }));

	const second = await importExamples(client, [], recordFile);
	expect((await keeper.getWorkflow(renamed.workflow.id)).active).toBe(false);
	const again = second.find(({ file }) => file === renamed.file);
	expect(again?.workflow.id).not.toBe(renamed.workflow.id);
	expect(again?.active).toBe(true);
	expect(keeper.workflows.size).toBe(first.length + 1);
	expect(Object.keys(readRecord()).sort()).toEqual(first.map(({ file }) => file));
});
