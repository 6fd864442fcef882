import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { FailureOutcome } from '../http/errors';
import { CallError, ParameterError, toNodeError } from '../http/errors';
import { asText, presentable, redactDeep } from '../http/redact';
import type { ApiRequest } from '../http/request';
import type { Call, Operation, Outcome, Unique } from './operation';
import type { ParsedItem } from './run';

export type ItemCall = Call<ParsedItem>;

/** How a failed item ended, in the words of the output field `outcome`. */
export function failureWord(error: unknown): FailureOutcome {
	return error instanceof CallError ? error.outcome : 'not_sent';
}

/** What the user should know about a failed item, beyond the provider's own hint. */
export function adviceFor(operation: Operation, error: unknown): string | undefined {
	if (failureWord(error) !== 'unknown') return undefined;
	if (operation.safety === 'read') return 'Nothing was changed by asking; run it again later.';
	if (operation.safety === 'idempotent') return 'Running it again does no harm.';
	if (operation.safety === 'once') {
		return 'It may have been done all the same: look before you run it again.';
	}
	const how = operation.recheck ?? 'look for it at the provider';
	return `It may have been accepted all the same: ${how} before you send it again.`;
}

function identity(operation: Operation, call: ItemCall | undefined): IDataObject {
	return call === undefined ? {} : (operation.identify?.(call.params) ?? {});
}

interface Shaping {
	readonly operation: Operation;
	readonly client: { readonly secrets: string[] };
}

/** Output items of one input item that went well. */
export function successItems(
	{ operation, client }: Shaping,
	call: ItemCall,
	outcome: Extract<Outcome, { raw: IDataObject }>,
): INodeExecutionData[] {
	const { raw, data, binary } = outcome;
	// One request for the whole input: its output descends from all items.
	const isWhole = operation.wholeInput && (call.rows?.length ?? 0) > 1;
	const pairedItem = isWhole ? call.rows?.map((_, item) => ({ item })) : { item: call.itemIndex };
	const clean = (json: IDataObject) => redactDeep(json, client.secrets) as IDataObject;
	const isDryRun = !sendsRequest(call);
	if (call.params.simplify === false || isDryRun) {
		return [{ json: clean({ ...raw }), pairedItem, ...(binary && { binary }) }];
	}
	// An item that was turned down says so itself.
	const outcomeWord = operation.safety === 'spends' && !outcome.rejected && { outcome: 'accepted' };
	const own = { ...identity(operation, call), ...operation.facts?.(call.params), ...outcomeWord };
	// A long list is not held twice when there is nothing to add to its rows.
	const isBare = Object.keys(own).length === 0;
	const rows = Array.isArray(data) ? data : [data];
	return rows.map((row) => ({
		// Our outcome stays, also where the provider has a field of that name.
		json: clean(isBare ? row : { ...own, ...row, ...outcomeWord }),
		pairedItem,
		...(binary && { binary }),
	}));
}

/** The output item of a failed input item, for "On Error: Continue". */
export function failureItem(
	context: IExecuteFunctions,
	operation: Operation | undefined,
	itemIndex: number,
	call: ItemCall | undefined,
	error: unknown,
): INodeExecutionData {
	const nodeError = toNodeError(context.getNode(), error, {
		itemIndex,
		advice: operation && adviceFor(operation, error),
	});
	const details: IDataObject = {
		...(nodeError.description && { description: nodeError.description }),
		...(error instanceof CallError && {
			...(error.code !== undefined && { code: error.code }),
			...(error.httpStatus !== undefined && { httpStatus: error.httpStatus }),
			...error.details,
		}),
		...(operation?.safety !== 'read' && { outcome: failureWord(error) }),
		...(operation && identity(operation, call)),
	};
	// n8n sorts items whose only key is `error` to the error output and adds the input's own fields
	// there; with any other key, or an Error object beside the JSON, it would lose the details.
	const json: IDataObject =
		context.getNode().onError === 'continueErrorOutput'
			? { error: { message: nodeError.message, ...details } }
			: { error: nodeError.message, ...details };
	return { json, pairedItem: { item: itemIndex } };
}

export function sendsRequest(call: ItemCall): boolean {
	return call.params.dryRun !== true;
}

/** The provider's own ids of what was made. */
function madeIds(operation: Operation, outcome: Outcome | undefined): IDataObject {
	if (outcome === undefined || outcome.error !== undefined) return {};
	const [data] = [outcome.data].flat();
	const found = (operation.madeIds ?? []).filter((key) => data?.[key] !== undefined);
	return Object.fromEntries(found.map((key) => [key, data?.[key]]));
}

