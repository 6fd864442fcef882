/** Runs one operation under one fault, and writes down what happened. Needs no jest. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';

import { createCertificate } from '../../../simulators/core/certificate';
import type { RequestRecord } from '../../../simulators/core/log';
import { failureOf, type Question } from '../contexts';
import type { FaultCase } from '../faultCases';
import { MARKER } from '../markers';
import type { OperationCase, Provider } from '../providers/provider';
import { attempt, type Trial } from '../spend';
import type { MeasuredFault } from './faults';

/** Whether the fault is there once, or comes again with every further try. */
export type Duration = 'once' | 'always';

export interface Measurement {
	/** Tries of the request that was hit. */
	readonly attempts: number;
	/** Tries that reached the provider. */
	readonly received: number;
	/** What the provider accepted: messages, calls, jobs; 0 for what makes nothing. */
	readonly accepted: number;
	readonly word: 'accepted' | 'refused' | 'not_sent' | 'unknown' | 'answered' | 'failed';
	/** What the user reads; empty when all is well. */
	readonly message: string;
}

interface Pauses {
	count: number;
}

/** Nobody is there, and nobody must be asked. */
const STRANGER = 'http://127.0.0.1:9/elsewhere';
const pauses = new AsyncLocalStorage<Pauses>();
/** Longer waits are limits of time and no pauses: here no pause is asked for that takes more than two seconds. */
const LONGEST_PAUSE_MS = 2_500;

type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Makes pauses between tries as short as can be, and counts them for each measurement. */
export function countPauses(): void {
	const file = join(process.cwd(), 'dist/nodes/shared/http/wait.js');
	const module = require(file) as { wait: Wait };
	const { wait } = module;
	module.wait = async (ms, signal) => {
		const store = pauses.getStore();
		if (store) store.count++;
		return await wait(ms > LONGEST_PAUSE_MS ? ms : Math.min(ms, 1), signal);
	};
}

/** Stands where a message shows the key, which none may; what the node hides is called otherwise. */
export const KEY_SHOWN = '[the key]';

/** What differs from run to run, and the provider's name, which another page line would repeat. */
function plain(text: string, { name }: Provider): string {
	return text
		.replaceAll(MARKER, KEY_SHOWN)
		.replace(/https?:\/\/(127(\.\d+){3}|localhost):\d+/g, 'https://provider')
		.replace(/\b(127(\.\d+){3}|localhost):\d+/g, 'provider')
		.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '(ID)')
		.replaceAll(name, 'Provider')
		.replace(/ \[item 0\]$/, '')
		.slice(0, 200);
}

function sameRequest(hit: RequestRecord) {
	return ({ method, path, listener }: RequestRecord) =>
		method === hit.method && path === hit.path && listener === hit.listener;
}

/** Tries of the request that met the fault; other questions of the same run do not count. */
function triesIn(log: readonly RequestRecord[]): number {
	const hit = log.find(({ fault }) => fault !== undefined);
	if (hit === undefined) return 0;
	const first = log.indexOf(hit);
	return log.slice(first).filter(sameRequest(hit)).length;
}

function wordOf(trial: Trial): Measurement['word'] {
	const [item] = trial.result.outputs[0] ?? [];
	const word = item?.json.outcome;
	const known = ['accepted', 'refused', 'not_sent', 'unknown'] as const;
	const found = known.find((one) => one === word);
	if (item?.json.error === undefined) {
		return trial.operation.safety === 'spends' ? (found ?? 'accepted') : 'answered';
	}
	// Reads have no outcome: what was not answered has simply failed.
	return found ?? 'failed';
}

function messageOf({ result, provider }: Trial): string {
	const error = result.error?.message ?? result.outputs[0]?.[0]?.json.error;
	return error === undefined ? '' : plain(String(error), provider);
}

function caseOf(provider: Provider, fault: MeasuredFault, duration: Duration): FaultCase {
	const { id: name, make, server, timeout } = fault;
	const times = duration === 'always' ? 'always' : 1;
	const faults = make && ((url: string) => [{ ...make(url, provider), times } as const]);
	return { name, server, timeout, faults, words: [] };
}

/** One item, with "Continue", so that the outcome can be read. */
export async function measure(
	provider: Provider,
	operation: OperationCase,
	fault: MeasuredFault,
	duration: Duration,
	atFiles = false,
): Promise<Measurement> {
	const store: Pauses = { count: 0 };
	const settings = { items: 1, atFiles, strangerUrl: STRANGER };
	const trial = await pauses.run(
		store,
		async () => await attempt(provider, operation, caseOf(provider, fault, duration), settings),
	);
	const { files, log } = trial.gateway;
	const received = triesIn((atFiles ? files?.log : log) ?? []);
	return {
		attempts: fault.server ? 1 + store.count : received,
		received,
		accepted: trial.gateway.accepted,
		word: wordOf(trial),
		message: messageOf(trial),
	};
}

/** A polling trigger, as n8n runs it. */
export async function measurePoll(
	provider: Provider,
	question: Question,
	fault: MeasuredFault,
	duration: Duration,
): Promise<Measurement> {
	const store: Pauses = { count: 0 };
	const { gateway, baseUrl, close } = await startFaulty(provider, fault, duration);
	try {
		const error = await pauses.run(
			store,
			async () => await failureOf(question, provider.fields(baseUrl)),
		);
		const received = triesIn(gateway.log);
		return {
			attempts: fault.server ? 1 + store.count : received,
			received,
			accepted: 0,
			word: error === undefined ? 'answered' : 'failed',
			message: error === undefined ? '' : plain(error.message, provider),
		};
	} finally {
		await close();
	}
}

async function startFaulty(provider: Provider, fault: MeasuredFault, duration: Duration) {
	const gateway = await provider.start();
	const tls = fault.server === 'untrusted' ? await createCertificate() : undefined;
	const simple = provider.operations.find(({ key }) => key === provider.simple);
	const secure = tls && (await provider.start({ operation: simple, tls }));
	const [made] = caseOf(provider, fault, duration).faults?.(STRANGER) ?? [];
	if (made) gateway.faults.add(made);
	return {
		gateway,
		baseUrl: fault.server === 'closed' ? 'http://127.0.0.1:1' : (secure ?? gateway).url,
		close: async () => {
			await Promise.all([gateway.close(), secure?.close()]);
		},
	};
}
