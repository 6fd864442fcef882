import { isRecord } from '../../core/http';

/** What can go wrong with one action. */
export const CONTROL_FAULTS = [
	/** The connection is lost; nothing was done. */
	'drop',
	/** It was done, then the connection is lost. */
	'dropAfter',
	/** A close frame in place of an answer; nothing was done. */
	'close',
	/** Nothing was done, no answer. */
	'ignore',
	/** It was done, no answer. */
	'silent',
	/** Done and answered after `delayMs`. */
	'slow',
	/** Not done; answered by a status. */
	'status',
	/** A frame that is no JSON comes before the answer. */
	'garbage',
	/** The answer comes as a binary frame. */
	'binary',
	/** The answer comes twice. */
	'twice',
	/** The answer is larger than 16 MB. */
	'huge',
	/** A text frame that is no UTF-8 comes in place of the answer. */
	'invalidUtf8',
	/** The answer is cut in the middle, as a complete frame. */
	'truncated',
] as const;

/** Name of such a fault. */
export type ControlFaultKind = (typeof CONTROL_FAULTS)[number];

/** A fault to inject into the next matching action(s). */
export interface ControlFault {
	kind: ControlFaultKind;
	/** Only this action; default any, registration included. */
	action?: string;
	/** How many it hits; default 1. */
	times?: number | 'always';
	/** How many pass unharmed before; default 0. */
	skip?: number;
	/** `close`: close code; `status`: status code. */
	code?: number;
	reason?: string;
	delayMs?: number;
}

interface Entry {
	fault: ControlFault;
	left: number;
	skip: number;
}

/** Faults that wait for their action, in order. */
export class ControlFaultQueue {
	private entries: Entry[] = [];
	/** Faults that happened. */
	readonly log: Array<{ kind: ControlFaultKind; action: string; at: number }> = [];

	add(faults: ControlFault | ControlFault[]): void {
		for (const fault of Array.isArray(faults) ? faults : [faults])
			this.entries.push({
				fault,
				left: fault.times === 'always' ? Infinity : (fault.times ?? 1),
				skip: fault.skip ?? 0,
			});
	}

	get pending(): ControlFault[] {
		return this.entries.map(({ fault }) => fault);
	}

	clear(): void {
		this.entries = [];
	}

	reset(): void {
		this.clear();
		this.log.length = 0;
	}

	/** Takes the first fault for this action. */
	take(action: string): ControlFault | undefined {
		for (const entry of this.entries) {
			if (entry.fault.action !== undefined && entry.fault.action !== action) continue;
			if (entry.skip > 0) {
				entry.skip--;
				continue;
			}
			entry.left--;
			if (entry.left <= 0) this.entries = this.entries.filter((other) => other !== entry);
			this.log.push({ kind: entry.fault.kind, action, at: Date.now() });
			return entry.fault;
		}
		return undefined;
	}
}

/** Reads faults from untrusted JSON; throws with a reason. */
export function parseControlFaults(value: unknown): ControlFault[] {
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return list.map((item) => {
		if (!isRecord(item)) throw new Error('A fault is a JSON object');
		const kind = CONTROL_FAULTS.find((known) => known === item.kind);
		if (!kind) throw new Error(`Unknown fault kind: ${String(item.kind)}`);
		return { ...item, kind };
	});
}
