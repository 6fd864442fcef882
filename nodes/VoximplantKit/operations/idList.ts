import { ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import type { CommonOptions, Field } from '../../shared/operation/field';

/** IDs with commas between them, or a list from an expression. */
export function idsOf(value: unknown): string[] {
	const parts = Array.isArray(value) ? value.map(asText) : asText(value).split(/[,;\s[\]]+/);
	return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/**
 * IDs of a filter of a trigger, none for all. @throws ParameterError for what is no ID, since a
 * filter by a title would let everything through.
 */
export function filterIds(value: unknown, label: string): string[] {
	const ids = idsOf(value ?? '');
	const wrong = ids.find((id) => !/^\d+$/.test(id));
	if (wrong === undefined) return ids;
	throw new ParameterError(`"${label}" needs IDs, which have digits only; "${wrong}" is none`);
}

interface IdListOptions extends CommonOptions {
	readonly displayName: string;
	readonly description: string;
}

/** IDs of things that no list can offer, such as contacts; sent as a JSON list of numbers. */
export function idList<const O extends IdListOptions>(
	options: O,
): Field<O extends { required: true } ? number[] : number[] | undefined> {
	return {
		...options,
		input: { type: 'string', default: '' },
		rule: (z) =>
			z
				.unknown()
				.transform(idsOf)
				.refine((ids) => ids.length > 0, { error: 'has no ID' })
				.refine((ids) => ids.every((id) => /^\d+$/.test(id)), {
					error: (issue) => {
						const wrong = (issue.input as string[]).find((id) => !/^\d+$/.test(id)) ?? '';
						return `needs IDs, which have digits only; "${wrong}" is none`;
					},
				})
				.transform((ids) => [...new Set(ids)].map(Number)),
	};
}

/** Two points in time in their order. @throws ParameterError */
export function assertPeriod(
	from: string | undefined,
	to: string | undefined,
	labels: readonly [string, string] = ['From', 'To'],
): void {
	if (from === undefined || to === undefined || from <= to) return;
	throw new ParameterError(`"${labels[1]}" is before "${labels[0]}"`);
}
