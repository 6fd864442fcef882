import type {
	IDisplayOptions,
	INodeProperties,
	INodePropertyMode,
	INodePropertyOptions,
} from 'n8n-workflow';
import type * as zod from 'zod';

import { kindOf, scalarText, wrongKind } from './fieldValues';
import { normalizePhone } from './phone';
import { offsetDateTime } from './zone';

export type Zod = typeof zod;
type Schema = zod.ZodType;
type Show = NonNullable<IDisplayOptions['show']>;

/** What a rule needs to know about the run. */
export interface ParseContext {
	/** IANA zone of the workflow. */
	readonly timezone: string;
	/** Country calling code for numbers in national format, e.g. "380". */
	readonly defaultCountry?: string;
}

export interface CommonOptions {
	readonly displayName: string;
	readonly description?: string;
	readonly hint?: string;
	readonly placeholder?: string;
	readonly required?: boolean;
	/** In the "Additional Fields" collection instead of on the form. */
	readonly additional?: boolean;
	/** Sibling parameters and the values with which this field is shown. */
	readonly show?: Show;
}

/**
 * One parameter: its editor form and its rule, in one place. `T` is the type after parsing; a
 * field that may be absent parses to undefined.
 */
export interface Field<T = unknown> extends CommonOptions {
	/** n8n's own description of the input, without name and labels. */
	readonly input: Pick<INodeProperties, 'type' | 'default' | 'options' | 'typeOptions' | 'modes'>;
	/** Fields of the entries, for lists. */
	readonly entry?: Fields;
	/** Whether "Default Country Code" completes a number in national format here. */
	readonly takesNational?: boolean;
	/** Whether a hidden or empty field is no value at all. */
	readonly rule: (z: Zod, context: ParseContext) => Schema;
	/** Carries `T` for the compiler only. */
	readonly value?: T;
}

