import type { Certain, CommonOptions, Field } from './field';
import { dateTime } from './field';

/**
 * A day: text, a Date, or an object such as Luxon's DateTime. Parses to YYYY-MM-DD, as the day is
 * called in the zone of the workflow.
 */
export function date<const O extends CommonOptions>(options: O): Field<Certain<O, string>> {
	const { rule } = dateTime(options);
	const message = 'must be a date, e.g. 2030-01-31';
	return {
		...options,
		input: { type: 'dateTime', default: '', typeOptions: { dateOnly: true } },
		rule: (z, context) =>
			z.unknown().transform((value, issues) => {
				const parsed = rule(z, context).safeParse(value);
				if (parsed.success) return String(parsed.data).slice(0, 10);
				issues.addIssue({ code: 'custom', message });
				return z.NEVER;
			}),
	};
}
