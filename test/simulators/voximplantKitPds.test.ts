import { startVoximplantKitSimulator, type VoximplantKitSimulator } from './voximplantKit';
import { callKit, objectOf, rowsOf, type KitAnswer } from './voximplantKitSupport';

let sim: VoximplantKitSimulator;
beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
});
afterEach(async () => await sim.close());

const pds = async (method: string, params: Record<string, unknown> = {}): Promise<KitAnswer> =>
	await callKit(sim, `/api/v3/agentCampaigns/${method}`, params);
const created = async (changes: Record<string, unknown> = {}): Promise<string> => {
	const params = { title: 'Spring sale', phone_number_id: '610', user_ids: [1221], ...changes };
	return String(objectOf(await pds('createCampaign', params)).id);
};
const text = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
const HOUR = 3_600_000;

describe('PDS campaigns (section 5.5)', () => {
	it('creates the sample with a queue of its title', async () => {
		const answer = await pds('createCampaign', {
			title: 'Spring sale',
			phone_number_id: '610',
			max_attempts: '1',
			mode: 'predictive',
			working_time: ['12:00:00', '16:00:00'],
		});
		expect(objectOf(answer)).toMatchObject({
			id: 685,
			title: 'Spring sale',
			status: 'draft',
			working_time: ['12:00:00', '16:00:00'],
			interval: 60,
			settings: { voicemail_detection_enabled: false, dial_up_time_sec: 40 },
			queue: { id: 2600, title: 'Spring sale', operator_priority_strategy: 'MAX_WAITING_TIME' },
			abandonment_rate: 3,
		});
		expect(sim.store.queues.get(2600)?.agentCampaignId).toBe(685);
		sim.setOptions({ maxQueues: 6 });
		const full = await pds('createCampaign', { title: 'x', phone_number_id: '610' });
		expect(full.error).toBe('Max queues count per account reached');
	});

	it.each([
		['no number', { phone_number_id: undefined }],
		['two sources', { caller_id: '1' }],
		['an inactive number', { phone_number_id: '2003' }],
		['max_attempts 6', { max_attempts: '6' }],
		['times without seconds', { working_time: ['12:00', '16:00'] }],
		['voicemail without model', { voicemail_detection_enabled: 'true' }],
		['region enabled without region', { region_enabled: 'true' }],
		['an end too soon', { date_end: text(Date.now() + HOUR / 2) }],
		['a start before today', { date_start: text(Date.now() - 30 * HOUR) }],
		['a high multiplier with few agents', { task_multiplier: '30' }],
		['tts without text', { outbound_record_notification_type: 'tts' }],
		['unknown agents', { user_ids: [1] }],
	])('refuses %s', async (_what, change) => {
		const params: Record<string, unknown> = { title: 'x', phone_number_id: '610', ...change };
		const sent = Object.fromEntries(Object.entries(params).filter(([, value]) => value));
		expect((await pds('createCampaign', sent)).status).toBe(422);
	});

	it('goes through its states with the texts of the page', async () => {
		const id = await created();
		const set = async (status: string, of = id): Promise<unknown> => {
			const answer = await pds('setCampaignStatus', { id: of, status });
			return answer.success ? answer.result : answer.error;
		};
		expect(await set('paused')).toBe('Campaign status can not be changed from draft to paused');
		expect(await set('ongoing', await created({ user_ids: [] }))).toBe(
			'Not allowed to launch a campaign without agents',
		);
		expect(await set('ongoing')).toBe(true);
		expect((await pds('deleteCampaign', { id })).error).toBe('Agent campaign is active');
		const frozen = await pds('updateCampaign', {
			id,
			title: 'x',
			date_end: text(Date.now() + 9 * HOUR),
		});
		expect(frozen.error).toBe('Agent campaign is ongoing');
		expect(await set('completed')).toBe(true);
		expect((await pds('updateCampaign', { id, title: 'x' })).error).toBe(
			'Agent campaign is completed',
		);
		expect(objectOf(await pds('getStat'))).toEqual({
			draft: 1,
			scheduled: 0,
			ongoing: 0,
			paused: 0,
			completed: 1,
			total: 2,
		});
		expect((await pds('deleteCampaign', { id })).result).toBe(true);
		sim.setOptions({ balance: 0 });
		expect((await pds('setCampaignStatus', { id: '686', status: 'ongoing' })).status).toBe(402);
	});

	it('empties working_time by an empty value, keeps it by omission', async () => {
		const id = await created({ working_time: ['12:00:00', '16:00:00'] });
		const kept = await pds('updateCampaign', { id, title: 'x' });
		expect(objectOf(kept).working_time).toEqual(['12:00:00', '16:00:00']);
		const emptied = await pds('updateCampaign', { id, title: 'x', working_time: '' });
		expect(objectOf(emptied).working_time).toBeNull();
		expect(sim.violations).toEqual([]);
	});

	it('lets supervisors update, but not the agents', async () => {
		const id = await created();
		sim.setOptions({ role: 'supervisor' });
		expect((await pds('updateCampaign', { id, title: 'x' })).success).toBe(true);
		expect((await pds('updateCampaign', { id, title: 'x', user_ids: [1221] })).status).toBe(403);
	});

	it('takes a contact file', async () => {
		const send = async (content: string): Promise<KitAnswer['error']> => {
			const form = new FormData();
			const fields = { access_token: sim.apiKey, title: 'File', phone_number_id: '610' };
			for (const [name, value] of Object.entries(fields)) form.set(name, value);
			form.set('file', new Blob([content]), 'leads.csv');
			const url = `${sim.url}/api/v3/agentCampaigns/createCampaign?domain=acme`;
			const answer = await fetch(url, { method: 'POST', body: form });
			return ((await answer.json()) as { result: { error?: string } }).result.error;
		};
		expect(await send('')).toBe('File is empty');
		expect(await send('name,phone\nA,15551230055\n')).toBe('Call list properties is invalid');
		expect(await send('phone,UTC,name\n15551230055,UTC,Ana\nx,UTC,Bo\n')).toBeUndefined();
		const [list] = rowsOf(await pds('searchCampaignLists'));
		expect(list).toMatchObject({
			is_from_api: false,
			file_name: 'leads.csv',
			call_item_count: 1,
			processing_status: { processed: 2, invalid_phone: 1 },
		});
	});
});

