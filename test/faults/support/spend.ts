/** Runs an operation under a fault and judges what came of it. */
import type { IDataObject, INode } from 'n8n-workflow';

import { runNode, type RunResult } from '../../engine/support/engine';
import { createCertificate, type Certificate } from '../../simulators/core/certificate';
import type { Fault } from '../../simulators/core/faults';
import type { FaultCase, OutcomeWord } from './faultCases';
import type { Gateway, OperationCase, Provider, Repeats } from './providers/provider';
import { leakOf } from './markers';

const ITEMS = 3;
const BATCH_SIZE = 2;
/** A port that is never handed out to a server, unlike one that was just closed. */
const NOBODY = 'http://127.0.0.1:1';
export const ADVICE = /It may have been accepted all the same: .+ before you send it again\./;

let certificate: Promise<Certificate> | undefined;

export interface Trial {
	readonly provider: Provider;
	readonly operation: OperationCase;
	readonly repeats: Repeats;
	readonly items: number;
	readonly gateway: Gateway;
	readonly result: RunResult;
}

interface TrialOptions {
	repeats?: Repeats;
	onError?: INode['onError'];
	options?: IDataObject;
	/** How many; as many as the operation takes unless given. */
	items?: number;
	strangerUrl?: string;
	/** The fault happens at the host that files are downloaded from. */
	atFiles?: boolean;
}

/** Runs one operation of a provider with its marker credential. */
export async function run(
	provider: Provider,
	baseUrl: string,
	parameters: IDataObject,
	more: Partial<Omit<Parameters<typeof runNode>[0], 'node' | 'parameters'>> = {},
): Promise<RunResult> {
	return await runNode({
		node: provider.node,
		credentials: { [provider.credential]: provider.fields(baseUrl) },
		items: provider.items(1),
		...more,
		parameters,
	});
}

/** What neither makes nor takes anything: a read, or where there is none, something like a login. */
function harmless({ name, operations }: Provider): OperationCase {
	const found =
		operations.find(({ safety }) => safety === 'reads') ??
		operations.find(
			({ safety, creates, removes }) => safety === 'idempotent' && !creates && !removes,
		);
	if (!found) throw new Error(`${name} has no operation that does no harm`);
	return found;
}

/** A request that costs nothing and leaves an idle socket behind. */
async function warmUp(provider: Provider, gateway: Gateway): Promise<void> {
	const operation = harmless(provider);
	const other = await provider.start({ operation });
	try {
		// Whatever the answer is: it is the socket that counts.
		const parameters = other.parameters(operation);
		await run(provider, gateway.url, parameters, { onError: 'continueRegularOutput' });
	} finally {
		await other.close();
	}
}

/** Faults at the request that matters, and not at the questions before it. */
function aimed({ before = 0 }: Partial<OperationCase>, faults: Fault[]): Fault[] {
	return faults.map((fault) => ({ ...fault, skip: before + (fault.skip ?? 0) }));
}

/** One run of the node with small batches, one request after the other. */
export async function attempt(
	provider: Provider,
	operation: OperationCase,
	fault: FaultCase,
	settings: TrialOptions = {},
): Promise<Trial> {
	const { repeats = 'accept', onError = 'continueRegularOutput', strangerUrl = '' } = settings;
	const untrusted = fault.server === 'untrusted';
	if (untrusted) certificate ??= createCertificate();
	// What a provider prepares by itself trusts no certificate either, so it is prepared elsewhere.
	// A redirect has no body that could stall or grow: at the file host it is the file that is hit.
	const direct = settings.atFiles ? { downloadRedirects: 0 } : {};
	const gateway = await provider.start({ repeats, operation, ...direct });
	const secure = untrusted
		? await provider.start({ operation: undemanding(provider), tls: await certificate })
		: undefined;
	const items = settings.items ?? (operation.single ? 1 : ITEMS);
	try {
		if (fault.faults) {
			const { faults: queue } = (settings.atFiles ? gateway.files : undefined) ?? gateway;
			const skipped = settings.atFiles ? {} : operation;
			queue.add(aimed(skipped, fault.faults(strangerUrl)));
		}
		if (fault.warmUp) await warmUp(provider, gateway);
		const baseUrl = fault.server === 'closed' ? NOBODY : (secure ?? gateway).url;
		const result = await run(
			provider,
			baseUrl,
			{
				...gateway.parameters(operation),
				options: {
					...(!operation.waits && { concurrency: fault.hits === 'all' ? ITEMS : 1 }),
					...(operation.batch && { batchSize: BATCH_SIZE }),
					timeout: fault.timeout ?? 20,
					...settings.options,
				},
			},
			{ items: provider.items(items), onError },
		);
		return { provider, operation, repeats, items, gateway, result };
	} finally {
		await gateway.close();
		await secure?.close();
	}
}

/** An operation for which nothing is prepared. */
function undemanding({ operations, simple }: Provider): OperationCase | undefined {
	return operations.find(({ key }) => key === simple);
}

function inputOf({ provider, items }: Trial, itemIndex: number): IDataObject {
	return provider.items(items)[itemIndex]?.json ?? {};
}

/** How many messages the simulator accepted for the item that gave this output. */
export function acceptedFor(trial: Trial, json: IDataObject, itemIndex: number): number {
	return trial.gateway.acceptedFor(trial.operation, json, inputOf(trial, itemIndex));
}

/** Whether an item belongs to the request that the fault hits. */
function isHit({ operation }: Trial, itemIndex: number, hits: FaultCase['hits']): boolean {
	return hits === 'all' || itemIndex < (operation.batch ? BATCH_SIZE : 1);
}

