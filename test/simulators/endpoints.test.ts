import { startAlphaSmsSimulator, type AlphaSmsSimulator } from './alphasms';
import { post, postRaw, smsItem, startReceiver } from './testSupport';

let sim: AlphaSmsSimulator;
beforeAll(async () => {
	sim = await startAlphaSmsSimulator({ apiKey: 'KEY', lifecycleMs: 10 });
});
beforeEach(() => sim.reset());
afterAll(async () => await sim.close());

describe('asynchronous intake', () => {
	it('answers a request id only, and the status follows', async () => {
		const body = JSON.stringify({
			auth: 'KEY',
			data: [smsItem(), smsItem({ id: 2, sms_signature: 'BadSender' })],
		});
		const answer = await postRaw(`${sim.url}/v1/json`, body);
		expect(answer).toEqual({ request_id: expect.any(String) as string, success: true });
		await sim.idle();
		const statuses = await post(sim.url, [
			{ type: 'status', id: 100500 },
			{ type: 'status', id: 2 },
		]);
		expect(statuses.data?.map(({ data }) => data.status)).toEqual([
			'DELIVERED',
			'INVALID SOURCE ADDRESS',
		]);
		expect(sim.acceptedTotal).toBe(1);
	});

	it('takes nothing but SMS, and a non-empty array', async () => {
		for (const data of [[], [smsItem(), { type: 'balance' }]]) {
			const answer = await postRaw(`${sim.url}/v1/json`, JSON.stringify({ auth: 'KEY', data }));
			expect(answer.success).toBe(false);
		}
		expect(sim.acceptedTotal).toBe(0);
	});
});

describe('call with an audio file', () => {
	const wave = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt '), Buffer.alloc(64)]);
	const form = (changes: Record<string, string | undefined> = {}, file = wave): FormData => {
		const data = new FormData();
		const fields = { key: 'KEY', phone: '380501234567', dtmf: 'true', ...changes };
		for (const [name, value] of Object.entries(fields))
			if (value !== undefined) data.append(name, value);
		data.append('voice', new Blob([Uint8Array.from(file)], { type: 'audio/wav' }), 'audio.wav');
		return data;
	};
	const call = async (body: FormData): Promise<unknown> =>
		await (await fetch(`${sim.url}/api/voice.php`, { method: 'POST', body })).json();

	it('answers id and price, and reports the result to the hook', async () => {
		const receiver = await startReceiver();
		const answer = await call(form({ hook: `${receiver.url}?id=123456` }));
		expect(answer).toEqual({ id: expect.any(Number) as number, price: 0.4 });
		await sim.idle();
		const { id } = answer as { id: number };
		expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
			{ id, phone: '380501234567', status: 'ANSWERED', duration: 12, dtmf: '7' },
		]);
		expect(receiver.received[0]?.headers['x-signature']).toBeUndefined();
		await receiver.close();
	});

	it('says errors in its own envelope', async () => {
		expect(await call(form({ key: undefined }))).toEqual({ errors: ['API key missing'] });
		expect(await call(form({ key: 'WRONG' }))).toEqual({ errors: ['Access denied'] });
		expect(await call(form({ phone: '+380' }))).toHaveProperty('errors');
		expect(await call(form({}, Buffer.from('MP3')))).toEqual({ errors: ['Error in voice'] });
		expect(
			await call(form({}, Buffer.concat([wave, Buffer.alloc(5 * 1024 * 1024)]))),
		).toHaveProperty('errors');
		expect(await postRaw(`${sim.url}/api/voice.php`, '{"key":"KEY"}')).toEqual({
			errors: ['API key missing'],
		});
		expect(sim.acceptedTotal).toBe(0);
	});
});

