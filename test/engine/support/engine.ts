/**
 * Runs workflows with n8n-core's own engine against the built package: the loader, the expression
 * resolver and the executor are n8n's, only the database and the editor are missing.
 */
import 'reflect-metadata';

import path from 'node:path';

import { LazyPackageDirectoryLoader, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	IBinaryKeyData,
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IRun,
	IVersionedNodeType,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, NodeHelpers, Workflow } from 'n8n-workflow';

import { openExpressions, runFrom } from './host';

// The engine logs every failed node, and the tests make many of them.
process.env.N8N_LOG_LEVEL = 'silent';

/** The package under test: this working copy with its dist/, or what `npm run test:versions` has unpacked. */
const FOLDER = process.env.VOICE_PROVIDERS_PACKAGE ?? path.resolve(__dirname, '../../..');
const PACKAGE = 'n8n-nodes-voice-providers';

let loader: Promise<LazyPackageDirectoryLoader> | undefined;

async function packageLoader(): Promise<LazyPackageDirectoryLoader> {
	loader ??= (async () => {
		const created = new LazyPackageDirectoryLoader(FOLDER);
		await created.loadAll();
		return created;
	})();
	return await loader;
}

/** A node that hands on fixed items: what a previous node would have given. */
class Items implements INodeType {
	description = {
		displayName: 'Items',
		name: 'items',
		group: ['input' as const],
		version: 1,
		description: '',
		defaults: { name: 'Items' },
		inputs: ['main' as const],
		outputs: ['main' as const],
		properties: [],
	};

	readonly execute: () => Promise<INodeExecutionData[][]>;

	constructor(items: INodeExecutionData[]) {
		// n8n calls this with its own `this`, so the items must be in the closure.
		this.execute = async () => [items];
	}
}

class NoOp implements INodeType {
	description = {
		displayName: 'No Operation',
		name: 'noOp',
		group: ['transform' as const],
		version: 1,
		description: '',
		defaults: { name: 'No Operation' },
		inputs: ['main' as const],
		outputs: ['main' as const],
		properties: [],
	};

	async execute(this: { getInputData(): INodeExecutionData[] }) {
		return [this.getInputData()];
	}
}

/** The same node, which does something with its context before it runs. */
function prepared(type: INodeType, prepare: (context: IExecuteFunctions) => void): INodeType {
	return Object.assign(Object.create(type) as INodeType, {
		async execute(this: IExecuteFunctions) {
			prepare(this);
			return await type.execute?.call(this);
		},
	});
}

export async function nodeTypes(
	items: INodeExecutionData[],
	prepare?: (context: IExecuteFunctions) => void,
): Promise<INodeTypes> {
	const pack = await packageLoader();
	const own: Record<string, INodeType> = {
		'test.items': new Items(items),
		'test.noOp': new NoOp(),
	};
	const find = (type: string): INodeType | IVersionedNodeType => {
		const known = own[type];
		if (known) return known;
		const found = pack.getNode(type.replace(`${PACKAGE}.`, '')).type;
		return prepare && 'execute' in found ? prepared(found, prepare) : found;
	};
	return {
		getByName: find,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
		getKnownTypes: () => ({}),
	};
}

export interface RunOptions {
	/** Node type without the package name, e.g. "alphaSms". */
	node: string;
	parameters: IDataObject;
	items?: Array<IDataObject | INodeExecutionData>;
	credentials: Record<string, ICredentialDataDecryptedObject>;
	onError?: INode['onError'];
	settings?: Partial<INode>;
	timezone?: string;
	mode?: WorkflowExecuteMode;
	/** Cancels the execution a moment after this holds. */
	cancelWhen?: () => boolean;
	/** Sees the node's context before the node does, e.g. to take away what older hosts do not have. */
	prepare?: (context: IExecuteFunctions) => void;
	/** A run that waits goes on as if its time were over. */
	waitInVain?: boolean;
}

export interface RunResult {
	run: IRun;
	/** Output items of the node under test, by output. */
	outputs: INodeExecutionData[][];
	/** JSON of the first output. */
	json: IDataObject[];
	error?: Error & {
		description?: string;
		httpCode?: string;
		context?: IDataObject;
		failure?: IDataObject;
	};
	durationMs: number;
	/** From the cancel to the end; NaN without `cancelWhen`. */
	afterCancelMs: number;
}

/**
 * Cancels once something was seen, and twenty turns later, so that the node knows of it too. Turns and no time: a process
 * that was held up for so long would be cancelled before it has read what had come.
 */
