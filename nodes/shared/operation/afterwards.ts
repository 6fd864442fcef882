import type { IDataObject } from 'n8n-workflow';

import { CallError } from '../http/errors';
import { oneLine } from '../http/redact';
import { settle } from '../http/settle';
import { wait } from '../http/wait';
import type { FileSource, Follow, Outcome } from './operation';
import type { ItemCall } from './results';
import type { Run } from './run';

type Success = Extract<Outcome, { raw: IDataObject }>;

/** Adds to the output; rows of a list stay as they are. */
function extended(outcome: Success, more: IDataObject): Success {
	const { data, raw } = outcome;
	return {
		...outcome,
		raw: { ...raw, ...more },
		data: Array.isArray(data) ? data : { ...data, ...more },
	};
}

/** A title as the name of a file, with the ending of the name that it replaces. */
function titled(title: string | undefined, given: string): string {
	const plain = oneLine(title ?? '')
		.replace(/[\\/:*?"<>|]+/g, '_')
		.replace(/^[.\s]+/, '');
	const name = Array.from(plain.trim()).slice(0, 100).join('');
	return name === '' ? given : `${name}${/\.\w{1,5}$/.exec(given)?.[0] ?? ''}`;
}

/** Streams a file from its address to n8n. What is no file, such as an error in JSON, fails. */
async function fetchFile<C, S>(
	{ context, client, provider }: Run<C, S>,
	outcome: Success,
	{ url, field, name, fileName, title }: FileSource,
): Promise<Outcome> {
	if (client.download === undefined) throw new CallError(`${name} has no web address`);
	const stored = await client.download(url, name, async (file) => {
		const { content, headers, mimeType = 'application/octet-stream' } = file;
		if (/json|html/.test(mimeType)) {
			const bytes = await context.helpers.binaryToBuffer(content);
			const reply = { status: 200, headers, bytes, source: url };
			const words = provider.dialect.explain?.(reply)?.message ?? `the server sent ${mimeType}`;
			throw new CallError(`${name} could not be downloaded: ${words}`);
		}
		const given = file.fileName?.includes('.') ? file.fileName : fileName;
		return await context.helpers.prepareBinaryData(content, titled(title, given), mimeType);
	});
	const { source: _, ...rest } = outcome;
	const facts = {
		fileName: stored.fileName,
		mimeType: stored.mimeType,
		fileSize: stored.bytes ?? stored.fileSize,
	};
	return { ...extended(rest, facts), binary: { [field]: stored } };
}

/**
 * Hands a downloaded file to n8n, which keeps it in memory, on disk or elsewhere. What was paid
 * for stays paid for, so there a file that cannot be fetched does not make the item fail.
 */
export async function storeFile<C, S>(run: Run<C, S>, outcome: Outcome): Promise<Outcome> {
	const { context, operation } = run;
	if (outcome.error !== undefined) return outcome;
	const { source } = outcome;
	if (source !== undefined) {
		const fetched = await settle(async () => await fetchFile(run, outcome, source));
		if (fetched.error === undefined) return fetched.value;
		if (operation.safety !== 'spends') throw fetched.error;
		return extended(outcome, { problem: fetched.error.message });
	}
	if (outcome.file === undefined) return outcome;
	const { file, ...rest } = outcome;
	const { bytes, fileName, mimeType } = file.part;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const stored = await context.helpers.prepareBinaryData(buffer, fileName, mimeType);
	return { ...rest, binary: { [file.field]: stored } };
}

type Done = Success & { readonly data: IDataObject };

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
	return { ...value, raw, data: { ...outcome.data, ...value.data } };
}

/** What a failed question means for those that follow. */
function verdictOn(
	until: Pick<Follow<never>, 'judge' | 'persists'>,
	error: CallError,
	data: IDataObject,
): 'wait' | CallError | undefined {
	if (until.judge !== undefined) return until.judge(error, data);
	const isFinal = error.outcome === 'refused' && !error.transient && !until.persists;
	return error.stopsRun || isFinal ? undefined : 'wait';
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
	const { params } = call;
	const limitMs = until?.limitMs(params);
	if (outcome.error !== undefined || until === undefined || limitMs === undefined) return outcome;
	if (Array.isArray(outcome.data)) return outcome;
	const { data } = outcome;
	const done: Done = { ...outcome, data };
	if (until.isFinal?.(data)) return await concluded(run, call, done);
	const everyMs = typeof until.everyMs === 'number' ? until.everyMs : until.everyMs(params);
	const end = Date.now() + limitMs;
	for (;;) {
		const { value, error } = await settle(async () => {
			await wait(Math.min(everyMs, Math.max(0, end - Date.now())), run.signal);
			return await run.client.call(until.request(data, params), (reply) =>
				until.read(reply, params),
			);
		});
		const state = merged(done, value?.data ?? {});
		if (value?.isFinal) {
			const { source } = value;
			return await concluded(run, call, { ...state, ...(source && { source }) });
		}
		const verdict = error instanceof CallError ? verdictOn(until, error, data) : 'wait';
		if (verdict instanceof CallError) return { error: verdict };
		const isOver = Date.now() >= end || run.signal?.aborted === true;
		if (isOver || verdict !== 'wait') return gaveUp(run, state, error?.message);
	}
}