/** What happened to the other items when a failed one ends the run; nothing of it may get lost. */
export function runSummary(
	operation: Operation,
	calls: readonly ItemCall[],
	outcomes: ReadonlyArray<Outcome | undefined>,
): { advice?: string; context?: IDataObject } {
	if (operation.safety !== 'spends') return {};
	const listed = (wanted: (outcome: Outcome) => boolean) =>
		calls.filter((call) => {
			const outcome = outcomes[call.itemIndex];
			return outcome !== undefined && sendsRequest(call) && wanted(outcome);
		});
	const accepted = listed((outcome) => outcome.error === undefined);
	const unknown = listed(
		(outcome) => outcome.error !== undefined && failureWord(outcome.error) === 'unknown',
	);
	if (accepted.length + unknown.length === 0) return {};
	const rows = (list: ItemCall[]) =>
		list.map((call) => ({
			...identity(operation, call),
			...madeIds(operation, outcomes[call.itemIndex]),
		}));
	const first = presentable(JSON.stringify(rows([...accepted, ...unknown].slice(0, 3)))).slice(
		0,
		160,
	);
	const parts = [
		accepted.length > 0 && `${accepted.length} of ${calls.length} items had been accepted before`,
		unknown.length > 0 && `the outcome of ${unknown.length} is unknown`,
	].filter(Boolean);
	return {
		advice: `Before the run stopped, ${parts.join(' and ')} (${first}…); the error details list them all. Set "On Error" to "Continue" to get a result for every item, and do not simply run the list again.`,
		context: { data: { accepted: rows(accepted), unknown: rows(unknown) } },
	};
}

/** The value of an item that no other one may have. */
function claimOf(operation: Operation, params: ItemCall['params']): Unique | undefined {
	const { ownId: key } = operation;
	if (key === undefined) return operation.unique?.(params);
	return {
		label: operation.fields[key]?.displayName ?? key,
		value: asText(params[key]),
		hint: 'Leave it empty to have a unique one made for every item.',
	};
}

/** Items that claim an id of an earlier one; in the answer the two could not be told apart. */
export function findDuplicates(
	operation: Operation,
	calls: readonly ItemCall[],
): Map<number, ParameterError> {
	const duplicates = new Map<number, ParameterError>();
	const seen = new Map<string, number>();
	for (const { itemIndex, params } of calls) {
		const claim = claimOf(operation, params);
		if (claim === undefined) continue;
		const { label, value, hint } = claim;
		const first = seen.get(value);
		if (first === undefined) {
			seen.set(value, itemIndex);
			continue;
		}
		const message = `"${label}" ${value} is used twice, by items ${first} and ${itemIndex}`;
		duplicates.set(itemIndex, new ParameterError(message, hint));
	}
	return duplicates;
}

/** A file that travels as text inside a request. Shorter texts of these signs alone may be words. */
const FILE_TEXT = /^[A-Za-z0-9+/]{1000,}={0,2}$/;

/** The same with files that travel as base64 text cut short, since nobody reads them. */
function withoutFileTexts(value: unknown): unknown {
	if (typeof value === 'string')
		return FILE_TEXT.test(value) ? `${value.slice(0, 20)}… (${value.length} characters)` : value;
	if (Array.isArray(value)) return value.map(withoutFileTexts);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, withoutFileTexts(entry)]),
	);
}

/** A request's body as a Dry Run shows it. */
export function presentBody({ raw, body }: ApiRequest): IDataObject {
	if (raw !== undefined) {
		const { content, mimeType } = raw;
		const shown = typeof content === 'string' ? content : `(${content.length} bytes)`;
		return { body: shown, contentType: mimeType };
	}
	if (body === undefined) return {};
	if (body.kind === 'json') {
		const { rows } = body;
		const value = withoutFileTexts(body.value) as IDataObject;
		if (rows === undefined) return { body: value };
		return { body: { ...value, [rows.key]: [...rows.rows()] as IDataObject[] } };
	}
	const fields = Object.entries(body.fields).map(([key, value]) => [
		key,
		typeof value === 'object'
			? `${value.fileName} (${value.bytes.length} bytes)`
			: withoutFileTexts(value),
	]);
	return { fields: Object.fromEntries(fields) as IDataObject };
}
