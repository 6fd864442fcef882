// The part of n8n's internal REST API (2.41) that the demo and the tests use, as the editor uses it.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFlatted } from './flatted';

export interface Login {
	email: string;
	password: string;
}

export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string | null; name: string }>;
	webhookId?: string;
	disabled?: boolean;
	[key: string]: unknown;
}

/** What n8n's "Download" writes and "Import from File" reads. */
export interface WorkflowFile {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
	[key: string]: unknown;
}

export interface Workflow extends WorkflowFile {
	id: string;
	versionId: string;
	active: boolean;
}

export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, unknown>;
	pairedItem?: unknown;
	error?: unknown;
}

export interface NodeRun {
	startTime: number;
	executionTime: number;
	executionStatus?: string;
	data?: { main?: Array<Item[] | null> };
	error?: { message?: string; description?: string; [key: string]: unknown };
}

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	mode: string;
	status: string;
	startedAt: string;
	stoppedAt?: string;
}

export interface Execution extends ExecutionSummary {
	data: {
		resultData: {
			runData: Record<string, NodeRun[]>;
			lastNodeExecuted?: string;
			error?: { message?: string; [key: string]: unknown };
		};
		[key: string]: unknown;
	};
}

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

export interface NodeType {
	name: string;
	displayName: string;
	version: number | number[];
	[key: string]: unknown;
}

export interface ExecutionFilter {
	workflowId?: string;
	after?: string;
}

interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage?: string | null }>;
}

export type RunResult = { executionId: string } | { waitingForWebhook: true };

const LEFT_OUT_AFTER_MS = 20_000;

const FINISHED = new Set(['success', 'error', 'crashed', 'canceled']);

/** What a node gave out: one of its outputs in one of its runs. */
export function outputItems(execution: Execution, node: string, output = 0, run = 0): Item[] {
	return execution.data.resultData.runData[node]?.[run]?.data?.main?.[output] ?? [];
}

export class N8nRequestError extends Error {
	constructor(
		readonly status: number,
		readonly body: string,
		request: string,
	) {
		super(`${request} answered ${status}: ${body.slice(0, 600)}`);
	}
}

export class N8nClient {
	/** @param cookie of an earlier `signIn`, e.g. in another process */
	constructor(
		readonly url: string,
		private cookie = '',
	) {}

	/** What `signIn` was given; n8n limits how often one may log in, so share it. */
	get sessionCookie(): string {
		return this.cookie;
	}

