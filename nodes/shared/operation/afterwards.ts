import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../http/errors';
import { settle } from '../http/settle';
import { wait } from '../http/wait';
import type { FileSource, Outcome } from './operation';
import type { ItemCall } from './results';
import type { Run } from './run';

/** Streams a file from its address to n8n. What is no file, such as an error in JSON, fails. */
async function fetchFile<C, S>(
	{ context, client, provider }: Run<C, S>,
	outcome: Extract<Outcome, { raw: IDataObject }>,
	{ url, field, name, fileName }: FileSource,
): Promise<Outcome> {
	const stored = await client.download(url, name, async (file) => {
		const { content, headers, mimeType = 'application/octet-stream' } = file;
		if (/json|html/.test(mimeType)) {
			const bytes = await context.helpers.binaryToBuffer(content);
			const reply = { status: 200, headers, bytes, source: url };
			const words = provider.dialect.explain?.(reply)?.message ?? `the server sent ${mimeType}`;
			throw new CallError(`${name} could not be downloaded: ${words}`);
		}
		const given = file.fileName?.includes('.') ? file.fileName : fileName;
		return await context.helpers.prepareBinaryData(content, given, mimeType);
	});
	const facts = {
		fileName: stored.fileName,
		mimeType: stored.mimeType,
		fileSize: stored.bytes ?? stored.fileSize,
	};
	const { source: _, ...rest } = outcome;
	return {
		...rest,
		raw: { ...outcome.raw, ...facts },
		data: { ...outcome.data, ...facts },
		binary: { [field]: stored },
	};
}

/** Hands a downloaded file to n8n, which keeps it in memory, on disk or elsewhere. */
export async function storeFile<C, S>(run: Run<C, S>, outcome: Outcome): Promise<Outcome> {
	const { context } = run;
	if (outcome.error === undefined && outcome.source !== undefined) {
		return await fetchFile(run, outcome, outcome.source);
	}
	if (outcome.error !== undefined || outcome.file === undefined) return outcome;
	const { file, ...rest } = outcome;
	const { bytes, fileName, mimeType } = file.part;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const stored = await context.helpers.prepareBinaryData(buffer, fileName, mimeType);
	return { ...rest, binary: { [file.field]: stored } };
}

type Done = Extract<Outcome, { raw: IDataObject }> & { readonly data: IDataObject };

function merged(outcome: Done, more: IDataObject): Done {
	return { ...outcome, raw: { ...outcome.raw, ...more }, data: { ...outcome.data, ...more } };
}

/** What remains of a success that could not be followed to its end. */
function gaveUp<C, S>({ operation }: Run<C, S>, outcome: Done, problem?: string): Outcome {
	const more = operation.until?.giveUp(problem, outcome.data) ?? {};
	return more instanceof CallError ? { error: more } : merged(outcome, more);
}

/** The last request of an operation that waits for something, e.g. the download of it. */
async function concluded<C, S>(run: Run<C, S>, call: ItemCall, outcome: Done): Promise<Outcome> {
	const last = run.operation.until?.last?.(call.params, outcome.data);
	if (last === undefined) return outcome;
	const { value, error } = await settle(async () => await run.client.call(last.request, last.read));
	if (error !== undefined) return gaveUp(run, outcome, error.message);
	if (value.error !== undefined) return gaveUp(run, outcome, value.error.message);
	const raw = { ...outcome.raw, ...value.raw };
	return await storeFile(run, { ...value, raw, data: { ...outcome.data, ...value.data } });
}

/**
 * Asks until the provider has finished, as the operation says. What was done stays done, so
 * neither a failed question, nor the end of the time, nor a cancel makes the item fail, unless the
 * operation says that it is worth nothing then. A question without an answer is asked again.
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
	const done: Done = { ...outcome, data };
	if (until.isFinal?.(data)) return await concluded(run, call, done);
	const end = Date.now() + limitMs;
	for (;;) {
		const { value, error } = await settle(async () => {
			await wait(Math.min(until.everyMs, Math.max(0, end - Date.now())), run.signal);
			return await run.client.call(until.request(data), (reply) => until.read(reply));
		});
		const state = value === undefined ? done : merged(done, value.data);
		if (value?.isFinal) return await concluded(run, call, state);
		const isOver = Date.now() >= end || run.signal?.aborted;
		const stops =
			error instanceof CallError &&
			(error.stopsRun || (error.outcome === 'refused' && !error.transient && !until.persists));
		if (isOver || stops) return gaveUp(run, state, error?.message);
	}
}
