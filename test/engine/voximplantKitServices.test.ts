/** What is special about PDS, dialer 1.0, do-not-call lists, messages, CTI, callbacks and people. */
import type { IDataObject } from 'n8n-workflow';

import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import type { RunOptions } from './support/engine';
import { binary } from './support/engine';
import { assigned } from './support/kitCase';
import { runKit, type Simulator } from './support/voximplantKit';

let sim: Simulator;
let pds: string;

beforeAll(async () => {
	sim = await startVoximplantKitSimulator({ lifecycle: 'manual', returnSalt: true });
	const { json, error } = await runKit(sim, 'pdsCampaign/create', {
		title: 'Leads',
		phoneNumberIds: [610],
		additionalFields: { userIds: [1217] },
	});
	if (error) throw error;
	pds = String(json[0]?.id);
});

beforeEach(() => sim.faults.clear());

afterEach(() => expect(sim.violations).toEqual([]));

afterAll(async () => await sim.close());

/** Runs an operation and gives the forms that it sent, too. */
async function run(
	name: string,
	parameters: IDataObject,
	options: Partial<Omit<RunOptions, 'parameters'>> = {},
) {
	const since = sim.log.length;
	const result = await runKit(sim, name, parameters, options);
	const sent = sim.log.slice(since).map(({ path, body }) => ({
		path,
		form: Object.fromEntries(new URLSearchParams(String(body))),
	}));
	return { ...result, sent };
}

const parsed = (text: string | undefined) => JSON.parse(text ?? 'null') as unknown;
const sizes = (sent: Array<{ form: Record<string, string> }>, field = 'rows') =>
	sent.map(({ form }) => (parsed(form[field]) as unknown[]).length).sort((a, b) => b - a);
const NO = JSON.stringify({ success: false, result: { error: 'strange data', code: 422 } });

