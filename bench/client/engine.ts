/**
 * One n8n engine for everything that is compared: n8n-core of the demo host, with this package and n8n's own
 * HTTP Request node side by side. Unlike test/engine it takes node types of two packages.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

import type * as Core from 'n8n-core';
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IVersionedNodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type * as N8nWorkflow from 'n8n-workflow';

export const ROOT = path.resolve(__dirname, '../..');

const fromHost = createRequire(path.join(ROOT, 'demo', 'package.json'));
fromHost('reflect-metadata');
const core = fromHost('n8n-core') as typeof Core;
const { createRunExecutionData, NodeHelpers, Workflow } = fromHost(
	'n8n-workflow',
) as typeof N8nWorkflow;

export const N8N_VERSION = (fromHost('n8n-core/package.json') as { version: string }).version;

const PACKAGE = 'n8n-nodes-voice-providers';
const CREDENTIALS = {
	alphaSms: 'alphaSmsApi',
	velip: 'velipApi',
	voximplantKit: 'voximplantKitApi',
};
const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';
/** Its newest version, what the editor adds today. */
const HTTP_REQUEST_VERSION = 4.5;

type AnyNode = INodeType | IVersionedNodeType;

async function loadOwnNode(name: string): Promise<AnyNode> {
	const loader = new core.LazyPackageDirectoryLoader(ROOT);
	await loader.loadAll();
	return loader.getNode(name).type;
}

function loadHttpRequest(): AnyNode {
	const file = 'n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js';
	const { HttpRequest } = fromHost(file) as { HttpRequest: new () => IVersionedNodeType };
	return new HttpRequest();
}

/** A node that hands on fixed items: what a previous node would have given. */
function itemsNode(items: INodeExecutionData[]): INodeType {
	return {
		description: {
			displayName: 'Items',
			name: 'items',
			group: ['input'],
			version: 1,
			description: '',
			defaults: { name: 'Items' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
		},
		execute: async () => [items],
	};
}

function additionalData(credential: IDataObject): IWorkflowExecuteAdditionalData {
	const credentialsHelper = {
		getParentTypes: () => [],
		getCredentialsProperties: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async () => credential,
	};
	const workflowData = { id: '1', name: 'bench', active: false, nodes: [], connections: {} };
	const hooks = new core.ExecutionLifecycleHooks(
		'trigger',
		'1',
		workflowData as unknown as ConstructorParameters<typeof core.ExecutionLifecycleHooks>[2],
	);
	const base = 'http://localhost:5678';
	return {
		credentialsHelper,
		hooks,
		executionId: '1',
		restApiUrl: `${base}/rest`,
		instanceBaseUrl: base,
		webhookBaseUrl: `${base}/webhook`,
		webhookWaitingBaseUrl: `${base}/webhook-waiting`,
		webhookTestBaseUrl: `${base}/webhook-test`,
		formWaitingBaseUrl: `${base}/form-waiting`,
		setExecutionStatus: () => {},
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

export interface Subject {
	node: 'alphaSms' | 'velip' | 'voximplantKit' | 'httpRequest';
	parameters: IDataObject;
	credential?: IDataObject;
}

const loaded = new Map<Subject['node'], Promise<AnyNode>>();

async function load(node: Subject['node']): Promise<AnyNode> {
	const known = loaded.get(node);
	if (known) return await known;
	const loading = node === 'httpRequest' ? Promise.resolve(loadHttpRequest()) : loadOwnNode(node);
	loaded.set(node, loading);
	return await loading;
}

/** Runs one node on `items` in the engine; throws when the execution fails. */
export async function runInEngine(
	subject: Subject,
	items: IDataObject[],
): Promise<INodeExecutionData[]> {
	const type = await load(subject.node);
	const source = itemsNode(items.map((json) => ({ json })));
	const find = (name: string) => (name === 'bench.items' ? source : type);
	const nodeTypes: INodeTypes = {
		getByName: find,
		getByNameAndVersion: (name, version) => NodeHelpers.getVersionedNodeType(find(name), version),
		getKnownTypes: () => ({}),
	};
	const own = subject.node === 'httpRequest' ? undefined : subject.node;
	const node: INode = {
		id: 'subject',
		name: 'Subject',
		type: own ? `${PACKAGE}.${own}` : HTTP_REQUEST,
		typeVersion: own ? 1 : HTTP_REQUEST_VERSION,
		position: [200, 0],
		parameters: subject.parameters as INode['parameters'],
		...(own && { credentials: { [CREDENTIALS[own]]: { id: '1', name: 'bench' } } }),
	};
	const workflow = new Workflow({
		id: '1',
		name: 'bench',
		nodes: [
			{
				id: 'i',
				name: 'Items',
				type: 'bench.items',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			node,
		],
		connections: { Items: { main: [[{ node: 'Subject', type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes,
		settings: { timezone: 'Europe/Kyiv' },
	});
	await workflow.expression.acquireIsolate();
	try {
		const data = additionalData(subject.credential ?? {});
		const executor = new core.WorkflowExecute(data, 'trigger', createRunExecutionData({}));
		const run = await executor.run({ workflow, startNode: workflow.getNode('Items') ?? undefined });
		const { resultData } = run.data;
		if (resultData.error) throw resultData.error;
		return resultData.runData.Subject?.[0]?.data?.main?.[0] ?? [];
	} finally {
		await workflow.expression.releaseIsolate();
	}
}
