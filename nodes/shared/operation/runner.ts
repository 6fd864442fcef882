import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { CallError, CancelledError, ParameterError, toNodeError } from '../http/errors';
import type { Safety } from '../http/request';
import { settle } from '../http/settle';
import { breathe } from '../http/wait';
import { assertCanWait, waitForAnswer } from '../webhook/sendAndWait';
import { askOn, storeFile } from './afterwards';
import { batchesOf } from './batches';
import { exchange, withBasis } from './exchange';
import { inLanes } from './lanes';
import type { Outcome, Provider } from './operation';
import { keepOthers, screened, separatesRejected } from './rejects';
import type { ItemCall } from './results';
import {
	adviceFor,
	failureItem,
	failureWord,
	findDuplicates,
	presentBody,
	runSummary,
	sendsRequest,
	successItems,
} from './results';
import type { Run } from './run';
import { startRun, withFiles } from './run';
import { isTool } from './tool';

const RETRY_HINT =
	'"Retry On Fail" is on in the settings of this node. It runs the whole node again. What was accepted is not sent twice, but items that were refused are tried once more. The node retries by itself where that helps, so it is best turned off.';

/** What the provider says the call would cost; a Dry Run does not fail for want of a price. */
async function quotePrice<C, S>({ operation, client }: Run<C, S>, call: ItemCall) {
	const quote = operation.quote?.(call.params);
	if (quote === undefined) return {};
	const { value, error } = await settle(
		async () => await client.call(quote.request, (reply) => quote.read(reply)),
	);
	if (error === undefined) return value;
	if (!(error instanceof CallError) || error.stopsRun) throw error;
	return { price: null, priceProblem: error.message };
}

async function preview<C, S>(run: Run<C, S>, call: ItemCall): Promise<Outcome> {
	const { operation } = run;
	const request = operation.request(await withBasis(run, [call]));
	const { method, path } = request;
	const data: IDataObject = {
		...operation.identify?.(call.params),
		...operation.facts?.(call.params),
		...(await quotePrice(run, call)),
		outcome: 'dry_run',
		request: { method, path, ...presentBody(request) },
	};
	return { raw: data, data };
}

type Note = (call: ItemCall, outcome: Outcome) => void;

/** How a group ended that was not answered in an orderly way. */
function failureOf(error: Error): Error {
	if (error instanceof CallError || error instanceof ParameterError) return error;
	if (error instanceof CancelledError) {
		return new CallError(error.message, { outcome: error.sent ? 'unknown' : 'not_sent' });
	}
	// Anything unforeseen may have happened after the request had left.
	return new CallError(error.message, { outcome: 'unknown' });
}

/** Sends the calls of one request and notes an outcome for each of them. */
async function send<C, S>(run: Run<C, S>, calls: readonly ItemCall[], note: Note): Promise<void> {
	const { context, operation } = run;
	const ready: ItemCall[] = [];
	for (const call of calls) {
		const loaded = await settle(async () => await withFiles(context, operation, call));
		if (loaded.error !== undefined) note(call, { error: loaded.error });
		else ready.push(loaded.value);
	}
	const [first] = ready;
	if (first === undefined) return;
	const { value, error } = await settle(async () => {
		if (!sendsRequest(first)) return [await preview(run, first)];
		const outcomes = await exchange(run, ready);
		return await Promise.all(
			outcomes.map(async (outcome, index) => {
				const call = ready[index];
				if (call === undefined) return await storeFile(run, outcome);
				// What was done is kept, whatever becomes of the questions that follow.
				if (operation.until !== undefined) note(call, outcome);
				return await storeFile(run, await askOn(run, call, outcome));
			}),
		);
	});
	const failure = error && failureOf(error);
	const message = `${run.provider.dialect.name} gave no answer for this item`;
	const missing = () => ({ error: new CallError(message, { outcome: 'unknown' }) });
	ready.forEach((call, index) => {
		note(call, failure ? { error: failure } : (value?.[index] ?? missing()));
	});
}

const ITEMS_PER_TURN = 100;

/** Validates every item, files included, before the first request leaves. */
async function parseAll<C, S>(
	run: Run<C, S>,
	count: number,
	outcomes: Array<Outcome | undefined>,
): Promise<ItemCall[]> {
	const { context, operation, signal } = run;
	const calls: ItemCall[] = [];
	const input = context.getInputData();
	const rows = operation.wholeInput ? input.map(({ json }) => json) : undefined;
	for (let itemIndex = 0; itemIndex < count; itemIndex++) {
		if (itemIndex % ITEMS_PER_TURN === 0) await breathe();
		if (signal?.aborted) throw new CancelledError();
		const parsed = await settle(async () => {
			const item = input[itemIndex]?.json;
			const call: ItemCall = { itemIndex, params: run.parse(itemIndex), item, rows };
			const complete = await withFiles(context, operation, call);
			// What cannot be made into a request is found before another item has cost anything.
			const mustAsk = operation.known?.(call.params, complete) === undefined;
			const isKnown = operation.basis === undefined && operation.carryOut === undefined;
			if (operation.safety === 'spends' && mustAsk && isKnown) operation.request([complete]);
			return call;
		});
		if (parsed.error === undefined) calls.push(parsed.value);
		else outcomes[itemIndex] = { error: parsed.error };
	}
	const duplicates = findDuplicates(operation, calls);
	for (const [itemIndex, error] of duplicates) outcomes[itemIndex] = { error };
	return calls.filter(({ itemIndex }) => !duplicates.has(itemIndex));
}