describe('contacts of PDS and of dialer 1.0', () => {
	const columns = { phone: '={{ $json.phone }}', utc: '={{ $json.zone }}' };
	const phone = (index: number) => String(14_450_000_000 + index * 100 + 50);

	test('5,000 travel in one request, and come out with the list', async () => {
		const items = Array.from({ length: 5001 }, (_, index) => ({
			phone: phone(index),
			zone: 'America/Aruba',
		}));
		const { sent, outputs, error } = await run(
			'pdsContact/append',
			{ campaignId: pds, ...columns },
			{ items },
		);
		expect(error).toBeUndefined();
		expect(sizes(sent)).toEqual([5000, 1]);
		expect(outputs[0]).toHaveLength(5001);
		expect(outputs[0]?.[0]?.json).toEqual({
			campaign_id: Number(pds),
			phone: phone(0),
			list_id: expect.any(Number) as number,
			outcome: 'accepted',
		});
		expect(sim.accepted.maxPerKey).toBe(1);
	});

	test('100 travel in one request of dialer 1.0', async () => {
		const made = await run('legacyCampaign/create', {
			title: 'Old',
			scenarioId: '17828',
			phoneNumberId: '610',
		});
		const items = Array.from({ length: 250 }, (_, index) => ({ phone: phone(index + 9000) }));
		const { sent, outputs, error } = await run(
			'legacyCampaign/append',
			{ campaignId: String(made.json[0]?.id), phone: '={{ $json.phone }}', utc: 'Europe/Madrid' },
			{ items },
		);
		expect(error).toBeUndefined();
		expect(sizes(sent)).toEqual([100, 100, 50]);
		expect(outputs[0]).toHaveLength(250);
		const row = (parsed(sent[0]?.form.rows) as unknown[])[0];
		expect(row).toEqual({ phone: expect.any(String) as string, UTC: 'Europe/Madrid' });
	});

	test('rejected ones come out separately with the reasons of Kit; the rest have the same keys', async () => {
		const items: IDataObject[] = [
			{ phone: '+1 555 300 0030', zone: '+03:00', name: 'good', extra: 1 },
			{ phone: '15553000020', zone: 'America/Aruba', name: 'number' },
			{ phone: '15553000031', zone: 'Mars/Olympus', name: 'zone' },
			{ phone: 'none', zone: 'America/Aruba', name: 'words' },
			{ phone: '15553000032', name: 'no zone' },
		];
		const { sent, outputs, error } = await run(
			'pdsContact/append',
			{ campaignId: pds, ...columns, variablesFrom: 'item', leaveOut: 'zone' },
			{ items },
		);
		expect(error).toBeUndefined();
		expect(sent).toHaveLength(1);
		expect(parsed(sent[0]?.form.rows)).toEqual([
			{ name: 'good', extra: 1, phone: '15553000030', UTC: '+03:00' },
			{ name: 'number', extra: '', phone: '15553000020', UTC: 'America/Aruba' },
			{ name: 'zone', extra: '', phone: '15553000031', UTC: 'Mars/Olympus' },
		]);
		expect(outputs[0]?.map(({ json }) => json.phone)).toEqual(['15553000030']);
		expect(outputs[1]?.map(({ json }) => [json.name, json.outcome])).toEqual([
			['number', 'rejected'],
			['zone', 'rejected'],
			['words', 'not_sent'],
			['no zone', 'not_sent'],
		]);
		for (const item of outputs[1] ?? []) expect(String(item.json.reason).length).toBeGreaterThan(5);
		expect(outputs[1]?.[3]?.json.reason).toContain('"Time Zone" is empty');
	});

	test('the reason of a row is read from a list of texts or objects, or said to be missing', async () => {
		const result = {
			list_id: 9,
			count: 3,
			success_count: 0,
			errors_count: 3,
			fail_list: [
				{ phone: '15553000041', errors: ['bad phone', 'bad zone'] },
				{ phone: '15553000042', errors: [{ field: 'UTC' }] },
				{ phone: '15553000043' },
			],
		};
		sim.faults.add({ kind: 'okWithError', body: JSON.stringify({ success: true, result }) });
		const items = ['15553000041', '15553000042', '15553000043'].map((one) => ({ phone: one }));
		const { outputs } = await run(
			'pdsContact/append',
			{ campaignId: pds, phone: '={{ $json.phone }}', utc: 'America/Aruba' },
			{ items },
		);
		expect(outputs[1]?.map(({ json }) => json.reason)).toEqual([
			'bad phone; bad zone',
			'{"field":"UTC"}',
			'Kit gives no reason',
		]);
	});
});

