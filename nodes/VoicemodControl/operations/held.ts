import { CallError, CancelledError } from '../../shared/http/errors';
import { settle } from '../../shared/http/settle';
import { wait } from '../../shared/http/wait';
import type { Talk } from './base';

/** Something that is begun, held for a time, and ended in any case. */
export interface Held {
	readonly action: string;
	readonly begin: object;
	readonly end: object;
	readonly milliseconds: number;
	/** What a person does when it could not be ended. */
	readonly remedy: string;
}

function mayHaveBegun(error: Error): boolean {
	if (error instanceof CancelledError) return error.sent;
	return !(error instanceof CallError) || error.outcome === 'unknown';
}

/** Also when the execution is cancelled, the connection breaks, or the answer to the beginning is lost. */
export async function hold(talk: Talk, held: Held): Promise<void> {
	const { action, begin, end, milliseconds, remedy } = held;
	// Finding the app takes a while, which must not be taken from the time; this sends nothing more.
	await talk.ask('registerClient');
	const started = Date.now();
	const begun = await settle(async () => await talk.ask(action, begin, 'once'));
	if (begun.error !== undefined && !mayHaveBegun(begun.error)) throw begun.error;
	const waited = await settle(async () => {
		if (begun.error !== undefined) throw begun.error;
		await wait(Math.max(0, milliseconds - (Date.now() - started)), talk.signal);
	});
	const ended = await settle(
		async () => await talk.ask(action, end, 'idempotent', { ending: 'yes' }),
	);
	if (ended.error !== undefined) {
		throw new CallError(`It was begun and could not be ended: ${ended.error.message}`, {
			hint: remedy,
			outcome: 'unknown',
		});
	}
	if (waited.error !== undefined) throw waited.error;
}
