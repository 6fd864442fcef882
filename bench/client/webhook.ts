import { createHash } from 'node:crypto';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

export interface WebhookJob {
	deliveries: number;
	/** Message id of the first one; a repeated delivery would start nothing. */
	firstId: number;
}

export interface WebhookResult {
	wallMs: number;
	/** Deliveries that started a workflow. */
	started: number;
}

const KEY = 'bench-key';
const BUILT = path.resolve(__dirname, '../../dist/nodes/AlphaSms/receive.js');

type Receive = (context: IWebhookFunctions) => Promise<IWebhookResponseData>;

/** What n8n hands to a webhook node, as far as the trigger asks for it. */
function context(id: number): IWebhookFunctions {
	const rawBody = Buffer.from(
		JSON.stringify({
			id,
			msg_id: id + 1_000_000,
			type: 'sms',
			status: 'DELIVERED',
			phone: 380971234567,
		}),
	);
	const signature = createHash('sha256').update(rawBody).update(KEY).digest('hex');
	const parameters: Record<string, unknown> = {
		events: ['status'],
		callbackSecret: '',
		options: { finalOnly: true },
	};
	return {
		getCredentials: async () => ({ baseUrl: 'https://alphasms.ua', apiKey: KEY }),
		getRequestObject: () => ({
			rawBody,
			headers: { 'content-type': 'application/json', 'x-signature': signature },
			query: {},
		}),
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getMode: () => 'webhook',
		getWorkflow: () => ({ id: '1' }),
		getNode: () => ({ id: '1' }),
	} as unknown as IWebhookFunctions;
}

/** Signed delivery reports through the trigger's own code, one after the other; n8n's part is left out. */
export async function runWebhook({ deliveries, firstId }: WebhookJob): Promise<WebhookResult> {
	const { receive } = (await import(BUILT)) as { receive: Receive };
	const contexts = Array.from({ length: deliveries }, (_, index) => context(firstId + index));
	const begun = performance.now();
	let started = 0;
	for (const delivery of contexts) {
		if ((await receive(delivery)).workflowData) started++;
	}
	return { wallMs: performance.now() - begun, started };
}
