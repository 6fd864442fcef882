/** The polling trigger, with records that the simulator never gives. */
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { brasiliaDay } from '../../nodes/Velip/poll';
import { ok, startFakeVelip, type FakeVelip } from './support/fakeVelip';
import { velipCredentials } from './support/velip';

type Poll = (context: unknown) => Promise<Array<Array<{ json: IDataObject }>> | null>;
const { poll } = jest.requireActual<{ poll: Poll }>(
	path.resolve(__dirname, '../../dist/nodes/Velip/poll.js'),
);

let server: FakeVelip;
let rows: IDataObject[];
let state: IDataObject;
let options: IDataObject;

beforeEach(async () => {
	rows = [];
	state = {};
	options = {};
	server = await startFakeVelip(() => ok({}, { calls: rows }));
	await run();
});

afterEach(async () => await server.close());

async function run(campaign = ''): Promise<IDataObject[]> {
	const output = await poll({
		getCredentials: async () => velipCredentials(server.url).velipApi,
		getNode: () => ({ id: 'p', name: 'Poll', type: 'x', typeVersion: 1, parameters: {} }),
		getNodeParameter: (name: string) => (name === 'options' ? options : campaign),
		getMode: () => 'trigger',
		getWorkflowStaticData: () => state,
		helpers: {},
	});
	return (output ?? []).flat().map(({ json }) => json);
}

const DAY = 86_400_000;
const today = () => brasiliaDay(Date.now());
const states = async () => (await run()).map(({ state: word }) => word);

test('a second attempt with another result comes too', async () => {
	const first = { cd_id: 'c_2', cd_status: 'NA', date: today(), dur: '0' };
	rows = [first];
	expect(await states()).toEqual(['notAnswered']);
	rows = [first, { ...first, cd_status: 'OK', dur: '9' }];
	expect(await states()).toEqual(['answered']);
	expect(await states()).toEqual([]);
});

test('a word that nobody knows does not hide the result that follows', async () => {
	rows = [{ cd_id: 'c_1', cd_status: 'DIALING', date: today(), dur: '0' }];
	expect(await states()).toEqual(['unknown']);
	rows = [{ cd_id: 'c_1', cd_status: 'OK', date: today(), dur: '20' }];
	expect(await states()).toEqual(['answered']);
});

const inBrazil = (day: string) => day.split('-').reverse().join('/');

test.each([
	['as in Brazil', () => inBrazil(today())],
	['as in Brazil, of last week', () => inBrazil(brasiliaDay(Date.now() - 6 * DAY))],
	['not at all', () => ''],
	['as "null"', () => 'null'],
	['with a time', () => `${today()}T10:00:00`],
])('a date written %s does not make the call come again', async (_, write) => {
	const date = write();
	rows = [{ cd_id: 'c_3', cd_status: 'OK', date, dur: '9' }];
	expect(await states()).toHaveLength(1);
	expect(await states()).toEqual([]);
	const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + DAY);
	try {
		// The day after, the server may still give it out.
		expect(await states()).toEqual([]);
	} finally {
		clock.mockRestore();
	}
});

test('a call from before the days that were asked for comes once too', async () => {
	rows = [{ cd_id: 'c_4', cd_status: 'OK', date: '2020-01-01', dur: '9' }];
	expect(await states()).toHaveLength(1);
	let now = Date.now();
	const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
	try {
		for (let poll = 0; poll < 8; poll++) {
			expect(await states()).toEqual([]);
			now += 43_200_000;
		}
	} finally {
		clock.mockRestore();
	}
});

test('a longer look back brings no calls of days that were done with', async () => {
	const asked = () => server.of('GetCallStatus').at(-1)?.date_start;
	await run();
	const since = asked();
	options = { lookBackDays: 7 };
	await run();
	expect(asked()).toBe(since);
	options = {};
	await run();
	expect(asked()).toBe(since);
});

test('after a change of the filters what is there already is no news', async () => {
	rows = [{ cd_id: 'c_5', cd_status: 'OK', date: today(), dur: '9' }];
	expect(await run('4500')).toEqual([]);
	rows = [...rows, { cd_id: 'c_6', cd_status: 'OK', date: today(), dur: '9' }];
	expect(await run('4500')).toMatchObject([{ cd_id: 'c_6' }]);
	options = { callStates: ['answered'] };
	rows = [...rows, { cd_id: 'c_7', cd_status: 'OK', date: today(), dur: '9' }];
	expect(await run('4500')).toMatchObject([{ cd_id: 'c_7' }]);
});

test('calls without an ID all come, each once', async () => {
	rows = ['1', '2'].map((dest) => ({ cd_id: '0', dest, cd_status: 'OK', date: today(), dur: '9' }));
	expect(await states()).toHaveLength(2);
	expect(await states()).toEqual([]);
});

test.each(['June reminders', '0', '-1'])(
	'the campaign %j is refused before it asks',
	async (id) => {
		const before = server.received.length;
		await expect(run(id)).rejects.toThrow('"Campaign" must be an ID');
		expect(server.received).toHaveLength(before);
	},
);
