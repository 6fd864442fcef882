import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import {
	afterLostAnswer,
	CallError,
	CancelledError,
	ParameterError,
	toNodeError,
} from '../http/errors';
import { redact } from '../http/redact';
import type { ApiRequest, Reply, RequestBody } from '../http/request';
import { settle } from '../http/settle';
import { assertCanWait, waitForAnswer } from '../webhook/sendAndWait';
import { askOn, storeFile } from './afterwards';
import type { Outcome, Provider } from './operation';
import type { ItemCall } from './results';
import {
	adviceFor,
	failureItem,
	findDuplicate,
	runSummary,
	sendsRequest,
	successItems,
} from './results';
import type { Run } from './run';
import { loadFile, startRun } from './run';

const MAX_PAGES = 10_000;

const RETRY_HINT =
	'"Retry On Fail" is on in the settings of this node. It runs the whole node again, so what was accepted before a failure is sent a second time. Turn it off: this node retries by itself where that is safe.';

function chunk<T>(list: readonly T[], size: number): T[][] {
	const chunks: T[][] = [];
	for (let start = 0; start < list.length; start += size) {
		chunks.push(list.slice(start, start + size));
	}
	return chunks;
}

function rowsOf(outcome: Outcome | undefined): IDataObject[] {
	if (outcome === undefined || outcome.error !== undefined) return [];
	return Array.isArray(outcome.data) ? outcome.data : [outcome.data];
}

/** A refusal within an answer, without secrets, and in doubt when an earlier answer was lost. */
function checked<C, S>(run: Run<C, S>, outcome: Outcome, afterLost: boolean): Outcome {
	const { error } = outcome;
	if (error === undefined) return outcome;
	error.message = redact(error.message, run.client.secrets);
	return afterLost && error instanceof CallError ? { error: afterLostAnswer(error) } : outcome;
}

/** One request, or one page after the other until the limit, the last page, or a repeated page. */
async function exchange<C, S>(run: Run<C, S>, calls: readonly ItemCall[]): Promise<Outcome[]> {
	const { operation, client } = run;
	const initial = operation.request(calls);
	if (operation.pages === undefined) {
		const ask = async (wanted: ApiRequest) =>
			await client.call(wanted, (reply, afterLost) =>
				operation.read(reply, calls).map((outcome) => checked(run, outcome, afterLost)),
			);
		const asked = await settle(async () => await ask(initial));
		if (asked.error === undefined) return asked.value;
		if (!(asked.error instanceof CallError)) throw asked.error;
		const [call] = calls;
		const excused = call && operation.excuse?.(asked.error, call.params);
		if (excused !== undefined) return [excused];
		const other = operation.again?.(asked.error, initial);
		if (other === undefined) throw asked.error;
		return await ask(other);
	}
	let request: ApiRequest | undefined = initial;
	const { returnAll, limit = 50 } = calls[0]?.params ?? {};
	const wanted = returnAll ? Infinity : limit;
	const rows: IDataObject[] = [];
	const seen = new Set<string>();
	for (let page = 0; request !== undefined && rows.length < wanted; page++) {
		const fingerprint = JSON.stringify(request);
		if (seen.has(fingerprint) || page >= MAX_PAGES) {
			throw new CallError('The list repeats itself and was not read any further');
		}
		seen.add(fingerprint);
		const [outcome, reply]: [Outcome | undefined, Reply] = await client.call(request, (answer) => [
			operation.read(answer, calls)[0],
			answer,
		]);
		if (outcome?.error !== undefined) return [outcome];
		rows.push(...rowsOf(outcome));
		request = operation.pages.next(reply, request);
	}
	const data = rows.slice(0, wanted);
	return [{ raw: { rows: data }, data }];
}

function presentBody(body: RequestBody | undefined): IDataObject {
	if (body === undefined) return {};
	if (body.kind === 'json') return { body: body.value as IDataObject };
	const fields = Object.entries(body.fields).map(([key, value]) => [
		key,
		typeof value === 'object' ? `${value.fileName} (${value.bytes.length} bytes)` : value,
	]);
	return { fields: Object.fromEntries(fields) as IDataObject };
}

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
	const { method, path, body } = operation.request([call]);
	const data: IDataObject = {
		...operation.identify?.(call.params),
		...operation.facts?.(call.params),
		...(await quotePrice(run, call)),
		outcome: 'dry_run',
		request: { method, path, ...presentBody(body) },
	};
	return { raw: data, data };
}

