/** What the fault and fuzz tests must know of a provider: one entry of the table in `index.ts`. */
import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Certificate } from '../../../simulators/core/certificate';
import type { ConnectionCounts } from '../../../simulators/core/connections';
import type { Fault, FaultQueue } from '../../../simulators/core/faults';
import type { RequestRecord } from '../../../simulators/core/log';
import type { FaultCase, OutcomeWord } from '../faultCases';

/** What the provider does with something that was accepted before: refuse it, or take it again. */
export type Repeats = 'refuse' | 'accept';

export const REPEATS: readonly Repeats[] = ['refuse', 'accept'];

export interface GatewayOptions {
	readonly repeats?: Repeats;
	readonly tls?: Certificate;
	readonly log?: 'bodies' | 'counts';
	readonly latencyMs?: number;
	/** The secret of the credential; the marker unless given. */
	readonly secret?: string;
	/** Nothing is prepared that only other operations need; without it, what dropdowns depend on. */
	readonly operation?: OperationCase;
	/** Redirects before a file comes, where files lie on a host of their own. */
	readonly downloadRedirects?: number;
}

/** A simulator of the provider, as far as these tests look at it; counts begin after its preparation. */
export interface Gateway {
	readonly url: string;
	/** The URL of a listener, for providers with several hosts. */
	urlOf?(listener: string): string | undefined;
	readonly faults: FaultQueue;
	/** The host that files are downloaded from, where it is another one. */
	readonly files?: { readonly faults: FaultQueue; readonly log: RequestRecord[] };
	/** Requests since the preparation, oldest first. */
	readonly log: RequestRecord[];
	readonly connections: ConnectionCounts;
	/** Paths whose address holds the secret, since the API takes it nowhere else. */
	readonly secretPaths?: readonly string[];
	/** Everything that was accepted: messages, calls, lists. */
	readonly accepted: number;
	/** The highest count of one key that should make a thing happen once. */
	readonly maxPerKey: number;
	/** Good parameters of an operation, resource and operation included. */
	parameters(operation: OperationCase): IDataObject;
	/** How often the provider accepted the item with this input and this output. */
	acceptedFor(operation: OperationCase, output: IDataObject, input: IDataObject): number;
	/** Keys of everything accepted, as `keyOf` gives them; where the provider is told keys at all. */
	acceptedKeys(operation: OperationCase): string[];
	/** Whether the provider's ID in an output belongs to something that exists. */
	knows(output: IDataObject): boolean;
	close(): Promise<void>;
}

export interface OperationCase {
	/** `resource/operation`. */
	readonly key: string;
	/** `idempotent`: changes things and is repeated all the same, since that does no harm. */
	readonly safety: 'spends' | 'idempotent' | 'reads';
	/** For `idempotent`: it spends, and a key protects repeats within one run only. */
	readonly keyed?: boolean;
	/** Keys of the output by which a person finds the item again after a lost answer. */
	readonly identity: readonly string[];
	/** The one of them that is compared with what was accepted. */
	readonly identifiedBy?: string;
	/** Takes one item only: it waits, or makes something that cannot be told from its like. */
	readonly single?: boolean;
	readonly waits?: boolean;
	/** Several items travel in one request. */
	readonly batch?: boolean;
	/** The provider is given an ID of ours, so that "Send Again with the Same ID" is offered. */
	readonly ownId?: boolean;
	/** For `idempotent`: makes something new, which is counted. */
	readonly creates?: boolean;
	/** For `idempotent`: takes something away, which a repetition does not find any more. */
	readonly removes?: boolean;
	/** The provider takes the key of this one in the query only. */
	readonly keyInQuery?: boolean;
	/** Asks by GET, which follows redirects within the same origin. */
	readonly followsRedirects?: boolean;
	/** Requests that come before the one that matters. */
	readonly before?: number;
	/** An answer without content is a yes. */
	readonly takesNoContent?: boolean;
	/** Asks nobody. */
	readonly offline?: boolean;
	/** Requests of a run in which all goes well; one unless given. */
	readonly requests?: number;
	/** Goes to another host than what reads, so that no idle socket is left for it. */
	readonly otherHost?: boolean;
	/** Gives out a row for each entry of the answer, so none or many for an item. */
	readonly rows?: boolean;
	/** Asks with something else than the credential, so a refused one makes no difference. */
	readonly ignoresCredential?: boolean;
	/** The answer is a file, whose damage cannot be noticed. */
	readonly file?: boolean;
}

