import type { IDataObject } from 'n8n-workflow';

import { afterLostAnswer, beforeSending, CallError, hideSecrets } from '../http/errors';
import type { ApiRequest, Reply } from '../http/request';
import { settle } from '../http/settle';
import type { Operation, Outcome } from './operation';
import type { ItemCall } from './results';
import type { Run } from './run';

const MAX_PAGES = 10_000;

function rowsOf(outcome: Outcome | undefined): IDataObject[] {
	if (outcome === undefined || outcome.error !== undefined) return [];
	return Array.isArray(outcome.data) ? outcome.data : [outcome.data];
}

function errorSecrets<C, S>({ client }: Run<C, S>): readonly string[] {
	return client.secretsOfErrors ?? client.secrets;
}

/** A refusal within an answer, without secrets, and in doubt when an earlier answer was lost. */
function checked<C, S>(run: Run<C, S>, outcome: Outcome, afterLost: boolean): Outcome {
	const { error } = outcome;
	if (error === undefined) return outcome;
	hideSecrets(error, errorSecrets(run));
	return afterLost && error instanceof CallError ? { error: afterLostAnswer(error) } : outcome;
}

const REPEATS = 'The list repeats itself and was not read any further';

function isNew(key: string | undefined, seen: Set<string>): boolean {
	if (key === undefined) return true;
	const before = seen.size;
	return seen.add(key).size > before;
}

type Pages = NonNullable<Operation['pages']>;

/** A failure amid a list: what had come until then, and where to go on. */
function brokenOff(
	operation: Operation,
	error: CallError,
	rows: IDataObject[],
	request: ApiRequest,
): Outcome {
	const { cursor } = operation.pages ?? {};
	if (cursor === undefined) return { error, partial: rows };
	const label = operation.fields[cursor.field]?.displayName ?? cursor.field;
	const at = cursor.of(request);
	const progress = `${rows.length} results had been read before. To go on from there, run it again with "${label}" ${at}; with "On Error: Continue" they come out, followed by this error.`;
	const hint = [error.hint, progress].filter(Boolean).join(' ');
	const details = { [cursor.field]: at };
	return {
		error: new CallError(error.message, { ...error, cause: error.failureCause, hint, details }),
		partial: rows,
	};
}

/** One page after the other until the limit, the last page, or a repeated page. */
async function readPages<C, S>(
	run: Run<C, S>,
	calls: readonly ItemCall[],
	initial: ApiRequest,
	{ next, key, endsByRepeating, whole }: Pages,
): Promise<Outcome[]> {
	const { operation, client } = run;
	let request: ApiRequest | undefined = initial;
	const { returnAll, limit = 50 } = calls[0]?.params ?? {};
	const wanted = returnAll || whole ? Infinity : limit;
	const rows: IDataObject[] = [];
	const seen = new Set<string>();
	const keys = new Set<string>();
	for (let page = 0; request !== undefined && rows.length < wanted; page++) {
		const fingerprint = JSON.stringify(request);
		if (seen.has(fingerprint) || page >= MAX_PAGES) throw new CallError(REPEATS);
		seen.add(fingerprint);
		const current: ApiRequest = request;
		const asked = await settle(
			async () =>
				await client.call(current, (answer): [Outcome | undefined, Reply] => [
					operation.read(answer, calls)[0],
					answer,
				]),
		);
		if (asked.error !== undefined) {
			if (rows.length === 0 || !(asked.error instanceof CallError)) throw asked.error;
			return [brokenOff(operation, asked.error, whole ? [] : rows, current)];
		}
		const [outcome, reply] = asked.value;
		if (outcome?.error !== undefined) return [outcome];
		const found = rowsOf(outcome);
		const fresh = found.filter((row) => isNew(key?.(row), keys));
		// A provider that takes no notice of the page would give out the first one for ever.
		if (found.length > 0 && fresh.length === 0) {
			if (endsByRepeating) break;
			throw new CallError(REPEATS);
		}
		for (const row of fresh) rows.push(row);
		request = next(reply, request, calls[0]?.params ?? {});
	}
	const data = whole ? whole(rows) : rows.slice(0, wanted);
	return [{ raw: whole ? { pages: rows } : { rows: data }, data }];
}

/** The calls with the answer to the question that comes first, where there is one. */
export async function withBasis<C, S>(
	{ operation, client }: Run<C, S>,
	calls: readonly ItemCall[],
): Promise<readonly ItemCall[]> {
	const ask = operation.basis;
	if (ask === undefined) return calls;
	return await Promise.all(
		calls.map(async (call) => {
			const { value, error } = await settle(
				async () => await client.call(ask(call.params), (reply) => reply),
			);
			if (error !== undefined) throw beforeSending(error);
			return { ...call, basis: value };
		}),
	);
}

/** What became of the calls of one request: one outcome each, the rows of all pages for a list. */
export async function exchange<C, S>(
	run: Run<C, S>,
	calls: readonly ItemCall[],
): Promise<Outcome[]> {
	const { operation, client } = run;
	const [only] = calls;
	const known = only && operation.known?.(only.params, only);
	if (known !== undefined) return [known];
	const ready = await withBasis(run, calls);
	const initial = operation.request(ready);
	if (operation.pages !== undefined) return await readPages(run, calls, initial, operation.pages);
	const ask = async (wanted: ApiRequest) => {
		const [first] = ready;
		const read = (reply: Reply, afterLost: boolean) =>
			operation.read(reply, ready).map((outcome) => checked(run, outcome, afterLost));
		if (operation.carryOut === undefined || first === undefined) {
			return await client.call(wanted, read);
		}
		return read(await operation.carryOut(wanted, first, client, run.signal), false);
	};
	const asked = await settle(async () => await ask(initial));
	if (asked.error === undefined) return asked.value;
	// The steps of `carryOut` make errors of their own from what the provider said.
	hideSecrets(asked.error, errorSecrets(run));
	if (!(asked.error instanceof CallError)) throw asked.error;
	const [call] = calls;
	const excused = call && operation.excuse?.(asked.error, call.params);
	if (excused !== undefined) return [excused];
	const other = operation.again?.(asked.error, initial);
	if (other === undefined) throw asked.error;
	return await ask(other);
}
