import { performance } from 'node:perf_hooks';

import type { IDataObject } from 'n8n-workflow';
import type { Pool } from 'undici';

import { runInEngine } from './engine';
import type { Message } from './messages';
import { makeMessages, SENDER } from './messages';

/** Where and how the requests go. */
export interface Target {
	url: string;
	key: string;
}

export interface SinglesJob {
	contender: 'node' | 'undici' | 'http-request';
	target: Target;
	count: number;
	concurrency: number;
	/** The `options` of the HTTP Request node. */
	httpRequestOptions?: IDataObject;
}

export interface SinglesResult {
	wallMs: number;
	/** User and system time of the process, all threads. */
	cpuMs: number;
	/** Messages that the gateway confirmed. */
	confirmed: number;
}

/** Gives the number of confirmed messages. What is sent and checked is the same for all. */
type Contender = (messages: Message[], job: SinglesJob) => Promise<number>;

const GATEWAY = '/api/json.php';

const ownNode: Contender = async (messages, { target, concurrency }) => {
	const items = await runInEngine(
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
				options: { batchSize: 1, concurrency },
			},
		},
		messages,
	);
	return items.filter(
		({ json, pairedItem }, index) =>
			json.outcome === 'accepted' &&
			json.phone === messages[index]?.phone &&
			(pairedItem as { item: number }).item === index,
	).length;
};

const SMS_EXPRESSION = `{ type: 'sms', id: $json.id, phone: Number($json.phone), sms_signature: '${SENDER}', sms_message: $json.text }`;

const httpRequest: Contender = async (messages, { target, httpRequestOptions }) => {
	const items = await runInEngine(
		{
			node: 'httpRequest',
			parameters: {
				method: 'POST',
				url: target.url + GATEWAY,
				authentication: 'none',
				sendBody: true,
				contentType: 'json',
				specifyBody: 'json',
				jsonBody: `={{ { auth: '${target.key}', data: [${SMS_EXPRESSION}] } }}`,
				options: httpRequestOptions ?? {},
			},
		},
		messages,
	);
	return items.filter(({ json }, index) => isConfirmed(json, messages[index])).length;
};

interface Answer {
	success?: boolean;
	data?: Array<{ success?: boolean; data?: { id?: number } }>;
}

function isConfirmed(answer: Answer, message: Message | undefined): boolean {
	const [result] = answer.data ?? [];
	return answer.success === true && result?.success === true && result.data?.id === message?.id;
}

async function postOne(pool: Pool, key: string, message: Message): Promise<Answer> {
	const { id, phone, text } = message;
	const sms = {
		type: 'sms',
		id,
		phone: Number(phone),
		sms_signature: SENDER,
		sms_message: text,
	};
	const { body } = await pool.request({
		method: 'POST',
		path: GATEWAY,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ auth: key, data: [sms] }),
	});
	return (await body.json()) as Answer;
}

const bareUndici: Contender = async (messages, { target, concurrency }) => {
	const undici = await import('undici');
	const pool = new undici.Pool(target.url, { connections: concurrency });
	let confirmed = 0;
	let next = 0;
	const worker = async () => {
		for (let message = messages[next++]; message; message = messages[next++]) {
			if (isConfirmed(await postOne(pool, target.key, message), message)) confirmed++;
		}
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	await pool.close();
	return confirmed;
};

const CONTENDERS = { node: ownNode, undici: bareUndici, 'http-request': httpRequest };

/** Sends `count` messages, one per request, and measures this process. */
export async function runSingles(job: SinglesJob): Promise<SinglesResult> {
	const messages = makeMessages(job.count);
	const before = process.cpuUsage();
	const started = performance.now();
	const confirmed = await CONTENDERS[job.contender](messages, job);
	const wallMs = performance.now() - started;
	const { user, system } = process.cpuUsage(before);
	return { wallMs, cpuMs: (user + system) / 1000, confirmed };
}
