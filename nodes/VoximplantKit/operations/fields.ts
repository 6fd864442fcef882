import type { Field, Zod } from '../../shared/operation/field';
import { choice, dateTime, flag, reference, text } from '../../shared/operation/field';
import { references } from '../../shared/operation/fieldLists';
import { compactPhone } from '../../shared/operation/phone';
import { utcText } from '../values';
import { idsOf } from './idList';

/** Digits only, e.g. the ID of a campaign. */
export const digits = { test: /^\d+$/, message: 'needs an ID, which has digits only' };

/**
 * Name of a time zone, or an offset (§3.7). Each sign fits one place only: contacts come from
 * outside, and a pattern that can be read in many ways would keep n8n busy for ever.
 */
export const ZONE_NAME = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;
export const ZONE = new RegExp(`${ZONE_NAME.source}|^[+-]\\d\\d:\\d\\d$`);

interface Described {
	readonly displayName: string;
	readonly description: string;
}

/** A date and time; sent as UTC text. What has no zone is time of the workflow (§3.7). */
export function utcDate<const O extends Parameters<typeof dateTime>[0]>(
	options: O,
): ReturnType<typeof dateTime<O>> {
	const field = dateTime(options);
	return {
		...field,
		rule: (z: Zod, context: Parameters<Field['rule']>[1]) =>
			field.rule(z, context).transform((iso) => utcText(iso as string)),
	};
}

const PHONE_NEEDS = 'needs 3 to 15 digits with the country code, e.g. 15551230000';

/** A number as people write it; digits, with a plus where one was given (§3.7). */
export function cleanPhone(value: string): { digits?: string; problem?: string } {
	const { compact, problem } = compactPhone(value, PHONE_NEEDS);
	if (problem !== undefined) return { problem };
	const count = compact.replace('+', '').length;
	if (count >= 3 && count <= 15) return { digits: compact };
	return { problem: `${PHONE_NEEDS}; "${value.trim()}" has ${count}` };
}

/** A phone number in international format. */
export function phoneNumber(options: Described & { placeholder?: string }): Field<string> {
	return {
		...options,
		placeholder: options.placeholder ?? 'e.g. 15551230000',
		required: true,
		input: { type: 'string', default: '' },
		rule: (z) =>
			z.preprocess(
				(value) => (typeof value === 'number' ? String(value) : value),
				z.string({ error: 'must be a phone number' }).transform((value, issues) => {
					const { digits: cleaned, problem } = cleanPhone(value);
					if (cleaned !== undefined) return cleaned;
					issues.addIssue({ code: 'custom', message: problem ?? '' });
					return z.NEVER;
				}),
			),
	};
}

export function idField(displayName: string, description: string, example = '12345') {
	return text({
		displayName,
		required: true,
		placeholder: `e.g. ${example}`,
		pattern: digits,
		description,
	});
}

/** An ID that few people need, in "Additional Fields". */
export function idFilter(displayName: string, description: string, example = '12345') {
	return text({
		displayName,
		additional: true,
		placeholder: `e.g. ${example}`,
		pattern: digits,
		description,
	});
}

function located(lookup: string, displayName: string, example: string) {
	return (description: string) =>
		reference({ displayName, lookup, example, pattern: digits, required: true, description });
}

/** Things that are chosen from a list of the account, or given by ID. */
export const ref = {
	scenario: located('searchScenarios', 'Scenario', '17828'),
	outgoingScenario: located('searchOutgoingScenarios', 'Scenario', '17828'),
	campaign: located('searchCampaigns', 'Campaign', '901'),
	automatedCampaign: located('searchAutomatedCampaigns', 'Campaign', '901'),
	agentCampaign: located('searchAgentCampaigns', 'Campaign', '902'),
	campaignList: located('searchLists', 'List', '77'),
	pdsCampaign: located('searchPdsCampaigns', 'PDS Campaign', '685'),
	pdsList: located('searchPdsLists', 'List', '77'),
	legacyCampaign: located('searchLegacyCampaigns', 'Legacy Campaign', '55'),
	phoneNumber: located('searchNumbers', 'Phone Number', '610'),
	callerId: located('searchCallerIds', 'Caller ID', '12'),
	user: located('searchUsers', 'User', '1221'),
	dncList: located('searchDncLists', 'Do-Not-Call List', '897'),
	template: located('searchTemplates', 'Message Template', '8'),
};

