import { createHash } from 'node:crypto';
import { startAlphaSmsSimulator, type AlphaSmsSimulator } from './alphasms';
import { post, smsItem, startReceiver, until, type Receiver } from './testSupport';

let sim: AlphaSmsSimulator;
beforeAll(async () => {
	sim = await startAlphaSmsSimulator({ apiKey: 'KEY', lifecycleMs: 10 });
});
beforeEach(() => {
	sim.reset();
	sim.setOptions({ lifecycle: 'auto' });
});
afterAll(async () => await sim.close());

const base = { id: 100500, phone: 380971234567 };
const voice = { gender: 'female', language: 'uk-UA', name: 'uk-UA-Standard-A' };
const viberFields = { viber_type: 'text', viber_signature: 'ViberTest', viber_message: 'Text' };

describe('callbacks', () => {
	let receiver: Receiver;
	beforeEach(async () => {
		receiver = await startReceiver();
	});
	afterEach(async () => {
		sim.setOptions({
			accountHook: '',
			duplicateCallbacks: false,
			callbackRetryMs: 100,
			voiceHook: 'both',
		});
		await receiver.close();
	});
	const bodies = (): Array<Record<string, unknown>> =>
		receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

	it('signs the raw body followed by the key, and reports every status', async () => {
		await post(sim.url, [smsItem({ hook: receiver.url })]);
		await sim.idle();
		expect(bodies().map(({ status }) => status)).toEqual(['QUEUED', 'ROUTING', 'DELIVERED']);
		const [first] = receiver.received;
		const expected = createHash('sha256').update(`${first?.body}KEY`).digest('hex');
		expect(first?.headers['x-signature']).toBe(expected);
		expect(first?.headers['content-type']).toBe('application/json');
		expect(bodies()[0]).toEqual({
			id: 100500,
			msg_id: expect.any(Number) as number,
			type: 'sms',
			status: 'QUEUED',
			datetime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[23]:00$/) as string,
		});
	});

	it('repeats until 200, at most three times, and can deliver twice', async () => {
		receiver.statuses.push(500, 404, 503, 204);
		sim.setOptions({ lifecycle: 'manual', callbackRetryMs: 5 });
		await post(sim.url, [smsItem({ hook: receiver.url })]);
		sim.advance(100500, 'DELIVERED');
		await sim.idle();
		expect(sim.callbacks.map(({ status, attempt }) => [status, attempt])).toEqual([
			[500, 1],
			[404, 2],
			[503, 3],
		]);
		sim.setOptions({ duplicateCallbacks: true });
		sim.advance(100500, 'READ');
		await sim.idle();
		expect(sim.callbacks.filter(({ ok }) => ok)).toHaveLength(2);
	});

	it('reports Viber replies to the account, unsigned and form-encoded', async () => {
		sim.setOptions({ accountHook: receiver.url });
		await post(sim.url, [{ type: 'viber', ...base, ...viberFields, phone: 380971234506 }]);
		await sim.idle();
		const reply = receiver.received.find(({ body }) => body.startsWith('action='));
		expect(Object.fromEntries(new URLSearchParams(reply?.body))).toMatchObject({
			action: 'viber/2way',
			sender: 'ViberTest',
			phone: '380971234506',
			message: 'Please wait',
		});
		expect(reply?.headers['x-signature']).toBeUndefined();
	});

	it('reports the pressed key of a voice request', async () => {
		const item = {
			type: 'voice',
			...base,
			message: 'Press',
			voice,
			dtmf: true,
			hook: receiver.url,
		};
		await post(sim.url, [item, { ...item, id: 2, phone: 380971234509 }]);
		await sim.idle();
		const calls = bodies().filter((body) => body.duration !== undefined);
		expect(calls).toEqual(
			expect.arrayContaining([
				{ id: 100500, phone: '380971234567', status: 'ANSWERED', duration: 12, dtmf: '7' },
				{ id: 2, phone: '380971234509', status: 'NO ANSWER', duration: 0 },
			]),
		);
	});

	it('delivers badly signed callbacks on request', async () => {
		const valid = (): boolean => {
			const last = receiver.received.at(-1);
			return (
				last?.headers['x-signature'] ===
				createHash('sha256').update(`${last?.body}KEY`).digest('hex')
			);
		};
		for (const signature of ['invalid', 'missing', 'uppercase', 'tampered', 'otherKey'] as const) {
			expect(await sim.deliver({ url: receiver.url, signature })).toMatchObject({
				status: 200,
				ok: true,
			});
			expect(valid()).toBe(false);
		}
		await sim.deliver({ url: receiver.url, body: { status: 'SIM FULL' } });
		expect(valid()).toBe(true);
		expect(bodies().at(-1)).toMatchObject({ id: 100500, status: 'SIM FULL' });
		await until(() => receiver.received.length === 6);
	});
});
