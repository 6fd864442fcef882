// The n8n editor, driven the way a person uses it: by visible labels wherever n8n shows one.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { Login } from '../../../demo/client';

const SCREENSHOTS = join(__dirname, '..', '..', '..', 'artifacts', 'screenshots');
const CHROMIUM_ARGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Marks our own questions about an execution, beside those of the editor. */
const OURS = 'x-asked-by-test';

/** Fading and sliding would be most of the time that a walk through many forms takes. */
const NO_MOTION = `
	const style = document.createElement('style');
	style.textContent = '*, *::before, *::after { transition: none !important; animation: none !important; }';
	document.documentElement.append(style);
`;

const id = (name: string) => `[data-test-id="${name}"]`;
/** Exactly this text, as far as a person can see: labels carry stray blanks. */
const exactly = (text: string) =>
	new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*\\*?\\s*$`);

export type FieldValue = string | number | boolean;

export interface CredentialResult {
	passed: boolean;
	/** What the banner says, details included; empty where n8n just closed the dialog. */
	text: string;
}

export class Editor {
	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly url: string,
	) {}

	/** Opens Chromium, logged in: through the form, or as the one who did that left it in the file. */
	static async open(url: string, login: Login, stateFile: string): Promise<Editor> {
		const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
		const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
		const known = existsSync(stateFile);
		const page = await browser.newPage({
			viewport: { width: 1500, height: 950 },
			...(known && { storageState: stateFile }),
		});
		page.setDefaultTimeout(60_000);
		await page.addInitScript(`addEventListener('DOMContentLoaded', () => {${NO_MOTION}});`);
		const editor = new Editor(browser, page, url);
		if (!known) await editor.logIn(login, stateFile);
		return editor;
	}

	private async logIn(login: Login, stateFile: string): Promise<void> {
		const { page, url } = this;
		await page.goto(`${url}/signin`);
		await page.locator('input[name="emailOrLdapLoginId"], input[type="email"]').fill(login.email);
		await page.locator('input[type="password"]').fill(login.password);
		await page.locator(id('form-submit-button')).click();
		await page.waitForURL((address) => !address.pathname.startsWith('/signin'));
		await page.context().storageState({ path: stateFile });
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** Into artifacts/screenshots/<name>.png. */
	async screenshot(name: string): Promise<string> {
		mkdirSync(SCREENSHOTS, { recursive: true });
		const path = join(SCREENSHOTS, `${name}.png`);
		// What was just opened is drawn a moment later.
		await this.page.waitForTimeout(100);
		await this.page.screenshot({ path });
		return path;
	}

	// Workflows and the canvas

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.locator(id('canvas-add-button')).waitFor();
	}

	async openWorkflow(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		// n8n glides to where all nodes are in view; a node that is clicked meanwhile is elsewhere by then.
		const node = this.page.locator(id('canvas-node')).first();
		await node.waitFor();
		await this.resting(async () => JSON.stringify(await node.boundingBox()));
	}

	/** What has stayed the same for more than half a second, where nothing else tells that n8n is ready. */
	async resting(look: () => Promise<string>): Promise<string> {
		let seen = await look();
		for (let same = 0; same < 4;) {
			await this.page.waitForTimeout(150);
			const now = await look();
			same = now === seen ? same + 1 : 0;
			seen = now;
		}
		return seen;
	}

	/** Id of the open workflow, once n8n has saved it. */
	workflowId(): string {
		return /\/workflow\/([^/?]+)/.exec(this.page.url())?.[1] ?? '';
	}

	/** What the nodes panel finds: the names it lists for a search, of which some hold it. */
	async searchNodes(text: string): Promise<string[]> {
		const panel = this.page.locator(id('node-creator'));
		if (!(await panel.isVisible())) await this.page.locator(id('node-creator-plus-button')).click();
		const search = panel.locator(id('node-creator-search-bar'));
		await search.fill(text);
		// The list follows the typing with a delay, and has no sign of being up to date.
		const names = panel.locator(id('node-creator-item-name'));
		await names.filter({ hasText: text }).first().waitFor();
		const shown = await this.resting(async () => (await names.allInnerTexts()).join('\n'));
		return shown.split('\n').map((name) => name.trim());
	}

	/**
	 * Adds a node from the panel by its name there, and for a node with operations the action line as well.
	 * Its parameters open by themselves. On an empty canvas n8n adds a Manual Trigger before it.
	 */
	async addNode(name: string, action?: string): Promise<void> {
		await this.searchNodes(name);
		const panel = this.page.locator(id('node-creator'));
		const byName = this.page
			.locator(id('node-creator-item-name'))
			.filter({ hasText: exactly(name) });
		await panel.locator(id('item-iterator-item')).filter({ has: byName }).first().click();
		if (action !== undefined) await this.chooseAction(action);
		await this.parameters().waitFor();
	}

	/** Triggers and actions stand in sections of which one may be folded. */
	private async chooseAction(action: string): Promise<void> {
		const panel = this.page.locator(id('node-creator'));
		const line = panel.locator(id('node-creator-item-name')).filter({ hasText: exactly(action) });
		const sections = panel.locator(id('node-creator-category-item'));
		await line.or(sections).first().waitFor();
		for (const section of await sections.all()) {
			if (await line.first().isVisible()) break;
			await section.click();
			await line
				.first()
				.waitFor({ timeout: 2000 })
				.catch(() => undefined);
		}
		await line.first().click();
	}

	canvasNode(name: string): Locator {
		return this.page.locator(`${id('canvas-node')}[data-node-name="${name}"]`);
	}

	async openNode(name: string): Promise<void> {
		await this.canvasNode(name).dblclick();
		await this.parameters().waitFor();
	}

	async closeNode(): Promise<void> {
		await this.page.locator(id('ndv-close-button')).click();
		await this.page.locator(id('ndv')).waitFor({ state: 'hidden' });
	}

	/** Closes whatever stands open, so that a test that failed does not take the next ones with it. */
	async backToCanvas(): Promise<void> {
		await this.closeCredential();
		if (await this.page.locator(id('ndv')).isVisible()) await this.closeNode();
	}

	// Node parameters

	parameters(): Locator {
		return this.page.locator(`${id('ndv')} ${id('node-parameters')}`);
	}

	/** Everything the parameters panel shows, for texts such as notices and hints. */
	async parametersText(): Promise<string> {
		return await this.parameters().innerText();
	}

	/** Labels of the visible fields. */
	async fieldLabels(): Promise<string[]> {
		const texts = await this.parameters().locator('label.n8n-input-label').allInnerTexts();
		return texts.map((text) => text.split('\n')[0]?.trim() ?? '');
	}

	/** A form field by its visible label; `nth` where the same label stands several times. */
	field(label: string, within: Locator = this.parameters(), nth = 0): Locator {
		const title = this.page.locator('.n8n-text').filter({ hasText: exactly(label) });
		// Upwards to what holds both label and input; no further, collections hold many.
		return within
			.locator('label')
			.filter({ has: title })
			.nth(nth)
			.locator('xpath=ancestor::*[.//*[@data-test-id="parameter-input"]][1]');
	}

	/** Fills text and numbers, picks an option by its visible name, sets a switch. */
	async fill(label: string, value: FieldValue, within?: Locator, nth?: number): Promise<void> {
		const input = this.field(label, within, nth).locator(id('parameter-input')).first();
		await input.waitFor();
		if (typeof value === 'boolean') {
			const toggle = input.locator('[role="switch"]').first();
			const isOn = (await toggle.getAttribute('aria-checked')) === 'true';
			if (isOn !== value) await input.locator('.el-switch, button[role="switch"]').first().click();
			return;
		}
		const select = input.locator('.el-select').first();
		if (await select.isVisible()) {
			await select.click();
			await this.pickOption(String(value));
			return;
		}
		const text = input.locator('textarea, input').first();
		await text.fill(String(value));
		await text.blur();
	}

	/** The value a field shows; for a switch whether it is on. */
	async fieldValue(label: string, within?: Locator): Promise<string | boolean> {
		const input = this.field(label, within).locator(id('parameter-input')).first();
		const toggle = input.locator('[role="switch"]').first();
		if (await toggle.count()) return (await toggle.getAttribute('aria-checked')) === 'true';
		return await input.locator('textarea, input').first().inputValue();
	}

	private async pickOption(name: string): Promise<void> {
		const options = this.page.locator('.el-select-dropdown__item:visible, [role="option"]:visible');
		const title = this.page.locator('*').filter({ hasText: exactly(name) });
		// An option shows its name, and below it often a description.
		await options
			.filter({ has: title })
			.or(options.filter({ hasText: exactly(name) }))
			.first()
			.click();
	}

	/** Opens "Add Field" (or however it is called) of a collection and picks a field of it. */
	async addField(collection: string, field: string): Promise<void> {
		const add = this.parameters()
			.locator('.parameter-item, ' + id('parameter-item'))
			.filter({ has: this.page.locator('label').filter({ hasText: exactly(collection) }) })
			.locator(id('collection-parameter-add'))
			.last();
		await add.click();
		await this.pickOption(field);
		await this.field(field).waitFor();
	}

	/** Adds an entry to a list of fields, by the label of its button. */
	async addEntry(label: string): Promise<void> {
		const add = this.parameters().locator(id('fixed-collection-add'));
		await add.filter({ hasText: exactly(label) }).click();
	}

	/** One of the two URLs that a trigger shows. */
	async webhookUrl(kind: 'Test URL' | 'Production URL'): Promise<string> {
		const choice = this.parameters().getByText(kind, { exact: true });
		const fold = this.parameters().getByText('Webhook URLs', { exact: true });
		await fold.waitFor();
		if (!(await choice.isVisible())) await fold.click();
		await choice.click();
		const shown = await this.parameters()
			.getByText(/^https?:\/\//)
			.innerText();
		return shown.trim();
	}

	/** From the plus below an AI agent: what the panel finds, and the first of it added. */
	async addTool(agent: string, name: string): Promise<string[]> {
		const tools = this.canvasNode(agent).locator('[data-handleid="inputs/ai_tool/0"]');
		await tools.locator(id('canvas-handle-plus')).click();
		const found = await this.searchNodes(name);
		const panel = this.page.locator(id('node-creator'));
		await panel.locator(id('item-iterator-item')).first().click();
		await this.parameters().waitFor();
		return found;
	}

	// Credentials

	credentialDialog(): Locator {
		return this.page.locator(id('editCredential-modal'));
	}

	/** From the credential field of the open node: a new credential with these fields, saved and tested. */
	async createCredential(
		fields: Record<string, FieldValue>,
		name?: string,
	): Promise<CredentialResult> {
		await this.newCredential();
		const dialog = this.credentialDialog();
		for (const [label, value] of Object.entries(fields)) await this.fill(label, value, dialog);
		if (name) await this.renameCredential(name);
		return await this.saveCredential();
	}

	/** Opens the dialog of a new credential for the open node. */
	async newCredential(): Promise<void> {
		const slot = this.page.locator(id('node-credentials-slot'));
		const select = slot.locator(`${id('node-credentials-select')} .el-select`);
		// Before the first credential of its type there is a button instead of the list.
		const connect = slot.locator('button').first();
		await select.or(connect).first().waitFor();
		if (await select.isVisible()) {
			await select.click();
			await this.page.locator(`${id('node-credentials-select-item-new')}:visible`).click();
		} else {
			await connect.click();
		}
		await this.credentialDialog().waitFor();
	}

	/** Opens the credential that the open node uses. */
	async editCredential(): Promise<void> {
		await this.page.locator(id('credential-edit-button')).click();
		await this.credentialDialog().waitFor();
	}

	private async renameCredential(name: string): Promise<void> {
		const dialog = this.credentialDialog();
		await dialog.locator(`${id('credential-name')} ${id('inline-edit-preview')}`).click();
		await dialog.locator(`${id('credential-name')} ${id('inline-edit-input')}`).fill(name);
		await this.page.keyboard.press('Enter');
	}

	/** Saves and waits for the test: n8n closes the dialog when it passed and says why when it failed. */
	async saveCredential(): Promise<CredentialResult> {
		const dialog = this.credentialDialog();
		// Not by the banner alone: one of an earlier test may still stand there.
		const tested = this.page.waitForResponse((response) =>
			response.url().endsWith('/rest/credentials/test'),
		);
		await dialog.locator(id('credential-save-button')).click();
		const { data } = (await (await tested).json()) as { data: { status: string } };
		if (data.status === 'OK') {
			// One that was opened to be changed stays open.
			await dialog
				.waitFor({ state: 'hidden', timeout: 3000 })
				.catch(async () => await this.closeCredential());
			return { passed: true, text: '' };
		}
		// That of an earlier success goes a moment later.
		await dialog.locator('.el-tag--success:visible').first().waitFor({ state: 'hidden' });
		return await this.credentialBanner();
	}

	/** The banner of the open dialog of a saved credential: n8n tests it again when it is opened. */
	async credentialBanner(): Promise<CredentialResult> {
		const dialog = this.credentialDialog();
		const banner = dialog.locator('.el-tag--success:visible, .el-tag--danger:visible').first();
		await banner.waitFor();
		const passed = ((await banner.getAttribute('class')) ?? '').includes('el-tag--success');
		return { passed, text: await this.bannerText(banner) };
	}

	/** With the API's own words, which stand behind "More details". */
	private async bannerText(banner: Locator): Promise<string> {
		const more = banner.getByText('More details');
		if (await more.isVisible()) await more.click();
		return (await banner.innerText()).trim();
	}

	/** Changes that were not saved are thrown away. */
	async closeCredential(): Promise<void> {
		const dialog = this.credentialDialog();
		if (!(await dialog.isVisible())) return;
		const hidden = dialog.waitFor({ state: 'hidden' });
		// n8n may be closing it by itself at this moment; then there is nothing left to click.
		const clicked = dialog.locator('.el-dialog__headerbtn').click();
		await Promise.race([hidden, clicked.catch(() => undefined)]);
		const throwAway = this.page
			.locator('.el-message-box')
			.getByRole('button', { name: 'Close', exact: true });
		const asked = throwAway.waitFor().then(
			() => true,
			() => false,
		);
		if (await Promise.race([hidden.then(() => false), asked])) await throwAway.click();
		await hidden;
	}

	// Running

	/**
	 * "Execute step"; resolves with the execution's final status. A node that waits, for a webhook or in
	 * "send and wait", is not final: use `startStep`.
	 */
	async executeStep(timeoutMs = 120_000): Promise<string> {
		// When the editor hears of the end, it fetches what it then draws.
		const fetched = this.page.waitForResponse(
			(response) =>
				/\/rest\/executions\/\w+$/.test(response.url()) &&
				response.request().headers()[OURS] === undefined,
			{ timeout: timeoutMs },
		);
		fetched.catch(() => undefined);
		const executionId = await this.startStep();
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const status = await this.executionStatus(executionId);
			if (!['new', 'running', 'waiting'].includes(status)) {
				await (await fetched).finished();
				await this.page.waitForTimeout(400);
				return status;
			}
			if (Date.now() > deadline) throw new Error(`Execution ${executionId} is still "${status}"`);
			await this.page.waitForTimeout(150);
		}
	}

	/** Presses "Execute step" and resolves with the execution's id, empty while it waits for a webhook. */
	async startStep(): Promise<string> {
		const started = this.page.waitForResponse((response) =>
			/\/workflows\/\w+\/run$/.test(response.url()),
		);
		await this.page.locator(id('node-execute-button')).click();
		const { data } = (await (await started).json()) as { data: { executionId?: string } };
		return data.executionId ?? '';
	}

	/** Asked from inside the page: n8n ties a login to the browser it was made in. */
	private async executionStatus(executionId: string): Promise<string> {
		const ask = async ([one = '', mark = '']: string[]) => {
			const storage = Reflect.get(globalThis, 'localStorage') as Record<string, string>;
			const browserId = storage['n8n-browserId'] ?? '';
			const answer = await fetch(`/rest/executions/${one}`, {
				headers: { 'browser-id': browserId, [mark]: 'yes' },
			});
			const { data } = (await answer.json()) as { data: { status: string } };
			return data.status;
		};
		return await this.page.evaluate(ask, [executionId, OURS]);
	}

	/** The items the output panel shows in its JSON view. */
	async outputJson(): Promise<unknown> {
		const output = this.page.locator(id('output-panel'));
		await output.locator(id('radio-button-json')).click();
		const deadline = Date.now() + 10_000;
		for (;;) {
			const text = await output.locator('.json-data').innerText();
			try {
				// The viewer indents with no-break spaces.
				return JSON.parse(text.replace(/\u00a0/g, ' ')) as unknown;
			} catch (error) {
				// It is drawn line by line.
				if (Date.now() > deadline) throw error;
			}
			await this.page.waitForTimeout(100);
		}
	}

	async inputText(): Promise<string> {
		return await this.page.locator(id('ndv-input-panel')).innerText();
	}

	async outputText(): Promise<string> {
		return await this.page.locator(id('output-panel')).innerText();
	}
}