/** Sends the calls of one request and notes an outcome for each of them. */
async function send<C, S>(
	run: Run<C, S>,
	calls: readonly ItemCall[],
	note: (call: ItemCall, outcome: Outcome) => void,
): Promise<void> {
	const { context, operation } = run;
	const ready: ItemCall[] = [];
	for (const call of calls) {
		const { params, itemIndex } = call;
		const loaded = await settle(async () => await loadFile(context, operation, params, itemIndex));
		if (loaded.error !== undefined) note(call, { error: loaded.error });
		else ready.push(loaded.value === undefined ? call : { ...call, file: loaded.value });
	}
	const [first] = ready;
	if (first === undefined) return;
	const answered = await settle(async () => {
		if (!sendsRequest(first)) return [await preview(run, first)];
		const outcomes = await exchange(run, ready);
		return await Promise.all(
			outcomes.map(async (outcome, index) => {
				const stored = await storeFile(context, outcome);
				const call = ready[index];
				return call === undefined ? stored : await askOn(run, call, stored);
			}),
		);
	});
	if (answered.error instanceof CancelledError) throw answered.error;
	const { error } = answered;
	const understood =
		error === undefined || error instanceof CallError || error instanceof ParameterError;
	// Anything unforeseen may have happened after the request had left.
	const failure = understood ? error : new CallError(error.message, { outcome: 'unknown' });
	const noAnswer = () =>
		new CallError(`${run.provider.dialect.name} gave no answer for this item`, {
			outcome: 'unknown',
		});
	ready.forEach((call, index) => {
		note(call, failure ? { error: failure } : (answered.value?.[index] ?? { error: noAnswer() }));
	});
}

async function parseAll<C, S>(
	run: Run<C, S>,
	count: number,
	outcomes: Array<Outcome | undefined>,
): Promise<ItemCall[]> {
	const calls: ItemCall[] = [];
	const { context, operation } = run;
	const rows = operation.wholeInput ? context.getInputData().map(({ json }) => json) : undefined;
	for (let itemIndex = 0; itemIndex < count; itemIndex++) {
		const parsed = await settle(() => run.parse(itemIndex));
		if (parsed.error === undefined) calls.push({ itemIndex, params: parsed.value, rows });
		else outcomes[itemIndex] = { error: parsed.error };
	}
	const duplicate = findDuplicate(operation, calls);
	if (duplicate === undefined) return calls;
	throw toNodeError(context.getNode(), duplicate.error, { itemIndex: duplicate.itemIndex });
}

function assertWithinMaximum<C, S>(run: Run<C, S>, calls: readonly ItemCall[]): void {
	const maximum = run.settings.maxSends ?? Infinity;
	const sends = calls.filter(sendsRequest).length;
	if (sends <= maximum) return;
	throw new ParameterError(
		`${sends} items would be sent, but "Maximum Sends per Run" is ${maximum}; nothing was sent`,
		'Check the list, or raise the limit in the options.',
	);
}

function failedFirst(outcomes: ReadonlyArray<Outcome | undefined>): number {
	return outcomes.findIndex((outcome) => outcome?.error !== undefined);
}

