/** Contacts from input items: portions, rejected rows, failing portions, and what is never sent twice. */
import { isDeepStrictEqual } from 'node:util';

import type { IDataObject } from 'n8n-workflow';

import { setPdsStatus } from '../../nodes/VoximplantKit/operations/pdsCampaign';
import { setPdsListStatus } from '../../nodes/VoximplantKit/operations/pdsContact';
import { startVoximplantKitSimulator } from '../simulators/voximplantKit';
import type { RunOptions } from './support/engine';
import { runKit, type Simulator } from './support/voximplantKit';

let sim: Simulator;
let campaign: string;
const APPEND = 'v3/campaigns/appendContacts';
const PATH = `/api/${APPEND}`;

async function newCampaign(title: string): Promise<string> {
	const { json, error } = await runKit(sim, 'campaign/createAutomated', {
		title,
		scenarioId: '17828',
		phoneNumberIds: [610],
		region: 'europe',
		maxLines: 1,
		maxAttempts: 1,
	});
	if (error) throw error;
	return String(json[0]?.id);
}

beforeAll(async () => {
	sim = await startVoximplantKitSimulator({ lifecycle: 'manual' });
	campaign = await newCampaign('Leads');
});

beforeEach(() => sim.faults.clear());

afterAll(async () => await sim.close());

function rowsOf(body: unknown): IDataObject[] {
	const rows = new URLSearchParams(String(body)).get('rows') ?? '[]';
	return JSON.parse(rows) as IDataObject[];
}

function requests(since: number): Array<{ rows: IDataObject[]; form: URLSearchParams }> {
	return sim.log
		.slice(since)
		.filter(({ path }) => path === PATH)
		.map(({ body }) => ({ rows: rowsOf(body), form: new URLSearchParams(String(body)) }));
}

async function append(
	items: IDataObject[],
	parameters: IDataObject = {},
	options: Partial<RunOptions> = {},
) {
	const since = sim.log.length;
	const result = await runKit(
		sim,
		'campaignContact/append',
		{
			campaignId: campaign,
			phone1: '={{ $json.phone }}',
			timezone: '={{ $json.zone }}',
			variablesFrom: 'item',
			leaveOut: 'phone, zone',
			...parameters,
		},
		{ items, ...options },
	);
	return { ...result, sent: requests(since) };
}

const phone = (index: number) => String(14_440_000_000 + index * 100 + 50);
const leads = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ phone: phone(index) }));

test('12,001 contacts travel in three requests of 5,000 at most and come out paired', async () => {
	const items = leads(12_001);
	const { outputs, sent, error } = await append(items);
	expect(error).toBeUndefined();
	expect(sent.map(({ rows }) => rows.length).sort((a, b) => b - a)).toEqual([5000, 5000, 2001]);
	expect(outputs[0]).toHaveLength(12_001);
	expect(outputs[1]).toEqual([]);
	// One comparison for all, since a thousand of them take a second.
	const pairs = outputs[0]?.map(({ pairedItem, json }) => [pairedItem, json.phone1]);
	const expected = items.map((_, index) => [{ item: index }, phone(index)]);
	expect(isDeepStrictEqual(pairs, expected)).toBe(true);
	expect(outputs[0]?.[0]?.json).toEqual({
		campaign_id: Number(campaign),
		phone1: phone(0),
		outcome: 'accepted',
	});
	expect(sim.accepted.maxPerKey).toBe(1);
	expect(sim.violations).toEqual([]);
});

