import { startReceiver, until, type Receiver } from './testSupport';
import {
	callbackHash,
	startVoximplantKitSimulator,
	type VoximplantKitSimulator,
} from './voximplantKit';
import { callKit, objectOf, rowsOf, type KitAnswer } from './voximplantKitSupport';

let sim: VoximplantKitSimulator;
let receiver: Receiver;
beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5, callbackRetryMs: 5 });
	receiver = await startReceiver();
});
afterEach(async () => {
	await sim.close();
	await receiver.close();
});

interface Callback {
	type: string;
	hash?: string;
	[key: string]: unknown;
}

const call = async (method: string, params: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await callKit(sim, `/api/v3/callback/${method}`, params);
const subscribe = async (changes: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await call('create', {
		name: 'n8n',
		url: receiver.url,
		salt: 's3cr3t',
		callbacks: ['new_calls', 'call_finalized'],
		is_enabled: 'true',
		...changes,
	});
const run = async (phone: string): Promise<void> => {
	await callKit(sim, '/api/v3/scenario/runScenario', {
		scenario_id: '17828',
		phone,
		phone_number_id: '610',
	});
	await sim.idle();
};
const deliveries = (): Callback[][] =>
	receiver.received.map(({ body }) => (JSON.parse(body) as { callbacks: Callback[] }).callbacks);
const types = (): string[] => deliveries().flatMap((list) => list.map(({ type }) => type));

describe('subscriptions (section 6.1)', () => {
	it('creates, finds, updates and deletes', async () => {
		expect(objectOf(await subscribe())).toEqual({
			id: 15,
			name: 'n8n',
			url: receiver.url,
			callbacks: ['new_calls', 'call_finalized'],
			is_enabled: true,
		});
		expect(rowsOf(await call('search', { url: receiver.url }))).toHaveLength(1);
		expect(rowsOf(await call('search', { url: `${receiver.url}/other` }))).toHaveLength(0);
		// The page does not say how URLs are compared: a part is enough here, unless the option says otherwise.
		expect(rowsOf(await call('search', { url: 'http' }))).toHaveLength(1);
		sim.setOptions({ callbackSearch: 'exact', returnSalt: true });
		expect(rowsOf(await call('search', { url: 'http' }))).toHaveLength(0);
		const changed = objectOf(await call('update', { id: '15', callbacks: ['finished_call'] }));
		expect(changed).toMatchObject({ name: 'n8n', callbacks: ['finished_call'], salt: 's3cr3t' });
		expect((await call('delete', { id: '15' })).result).toBe(true);
		expect((await call('delete', { id: '15' })).status).toBe(404);
		expect(sim.violations).toEqual([]);
	});

	it('refuses a sixth endpoint, unknown events and missing fields', async () => {
		for (let count = 0; count < 5; count++) expect((await subscribe()).success).toBe(true);
		expect((await subscribe()).status).toBe(422);
		expect(rowsOf(await call('search'))).toHaveLength(5);
		await call('delete', { id: '17' });
		expect((await subscribe({ callbacks: ['campaign_finished'] })).status).toBe(422);
		expect((await subscribe({ callbacks: [] })).status).toBe(422);
		expect((await subscribe({ salt: '' })).status).toBe(422);
		expect((await subscribe({ url: 'ftp://x' })).status).toBe(422);
		expect((await subscribe()).success).toBe(true);
	});
});

describe('deliveries (section 6.2)', () => {
	it('signs as the published vectors', () => {
		expect(callbackHash('s3cr3t', 'acme', 'new_calls')).toBe('6be7464d218dc9a64e2cde4490ed6788');
		expect(callbackHash('s3cr3t', 'acme', 'call_finalized')).toBe(
			'114d6721dfb277ee27c365101f36ece6',
		);
	});

	it('nests as proven and joins by session_id', async () => {
		await subscribe();
		await run('15551230055');
		// Two deliveries may overtake each other on the way.
		expect(types().sort()).toEqual(['call_finalized', 'new_calls']);
		const [first, second] = ['new_calls', 'call_finalized'].map((type) =>
			deliveries()
				.flat()
				.find((callback) => callback.type === type),
		);
		expect(first?.hash).toBe('6be7464d218dc9a64e2cde4490ed6788');
		expect(first?.new_calls).toMatchObject({
			calls: [{ session_id: '1126281001', phone_b: '15551230055', call_cost: '0.0213' }],
		});
		expect(second?.call_finalized).toMatchObject({
			call_finalized: { session_id: '1126281001', scenario: { id: 17828 } },
		});
		expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
	});

	it('sends call_finalized first for ...06, only wanted events, none to a disabled one', async () => {
		await subscribe();
		// In one delivery, since two may overtake each other on the way.
		sim.setOptions({ callbackBatch: 2 });
		await run('15551230006');
		expect(types()).toEqual(['call_finalized', 'new_calls']);
		expect(sim.callbacks).toHaveLength(1);
		sim.setOptions({ callbackBatch: 1 });
		await call('update', { id: '15', callbacks: ['finished_call'] });
		await run('15551230055');
		expect(types().slice(2)).toEqual(['finished_call']);
		await call('update', { id: '15', is_enabled: 'false' });
		await run('15551230055');
		expect(types()).toHaveLength(3);
	});

	it('puts several callbacks into one delivery when asked', async () => {
		// The second event comes long after the first has begun to wait for company, as on a slow machine.
		sim.setOptions({ callbackBatch: 2, settleMs: 60 });
		await subscribe();
		await run('15551230055');
		expect(deliveries().map((list) => list.map(({ type }) => type))).toEqual([
			['new_calls', 'call_finalized'],
		]);
	});

	it('sends a batch that does not fill up when nothing else is under way', async () => {
		sim.setOptions({ callbackBatch: 3 });
		await subscribe();
		await subscribe({ callbacks: ['new_calls'] });
		await run('15551230055');
		expect(types().sort()).toEqual(['call_finalized', 'new_calls', 'new_calls']);
		expect(receiver.received).toHaveLength(2);
	});

	it('repeats until 2xx, three times at most', async () => {
		await subscribe({ callbacks: ['new_calls'] });
		receiver.statuses.push(500, 500, 204);
		await run('15551230055');
		expect(sim.callbacks.map(({ status, ok }) => [status, ok])).toEqual([
			[500, false],
			[500, false],
			[204, true],
		]);
		receiver.statuses.push(...Array<number>(9).fill(404));
		await run('15551230055');
		expect(sim.callbacks).toHaveLength(7);
	});

	it('sends other events flat or doubly nested', async () => {
		await subscribe({ callbacks: ['scenario_updated', 'wrap_up_code_set'] });
		sim.emit('scenario_updated', { callback_id: 15, domain_name: 'acme', scenario_id: 17828 });
		await until(() => receiver.received.length === 1);
		sim.setOptions({ nesting: 'double' });
		sim.seedCalls(1);
		const code = { id: 1, title: 'Sale', type: 'success', callback_at: null };
		sim.wrapUp(sim.calls()[0]?.id ?? 0, code);
		await until(() => receiver.received.length === 2);
		const [flat, nested] = deliveries().flat();
		expect(flat?.scenario_updated).toMatchObject({ scenario_id: 17828 });
		expect(nested?.wrap_up_code_set).toMatchObject({
			wrap_up_code_set: { wrap_up_code: code },
		});
	});

	it('reports calls of PDS with campaign, contact, agent and queue', async () => {
		await subscribe({ callbacks: ['new_calls', 'call_assigned_to_agent', 'call_finalized'] });
		const pds = async (method: string, params: Record<string, unknown>): Promise<KitAnswer> =>
			await callKit(sim, `/api/v3/agentCampaigns/${method}`, params);
		await pds('createCampaign', { title: 'Sale', phone_number_id: '610', user_ids: [1221] });
		await pds('setCampaignStatus', { id: '685', status: 'ongoing' });
		await pds('appendContacts', {
			campaign_id: '685',
			rows: [{ phone: '15551230055', UTC: 'UTC' }],
		});
		await sim.idle();
		const found = Object.fromEntries(
			deliveries().flatMap((list) => list.map((one) => [one.type, one])),
		);
		expect(found.new_calls?.new_calls).toMatchObject({
			calls: [{ agent_campaign_id: 685, agent_campaign_list_item_id: 115026, user_id: 1221 }],
		});
		expect(found.call_assigned_to_agent?.call_assigned_to_agent).toMatchObject({
			agent: { id: 1221 },
			assign_type: 'queue_call',
		});
		expect(found.call_finalized?.call_finalized).toMatchObject({
			call_finalized: { agent_campaign: { title: 'Sale' }, queue: { title: 'Sale' } },
		});
	});

	it.each([
		['valid', '6be7464d218dc9a64e2cde4490ed6788'],
		['uppercase', '6BE7464D218DC9A64E2CDE4490ED6788'],
		['invalid', '0'.repeat(32)],
		['missing', undefined],
	] as const)('delivers by hand with a %s hash', async (signature, hash) => {
		await subscribe();
		const delivery = await sim.deliver({ callbacks: [{ type: 'new_calls', signature }] });
		expect(delivery.ok).toBe(true);
		expect(deliveries()[0]?.[0]?.hash).toBe(hash);
	});

	it('delivers anything else by hand', async () => {
		await sim.deliver({ url: receiver.url, rawBody: 'not json' });
		await sim.deliver({
			url: receiver.url,
			salt: 'x',
			callbacks: [
				{ type: 'chat_closed' },
				{ type: 'brand_new', data: { a: 1 }, signature: 'otherSalt' },
			],
		});
		expect(receiver.received[0]?.body).toBe('not json');
		const { callbacks } = JSON.parse(receiver.received[1]?.body ?? '{}') as {
			callbacks: Callback[];
		};
		expect(callbacks).toMatchObject([
			{ chat_closed: { closed_reason: 'CLOSED_BY_AGENT' } },
			{ brand_new: { a: 1 } },
		]);
		expect(callbacks[1]?.hash).not.toBe(callbackHash('x', 'acme', 'brand_new'));
	});
});