	/** One request to `/rest`; resolves with the `data` of the answer. */
	async request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: {
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...(this.cookie ? { cookie: this.cookie } : {}),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new N8nRequestError(response.status, text, `${method} /rest${path}`);
		const session = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0] ?? '';
		const parsed = text ? (JSON.parse(text) as { data: T }) : { data: undefined as T };
		return parsed.data;
	}

	/** Creates the owner on a new instance, logs in on one that has it. */
	async signIn(login: Login): Promise<void> {
		const settings = await this.request<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/settings',
		);
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.request('POST', '/owner/setup', {
				...login,
				firstName: 'Demo',
				lastName: 'Owner',
			});
		} else {
			await this.request('POST', '/login', {
				emailOrLdapLoginId: login.email,
				password: login.password,
			});
		}
	}

	async listCredentials(): Promise<Credential[]> {
		return await this.request('GET', '/credentials');
	}

	async createCredential(
		type: string,
		name: string,
		data: Record<string, unknown>,
	): Promise<Credential> {
		return await this.request('POST', '/credentials', { type, name, data });
	}

	async updateCredential(credential: Credential, data: Record<string, unknown>): Promise<void> {
		const { id, name, type } = credential;
		await this.request('PATCH', `/credentials/${id}`, { name, type, data });
	}

	/** The test the editor runs after "Save"; data of a saved credential may be left out. */
	async testCredential(
		credential: Credential,
		data: Record<string, unknown>,
	): Promise<CredentialTestResult> {
		return await this.request('POST', '/credentials/test', {
			credentials: { ...credential, data },
		});
	}

	async listWorkflows(): Promise<Array<{ id: string; name: string; active: boolean }>> {
		return await this.request('GET', '/workflows');
	}

	async getWorkflow(id: string): Promise<Workflow> {
		return await this.request('GET', `/workflows/${id}`);
	}

	async createWorkflow(file: WorkflowFile): Promise<Workflow> {
		const { name, nodes, connections, settings, pinData } = file;
		return await this.request('POST', '/workflows', {
			name,
			nodes,
			connections,
			settings,
			pinData,
		});
	}

	async updateWorkflow(id: string, file: WorkflowFile): Promise<Workflow> {
		const { name, nodes, connections, settings, pinData } = file;
		return await this.request('PATCH', `/workflows/${id}`, {
			name,
			nodes,
			connections,
			settings,
			pinData,
		});
	}

	/** Publishes the newest version and resolves when its webhooks and triggers are live. */
	async activateWorkflow({ id, versionId }: Pick<Workflow, 'id' | 'versionId'>): Promise<void> {
		await this.request('POST', `/workflows/${id}/activate`, { versionId });
		const { status, triggers } = await this.settledPublication(id, [
			'in_progress',
			'not_published',
		]);
		if (status !== 'published') {
			const reasons = triggers.map((trigger) => trigger.errorMessage).filter(Boolean);
			throw new Error(`Activating workflow ${id} ended as "${status}": ${reasons.join('; ')}`);
		}
	}

	/** Resolves when the webhooks are gone. */
	async deactivateWorkflow(id: string): Promise<void> {
		await this.request('POST', `/workflows/${id}/deactivate`, {});
		await this.settledPublication(id, ['in_progress']);
	}

	/**
	 * n8n publishes in the background; right after the request the webhooks still answer 404, and the
	 * status may still be the one from before. One that stays "not_published" was left out.
	 */
	private async settledPublication(
		id: string,
		unsettled: ReadonlyArray<Publication['status']>,
		timeoutMs = 120_000,
	): Promise<Publication> {
		const started = Date.now();
		for (;;) {
			const publication = await this.request<Publication>(
				'GET',
				`/workflows/${id}/publication-status`,
			);
			const passedMs = Date.now() - started;
			const isLeftOut = publication.status === 'not_published' && passedMs > LEFT_OUT_AFTER_MS;
			if (isLeftOut || !unsettled.includes(publication.status)) return publication;
			if (passedMs > timeoutMs) throw new Error(`Workflow ${id} is still being published`);
			await sleep(50);
		}
	}

	async deleteWorkflow(id: string): Promise<void> {
		await this.request('POST', `/workflows/${id}/archive`, {});
		await this.request('DELETE', `/workflows/${id}`);
	}

	/**
	 * As "Execute workflow" from the named trigger. A webhook trigger then waits 120 s for one call to its
	 * test URL (`waitingForWebhook`).
	 */
	async runWorkflow(id: string, triggerName: string): Promise<RunResult> {
		return await this.request('POST', `/workflows/${id}/run`, {
			triggerToStartFrom: { name: triggerName },
		});
	}

	/** As "Stop listening": the test URL ends. */
	async stopListening(id: string): Promise<void> {
		await this.request('DELETE', `/test-webhook/${id}`);
	}

	/** Newest first: all of them, or those that started after execution `after`. */
	async listExecutions({ workflowId, after = '0' }: ExecutionFilter = {}): Promise<
		ExecutionSummary[]
	> {
		const query = new URLSearchParams({ limit: '100' });
		if (workflowId) query.set('filter', JSON.stringify({ workflowId }));
		const found: ExecutionSummary[] = [];
		for (;;) {
			const { results, nextCursor } = await this.request<{
				results: ExecutionSummary[];
				nextCursor?: string | null;
			}>('GET', `/executions?${query}`);
			const wanted = results.filter(({ id }) => Number(id) > Number(after));
			found.push(...wanted);
			if (!nextCursor || wanted.length < results.length || results.length === 0) return found;
			query.set('cursor', nextCursor);
		}
	}

	async getExecution(id: string): Promise<Execution> {
		const stored = await this.request<ExecutionSummary & { data: string }>(
			'GET',
			`/executions/${id}`,
		);
		return { ...stored, data: parseFlatted(stored.data) as Execution['data'] };
	}

	/** Resolves when the execution has ended (or, with `until`, reached one of these states). */
	async waitForExecution(
		id: string,
		{ timeoutMs = 120_000, until = FINISHED as ReadonlySet<string> } = {},
	): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const { status } = await this.request<ExecutionSummary>('GET', `/executions/${id}`);
			if (until.has(status)) return await this.getExecution(id);
			if (Date.now() > deadline) {
				throw new Error(`Execution ${id} is still "${status}" after ${timeoutMs / 1000} s`);
			}
			await sleep(150);
		}
	}

	/** Runs from a trigger that needs no outside call and returns the finished execution. */
	async runToEnd(id: string, triggerName: string, timeoutMs?: number): Promise<Execution> {
		const result = await this.runWorkflow(id, triggerName);
		if (!('executionId' in result)) {
			throw new Error(`"${triggerName}" waits for a call from outside; it cannot be run at once`);
		}
		return await this.waitForExecution(result.executionId, { timeoutMs });
	}

	async nodeTypes(): Promise<NodeType[]> {
		return await this.staticJson('/types/nodes.json');
	}

	async credentialTypes(): Promise<Array<{ name: string; displayName: string }>> {
		return await this.staticJson('/types/credentials.json');
	}

	private async staticJson<T>(path: string): Promise<T> {
		const response = await fetch(`${this.url}${path}`, { headers: { cookie: this.cookie } });
		if (!response.ok)
			throw new N8nRequestError(response.status, await response.text(), `GET ${path}`);
		return (await response.json()) as T;
	}
}