function assertWithinMaximum<C, S>(
	{ operation, settings }: Run<C, S>,
	calls: readonly ItemCall[],
): void {
	const maximum = settings.maxSends ?? Infinity;
	const sends = calls
		.filter(sendsRequest)
		.reduce((sum, { params }) => sum + (operation.sends?.(params) ?? 1), 0);
	if (sends <= maximum) return;
	throw new ParameterError(
		`${sends} messages, calls or look-ups would be sent, but "Maximum Sends per Run" is ${maximum}; nothing was sent`,
		'Check the list, or raise the limit in the options.',
	);
}

/** Works through the groups with bounded concurrency; ends early when the run must stop. */
async function sendAll<C, S>(
	run: Run<C, S>,
	calls: readonly ItemCall[],
	note: Note,
	mustStop: () => boolean,
): Promise<void> {
	const { operation, settings, provider, signal } = run;
	const { batchSize } = settings;
	const { defaults } = provider;
	const groups = [
		...batchesOf(operation, calls.filter(sendsRequest), batchSize, defaults.batchSize),
		...calls.filter((call) => !sendsRequest(call)).map((call) => [call]),
	];
	let next = 0;
	const isOver = () => mustStop() || signal?.aborted === true;
	const inTurn = inLanes(operation, isOver, async (group) => await send(run, group, note));
	const worker = async () => {
		while (next < groups.length && !isOver()) await inTurn(groups[next++] ?? []);
	};
	const width = Math.min(settings.concurrency ?? provider.defaults.concurrency, groups.length);
	await Promise.all(Array.from({ length: width }, worker));
}

/**
 * What is settled for good, by n8n's data of this node run. "Retry On Fail" executes the node
 * again with the same data: what was accepted, or may have been, is then not sent a second time.
 */
const settledBefore = new WeakMap<object, Map<ItemCall, Outcome>>();
/** Twice costs money, or is not what once would have been: a toggle, a sound. */
const REPEATED_NEVER: ReadonlySet<Safety> = new Set(['once', 'spends']);

/** What stands for one node run. Tools have the data of their agent, so there it is the call's own arguments. */
function runKey(context: IExecuteFunctions): object {
	if (!isTool(context)) return context.getExecuteData?.() ?? {};
	const args: unknown = context.getInputData()[0]?.json;
	return typeof args === 'object' && args !== null ? args : {};
}

function isSettled({ error }: Outcome): boolean {
	return error === undefined || failureWord(error) === 'unknown';
}

interface Ledger {
	readonly calls: readonly ItemCall[];
	readonly outcomes: ReadonlyArray<Outcome | undefined>;
	readonly fatal?: CallError;
}

/** How far an execution has come: whether anything may have been sent. */
interface Stage {
	sending: boolean;
}

async function work<C, S>(run: Run<C, S>, stopOnError: boolean, stage: Stage): Promise<Ledger> {
	const { context, operation } = run;
	const items = context.getInputData();
	const tasks = operation.wholeInput ? items.slice(0, 1) : items;
	const outcomes = tasks.map((): Outcome | undefined => undefined);
	const parsed = await parseAll(run, outcomes.length, outcomes);

	const key = runKey(context);
	const earlier = settledBefore.get(key) ?? new Map<ItemCall, Outcome>();
	const known = new Set([...earlier.keys()].map(({ itemIndex }) => itemIndex));
	// Also those that a second look would refuse, e.g. because their time has come meanwhile.
	const calls = [...earlier.keys(), ...parsed.filter(({ itemIndex }) => !known.has(itemIndex))];
	calls.sort((a, b) => a.itemIndex - b.itemIndex);
	for (const [call, outcome] of earlier) outcomes[call.itemIndex] = outcome;
	if (REPEATED_NEVER.has(operation.safety)) settledBefore.set(key, earlier);

	const open = calls.filter((call) => !earlier.has(call));
	assertWithinMaximum(run, open);
	if (stopOnError && outcomes.some((outcome) => outcome?.error)) return { calls, outcomes };

	const separate = separatesRejected(context, operation);
	const ready = open.filter((call) => {
		const outcome = screened(operation, call, separate);
		if (outcome !== undefined) outcomes[call.itemIndex] = outcome;
		return outcome === undefined;
	});
	if (stopOnError && outcomes.some((outcome) => outcome?.error)) return { calls, outcomes };

	stage.sending = true;
	let fatal: CallError | undefined;
	let failed = false;
	const note: Note = (call, outcome) => {
		outcomes[call.itemIndex] = outcome;
		if (sendsRequest(call) && isSettled(outcome)) earlier.set(call, outcome);
		failed ||= outcome.error !== undefined;
		if (outcome.error instanceof CallError && outcome.error.stopsRun) fatal ??= outcome.error;
	};
	const stopsAtFailure = stopOnError && !separate;
	await sendAll(run, ready, note, () => fatal !== undefined || (stopsAtFailure && failed));
	const kept = separate && !run.signal?.aborted && keepOthers(operation, calls, outcomes, fatal);
	return { calls, outcomes, fatal: kept ? undefined : fatal };
}

