import { leakOf, MARKER } from './markers';

export { ENCODED_MARKER, leakOf, MARKER } from './markers';

const logged: unknown[] = [];

// n8n's logger takes hold of the console when it is loaded, so this module must be imported before the engine.
for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
	jest.spyOn(console, level).mockImplementation((...line: unknown[]) => void logged.push(line));
}

/** Keeps what n8n logs out of the report of the tests, and checks in the end that it does not show the key. */
export function watchLog(secrets: readonly string[] = [MARKER]): void {
	afterAll(() => {
		for (const secret of secrets) expect(leakOf(logged, secret)).toBeUndefined();
	});
}
