/** A server that answers whatever a test says, for answers that the simulator never gives. */
import http from 'node:http';

import type { IDataObject } from 'n8n-workflow';

import { listen } from '../../simulators/core/listen';

export interface Received {
	readonly fn: string;
	readonly text: string;
	readonly body: IDataObject;
}

export interface Answered {
	readonly status?: number;
	readonly headers?: Record<string, string>;
	readonly body: unknown;
}

type Answer = (request: Received, count: number) => Answered | undefined;

export interface FakeVelip {
	readonly url: string;
	readonly received: Received[];
	/** Requests of one function. */
	of(fn: string): IDataObject[];
	close(): Promise<void>;
}

export function ok(more: IDataObject = {}, root: IDataObject = {}): Answered {
	return { body: { return: { status: 'OK', status_code: '0', ...more }, ...root } };
}

export function no(status: string, code: string | number, httpStatus = 400): Answered {
	return { status: httpStatus, body: { return: { status, status_code: code } } };
}

function parsed(text: string): IDataObject {
	try {
		return JSON.parse(text) as IDataObject;
	} catch {
		return {};
	}
}

/** Starts it; a request without an answer is cut off. */
export async function startFakeVelip(answer: Answer): Promise<FakeVelip> {
	const received: Received[] = [];
	const server = http.createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const text = Buffer.concat(chunks).toString('latin1');
			const fn = /\/(\w+)(\.php)?$/.exec(request.url ?? '')?.[1] ?? '';
			const one = { fn, text, body: parsed(Buffer.concat(chunks).toString()) };
			received.push(one);
			const given = answer(one, received.length);
			if (given === undefined) return request.socket.destroy();
			const { status = 200, headers, body } = given;
			response.writeHead(status, { 'content-type': 'application/json', ...headers });
			response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
		});
	});
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		received,
		of: (fn) => received.filter((one) => one.fn === fn).map(({ body }) => body),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