function cancelOnce(seen: () => boolean, running: { cancel(): void }) {
	let at = NaN;
	let turns = 0;
	const timer = setInterval(() => {
		if (turns === 0 && !seen()) return;
		if (++turns < 20) return;
		clearInterval(timer);
		at = performance.now();
		running.cancel();
	}, 5);
	return { at: () => at, stop: () => clearInterval(timer) };
}

function toItem(item: IDataObject | INodeExecutionData): INodeExecutionData {
	return 'json' in item && typeof item.json === 'object'
		? (item as INodeExecutionData)
		: { json: item as IDataObject };
}

/** One binary field of an item, as the engine keeps it in memory. */
export function binary(
	name: string,
	bytes: Uint8Array,
	fileName: string,
	mimeType: string,
): IBinaryKeyData {
	return { [name]: { data: Buffer.from(bytes).toString('base64'), mimeType, fileName } };
}

export function additionalData(
	options: Pick<RunOptions, 'credentials' | 'mode'>,
): IWorkflowExecuteAdditionalData {
	const credentialsHelper = {
		getParentTypes: () => [],
		getCredentialsProperties: () => [],
		authenticate: async (_: unknown, __: unknown, request: unknown) => request,
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getCredentials: async () => ({}),
		isCredentialUsableByNode: () => true,
		updateCredentials: async () => {},
		updateCredentialsOauthTokenData: async () => {},
		getDecrypted: async (_: unknown, __: unknown, type: string) => options.credentials[type] ?? {},
	};
	const hooks = new ExecutionLifecycleHooks(options.mode ?? 'trigger', '1', {
		id: '1',
		name: 'test',
		active: false,
		nodes: [],
		connections: {},
		createdAt: new Date(),
		updatedAt: new Date(),
		isArchived: false,
		activeVersionId: null,
	} as unknown as ConstructorParameters<typeof ExecutionLifecycleHooks>[2]);
	return {
		credentialsHelper,
		hooks,
		executionId: '42',
		currentNodeParameters: undefined,
		restApiUrl: 'http://localhost:5678/rest',
		instanceBaseUrl: 'http://localhost:5678',
		webhookBaseUrl: 'http://localhost:5678/webhook',
		webhookWaitingBaseUrl: 'http://localhost:5678/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost:5678/webhook-test',
		formWaitingBaseUrl: 'http://localhost:5678/form-waiting',
		setExecutionStatus: () => {},
		variables: {},
		sendDataToUI: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Runs one node on `items` and gives its output or its error. */
export async function runNode(options: RunOptions): Promise<RunResult> {
	const items = (options.items ?? [{}]).map(toItem);
	const types = await nodeTypes(items, options.prepare);
	const credentials = Object.fromEntries(
		Object.keys(options.credentials).map((type) => [type, { id: '1', name: type }]),
	);
	const node: INode = {
		id: 'node-under-test',
		name: 'Subject',
		type: `${PACKAGE}.${options.node}`,
		typeVersion: 1,
		position: [200, 0],
		parameters: options.parameters as INode['parameters'],
		credentials,
		...(options.onError && { onError: options.onError }),
		...options.settings,
	};
	const workflow = new Workflow({
		id: 'workflow-1',
		name: 'Test',
		nodes: [
			{
				id: 'i',
				name: 'Items',
				type: 'test.items',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			node,
		],
		connections: { Items: { main: [[{ node: 'Subject', type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes: types,
		settings: { timezone: options.timezone ?? 'Europe/Kyiv' },
	});
	const closeExpressions = await openExpressions(workflow);
	const started = performance.now();
	try {
		const executor = new WorkflowExecute(
			additionalData(options),
			options.mode ?? 'trigger',
			createRunExecutionData({}),
		);
		const startNode = workflow.getNode('Items');
		const running = runFrom(executor, workflow, startNode ?? undefined);
		const cancelled = options.cancelWhen && cancelOnce(options.cancelWhen, running);
		let run = await running;
		if (options.waitInVain && run.waitTill) {
			const mode = options.mode ?? 'trigger';
			const again = new WorkflowExecute(additionalData(options), mode, run.data);
			run = await again.processRunExecutionData(workflow);
		}
		const durationMs = performance.now() - started;
		const afterCancelMs = performance.now() - (cancelled?.at() ?? NaN);
		cancelled?.stop();
		const [data] = run.data.resultData.runData.Subject ?? [];
		const outputs = (data?.data?.main ?? []).map((output) => output ?? []);
		const error = (data?.error ?? run.data.resultData.error) as RunResult['error'];
		return {
			run,
			outputs,
			json: (outputs[0] ?? []).map((item) => item.json),
			error,
			durationMs,
			afterCancelMs,
		};
	} finally {
		await closeExpressions();
	}
}
