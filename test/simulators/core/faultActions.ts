import { STATUS_CODES, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Socket } from 'node:net';
import { encodeLegacy } from './encoding';
import type { Fault } from './faults';
import type { SimulatorResponse } from './http';

/** Where the endless redirects lead. */
export const LOOP_PATH = '/__loop/';

/** A page as gateways have it. */
const webPage = (title: string, heading: string) =>
	`<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${heading}</h1></body></html>`;
const MEGABYTE = 1024 * 1024;

/** Sends an ordinary answer. */
export function send(res: ServerResponse, answer: SimulatorResponse): void {
	const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
	if (answer.status === 204) {
		// A 204 carries neither body nor Content-Length (RFC 9110 section 8.6).
		res.writeHead(204, answer.headers).end();
		return;
	}
	res.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
	res.end(body);
}

/** Ends a connection as a crash does: RST where the platform allows it, else a plain close. */
export function resetSocket(socket: Socket): void {
	try {
		socket.resetAndDestroy();
	} catch {
		// A TLS socket has no TCP handle of its own.
		socket.destroy();
	}
}

/** How a fault answers when the provider did not process the request. */
export type FormatError = (path: string, error: string) => SimulatorResponse;

/** Shows the fault to the client. `answer` is the true answer, or a provider-like error when nothing was processed. */
export async function applyFault(
	fault: Fault,
	res: ServerResponse,
	path: string,
	answer: SimulatorResponse,
	formatError: FormatError,
): Promise<void> {
	const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
	const half = Math.max(1, Math.floor(body.length / 2));
	const headers = { ...answer.headers, ...lowerCased(fault.headers) };
	const full = { ...headers, 'content-length': String(body.length) };
	const socket = res.socket;

	switch (fault.kind) {
		case 'resetBeforeBody':
		case 'resetAfterBody':
			if (socket) resetSocket(socket);
			return;
		case 'resetMidResponse':
			res.writeHead(answer.status, full);
			// The reset must come after the half is on the wire, else the kernel throws both away.
			res.write(body.subarray(0, half), () => {
				setTimeout(() => socket && resetSocket(socket), 20).unref();
			});
			return;
		case 'stallHeaders':
			return;
		case 'stallBody':
			res.writeHead(answer.status, full);
			res.write(body.subarray(0, half));
			return;
		case 'slowBody':
			return await dribble(res, answer.status, full, body, fault);
		case 'truncatedJson':
			return send(res, {
				...answer,
				headers,
				body: body.subarray(0, Math.max(0, body.length - half)),
			});
		case 'status':
			return send(res, statusAnswer(fault));
		case 'html':
			return send(res, page(fault, 200, fault.body ?? webPage('502 Bad Gateway', 'Bad Gateway')));
		case 'empty':
			return send(res, { status: 200, headers, body: '' });
		case 'charset':
			return send(
				res,
				legacyAnswer(fault, fault.error === undefined ? answer : formatError(path, fault.error)),
			);
		case 'hugeBody':
		case 'gzipBomb':
			return await inflate(res, answer.status, headers, body, fault);
		case 'redirect':
			return send(
				res,
				redirect(fault.status ?? 302, fault.location ?? '/', lowerCased(fault.headers)),
			);
		case 'redirectLoop':
			return send(res, redirect(fault.status ?? 307, `${LOOP_PATH}1`, lowerCased(fault.headers)));
		case 'okWithError': {
			const error = formatError(path, fault.error ?? 'Internal error');
			return send(res, {
				// A body of the test's own replaces the provider's error, status included.
				status: fault.status ?? (fault.body === undefined ? error.status : 200),
				headers: { ...error.headers, ...lowerCased(fault.headers) },
				body: fault.body ?? error.body,
			});
		}
		case 'closeIdle':
			return send(res, answer);
	}
}

/** A redirect answer. */
export function redirect(
	status: number,
	location: string,
	headers: Record<string, string> = {},
): SimulatorResponse {
	return { status, headers: { ...headers, location }, body: '' };
}

/** Two spellings of one name would be sent as two headers. */
function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
	);
}

function page(fault: Fault, status: number, body: string): SimulatorResponse {
	return {
		status,
		headers: { 'content-type': 'text/html; charset=utf-8', ...lowerCased(fault.headers) },
		body,
	};
}

function statusAnswer(fault: Fault): SimulatorResponse {
	const status = fault.status ?? 500;
	const body = fault.body ?? webPage(`HTTP ${status}`, STATUS_CODES[status] ?? 'Error');
	const answer = page(fault, status, body);
	if (fault.retryAfter !== undefined) answer.headers['retry-after'] = String(fault.retryAfter);
	return answer;
}

function legacyAnswer(fault: Fault, answer: SimulatorResponse): SimulatorResponse {
	const encoding = fault.encoding ?? 'iso-8859-1';
	const type = (answer.headers['content-type'] ?? 'application/json').split(';')[0];
	return {
		...answer,
		headers: { ...answer.headers, 'content-type': `${type}; charset=${fault.label ?? encoding}` },
		body: encodeLegacy(answer.body.toString(), encoding),
	};
}

async function dribble(
	res: ServerResponse,
	status: number,
	headers: Record<string, string>,
	body: Buffer,
	fault: Fault,
): Promise<void> {
	res.writeHead(status, headers);
	res.flushHeaders();
	const size = Math.max(1, Math.ceil(body.length / (fault.chunks ?? 20)));
	for (let start = 0; start < body.length && !res.destroyed; start += size) {
		res.write(body.subarray(start, start + size));
		await sleep(fault.delayMs ?? 50, undefined, { ref: false });
	}
	res.end();
}

/** The true answer behind N MB of blanks, which JSON allows: a client without a size limit would parse it. */
async function inflate(
	res: ServerResponse,
	status: number,
	headers: Record<string, string>,
	body: Buffer,
	fault: Fault,
): Promise<void> {
	const megabytes = fault.megabytes ?? 60;
	const blanks = Buffer.alloc(MEGABYTE, 0x20);
	function* parts(): Generator<Buffer> {
		for (let count = 0; count < megabytes; count++) yield blanks;
		yield body;
	}
	const source = Readable.from(parts(), { objectMode: false });
	// Node.js would drop the body of a 204.
	const shown = status === 204 ? 200 : status;
	try {
		if (fault.kind === 'gzipBomb') {
			res.writeHead(shown, { ...headers, 'content-encoding': 'gzip' });
			await pipeline(source, createGzip(), res);
		} else {
			res.writeHead(shown, headers);
			await pipeline(source, res);
		}
	} catch {
		// The client hung up, which is the right reaction.
	}
}
