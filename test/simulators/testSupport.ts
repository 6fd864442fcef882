import { createServer, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer of `/api/json.php`, as far as tests look into it. */
export interface Envelope {
	success: boolean | number;
	error?: string;
	data?: Array<{ success: boolean; error?: string; data: Record<string, unknown> }>;
}

/** Posts items to `/api/json.php` with this key. */
export async function post(url: string, items: unknown, auth: unknown = 'KEY'): Promise<Envelope> {
	return await postRaw(`${url}/api/json.php`, JSON.stringify({ auth, data: items }));
}

/** Posts a JSON text. */
export async function postRaw(
	url: string,
	body: string | Buffer,
	type = 'application/json',
): Promise<Envelope> {
	const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
	return (await response.json()) as Envelope;
}

/** A message of the page's sample (alphasms.md section 4.2). */
export function smsItem(changes: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		type: 'sms',
		id: 100500,
		phone: 380971234567,
		sms_signature: 'SMSTest',
		sms_message: 'Text',
		...changes,
	};
}

/** A callback as it arrived. */
export interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

/** A local receiver of callbacks. */
export interface Receiver {
	url: string;
	received: Received[];
	/** Statuses to answer, one per callback; 200 when used up. */
	statuses: number[];
	close(): Promise<void>;
}

/** Starts a receiver of callbacks. */
export async function startReceiver(): Promise<Receiver> {
	const received: Received[] = [];
	const statuses: number[] = [];
	const server = createServer((req, res) => {
		const chunks: Buffer[] = [];
		req.on('data', (chunk: Buffer) => chunks.push(chunk));
		req.on('end', () => {
			received.push({ headers: req.headers, body: Buffer.concat(chunks).toString('utf8') });
			res.writeHead(statuses.shift() ?? 200).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		url: `http://127.0.0.1:${port}/hook`,
		received,
		statuses,
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}

/** The clock of this process, simulators included, while a test holds it. */
export interface HeldClock {
	advance(ms: number): void;
	release(): void;
}

/**
 * Stops the clock: what becomes due by itself does so only after `advance` or `release`, so that the state before it can be
 * looked at on a machine of any speed. Nothing may be awaited by `until` or `idle` meanwhile.
 */
export function holdClock(): HeldClock {
	let now = Date.now();
	const spy = jest.spyOn(Date, 'now').mockImplementation(() => now);
	return {
		advance(ms) {
			now += ms;
		},
		release: () => spy.mockRestore(),
	};
}

/** Waits until the condition holds. */
export async function until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
	const end = Date.now() + timeoutMs;
	while (!condition()) {
		if (Date.now() > end) throw new Error('The condition did not come true in time');
		await sleep(5);
	}
}
