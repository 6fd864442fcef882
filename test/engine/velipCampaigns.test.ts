/** Creating a campaign is the dearest thing the node can do: once, checked, and never lost. */
import type { IDataObject } from 'n8n-workflow';

import { operations } from '../../nodes/Velip/operations';
import { optionFields } from '../../nodes/shared/operation/operation';
import { startVelipSimulator } from '../simulators/velip';
import { binary } from './support/engine';
import { no, ok, startFakeVelip, type FakeVelip } from './support/fakeVelip';
import { FILES, runVelip, type Simulator } from './support/velip';

let server: FakeVelip | undefined;
let sim: Simulator | undefined;

afterEach(async () => {
	await server?.close();
	await sim?.close();
	server = undefined;
	sim = undefined;
});

const CAMPAIGN = {
	destinations: 'json',
	datajson: '[["5511987654321"]]',
	opening: 'text',
	text: 'Hello',
	waitUntilLoaded: false,
};

const NAMES = [{ n: 'one' }, { n: 'two' }];

test('a dry run sends nothing and shows the request', async () => {
	server = await startFakeVelip(() => ok({ cp_id: '9' }));
	const { json } = await runVelip(server, 'campaign/create', { ...CAMPAIGN, dryRun: true });
	expect(json[0]).toMatchObject({
		outcome: 'dry_run',
		request_id: expect.stringMatching(/^n8n-/),
		cp_ctid: expect.stringMatching(/^[a-z0-9]{15}$/),
		request: { body: { text: 'Hello', no_block: 0 } },
	});
	expect(server.received).toEqual([]);
});

test('more campaigns than allowed are refused before the first', async () => {
	server = await startFakeVelip(() => ok({ cp_id: '9' }));
	const parameters = { ...CAMPAIGN, options: { maxSends: 1 } };
	const { error } = await runVelip(server, 'campaign/create', parameters, { items: NAMES });
	expect(error?.message).toContain('Maximum Sends');
	expect(server.received).toEqual([]);
});

test('"Retry On Fail" makes no second one at a server that knows no request IDs', async () => {
	let made = 0;
	server = await startFakeVelip(({ body }) =>
		body.name === 'two'
			? no('Active campaign with same date', '230')
			: ok({ cp_id: String((made += 1)) }),
	);
	const { error } = await runVelip(
		server,
		'campaign/create',
		{ ...CAMPAIGN, name: '={{ $json.n }}' },
		{ items: NAMES, settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } },
	);
	expect(made).toBe(1);
	expect(error?.context?.data).toMatchObject({ accepted: [{ cp_id: '1' }] });
});

test('a campaign whose answers are all lost is unknown, with the way to find out', async () => {
	server = await startFakeVelip(() => undefined);
	const { json } = await runVelip(server, 'campaign/create', CAMPAIGN, {
		onError: 'continueRegularOutput',
	});
	expect(json[0]).toMatchObject({ outcome: 'unknown', cp_ctid: expect.any(String) });
	expect(json[0]?.description).toContain('Campaign: Get');
	expect(json[0]?.description).not.toContain('no harm');
	const ids = server.of('CreateCampaign').map(({ request_id: id }) => id);
	expect(ids.length).toBeGreaterThan(1);
	expect(new Set(ids).size).toBe(1);
});

test('an own request ID brings the same correlation ID, so that it also protects the next run', async () => {
	server = await startFakeVelip(() => ok({ cp_id: '9' }));
	const additionalFields = { requestId: 'june-reminders' };
	await runVelip(server, 'campaign/create', { ...CAMPAIGN, additionalFields });
	await runVelip(
		server,
		'campaign/create',
		{ ...CAMPAIGN, additionalFields },
		{ settings: { id: 'another-node' } },
	);
	const [first, second] = server.of('CreateCampaign');
	expect(first).toEqual(second);
});

const WAITING = { ...CAMPAIGN, waitUntilLoaded: true, loadMinutes: 1 };

test('a cancel while it loads loses no campaign', async () => {
	server = await startFakeVelip(({ fn }) =>
		fn === 'CreateCampaign'
			? ok({ cp_id: '4711' })
			: ok({}, { campaigns: [{ cp_id: '4711', 'cp_active ': '2' }] }),
	);
	const { error } = await runVelip(server, 'campaign/create', WAITING, {
		cancelWhen: () => (server?.of('GetCampaignsList').length ?? 0) > 0,
	});
	expect(error?.message).toContain('cancelled');
	const told = JSON.stringify([error?.description, error?.context]);
	expect(told).toContain('4711');
	expect(server.of('CreateCampaign')).toHaveLength(1);
});

async function whileLoading(...answers: Array<ReturnType<typeof ok>>) {
	server = await startFakeVelip(({ fn }) =>
		fn === 'CreateCampaign' ? ok({ cp_id: '9' }) : (answers.shift() ?? ok()),
	);
	const { json } = await runVelip(server, 'campaign/create', WAITING);
	return json[0];
}

const row = (more: IDataObject) => ok({}, { campaigns: [{ cp_id: '9', ...more }] });

