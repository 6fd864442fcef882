// Every form of a node, as a person sees it.
import { builtNode } from '../../faults/support/described';
import type { Editor } from './editor';

export type Forms = Array<[resource: string, operations: string[]]>;

/** Resources of a built node with their operations, by the names that the editor shows. */
export function formsOf(node: string): Forms {
	const { properties } = builtNode(node).description;
	const resources = properties.find(({ name }) => name === 'resource')?.options ?? [];
	return resources.flatMap((resource): Forms => {
		if (!('value' in resource)) return [];
		const operations = properties.find(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.includes(resource.value),
		);
		return [[resource.name, (operations?.options ?? []).map(({ name }) => name)]];
	});
}

/** What is cut off: labels and notices that do not fit into their line. */
export async function cutOff({ page }: Editor): Promise<string[]> {
	return await page.evaluate(() => {
		const document = Reflect.get(globalThis, 'document') as {
			querySelectorAll(selector: string): Iterable<{
				scrollWidth: number;
				clientWidth: number;
				innerText: string;
			}>;
		};
		const found = document.querySelectorAll(
			'[data-test-id="ndv"] [data-test-id="node-parameters"] label .n8n-text, [data-test-id="ndv"] .notice-content',
		);
		return [...found]
			.filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
			.map(({ innerText }) => innerText);
	});
}

/** Goes through the operations of a resource in the open node, with a picture of each; what is wrong with them. */
export async function lookAtForms(
	editor: Editor,
	prefix: string,
	[resource, operations]: Forms[number],
): Promise<string[]> {
	await editor.fill('Resource', resource);
	const problems: string[] = [];
	for (const operation of operations) {
		if (operations.length > 1) await editor.fill('Operation', operation);
		await editor.page.waitForTimeout(150);
		await editor.page.waitForLoadState('networkidle');
		problems.push(...(await cutOff(editor)).map((text) => `${operation}: ${text}`));
		if ((await editor.parameters().getByPlaceholder('Error fetching options').count()) > 0)
			problems.push(`${operation}: choices could not be fetched`);
		const name = `${prefix}-${resource}-${operation}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
		await editor.screenshot(name);
	}
	return problems;
}