describe('PDS campaigns', () => {
	const create = async (parameters: IDataObject) =>
		await run('pdsCampaign/create', { title: 'Second', ...parameters });

	test('one number goes by its own name, several as a pool', async () => {
		const one = await create({ phoneNumberIds: [610] });
		expect(one.sent[0]?.form).toMatchObject({ phone_number_id: '610' });
		expect(one.sent[0]?.form.phone_numbers).toBeUndefined();
		const pool = await create({ phoneNumberIds: [610], callerIdIds: [1] });
		expect(parsed(pool.sent[0]?.form.phone_numbers)).toEqual({
			phone_number_ids: [610],
			caller_id_ids: [1],
		});
		expect(pool.sent[0]?.form.phone_number_id).toBeUndefined();
	});

	test('hours have seconds, and are removed by an empty value only', async () => {
		const made = await create({
			phoneNumberIds: [610],
			additionalFields: { workingTimeFrom: '09:30', workingTimeTo: '18:00' },
		});
		expect(parsed(made.sent[0]?.form.working_time)).toEqual(['09:30:00', '18:00:00']);
		const id = String(made.json[0]?.id);
		const kept = await run('pdsCampaign/update', {
			id,
			title: 'Other',
			additionalFields: { maxAttempts: 2 },
		});
		expect(kept.sent[0]?.form.working_time).toBeUndefined();
		expect(kept.json[0]?.working_time).toEqual(['09:30:00', '18:00:00']);
		const removed = await run('pdsCampaign/update', {
			id,
			title: 'Other',
			additionalFields: { roundTheClock: true },
		});
		expect(removed.sent[0]?.form.working_time).toBe('');
		expect(removed.json[0]?.working_time).toBeNull();
	});

	test('switches go with their values', async () => {
		const { sent } = await create({
			phoneNumberIds: [610],
			additionalFields: { region: 'usa', afterserviceTimeLimit: 0 },
		});
		expect(sent[0]?.form).toMatchObject({
			region_enabled: 'true',
			region: 'usa',
			afterservice_time_limit_enabled: 'false',
			afterservice_time_limit: '0',
		});
	});

	test.each<[string, IDataObject, string]>([
		['no number', {}, 'needs a phone number'],
		[
			'SIP mixed with others',
			{ phoneNumberIds: [610], additionalFields: { sipNumberIds: [1] } },
			'cannot be mixed',
		],
		[
			'half of the hours',
			{ phoneNumberIds: [610], additionalFields: { workingTimeFrom: '09:00' } },
			'both or not at all',
		],
		[
			'an end too soon after the start',
			{
				phoneNumberIds: [610],
				additionalFields: {
					dateStart: '={{ $now.plus({ hours: 2 }) }}',
					dateEnd: '={{ $now.plus({ hours: 2, minutes: 30 }) }}',
				},
			},
			'an hour after "Start"',
		],
		[
			'an end too soon from now',
			{
				phoneNumberIds: [610],
				additionalFields: { dateEnd: '={{ $now.plus({ minutes: 30 }) }}' },
			},
			'an hour from now',
		],
		[
			'six attempts',
			{ phoneNumberIds: [610], additionalFields: { maxAttempts: 6 } },
			'"Attempts" must be from 1 to 5',
		],
		[
			'a spoken announcement without a voice',
			{
				phoneNumberIds: [610],
				additionalFields: {
					outboundRecordNotificationType: 'tts',
					ttsLanguage: 'en-US',
					ttsText: 'This call is recorded',
				},
			},
			'needs "Recording: Announcement Voice"',
		],
		[
			'detection without a model',
			{ phoneNumberIds: [610], additionalFields: { voicemailDetectionEnabled: true } },
			'needs "Voicemail: Model"',
		],
	])('%s is refused before anything is sent', async (_, parameters, words) => {
		const { error, sent } = await create(parameters);
		expect(error?.message).toContain(words);
		expect(sent).toEqual([]);
	});

	test('an update without a change is refused; a new title is one', async () => {
		const { error } = await run('pdsCampaign/update', { id: pds, title: 'Leads' });
		expect(error).toBeUndefined();
	});

	test('starting is not repeated when its answer was lost, pausing is', async () => {
		const path = '/api/v3/agentCampaigns/setCampaignStatus';
		const set = async (status: string) => {
			sim.faults.add({ kind: 'resetAfterBody', path, afterProcessing: true });
			return await run('pdsCampaign/setStatus', { id: pds, status });
		};
		sim.setCampaignStatus('pds', Number(pds), 'draft');
		const started = await set('ongoing');
		expect(started.sent).toHaveLength(1);
		expect(started.error?.description).toContain('look at its status with PDS Campaign: Get');
		expect(sim.campaign('pds', Number(pds))?.status).toBe('ongoing');
		sim.faults.add({ kind: 'status', status: 503, path });
		const paused = await run('pdsCampaign/setStatus', { id: pds, status: 'paused' });
		expect(paused.error).toBeUndefined();
		expect(paused.sent).toHaveLength(2);
		expect(paused.json[0]).toMatchObject({ id: Number(pds), status: 'paused', success: true });
	});
});

