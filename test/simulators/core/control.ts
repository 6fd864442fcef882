import { parseFaults, type FaultQueue } from './faults';
import { isRecord, json, type Handler, type SimulatorRequest } from './http';
import type { RequestRecord } from './log';
import { CONTROL_PATH } from './server';

/** A provider's own control action; the returned value is answered as JSON. */
export type ControlAction = (body: unknown, request: SimulatorRequest) => unknown;

/** What every simulator lets other processes do. */
export interface ControlTarget {
	faults(): FaultQueue;
	requests(): RequestRecord[];
	state(): unknown;
	setOptions(options: unknown): unknown;
	reset(): void;
	/** Further actions by `METHOD name`, for instance `POST advance`. */
	actions?: Record<string, ControlAction>;
}

/** Answers `/__sim/...` (see `test/simulators/README.md`, "Control over HTTP"). */
export function createControl(target: ControlTarget): Handler {
	const done = { ok: true };
	const actions: Record<string, ControlAction> = {
		'GET state': () => target.state(),
		'GET requests': () => target.requests().map(readable),
		'GET faults': () => ({ pending: target.faults().pending, log: target.faults().log }),
		'POST faults': (body) => {
			target.faults().add(parseFaults(body));
			return done;
		},
		'DELETE faults': () => {
			target.faults().clear();
			return done;
		},
		'POST options': (body) => target.setOptions(body) ?? done,
		'POST reset': () => {
			target.reset();
			return done;
		},
		...target.actions,
	};
	return async (request) => {
		const action = actions[`${request.method} ${request.path.slice(CONTROL_PATH.length)}`];
		if (!action)
			return json({ error: 'No such control endpoint', endpoints: Object.keys(actions) }, 404);
		const source = request.body.toString('utf8');
		const body: unknown = source === '' ? undefined : JSON.parse(source);
		return json((await action(body, request)) ?? done);
	};
}

/** A simulator as its control endpoints see it. */
interface Steered<O> {
	readonly faults: FaultQueue;
	readonly log: RequestRecord[];
	readonly options: unknown;
	state(): unknown;
	reset(): void;
	setOptions(options: O): void;
}

/** The common endpoints of a simulator, and its own actions. */
export function createSimulatorControl<O>(
	simulator: () => Steered<O>,
	parseOptions: (body: unknown) => O,
	actions: Record<string, ControlAction>,
): Handler {
	return createControl({
		faults: () => simulator().faults,
		requests: () => simulator().log,
		state: () => simulator().state(),
		reset: () => simulator().reset(),
		setOptions: (options) => {
			simulator().setOptions(parseOptions(options));
			return simulator().options;
		},
		actions,
	});
}

/** The body of an action as an object. */
export function toFields(body: unknown): Record<string, unknown> {
	if (!isRecord(body)) throw new Error('The body is a JSON object');
	return body;
}

/** Headers out of the body of an action, their values as texts. */
export function toHeaders(value: unknown): Record<string, string> | undefined {
	if (!isRecord(value)) return undefined;
	return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
}

function readable(record: RequestRecord): Record<string, unknown> {
	return { ...record, body: record.body.toString('utf8') };
}
