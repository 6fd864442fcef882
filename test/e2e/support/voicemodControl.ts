// What the tests of Voicemod Control share: the app, a credential for it, small workflows, dropdowns.
import type {
	Credential,
	Execution,
	N8nClient,
	WorkflowFile,
	WorkflowNode,
} from '../../../demo/client';
import { startVoicemodControlSimulator } from '../../simulators/voicemod';
import { node, PACK, start, workflowOf } from './workflows';

export type App = Awaited<ReturnType<typeof startVoicemodControlSimulator>>;

export interface ControlFixture {
	/** The app as it runs now; `restart` makes another one. */
	app: App;
	credential: Credential;
	/** Values of a credential for the app, some of them replaced. */
	data(more?: Record<string, unknown>): Record<string, unknown>;
	/** The app on the same port again, after it was closed. */
	reopen(): Promise<App>;
	close(): Promise<void>;
}

/** An app of its own for one test file, and a saved credential that points to it. */
export async function controlFixture(
	client: N8nClient,
	options: Parameters<typeof startVoicemodControlSimulator>[0] = {},
): Promise<ControlFixture> {
	const app = await startVoicemodControlSimulator(options);
	const { port, clientKey } = app;
	const data = (more: Record<string, unknown> = {}) => ({
		host: '127.0.0.1',
		port,
		apiKey: clientKey,
		connectTimeout: 2000,
		...more,
	});
	const name = `Voicemod app ${port}`;
	const credential = await client.createCredential('voicemodControlApi', name, data());
	const fixture: ControlFixture = {
		app,
		credential,
		data,
		async reopen() {
			fixture.app = await startVoicemodControlSimulator({ ...options, port });
			return fixture.app;
		},
		close: async () => await fixture.app.close(),
	};
	return fixture;
}

const usedBy = ({ id, name, type }: Credential) => ({ [type]: { id, name } });

/** Node for `<resource>/<operation>`. */
export function control(
	name: string,
	credential: Credential,
	what: string,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	const [resource, operation] = what.split('/');
	const all = { resource, operation, ...parameters };
	return node(name, `${PACK}.voicemodControl`, all, { credentials: usedBy(credential), ...more });
}

export function controlTrigger(
	credential: Credential,
	parameters: Record<string, unknown>,
): WorkflowNode {
	const more = { credentials: usedBy(credential) };
	return node('App', `${PACK}.voicemodControlTrigger`, parameters, more);
}

/** Nodes that follow each other, after so many items as `items` holds. */
export function chain(name: string, items: object[], nodes: WorkflowNode[]): WorkflowFile {
	const source = node(
		'Items',
		'n8n-nodes-base.set',
		{ mode: 'raw', jsonOutput: JSON.stringify({ list: items }), options: {} },
		{ typeVersion: 3.4 },
	);
	const split = node('Each', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'list', options: {} });
	const all = [start(), source, split, ...nodes];
	const links = all.slice(1).map((one, index) => [all[index]?.name, [one.name]]);
	return workflowOf(name, all, Object.fromEntries(links) as Record<string, string[]>);
}

export interface Listed {
	results: Array<{ name: string; value: string }>;
}

/** The choices of a field, as the editor asks for them. */
export async function listed(
	client: N8nClient,
	credential: Credential,
	field: string,
	methodName: string,
	filter?: string,
): Promise<string[]> {
	const { results } = await client.request<Listed>(
		'POST',
		'/dynamic-node-parameters/resource-locator-results',
		{
			nodeTypeAndVersion: { name: `${PACK}.voicemodControl`, version: 1 },
			path: `parameters.${field}`,
			methodName,
			currentNodeParameters: {},
			credentials: usedBy(credential),
			...(filter && { filter }),
		},
	);
	return results.map(({ name }) => name);
}

/** Message and description of the error with which an execution ended. */
export function failure(execution: Execution): string {
	const { error } = execution.data.resultData as {
		error?: { message?: string; description?: string };
	};
	return `${error?.message ?? ''} | ${error?.description ?? ''}`;
}
