export type Settled<T> =
	| { readonly value: T; readonly error?: undefined }
	| { readonly value?: undefined; readonly error: Error };

/** What a task gave or threw, for callers that decide further on what to do about a failure. */
export async function settle<T>(task: () => T | Promise<T>): Promise<Settled<T>> {
	try {
		return { value: await task() };
	} catch (error) {
		return { error: error instanceof Error ? error : new Error(String(error)) };
	}
}
