import type { IncomingHttpHeaders } from 'node:http';
import type { FaultKind } from './faults';

/** One request as it arrived, and what became of it. */
export interface RequestRecord {
	at: number;
	/** Number of the connection, from 1. */
	connection: number;
	/** Name of the listener. */
	listener: string;
	method: string;
	path: string;
	query: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Status of the provider's answer; missing when a fault swallowed it. */
	status?: number;
	/** Whether the provider processed the request. */
	processed: boolean;
	/** Number of messages accepted in it. */
	accepted: number;
	fault?: FaultKind;
	/** The client hung up before its request was complete. */
	aborted?: boolean;
}

/** Counts all requests by path and keeps the last ones. */
export class RequestLog {
	readonly entries: RequestRecord[] = [];
	readonly byPath: Record<string, number> = {};

	constructor(
		private readonly keep: 'bodies' | 'counts' = 'bodies',
		private readonly limit = 500,
	) {}

	count(path: string): void {
		this.byPath[path] = (this.byPath[path] ?? 0) + 1;
	}

	add(entry: RequestRecord): void {
		if (this.keep === 'counts') return;
		this.entries.push(entry);
		if (this.entries.length > this.limit) this.entries.shift();
	}

	reset(): void {
		this.entries.length = 0;
		for (const path of Object.keys(this.byPath)) delete this.byPath[path];
	}
}