describe('HTTP API', () => {
	const ask = async (parameters: Record<string, string>, method = 'GET'): Promise<string> => {
		const query = new URLSearchParams({ version: 'http', key: 'KEY', ...parameters }).toString();
		const url = `${sim.url}/api/http.php`;
		const response =
			method === 'GET' ? await fetch(`${url}?${query}`) : await fetch(url, formRequest(query));
		return await response.text();
	};
	const formRequest = (body: string): RequestInit => ({
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body,
	});

	it('answers balance and price as key:value lines', async () => {
		expect(await ask({ command: 'balance' })).toBe('balance:1000000.00');
		expect(await ask({ command: 'price', to: '380971234567' }, 'POST')).toBe(
			'price:1.2\ncurrency:UAH',
		);
	});

	it('schedules, shows and deletes a message', async () => {
		const sent = await ask({
			command: 'send',
			from: 'SMSTest',
			to: '380971234567',
			message: 'Text: with colon',
			ask_date: '2099-08-15T15:52:01+0200',
		});
		expect(sent).toMatch(/^id:\d+\nsms_count:1$/);
		const id = /\d+/.exec(sent)?.[0] ?? '';
		expect(await ask({ command: 'receive', id })).toMatch(
			/^status:Pending\ncode:0\nstatus_time:\d{4}\/\d\d\/\d\d$/,
		);
		expect(await ask({ command: 'delete', id })).toBe('status:Deleted\ncode:10');
		expect(await ask({ command: 'delete', id })).toBe('errors:SMS not found');
		expect(sim.accepted.get(`gw:${id}`)).toBe(1);
		expect(sim.spent).toBe(0);
	});

	it('sends at once without a date, and cannot delete that', async () => {
		const sent = await ask({
			command: 'send',
			from: 'SMSTest',
			to: '380971234567',
			message: 'Text',
		});
		const id = /\d+/.exec(sent)?.[0] ?? '';
		expect(await ask({ command: 'delete', id })).toBe('errors:SMS not found');
		await sim.idle();
		expect(await ask({ command: 'receive', id })).toMatch(/^status:Delivered\ncode:3\n/);
	});

	it('says errors as text, and nothing useful without the version', async () => {
		expect(await ask({ command: 'nonsense' })).toBe('errors:Unknown command');
		expect(await ask({ command: 'balance', key: 'WRONG' })).toBe('errors:Wrong login/password');
		expect(
			await ask({ command: 'send', from: 'BadSender', to: '380971234567', message: 'x' }),
		).toBe('errors:Error in Alpha-name');
		expect(
			await ask({
				command: 'send',
				from: 'SMSTest',
				to: '380971234567',
				message: 'x',
				ask_date: 'soon',
			}),
		).toBe('errors:Error in ask_date');
		expect(Buffer.from(await ask({ command: 'balance', version: '' }), 'base64').toString()).toBe(
			'a:1:{s:7:"balance";s:10:"1000000.00";}',
		);
	});
});

describe('control over HTTP', () => {
	const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
		const response = await fetch(`${sim.url}/__sim/${path}`, {
			method,
			body: JSON.stringify(body),
		});
		return await response.json();
	};

	it('shows the state, moves messages, sets options and faults', async () => {
		await control('POST', 'options', { lifecycle: 'manual' });
		await post(sim.url, [smsItem()]);
		await control('POST', 'advance', { id: 100500, status: 'SIM FULL' });
		expect(sim.message(100500)?.status).toBe('SIM FULL');
		await control('POST', 'faults', [{ kind: 'okWithError', error: 'Nope' }]);
		expect(await post(sim.url, [smsItem()])).toEqual({ success: false, error: 'Nope' });
		expect(await control('GET', 'state')).toMatchObject({
			requests: { '/api/json.php': 2 },
			itemsReceived: 1,
			accepted: { total: 1, ids: 1, maxPerId: 1 },
			billed: { sms: 1 },
			faults: { pending: [], log: [{ kind: 'okWithError', processed: false, accepted: 0 }] },
		});
		await control('POST', 'reset');
		expect(await control('GET', 'state')).toMatchObject({ requests: {}, accepted: { total: 0 } });
		expect(await control('POST', 'faults', { kind: 'x' })).toEqual({
			error: 'Unknown fault kind: x',
		});
		expect(await control('POST', 'options', { nonsense: 1 })).toEqual({
			error: 'Unknown option: nonsense',
		});
	});
});

describe('load', () => {
	it('takes 50,000 messages in batches of 100 without trouble', async () => {
		const busy = await startAlphaSmsSimulator({ apiKey: 'KEY', log: 'counts', lifecycleMs: 20 });
		const before = process.cpuUsage();
		for (let batch = 0; batch < 500; batch++) {
			const items = Array.from({ length: 100 }, (_, index) =>
				smsItem({ id: batch * 100 + index + 1 }),
			);
			await post(busy.url, items);
		}
		const { user, system } = process.cpuUsage(before);
		const perBatch = (user + system) / 1000 / 500;
		expect(busy.acceptedTotal).toBe(50_000);
		expect(busy.connections.total).toBeLessThan(5);
		// Milliseconds of the processor, whatever else is running on it: client, server and network together.
		expect(perBatch).toBeLessThan(50);
		await busy.idle(60_000);
		expect(busy.message(50_000)?.status).toBe('DELIVERED');
		await busy.close();
	}, 180_000);
});
