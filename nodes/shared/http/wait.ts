import { CancelledError } from './errors';

/** Lets timers, sockets and the rest of n8n have a turn during long work. */
export async function breathe(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}

/** Waits `ms` milliseconds; rejects with `CancelledError` as soon as `signal` aborts. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
	if (signal?.aborted) throw new CancelledError();
	await new Promise<void>((resolve, reject) => {
		const onAbort = () => {
			clearTimeout(timer);
			reject(new CancelledError());
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener('abort', onAbort);
			resolve();
		}, ms);
		signal?.addEventListener('abort', onAbort, { once: true });
	});
}

/** Waits for `work`; rejects with `CancelledError` as soon as `signal` aborts, and lets it go on. */
export async function orCancelled<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
	if (signal === undefined) return await work;
	return await new Promise<T>((resolve, reject) => {
		const onAbort = () => reject(new CancelledError());
		if (signal.aborted) onAbort();
		signal.addEventListener('abort', onAbort, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
	});
}

/** What `work` gives within `ms` milliseconds; undefined when it takes longer, and then it is let go on. */
export async function atMost<T>(work: Promise<T>, ms: number): Promise<{ value: T } | undefined> {
	return await new Promise((resolve, reject) => {
		const timer = setTimeout(() => resolve(undefined), ms);
		work
			.then((value) => resolve({ value }), reject)
			.finally(() => {
				clearTimeout(timer);
			});
	});
}
