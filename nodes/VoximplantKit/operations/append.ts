import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { Field, Fields, Params } from '../../shared/operation/field';
import { choice, text } from '../../shared/operation/field';
import { assignments } from '../../shared/operation/fieldLists';
import type { Call, Operation, Outcome } from '../../shared/operation/operation';
import { defineOperation } from '../../shared/operation/operation';
import { turnedDown } from '../../shared/operation/rejects';
import { methodRequest, readAnswer } from '../api';
import type { MethodName } from '../catalogue';
import { methodOf } from '../catalogue';
import { cleanPhone, shown, ZONE } from './fields';

/** One contact as Kit takes it: its own columns, and what becomes variables of the call. */
export interface Contact {
	/** Columns with a meaning of their own, undefined ones left out. */
	readonly columns: Readonly<Record<string, string | number | undefined>>;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** Contacts that a request turned down: as Kit gives them back, and why. */
export interface TurnedDown {
	readonly contacts: readonly unknown[];
	readonly reason: string | ((contact: unknown) => string);
}

export interface AppendResult {
	readonly turnedDown: readonly TurnedDown[];
	/** How many were turned down by the counter; NaN when there is none. */
	readonly failed: number;
	/** What every accepted contact comes out with, e.g. the ID of the list. */
	readonly data: IDataObject;
}

interface AppendSpec<F extends Fields> extends Pick<
	Operation<F>,
	| 'resource'
	| 'name'
	| 'displayName'
	| 'action'
	| 'description'
	| 'fields'
	| 'recheck'
	| 'identify'
	| 'prepare'
> {
	readonly method: MethodName;
	/** The most contacts of one request. */
	readonly size: number;
	/** Column with the number, by which Kit's answer is matched with what was sent. */
	readonly phoneColumn: string;
	/** What one request says once for all its contacts. */
	body(params: Params<F>): Record<string, unknown>;
	contact(params: Params<F>, item: IDataObject): Contact;
	/** Why Kit would surely turn the contact down. */
	screen?(params: Params<F>): string | undefined;
	/** Form field of the contacts, and one contact in it; `rows` and the contact itself unless given. */
	readonly rowsField?: string;
	encode?(row: Record<string, unknown>): unknown;
	read(result: unknown): AppendResult;
}

/** What happens to contacts that are turned down; the parameter makes the second output. */
export const rejected = choice({
	displayName: 'Rejected Contacts',
	default: 'output',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description:
				'A rejected contact is an error; it stops the run unless On Error says otherwise',
		},
		{
			name: 'Send to the Output "Rejected"',
			value: 'output',
			description: 'Rejected contacts come out separately with their reason',
		},
	],
	description:
		'What happens to contacts that Kit does not take, e.g. for a wrong number. Kit does not count that as an error.',
});

const variablesFrom = choice({
	displayName: 'Variables From',
	default: 'chosen',
	options: [
		{
			name: 'All Fields of the Item',
			value: 'item',
			description: 'Numbers, time zone and priority come from their own fields only',
		},
		{ name: 'Chosen Values', value: 'chosen' },
		{ name: 'Nothing', value: 'none' },
	],
	description: 'What the scenario and the agents get to know about the contact',
});

/** Variables of a contact; empty texts stand in where another contact of the request has more. */
export const variableFields = {
	variablesFrom,
	variables: shown(
		assignments({
			displayName: 'Variables',
			description: 'Names and values; drag fields of the input here',
		}),
		{ variablesFrom: ['chosen'] },
	),
	leaveOut: shown(
		text({
			displayName: 'Fields to Leave Out',
			placeholder: 'e.g. phone, internal_note',
			description: 'Fields of the item that are not sent, with commas between them',
		}),
		{ variablesFrom: ['item'] },
	),
};

interface VariableParams {
	variablesFrom: string;
	variables?: Record<string, unknown>;
	leaveOut?: string;
}

/** @param columns names that are columns with a meaning of their own and have fields of the form */
export function variablesOf(
	params: VariableParams,
	item: IDataObject,
	columns?: RegExp,
): Record<string, unknown> {
	if (params.variablesFrom === 'chosen') return params.variables ?? {};
	if (params.variablesFrom === 'none') return {};
	const left = new Set((params.leaveOut ?? '').split(',').map((name) => name.trim()));
	const isVariable = (name: string) => !left.has(name) && !columns?.test(name);
	return Object.fromEntries(Object.entries(item).filter(([name]) => isVariable(name)));
}

/** A number or a zone that comes as a variable would be dialed unchecked. @throws ParameterError */
export function assertNoColumns({ variables }: { variables?: object }, columns: RegExp): void {
	const wrong = Object.keys(variables ?? {}).find((name) => columns.test(name));
	if (wrong === undefined) return;
	throw new ParameterError(
		`"Variables" holds "${wrong}", which is a column of its own; use the field for it`,
	);
}

/** A column with a phone number, checked by `screenPhone` so that a wrong one stops nobody else. */
export function phoneColumn(displayName: string, description: string): Field<string | undefined> {
	return text({ displayName, placeholder: 'e.g. 15551230000', description });
}

export function screenPhone(label: string, value: string | undefined): string | undefined {
	const { problem } = cleanPhone(value ?? '');
	return problem === undefined ? undefined : `"${label}" ${problem}`;
}

/** The number as it is sent: digits only. */
export function sentPhone(value: string | undefined): string | undefined {
	return value === undefined ? undefined : cleanPhone(value).digits?.replace('+', '');
}

/** IANA name or offset (voximplant-kit.md §3.7). */
export function screenZone(value: string | undefined): string | undefined {
	if (value === undefined || ZONE.test(value)) return undefined;
	return `"Time Zone" is a name like America/New_York or an offset like +03:00; this is "${value}"`;
}