test('one bad answer does not end the wait, and a state that is missing is not "loaded"', async () => {
	const json = await whileLoading(no('odd', '399'), row({}), row({ 'cp_active ': '1' }));
	expect(json).toMatchObject({ loaded: true, cp_active: 1, outcome: 'accepted' });
	expect(server?.of('GetCampaignsList')).toHaveLength(3);
});

test('a load that has failed ends it', async () => {
	const words = 'Falha na geração';
	const json = await whileLoading(row({ 'cp_active ': '0', cp_status_txt: words }));
	expect(json).toMatchObject({ loaded: false, cp_status_txt: words });
});

test.each([
	['records that are no list', { datajson: '{}' }, '"Records" must be a list'],
	['no records', { datajson: '[]' }, '"Records" must be a list'],
	[
		'a follow-up without text',
		{ additionalFields: { smsAction: 'ok' } },
		'"SMS After the Call: Text" is empty',
	],
	[
		'an end before the start',
		{ additionalFields: { dateStart: '2030-02-01', dateEnd: '2030-01-31' } },
		'"End Date" 2030-01-31 is before "Start Date" 2030-02-01',
	],
	[
		'a correlation ID that would not be ours',
		{ additionalFields: { extraParameters: { entry: [{ name: 'request_id', value: 'x' }] } } },
		'"request_id"; use its own field',
	],
])('refuses %s before the first campaign', async (_, more, words) => {
	server = await startFakeVelip(() => ok({ cp_id: '9' }));
	const { error } = await runVelip(server, 'campaign/create', { ...CAMPAIGN, ...more });
	expect(error?.message).toContain(words);
	expect(server.received).toEqual([]);
});

test('the same key twice is refused', async () => {
	server = await startFakeVelip(() => ok({ cp_id: '9' }));
	const entry = [1, 1].map((number) => ({ number, content: 'tf1' }));
	const parameters = { ...CAMPAIGN, answers: { entry } };
	const { error } = await runVelip(server, 'campaign/createQuestions', parameters);
	expect(error?.message).toContain('the number 1 twice');
});

test('opening and numbers may come from files of the item', async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	const parameters = {
		destinations: 'file',
		listFile: 'list',
		opening: 'file',
		openingFile: 'data',
		waitUntilLoaded: true,
		loadMinutes: 1,
	};
	const { json, error } = await runVelip(sim, 'campaign/create', parameters, { items: FILES });
	expect(error).toBeUndefined();
	expect(json[0]).toMatchObject({ loaded: true, cp_destinations: 2 });
	expect(sim.violations).toEqual([]);
});

describe('numbers from a file', () => {
	const PARAMETERS = { ...CAMPAIGN, destinations: 'file', listFile: 'list' };
	const file = (text: string | Buffer, name = 'list.csv') => [
		{ json: {}, binary: binary('list', Buffer.from(text), name, 'text/csv') },
	];
	const create = async (text: string | Buffer, name?: string, more: IDataObject = {}) => {
		server = await startFakeVelip(() => ok({ cp_id: '9' }));
		const items = file(text, name);
		const { error } = await runVelip(
			server,
			'campaign/create',
			{ ...PARAMETERS, ...more },
			{ items },
		);
		return { error, sent: server.of('CreateCampaign') };
	};

	test.each([
		['commas', 'phone,name,cod_cli\n11987654321,Maria,1001\n'],
		['tabs', 'nome\ttelefone\tother\tcod_cli\r\nMaria\t11987654321\tx\t1001\r\n\r\n'],
		['semicolons and quotes', 'Número;Nome;cod_cli\n"11987654321";"Maria";"1001"'],
	])('with %s', async (_, text) => {
		const { error, sent } = await create(text);
		expect(error).toBeUndefined();
		expect(sent).toMatchObject([{ datajson: [['11987654321', 'Maria', '1001']] }]);
	});

	test('may hold separators, quotes and line ends in a cell, and gaps', async () => {
		const text = 'phone,name,extra2\n1,"a, ""b""\nc",x\n2,5" pipe\n';
		const { sent } = await create(text);
		expect(sent[0]?.datajson).toEqual([
			['1', 'a, "b"\nc', '', '', 'x'],
			['2', '5" pipe', '', '', ''],
		]);
	});

	test('may be JSON', async () => {
		const records = [{ number: '11987654321', name: 'Maria' }];
		expect((await create(JSON.stringify(records), 'list.json')).sent).toMatchObject([
			{ datajson: records },
		]);
	});

	test.each([
		['name,city\nMaria,Recife\n', 'list.csv', 'no column with the numbers'],
		['phone,extra4\n1,2\n', 'list.csv', 'extra4'],
		['phone\n\n', 'list.csv', 'at least one record'],
		['{}', 'list.json', 'at least one record'],
		['[1', 'list.json', 'not valid JSON'],
		['x', 'list.pdf', 'neither a .csv nor a .json'],
	])('%j in %s is refused, naming the field', async (text, name, words) => {
		const { error, sent } = await create(text, name);
		expect(error?.message).toContain('"Numbers: Input Data Field Name": list.');
		expect(error?.message).toContain(words);
		expect(sent).toEqual([]);
	});

	test('spoils no accents, whatever the file is written in', async () => {
		sim = await startVelipSimulator({ lifecycle: 'manual' });
		const items = file(Buffer.from('phone,name\n11987654321,João\n', 'latin1'));
		const parameters = { ...PARAMETERS, name: 'Lembrete de março', text: 'Olá' };
		const { json, error } = await runVelip(sim, 'campaign/create', parameters, { items });
		expect(error).toBeUndefined();
		const campaign = sim.campaign(String(json[0]?.cp_id));
		expect(campaign?.name).toBe('Lembrete de março');
		expect(sim.list(campaign?.listId ?? 0)?.destinations).toMatchObject([{ name: 'João' }]);
		expect(JSON.parse(String(sim.log[0]?.body))).toMatchObject({ text: 'Olá' });
		expect(sim.violations).toEqual([]);
	});
});

