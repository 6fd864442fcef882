/** n8n-core's own contexts around a built node: what dropdowns, polls, life cycles and webhooks really get. */
import { HookContext, LoadOptionsContext, PollContext, WebhookContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeType,
	IWebhookData,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { additionalData, nodeTypes } from '../../engine/support/engine';
import { builtNodes } from '../../structure/support/built';

const PACKAGE = 'n8n-nodes-voice-providers';

interface Subject {
	/** Of the node, without the package name. */
	readonly type: string;
	readonly credential: string;
	readonly fields: ICredentialDataDecryptedObject;
	readonly parameters?: IDataObject;
}

async function partsOf({ type, credential, fields, parameters = {} }: Subject) {
	const node: INode = {
		id: 'node-under-test',
		name: 'Subject',
		type: `${PACKAGE}.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: { [credential]: { id: '1', name: credential } },
	};
	const workflow = new Workflow({
		id: 'workflow-1',
		name: 'Test',
		nodes: [node],
		connections: {},
		active: true,
		nodeTypes: await nodeTypes([]),
		settings: { timezone: 'Europe/Kyiv' },
	});
	await workflow.expression.acquireIsolate();
	const data = additionalData({ credentials: { [credential]: fields } });
	return { node: workflow.getNode('Subject') ?? node, workflow, data };
}

/** One thing that n8n does with a node outside of an execution. */
export interface Errand {
	readonly name: string;
	readonly credential: string;
	/** Whether n8n goes on as if all were well when it fails. */
	readonly forgives?: boolean;
	run(fields: ICredentialDataDecryptedObject): Promise<unknown>;
}

/** A method of a node, given the context that n8n makes for it. */
type Method = (this: object) => Promise<unknown>;

interface Built {
	readonly type: string;
	readonly credential: string;
	readonly node: INodeType;
}

function dropdownsOf({ type, credential, node }: Built): Errand[] {
	const { listSearch = {}, loadOptions = {} } = node.methods ?? {};
	// Both kinds may have a method of the same name.
	const methods = [listSearch, loadOptions].flatMap((kind) =>
		Object.entries(kind as unknown as Record<string, Method>),
	);
	return methods.map(([name, method]) => ({
		name: `${type}, dropdown ${name}`,
		credential,
		run: async (fields) => {
			const parts = await partsOf({ type, credential, fields });
			const context = new LoadOptionsContext(parts.workflow, parts.node, parts.data, '');
			// A line, a campaign, a list: whatever a dropdown depends on is an ID.
			return await method.call(Object.assign(context, { getCurrentNodeParameter: () => '101' }));
		},
	}));
}

function pollsOf({ type, credential, node }: Built): Errand[] {
	const { poll } = node;
	if (poll === undefined) return [];
	return (['trigger', 'manual'] as const).map((mode) => ({
		name: `${type}, poll, ${mode}`,
		credential,
		run: async (fields) => {
			const { workflow, node: subject, data } = await partsOf({ type, credential, fields });
			return await poll.call(new PollContext(workflow, subject, data, mode, 'activate'));
		},
	}));
}

/** What a trigger keeps of its own endpoint at the provider. */
const OWN_ENDPOINT = { callbackId: 1, webhookId: 1, id: 1, url: 'https://n8n.test/webhook/1' };

function lifeCycleOf({ type, credential, node }: Built): Errand[] {
	const methods = (node.webhookMethods?.default ?? {}) as unknown as Record<string, Method>;
	return Object.entries(methods).map(([name, method]) => ({
		name: `${type}, ${name}`,
		credential,
		forgives: name === 'delete',
		run: async (fields) => {
			const { workflow, node: subject, data } = await partsOf({ type, credential, fields });
			const context = new HookContext(workflow, subject, data, 'trigger', 'activate');
			Object.assign(context.getWorkflowStaticData('node'), OWN_ENDPOINT);
			return await method.call(context);
		},
	}));
}

/** Every dropdown, poll and life cycle method of every node whose credential is one of `credentials`. */
export function errands(credentials: readonly string[]): Errand[] {
	return builtNodes().flatMap(({ node, description }) => {
		const own = description.credentials?.find(({ name }) => credentials.includes(name));
		if (own === undefined) return [];
		const built = { type: description.name, credential: own.name, node };
		return [...dropdownsOf(built), ...pollsOf(built), ...lifeCycleOf(built)];
	});
}

/** The helpers that `webhook()` of a trigger gets. */
export async function webhookHelpers(subject: Subject): Promise<object> {
	const { workflow, node, data } = await partsOf(subject);
	const webhook = { webhookDescription: { name: 'default' } } as unknown as IWebhookData;
	return new WebhookContext(workflow, node, data, 'webhook', webhook, [], null).helpers;
}