describe('campaigns with agents in dialer 2.0', () => {
	const create = async (title: string, additionalFields: IDataObject) =>
		await run('campaign/createAgent', { title, phoneNumberIds: [610], additionalFields });

	test('the region goes with its switch, and the title may be as long as in PDS', async () => {
		const title = 'Winback '.repeat(20).trim();
		const { sent, error } = await create(title, { region: 'usa' });
		expect(error).toBeUndefined();
		expect(sent[0]?.form).toMatchObject({ title, region: 'usa', region_enabled: 'true' });
	});

	test.each<[string, IDataObject, string]>([
		[
			'a rate beside the busy factor',
			{ predictiveMode: 'agent_busy_factor', abandonmentRate: 3 },
			'"Abandonment Rate (%)" belongs to "Predictive Mode" By Abandonment Rate',
		],
		[
			'a busy factor beside the rate',
			{ predictiveMode: 'abandon_rate', agentBusyFactor: 80 },
			'"Agent Busy Factor" belongs to "Predictive Mode" By How Busy Agents Are',
		],
	])('%s is refused before anything is sent', async (_, more, words) => {
		const { error, sent } = await create('Winback', more);
		expect(error?.message).toContain(words);
		expect(sent).toEqual([]);
	});
});

describe('contact IDs', () => {
	test.each<[unknown, unknown]>([
		['1, 2;3', [1, 2, 3]],
		['={{ [5, "6", 5] }}', [5, 6]],
		['[7,8]', [7, 8]],
	])('%j', async (given, wanted) => {
		const { sent } = await run('pdsContact/cancel', {
			campaignId: pds,
			contactIds: given as string,
		});
		expect(parsed(sent[0]?.form.contact_ids)).toEqual(wanted);
	});

	test.each([
		['12, x', 'digits only; "x" is none'],
		['={{ "" }}', 'is empty'],
		['={{ [] }}', 'has no ID'],
	])('%j is refused', async (given, words) => {
		const { error, sent } = await run('pdsContact/cancel', { campaignId: pds, contactIds: given });
		expect(error?.message).toContain(words);
		expect(sent).toEqual([]);
	});

	test('all contacts are cancelled by the flag alone', async () => {
		const { sent } = await run('pdsContact/cancel', { campaignId: pds, which: 'all' });
		expect(sent[0]?.form).toMatchObject({ cancel_all: 'true', campaign_id: pds });
		expect(sent[0]?.form.contact_ids).toBeUndefined();
	});
});

describe('do-not-call lists', () => {
	const numbers = (count: number) =>
		Array.from({ length: count }, (_, index) => ({ phone: `1555400${1000 + index}` }));
	const add = async (items: IDataObject[], more: IDataObject = {}) =>
		await run('dncContact/add', { id: '897', number: '={{ $json.phone }}', ...more }, { items });

	test('50 numbers travel in one request; wrong ones come out separately', async () => {
		const { sent, outputs, error } = await add([...numbers(120), { phone: 'nobody' }]);
		expect(error).toBeUndefined();
		expect(sizes(sent, 'contacts')).toEqual([50, 50, 20]);
		expect(outputs[0]).toHaveLength(120);
		expect(outputs[0]?.[0]?.json).toEqual({ list_id: 897, number: '15554001000' });
		expect(outputs[1]?.map(({ json }) => json.number)).toEqual(['nobody']);
	});

	test('comments keep requests apart', async () => {
		const { sent } = await add(
			numbers(3).map((item, index) => ({ ...item, why: index === 2 ? 'b' : 'a' })),
			{ additionalFields: { comment: '={{ $json.why }}' } },
		);
		expect(sent.map(({ form }) => [form.comment, sizes([{ form }], 'contacts')[0]]).sort()).toEqual(
			[
				['a', 2],
				['b', 1],
			],
		);
	});

	test('an opt-out is tried again after a failure', async () => {
		sim.faults.add({ kind: 'status', status: 503 });
		const { sent, error } = await add(numbers(1));
		expect(error).toBeUndefined();
		expect(sent).toHaveLength(2);
	});

	test('a number is found and taken off', async () => {
		const filter = { additionalFields: { listId: '897', number: '+1 (555) 400-1000' } };
		expect((await run('dncContact/getAll', filter)).json).toHaveLength(1);
		const { json } = await run('dncContact/delete', {
			deleteBy: 'number',
			listId: '897',
			number: '+1 555 400-1000',
		});
		expect(json[0]).toEqual({ list_id: 897, number: '+15554001000', deleted: true });
		expect((await run('dncContact/getAll', filter)).json).toHaveLength(0);
	});
});