describe('how often a number is called again', () => {
	const body = async (name: string, more: IDataObject = {}) => {
		server = await startFakeVelip(() => ok({ cp_id: '9' }));
		const { error } = await runVelip(server, name, { ...CAMPAIGN, ...more });
		expect(error).toBeUndefined();
		return server.of('CreateCampaign')[0];
	};

	test.each(['campaign/create', 'campaign/createQuestions', 'campaign/createConfirmation'])(
		'is always said: %s',
		async (name) => {
			expect(await body(name)).toMatchObject({ resends: 0, time_resends: 30, limit_name: 1 });
			await server?.close();
			const additionalFields = { resends: 2, timeResends: 60, limitName: '0' };
			expect(await body(name, { additionalFields })).toMatchObject({
				resends: 2,
				time_resends: 60,
				limit_name: 0,
			});
		},
	);

	test('is that of the original for a clone', async () => {
		const sent = await body('campaign/clone', { cpId: '7' });
		for (const name of ['resends', 'time_resends', 'limit_name'])
			expect(sent).not.toHaveProperty(name);
	});
});

describe('the state of a campaign', () => {
	test.each([
		[{ 'cp_active ': '0' }, 'paused'],
		[{ 'cp_active ': '0', cp_status_txt: 'Falha na geração dos destinos' }, 'failed'],
		[{ 'cp_active ': 1, cp_status_txt: 'Inseridos: 4500 destinos (2s)' }, 'active'],
		[{ 'cp_active ': '2' }, 'loading'],
		[{ 'cp_active ': 'null' }, 'unknown'],
		[{ 'cp_active ': '' }, 'unknown'],
		[{}, 'unknown'],
	])('%j is %s', async (more, state) => {
		server = await startFakeVelip(() => row(more));
		const { json } = await runVelip(server, 'campaign/get', { findBy: 'cpId', cpId: '9' });
		expect(json[0]?.state).toBe(state);
	});
});

test('an opening file alone travels in JSON', async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
	const parameters = { ...CAMPAIGN, opening: 'file', openingFile: 'data' };
	const { error } = await runVelip(sim, 'campaign/create', parameters, { items: FILES });
	expect(error).toBeUndefined();
	expect(sim.violations).toEqual([]);
});

test('a dry run names the opening file and does not show all of it', async () => {
	sim = await startVelipSimulator();
	const parameters = { ...CAMPAIGN, opening: 'file', openingFile: 'data', dryRun: true };
	const { json, error } = await runVelip(sim, 'campaign/create', parameters, { items: FILES });
	expect(error).toBeUndefined();
	const request = json[0]?.request as { body: { audio64: string } };
	expect(request.body.audio64).toMatch(/^[A-Za-z0-9+/]{20}… \(\d+ characters\)$/);
	expect(sim.log).toEqual([]);
});

test('a change of times is sent with seconds', async () => {
	server = await startFakeVelip(() => ok({}, { campaigns: [{ cp_id: '9' }] }));
	const additionalFields = { timeStart: '09:00', timeEnd: '18:30:15' };
	await runVelip(server, 'campaign/update', { cpId: '9', additionalFields });
	expect(server.of('ChangeCampaign')).toMatchObject([
		{ time_start: '09:00:00', time_end: '18:30:15' },
	]);
});

test('a change of nothing is refused before it is sent', async () => {
	server = await startFakeVelip(() => ok());
	const { error } = await runVelip(server, 'campaign/update', { cpId: '9' });
	expect(error?.message).toContain('nothing to change');
	expect(error?.description).toContain('Add a field');
	expect(server.received).toEqual([]);
});

test.each([
	['campaign/create', 120],
	['call/speakText', 120],
	['destinationList/createFromItems', 300],
	['audio/createFromText', 300],
	['audio/upload', 300],
	['sms/send', 30],
])('%s waits %i seconds for an answer unless told otherwise', (name, seconds) => {
	const operation = operations.find((one) => `${one.resource}/${one.name}` === name);
	if (operation === undefined) throw new Error(name);
	const { timeout } = optionFields(operation, { concurrency: 4, batchSize: 1 });
	expect(timeout?.input.default).toBe(seconds);
});
