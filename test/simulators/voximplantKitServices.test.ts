import { execFile } from 'node:child_process';
import { holdClock } from './testSupport';
import { startVoximplantKitSimulator, type VoximplantKitSimulator } from './voximplantKit';
import { callKit, objectOf, rowsOf, type CallPlan, type KitAnswer } from './voximplantKitSupport';

let sim: VoximplantKitSimulator;
beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await sim.close();
});

const api = async (path: string, params: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await callKit(sim, `/api/${path}`, params);

describe('messages (section 5.7)', () => {
	const send = async (method: string, params: Record<string, unknown>): Promise<KitAnswer> =>
		await callKit(sim, `/api/v3/botService/${method}`, params, { host: 'messaging' });
	const template = { client_id: '+15551230000', channel_id: '31', message_template_id: '8' };

	it('sends a template once and messages into its conversation', async () => {
		const answer = objectOf(await send('sendTemplateMessage', { ...template, user_id: '1221' }));
		expect(answer).toMatchObject({ incoming_request_id: 9001 });
		const { conversation_uuid: uuid } = answer;
		const message = { conversation_uuid: uuid, text: 'Hello' };
		expect((await send('sendMessage', message)).result).toBe(true);
		expect((await send('sendMessage', { conversation_uuid: uuid })).status).toBe(422);
		expect((await send('sendMessage', { ...message, conversation_uuid: 'x' })).status).toBe(404);
		expect(sim.accepted.byPhone.get('15551230000')).toBe(2);
		expect((await api('v3/botService/sendMessage', message)).status).toBe(404);
	});

	it.each([
		['a bad phone', { client_id: 'abc' }, 422],
		['an unknown channel', { channel_id: '1' }, 404],
		['a rejected template', { message_template_id: '9' }, 422],
		['braces in values', { text_param_values: ['{{1}}'] }, 422],
		[
			'too many variables',
			{ variables: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`v${n}`, 'x'])) },
			422,
		],
		['a long variable name', { variables: { ['x'.repeat(21)]: 'y' } }, 422],
		['a long variable', { variables: { x: 'y'.repeat(201) } }, 422],
	])('refuses %s', async (_what, change, status) => {
		expect((await send('sendTemplateMessage', { ...template, ...change })).status).toBe(status);
		expect(sim.accepted.total).toBe(0);
	});

	it('takes ten templates a second', async () => {
		const clock = holdClock();
		const answers: number[] = [];
		for (let count = 0; count < 12; count++)
			answers.push((await send('sendTemplateMessage', template)).status);
		expect(answers.filter((status) => status === 200)).toHaveLength(10);
		expect(answers.slice(10)).toEqual([429, 429]);
		clock.advance(1001);
		expect((await send('sendTemplateMessage', template)).status).toBe(200);
	});
});

describe('CTI (section 5.8)', () => {
	const cti = async (
		path: string,
		params: Record<string, unknown>,
		plan: CallPlan = {},
	): Promise<KitAnswer> => await callKit(sim, path, params, { host: 'cti', ...plan });
	const order = { number: '15551230055', user_id: '1217' };

	it('makes a call with the account name in the path', async () => {
		const answer = await cti('/acme/makeCall', order, { domain: null });
		expect(answer.result).toBe(true);
		await sim.idle();
		expect(sim.calls()).toMatchObject([{ userId: 1217, phoneB: '15551230055' }]);
		expect((await cti('/other/makeCall', order)).status).toBe(401);
		expect((await callKit(sim, '/acme/makeCall', order)).status).toBe(404);
		expect((await cti('/acme/makeCall', { ...order, user_id: '1218' })).status).toBe(422);
		sim.setAgentStatus(1218, 'READY');
		expect((await cti('/acme/makeCall', { ...order, user_id: '1218' })).success).toBe(true);
	});

	it('transfers with the matching data only', async () => {
		const transfer = {
			user_id: '1217',
			call_id: '98765432',
			transfer_type: 'blind',
			direction_type: 'extension',
		};
		const data = { extension_transfer_data: { extension_number: '123' } };
		expect((await cti('/transferCall', { ...transfer, ...data })).result).toBe(true);
		expect((await cti('/transferCall', transfer)).status).toBe(422);
		const sip = { ...transfer, direction_type: 'sip', sip_transfer_data: { to: 'sip:a@b' } };
		expect((await cti('/transferCall', sip)).status).toBe(422);
		expect((await cti('/makeTransfer', transfer)).status).toBe(404);
		expect(sim.store.ctiCalls).toHaveLength(1);
	});
});