export type Fields = Readonly<Record<string, Field>>;
export type Params<F extends Fields> = {
	-readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

export type Certain<O, T> = O extends { additional: true } | { show: Show }
	? T | undefined
	: O extends { required: true } | { default: T }
		? T
		: T | undefined;

interface TextOptions extends CommonOptions {
	readonly default?: string;
	readonly rows?: number;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly pattern?: { readonly test: RegExp; readonly message: string };
}

/** Free text. Kept as typed, apart from white space around single-line text. */
export function text<const O extends TextOptions>(options: O): Field<Certain<O, string>> {
	const { rows, minLength = 0, maxLength = Infinity, pattern } = options;
	return {
		...options,
		input: {
			type: 'string',
			default: options.default ?? '',
			...(rows && { typeOptions: { rows } }),
		},
		rule: (z) => {
			const length = (value: string) => Array.from(value).length;
			const schema = z
				.string({ error: wrongKind('text') })
				.refine((value) => length(value) >= minLength, {
					error: `needs at least ${minLength} characters`,
				})
				.refine((value) => length(value) <= maxLength, {
					error: (issue) =>
						`may have at most ${maxLength} characters, this has ${length(String(issue.input))}`,
				})
				.refine((value) => pattern?.test.test(value) ?? true, {
					error: pattern?.message ?? '',
				});
			return z.preprocess((value) => {
				const scalar = scalarText(value);
				return rows === undefined && typeof scalar === 'string' ? scalar.trim() : scalar;
			}, schema);
		},
	};
}

interface NumberOptions extends CommonOptions {
	readonly default?: number;
	readonly min?: number;
	readonly max?: number;
}

function outOfRange(min: number, max: number | undefined, given: unknown): string {
	const range = max === undefined ? `${min} or more` : `from ${min} to ${max}`;
	return `must be ${range}, this is ${String(given)}`;
}

/** A whole number; digits as text are accepted. */
export function integer<const O extends NumberOptions>(options: O): Field<Certain<O, number>> {
	const { min = -Number.MAX_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
	return {
		...options,
		input: {
			type: 'number',
			default: options.default ?? '',
			typeOptions: {
				...(options.min !== undefined && { minValue: min }),
				...(options.max !== undefined && { maxValue: max }),
				numberPrecision: 0,
			},
		},
		rule: (z) =>
			z.preprocess(
				(value) =>
					typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value,
				z
					.number({ error: wrongKind('a whole number') })
					.refine(Number.isSafeInteger, { error: 'must be a whole number' })
					.refine((value) => value >= min && value <= max, {
						error: (issue) => outOfRange(min, options.max, issue.input),
					}),
			),
	};
}

/** `decimals`: how many the form shows, zeros included; expressions may give more. */
type DecimalOptions = NumberOptions & { readonly decimals?: number };

/** A number with decimals, e.g. a latitude; numbers as text are accepted. */
export function decimal<const O extends DecimalOptions>(options: O): Field<Certain<O, number>> {
	const { min = -Infinity, max = Infinity, decimals = 6 } = options;
	return {
		...options,
		input: {
			type: 'number',
			default: options.default ?? '',
			typeOptions: {
				...(options.min !== undefined && { minValue: min }),
				...(options.max !== undefined && { maxValue: max }),
				numberPrecision: decimals,
			},
		},
		rule: (z) =>
			z.preprocess(
				(value) =>
					typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value,
				z
					.number({ error: wrongKind('a number with a decimal point') })
					.refine((value) => value >= min && value <= max, {
						error: (issue) => outOfRange(min, options.max, issue.input),
					}),
			),
	};
}

interface FlagOptions extends CommonOptions {
	readonly default?: boolean;
}

/** A switch; `true`/`false` as text and 1/0 are accepted from expressions. */
export function flag<const O extends FlagOptions>(
	options: O,
): Field<O extends { additional: true } | { show: Show } ? boolean | undefined : boolean> {
	const words = new Map<unknown, boolean>([
		['true', true],
		['false', false],
		[1, true],
		[0, false],
	]);
	return {
		...options,
		input: { type: 'boolean', default: options.default ?? false },
		rule: (z) =>
			z.preprocess(
				(value) => words.get(value) ?? value,
				z.boolean({ error: wrongKind('true or false') }),
			),
	};
}

interface ChoiceOptions extends CommonOptions {
	readonly default: string;
	readonly options: readonly INodePropertyOptions[];
}

type ChoiceValue<O extends ChoiceOptions> = O['options'][number]['value'] & string;

/** One of a fixed list. */
export function choice<const O extends ChoiceOptions>(
	options: O,
): Field<
	O extends { additional: true } | { show: Show } ? ChoiceValue<O> | undefined : ChoiceValue<O>
> {
	const { options: list, ...rest } = options;
	const values = list.map((option) => String(option.value));
	return {
		...rest,
		input: { type: 'options', options: [...list], default: options.default },
		rule: (z) =>
			z.enum(values as [string, ...string[]], {
				error: (issue) =>
					`must be one of ${values.join(', ')}; this is ${
						typeof issue.input === 'string' ? `"${issue.input}"` : kindOf(issue.input)
					}`,
			}),
	};
}

/** A phone number; parses to 11 to 15 digits in international format without a plus. */
export function phone<const O extends CommonOptions>(options: O): Field<Certain<O, string>> {
	return {
		...options,
		takesNational: true,
		input: { type: 'string', default: '' },
		rule: (z, { defaultCountry }) =>
			z.preprocess(
				scalarText,
				z.string({ error: wrongKind('a phone number') }).transform((value, issues) => {
					const result = normalizePhone(value, defaultCountry);
					if (result.digits !== undefined) return result.digits;
					issues.addIssue({ code: 'custom', message: result.problem });
					return z.NEVER;
				}),
			),
	};
}

/** An absolute http(s) address. */
export function url<const O extends CommonOptions>(options: O): Field<Certain<O, string>> {
	return {
		...options,
		input: { type: 'string', default: '' },
		rule: (z) =>
			z
				.string({ error: wrongKind('a web address') })
				.trim()
				.refine((value) => URL.canParse(value) && /^https?:/i.test(value), {
					error: 'must be a web address that begins with http:// or https://',
				}),
	};
}

/** A point in time; parses to ISO 8601 with an offset. Texts without a zone are workflow time. */
export function dateTime<const O extends CommonOptions>(options: O): Field<Certain<O, string>> {
	return {
		...options,
		input: { type: 'dateTime', default: '' },
		rule: (z, { timezone }) =>
			z
				.union(
					[
						z.string(),
						z.date(),
						z.custom<object>((value) => typeof value === 'object' && value !== null),
					],
					{
						error: wrongKind('a date and time'),
					},
				)
				.transform((value, issues) => {
					const iso = offsetDateTime(value, timezone);
					if (iso !== undefined) return iso;
					issues.addIssue({
						code: 'custom',
						message: 'must be a date and time, e.g. 2030-01-31T09:30:00',
					});
					return z.NEVER;
				}),
	};
}

interface JsonOptions extends CommonOptions {
	readonly default?: string;
	/** Refuses a list. */
	readonly onlyObject?: boolean;
}

/** JSON: a text that holds it, or an object or list from an expression. */
export function json<const O extends JsonOptions>(options: O): Field<Certain<O, object>> {
	const { onlyObject = false } = options;
	return {
		...options,
		input: { type: 'json', default: options.default ?? '', typeOptions: { rows: 8 } },
		rule: (z) =>
			z
				.unknown()
				.transform((value, issues) => {
					if (typeof value !== 'string') return value;
					try {
						return JSON.parse(value) as unknown;
					} catch (error) {
						const reason = error instanceof Error ? error.message : '';
						issues.addIssue({ code: 'custom', message: `is not valid JSON: ${reason}` });
						return z.NEVER;
					}
				})
				.refine((value) => typeof value === 'object' && value !== null, {
					error: onlyObject ? 'must be a JSON object' : 'must be a JSON object or list',
				})
				.refine((value) => !onlyObject || !Array.isArray(value), {
					error: 'must be an object, not a list',
				}),
	};
}

interface ReferenceOptions extends CommonOptions {
	/** Name of the lookup that lists the choices (operation/lookup.ts). */
	readonly lookup: string;
	/** Example of an id. */
	readonly example: string;
	/** Example of a name, where the operation takes names too. */
	readonly exampleName?: string;
	readonly pattern?: { readonly test: RegExp; readonly message: string };
}

const TYPED = { type: 'string' } as const;

function typed(displayName: string, name: string, example: string): INodePropertyMode {
	return { ...TYPED, displayName, name, placeholder: `e.g. ${example}` };
}

/** The id of something that the provider can list: chosen from the list, or given by id. */
export function reference<const O extends ReferenceOptions>(options: O): Field<Certain<O, string>> {
	const { lookup, example, exampleName, pattern, ...rest } = options;
	const { rule } = text({ displayName: options.displayName, pattern });
	return {
		...rest,
		input: {
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: { searchListMethod: lookup, searchable: true },
				},
				typed('By ID', 'id', example),
				...(exampleName === undefined ? [] : [typed('By Name', 'name', exampleName)]),
			],
		},
		rule,
	};
}

interface ListOptions<F extends Fields> extends CommonOptions {
	/** Label of the button that adds an entry, e.g. "Add Channel". */
	readonly addLabel: string;
	readonly entryLabel: string;
	readonly entry: F;
}

/** A list of entries that the user adds and sorts; parses to an array. */
export function list<F extends Fields>(options: ListOptions<F>): Field<Array<Params<F>>> {
	const { addLabel, ...rest } = options;
	return {
		...rest,
		// Newer editors take the label of the button from the placeholder.
		placeholder: addLabel,
		input: {
			type: 'fixedCollection',
			default: {},
			typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: addLabel },
		},
		rule: (z) => z.array(z.unknown(), { error: wrongKind('a list') }),
	};
}
