import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { CancelledError } from '../http/errors';
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
 * neither a failed question nor the end of the time makes the item fail.
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
		await wait(Math.min(until.everyMs, Math.max(0, end - Date.now())), run.signal);
		const asked = await settle(
			async () => await run.client.call(until.request(data), (reply) => until.read(reply)),
		);
		if (asked.error instanceof CancelledError) throw asked.error;
		if (asked.error !== undefined) return merged(until.giveUp(asked.error.message));
		if (asked.value.isFinal) return merged(asked.value.data);
		if (Date.now() >= end) return merged({ ...asked.value.data, ...until.giveUp(undefined) });
	}
}