describe('do-not-call lists (section 5.9)', () => {
	it('adds, finds and deletes both ways', async () => {
		const contacts = ['15551230000', '+15551230001'];
		const add = { id: '897', contacts, comment: 'opt-out' };
		expect((await api('v3/dnc/addDncContacts', add)).result).toBe(true);
		await api('v3/dnc/addDncContacts', add);
		const search = async (): Promise<Array<Record<string, unknown>>> =>
			rowsOf(await api('v3/dnc/searchDncContacts', { list_id: '897' }));
		expect(await search()).toMatchObject([
			{ id: 4455, number: '15551230000', comment: 'opt-out' },
			{ id: 4456, number: '15551230001' },
		]);
		const remove = 'v3/dnc/deleteDncContact';
		expect((await api(remove, { id: '4455' })).result).toBe(true);
		expect((await api(remove, { list_id: '897', number: '15551230001' })).result).toBe(true);
		expect((await api(remove, { number: '15551230001' })).status).toBe(422);
		expect((await api(remove, { id: '4455' })).status).toBe(404);
		expect(await search()).toEqual([]);
		expect((await api('v3/dnc/addDncContacts', { ...add, id: '1' })).status).toBe(404);
	});
});

describe('metrics and media', () => {
	it('counts calls and status times of agents', async () => {
		sim.seedCalls(3, { userId: 1221, phone: '15551230055', spanMs: 3_600_000 });
		sim.seedCalls(2, { userId: 1221, phone: '15551230000', spanMs: 3_600_000 });
		const answer = objectOf(
			await api('v3/realtimeMetrics/getAgentsMetricsCalls', {
				interval: 'last24h',
				agent_ids: [1221],
				timezone: 'America/Mexico_City',
			}),
		);
		expect(answer).toMatchObject({
			stat: {
				'1221': {
					last24h: {
						user_id: 1221,
						metrics: {
							total_direct_outbound_calls: 5,
							total_direct_outbound_successful_calls: 3,
							total_ready_time: 3000,
						},
					},
				},
			},
		});
	});

	it('uploads, finds and deletes MP3 files', async () => {
		const upload = async (content: string): Promise<Response> => {
			const form = new FormData();
			form.set('access_token', sim.apiKey);
			form.set('file', new Blob([Buffer.from(content, 'latin1')]), 'hello.mp3');
			const url = `${sim.url}/api/v3/media/uploadMedia?domain=acme`;
			return await fetch(url, { method: 'POST', body: form });
		};
		expect((await upload('RIFF')).status).toBe(422);
		expect((await upload('ID3\x03')).status).toBe(200);
		const [media] = rowsOf(await api('v3/media/searchMedia', { title: 'hello' }));
		expect(media).toMatchObject({ title: 'hello.mp3', file_id: 9501 });
		expect((await api('v3/media/deleteMedia', { id: media?.id })).result).toBe(true);
		expect((await api('v3/media/deleteMedia', { id: media?.id })).status).toBe(404);
	});
});

describe('steering', () => {
	const control = async (path: string, body?: unknown): Promise<unknown> => {
		const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
		return await (await fetch(`${sim.url}/__sim/${path}`, init)).json();
	};

	it('is possible over HTTP', async () => {
		expect(await control('hosts')).toEqual(sim.hosts);
		await control('options', { lifecycle: 'manual' });
		await callKit(sim, '/api/v3/scenario/runScenario', {
			scenario_id: '17828',
			phone: '15551230055',
			phone_number_id: '610',
		});
		const call = await control('finish', { phone: '15551230055', code: 'Lost_By_Agent' });
		expect(call).toMatchObject({ code: 'Lost_By_Agent', settled: false });
		expect(await control('settle', { id: 98765432 })).toMatchObject({ settled: true });
		expect(await control('seed', { calls: 5 })).toEqual({ calls: 6 });
		expect(await control('state')).toMatchObject({ accepted: { total: 1, maxPerKey: 1 } });
		await control('reset', {});
		expect(sim.calls()).toHaveLength(0);
		expect(await control('status', { dialer: 'x' })).toMatchObject({ error: expect.any(String) });
	});

	it('seeds 100,000 calls and pages them quickly', async () => {
		const begun = Date.now();
		sim.seedCalls(100_000);
		for (let count = 0; count < 20; count++)
			expect(rowsOf(await api('v4/history/searchCalls', { limit: '50' }))).toHaveLength(50);
		expect(Date.now() - begun).toBeLessThan(25_000);
	}, 60_000);

	it('keeps a call to ...05 open and one to ...21 unsettled', async () => {
		const run = async (phone: string): Promise<KitAnswer> =>
			await api('v3/scenario/runScenario', {
				scenario_id: '17828',
				phone,
				phone_number_id: '610',
			});
		await run('15551230005');
		await run('15551230021');
		await sim.idle();
		expect(sim.calls()).toMatchObject([{ phoneB: '15551230021', settled: false }]);
		expect(sim.finishCall().phoneB).toBe('15551230005');
	});

	it('runs from the command line and says its hosts', async () => {
		const line = await new Promise<string>((resolve, reject) => {
			const args = ['--import', 'tsx', 'test/simulators/cli.ts', 'voximplantKit', '--key', 'K'];
			const child = execFile(process.execPath, args, (error) => error && reject(error));
			child.stdout?.once('data', (text: string) => {
				resolve(text);
				child.kill('SIGTERM');
			});
		});
		const said = JSON.parse(line) as { key: string; hosts: Record<string, string> };
		expect(said.key).toBe('K');
		expect(Object.keys(said.hosts)).toEqual(['api', 'messaging', 'cti', 'storage']);
	});
});
