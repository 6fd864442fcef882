import type { FixedLookup } from '../shared/operation/lookup';

function named(values: readonly string[]): FixedLookup {
	const label = (value: string) =>
		value.replace(/(^|-)[a-z]/g, (start) => start.replace('-', ' ').toUpperCase());
	return { choices: values.map((value) => ({ name: label(value), value })) };
}

/** Voices that are known from the website and the official demo; there may be others (voicemod.md §A.6). */
export const lookups = {
	searchVoices: named(['baby', 'cave', 'magic-chords']),
	searchSimpleVoices: named(['banana', 'bob', 'cave', 'drone', 'evil', 'ogre', 'pilot']),
};
