import { performance } from 'node:perf_hooks';

import { runInEngine } from './engine';
import type { Target } from './contenders';
import { watchMemory } from './memory';
import { makeMessages, SENDER } from './messages';

export interface BatchesJob {
	target: Target;
	count: number;
	batchSize: number;
}

export interface BatchesResult {
	wallMs: number;
	/** Megabytes above what the idle engine used before the items existed. */
	rssMb: number;
	heapMb: number;
	/** Items whose output stands at their place, names them, and holds their own number. */
	paired: number;
	/** Id and number of every output item, for a comparison with what the simulator stored. */
	sent: Array<[id: number, phone: string]>;
}

async function send({ target, batchSize }: BatchesJob, messages: ReturnType<typeof makeMessages>) {
	return await runInEngine(
		{
			node: 'alphaSms',
			credential: { baseUrl: 'custom', customBaseUrl: target.url, apiKey: target.key },
			parameters: {
				resource: 'message',
				operation: 'sendSms',
				phone: '={{ $json.phone }}',
				smsSignature: SENDER,
				smsMessage: '={{ $json.text }}',
				additionalFields: {},
				options: { batchSize },
			},
		},
		messages,
	);
}

/** Sends `count` messages in batches with the ids that the node makes. Wants a process of its own. */
export async function runBatches(job: BatchesJob): Promise<BatchesResult> {
	await send(job, makeMessages(1));
	const memory = watchMemory();
	const started = performance.now();
	const messages = makeMessages(job.count);
	const items = await send(job, messages);
	const wallMs = performance.now() - started;
	const { rssMb, heapMb } = memory.stop();

	const paired = items.filter(({ json, pairedItem }, index) => {
		const { item } = pairedItem as { item: number };
		const isOwn = item === index && json.phone === messages[index]?.phone;
		return isOwn && json.outcome === 'accepted' && typeof json.msg_id === 'number';
	}).length;
	const sent = items.map(({ json }): [number, string] => [Number(json.id), String(json.phone)]);
	return { wallMs, rssMb, heapMb, paired, sent };
}