describe('PDS contacts (section 5.5)', () => {
	it('answers append as the sample, with failed rows and their errors', async () => {
		const id = await created();
		const append = async (rows: unknown): Promise<KitAnswer> =>
			await pds('appendContacts', { campaign_id: id, rows });
		const good = { phone: '17474888510', UTC: 'America/Aruba' };
		expect((await append([good])).result).toEqual({
			list_id: 77,
			count: 1,
			success_count: 1,
			errors_count: 0,
			fail_list: [],
		});
		const bad = { phone: '15551230020', UTC: 'UTC' };
		expect((await append([good, bad])).result).toMatchObject({
			success_count: 1,
			errors_count: 1,
			fail_list: [{ ...bad, errors: ['Invalid phone'] }],
		});
		expect((await append([{ phone: '17474888510' }])).status).toBe(422);
		expect((await append([good, { ...good, x: '1' }])).error).toBe(
			'Different number of cells in rows',
		);
		const [contact] = rowsOf(await pds('searchContacts', { campaign_id: id, status: ['ongoing'] }));
		expect(contact).toMatchObject({
			id: 115026,
			agent_campaign_list_id: 77,
			agent_campaign_id: 685,
			timezone: 'America/Aruba',
			status: 'ongoing',
			current_attempt: 0,
			custom_data: good,
		});
		expect(sim.accepted.maxPerKey).toBe(2);
	});

	it('dials with agents, adds attempts, cancels with a comment', async () => {
		const id = await created();
		await pds('setCampaignStatus', { id, status: 'ongoing' });
		const rows = ['15551230000', '15551230055'].map((phone) => ({ phone, UTC: 'UTC' }));
		await pds('appendContacts', { campaign_id: id, rows });
		await sim.idle();
		expect(sim.calls().map(({ userId, queueId }) => [userId, queueId])).toEqual([
			[1221, 2600],
			[1221, 2600],
		]);
		const search = async (status: string): Promise<Array<Record<string, unknown>>> =>
			rowsOf(await pds('searchContacts', { campaign_id: id, status: [status] }));
		const [failed] = await search('failed');
		const more = { campaign_id: id, contact_ids: [failed?.id], interval: '60', max_attempts: '2' };
		expect((await pds('addAttempts', more)).result).toBe(true);
		await sim.idle();
		expect((await search('failed'))[0]).toMatchObject({ current_attempt: 3, max_attempts: 3 });
		await pds('setCampaignStatus', { id, status: 'paused' });
		await pds('appendContacts', { campaign_id: id, rows: [{ phone: '15551230056', UTC: 'UTC' }] });
		const [open] = await search('ongoing');
		await pds('cancelContacts', { campaign_id: id, contact_ids: [open?.id], comment: 'opt-out' });
		expect((await search('canceled'))[0]).toMatchObject({ cancel_reason: 'opt-out' });
		expect((await pds('cancelContacts', { campaign_id: id, contact_ids: [1] })).status).toBe(404);
		const [campaign] = rowsOf(await pds('searchCampaigns', { id }));
		expect(campaign?.stat).toMatchObject({
			call_item_count: 3,
			call_success: 1,
			call_failed: 1,
			call_canceled: 1,
		});
	});

	it('pauses and cancels lists', async () => {
		const id = await created();
		await pds('appendContacts', { campaign_id: id, rows: [{ phone: '15551230055', UTC: 'UTC' }] });
		expect((await pds('setListStatus', { id: '77', status: 'paused' })).result).toBe(true);
		await pds('setCampaignStatus', { id, status: 'ongoing' });
		await sim.idle();
		expect(sim.calls()).toHaveLength(0);
		await pds('setListStatus', { id: '77', status: 'ongoing' });
		await sim.idle();
		expect(sim.calls()).toHaveLength(1);
		expect((await pds('setListStatus', { id: '77', status: 'canceled' })).status).toBe(422);
	});
});

