import type { INodePropertyOptions } from 'n8n-workflow';

import { isRecord } from '../http/json';
import { asText } from '../http/redact';
import type { CommonOptions, Field } from './field';

type Always<O, T> = O extends { additional: true } | { show: object }
	? T | undefined
	: O extends { required: true }
		? T
		: T | undefined;

/** Several values: a list, or a text with commas from an expression. */
function asList(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	const source = asText(value).trim();
	if (/^\[.*\]$/s.test(source)) {
		try {
			const parsed: unknown = JSON.parse(source);
			if (Array.isArray(parsed)) return parsed;
		} catch {
			return source.slice(1, -1).split(',');
		}
	}
	return source.split(/[,;\s]+/);
}

function asTexts(value: unknown): string[] {
	return asList(value)
		.map((entry) => asText(entry).trim())
		.filter((entry) => entry !== '');
}

function notAmong(values: readonly string[], allowed: readonly string[]): string {
	const wrong = values.find((value) => !allowed.includes(value)) ?? '';
	return `must be some of ${allowed.join(', ')}; "${wrong}" is none of them`;
}

interface ChoicesOptions extends CommonOptions {
	readonly options: readonly INodePropertyOptions[];
	readonly default?: string[];
}

/** Any number out of a fixed list; none at all is no value. */
export function choices<const O extends ChoicesOptions>(options: O): Field<Always<O, string[]>> {
	const { options: list, ...rest } = options;
	const allowed = list.map((option) => String(option.value));
	return {
		...rest,
		input: { type: 'multiOptions', options: [...list], default: [...(options.default ?? [])] },
		rule: (z) =>
			z
				.unknown()
				.transform(asTexts)
				.refine((values) => values.every((value) => allowed.includes(value)), {
					error: (issue) => notAmong(issue.input as string[], allowed),
				})
				.refine((values) => !options.required || values.length > 0, { error: 'has no entry' })
				.transform((values) => (values.length === 0 ? undefined : values)),
	};
}

interface ReferencesOptions extends CommonOptions {
	/** Name of the lookup that lists the choices (operation/lookup.ts). */
	readonly lookup: string;
	/** Parameters that the choices depend on; the editor loads them again when one changes. */
	readonly dependsOn?: readonly string[];
}

/** IDs (whole numbers) of things that the provider can list; none at all is no value. */
export function references<const O extends ReferencesOptions>(
	options: O,
): Field<Always<O, number[]>> {
	const { lookup, dependsOn, ...rest } = options;
	return {
		...rest,
		input: {
			type: 'multiOptions',
			default: [],
			typeOptions: {
				loadOptionsMethod: lookup,
				...(dependsOn && { loadOptionsDependsOn: [...dependsOn] }),
			},
		},
		rule: (z) =>
			z
				.unknown()
				.transform(asTexts)
				.refine((values) => values.every((value) => /^\d+$/.test(value)), {
					error: 'needs IDs, which have digits only',
				})
				.refine((values) => !options.required || values.length > 0, { error: 'has no entry' })
				.transform((values) => (values.length === 0 ? undefined : values.map(Number))),
	};
}

/** Names and values as n8n's assignment list holds them, or as an object from an expression. */
function assigned(value: unknown): Record<string, unknown> | undefined {
	if (!isRecord(value)) return undefined;
	if (!('assignments' in value)) return value;
	const { assignments } = value;
	if (!Array.isArray(assignments)) return undefined;
	const entries = assignments
		.filter(isRecord)
		.map((entry) => [asText(entry.name).trim(), entry.value]);
	return Object.fromEntries(entries.filter(([name]) => name !== '')) as Record<string, unknown>;
}

/** Names and values that the user maps from the input item by dragging; none at all is no value. */
export function assignments<const O extends CommonOptions>(
	options: O,
): Field<Always<O, Record<string, unknown>>> {
	return {
		...options,
		input: { type: 'assignmentCollection', default: {} },
		rule: (z) =>
			z
				.unknown()
				.transform(assigned)
				.refine((value) => value !== undefined, { error: 'must be a list of names and values' })
				.transform((value) => (Object.keys(value ?? {}).length === 0 ? undefined : value)),
	};
}
