/** The true answer to every operation, taken from the simulator, to be damaged. */
import type { RequestRecord } from '../../simulators/core/log';
import { failureOf, type Question } from './contexts';
import type { Gateway, OperationCase, Provider } from './providers/provider';
import { run } from './spend';

/** Headers that belong to one connection. */
const HOP = ['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding'];

/** What a simulator says to a request that another one has had. */
async function answerTo(request: RequestRecord, gateway: Gateway): Promise<string> {
	const { method, path, query, body, listener } = request;
	const base = gateway.urlOf?.(listener) ?? gateway.url;
	const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
		typeof value === 'string' && !HOP.includes(name) ? [[name, value]] : [],
	);
	const sent = method === 'GET' ? {} : { body: new Uint8Array(body) };
	const answer = await fetch(base + path + query, { method, headers, ...sent });
	return await answer.text();
}

/** The true answer to the first request of a dropdown or a poll. */
export async function trueAnswerTo(provider: Provider, question: Question): Promise<string> {
	const gateway = await provider.start();
	try {
		const error = await failureOf(question, provider.fields(gateway.url));
		// A list without entries is an answer too.
		if (error && !error.message.includes('has none yet')) throw error;
		const [request] = gateway.log;
		if (!request) throw new Error(`${question.name} made no request`);
		return await answerTo(request, gateway);
	} finally {
		await gateway.close();
	}
}

/**
 * Lets the node make its request, and sends the same request to a second simulator in the same
 * state, whose answer nothing has touched.
 */
export async function trueAnswer(
	provider: Provider,
	operation: OperationCase,
	items: number,
): Promise<string> {
	const first = await provider.start({ operation, repeats: 'accept' });
	// A session is good for the first one only; there the request comes a second time.
	const second = provider.hasSessions
		? first
		: await provider.start({ operation, repeats: 'accept' });
	try {
		const parameters = first.parameters(operation);
		const { error } = await run(provider, first.url, parameters, { items: provider.items(items) });
		if (error) throw error;
		const [request] = first.log;
		if (!request) throw new Error(`${operation.key} made no request`);
		return await answerTo(request, second);
	} finally {
		await first.close();
		if (second !== first) await second.close();
	}
}

/** Longer waits are limits of time and no pauses. */
const LONGEST_PAUSE_MS = 10_000;

type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

function replaceWait(replacement: (actual: Wait) => Wait): void {
	const file = `${process.cwd()}/dist/nodes/shared/http/wait.js`;
	const actual = jest.requireActual<{ wait: Wait }>(file);
	jest.doMock(file, () => ({ ...actual, wait: replacement(actual.wait) }));
}

/** Makes the pauses between attempts short, for tests that are not about their length. */
export function shortPauses(): void {
	replaceWait(
		(wait) => async (ms, signal) =>
			await wait(ms > LONGEST_PAUSE_MS ? ms : Math.min(ms, 1), signal),
	);
}

/** The pauses that are made from now on, in milliseconds: how long was to be waited, however long it took. */
export function recordPauses(): number[] {
	const pauses: number[] = [];
	replaceWait((wait) => async (ms, signal) => {
		pauses.push(ms);
		await wait(ms, signal);
	});
	return pauses;
}