describe('messages', () => {
	const TEMPLATE = { clientId: '15551230051', channelId: '31', messageTemplateId: '8' };
	const send = async (more: IDataObject) =>
		await run('message/sendTemplate', { ...TEMPLATE, ...more });

	test('values are a list in their order, the number has a plus', async () => {
		const { sent, json } = await send({
			textParamValues: { entry: [{ value: 'Ana' }, { value: '7' }] },
			header: 'url',
			headerUrl: 'https://example.com/a.pdf',
			headerParamValue: 'left over',
		});
		const form = sent[0]?.form;
		expect(form?.client_id).toBe('+15551230051');
		expect(parsed(form?.text_param_values)).toEqual(['Ana', '7']);
		expect(form?.header_url).toBe('https://example.com/a.pdf');
		expect(form?.header_param_value).toBeUndefined();
		expect(json[0]).toMatchObject({
			outcome: 'accepted',
			conversation_uuid: expect.any(String) as string,
		});
	});

	const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`v${index}`, 'x']));
	test.each<[string, IDataObject, string]>([
		[
			'placeholders in values',
			{ textParamValues: { entry: [{ value: '{{1}}' }] } },
			'may not hold',
		],
		['21 variables', { additionalFields: { variables: assigned(many) } }, '20 at most'],
		[
			'a long name',
			{ additionalFields: { variables: assigned({ ['n'.repeat(21)]: 'x' }) } },
			'has 21 characters',
		],
		[
			'a long value',
			{ additionalFields: { variables: assigned({ name: 'x'.repeat(201) }) } },
			'200 at most',
		],
	])('%s are refused before anything is sent', async (_, more, words) => {
		const { error, sent } = await send(more);
		expect(error?.message).toContain(words);
		expect(sent).toEqual([]);
	});

	test('a message whose answer was lost is not sent again', async () => {
		const before = sim.accepted.total;
		sim.faults.add({ kind: 'resetAfterBody', afterProcessing: true });
		const { error, sent } = await send({});
		expect(sent).toHaveLength(1);
		expect(sim.accepted.total - before).toBe(1);
		expect(error?.description).toContain('It may have been accepted all the same');
	});

	test('a bot message may be a file', async () => {
		const { json } = await send({});
		const { sent, error } = await run('message/sendBotMessage', {
			conversationUuid: String(json[0]?.conversation_uuid),
			content: 'file',
			fileId: '123',
		});
		expect(error).toBeUndefined();
		expect(parsed(sent[0]?.form.payload)).toEqual([{ type: 'photo', file_id: 123 }]);
		expect(sent[0]?.form.text).toBeUndefined();
	});
});