async function workAndClose<C, S>(run: Run<C, S>, stopOnError: boolean, stage: Stage) {
	try {
		return await work(run, stopOnError, stage);
	} finally {
		await run.client.close?.();
	}
}

/** The error that ends the run, with what had been accepted until then. */
function endingError<C, S>(run: Run<C, S>, ledger: Ledger): Error | undefined {
	const { calls, outcomes, fatal } = ledger;
	const wanted = (outcome: Outcome | undefined) =>
		fatal === undefined ? outcome?.error !== undefined : outcome?.error === fatal;
	const itemIndex = outcomes.findIndex(wanted);
	const cancelled = run.signal?.aborted ? new CancelledError() : undefined;
	const error = cancelled ?? outcomes[itemIndex]?.error;
	if (error === undefined) return undefined;
	const { advice, context } = runSummary(run.operation, calls, outcomes);
	const ownAdvice = cancelled ? undefined : adviceFor(run.operation, error);
	return toNodeError(run.context.getNode(), error, {
		...(!cancelled && { itemIndex }),
		advice: [ownAdvice, advice].filter(Boolean).join(' ') || undefined,
		context,
	});
}

function assemble<C, S>(
	run: Run<C, S>,
	{ calls, outcomes, fatal }: Ledger,
): { items: INodeExecutionData[]; rejected: INodeExecutionData[] } {
	const byItem = new Map(calls.map((call) => [call.itemIndex, call]));
	const items: INodeExecutionData[] = [];
	const rejected: INodeExecutionData[] = [];
	for (const [itemIndex, outcome] of outcomes.entries()) {
		const call = byItem.get(itemIndex);
		if (call !== undefined && outcome !== undefined && outcome.error === undefined) {
			const output = outcome.rejected ? rejected : items;
			for (const item of successItems(run, call, outcome)) output.push(item);
			continue;
		}
		if (call !== undefined && outcome?.error !== undefined && outcome.partial !== undefined) {
			const { partial } = outcome;
			const read = { raw: { rows: partial }, data: partial };
			for (const item of successItems(run, call, read)) items.push(item);
		}
		const stopped = `Not sent, because the run was stopped: ${fatal?.message ?? ''}`;
		const error = outcome?.error ?? new ParameterError(stopped);
		items.push(failureItem(run.context, run.operation, itemIndex, call, error));
	}
	return { items, rejected };
}

async function runOperation<C, S>(
	context: IExecuteFunctions,
	provider: Provider<C, S>,
	stage: Stage,
): Promise<INodeExecutionData[][]> {
	const run = await startRun(context, provider);
	const { operation } = run;
	const continues = context.continueOnFail();
	if (operation.waits) assertCanWait(context, operation.displayName);
	if (operation.safety === 'spends' && context.getNode().retryOnFail) {
		context.addExecutionHints?.({ message: RETRY_HINT, location: 'outputPane', type: 'warning' });
	}
	const ledger = await workAndClose(run, !continues, stage);
	const error = endingError(run, ledger);
	if (error !== undefined && (!continues || run.signal?.aborted)) throw error;

	const { items, rejected } = assemble(run, ledger);
	if (separatesRejected(context, operation)) {
		// A tool has one output only.
		return isTool(context) ? [[...items, ...rejected]] : [items, rejected];
	}
	if (!operation.waits) return [items];
	const [call] = ledger.calls;
	const sent = error === undefined && call !== undefined && sendsRequest(call);
	return sent ? await waitForAnswer(context, call.params, items) : [items, []];
}

/**
 * Executes the chosen operation for all input items. Everything is validated before the first
 * request leaves. Without "Continue On Fail" the first failure ends the run, and its error says
 * what had already been accepted. With it, every item comes out with its own outcome, also when
 * something concerns the whole run: n8n would hand on the input as if all had gone well. A
 * refused credential stops the sending in either case.
 */
export async function executeOperation<C, S>(
	context: IExecuteFunctions,
	provider: Provider<C, S>,
): Promise<INodeExecutionData[][]> {
	const stage: Stage = { sending: false };
	const { value, error } = await settle(async () => await runOperation(context, provider, stage));
	if (error === undefined) return value;
	const cancelled = context.getExecutionCancelSignal?.()?.aborted;
	if (!context.continueOnFail() || cancelled || stage.sending) {
		throw toNodeError(context.getNode(), error);
	}
	const items = context.getInputData();
	return [items.map((_, item) => failureItem(context, undefined, item, undefined, error))];
}
