/** Never get a customer banned, never spend twice: proven by counting what the simulator received. */
import type { IDataObject } from 'n8n-workflow';

import { MCP_TOKEN, startVelipSimulator } from '../simulators/velip';
import { FILES, runVelip, velipCredentials, type Simulator } from './support/velip';

let sim: Simulator;

beforeEach(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
});

afterEach(async () => await sim.close());

const WRONG = 'wrongTokenWrongTokenWrongToken';
const SMS = { dest: '={{ $json.to }}', message: 'Hello' };

function people(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, index) => ({
		to: `55119${81000000 + index * 100 + 31}`,
	}));
}

const total = () => Object.values(sim.requests).reduce((sum, count) => sum + count, 0);

describe('a refused credential', () => {
	test.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'makes one request for 1,000 items, on error %s',
		async (onError) => {
			const { error, outputs } = await runVelip(sim, 'sms/send', SMS, {
				items: people(1000),
				onError,
				credentials: velipCredentials(sim.url, { token: WRONG }),
			});
			const failed = outputs[onError === 'continueErrorOutput' ? 1 : 0] ?? [];
			const reason = onError === undefined ? error?.message : JSON.stringify(failed[0]?.json.error);
			expect(reason).toContain('SID not found');
			// Under "Continue" every item comes out as failed, and none as if it had been sent.
			expect(failed).toHaveLength(onError === undefined ? 0 : 1000);
			expect(failed.every(({ json }) => json.error !== undefined)).toBe(true);
			expect(total()).toBe(1);
			expect(sim.banned).toBe(false);
		},
	);

	test('makes one request when n8n runs the node again and again', async () => {
		const credentials = velipCredentials(sim.url, { token: WRONG });
		const settings = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 };
		const { error } = await runVelip(sim, 'sms/send', SMS, {
			items: people(3),
			credentials,
			settings,
		});
		expect(error?.message).toContain('SID not found');
		for (let loop = 0; loop < 30; loop++) {
			await runVelip(sim, 'sms/send', SMS, {
				items: people(1),
				credentials,
				onError: 'continueRegularOutput',
			});
		}
		expect(total()).toBe(1);
		const changed = await runVelip(sim, 'account/getUser');
		expect(changed.error).toBeUndefined();
	});

	test.each([
		['an MCP token', { token: MCP_TOKEN }, 'API token'],
		['a wrong password', { authentication: 'basic', user: 'operator', password: 'no' }, 'password'],
	])('says what to do about %s', async (_, more, hint) => {
		const { error } = await runVelip(
			sim,
			'account/getUser',
			{},
			{
				credentials: velipCredentials(sim.url, more),
			},
		);
		expect(error?.description).toContain(hint);
		expect(total()).toBe(1);
	});

	test('of a wrong form never leaves', async () => {
		const { error } = await runVelip(
			sim,
			'account/getUser',
			{},
			{
				credentials: velipCredentials(sim.url, { token: 'too short' }),
			},
		);
		expect(error?.message).toContain('not a Velip token');
		expect(total()).toBe(0);
	});
});

test.each([
	['bearer', {}],
	['header', {}],
	['tsid', {}],
	['basic', { user: 'operator', password: 'secret' }],
] as const)('logs in with %s, with and without .php', async (authentication, more) => {
	for (const appendPhp of [false, true]) {
		const credentials = velipCredentials(sim.url, { authentication, appendPhp, ...more });
		const { error } = await runVelip(sim, 'account/getUser', {}, { credentials });
		expect(error).toBeUndefined();
		const upload = await runVelip(sim, 'audio/upload', {}, { credentials, items: FILES });
		expect(upload.error).toBeUndefined();
		// Its records are written into the request one by one.
		const list = await runVelip(
			sim,
			'destinationList/createFromItems',
			{},
			{ credentials, items: FILES },
		);
		expect(list.json[0]).toMatchObject({ num_dest: 1 });
	}
	expect(sim.violations).toEqual([]);
});

test('a lost answer is not sent again, and the item says how to find out', async () => {
	sim.faults.add({ kind: 'resetMidResponse', afterProcessing: true });
	const { json } = await runVelip(sim, 'sms/send', SMS, {
		items: people(1),
		onError: 'continueRegularOutput',
	});
	expect(json[0]).toMatchObject({
		outcome: 'unknown',
		ctid: expect.stringMatching(/^[a-z0-9]{15}$/),
	});
	expect(sim.accepted.total).toBe(1);
	expect(sim.requests.MakeSMS).toBe(1);
});

test('a campaign whose answer was lost is asked for again with the same request ID, and made once', async () => {
	sim.faults.add({ kind: 'resetMidResponse', afterProcessing: true });
	const { json, error } = await runVelip(sim, 'campaign/create', {
		name: 'Once',
		destinations: 'json',
		datajson: '[["5511987654331"]]',
		opening: 'text',
		text: 'Hello',
		waitUntilLoaded: false,
	});
	expect(error).toBeUndefined();
	expect(json[0]).toMatchObject({ duplicate_request: '1' });
	expect(sim.campaigns()).toHaveLength(1);
});

