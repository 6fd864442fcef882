/** The process under test: nodes in n8n's engine and the trigger's own code, at an hour's pace in five minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runInEngine, type Subject } from '../../bench/client/engine';
import { liveMb } from '../../bench/client/memory';
import { makeMessages, SENDER } from '../../bench/client/messages';
import { runWebhook } from '../../bench/client/webhook';
import type { Outcome, Plan, Sample } from './traffic';

const TICK_MS = 100;
const MESSAGES_PER_RUN = 4;
const CALLBACKS_PER_TICK = 8;
/** Runs at once. */
const MAX_OPEN = 40;
const SAMPLE_EVERY_MS = 5000;
/** The trigger remembers so many events; filled beforehand, since that is no leak. */
const REMEMBERED = 20_000;
/** Sockets are closed after 4 idle seconds. */
const DRAIN_MS = 6000;
const MB = 1024 * 1024;

const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));
process.on('uncaughtException', (error) => unhandled.push(String(error)));

function subjects({ alphaSms, velip }: Plan) {
	const options = { timeout: 5 };
	const gateway = {
		node: 'alphaSms',
		credential: { baseUrl: 'custom', customBaseUrl: alphaSms.url, apiKey: alphaSms.key },
	} as const;
	const send: Subject = {
		...gateway,
		parameters: {
			resource: 'message',
			operation: 'sendSms',
			phone: '={{ $json.phone }}',
			smsSignature: SENDER,
			smsMessage: '={{ $json.text }}',
			additionalFields: { id: '={{ $json.id }}' },
			options,
		},
	};
	const read: Subject = {
		...gateway,
		parameters: { resource: 'account', operation: 'getBalance', options },
	};
	const calls: Subject = {
		node: 'velip',
		credential: { baseUrl: velip.url, authentication: 'bearer', token: velip.key },
		parameters: { resource: 'call', operation: 'getAll', limit: 50, additionalFields: {}, options },
	};
	return { send, read, calls };
}

async function soak(plan: Plan): Promise<Outcome> {
	const { send, read, calls } = subjects(plan);
	const outcome: Outcome = {
		sent: 0,
		reads: 0,
		calls: 0,
		callbacks: 0,
		failures: {},
		samples: [],
		unhandled,
		openSockets: 0,
	};
	/** Counts what succeeded; a failure by its words, without the numbers in them. */
	const attempt = async (subject: Subject, items: Parameters<typeof runInEngine>[1]) => {
		try {
			return (await runInEngine(subject, items)).length;
		} catch (error) {
			// What the engine keeps of an error is a plain object.
			const { message = 'no message' } = error as { message?: string };
			const words = message.replace(/\d+/g, 'N');
			outcome.failures[words] = (outcome.failures[words] ?? 0) + 1;
			return 0;
		}
	};
	let nextEvent = 1;
	const deliver = async (deliveries: number) => {
		const { started } = await runWebhook({ deliveries, firstId: nextEvent });
		nextEvent += deliveries;
		outcome.callbacks += started;
	};
	await deliver(REMEMBERED);

	const begun = Date.now();
	const elapsed = () => Date.now() - begun;
	let nextSample = 0;
	const open = new Set<Promise<void>>();
	const begin = (work: Promise<void>) => {
		const tracked = work.finally(() => open.delete(tracked));
		open.add(tracked);
	};
	const count = async (
		name: 'sent' | 'reads' | 'calls',
		subject: Subject,
		items: Parameters<typeof runInEngine>[1],
	) => {
		outcome[name] += await attempt(subject, items);
	};
	for (let tick = 0; elapsed() < plan.seconds * 1000; tick += 1) {
		const due = begun + tick * TICK_MS;
		if (due > Date.now()) await sleep(due - Date.now());
		// A fault may hold a run for seconds; the others go on.
		while (open.size >= MAX_OPEN) await Promise.race(open);
		begin(count('sent', send, makeMessages(MESSAGES_PER_RUN)));
		if (tick % 3 === 0) begin(count('reads', read, [{}]));
		if (tick % 20 === 0) begin(count('calls', calls, [{}]));
		await deliver(CALLBACKS_PER_TICK);
		if (elapsed() < nextSample) continue;
		nextSample += SAMPLE_EVERY_MS;
		const sample: Sample = {
			second: Math.round(elapsed() / 1000),
			liveMb: liveMb(),
			rssMb: process.memoryUsage().rss / MB,
		};
		outcome.samples.push(sample);
	}
	await Promise.all(open);
	await sleep(DRAIN_MS);
	outcome.openSockets = process
		.getActiveResourcesInfo()
		.filter((name) => /^T(CP|LS)/.test(name)).length;
	return outcome;
}

process.once('message', (plan: Plan) => {
	soak(plan)
		.then((outcome) => process.send?.(outcome, () => process.exit(0)))
		.catch((error: unknown) => {
			process.stderr.write(`${String(error)}\n`);
			process.exit(1);
		});
});
