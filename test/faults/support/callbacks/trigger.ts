/** The part of n8n that a webhook node sees of one call, and what must be known of a trigger to attack it. */
import type fc from 'fast-check';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IWebhookFunctions,
	INodeType,
} from 'n8n-workflow';

import { builtNode } from '../described';

export interface Setting extends IDataObject {
	events: string[];
	callbackSecret?: string;
	options: IDataObject;
}

export interface Callback {
	readonly rawBody: Buffer;
	readonly headers: Record<string, string | string[] | undefined>;
	readonly query: Record<string, unknown>;
	readonly originalUrl?: string;
	readonly address?: string;
	/** What n8n has read from a multipart body, of which it keeps no raw bytes. */
	readonly multipart?: unknown;
}

export interface Answer {
	readonly status?: number;
	readonly events: IDataObject[];
	readonly answered: boolean;
}

/** How a callback says who sent it: right, almost right, or not at all. */
export type Proof = (body: Buffer) => string | string[] | undefined;

export interface TriggerCase {
	/** Type of the built node. */
	readonly node: string;
	/** What tells it from another case of the same node. */
	readonly variant?: string;
	readonly credential: ICredentialDataDecryptedObject;
	/** Type of the credential, where the node works without one, too. */
	readonly credentialType?: string;
	readonly settings: fc.Arbitrary<Setting>;
	/** What the node has stored when it was published. */
	readonly staticData?: IDataObject;
	/** A setting that lets everything through. */
	readonly open: Setting;
	/** Fields of every kind of callback, and such as would steer the node if it believed them. */
	readonly fields: fc.Arbitrary<Record<string, unknown>>;
	/** Header with the proof, and proofs by name; the first two are used most. */
	readonly proofHeader: string;
	readonly proofs: Readonly<Record<string, Proof>>;
	/** Reads callbacks from the query, too. */
	readonly takesQuery: boolean;
	/** Events that start a workflow without being chosen. */
	readonly alsoPasses?: readonly string[];
	/** Bodies that are worth trying beside those that every trigger gets. */
	readonly hugeBodies?: ReadonlyArray<readonly [string, Buffer]>;
	/** What is wrong with an event that came through. */
	judge(setting: Setting, proof: string, event: IDataObject, callback: Callback): string[];
	/** A callback that starts a workflow, with the setting in which it does. */
	readonly genuine: fc.Arbitrary<Sent>;
	/** Whether these events may have come from this callback: told by what was sent alone. */
	isGenuine(sent: Sent, events: IDataObject[]): boolean;
}

export interface Sent {
	readonly setting: Setting;
	readonly callback: Callback;
}

/** Calls a built node once; `node` keeps repeats of different cases apart. */
export async function call(
	trigger: Pick<TriggerCase, 'node' | 'variant' | 'credential' | 'credentialType' | 'staticData'>,
	setting: IDataObject,
	callback: Callback,
	node: string,
): Promise<Answer> {
	let status: number | undefined;
	let answered = false;
	const response = {
		status(code: number) {
			status = code;
			return response;
		},
		type: () => response,
		json() {
			answered = true;
			return response;
		},
		send() {
			answered = true;
			return response;
		},
	};
	const { credentialType, variant } = trigger;
	const id = `of ${trigger.node}, ${variant ?? ''}`;
	const credentials = credentialType && { [credentialType]: { id, name: 'x' } };
	const context = {
		getCredentials: async () => trigger.credential,
		getRequestObject: () => ({ ...callback, socket: { remoteAddress: callback.address } }),
		getBodyData: () => ({ data: callback.multipart, files: {} }),
		getResponseObject: () => response,
		getNodeParameter: (name: string, fallback: unknown) => setting[name] ?? fallback,
		getMode: () => 'webhook',
		getWorkflow: () => ({ id: '1', name: 'Test', active: true }),
		getWorkflowStaticData: () => trigger.staticData ?? {},
		getWebhookName: () => 'default',
		getNode: () => ({ id: node, name: 'Trigger', ...(credentials && { credentials }) }),
		helpers: {},
	};
	const receive: INodeType['webhook'] = builtTrigger(trigger.node).webhook;
	if (receive === undefined) throw new Error(`${trigger.node} has no webhook`);
	const result = await receive.call(context as unknown as IWebhookFunctions);
	const events = (result.workflowData ?? []).flat().map(({ json }) => json);
	// Some answer a good callback themselves, and not through n8n.
	const refused = status === 200 ? undefined : status;
	return { status: refused, events, answered: answered || result.webhookResponse !== undefined };
}

const built = new Map<string, INodeType>();

function builtTrigger(name: string): INodeType {
	const known = built.get(name) ?? builtNode(name).node;
	built.set(name, known);
	return known;
}

/** Keys at any depth that would change the nature of an object which takes them over. */
export function unsafeKey(value: unknown, depth = 0): string | undefined {
	if (typeof value !== 'object' || value === null || depth > 50) return undefined;
	for (const key of Object.keys(value)) {
		if (['__proto__', 'constructor', 'prototype'].includes(key)) return key;
		const inner = unsafeKey((value as IDataObject)[key], depth + 1);
		if (inner !== undefined) return inner;
	}
	return undefined;
}
