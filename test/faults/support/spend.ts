/** Runs a spending operation under a fault and judges what came of it. */
import type { IDataObject, INode } from 'n8n-workflow';

import { runNode, type RunResult } from '../../engine/support/engine';
import { startAlphaSmsSimulator, type AlphaSmsSimulator } from '../../simulators/alphasms';
import { createCertificate, type Certificate } from '../../simulators/core/certificate';
import type { FaultCase, OutcomeWord } from './faultCases';
import type { SpendingOperation } from './operations';
import { inputItems } from './operations';
import { leakOf, MARKER } from './secrets';

export type Mode = 'refuse' | 'accept';

export const MODES: readonly Mode[] = ['refuse', 'accept'];

const ITEMS = 3;
const BATCH_SIZE = 2;
/** A port that is never handed out to a server, unlike one that was just closed. */
const NOBODY = 'http://127.0.0.1:1';
const ADVICE = /It may have been accepted all the same: .+ before you send it again\./;

export function credentials(baseUrl: string, apiKey = MARKER) {
	return { alphaSmsApi: { baseUrl: 'custom', customBaseUrl: baseUrl, apiKey } };
}

let certificate: Promise<Certificate> | undefined;

/** A simulator that knows the marker key and reports nothing by itself. */
export async function simulator(
	options: Parameters<typeof startAlphaSmsSimulator>[0] = {},
	untrusted = false,
): Promise<AlphaSmsSimulator> {
	if (untrusted) certificate ??= createCertificate();
	const tls = untrusted ? await certificate : undefined;
	return await startAlphaSmsSimulator({ apiKey: MARKER, lifecycle: 'manual', tls, ...options });
}

export interface Trial {
	readonly operation: SpendingOperation;
	readonly mode: Mode;
	readonly items: number;
	readonly sim: AlphaSmsSimulator;
	readonly result: RunResult;
}

interface TrialOptions {
	onError?: INode['onError'];
	options?: IDataObject;
	strangerUrl?: string;
}

/** A request that costs nothing and leaves an idle socket behind. */
async function warmUp(sim: AlphaSmsSimulator): Promise<void> {
	const parameters = { resource: 'account', operation: 'getBalance' };
	const { error } = await runNode({
		node: 'alphaSms',
		credentials: credentials(sim.url),
		parameters,
	});
	if (error) throw error;
}

/** One run of the node with small batches, one request after the other. */
export async function attempt(
	operation: SpendingOperation,
	fault: FaultCase,
	mode: Mode,
	{ onError = 'continueRegularOutput', options = {}, strangerUrl = '' }: TrialOptions = {},
): Promise<Trial> {
	const sim = await simulator({ duplicateIds: mode }, fault.server === 'untrusted');
	const items = operation.waits ? 1 : ITEMS;
	try {
		if (fault.faults) sim.faults.add(fault.faults(strangerUrl));
		if (fault.warmUp) await warmUp(sim);
		const result = await runNode({
			node: 'alphaSms',
			credentials: credentials(fault.server === 'closed' ? NOBODY : sim.url),
			items: inputItems(items),
			onError,
			parameters: {
				...operation.parameters,
				options: {
					...(!operation.waits && { concurrency: fault.hits === 'all' ? ITEMS : 1 }),
					...(operation.batch && { batchSize: BATCH_SIZE }),
					timeout: fault.timeout ?? 20,
					...options,
				},
			},
		});
		return { operation, mode, items, sim, result };
	} finally {
		await sim.close();
	}
}

/** How many messages the simulator accepted for the item that gave this output. */
export function acceptedFor(
	{ operation, sim }: Trial,
	json: IDataObject,
	itemIndex: number,
): number {
	const input = inputItems(itemIndex + 1)[itemIndex]?.json as IDataObject;
	switch (operation.identity) {
		case 'id':
			return sim.accepted.get(String(json.id)) ?? 0;
		case 'ownItem':
			return sim.accepted.get(String(input.ownId)) ?? 0;
		case 'phone':
			return sim.messages().filter(({ phone }) => phone === input.phone).length;
	}
}

/** Whether an item belongs to the request that the fault hits. */
function isHit({ operation }: Trial, itemIndex: number, hits: FaultCase['hits']): boolean {
	return hits === 'all' || itemIndex < (operation.batch ? BATCH_SIZE : 1);
}

function judgeItem(trial: Trial, fault: FaultCase, json: IDataObject, itemIndex: number): string[] {
	const problems: string[] = [];
	const word = json.outcome as OutcomeWord;
	const count = acceptedFor(trial, json, itemIndex);
	const expected = isHit(trial, itemIndex, fault.hits) ? fault.words : ['accepted'];
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
	if (word === 'accepted' && json.msg_id !== undefined && !trial.sim.message(String(json.msg_id))) {
		problems.push(`${item} has the gateway ID ${String(json.msg_id)}, which does not exist`);
	}
	if (word !== 'accepted' && typeof json.error !== 'string')
		problems.push(`${item} has no error text`);
	if (word === 'unknown') {
		const { identity } = trial.operation;
		if (identity === 'id' && typeof json.id !== 'number') problems.push(`${item} has no id`);
		if (identity !== 'ownItem' && !/^\d{12}$/.test(String(json.phone)))
			problems.push(`${item} has no phone`);
		if (!ADVICE.test(String(json.description)))
			problems.push(`${item} lacks the advice to check first`);
	}
	return problems;
}

/** What no run may show, however it ended. */
export function judgeSecrets({ sim, result }: Pick<Trial, 'sim' | 'result'>): string[] {
	const shown = leakOf([result.outputs, result.error, result.run.data]);
	const urls = sim.log.map(({ path, query }) => path + query);
	const inUrl = leakOf(urls);
	return [
		...(shown === undefined ? [] : [`the key is shown: ${shown}`]),
		...(inUrl === undefined ? [] : [`the key is in a URL: ${inUrl}`]),
	];
}

/** Everything that is wrong with a run in which every item goes on; empty when all is well. */
export function judge(trial: Trial, fault: FaultCase): string[] {
	const { sim, result, items, operation, mode } = trial;
	const problems: string[] = [...judgeSecrets(trial)];
	const [outputs = []] = result.outputs;
	if (sim.maxPerId > 1) problems.push(`one id was accepted ${sim.maxPerId} times`);
	if (sim.acceptedTotal > items) problems.push(`${sim.acceptedTotal} accepted for ${items} items`);
	if (result.error) problems.push(`the run failed: ${result.error.message}`);
	const paired = outputs.map(
		({ pairedItem }) => (pairedItem as { item: number } | undefined)?.item,
	);
	const wanted = Array.from({ length: items }, (_, index) => index);
	if (JSON.stringify(paired) !== JSON.stringify(wanted)) {
		problems.push(`the output items belong to input items ${JSON.stringify(paired)}`);
	}
	problems.push(...outputs.flatMap(({ json }, index) => judgeItem(trial, fault, json, index)));
	if (fault.requests !== undefined && sim.log.length !== fault.requests) {
		problems.push(`${sim.log.length} requests, expected ${fault.requests}`);
	}
	const found = outputs.reduce((sum, { json }, index) => sum + acceptedFor(trial, json, index), 0);
	if (found !== sim.acceptedTotal) {
		problems.push(`${sim.acceptedTotal} accepted, but the output leads to ${found} of them`);
	}
	return problems.map(
		(problem) =>
			`${operation.key} · ${fault.name} · repeated ids are ${mode === 'accept' ? 'accepted' : 'refused'}: ${problem}`,
	);
}