function cell(value: unknown): string | number | boolean {
	if (value === null || value === undefined) return '';
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	if (typeof value === 'object') return JSON.stringify(value);
	return typeof value === 'number' || typeof value === 'boolean' ? value : asText(value);
}

function defined(columns: Contact['columns']): Record<string, unknown> {
	return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

function ownValue(record: Readonly<Record<string, unknown>>, name: string): unknown {
	return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** All contacts of one request with the same keys, or Kit refuses them all (§3.4, §5.5). */
function sameKeys(contacts: readonly Contact[]): Array<Record<string, unknown>> {
	const names = new Set(contacts.flatMap(({ variables }) => Object.keys(variables)));
	return contacts.map(({ columns, variables }) => ({
		...Object.fromEntries([...names].map((name) => [name, cell(ownValue(variables, name))])),
		...defined(columns),
	}));
}

function digitsOf(value: unknown): string {
	return asText(value ?? '').replace(/\D/g, '');
}

function likeness(row: Record<string, unknown>, other: Record<string, unknown>): number {
	return Object.entries(row).filter(([key, value]) => asText(other[key]) === asText(value)).length;
}

/** The likeliest of the rows that are not used yet; the first one that is wholly alike. */
function likeliest(
	rows: ReadonlyArray<Record<string, unknown>>,
	indexes: readonly number[],
	used: ReadonlySet<number>,
	given: Record<string, unknown>,
): number | undefined {
	let best: number | undefined;
	let most = -1;
	for (const index of indexes) {
		if (used.has(index)) continue;
		const row = rows[index] ?? {};
		const likely = likeness(row, given);
		if (likely > most) [best, most] = [index, likely];
		if (likely === Object.keys(row).length) break;
	}
	return best;
}

/** The place of each contact that Kit gave back, and its reasons; the likeliest one of the same number. */
function findReasons(
	rows: ReadonlyArray<Record<string, unknown>>,
	column: string,
	result: AppendResult,
): Map<number, string[]> {
	const byPhone = new Map<string, number[]>();
	rows.forEach((row, index) => {
		const phone = digitsOf(row[column]);
		const same = byPhone.get(phone);
		if (same === undefined) byPhone.set(phone, [index]);
		else same.push(index);
	});
	const reasons = new Map<number, string[]>();
	for (const { contacts, reason } of result.turnedDown) {
		const used = new Set<number>();
		for (const contact of contacts) {
			const given = isRecord(contact) ? contact : { [column]: contact };
			const best = likeliest(rows, byPhone.get(digitsOf(given[column])) ?? [], used, given);
			if (best === undefined) continue;
			used.add(best);
			const words = typeof reason === 'string' ? reason : reason(contact);
			reasons.set(best, [...(reasons.get(best) ?? []), words]);
		}
	}
	return reasons;
}

/** What became of each contact of a request that was answered. */
function outcomesOf<F extends Fields>(
	operation: Pick<Operation, 'rejects'>,
	calls: ReadonlyArray<Call<Params<F>>>,
	reasons: ReadonlyMap<number, string[]>,
	{ failed, data }: AppendResult,
): Outcome[] {
	const total = calls.length;
	const missing = Number.isNaN(failed) ? 0 : failed - reasons.size;
	const fallback = failed >= total ? 'Kit gives no reason' : undefined;
	const doubt = `Kit turned down ${failed} of the ${total} contacts of this request and does not say which`;
	return calls.map((call, index): Outcome => {
		const reason = reasons.get(index)?.join('; ') ?? fallback;
		if (reason !== undefined) {
			const separate = (call.params as { rejected?: string }).rejected === 'output';
			return turnedDown(operation, call, reason, separate);
		}
		if (missing > 0) return { error: new CallError(doubt, { outcome: 'unknown' }) };
		return { raw: data, data };
	});
}

/**
 * Adds one contact per input item, many in one request. What Kit turns down comes out separately
 * with its reason; a request that fails takes nothing from the others.
 */
export function appendOperation<const F extends Fields>(spec: AppendSpec<F>): Operation {
	const method = methodOf(spec.method);
	const rowsField = spec.rowsField ?? 'rows';
	const fields = { ...spec.fields, rejected } as F;
	const contactOf = ({ params, item }: Call<Params<F>>) => spec.contact(params, item ?? {});
	const rejects: Operation<F>['rejects'] = {
		parameter: 'rejected',
		separate: 'output',
		...(spec.screen && { screen: (params) => spec.screen?.(params) }),
		row: (call) => {
			const { columns, variables } = contactOf(call);
			// A number that cannot be sent stands there as it was given.
			return { ...variables, ...spec.identify?.(call.params), ...defined(columns) } as IDataObject;
		},
	};
	return defineOperation<F>({
		...spec,
		fields,
		safety: 'spends',
		batch: {
			size: spec.size,
			// Columns that some contacts have and others do not must not be filled with empty texts.
			key(params) {
				const { columns } = spec.contact(params, {});
				const present = Object.keys(columns).filter((name) => columns[name] !== undefined);
				return JSON.stringify([spec.body(params), present]);
			},
		},
		rejects,
		request(calls) {
			const rows = sameKeys(calls.map(contactOf));
			const [first] = calls;
			const shared = first === undefined ? {} : spec.body(first.params);
			const encoded = spec.encode === undefined ? rows : rows.map((row) => spec.encode?.(row));
			return methodRequest(method, { ...shared, [rowsField]: encoded }, 'spends');
		},
		read(reply, calls) {
			const result = spec.read(readAnswer(reply).result);
			const rows = sameKeys(calls.map(contactOf));
			const reasons = findReasons(rows, spec.phoneColumn, result);
			return outcomesOf({ rejects: rejects as Operation['rejects'] }, calls, reasons, result);
		},
	});
}
