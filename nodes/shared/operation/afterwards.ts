import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { CallError } from '../http/errors';
import { settle } from '../http/settle';
import { wait } from '../http/wait';
import type { Outcome } from './operation';
import type { ItemCall } from './results';
import type { Run } from './run';

/** Hands a downloaded file to n8n, which keeps it in memory, on disk or elsewhere. */
export async function storeFile(context: IExecuteFunctions, outcome: Outcome): Promise<Outcome> {
	if (outcome.error !== undefined || outcome.file === undefined) return outcome;
	const { file, ...rest } = outcome;
	const { bytes, fileName, mimeType } = file.part;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const stored = await context.helpers.prepareBinaryData(buffer, fileName, mimeType);
	return { ...rest, binary: { [file.field]: stored } };
}

/**
 * Asks until the provider has finished, as the operation says. What was done stays done, so
 * neither a failed question, nor the end of the time, nor a cancel makes the item fail. One bad
 * answer ends nothing either: the next one may be good.
 */
export async function askOn<C, S>(
	run: Run<C, S>,
	call: ItemCall,
	outcome: Outcome,
): Promise<Outcome> {
	const { until } = run.operation;
	const limitMs = until?.limitMs(call.params);
	if (outcome.error !== undefined || until === undefined || limitMs === undefined) return outcome;
	if (Array.isArray(outcome.data)) return outcome;
	const { data } = outcome;
	const merged = (more: IDataObject): Outcome => ({
		...outcome,
		raw: { ...outcome.raw, ...more },
		data: { ...data, ...more },
	});
	const end = Date.now() + limitMs;
	for (;;) {
		const { value, error } = await settle(async () => {
			await wait(Math.min(until.everyMs, Math.max(0, end - Date.now())), run.signal);
			return await run.client.call(until.request(data), (reply) => until.read(reply));
		});
		if (value?.isFinal) return merged(value.data);
		const isOver = Date.now() >= end || run.signal?.aborted;
		const stops = error instanceof CallError && error.stopsRun;
		if (isOver || stops) return merged({ ...value?.data, ...until.giveUp(error?.message) });
	}
}
