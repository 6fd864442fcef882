// The words title case leaves small in the middle of a title.
const SMALL = new Set(
	'a an and as at but by for from in into nor of on or per so the to via vs with without'.split(
		' ',
	),
);

/** A host or a path in parentheses is quoted, not written. */
const QUOTED = /\([^()]*[./][^()]*\)/g;

/** Whether a label is written In Title Case. */
export function isTitleCase(label: string): boolean {
	const words = label
		.replace(QUOTED, '')
		.split(/[\s/]+|-(?=\w)/)
		.filter(Boolean);
	return words.every((word, index) => {
		const letters = word.replace(/^[("'&]+/, '');
		if (/^[^a-z]/.test(letters) || letters === '') return true;
		const isEdge = index === 0 || index === words.length - 1;
		return !isEdge && SMALL.has(letters.replace(/\W+$/, ''));
	});
}
