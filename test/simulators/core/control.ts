import { parseFaults, type FaultQueue } from './faults';
import { json, type Handler, type SimulatorRequest } from './http';
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

function readable(record: RequestRecord): Record<string, unknown> {
	return { ...record, body: record.body.toString('utf8') };
}