/** Works through the groups with bounded concurrency; ends early when the run must stop. */
async function sendAll<C, S>(
	run: Run<C, S>,
	calls: readonly ItemCall[],
	outcomes: Array<Outcome | undefined>,
	stopOnError: boolean,
): Promise<CallError | undefined> {
	const { operation, settings, provider } = run;
	const size = operation.batch ? (settings.batchSize ?? provider.defaults.batchSize) : 1;
	const groups = [
		...chunk(calls.filter(sendsRequest), size),
		...chunk(
			calls.filter((call) => !sendsRequest(call)),
			1,
		),
	];
	let stop = false;
	let fatal: CallError | undefined;
	const note = (call: ItemCall, outcome: Outcome) => {
		outcomes[call.itemIndex] = outcome;
		if (outcome.error instanceof CallError && outcome.error.stopsRun) fatal ??= outcome.error;
		stop ||= fatal !== undefined || (stopOnError && outcome.error !== undefined);
	};
	const [first] = groups;
	if (provider.firstAlone && first !== undefined) await send(run, first, note);
	let next = provider.firstAlone ? 1 : 0;
	const worker = async () => {
		for (let group = groups[next++]; group !== undefined && !stop; group = groups[next++]) {
			if (run.signal?.aborted) throw new CancelledError();
			await send(run, group, note);
		}
	};
	const width = Math.min(settings.concurrency ?? provider.defaults.concurrency, groups.length);
	const finished = await Promise.allSettled(Array.from({ length: width }, worker));
	const broken = finished.find((result) => result.status === 'rejected');
	if (broken?.status === 'rejected') throw broken.reason;
	return fatal;
}

function assemble<C, S>(
	run: Run<C, S>,
	calls: readonly ItemCall[],
	outcomes: ReadonlyArray<Outcome | undefined>,
	fatal: CallError | undefined,
): INodeExecutionData[] {
	const byItem = new Map(calls.map((call) => [call.itemIndex, call]));
	return outcomes.flatMap((outcome, itemIndex) => {
		const call = byItem.get(itemIndex);
		if (call !== undefined && outcome !== undefined && outcome.error === undefined) {
			if (!sendsRequest(call)) return [{ json: outcome.raw, pairedItem: { item: itemIndex } }];
			return successItems(run.operation, call, outcome, run.client.secrets);
		}
		const error =
			outcome?.error ??
			new ParameterError(`Not sent, because the run was stopped: ${fatal?.message ?? ''}`);
		return [failureItem(run.context, run.operation, itemIndex, call, error)];
	});
}

/**
 * Executes the chosen operation for all input items. Everything is validated before the first
 * request leaves; without "Continue On Fail" the first failure ends the run and its error says
 * what had already been accepted. A failure that stops the run (a refused credential) is never
 * continued over.
 */
export async function executeOperation<C, S>(
	context: IExecuteFunctions,
	provider: Provider<C, S>,
): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const continues = context.continueOnFail();
	try {
		const run = await startRun(context, provider);
		const { operation } = run;
		const input = context.getInputData();
		const count = operation.wholeInput ? Math.min(1, input.length) : input.length;
		if (operation.waits) assertCanWait(context, operation.displayName);
		if (operation.safety === 'spends' && node.retryOnFail) {
			context.addExecutionHints?.({ message: RETRY_HINT, location: 'outputPane', type: 'warning' });
		}
		const outcomes = new Array<Outcome | undefined>(count).fill(undefined);
		const calls = await parseAll(run, count, outcomes);
		assertWithinMaximum(run, calls);
		const invalid = failedFirst(outcomes);
		if (invalid >= 0 && !continues) {
			throw toNodeError(node, outcomes[invalid]?.error, { itemIndex: invalid });
		}

		const fatal = await sendAll(run, calls, outcomes, !continues);
		const failed =
			fatal === undefined
				? failedFirst(outcomes)
				: outcomes.findIndex((outcome) => outcome?.error === fatal);
		const anySuccess = outcomes.some((outcome) => outcome !== undefined && !outcome.error);
		if (failed >= 0 && (!continues || (fatal !== undefined && !anySuccess))) {
			const error = outcomes[failed]?.error;
			const { advice, context: details } = runSummary(operation, calls, outcomes);
			const ownAdvice = adviceFor(operation, error);
			throw toNodeError(node, error, {
				itemIndex: failed,
				advice: [ownAdvice, advice].filter(Boolean).join(' ') || undefined,
				context: details,
			});
		}
		const items = assemble(run, calls, outcomes, fatal);
		if (!operation.waits) return [items];
		const [call] = calls;
		const sent = failed < 0 && call !== undefined && sendsRequest(call);
		return sent ? await waitForAnswer(context, call.params, items) : [items, []];
	} catch (error) {
		throw toNodeError(node, error);
	}
}
