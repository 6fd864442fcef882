import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { Agent, Pool, request } from 'undici';
import { startAlphaSmsSimulator, type AlphaSmsSimulator } from './alphasms';
import type { Fault } from './core/faults';
import { post, smsItem, until } from './testSupport';

let sim: AlphaSmsSimulator;
let pool: Pool;
let id = 0;
beforeAll(async () => {
	sim = await startAlphaSmsSimulator({ apiKey: 'KEY' });
});
beforeEach(() => {
	sim.reset();
	pool = new Pool(sim.url, { connections: 1 });
});
afterEach(async () => await pool.destroy());
afterAll(async () => await sim.close());

interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	bytes: Buffer;
}

/** Only for what never comes: on a busy machine everything else may take longer. */
const IMPATIENT = { headersTimeout: 200, bodyTimeout: 200 };

async function send(fault?: Fault, limits = {}): Promise<Answer> {
	if (fault) sim.faults.add(fault);
	const body = JSON.stringify({ auth: 'KEY', data: [smsItem({ id: ++id })] });
	const headers = { 'content-type': 'application/json' };
	const asked = { method: 'POST' as const, path: '/api/json.php', headers, body };
	const response = await pool.request({ ...asked, ...limits });
	return {
		status: response.statusCode,
		headers: response.headers,
		bytes: Buffer.from(await response.body.arrayBuffer()),
	};
}

const accepted = (): number => sim.accepted.get(String(id)) ?? 0;

describe('faults that answer', () => {
	it('status: any status with headers, unprocessed unless told', async () => {
		const answer = await send({
			kind: 'status',
			status: 429,
			retryAfter: 'Fri, 31 Dec 1999 23:59:59 GMT',
		});
		expect(answer.status).toBe(429);
		expect(answer.headers['retry-after']).toBe('Fri, 31 Dec 1999 23:59:59 GMT');
		expect(accepted()).toBe(0);
		expect(
			(await send({ kind: 'status', status: 502, afterProcessing: true })).headers['content-type'],
		).toMatch(/html/);
		expect(accepted()).toBe(1);
		expect(sim.faults.log.map(({ processed }) => processed)).toEqual([false, true]);
		expect((await send()).status).toBe(200);
	});

	it('html, empty, okWithError', async () => {
		expect((await send({ kind: 'html' })).bytes.toString()).toContain('<html>');
		expect((await send({ kind: 'empty' })).bytes).toHaveLength(0);
		const refused = await send({ kind: 'okWithError', error: 'Throttled' });
		expect(JSON.parse(refused.bytes.toString())).toEqual({ success: false, error: 'Throttled' });
		expect(sim.acceptedTotal).toBe(0);
	});

	it('truncatedJson: a complete HTTP answer with half the JSON', async () => {
		const { bytes } = await send({ kind: 'truncatedJson' });
		expect(() => JSON.parse(bytes.toString()) as unknown).toThrow();
		expect(accepted()).toBe(1);
	});

	it('charset: other bytes, and a label that may lie', async () => {
		const error = 'Доступ заборонено';
		const right = await send({ kind: 'charset', encoding: 'windows-1251', error });
		expect(right.headers['content-type']).toBe('application/json; charset=windows-1251');
		expect(new TextDecoder('windows-1251').decode(right.bytes)).toContain(error);
		const wrong = await send({
			kind: 'charset',
			encoding: 'iso-8859-1',
			label: 'utf-8',
			error: 'Café',
		});
		expect(wrong.headers['content-type']).toBe('application/json; charset=utf-8');
		expect(wrong.bytes.includes(0xe9)).toBe(true);
	});

	it('hugeBody and gzipBomb: the true answer behind many megabytes', async () => {
		const huge = await send({ kind: 'hugeBody', megabytes: 3 });
		expect(huge.bytes.length).toBeGreaterThan(3 * 1024 * 1024);
		expect(JSON.parse(huge.bytes.toString())).toMatchObject({ success: true });
		const bomb = await send({ kind: 'gzipBomb', megabytes: 3 });
		expect(bomb.headers['content-encoding']).toBe('gzip');
		expect(bomb.bytes.length).toBeLessThan(10_000);
		sim.faults.add({ kind: 'gzipBomb', megabytes: 3 });
		expect(await post(sim.url, [smsItem({ id: ++id })])).toMatchObject({ success: true });
	});

	it('redirect and redirectLoop', async () => {
		const answer = await send({ kind: 'redirect', location: 'https://example.org/x' });
		expect([answer.status, answer.headers.location]).toEqual([302, 'https://example.org/x']);
		sim.faults.add({ kind: 'redirectLoop' });
		await expect(post(sim.url, [smsItem({ id: ++id })])).rejects.toThrow();
		expect(Object.keys(sim.requests)).toContain('/__loop/15');
		expect(sim.acceptedTotal).toBe(0);
	});

	it('slowBody: complete, but slow', async () => {
		const started = performance.now();
		const { bytes } = await send({ kind: 'slowBody', chunks: 5, delayMs: 20 });
		expect(performance.now() - started).toBeGreaterThan(80);
		expect(JSON.parse(bytes.toString())).toMatchObject({ success: true });
	});
});

