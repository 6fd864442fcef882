import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { CallError } from '../http/errors';
import type { Operation, Outcome } from './operation';
import type { ItemCall } from './results';
import { adviceFor, failureWord } from './results';

/** Whether items that were turned down come out of a second output of their own. */
export function separatesRejected(context: IExecuteFunctions, { rejects }: Operation): boolean {
	if (rejects === undefined) return false;
	return context.getNodeParameter(rejects.parameter, 0, '') === rejects.separate;
}

function rejected(operation: Operation, call: ItemCall, reason: string, outcome: string): Outcome {
	const data: IDataObject = {
		...operation.rejects?.row(call),
		outcome,
		reason,
	};
	return { raw: data, data, rejected: true };
}

/** The outcome of an item that need not be sent to be turned down; undefined for all others. */
export function screened(
	operation: Operation,
	call: ItemCall,
	separate: boolean,
): Outcome | undefined {
	const reason = operation.rejects?.screen?.(call.params);
	if (reason === undefined) return undefined;
	if (separate) return rejected(operation, call, reason, 'not_sent');
	return { error: new CallError(reason, { outcome: 'not_sent' }) };
}

/** What a request that was answered says about one item that it turned down. */
export function turnedDown(
	operation: Pick<Operation, 'rejects'>,
	call: ItemCall,
	reason: string,
	separate: boolean,
): Outcome {
	if (!separate) return { error: new CallError(reason) };
	return rejected(operation as Operation, call, reason, 'rejected');
}

function wasAnswered(outcome: Outcome | undefined): boolean {
	if (outcome === undefined || outcome.error !== undefined) return false;
	return !(outcome.rejected && outcome.raw.outcome === 'not_sent');
}

/**
 * With a second output, a request that failed as a whole takes nothing from the others: its items
 * come out there. When no request went well, something is wrong with all of it, and the run fails.
 *
 * @returns whether every item has an outcome now that is no error
 */
export function keepOthers(
	operation: Operation,
	calls: readonly ItemCall[],
	outcomes: Array<Outcome | undefined>,
	fatal: CallError | undefined,
): boolean {
	if (!calls.some(({ itemIndex }) => wasAnswered(outcomes[itemIndex]))) return false;
	for (const call of calls) {
		const outcome = outcomes[call.itemIndex];
		if (outcome !== undefined && outcome.error === undefined) continue;
		const stopped = `Not sent, because the run was stopped: ${fatal?.message ?? ''}`;
		const error = outcome?.error ?? new CallError(stopped, { outcome: 'not_sent' });
		// Whoever sends these again must know what has surely not been taken.
		const words = [error.message, adviceFor(operation, error)].filter(Boolean).join('. ');
		outcomes[call.itemIndex] = rejected(operation, call, words, failureWord(error));
	}
	return true;
}
