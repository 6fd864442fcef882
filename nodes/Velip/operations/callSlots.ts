import { ParameterError } from '../../shared/http/errors';
import type { Params } from '../../shared/operation/field';
import { choice, integer, list, text } from '../../shared/operation/field';
import { audioRef } from './fields';

/** Further texts, audios and key actions, by their numbers (velip.md §7.1). */
const SLOTS_LABEL = 'Further Texts, Audios and Keys';

export const slots = list({
	displayName: SLOTS_LABEL,
	additional: true,
	addLabel: 'Add Entry',
	entryLabel: 'Entry',
	description:
		'The numbered fields of the Velip manual, for calls with questions: content1 to content15, text1 to text11, dtmf2 to dtmf11. What a number is for depends on the kind of call; ask Velip.',
	entry: {
		kind: choice({
			displayName: 'Kind',
			default: 'content',
			options: [
				{ name: 'Audio (Content)', value: 'content' },
				{ name: 'Key Action (DTMF)', value: 'dtmf' },
				{ name: 'Text', value: 'text' },
			],
			description: 'What the entry holds',
		}),
		number: integer({
			displayName: 'Number',
			default: 1,
			min: 1,
			max: 15,
			description: 'Number of the field',
		}),
		value: text({
			displayName: 'Value',
			required: true,
			placeholder: 'e.g. tf12345',
			description: 'Text, ID of an audio, or action',
		}),
	},
});

export type Slots = Params<{ slots: typeof slots }>['slots'];

/** First and last number of each kind that Velip documents (velip.md §7.1). */
const SLOT_NUMBERS = { content: [1, 15], dtmf: [2, 11], text: [1, 11] } as const;

export function assertSlots(entries: Slots | undefined): void {
	const seen = new Set<string>();
	for (const { kind, number } of entries ?? []) {
		const [first, last] = SLOT_NUMBERS[kind];
		const name = `${kind}${number}`;
		if (number < first || number > last) {
			throw new ParameterError(
				`"${SLOTS_LABEL}": ${kind} has the numbers ${first} to ${last}, this is ${number}`,
			);
		}
		if (seen.has(name)) throw new ParameterError(`"${SLOTS_LABEL}" holds ${name} twice`);
		seen.add(name);
	}
}

export function slotFields(entries: Slots | undefined): Record<string, unknown> {
	return Object.fromEntries(
		(entries ?? []).map(({ kind, number, value }) => [
			`${kind}${number}`,
			kind === 'content' ? audioRef(value) : value,
		]),
	);
}
