import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificate, type Certificate } from './certificate';
import { Connections, type ConnectionCounts } from './connections';
import {
	applyFault,
	LOOP_PATH,
	redirect,
	resetSocket,
	send,
	type FormatError,
} from './faultActions';
import { FaultQueue, isProcessed, type Fault } from './faults';
import { json, type Handler, type SimulatorRequest, type SimulatorResponse } from './http';
import { listen } from './listen';
import { RequestLog, type RequestRecord } from './log';

/** Requests below this path steer the simulator; they are neither counted nor hit by faults. */
export const CONTROL_PATH = '/__sim/';

/** Options of a local provider server. */
export interface ServerOptions {
	/** Port of the first listener; further ones take the ports after it, or any when it is 0. */
	port?: number;
	host?: string;
	/** Names of the listeners, for providers with several hosts: one port each. Default: one, `main`. */
	listeners?: readonly string[];
	/** `true` makes a certificate for localhost. */
	tls?: boolean | Certificate;
	latencyMs?: number;
	keepAliveMs?: number;
	/** `counts` keeps no entries, which makes runs with many thousand requests cheap. */
	log?: 'bodies' | 'counts';
	logLimit?: number;
	/** Answers the control requests. */
	control?: Handler;
	/** How this provider says that a request failed. */
	formatError?: FormatError;
	/** Takes over connections that ask for another protocol (WebSocket); without it they are dropped. */
	upgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A running server. */
export interface SimulatorServer {
	/** URL of the first listener. */
	readonly url: string;
	/** URLs by listener. */
	readonly urls: Readonly<Record<string, string>>;
	readonly port: number;
	readonly certificate?: Certificate;
	readonly faults: FaultQueue;
	readonly log: RequestLog;
	readonly connections: ConnectionCounts;
	latencyMs: number;
	/** Forgets faults, log and counters. */
	reset(): void;
	/** Stops listening and destroys all sockets. */
	close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Starts a server that hands complete requests to `handler` and injects latency and faults around it. */
export async function startServer(
	handler: Handler,
	options: ServerOptions = {},
): Promise<SimulatorServer> {
	const host = options.host ?? '127.0.0.1';
	const certificate = options.tls === true ? await createCertificate() : options.tls || undefined;
	const core = new ServerCore(handler, options);
	const servers: Server[] = [];
	const urls: Record<string, string> = {};
	const first = options.port ?? 0;
	const names = options.listeners ?? ['main'];
	for (const [index, name] of names.entries()) {
		const listener: RequestListener = (req, res) =>
			void core.exchange(req, res, name).catch(() => req.socket.destroy());
		const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
		// Without a listener Node would hand such a request over as an ordinary one, and it would be counted.
		server.on('upgrade', options.upgrade ?? ((_req, socket) => void socket.destroy()));
		server.keepAliveTimeout = options.keepAliveMs ?? 5000;
		server.on('connection', (socket: Socket) => core.connections.add(socket));
		const port = await listen(server, first === 0 ? 0 : first + index, host);
		servers.push(server);
		urls[name] =
			`${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
	}
	const url = urls[names[0] ?? ''] ?? '';
	return {
		url,
		urls,
		port: Number(new URL(url).port),
		certificate,
		faults: core.faults,
		log: core.log,
		connections: core.connections.counts,
		get latencyMs() {
			return core.latencyMs;
		},
		set latencyMs(value: number) {
			core.latencyMs = value;
		},
		reset() {
			core.faults.reset();
			core.log.reset();
			core.connections.reset();
		},
		async close() {
			const closed = servers.map(
				async (server) => await new Promise<void>((resolve) => server.close(() => resolve())),
			);
			core.connections.destroyAll();
			await Promise.all(closed);
		},
	};
}

class ServerCore {
	readonly faults = new FaultQueue();
	readonly connections = new Connections();
	readonly log: RequestLog;
	latencyMs: number;
	private readonly formatError: FormatError;

	constructor(
		private readonly handler: Handler,
		private readonly options: ServerOptions,
	) {
		this.log = new RequestLog(options.log, options.logLimit);
		this.latencyMs = options.latencyMs ?? 0;
		this.formatError = options.formatError ?? ((_path, error) => json({ success: false, error }));
	}

	/** One request from its first header to its answer. */
	async exchange(req: IncomingMessage, res: ServerResponse, listener: string): Promise<void> {
		const url = new URL(req.url ?? '/', 'http://simulator');
		if (url.pathname.startsWith(CONTROL_PATH)) return await this.steer(req, res, url, listener);

		const socket = req.socket;
		const connection = this.connections.request(socket);
		this.log.count(url.pathname);
		this.connections.enter();
		res.once('close', () => this.connections.leave());
		const record: RequestRecord = {
			at: Date.now(),
			connection: connection.number,
			listener,
			method: req.method ?? 'GET',
			path: url.pathname,
			query: url.search,
			headers: req.headers,
			body: Buffer.alloc(0),
			processed: false,
			accepted: 0,
		};
		this.log.add(record);

		if (connection.closeOnNextRequest) {
			this.note(record, { kind: 'closeIdle' });
			socket.destroy();
			return;
		}
		const early = this.faults.takeEarly(url.pathname, req.url ?? '/');
		if (early) {
			this.note(record, early);
			resetSocket(socket);
			return;
		}
		const body = await readBody(req);
		if (!body) {
			record.aborted = true;
			return;
		}
		record.body = body;

		const loop = nextLoop(url.pathname);
		if (loop) {
			record.status = 307;
			return send(res, redirect(307, loop));
		}
		const request = toRequest(req, url, body, listener);
		const fault = this.faults.take(url.pathname, req.url ?? '/', body);
		const answer = await this.process(request, record, fault);
		if (this.latencyMs > 0) await sleep(this.latencyMs, undefined, { ref: false });
		if (fault?.kind === 'closeIdle') connection.closeOnNextRequest = true;
		if (fault) return await applyFault(fault, res, url.pathname, answer, this.formatError);
		send(res, answer);
	}

	/** Lets the provider work, unless the fault stands before it. */
	private async process(
		request: SimulatorRequest,
		record: RequestRecord,
		fault: Fault | undefined,
	): Promise<SimulatorResponse> {
		let answer: SimulatorResponse;
		if (fault && !isProcessed(fault)) {
			answer = this.formatError(request.path, fault.error ?? 'Internal error');
		} else {
			answer = await this.handler(request);
			record.processed = true;
			record.accepted = answer.accepted ?? 0;
			record.status = answer.status;
		}
		if (fault) this.note(record, fault);
		return answer;
	}

	private note(record: RequestRecord, fault: Fault): void {
		record.fault = fault.kind;
		if (fault.kind !== 'closeIdle') record.status = undefined;
		const { method, path, processed, accepted } = record;
		this.faults.log.push({ kind: fault.kind, method, path, processed, accepted, at: Date.now() });
	}

	private async steer(
		req: IncomingMessage,
		res: ServerResponse,
		url: URL,
		listener: string,
	): Promise<void> {
		const body = await readBody(req);
		if (!body) return;
		if (!this.options.control) return send(res, json({ error: 'No control endpoints' }, 404));
		try {
			send(res, await this.options.control(toRequest(req, url, body, listener)));
		} catch (error) {
			send(res, json({ error: error instanceof Error ? error.message : String(error) }, 400));
		}
	}
}

function toRequest(
	req: IncomingMessage,
	url: URL,
	body: Buffer,
	listener: string,
): SimulatorRequest {
	return {
		listener,
		method: req.method ?? 'GET',
		path: url.pathname,
		query: url.searchParams,
		search: url.search,
		headers: req.headers,
		body,
		remoteAddress: req.socket.remoteAddress ?? '',
	};
}

/** The complete body, or undefined when the client hung up or sent more than any provider takes. */
async function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of req) {
			const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
			size += part.length;
			if (size > MAX_BODY_BYTES) {
				req.socket.destroy();
				return undefined;
			}
			chunks.push(part);
		}
	} catch {
		return undefined;
	}
	return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function nextLoop(path: string): string | undefined {
	if (!path.startsWith(LOOP_PATH)) return undefined;
	return `${LOOP_PATH}${Number(path.slice(LOOP_PATH.length)) + 1}`;
}