/** A reference in "Additional Fields". */
export function optional<T>(field: Field<T>) {
	return { ...unneeded(field), additional: true } as Field<T | undefined> & { additional: true };
}

/** Filters by number take three digits, so a part seems to be enough (§3.7). */
export const PART_TOO = 'Kit may also return longer numbers that hold it.';

/** A filter by number, which takes a part of one (at least three digits, §3.7). */
export function phoneFilter(displayName: string, description: string) {
	return optional(phoneNumber({ displayName, description }));
}

/** A reference on the form that may stay empty, e.g. because it only helps to choose another one. */
export function unneeded<T>(field: Field<T>): Field<T | undefined> {
	const { required: _, ...rest } = field;
	return rest;
}

/** A field that shows only with certain values of its neighbours. */
export function shown<T>(
	field: Field<T>,
	show: Record<string, Array<string | boolean | number>>,
): Field<T | undefined> {
	return { ...field, show } as Field<T | undefined>;
}

const STATUS_KEY = /^[A-Z][A-Z0-9_]*$/;

const DYNAMIC =
	'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>';

/** Several things of the account, as a JSON list of IDs. */
export function refs(
	lookup: string,
	displayName: `${string} Names or IDs`,
	options: {
		additional?: true;
		required?: true;
		hint?: string;
		dependsOn?: readonly string[];
	} = {},
): Field<number[] | undefined> {
	return references({ displayName, lookup, description: DYNAMIC, ...options }) as Field<
		number[] | undefined
	>;
}

/** Some of the statuses of agents, by their keys; picked by the node, since Kit has no such filter. */
export function statusKeys(displayName: `${string} Names or IDs`): Field<string[] | undefined> {
	return {
		displayName,
		additional: true,
		description: DYNAMIC,
		hint: 'Kit gives out all of them and the node picks these, so a limit may take several requests',
		input: {
			type: 'multiOptions',
			default: [],
			typeOptions: { loadOptionsMethod: 'searchAgentStatuses' },
		},
		rule: (z) =>
			z
				.unknown()
				.transform(idsOf)
				.refine((keys) => keys.every((key) => STATUS_KEY.test(key)), {
					error: (issue) => {
						const wrong = (issue.input as string[]).find((key) => !STATUS_KEY.test(key)) ?? '';
						return `needs keys of statuses such as READY or CUSTOM_1; "${wrong}" is none`;
					},
				})
				.transform((keys) => (keys.length === 0 ? undefined : keys)),
	};
}

/** A flag that makes the answer hold more. */
export function include(what: string, about: string) {
	return flag({
		displayName: `Include ${what}`,
		additional: true,
		default: true,
		description: `Whether the output holds ${about}`,
	});
}

/** Where campaigns run their media (voximplant-kit.md §1). */
export const MEDIA_REGIONS = [
	{ name: 'Europe', value: 'europe' },
	{ name: 'Kazakhstan', value: 'kazakhstan' },
	{ name: 'Russia', value: 'russia' },
	{ name: 'Singapore', value: 'singapore' },
	{ name: 'South America', value: 'south_america' },
	{ name: 'United States', value: 'usa' },
] as const;

export const callDirection = choice({
	displayName: 'Direction',
	default: 'all',
	options: [
		{ name: 'All', value: 'all' },
		{ name: 'Incoming', value: 'incoming' },
		{ name: 'Outgoing', value: 'outgoing' },
	],
	description: 'Which calls are returned',
});
