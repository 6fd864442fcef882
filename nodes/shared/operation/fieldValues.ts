/** What a value is, in the words of a message. */
export function kindOf(value: unknown): string {
	if (value === null) return 'nothing (null)';
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The message for a value of another kind. */
export function wrongKind(expected: string) {
	return (issue: { input?: unknown }) => `must be ${expected}, not ${kindOf(issue.input)}`;
}

/** Expressions give numbers where texts are meant and the other way round. */
export function scalarText(value: unknown): unknown {
	return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
		? String(value)
		: value;
}
