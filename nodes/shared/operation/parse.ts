import type { ZodType } from 'zod';

import { ParameterError } from '../http/errors';
import { isRecord } from '../http/json';
import { LIST_GROUP } from './describe';
import type { Field, Fields, ParseContext, Zod } from './field';

type Getter = (name: string) => unknown;
/** @param root where names with a slash in front are looked up: the form, for fields inside of a collection */
type Parser = (
	get: Getter,
	isExpression?: (name: string) => boolean,
	root?: Getter,
) => Record<string, unknown>;

function isShown(field: Field, get: Getter, root: Getter): boolean {
	return Object.entries(field.show ?? {}).every(([name, values]) => {
		const actual = name.startsWith('/') ? root(name.slice(1)) : get(name);
		return (values ?? []).some((value) => value === actual);
	});
}

function isEmpty(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

function isChoice({ input }: Field): boolean {
	return input.type === 'boolean' || input.type === 'options';
}

/**
 * Whether the default stands for a decision or for content: a switch, a choice, an example such as
 * records to call, a number that is required. Nobody gave it by an expression that gives nothing.
 */
function hasMeaningfulDefault(field: Field): boolean {
	const { input, additional, required } = field;
	if (additional) return false;
	if (isChoice(field)) return true;
	const isNumber = input.type === 'number';
	const mayHoldContent = input.type === 'json' || input.type === 'string' || isNumber;
	return mayHoldContent && !isEmpty(input.default) && (!isNumber || required === true);
}

/** The id inside a resource locator. */
export function unlocated(value: unknown): unknown {
	const isLocator = isRecord(value) && 'mode' in value && 'value' in value;
	return isLocator ? value.value : value;
}

function parseOne(field: Field, schema: ZodType, value: unknown): unknown {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const problem = result.error.issues[0]?.message ?? 'cannot be used';
	throw new ParameterError(`"${field.displayName}" ${problem}`);
}

function inEntry(field: Field, index: number, error: unknown): unknown {
	if (!(error instanceof ParameterError)) return error;
	return new ParameterError(`"${field.displayName}" ${index + 1}: ${error.message}`);
}

function parseEntries(field: Field, value: unknown, parseEntry: Parser): unknown[] {
	const group = isRecord(value) ? value[LIST_GROUP] : value;
	const entries = isEmpty(group) ? [] : group;
	if (!Array.isArray(entries)) throw new ParameterError(`"${field.displayName}" must be a list`);
	if (field.required && entries.length === 0) {
		throw new ParameterError(`"${field.displayName}" has no entry`);
	}
	return entries.map((entry: unknown, index) => {
		const given = isRecord(entry) ? entry : {};
		// The form offers no empty choice, so one that is there and empty comes from an expression.
		const isEmptyChoice = (name: string) => {
			const inner = field.entry?.[name];
			return inner !== undefined && isChoice(inner) && name in given;
		};
		try {
			return parseEntry((name) => given[name], isEmptyChoice);
		} catch (error) {
			throw inEntry(field, index, error);
		}
	});
}

/**
 * Builds the validation of a set of fields once; the result is used for every item. Hidden and
 * empty optional fields become undefined.
 */
export function compileFields(fields: Fields, z: Zod, context: ParseContext): Parser {
	const compiled = Object.entries(fields).map(([name, field]) => ({
		name,
		field,
		schema: field.rule(z, context),
		parseEntry: field.entry && compileFields(field.entry, z, context),
	}));
	return (get, isExpression = () => false, root) => {
		const params: Record<string, unknown> = {};
		// Fields before this one count as parsed, so that the text "true" shows what true shows.
		const hidden = new Set<string>();
		const sibling: Getter = (name) => {
			// n8n keeps no value of a hidden field, so nothing can be shown by it.
			if (hidden.has(name)) return undefined;
			return name in params ? params[name] : get(name);
		};
		for (const { name, field, schema, parseEntry } of compiled) {
			if (!isShown(field, sibling, root ?? sibling)) {
				hidden.add(name);
				continue;
			}
			const located = field.input.modes !== undefined;
			const given = located ? unlocated(get(name)) : get(name);
			if (isEmpty(given) && hasMeaningfulDefault(field) && isExpression(name)) {
				throw new ParameterError(`"${field.displayName}" is empty: its expression gave nothing`);
			}
			const initial = located ? unlocated(field.input.default) : field.input.default;
			const value = isEmpty(given) && !field.additional ? initial : given;
			if (parseEntry) params[name] = parseEntries(field, value, parseEntry);
			else if (!isEmpty(value)) params[name] = parseOne(field, schema, value);
			else if (field.required) throw new ParameterError(`"${field.displayName}" is empty`);
		}
		return params;
	};
}