test('n8n running the node again makes no second campaign', async () => {
	const parameters = {
		name: 'Once',
		destinations: 'json',
		datajson: '[["5511987654331"]]',
		opening: 'text',
		text: 'Hello',
		waitUntilLoaded: false,
	};
	await runVelip(sim, 'campaign/create', parameters);
	await runVelip(sim, 'campaign/create', parameters);
	expect(sim.campaigns()).toHaveLength(1);
});

test('a second SMS to the same number explains the duplicate window', async () => {
	const { json } = await runVelip(sim, 'sms/send', SMS, {
		items: [...people(1), ...people(1)],
		onError: 'continueRegularOutput',
	});
	expect(json[1]?.description).toContain('Duplicate Window');
	expect(sim.accepted.total).toBe(1);
});

test('the first request of a run goes alone', async () => {
	sim.setOptions({ latencyMs: 30 });
	const { json } = await runVelip(sim, 'sms/send', SMS, { items: people(10) });
	expect(json).toHaveLength(10);
	// The second comes after the answer to the first.
	const [first, second] = sim.log.map(({ at }) => at);
	expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(29);
});

test('the do-not-call check stays on unless it is switched off', async () => {
	await runVelip(sim, 'call/speakText', { dest: '5511987654331', text: 'Hello' });
	await runVelip(sim, 'call/speakText', { dest: '5511987654332', text: 'Hello', free: true });
	const bodies = sim.log.map(({ body }) => JSON.parse(String(body)) as IDataObject);
	expect(bodies.map(({ free }) => free)).toEqual([0, 1]);
});

test('an accepted SMS whose provider has not answered is a success with a warning', async () => {
	const { json } = await runVelip(sim, 'sms/send', { dest: '5511987654315', message: 'Hello' });
	expect(json[0]).toMatchObject({ outcome: 'accepted', status: 'WR', warning: expect.any(String) });
});

test('foreign numbers are not taken for Brazilian ones', async () => {
	await runVelip(sim, 'call/speakText', { dest: '+1 415 555 0131', text: 'Hello' });
	const [body] = sim.log.map((entry) => JSON.parse(String(entry.body)) as IDataObject);
	expect(body).toMatchObject({ dest: '14155550131', setbrasil: 0 });
});

test('all call records, page by page', async () => {
	sim.seedCalls(12_000);
	const { json, error } = await runVelip(sim, 'call/getAll', { returnAll: true });
	expect(error).toBeUndefined();
	expect(new Set(json.map(({ cd_id: id }) => id)).size).toBe(12_000);
	expect(sim.requests.GetCallStatus).toBe(3);
	expect(json[0]).toMatchObject({ rate: expect.any(Number), digits: expect.any(Array) });
});

test('the limit of list requests is told with what to do', async () => {
	sim.setOptions({ listRequestsPerHour: 1 });
	await runVelip(sim, 'call/getAll');
	const { error } = await runVelip(sim, 'call/getAll');
	expect(error?.message).toContain('429');
	expect(error?.description).toContain('200 list requests');
	expect(sim.requests.GetCallStatus).toBe(2);
});

test('a list of 50,000 input items is one request', async () => {
	const items = Array.from({ length: 50_000 }, (_, index) => ({
		number: `55119${80000000 + index}`,
		name: `Name ${index}`,
	}));
	const { json, error } = await runVelip(sim, 'destinationList/createFromItems', {}, { items });
	expect(error).toBeUndefined();
	expect(json).toHaveLength(1);
	expect(json[0]).toMatchObject({ num_dest: 50_000 });
	expect(total()).toBe(1);
});

test('activating an active campaign is a success unless it shall be an error', async () => {
	const { json } = await runVelip(sim, 'campaign/create', {
		destinations: 'json',
		datajson: '[["5511987654331"]]',
		opening: 'text',
		text: 'Hello',
		waitUntilLoaded: true,
	});
	expect(json[0]).toMatchObject({ loaded: true });
	const cpId = String(json[0]?.cp_id);
	const again = await runVelip(sim, 'campaign/activate', { cpId });
	expect(again.json[0]).toMatchObject({ cp_id: cpId, changed: false });
	const strict = await runVelip(sim, 'campaign/activate', { cpId, acceptNoChange: false });
	expect(strict.error?.message).toContain('230');
});

test('an audio keeps the accents of its name', async () => {
	const parameters = { name: 'Saudação' };
	const { json } = await runVelip(sim, 'audio/upload', parameters, { items: FILES });
	expect(json[0]).toMatchObject({ cdw_name: 'Saudação' });
});

test('files come out as binary data with a name', async () => {
	const uploaded = await runVelip(sim, 'audio/upload', { name: 'Hello' }, { items: FILES });
	const cdwFile = String(uploaded.json[0]?.cdw_file);
	sim.setOptions({ playIds: 'digits' });
	const { outputs } = await runVelip(sim, 'audio/download', {
		cdwFile,
		binaryPropertyName: 'sound',
	});
	expect(outputs[0]?.[0]?.binary?.sound).toMatchObject({ mimeType: 'audio/x-wav' });
	expect(sim.requests.PlayAudioFile).toBe(2);
});
