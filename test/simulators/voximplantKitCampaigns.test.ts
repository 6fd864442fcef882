import { startVoximplantKitSimulator, type VoximplantKitSimulator } from './voximplantKit';
import { automated, callKit, objectOf, rowsOf, type KitAnswer } from './voximplantKitSupport';

let sim: VoximplantKitSimulator;
beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
});
afterEach(async () => await sim.close());

const call = async (method: string, params: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await callKit(sim, `/api/v3/campaigns/${method}`, params);
const created = async (changes: Record<string, unknown> = {}): Promise<string> =>
	String(objectOf(await call('create', automated(changes))).id);
const append = async (id: string, rows: unknown[], more: object = {}): Promise<KitAnswer> =>
	await call('appendContacts', { campaign_id: id, rows, ...more });

describe('campaigns (section 5.6)', () => {
	it('creates a draft and refuses what the page refuses', async () => {
		const answer = objectOf(await call('create', automated({ working_time: ['11:35', '19:00'] })));
		expect(answer).toMatchObject({
			id: 901,
			status: 'draft',
			type: 'automated',
			phone_numbers: { phone_number_ids: [610], caller_id_ids: [1] },
			queue: null,
		});
		const bad: Array<[Record<string, unknown>, number | string]> = [
			[{ title: 'x'.repeat(41) }, 422],
			[{ max_lines: '3001' }, 422],
			[{ max_attempts: '141' }, 422],
			[{ region: 'mars' }, 422],
			[{ working_time: ['11:35:00', '19:00:00'] }, 422],
			[{ dialing_strategy: [{ key: 'phone2', name: 'x' }] }, 422],
			[{ scenario_id: '17829' }, 422],
			[{ dnc_list_ids: [1] }, 422],
			[
				{ phone_numbers: { phone_number_ids: [610], sip_number_ids: [1] } },
				'Phone number types cannot be combined',
			],
		];
		for (const [change, expected] of bad) {
			const refused = await call('create', automated(change));
			expect(refused.status).toBe(422);
			if (typeof expected === 'string') expect(refused.error).toBe(expected);
		}
		sim.setOptions({ balance: 0 });
		expect(await call('create', automated())).toMatchObject({
			status: 402,
			error: 'Minimum balance necessary for operation is 1 USD',
		});
	});

	it('goes through its states and refuses illegal changes', async () => {
		const id = await created({ planned_date_start: '2099-01-01 00:00:00' });
		const move = async (name: string): Promise<unknown> => {
			const answer = await call(name, { id });
			return answer.success ? objectOf(answer).status : answer.error;
		};
		expect(await move('schedule')).toBe('scheduled');
		expect(await move('draft')).toBe('draft');
		expect(await move('pause')).toBe('Can not update status from draft to paused');
		expect(await move('start')).toBe('ongoing');
		expect(await move('pause')).toBe('paused');
		expect(await move('resume')).toBe('ongoing');
		expect((await call('delete', { id })).status).toBe(422);
		expect(await move('stop')).toBe('completed');
		expect(await move('resume')).toBe('Can not update status from completed to ongoing');
		expect((await call('delete', { id })).result).toBe(true);
		expect((await call('start', { id })).status).toBe(404);
		sim.setOptions({ statusAnswer: 'true' });
		expect((await call('start', { id: await created() })).result).toBe(true);
	});

	it('starts a scheduled campaign on time', async () => {
		const start = new Date(sim.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
		const id = await created({ planned_date_start: start });
		await call('schedule', { id });
		sim.advanceClock(3_601_000);
		expect(sim.campaign('kit2', Number(id))?.status).toBe('ongoing');
	});

	it('finds operator campaigns unless told otherwise, updates only what is sent', async () => {
		const id = await created();
		const agent = objectOf(
			await call('createAgent', { title: 'Agents', phone_number_id: '610', user_ids: [1221] }),
		);
		expect(rowsOf(await call('search')).map((row) => row.id)).toEqual([agent.id]);
		const both = await call('search', { type: ['automated', 'operator'] });
		expect(rowsOf(both)).toHaveLength(2);
		expect(rowsOf(await call('search', { type: ['automated'], statuses: ['ongoing'] }))).toEqual(
			[],
		);
		await call('update', { id, title: 'New' });
		const [row] = rowsOf(await call('search', { type: ['automated'], ids: [Number(id)] }));
		expect(row).toMatchObject({ title: 'New', max_lines: 10, region: 'europe' });
		expect(sim.violations).toEqual([]);
	});
});

describe('contacts (section 5.6)', () => {
	it('separates accepted from rejected rows and answers 200 even without any', async () => {
		const id = await created();
		const rows = [
			{ phone1: '15551230055', timezone: 'America/New_York', note: 'good' },
			{ phone1: 'abc', timezone: 'America/New_York', note: 'phone' },
			{ phone1: '15551230056', timezone: 'Mars/Base', note: 'zone' },
			{ phone1: '15551230019', timezone: '+03:00', note: 'agent' },
		];
		const answer = objectOf(await append(id, rows));
		expect(answer).toEqual({
			success_contacts: 1,
			failed_contacts: 3,
			total_contacts: 4,
			invalid_phones: [rows[1]],
			invalid_tz: [rows[2]],
			invalid_personal_agent: [rows[3]],
		});
		const none = await append(id, [{ phone1: 'x', timezone: 'UTC', note: '' }]);
		expect(none).toMatchObject({ status: 200, success: true, result: { success_contacts: 0 } });
		expect(sim.accepted.byMethod).toEqual({ 'v3/campaigns/appendContacts': 1 });
	});

	it('refuses too many rows and rows of different cells', async () => {
		const id = await created();
		const many = Array.from({ length: 5001 }, () => ({ phone1: '15551230055' }));
		expect((await append(id, many)).status).toBe(422);
		const mixed = await append(id, [{ phone1: '15551230055' }, { phone1: '15551230056', a: '1' }]);
		expect(mixed).toMatchObject({ status: 422, error: 'Different number of cells in rows' });
		expect((await append('1', [{ phone1: '15551230055' }])).status).toBe(404);
		expect(sim.accepted.total).toBe(0);
	});

	it('never dials a contact without a zone, unless it is derived', async () => {
		const id = await created();
		await call('start', { id });
		await append(id, [{ phone1: '15551230055' }]);
		await append(id, [{ phone1: '15551230056' }], { tz_autodetection_enabled: 'true' });
		const unknown = await append(id, [{ phone1: '99955512300' }], {
			tz_autodetection_enabled: 'true',
		});
		expect(unknown.result).toMatchObject({ invalid_tz: [{ phone1: '99955512300' }] });
		await sim.idle();
		expect(sim.calls().map((row) => row.phoneB)).toEqual(['15551230056']);
	});

	it('dials each contact up to its attempts, and not those on a list', async () => {
		await callKit(sim, '/api/v3/dnc/addDncContacts', { id: '897', contacts: ['15551230057'] });
		const id = await created({ max_attempts: '3', dnc_list_ids: [897] });
		await call('start', { id });
		const zone = 'Europe/Berlin';
		await append(id, [
			{ phone1: '15551230055', timezone: zone },
			{ phone1: '15551230000', timezone: zone },
			{ phone1: '15551230057', timezone: zone },
		]);
		await sim.idle();
		const calls = sim.calls().map((row) => [row.phoneB, row.code, row.attempt]);
		expect(calls).toEqual([
			['15551230055', 'Call_Answered', 1],
			['15551230000', 'No_Answer', 1],
			['15551230057', 'Restricted_By_DNC', 1],
			['15551230000', 'No_Answer', 2],
			['15551230000', 'No_Answer', 3],
		]);
		const [list] = rowsOf(await call('searchLists', { campaign_id: id }));
		expect(list).toMatchObject({
			status: 'completed',
			total_contacts_count: 3,
			success_contacts_count: 1,
			failed_contacts_count: 2,
		});
		const failed = await call('searchContacts', { list_id: String(list?.id), status: 'failed' });
		expect(rowsOf(failed)[0]).toMatchObject({
			phones: { phone1: '15551230000' },
			attempts_count: 3,
		});
	});

	it('cancels contacts and lists, and changes priorities', async () => {
		const id = await created();
		await append(
			id,
			[1, 2, 3].map((n) => ({ phone1: `1555123005${n}`, timezone: 'UTC', task_priority: '5' })),
		);
		const [list] = rowsOf(await call('searchLists', { campaign_id: id }));
		const contacts = async (): Promise<Array<Record<string, unknown>>> =>
			rowsOf(await call('searchContacts', { list_id: String(list?.id) }));
		const [first, second] = await contacts();
		expect(first).toMatchObject({ status: 'sent', task_priority: 5 });
		expect((await call('cancelContact', { contact_ids: [first?.id] })).result).toBe(true);
		expect((await call('cancelContact', { contact_ids: [1] })).status).toBe(404);
		const many = Array.from({ length: 101 }, (_, n) => n);
		expect((await call('cancelContact', { contact_ids: many })).status).toBe(422);
		const priorities = await call('editCallListTasksPriority', {
			list_id: String(list?.id),
			tasks: [
				{ task_uuid: second?.task_uuid, task_priority: 100 },
				{ task_uuid: first?.task_uuid, task_priority: 100 },
				{ task_uuid: 'x', task_priority: 100 },
				{ task_uuid: second?.task_uuid, task_priority: 250_001 },
			],
		});
		expect(priorities.result).toEqual({
			changed_priority: 1,
			already_succeed_tasks: 0,
			already_failed_tasks: 1,
			invalid_tasks: 2,
		});
		await call('cancelLists', { campaign_id: id, list_ids: [list?.id] });
		expect((await contacts()).map(({ status }) => status)).toEqual(Array(3).fill('cancelled'));
	});

	it('takes 100,000 contacts quickly, kept or counted', async () => {
		for (const keep of ['all', 'counts'] as const) {
			sim.setOptions({ keep });
			sim.reset();
			const id = await created();
			const begun = Date.now();
			for (let chunk = 0; chunk < 20; chunk++)
				await append(
					id,
					Array.from({ length: 5000 }, (_, n) => ({
						phone1: String(15_550_000_000 + (chunk * 5000 + n) * 100 + 55),
						timezone: 'UTC',
						name: `Lead ${n}`,
					})),
				);
			expect(sim.accepted.total).toBe(100_000);
			expect(sim.accepted.maxPerKey).toBe(keep === 'all' ? 1 : 0);
			expect(sim.state().contacts).toBe(keep === 'all' ? 100_000 : 0);
			expect(rowsOf(await call('searchLists', { campaign_id: id }))).toHaveLength(20);
			expect(Date.now() - begun).toBeLessThan(40_000);
		}
	}, 120_000);
});