/** A credential under a name, and the secrets that it holds. */
export interface CredentialCase {
	readonly name: string;
	readonly fields: ICredentialDataDecryptedObject;
	readonly secrets: readonly string[];
	/** What the simulator must know to let it in. */
	readonly secret?: string;
	/** Its type, where the node takes several, and the parameters that choose it. */
	readonly type?: string;
	readonly parameters?: IDataObject;
}

export interface Provider {
	readonly name: string;
	/** Type of the action node, without the package name. */
	readonly node: string;
	readonly credential: string;
	/** Fields of the credential for a simulator. */
	fields(baseUrl: string, secret?: string): ICredentialDataDecryptedObject;
	/** A credential of the right form that the provider refuses. */
	refused(baseUrl: string): ICredentialDataDecryptedObject;
	/** Every way to log in, with markers in every field that holds a secret. */
	credentials(baseUrl: string): CredentialCase[];
	/** Logs in, so a request of one simulator means nothing to another one. */
	readonly hasSessions?: boolean;
	/** Whether a refused credential is remembered over runs, since the provider bans for repeats. */
	readonly remembersRefusals: boolean;
	/** Dropdowns whose choices are known without asking. */
	readonly localDropdowns?: readonly string[];
	/** ID of what the choices of some dropdowns belong to. */
	readonly parentId?: string;
	start(options?: GatewayOptions): Promise<Gateway>;
	/** Every operation of the node. */
	readonly operations: readonly OperationCase[];
	/** One for each form of request; what moves much data is tried with these only. */
	readonly representative: readonly string[];
	/** Sends one small message per item; for runs of many items. */
	readonly simple: string;
	/** Input items with recipients of their own, none of which steers the simulator. */
	items(count: number): Array<INodeExecutionData & { json: IDataObject }>;
	/** An answer with HTTP 200 that says no to the whole request. */
	refusal(words: string): Fault;
	/** Answers that repeat a text in every place where the provider puts text. */
	echoes(text: string): ReadonlyArray<readonly [name: string, fault: Fault]>;
	/** What an item is called after an error that the simulator words itself. */
	readonly ownErrorIs: OutcomeWord;
	/** A path of an operation with its variable parts taken out; the path itself unless given. */
	pathOf?(operation: OperationCase, path: string): string;
	/** Faults that only this provider can have. */
	readonly faults: readonly FaultCase[];
}

/** The operations that send something. */
export function asking({ operations }: Provider): OperationCase[] {
	return operations.filter(({ offline }) => !offline);
}

export function byKey(provider: Provider, ...keys: string[]): OperationCase[] {
	return keys.map((key) => {
		const found = provider.operations.find((operation) => operation.key === key);
		if (!found) throw new Error(`${provider.name} has no operation ${key}`);
		return found;
	});
}

/**
 * An operation with a provider that takes repeats, where sending twice would show; the
 * representative ones also with a provider that refuses them, which must not be taken for a no.
 */
export function tries(
	{ representative }: Provider,
	operation: OperationCase,
): Array<{ operation: OperationCase; repeats: Repeats }> {
	const modes: Repeats[] = representative.includes(operation.key)
		? ['accept', 'refuse']
		: ['accept'];
	return modes.map((repeats) => ({ operation, repeats }));
}

export function ofSafety(provider: Provider, safety: OperationCase['safety']): OperationCase[] {
	return asking(provider).filter((operation) => operation.safety === safety);
}
