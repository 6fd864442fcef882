import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import type { ApiRequest, Safety } from '../../shared/http/request';
import type { Fields, Params } from '../../shared/operation/field';
import { list, text } from '../../shared/operation/field';
import type { Follow, Operation, Outcome } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import type { Envelope } from '../api';
import { functionRequest, readEnvelope } from '../api';
import { duplicateHint, isDuplicate } from '../codes';
import { listOf, tidy, tidyRecord } from '../values';

/** `codCli` is `cod_cli` at Velip; digits at the end belong to the word. */
export function wireName(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Switches travel as 1 and 0; everything else as it is. */
function wireValue(value: unknown): unknown {
	return typeof value === 'boolean' ? Number(value) : value;
}

/** The parameters under Velip's names. */
export function wire(
	params: Readonly<Record<string, unknown>>,
	names: readonly string[],
): Record<string, unknown> {
	return Object.fromEntries(names.map((name) => [wireName(name), wireValue(params[name])]));
}

/** What says who asks; only the credential may. */
export const CREDENTIAL_NAMES: readonly string[] = ['tsid', 'sid', 'user'];

/** What outputs and errors name the call by, so it must be what was sent. */
const IDENTIFYING: readonly string[] = ['dest', 'ctid', 'cp_ctid', 'request_id'];

/** Velip has many switches that only some accounts know. */
export const extraParameters = list({
	displayName: 'Extra Parameters',
	additional: true,
	addLabel: 'Add Parameter',
	entryLabel: 'Parameter',
	description:
		'Further parameters under the names of the Velip manual, sent as they are. They win over the fields above.',
	entry: {
		name: text({
			displayName: 'Name',
			required: true,
			placeholder: 'e.g. tfix',
			pattern: { test: /^\w{1,40}$/, message: 'may hold letters, digits and underscores only' },
			description: 'Name of the parameter in the Velip manual',
		}),
		value: text({
			displayName: 'Value',
			placeholder: 'e.g. 0|100',
			description: 'Value of the parameter',
		}),
	},
});

/**
 * @param reserved names that the operation itself relies on
 * @throws ParameterError for a name that has no place here
 */
export function extrasOf(
	params: Readonly<Record<string, unknown>>,
	reserved: readonly string[] = [],
): Record<string, string> {
	const entries = (params.extraParameters ?? []) as Array<{ name: string; value?: string }>;
	return Object.fromEntries(
		entries.map(({ name, value = '' }) => {
			if (CREDENTIAL_NAMES.includes(name)) {
				throw new ParameterError(`"Extra Parameters" may not hold "${name}"; use the credential`);
			}
			if (IDENTIFYING.includes(name) || reserved.includes(name)) {
				throw new ParameterError(`"Extra Parameters" may not hold "${name}"; use its own field`);
			}
			return [name, value];
		}),
	);
}

/** A correlation ID of 15 letters and digits, the same when n8n runs the node again (§6.3). */
export function automaticId(place: string): string {
	const digest = createHash('sha256').update(place).digest('hex').slice(0, 24);
	return BigInt(`0x${digest}`).toString(36).padStart(15, '0').slice(-15);
}

interface FunctionSpec<F extends Fields> extends Pick<
	Operation<F>,
	| 'resource'
	| 'name'
	| 'displayName'
	| 'action'
	| 'description'
	| 'fields'
	| 'recheck'
	| 'facts'
	| 'identify'
	| 'file'
	| 'checkFile'
	| 'prepare'
	| 'wholeInput'
	| 'excuse'
	| 'madeIds'
	| 'timeoutSeconds'
	| 'repeatKey'
> {
	readonly safety: Safety;
	/** What repeating the request costs within one call, where a key protects it; as `safety` unless given. */
	readonly repeats?: Safety;
	/** Velip's function, e.g. `MakeSMS`. */
	readonly fn: string;
	/** Fields that are not sent under their own names. */
	readonly local?: readonly string[];
	/** What else is sent, or instead. */
	body?(params: Params<F>): Record<string, unknown>;
	/** Output, from the tidied content of `return`. */
	simplify?(
		result: IDataObject,
		params: Params<F>,
		envelope: Envelope,
	): IDataObject | IDataObject[];
	readonly until?: Follow<Params<F>>;
}

/** Names the duplicate window that was asked for, where that is why Velip refused (§6.4). */
export function explainWindow(fn: string) {
	return (error: CallError, { httpdup: seconds }: { httpdup?: number }): Outcome | undefined => {
		if (seconds === undefined || error.outcome !== 'refused') return undefined;
		if (!isDuplicate(fn, error.code)) return undefined;
		const hint = duplicateHint(seconds);
		return { error: new CallError(error.message, { ...error, cause: error.failureCause, hint }) };
	};
}

/** The content of `return` without the status of a success. */
function outcomeOf({ result, status }: Envelope): IDataObject {
	const { status: _, status_code: __, ...rest } = tidyRecord(result);
	// Sent on, and pending or failed behind Velip: the word is all there is to say it (§4, rule 5).
	return status === 'OK' || status === '' ? rest : { ...rest, status };
}

export function requestOf<F extends Fields>(spec: FunctionSpec<F>, params: Params<F>): ApiRequest {
	const local = [...(spec.local ?? []), 'extraParameters'];
	const names = Object.keys(spec.fields).filter((name) => !local.includes(name));
	const body = { ...wire(params, names), ...spec.body?.(params), ...extrasOf(params) };
	return functionRequest(spec.fn, body, spec.repeats ?? spec.safety);
}

/** An operation that is one request to one of Velip's functions. */
export function functionOperation<const F extends Fields>(spec: FunctionSpec<F>): Operation {
	const { simplify = (result: IDataObject) => result } = spec;
	return defineOperation<F>({
		...spec,
		request([call]) {
			if (call === undefined) throw new ParameterError('There is no item');
			return requestOf(spec, call.params);
		},
		read(reply, [call]) {
			const envelope = readEnvelope(reply);
			const raw = envelope.answer as IDataObject;
			const params = call?.params as Params<F>;
			return [{ raw, data: simplify(outcomeOf(envelope), params, envelope) }];
		},
	});
}

/** Velip's lists know a maximum and no offset (§6.8); 0 once meant all and is never sent. */
export const ALL_ROWS = 100_000;

interface ListSpec<F extends Fields> extends Pick<
	Operation<F>,
	'resource' | 'name' | 'displayName' | 'action' | 'description' | 'fields'
> {
	readonly fn: string;
	/** Where the rows stand in the answer. */
	readonly key: string;
	/** Whether the function takes `maxreg`. */
	readonly limited: boolean;
	body?(params: Params<F>): Record<string, unknown>;
	row?(row: IDataObject): IDataObject;
}

/** Velip's `maxreg` for what the user wants. */
export function wantedRows(params: Readonly<Record<string, unknown>>, most: number): number {
	const { returnAll, limit } = params;
	return returnAll === true ? most : Math.min(Number(limit ?? 50), most);
}

/** Get Many of a list without pages. */
export function listOperation<const F extends Fields>(spec: ListSpec<F>): Operation {
	const { row = (entry: IDataObject) => entry } = spec;
	return defineOperation<F>({
		...spec,
		safety: 'read',
		request([call]) {
			const params: Readonly<Record<string, unknown>> = call?.params ?? {};
			const body = {
				...wire(params, Object.keys(spec.fields)),
				...spec.body?.(params as Params<F>),
				...(spec.limited && { maxreg: wantedRows(params, ALL_ROWS) }),
			};
			return functionRequest(spec.fn, body, 'read');
		},
		read(reply) {
			const { answer } = readEnvelope(reply);
			return [{ raw: answer as IDataObject, data: listOf(answer, spec.key).map(row) }];
		},
		pages: { next: () => undefined },
	});
}

/** JSON inside a text field of an answer, as what it is. */
export function parsedJson(value: unknown): unknown {
	if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	try {
		return tidy(JSON.parse(value));
	} catch {
		return value;
	}
}
