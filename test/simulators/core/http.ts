import type { IncomingHttpHeaders } from 'node:http';

/** A request whose body has arrived completely. */
export interface SimulatorRequest {
	/** Name of the listener it arrived at, for providers with several hosts. */
	listener: string;
	method: string;
	/** Path without the query string. */
	path: string;
	query: URLSearchParams;
	/** The query string as it arrived, with its `?`: for providers that do not read it as UTF-8. */
	search: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
	remoteAddress: string;
}

/** What the provider answers. */
export interface SimulatorResponse {
	status: number;
	headers: Record<string, string>;
	body: Buffer | string;
	/** Number of messages the provider accepted (billed) while it processed the request. */
	accepted?: number;
}

/** The provider's behaviour, free of network matters. */
export type Handler = (request: SimulatorRequest) => SimulatorResponse | Promise<SimulatorResponse>;

/** A JSON answer. */
export function json(value: unknown, status = 200): SimulatorResponse {
	return {
		status,
		headers: { 'content-type': 'application/json; charset=utf-8' },
		body: JSON.stringify(value),
	};
}

/** A plain text answer. */
export function text(
	body: string,
	status = 200,
	type = 'text/plain; charset=utf-8',
): SimulatorResponse {
	return { status, headers: { 'content-type': type }, body };
}

/** True for a JSON object (not an array, not null). */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
