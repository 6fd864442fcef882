import { isRecord } from './http';
import type { LegacyEncoding } from './encoding';

/** Everything that can go wrong on the way, see the table in `test/simulators/README.md`. */
export const FAULT_KINDS = [
	'status',
	'resetBeforeBody',
	'resetAfterBody',
	'resetMidResponse',
	'stallHeaders',
	'stallBody',
	'slowBody',
	'truncatedJson',
	'html',
	'empty',
	'charset',
	'hugeBody',
	'gzipBomb',
	'redirect',
	'redirectLoop',
	'okWithError',
	'closeIdle',
] as const;

/** Name of a fault. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault to inject into the next matching request(s). */
export interface Fault {
	kind: FaultKind;
	/** How many matching requests it hits; default 1. */
	times?: number | 'always';
	/** How many matching requests pass unharmed before; default 0. */
	skip?: number;
	/** Exact path of the request. */
	path?: string;
	/** Substring of the URL or of the request body, for instance an item type. */
	match?: string;
	/** Whether the provider processes (accepts, bills) the request before the fault shows. */
	afterProcessing?: boolean;
	/** `status`, `redirect`, `redirectLoop`, `okWithError`: the HTTP status. */
	status?: number;
	headers?: Record<string, string>;
	/** `status`, `html`, `okWithError`: the body to answer. */
	body?: string;
	/** `status`: value of Retry-After, in seconds, as a date, or any nonsense. */
	retryAfter?: number | string;
	/** `redirect`: the target. */
	location?: string;
	/** `okWithError`, `charset`: the provider's error text. */
	error?: string;
	/** `charset`: what the bytes are. */
	encoding?: LegacyEncoding;
	/** `charset`: what the content type claims, when it differs. */
	label?: string;
	/** `hugeBody`, `gzipBomb`: size after decompression. */
	megabytes?: number;
	/** `slowBody`: number of pieces, and the pause between them. */
	chunks?: number;
	delayMs?: number;
}

/** One fault that happened. */
export interface FaultRecord {
	kind: FaultKind;
	method: string;
	path: string;
	/** Whether the provider processed (accepted) the request. */
	processed: boolean;
	/** Number of messages accepted in it. */
	accepted: number;
	at: number;
}

interface Entry {
	fault: Fault;
	left: number;
	skip: number;
}

const NEVER_PROCESSED: ReadonlySet<FaultKind> = new Set<FaultKind>(['resetBeforeBody']);
const ALWAYS_PROCESSED: ReadonlySet<FaultKind> = new Set<FaultKind>([
	'resetAfterBody',
	'closeIdle',
]);
const CARRIES_THE_ANSWER: ReadonlySet<FaultKind> = new Set<FaultKind>([
	'resetMidResponse',
	'stallBody',
	'slowBody',
	'truncatedJson',
	'charset',
	'hugeBody',
	'gzipBomb',
]);

/** Whether the provider processes a request that meets this fault. */
export function isProcessed(fault: Fault): boolean {
	if (NEVER_PROCESSED.has(fault.kind)) return false;
	if (ALWAYS_PROCESSED.has(fault.kind)) return true;
	if (fault.afterProcessing !== undefined) return fault.afterProcessing;
	return (
		CARRIES_THE_ANSWER.has(fault.kind) && !(fault.kind === 'charset' && fault.error !== undefined)
	);
}

/** Faults that wait for their request, in order, and a log of those that happened. */
export class FaultQueue {
	private entries: Entry[] = [];

	readonly log: FaultRecord[] = [];

	/** Adds one or several faults to the end of the queue. */
	add(faults: Fault | Fault[]): void {
		for (const fault of Array.isArray(faults) ? faults : [faults]) {
			if (!FAULT_KINDS.includes(fault.kind))
				throw new Error(`Unknown fault kind: ${String(fault.kind)}`);
			this.entries.push({
				fault,
				left: fault.times === 'always' ? Infinity : (fault.times ?? 1),
				skip: fault.skip ?? 0,
			});
		}
	}

	/** Faults that have not been used up. */
	get pending(): Fault[] {
		return this.entries.map((entry) => entry.fault);
	}

	/** Forgets the waiting faults; the log stays. */
	clear(): void {
		this.entries = [];
	}

	/** Forgets the waiting faults and the log. */
	reset(): void {
		this.clear();
		this.log.length = 0;
	}

	/**
	 * Takes the fault that must act before the body is read. A fault that can only be recognised by the body is left for
	 * `take`, and one that waits before it in the queue keeps its turn.
	 */
	takeEarly(path: string, url: string): Fault | undefined {
		for (const entry of this.entries) {
			if (!onPath(entry.fault, path)) continue;
			const inUrl = entry.fault.match === undefined || url.includes(entry.fault.match);
			if (!inUrl) continue;
			if (entry.fault.kind !== 'resetBeforeBody') return undefined;
			if (entry.skip > 0) {
				entry.skip--;
				continue;
			}
			return this.use(entry);
		}
		return undefined;
	}

	/** Takes the first fault that matches the complete request. */
	take(path: string, url: string, body: Buffer): Fault | undefined {
		for (const entry of this.entries) {
			const { fault } = entry;
			if (fault.kind === 'resetBeforeBody' || !onPath(fault, path)) continue;
			if (fault.match !== undefined && !url.includes(fault.match) && !body.includes(fault.match))
				continue;
			if (entry.skip > 0) {
				entry.skip--;
				continue;
			}
			return this.use(entry);
		}
		return undefined;
	}

	private use(entry: Entry): Fault {
		entry.left--;
		if (entry.left <= 0) this.entries = this.entries.filter((other) => other !== entry);
		return entry.fault;
	}
}

function onPath(fault: Fault, path: string): boolean {
	return fault.path === undefined || fault.path === path;
}

/** Reads faults from untrusted JSON (control endpoint); throws with a reason. */
export function parseFaults(value: unknown): Fault[] {
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return list.map((item) => {
		if (!isRecord(item)) throw new Error('A fault is a JSON object');
		const kind = FAULT_KINDS.find((known) => known === item.kind);
		if (!kind) throw new Error(`Unknown fault kind: ${String(item.kind)}`);
		return { ...item, kind };
	});
}