describe('faults that do not answer', () => {
	it.each([
		['resetBeforeBody', 0],
		['resetAfterBody', 1],
		['resetMidResponse', 1],
		['stallHeaders', 0],
		['stallBody', 1],
	] as const)('%s fails for the client; accepted: %d', async (kind, count) => {
		await expect(send({ kind }, IMPATIENT)).rejects.toThrow();
		expect(accepted()).toBe(count);
		expect(sim.faults.log).toEqual([
			expect.objectContaining({
				kind,
				path: '/api/json.php',
				processed: count === 1,
				accepted: count,
			}),
		]);
	});

	it('stallHeaders can process first', async () => {
		const fault: Fault = { kind: 'stallHeaders', afterProcessing: true };
		await expect(send(fault, IMPATIENT)).rejects.toThrow();
		expect(accepted()).toBe(1);
	});

	it('closeIdle: answers, then drops the next request on that socket unprocessed', async () => {
		expect((await send({ kind: 'closeIdle' })).status).toBe(200);
		expect(accepted()).toBe(1);
		await expect(send()).rejects.toThrow();
		expect(accepted()).toBe(0);
		expect((await send()).status).toBe(200);
		expect(sim.faults.log.map(({ processed }) => processed)).toEqual([true, false]);
		expect(sim.connections.total).toBeGreaterThanOrEqual(2);
	});
});

describe('queue of faults', () => {
	it('matches path, URL and body, skips and repeats', async () => {
		sim.faults.add([
			{ kind: 'status', path: '/v1/json' },
			{ kind: 'status', match: 'viber_type' },
			{ kind: 'status', match: '"sms"', skip: 1, times: 2 },
		]);
		const statuses: number[] = [];
		for (let count = 0; count < 4; count++) statuses.push((await send()).status);
		expect(statuses).toEqual([200, 500, 500, 200]);
		expect(sim.faults.pending).toHaveLength(2);
	});

	it('keeps its order between early and late faults', async () => {
		sim.faults.add([{ kind: 'status', status: 503 }, { kind: 'resetBeforeBody' }]);
		expect((await send()).status).toBe(503);
		await expect(send()).rejects.toThrow();
	});
});

describe('network', () => {
	it('delays answers after processing', async () => {
		sim.setOptions({ latencyMs: 500 });
		const started = performance.now();
		let isAnswered = false;
		const answer = send().finally(() => (isAnswered = true));
		await until(() => accepted() === 1);
		expect(isAnswered).toBe(false);
		await answer;
		expect(performance.now() - started).toBeGreaterThanOrEqual(495);
		sim.setOptions({ latencyMs: 0 });
	});

	it('counts connections and requests in flight', async () => {
		sim.setOptions({ latencyMs: 250 });
		const agent = new Agent({ connections: 3 });
		const body = JSON.stringify({ auth: 'KEY', data: [{ type: 'balance' }] });
		const headers = { 'content-type': 'application/json' };
		const call = async (): Promise<unknown> => {
			const options = { method: 'POST' as const, headers, body, dispatcher: agent };
			return await (await request(`${sim.url}/api/json.php`, options)).body.json();
		};
		await Promise.all(Array.from({ length: 6 }, call));
		expect(sim.connections).toMatchObject({ total: 3, peak: 3, peakInFlight: 3 });
		await agent.destroy();
		sim.setOptions({ latencyMs: 0 });
	});

	it('drops requests for another protocol, and counts none', async () => {
		const socket = connect(sim.port, '127.0.0.1');
		const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
		const lines = ['GET /v1/ HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
		socket.on('error', () => undefined).resume();
		socket.write(`${lines.join('\r\n')}\r\n\r\n`);
		await closed;
		expect([sim.log, sim.requests, sim.connections.total]).toEqual([[], {}, 0]);
		expect((await send()).status).toBe(200);
	});

	it('serves TLS with a certificate that can be trusted, resets included', async () => {
		const secure = await startAlphaSmsSimulator({ apiKey: 'KEY', tls: true });
		const call = async (ca?: string): Promise<string> =>
			await new Promise((resolve, reject) => {
				const headers = { 'content-type': 'application/json' };
				const req = httpsRequest(
					`${secure.url}/api/json.php`,
					{ method: 'POST', headers, ca, agent: false },
					(res) => {
						res.setEncoding('utf8').on('data', resolve).on('error', reject);
					},
				);
				req.on('error', reject).end(JSON.stringify({ auth: 'KEY', data: [{ type: 'balance' }] }));
			});
		expect(JSON.parse(await call(secure.certificate?.cert))).toMatchObject({ success: true });
		await expect(call()).rejects.toThrow(/self-signed/);
		secure.faults.add({ kind: 'resetAfterBody' });
		await expect(call(secure.certificate?.cert)).rejects.toThrow();
		await secure.close();
	});
});
