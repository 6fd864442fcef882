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
