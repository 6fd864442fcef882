import { createServer, type IncomingHttpHeaders } from 'node:http';

/** An answer of any function. */
export interface VelipAnswer {
	http: number;
	headers: Headers;
	bytes: Buffer;
	body: Record<string, unknown>;
	ret: Record<string, unknown>;
	/** `[HTTP status, status_code, status]`. */
	outcome: [number, number, unknown];
}

/** Reads an answer. */
export async function readAnswer(response: Response): Promise<VelipAnswer> {
	const bytes = Buffer.from(await response.arrayBuffer());
	const isJson = response.headers.get('content-type')?.startsWith('application/json');
	const body = (isJson ? JSON.parse(bytes.toString('utf8')) : {}) as Record<string, unknown>;
	const ret = (body.return ?? {}) as Record<string, unknown>;
	return {
		http: response.status,
		headers: response.headers,
		bytes,
		body,
		ret,
		outcome: [response.status, Number(ret.status_code), ret.status],
	};
}

/** Calls functions of one simulator with one credential. */
export function caller(
	sim: { url: string; apiKey: string },
	authorization: string = `Bearer ${sim.apiKey}`,
): (fn: string, params?: unknown, headers?: Record<string, string>) => Promise<VelipAnswer> {
	return async (fn, params = {}, headers = {}) =>
		await readAnswer(
			await fetch(`${sim.url}/api/v2/${fn}`, {
				method: 'POST',
				headers: {
					'content-type': 'application/json',
					...(authorization === '' ? {} : { authorization }),
					...headers,
				},
				body: JSON.stringify(params),
			}),
		);
}

/** A request as a webhook receiver got it. */
export interface Hit {
	method: string;
	url: string;
	headers: IncomingHttpHeaders;
	bytes: Buffer;
}

/** Starts a receiver that takes POST and GET. */
export async function startSink(): Promise<{
	url: string;
	hits: Hit[];
	statuses: number[];
	close(): Promise<void>;
}> {
	const hits: Hit[] = [];
	const statuses: number[] = [];
	const server = createServer((req, res) => {
		const chunks: Buffer[] = [];
		req.on('data', (chunk: Buffer) => chunks.push(chunk));
		req.on('end', () => {
			const { method = '', url = '', headers } = req;
			hits.push({ method, url, headers, bytes: Buffer.concat(chunks) });
			res.writeHead(statuses.shift() ?? 200).end('{}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		url: `http://127.0.0.1:${port}/hook`,
		hits,
		statuses,
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}