describe('dialer 1.0 (section 5.15)', () => {
	const call = async (method: string, params: Record<string, unknown> = {}): Promise<KitAnswer> =>
		await callKit(sim, `/api/${method}`, params);
	const init = {
		title: 'Old',
		scenario_id: '17828',
		phone_number_id: '610',
		time_start: '09:00',
		time_end: '18:00',
		date_start: '2026-07-01',
	};

	it('creates, pauses, resumes, stops at the versions of the page', async () => {
		const campaign = objectOf(await call('v3/outbound/initCampaign', init));
		expect(campaign).toMatchObject({ id: 331, status: 'started', phone_number_id: 610 });
		const id = String(campaign.id);
		expect((await call('v2/outbound/resumeCampaign', { id })).status).toBe(422);
		expect((await call('v3/outbound/pauseCampaign', { id })).result).toBe(true);
		expect((await call('v2/outbound/resumeCampaign', { id })).result).toBe(true);
		expect((await call('v3/outbound/resumeCampaign', { id })).status).toBe(404);
		expect((await call('v2/outbound/stopCampaign', { id })).result).toBe(true);
		expect((await call('v2/outbound/deleteCampaign', { id })).status).toBe(422);
		const draft = sim.campaign('legacy', 331);
		if (draft) draft.status = 'draft';
		expect((await call('v2/outbound/deleteCampaign', { id })).result).toBe(1);
	});

	it('takes 100 rows and no more, dials and completes', async () => {
		const id = objectOf(await call('v3/outbound/initCampaign', init)).id;
		const rows = Array.from({ length: 101 }, (_, n) => ({
			phone: String(15551231055 + n * 100),
			UTC: 'Europe/Moscow',
		}));
		const append = 'v3/outbound/appendToCampaign';
		expect((await call(append, { campaign_id: id, rows })).status).toBe(422);
		const answer = await call(append, { campaign_id: id, rows: rows.slice(1) });
		expect(answer.result).toMatchObject({ count: 100, success_count: 100, fail_list: [] });
		await sim.idle();
		expect(sim.calls()).toHaveLength(100);
		const [found] = rowsOf(
			await call('v2/outbound/searchCampaigns', { status: 'completed', fields: 'id,status' }),
		);
		expect(found).toEqual({ id, status: 'completed' });
	});
});