function judgeItem(trial: Trial, fault: FaultCase, json: IDataObject, itemIndex: number): string[] {
	const problems: string[] = [];
	const { operation, gateway } = trial;
	const word = json.outcome as OutcomeWord;
	const count = acceptedFor(trial, json, itemIndex);
	const isYes = fault.noContent && operation.takesNoContent;
	const isHarmed = isHit(trial, itemIndex, fault.hits) && !isYes;
	const expected = isHarmed ? fault.words : ['accepted'];
	const item = `item ${itemIndex}`;
	if (!expected.includes(word)) {
		problems.push(
			`${item} is ${word}, expected ${expected.join(' or ')}: ${String(json.error ?? '')}`,
		);
	}
	if (count > 1) problems.push(`${item} was accepted ${count} times`);
	if (count > 0 && (word === 'refused' || word === 'not_sent')) {
		problems.push(`${item} was accepted but is called ${word}: ${String(json.error ?? '')}`);
	}
	if (count === 0 && word === 'accepted') problems.push(`${item} is called accepted but was not`);
	if (word === 'accepted' && !gateway.knows(json))
		problems.push(`${item} names something that does not exist: ${JSON.stringify(json)}`);
	if (word !== 'accepted' && typeof json.error !== 'string')
		problems.push(`${item} has no error text`);
	if (word === 'unknown') {
		const missing = operation.identity.filter((key) => json[key] === undefined);
		if (missing.length > 0) problems.push(`${item} has no ${missing.join(', ')}`);
		if (!ADVICE.test(String(json.description)))
			problems.push(`${item} lacks the advice to check first`);
	}
	return problems;
}

/** Addresses that were asked for and have no business with the secret. */
export function addressesOf({ log, secretPaths = [] }: Gateway): string[] {
	return log
		.filter(({ path }) => !secretPaths.includes(path))
		.map(({ path, query }) => path + query);
}

/** What no run may show, however it ended. */
export function judgeSecrets(
	gateway: Gateway,
	result: RunResult,
	secrets?: readonly string[],
): string[] {
	const shown = leakOf([result.outputs, result.error, result.run.data], secrets);
	const urls = addressesOf(gateway);
	const inUrl = leakOf(urls, secrets);
	return [
		...(shown === undefined ? [] : [`the key is shown: ${shown}`]),
		...(inUrl === undefined ? [] : [`the key is in a URL: ${inUrl}`]),
	];
}

/** Which input items the items of the first output belong to; the first one where it is several. */
export function pairedWith({ outputs }: RunResult): Array<number | undefined> {
	return (outputs[0] ?? []).map(
		({ pairedItem }) => ([pairedItem].flat()[0] as { item: number } | undefined)?.item,
	);
}

export function label({ key }: OperationCase, fault: string, repeats?: Repeats) {
	const mode = repeats === undefined ? '' : ` · repeats: ${repeats}`;
	return (problem: string) => `${key} · ${fault}${mode}: ${problem}`;
}

/** Everything that is wrong with a run in which every item goes on; empty when all is well. */
export function judge(trial: Trial, fault: FaultCase): string[] {
	const { gateway, result, items, operation, repeats } = trial;
	const problems: string[] = [...judgeSecrets(gateway, result)];
	const [outputs = []] = result.outputs;
	if (gateway.maxPerKey > 1) problems.push(`one key was accepted ${gateway.maxPerKey} times`);
	if (gateway.accepted > items) problems.push(`${gateway.accepted} accepted for ${items} items`);
	if (result.error) problems.push(`the run failed: ${result.error.message}`);
	const paired = pairedWith(result);
	const wanted = Array.from({ length: items }, (_, index) => index);
	if (JSON.stringify(paired) !== JSON.stringify(wanted)) {
		problems.push(`the output items belong to input items ${JSON.stringify(paired)}`);
	}
	problems.push(...outputs.flatMap(({ json }, index) => judgeItem(trial, fault, json, index)));
	if (fault.requests !== undefined && gateway.log.length !== fault.requests) {
		const made = gateway.log.map(({ method, path }) => `${method} ${path}`).join(', ');
		problems.push(`${gateway.log.length} requests (${made}), expected ${fault.requests}`);
	}
	const found = outputs.reduce((sum, { json }, index) => sum + acceptedFor(trial, json, index), 0);
	if (found !== gateway.accepted) {
		problems.push(`${gateway.accepted} accepted, but the output leads to ${found} of them`);
	}
	return problems.map(label(operation, fault.name, repeats));
}

/** Runs jobs with so many at once; the results in order. */
export async function pooled<T, R>(
	jobs: readonly T[],
	width: number,
	work: (job: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	const worker = async () => {
		while (next < jobs.length) {
			const index = next++;
			const job = jobs[index];
			if (job !== undefined) results[index] = await work(job);
		}
	};
	await Promise.all(Array.from({ length: width }, worker));
	return results;
}

/**
 * How many runs at once begin with a request that leaves an idle socket: few, so that the run follows at once, since the
 * client gives such a socket up after some seconds, and then the fault would meet nothing.
 */
const WARM_AT_ONCE = 8;

/** The same for runs under a fault. */
export async function pooledRuns<T extends { readonly fault: FaultCase }, R>(
	jobs: readonly T[],
	width: number,
	work: (job: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	const numbered = jobs.map((job, index) => ({ job, index }));
	for (const isWarm of [false, true]) {
		const some = numbered.filter(({ job: { fault } }) => (fault.warmUp ?? false) === isWarm);
		await pooled(some, isWarm ? WARM_AT_ONCE : width, async ({ job, index }) => {
			results[index] = await work(job);
		});
	}
	return results;
}
