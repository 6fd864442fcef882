import type { IDataObject, INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { oneLine, presentable, redact } from './redact';

const MAX_RAW_TEXT = 10_000;

/** Causes that n8n understands on an error, e.g. to slow down polling. */
export type FailureCause =
	| 'rate-limited'
	| 'quota-exhausted'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

/**
 * What a failed call left behind: `refused` by an answer, `not_sent` when nothing reached the
 * provider, `unknown` when it may have acted although no usable answer came.
 */
export type FailureOutcome = 'refused' | 'not_sent' | 'unknown';

export interface CallErrorOptions {
	/** What the user can do about it. */
	hint?: string;
	/** The provider's own code. */
	code?: string;
	httpStatus?: number;
	cause?: FailureCause;
	retryAfterMs?: number;
	/** `refused` unless given. */
	outcome?: FailureOutcome;
	/** Whether trying again later can help. */
	transient?: boolean;
	/** Whether nothing more may be sent in this run, e.g. after a refused credential. */
	stopsRun?: boolean;
	/** Tries at most, where fewer than usual make sense. */
	maxAttempts?: number;
	/** What a workflow can go on with; stands beside the error in the output. */
	details?: IDataObject;
}

/** A call that did not succeed: refused by the provider, or never properly answered. */
export class CallError extends Error {
	hint?: string;
	code?: string;
	readonly httpStatus?: number;
	readonly failureCause?: FailureCause;
	readonly retryAfterMs?: number;
	readonly outcome: FailureOutcome;
	readonly transient: boolean;
	readonly stopsRun: boolean;
	readonly maxAttempts?: number;
	readonly details?: IDataObject;

	constructor(message: string, options: CallErrorOptions = {}) {
		// Cut far behind what is ever shown: a secret cut in two could not be hidden any more.
		super(oneLine(message).slice(0, MAX_RAW_TEXT));
		this.name = 'CallError';
		this.hint = options.hint;
		this.code = options.code;
		this.httpStatus = options.httpStatus;
		this.failureCause = options.cause;
		this.retryAfterMs = options.retryAfterMs;
		this.outcome = options.outcome ?? 'refused';
		this.transient = options.transient ?? false;
		this.stopsRun = options.stopsRun ?? false;
		this.maxAttempts = options.maxAttempts;
		this.details = options.details;
	}
}

/** Takes secrets out of everything of an error that is shown and may hold the provider's words. */
export function hideSecrets(error: Error, secrets: readonly string[]): void {
	error.message = redact(error.message, secrets);
	if (!(error instanceof CallError)) return;
	const { hint, code } = error;
	if (hint !== undefined) error.hint = redact(hint, secrets);
	if (code !== undefined) error.code = presentable(code, secrets);
}

/** The failure of a request that was sent again after its first answer was lost. */
export function afterLostAnswer(error: CallError): CallError {
	return new CallError(`The answer was lost, and on sending again: ${error.message}`, {
		...error,
		hint: error.outcome === 'refused' ? error.hint : undefined,
		cause: error.failureCause,
		outcome: 'unknown',
	});
}

/** The failure of what had to be done first, e.g. of a login: the request itself never left. */
export function beforeSending(error: Error): Error {
	if (!(error instanceof CallError)) return error;
	return new CallError(error.message, {
		...error,
		cause: error.failureCause,
		outcome: 'not_sent',
	});
}

/** A parameter that cannot be used; the message names the field by its label. */
export class ParameterError extends Error {
	constructor(
		message: string,
		readonly hint?: string,
	) {
		super(presentable(message));
		this.name = 'ParameterError';
	}
}

/** The run was cancelled by the user or by n8n. */
export class CancelledError extends Error {
	/** @param sent whether bytes of a request had left */
	constructor(readonly sent = false) {
		super('The execution was cancelled');
		this.name = 'CancelledError';
	}
}

function failureOf(error: CallError) {
	switch (error.failureCause) {
		case undefined:
			return undefined;
		case 'credential-invalid':
		case 'configuration-invalid':
			return { cause: error.failureCause };
		default:
			return { cause: error.failureCause, retryAfterMs: error.retryAfterMs };
	}
}

/**
 * The one n8n error for a failed item. Message and description are always given explicitly: left
 * alone, `NodeApiError` replaces the provider's words by stock sentences.
 */
export function toNodeError(
	node: INode,
	error: unknown,
	options: { itemIndex?: number; advice?: string; context?: IDataObject } = {},
): NodeApiError | NodeOperationError {
	const { itemIndex, advice, context } = options;
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const place = itemIndex === undefined ? '' : ` [item ${itemIndex}]`;
	const text = error instanceof Error ? error.message : String(error);
	const message = `${presentable(text)}${place}`;
	const hint =
		error instanceof CallError || error instanceof ParameterError ? error.hint : undefined;
	const description = [hint, advice].filter(Boolean).join(' ') || undefined;

	if (!(error instanceof CallError)) {
		const nodeError = new NodeOperationError(node, message, { itemIndex, description });
		Object.assign(nodeError.context, context);
		return nodeError;
	}
	const response: JsonObject = { message };
	if (error.code !== undefined) response.code = error.code;
	const nodeError = new NodeApiError(node, response, {
		message,
		description: description ?? ' ',
		httpCode: error.httpStatus === undefined ? undefined : String(error.httpStatus),
		itemIndex,
		failure: failureOf(error),
	});
	// n8n swaps messages that hold words such as ECONNREFUSED for its own; ours say more.
	nodeError.message = message;
	nodeError.description = description;
	Object.assign(nodeError.context, context);
	return nodeError;
}
