import { createHmac } from 'node:crypto';

import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { ParameterError } from '../http/errors';
import { choice, integer } from '../operation/field';
import { isTool } from '../operation/tool';
import { safeEqual } from './delivery';

const TAG = 'awaits';
const SEAL = 'seal';
const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** Form fields of every send-and-wait operation. */
export const waitFields = {
	waitAmount: integer({
		displayName: 'Wait At Most',
		default: 1,
		min: 1,
		required: true,
		description:
			'How long to wait for the answer. After that the workflow goes on through the output Timed Out.',
	}),
	waitUnit: choice({
		displayName: 'Unit',
		default: 'hours',
		options: [
			{ name: 'Days', value: 'days' },
			{ name: 'Hours', value: 'hours' },
			{ name: 'Minutes', value: 'minutes' },
		],
	}),
};

/** The webhook entry by which n8n finds a waiting node again. */
export const resumeWebhook: IWebhookDescription = {
	name: 'default',
	httpMethod: 'POST',
	responseMode: 'onReceived',
	// Without it n8n answers with the word firstEntryJson.
	responseData: '',
	path: '={{ $nodeId }}',
	restartWebhook: true,
	isFullPath: true,
};

/** Execution and node that wait, as the last two parts of the resume URL name them. */
function place(path: string): string {
	return path.split(/[?#]/, 1)[0]?.split('/').filter(Boolean).slice(-2).join('/') ?? '';
}

function sealOf(path: string, tag: string, secret: string): string {
	return createHmac('sha256', secret)
		.update(`${place(path)}:${tag}`)
		.digest('hex')
		.slice(0, 40);
}

/**
 * The URL that resumes this execution. n8n's own resume token is in it, which newer hosts check;
 * the tag and a seal over it are ours, so that one message cannot answer for another.
 */
export function resumeUrl(context: IExecuteFunctions, secret: string, tag: string): string {
	const base = context.evaluateExpression('{{ $execution.resumeUrl }}', 0);
	if (typeof base !== 'string' || !URL.canParse(base)) {
		throw new ParameterError('This n8n has no address for callbacks', 'Set WEBHOOK_URL.');
	}
	const url = new URL(base);
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${context.getNode().id}`;
	url.searchParams.set(TAG, tag);
	url.searchParams.set(SEAL, sealOf(url.pathname, tag, secret));
	return url.href;
}

/** A callback that came as a query, without what the address itself holds. */
export function withoutResumeKeys(body: IDataObject): IDataObject {
	const own = new Set([TAG, SEAL, 'signature', 'token']);
	return Object.fromEntries(Object.entries(body).filter(([key]) => !own.has(key)));
}

/** What the sender of the message noted about the awaited answer; undefined for a forged URL. */
export function awaitedTag(
	context: IWebhookFunctions,
	query: Readonly<Record<string, string>>,
	secret: string,
): string | undefined {
	const tag = query[TAG];
	const { originalUrl } = context.getRequestObject();
	if (!tag || !safeEqual(query[SEAL] ?? '', sealOf(originalUrl ?? '', tag, secret)))
		return undefined;
	return tag;
}

/** Resumes the execution through the first output; `Timed Out` stays empty. */
export function resumeWith(json: IDataObject): IWebhookResponseData {
	const item = { json: { ...json, timedOut: false }, pairedItem: { item: 0 } };
	return { webhookResponse: 'OK', workflowData: [[item], []] };
}

/**
 * Puts the execution to wait after the message was accepted. Without an answer in time, n8n goes
 * on with what stands here as the node's input: nothing on the first output, `sent` on the
 * second.
 */
export async function waitForAnswer(
	context: IExecuteFunctions,
	params: Readonly<Record<string, unknown>>,
	sent: INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
	const unit = UNIT_MS[params.waitUnit as keyof typeof UNIT_MS] ?? UNIT_MS.hours;
	const timedOut = sent.map((item) => ({ ...item, json: { ...item.json, timedOut: true } }));
	const execution = context.getExecuteData();
	execution.data.main = [[], timedOut];
	// Both outputs descend from the same input, so that later expressions still find their item.
	const [origin = null] = execution.source?.main ?? [];
	execution.source = { ...execution.source, main: [origin, origin] };
	context.setMetadata({ forwardAllOutputs: true });
	await context.putExecutionToWait(new Date(Date.now() + Number(params.waitAmount ?? 1) * unit));
	return [sent, []];
}

/** One execution can wait for one answer, and an AI agent for none. */
export function assertCanWait(context: IExecuteFunctions, operationName: string): void {
	// Tools that the engine runs itself are told by where their output goes.
	if (isTool(context) || context.getNode().rewireOutputLogTo !== undefined) {
		throw new ParameterError(`"${operationName}" cannot wait inside an AI agent; nothing was sent`);
	}
	const count = context.getInputData().length;
	if (count === 1) return;
	throw new ParameterError(
		`"${operationName}" handles one item at a time, this run has ${count}; nothing was sent`,
		'Put a Loop Over Items node with batch size 1 before it, or use the sending operation with a callback URL and react in the trigger node.',
	);
}
