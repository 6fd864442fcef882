// Choices that a node asks the provider for ("From list"), as a person sees them.
import type { Editor } from './editor';

const id = (name: string) => `[data-test-id="${name}"]:visible`;
const CHOICE = id('rlc-item');
const PROBLEM = id('rlc-error-container');

/** Opens the list of a field and waits until it shows choices or a problem. */
export async function openList(editor: Editor, label: string): Promise<void> {
	const { page } = editor;
	await editor.field(label).locator(id('rlc-input')).click();
	await page.locator(`${CHOICE}, ${PROBLEM}`).first().waitFor();
}

export async function closeList({ page }: Editor): Promise<void> {
	await page.locator('[data-test-id="ndv"]').getByText('Operation', { exact: true }).click();
	await page.locator(`${CHOICE}, ${PROBLEM}`).first().waitFor({ state: 'hidden' });
}

/** The choices of the open list. */
export async function listChoices({ page }: Editor): Promise<string[]> {
	const texts = await page.locator(CHOICE).allInnerTexts();
	return texts.map((text) => text.trim());
}

/** The choices after typing into the search field of the open list. */
export async function searchList(editor: Editor, text: string): Promise<string[]> {
	const { page } = editor;
	// The list follows the typing with a delay, and has no sign of being up to date but that n8n has asked.
	const answered = page.waitForResponse(
		(response) =>
			response.url().endsWith('/resource-locator-results') &&
			(response.request().postDataJSON() as { filter?: string }).filter === text,
	);
	await page.locator(id('rlc-search')).locator('xpath=descendant-or-self::input').fill(text);
	await (await answered).finished();
	const shown = await editor.resting(async () => JSON.stringify(await listChoices(editor)));
	return JSON.parse(shown) as string[];
}

/** Picks from the open list. */
export async function pickFromList({ page }: Editor, choice: string): Promise<void> {
	await page.locator(CHOICE).filter({ hasText: choice }).first().click();
	await page.locator(CHOICE).first().waitFor({ state: 'hidden' });
}

/** The choice that a field shows. */
export async function listedValue(editor: Editor, label: string): Promise<string> {
	const shown = editor.field(label).locator(id('rlc-input'));
	return await shown.locator('xpath=descendant-or-self::input').inputValue();
}

/** What the open list says when it could not be loaded. */
export async function listProblem({ page }: Editor): Promise<string> {
	return (await page.locator(PROBLEM).innerText()).trim();
}