describe('CTI', () => {
	const TRANSFER = { userId: '1217', callId: '98765432' };

	test.each<[string, IDataObject, IDataObject]>([
		[
			'pstn',
			{ transferNumber: '+1 555 123 0000', transferCallerId: '15557654321' },
			{ pstn_transfer_data: { number: '+15551230000', caller_id: '15557654321' } },
		],
		[
			'sip',
			{ sipTo: 'sip:desk@pbx.example.com', sipFrom: 'sip:me@pbx.example.com' },
			{ sip_transfer_data: { to: 'sip:desk@pbx.example.com', from: 'sip:me@pbx.example.com' } },
		],
		[
			'extension',
			{ extensionNumber: '123' },
			{ extension_transfer_data: { extension_number: '123' } },
		],
	])('a transfer to %s holds its own data only', async (directionType, more, data) => {
		const { sent, error } = await run('cti/transferCall', { ...TRANSFER, directionType, ...more });
		expect(error).toBeUndefined();
		const form = sent[0]?.form ?? {};
		const given = Object.entries(form).filter(([name]) => name.endsWith('_transfer_data'));
		expect(Object.fromEntries(given.map(([name, value]) => [name, parsed(value)]))).toEqual(data);
	});

	test('a call without variables sends none', async () => {
		const { sent } = await run('scenario/run', {
			scenarioId: '17828',
			phone: '15551230000',
			phoneNumberId: '610',
		});
		expect(Object.keys(sent[0]?.form ?? {})).not.toContain('variables');
	});

	test('a call goes to the CTI host, the account stands in the path', async () => {
		const { sent } = await run('cti/makeCall', { userId: '1217', number: '15551230000' });
		expect(sent[0]?.path).toBe(`/${sim.domain}/makeCall`);
		expect(sent[0]?.form.domain).toBeUndefined();
	});

	test('an agent who is offline is explained', async () => {
		const { error } = await run('cti/makeCall', { userId: '1218', number: '15551230000' });
		expect(error?.description).toContain('must be online');
	});
});

describe('callback endpoints', () => {
	test('the salt never comes out', async () => {
		const made = await run('callback/create', {
			name: 'CRM',
			url: 'https://crm.example.com/kit',
			salt: 'a-secret-salt',
		});
		expect(made.sent[0]?.form).toMatchObject({
			salt: 'a-secret-salt',
			callbacks: '["call_finalized","new_calls"]',
			is_enabled: 'true',
		});
		const listed = await run('callback/getAll', {});
		expect(listed.json).toHaveLength(1);
		const changed = await run('callback/update', {
			id: String(made.json[0]?.id),
			additionalFields: { isEnabled: false },
		});
		expect(changed.sent[0]?.form).toMatchObject({ is_enabled: 'false' });
		expect(changed.sent[0]?.form.name).toBeUndefined();
		const raw = await run('callback/getAll', { simplify: false });
		expect(raw.json[0]).toMatchObject({ rows: [{ name: 'CRM' }] });
		const rawChange = await run('callback/update', {
			id: String(made.json[0]?.id),
			simplify: false,
			additionalFields: { isEnabled: true },
		});
		expect(rawChange.json[0]).toMatchObject({ success: true, result: { is_enabled: true } });
		for (const { json } of [made, listed, changed, raw, rawChange]) {
			expect(JSON.stringify(json)).not.toContain('a-secret-salt');
		}
	});

	test('nothing to change is refused, and a sixth endpoint is explained', async () => {
		const { error } = await run('callback/update', { id: '15' });
		expect(error?.message).toContain('nothing to change');
		const items = Array.from({ length: 5 }, (_, index) => ({ n: index }));
		const full = await run(
			'callback/create',
			{ name: 'n', url: '={{ "https://crm.example.com/" + $json.n }}', salt: 's' },
			{ items, onError: 'continueRegularOutput' },
		);
		const failed = full.json.filter((json) => json.error !== undefined);
		expect(failed).toHaveLength(1);
		expect(failed[0]?.description).toContain('five callback endpoints');
	});
});

