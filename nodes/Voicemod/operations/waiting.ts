import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../../shared/http/errors';
import { decimal, flag, integer } from '../../shared/operation/field';
import { UNTRUSTED } from '../attempt';

export const whileWaiting = { waitForCompletion: [true] };

/** Whether, how often and how long to ask for the end of a job. */
export function waitingFields<const M extends number>(maxWait: M) {
	return {
		waitForCompletion: flag({
			displayName: 'Wait for Completion',
			default: true,
			description: 'Whether to ask until the result is there',
		}),
		interval: decimal({
			displayName: 'Interval (Seconds)',
			default: 1,
			min: 0.2,
			max: 60,
			decimals: 1,
			show: whileWaiting,
			description: 'Pause between two questions',
		}),
		maxWait: integer({
			displayName: 'Maximum Wait (Seconds)',
			default: maxWait as number,
			min: 1,
			max: 3600,
			show: whileWaiting,
			description:
				'When the result is not there by then, the item goes on without it; get it later by its ID',
		}),
	};
}

/**
 * What a failed question about a job means: these statuses are its end, a wrong signature nothing at
 * all, a refused credential no answer ever; after everything else it is asked again.
 */
export function judgeQuestion(
	error: CallError,
	failed: string,
	finalStatuses: readonly number[],
): 'wait' | CallError | undefined {
	const { code, httpStatus = 0, stopsRun } = error;
	if (code === UNTRUSTED) return error;
	if (finalStatuses.includes(httpStatus)) {
		return new CallError(`${failed}: ${error.message}`, { code, httpStatus, hint: error.hint });
	}
	return stopsRun || httpStatus === 403 ? undefined : 'wait';
}

export function giveUp(problem: string | undefined, later: string): IDataObject {
	const why = problem ?? 'It was not ready in time';
	return {
		isReady: false,
		timedOut: problem === undefined,
		problem: `${why}. It may still be made: use ${later} with the ID`,
	};
}