test('rejected contacts come out separately, with their reason and what was sent', async () => {
	const items: IDataObject[] = [
		{ phone: '+1 555 300 0030', name: 'good' },
		// Endings by which the simulator refuses a number and an agent.
		{ phone: '15553000020', name: 'number' },
		{ phone: '15553000019', name: 'agent' },
		{ phone: '15553000031', name: 'zone', zone: 'Mars/Olympus' },
		// These are seen before anything is sent.
		{ phone: 'none', name: 'words' },
		{ phone: '', name: 'empty' },
		{ phone: '15553000032', name: 'no zone', zone: 'half past two' },
	];
	const { outputs, sent, error } = await append(items);
	expect(error).toBeUndefined();
	expect(outputs[0]?.map(({ json }) => json.phone1)).toEqual(['15553000030']);
	const rejected = outputs[1] ?? [];
	expect(rejected.map(({ json }) => [json.name, json.outcome])).toEqual([
		['number', 'rejected'],
		['agent', 'rejected'],
		['zone', 'rejected'],
		['words', 'not_sent'],
		['empty', 'not_sent'],
		['no zone', 'not_sent'],
	]);
	expect(rejected.map(({ json }) => json.reason)).toEqual([
		expect.stringContaining('phone number'),
		expect.stringContaining('personal agent'),
		expect.stringContaining('time zone'),
		expect.stringContaining('"Phone" needs'),
		expect.stringContaining('"Phone" is empty'),
		expect.stringContaining('"Time Zone"'),
	]);
	expect(rejected.map(({ pairedItem }) => pairedItem)).toEqual(
		[1, 2, 3, 4, 5, 6].map((item) => ({ item })),
	);
	// Contacts with a zone of their own travel apart from those without.
	expect(sent.map(({ rows }) => rows.length).sort()).toEqual([1, 3]);
	expect(sent.map(({ form }) => form.get('tz_autodetection_enabled'))).toEqual(['true', 'true']);
});

test('all contacts of a request have the same keys', async () => {
	const items: IDataObject[] = [
		{ phone: '15553000040', a: 1 },
		{ phone: '15553000041', b: { deep: [1] } },
		{ phone: '15553000042', a: null, c: true },
	];
	const { sent, outputs } = await append(items);
	expect(outputs[0]).toHaveLength(3);
	expect(sent).toHaveLength(1);
	expect(sent[0]?.rows).toEqual([
		{ a: 1, b: '', c: '', phone1: '15553000040' },
		{ a: '', b: '{"deep":[1]}', c: '', phone1: '15553000041' },
		{ a: '', b: '', c: true, phone1: '15553000042' },
	]);
});

describe('what is a column of its own', () => {
	test('is not taken from the fields of an item, where nobody has checked it', async () => {
		const items: IDataObject[] = [
			{ phone: '15553000043', phone2: '112', timezone: 'lunch', task_priority: 'high', a: 1 },
			{ phone: '15553000044', phone1: '911', a: 2 },
		];
		const { sent } = await append(items);
		expect(sent.map(({ rows }) => rows)).toEqual([
			[
				{ a: 1, phone1: '15553000043' },
				{ a: 2, phone1: '15553000044' },
			],
		]);
	});

	test('is refused as a variable', async () => {
		const variables = { assignments: [{ name: 'phone2', value: '112', type: 'string' }] };
		const { sent, error } = await append(leads(1), { variablesFrom: 'chosen', variables });
		expect(error?.message).toContain('"Variables" holds "phone2"');
		expect(sent).toEqual([]);
	});
});

test('variables may have any name, and dates are texts', async () => {
	const items = [
		{ phone: '15553000045', constructor: 'Ana', at: new Date(0) },
		{ phone: '15553000046', toString: 'Bob' },
	] as unknown as IDataObject[];
	const { sent } = await append(items);
	expect(sent[0]?.rows).toEqual([
		{ constructor: 'Ana', at: '1970-01-01T00:00:00.000Z', toString: '', phone1: '15553000045' },
		{ constructor: '', at: '', toString: 'Bob', phone1: '15553000046' },
	]);
});

test('campaigns, and other settings of a request, are kept apart', async () => {
	const other = await newCampaign('Others');
	const items = [
		{ phone: '15553000050', to: campaign },
		{ phone: '15553000051', to: other },
		{ phone: '15553000052', to: campaign },
	];
	const { sent, outputs } = await append(items, {
		campaignId: '={{ $json.to }}',
		leaveOut: 'phone, zone, to',
	});
	expect(sent.map(({ form, rows }) => [form.get('campaign_id'), rows.length]).sort()).toEqual(
		[
			[campaign, 2],
			[other, 1],
		].sort(),
	);
	expect(outputs[0]?.map(({ json }) => json.phone1)).toEqual(items.map(({ phone: one }) => one));
});