describe('people and metrics', () => {
	test('dates of users are dates, whatever they are at Kit', async () => {
		const { json } = await run('user/getAll', { additionalFields: { id: '1221' } });
		expect(json).toHaveLength(1);
		const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
		expect(json[0]).toMatchObject({ id: 1221, createdon: date, lastlogin: date });
	});

	test('all pages of a list come out, each row once', async () => {
		const { json, sent } = await run('user/getAll', { returnAll: true });
		expect(new Set(json.map(({ id }) => id)).size).toBe(sim.options.seed.users);
		expect(sent[0]?.form.page).toBe('1');
	});

	test('the statuses of agents choose users and intervals', async () => {
		const users = (await run('user/getAll', { returnAll: true })).json;
		const ready = users.filter(({ call_status: status }) => status === 'READY');
		expect(ready.length).toBeGreaterThan(0);
		expect(ready.length).toBeLessThan(users.length);
		const callStatuses = { additionalFields: { callStatuses: ['READY'] } };
		const found = await run('user/getAll', { returnAll: true, ...callStatuses });
		expect(found.json.map(({ id }) => id)).toEqual(ready.map(({ id }) => id));
		expect(found.sent[0]?.form.call_statuses).toBeUndefined();
		// What is picked by the node comes in whole pages, however few rows are wanted.
		const one = await run('user/getAll', { limit: 1, ...callStatuses });
		expect(one.json.map(({ id }) => id)).toEqual([ready[0]?.id]);
		expect(one.sent[0]?.form['per-page']).toBe('50');

		const period = { from: '2020-01-01T00:00:00', to: '2040-01-01T00:00:00', returnAll: true };
		const all = (await run('agentStatus/getHistory', period)).json;
		const [wanted] = all.map(({ status }) => String(status));
		const some = await run('agentStatus/getHistory', {
			...period,
			additionalFields: { statuses: wanted },
		});
		expect(some.json).toEqual(all.filter(({ status }) => status === wanted));
		expect(some.json.length).toBeLessThan(all.length);
		const title = await run('user/getAll', { additionalFields: { callStatuses: 'Lunch' } });
		expect(title.error?.message).toContain('"Lunch" is none');
	});

	test('metrics are a row per agent', async () => {
		const parameters = { agentIds: [1219, 1221], interval: 'since12am' };
		const { json } = await run('metric/getAgentCalls', parameters);
		expect(json.map(({ user_id: id, interval }) => [id, interval])).toEqual([
			[1219, 'since12am'],
			[1221, 'since12am'],
		]);
		expect(json[0]).toMatchObject({
			total_direct_outbound_calls: expect.any(Number) as number,
			from_date: expect.stringMatching(/Z$/) as string,
		});
		const zoned = await run('metric/getAgentCalls', { ...parameters, timezone: 'Europe/Madrid' });
		expect(zoned.json[0]?.from_date).not.toMatch(/Z$/);
	});

	test('a further interval goes into Extra Parameters', async () => {
		const { sent } = await run('metric/getAgentCalls', {
			agentIds: [1219],
			additionalFields: { extraParameters: { entry: [{ name: 'interval', value: 'last24h' }] } },
		});
		expect(sent[0]?.form.interval).toBe('last24h');
	});
});

test('a phone number changes in what is given alone', async () => {
	const none = await run('phoneNumber/update', { id: '610' });
	expect(none.error?.message).toContain('nothing to change');
	expect(none.sent).toEqual([]);
});

describe('media', () => {
	const upload = async (bytes: Uint8Array) =>
		await run(
			'media/upload',
			{},
			{ items: [{ json: {}, binary: binary('data', bytes, 'a.mp3', 'audio/mpeg') }] },
		);

	test('what is no MP3, or too long, is not sent', async () => {
		const wav = await upload(Buffer.from('RIFF....WAVE'));
		expect(wav.error?.message).toContain('no MP3');
		const long = Buffer.alloc(10 * 1024 * 1024 + 1);
		long.write('ID3');
		expect((await upload(long)).error?.message).toContain('10 MB at most');
		expect(sim.requests['v3/media/uploadMedia'] ?? 0).toBe(0);
	});
});

test('a portion that is refused takes nothing from the others', async () => {
	sim.faults.add({ kind: 'status', status: 422, skip: 1, body: NO });
	const items = Array.from({ length: 4 }, (_, index) => ({ phone: `1555500${1000 + index}` }));
	const { outputs, error } = await run(
		'pdsContact/append',
		{
			campaignId: pds,
			phone: '={{ $json.phone }}',
			utc: 'America/Aruba',
			options: { batchSize: 2, concurrency: 1 },
		},
		{ items },
	);
	expect(error).toBeUndefined();
	expect(outputs[0]).toHaveLength(2);
	expect(outputs[1]?.map(({ json }) => json.outcome)).toEqual(['refused', 'refused']);
});
