import type { Field, Zod } from '../../shared/operation/field';
import { choice, dateTime, flag, reference, text } from '../../shared/operation/field';
import { references } from '../../shared/operation/fieldLists';
import { utcText } from '../values';

/** Digits only, e.g. the ID of a campaign. */
export const digits = { test: /^\d+$/, message: 'needs an ID, which has digits only' };

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

/** A number as people write it; digits, with a plus where one was given (§3.7). */
export function cleanPhone(value: string): { digits?: string; problem?: string } {
	const source = value.replace(/\p{Cf}/gu, '').trim();
	if (source === '') return { problem: 'is empty' };
	if (/^\d+([.,]\d+)?e\+?\d+$/i.test(source)) {
		return {
			problem: `is in scientific notation (${source}), so its last digits are lost; format the column as text`,
		};
	}
	if (/^-|^\+?\d{7,}\.(?!0+$)\d+$/.test(source)) {
		// Without the point or the minus it would be somebody else's number.
		return { problem: `is a negative number or one with decimals: ${source}` };
	}
	const compact = source
		.replace(/^tel:/i, '')
		.replace(/^(\d{7,})\.0+$/, '$1')
		.replace(/[\s().\-\u2010-\u2015\u00a0/]/g, '')
		.replace(/^00/, '+');
	if (/^\+?\d{3,15}$/.test(compact)) return { digits: compact };
	const count = compact.replace(/\D/g, '').length;
	const others = /^\+?\d*$/.test(compact) ? '' : ' and other characters';
	return {
		problem: `needs 3 to 15 digits with the country code, e.g. 15551230000; "${source}" has ${count}${others}`,
	};
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

/** A filter by number, which takes a part of one (at least three digits, §3.7). */
export function phoneFilter(displayName: string, description: string) {
	return text({
		displayName,
		additional: true,
		placeholder: 'e.g. 15551230000',
		pattern: { test: /^\+?\d{3,15}$/, message: 'needs 3 to 15 digits' },
		description,
	});
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
	pdsCampaign: located('searchPdsCampaigns', 'PDS Campaign', '685'),
	legacyCampaign: located('searchLegacyCampaigns', 'Legacy Campaign', '55'),
	phoneNumber: located('searchNumbers', 'Phone Number', '610'),
	callerId: located('searchCallerIds', 'Caller ID', '12'),
	queue: located('searchQueues', 'Queue', '2511'),
	group: located('searchGroups', 'User Group', '190'),
	user: located('searchUsers', 'User', '1221'),
	dncList: located('searchDncLists', 'Do-Not-Call List', '897'),
	template: located('searchTemplates', 'Message Template', '8'),
	tag: located('searchTags', 'Tag', '12'),
};

/** A reference in "Additional Fields". */
export function optional<T>(field: Field<T>, more: Partial<Described> = {}) {
	const { required: _, ...rest } = field;
	return { ...rest, ...more, additional: true } as Field<T | undefined> & { additional: true };
}

/** A field that shows only with certain values of its neighbours. */
export function shown<T>(
	field: Field<T>,
	show: Record<string, Array<string | boolean | number>>,
): Field<T | undefined> {
	return { ...field, show } as Field<T | undefined>;
}

const DYNAMIC =
	'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>';

/** Several things of the account, as a JSON list of IDs. */
export function refs(
	lookup: string,
	displayName: `${string} Names or IDs`,
	options: { additional?: true; required?: true; hint?: string } = {},
): Field<number[] | undefined> {
	return references({ displayName, lookup, description: DYNAMIC, ...options }) as Field<
		number[] | undefined
	>;
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
