import type { N8nClient, WorkflowFile } from '../../../demo/client';
import type { Editor } from './editor';
import { openEditor } from './session';

/** Puts nodes where a person would: the canvas and its picture are easier to read. */
export function place(file: WorkflowFile, places: Record<string, [number, number]>): WorkflowFile {
	for (const one of file.nodes) one.position = places[one.name] ?? one.position;
	return file;
}

/** Stores a workflow and opens it in an editor of its own. */
export async function openWorkflow(client: N8nClient, file: WorkflowFile): Promise<Editor> {
	const workflow = await client.createWorkflow(file);
	const editor = await openEditor();
	await editor.openWorkflow(workflow.id);
	return editor;
}

/** The names of a node's outputs on the canvas, by their number. */
export async function canvasOutputs(
	editor: Editor,
	node: string,
	count: number,
): Promise<string[]> {
	const text = await editor.canvasNode(node).innerText();
	return text.split('\n').slice(0, count);
}

/** What the editor offers as input of a node before anything has run: the fields of the output schemas. */
export async function offeredFields(editor: Editor, node: string): Promise<string> {
	await editor.openNode(node);
	await editor.page.getByText('Usually outputs the following fields').waitFor();
	return await editor.resting(async () => await editor.inputText());
}