test('"Fail" makes a rejected contact an error, and an item of its own when told to go on', async () => {
	const items = [{ phone: '15553000060' }, { phone: '15553000120' }, { phone: '15553000061' }];
	const stopped = await append(items, { rejected: 'fail' });
	expect(stopped.error?.message).toMatch(/phone number.*\[item 1\]/);
	expect(stopped.error?.description).toContain('2 of 3 items had been accepted before');

	const others = items.map(({ phone: one }) => ({ phone: one.replace('555300', '555301') }));
	const { outputs, error } = await append(
		others,
		{ rejected: 'fail' },
		{ onError: 'continueRegularOutput' },
	);
	expect(error).toBeUndefined();
	expect(outputs).toHaveLength(1);
	expect(outputs[0]?.map(({ json }) => json.outcome)).toEqual(['accepted', 'refused', 'accepted']);
});

describe('a portion that fails', () => {
	const small = { options: { batchSize: 2, concurrency: 1 } };

	test('takes nothing from the others when its answer says no', async () => {
		sim.faults.add({ kind: 'status', status: 422, path: PATH, skip: 1, body: NO });
		const items = leads(6).map((_, index) => ({ phone: `155530002${String(30 + index)}` }));
		const { outputs, error } = await append(items, small);
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(4);
		expect(outputs[1]?.map(({ json }) => [json.phone1, json.outcome])).toEqual([
			['15553000232', 'refused'],
			['15553000233', 'refused'],
		]);
		expect(outputs[1]?.[0]?.json.reason).toContain('strange data');
	});

	test('is not sent again when its answer was lost, and says that it may have been taken', async () => {
		const before = sim.accepted.total;
		sim.faults.add({ kind: 'resetAfterBody', path: PATH, skip: 1, afterProcessing: true });
		const items = leads(6).map((_, index) => ({ phone: `155530003${String(30 + index)}` }));
		const { outputs, error, sent } = await append(items, small);
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(4);
		expect(outputs[1]?.map(({ json }) => json.outcome)).toEqual(['unknown', 'unknown']);
		// Who sends the rejected ones again would call people twice.
		expect(outputs[1]?.[0]?.json.reason).toContain('It may have been accepted all the same: look');
		expect(sent).toHaveLength(3);
		expect(sim.accepted.total - before).toBe(6);
		expect(sim.accepted.maxPerKey).toBe(1);
	});

	test('for want of money stops the rest, which comes out as not sent', async () => {
		const body = JSON.stringify({
			success: false,
			result: { error: 'Minimum balance necessary for operation is 5 USD', code: 402 },
		});
		sim.faults.add({ kind: 'status', status: 402, path: PATH, skip: 1, body });
		const items = leads(6).map((_, index) => ({ phone: `155530004${String(30 + index)}` }));
		const { outputs, error, sent } = await append(items, small);
		expect(error).toBeUndefined();
		expect(sent).toHaveLength(2);
		expect(outputs[0]).toHaveLength(2);
		expect(outputs[1]?.map(({ json }) => json.outcome)).toEqual([
			'refused',
			'refused',
			'not_sent',
			'not_sent',
		]);
	});

	test('is an error of the run when nothing went well', async () => {
		const { error } = await append(leads(4), { ...small, campaignId: '999999' });
		expect(error?.message).toContain('refused campaigns/appendContacts');
		expect(error?.httpCode).toBe('404');
	});
});

test('a wrong parameter still ends the run before anything is sent', async () => {
	const { error, sent } = await append([{ phone: phone(1) }, { phone: phone(2) }], {
		campaignId: '={{ $itemIndex === 1 ? "abc" : "1" }}',
	});
	expect(error?.message).toContain('"Campaign" needs an ID');
	expect(sent).toEqual([]);
});

test('a contact that could never be called is not sent', async () => {
	const { outputs, sent, error } = await append(leads(1), { tzAutodetectionEnabled: false });
	expect(error).toBeUndefined();
	expect(sent).toEqual([]);
	expect(outputs[1]?.[0]?.json.reason).toContain('never called');
});

describe('answers that do not add up', () => {
	const answer = (result: IDataObject) =>
		sim.faults.add({
			kind: 'okWithError',
			path: PATH,
			body: JSON.stringify({ success: true, result }),
		});
	const items = [{ phone: '15553000550' }, { phone: '15553000551' }];

	test('nobody is called accepted when Kit does not say whom it turned down', async () => {
		answer({ success_contacts: 1, failed_contacts: 1, total_contacts: 2 });
		const { error } = await append(items);
		expect(error?.message).toContain('turned down 1 of the 2 contacts');
	});

	test('nor when only the counter of the others is there', async () => {
		answer({ success_contacts: 1, total_contacts: 2 });
		const { error } = await append(items);
		expect(error?.message).toContain('turned down 1 of the 2 contacts');
	});

	test('5,000 rejected contacts with one number are told apart in no time', async () => {
		const same = Array.from({ length: 5000 }, (_, n) => ({ phone: '15553000565', n, a: 1, b: 2 }));
		answer({
			success_contacts: 0,
			failed_contacts: 5000,
			invalid_phones: same.map(({ phone: phone1, ...rest }) => ({ ...rest, phone1 })),
		});
		const before = process.cpuUsage();
		const { outputs } = await append(same);
		expect(outputs[1]).toHaveLength(5000);
		// A second as a rule, in work of this process: others on the machine do not count.
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1e6).toBeLessThan(15);
	});

	test('all are rejected when the counter says so', async () => {
		answer({ success_contacts: 0, failed_contacts: 2, total_contacts: 2, invalid_phones: [] });
		const { outputs } = await append(items);
		expect(outputs[1]).toHaveLength(2);
	});

	test('a row is found again when Kit writes it otherwise, the likeliest of the same number', async () => {
		const twins = [
			{ phone: '15553000560', name: 'first' },
			{ phone: '15553000560', name: 'second' },
		];
		answer({
			success_contacts: 1,
			failed_contacts: 1,
			invalid_phones: [{ phone1: '+15553000560', name: 'second', extra: 1 }],
			invalid_tz: [{ phone1: '+15553000560', name: 'second' }],
		});
		const { outputs } = await append(twins);
		expect(outputs[1]?.map(({ json, pairedItem }) => [json.name, pairedItem])).toEqual([
			['second', { item: 1 }],
		]);
		expect(outputs[1]?.[0]?.json.reason).toContain(';');
	});
});

test('no list at all cancels nothing, and IDs may be a list', async () => {
	const since = sim.log.length;
	for (const listIds of [',', '={{ [] }}', '={{ [""] }}']) {
		const { error } = await runKit(sim, 'campaignList/cancel', { campaignId: campaign, listIds });
		expect(error?.message).toContain('"List Names or IDs" has no entry');
	}
	const none = await runKit(sim, 'campaignContact/cancel', { contactIds: ' , ' });
	expect(none.error?.message).toContain('"Contact IDs" has no ID');
	expect(sim.log.length).toBe(since);
	await runKit(sim, 'campaignContact/cancel', { contactIds: '={{ [7, "8", 7] }}' });
	const form = new URLSearchParams(String(sim.log.at(-1)?.body));
	expect(form.get('contact_ids')).toBe('[7,8]');
});

test('a form that was left as it is starts no campaign', () => {
	for (const operation of [setPdsStatus, setPdsListStatus]) {
		expect(operation.fields.status?.input.default).toBe('paused');
	}
});

test('Dry Run sends nothing and still sorts out what would be rejected', async () => {
	const { outputs, sent } = await append([{ phone: '15553000570' }, { phone: 'x' }], {
		dryRun: true,
	});
	expect(sent).toEqual([]);
	expect(outputs[0]?.map(({ json }) => json.outcome)).toEqual(['dry_run']);
	expect(outputs[1]).toHaveLength(1);
});

const NO = JSON.stringify({ success: false, result: { error: 'strange data', code: 422 } });
