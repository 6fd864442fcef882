import { CATALOGUE, IMPLEMENTED, startVoximplantKitSimulator } from './voximplantKit';
import type { VoximplantKitSimulator } from './voximplantKit';
import { holdClock } from './testSupport';
import {
	callKit,
	objectOf,
	readKit,
	rowsOf,
	type CallPlan,
	type KitAnswer,
} from './voximplantKitSupport';

let sim: VoximplantKitSimulator;
beforeAll(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
});
beforeEach(() => {
	sim.reset();
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await sim.close());

const call = async (
	path: string,
	params?: Record<string, unknown>,
	plan?: CallPlan,
): Promise<KitAnswer> => await callKit(sim, path, params, plan);
const INFO = '/api/v3/account/getAccountInfo';
const USERS = '/api/v3/user/searchUsers';

async function withOptions(
	options: Parameters<VoximplantKitSimulator['setOptions']>[0],
	run: () => Promise<void>,
): Promise<void> {
	const before = structuredClone(sim.options);
	sim.setOptions(options);
	try {
		await run();
	} finally {
		sim.setOptions(before);
		for (const name of Object.keys(options))
			if (before[name as keyof typeof before] === undefined)
				sim.setOptions({ [name]: null } as never);
	}
}

describe('the catalogue (section 4)', () => {
	it('has 149 methods in 34 groups of the page', () => {
		expect(CATALOGUE.size).toBe(149);
		expect(IMPLEMENTED.length).toBeGreaterThan(75);
	});

	it('knows every method at its version and host only', async () => {
		const wrong: string[] = [];
		for (const [name, host] of CATALOGUE) {
			if (name.startsWith('cti/')) continue;
			const plan: CallPlan = { host, method: name.startsWith('v2/helper/') ? 'GET' : 'POST' };
			const right = await call(
				`/api/${name}`,
				{},
				{ ...plan, query: { access_token: sim.apiKey } },
			);
			if (right.error === 'Unknown method' || right.status === 405) wrong.push(name);
			const other = host === 'api' ? 'messaging' : 'api';
			const elsewhere = await call(`/api/${name}`, {}, { ...plan, host: other });
			if (elsewhere.status !== 404 || elsewhere.error !== 'Unknown method')
				wrong.push(`${name} @${other}`);
			const version = await call(`/api/v9/${name.slice(3)}`, {}, plan);
			if (version.status !== 404) wrong.push(`v9 of ${name}`);
		}
		expect(wrong).toEqual([]);
	});

	it('answers methods known by name generically', async () => {
		expect((await call('/api/v3/skills/addSkill', { anything: 'x' })).result).toBe(true);
		expect((await call('/api/v3/skills/searchSkills')).meta).toMatchObject({ totalCount: 0 });
		expect(sim.violations).toEqual([]);
		expect((await call('/api/v3/skills/inventSkill')).status).toBe(404);
	});
});

describe('authentication (section 2)', () => {
	it('takes token and account name in body or query', async () => {
		const info = objectOf(await call(INFO));
		expect(info.domain).toMatchObject({ name: 'acme', account_region: 'EU', cc_enabled: true });
		const both = await call(INFO, { domain: 'acme' }, { domain: null });
		expect(both.success).toBe(true);
		expect(sim.plausible).toEqual([]);
		const query = await call(INFO, {}, { token: null, query: { access_token: sim.apiKey } });
		expect(query.success).toBe(true);
		expect(sim.plausible).toMatchObject([{ field: 'access_token' }]);
		expect(sim.authFailures).toBe(0);
	});

	it.each([
		['no token', { token: null }],
		['a wrong token', { token: 'nope' }],
		['no account name', { domain: null }],
		['a wrong account name', { domain: 'other' }],
	])('refuses %s with 401', async (_what, plan) => {
		const answer = await call(INFO, {}, plan);
		expect(answer.status).toBe(401);
		expect(answer).toMatchObject({ success: false, result: { code: 401 } });
		expect(sim.authFailures).toBe(1);
	});

	it('refuses roles, denied methods, addresses and accounts without contact centre with 403', async () => {
		const remove = '/api/v3/callback/delete';
		await withOptions({ role: 'agent' }, async () => {
			expect((await call(remove, { id: '1' })).error).toBe(
				'You are not allowed to perform this action.',
			);
			expect((await call(USERS)).status).toBe(200);
		});
		await withOptions({ denied: ['v3/user/searchUsers'] }, async () =>
			expect((await call(USERS)).status).toBe(403),
		);
		await withOptions({ contactCentre: false }, async () =>
			expect((await call('/api/v3/queues/searchQueues')).error).toBe('Contact center not enabled'),
		);
		await withOptions({ allowedIps: ['10.0.0.1'] }, async () =>
			expect((await call(INFO)).status).toBe(403),
		);
	});

	it('lists time zones without credentials', async () => {
		const answer = await call(
			'/api/v2/helper/getListTimezones',
			{},
			{ method: 'GET', domain: null },
		);
		expect(rowsOf(answer)).toContainEqual({ name: 'America/Aruba', offset: -14400 });
		const zone = await call(
			'/api/v2/helper/getTimezonesByNumber',
			{},
			{ method: 'GET', query: { phone_number: '+5511999999999', access_token: sim.apiKey } },
		);
		expect(rowsOf(zone)).toMatchObject([{ name: 'America/Sao_Paulo' }]);
	});
});

describe('dialect (section 3)', () => {
	it('takes POST forms only', async () => {
		const get = await call(USERS, {}, { method: 'GET', query: { access_token: sim.apiKey } });
		expect(get.status).toBe(405);
		await withOptions({ getSearches: true }, async () => {
			const old = await call(USERS, {}, { method: 'GET', query: { access_token: sim.apiKey } });
			expect(old.status).toBe(200);
		});
		sim.reset();
		const json = await readKit(
			await fetch(`${sim.url}${USERS}?domain=acme`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ access_token: sim.apiKey }),
			}),
		);
		expect(json.status).toBe(401);
		expect(sim.violations).toMatchObject([{ field: '(body)' }]);
	});

	it('wants structured values as JSON text, and notes brackets, repeats, empty and unknown fields', async () => {
		expect(rowsOf(await call(USERS, { id: [1221] }))).toHaveLength(1);
		expect(sim.violations).toEqual([]);
		expect(rowsOf(await call(USERS, { id: '1221' }))).toHaveLength(1);
		expect(sim.plausible).toMatchObject([{ field: 'id' }]);
		expect((await call(USERS, { id: '["1221"]' })).status).toBe(422);
		expect((await call(USERS, { id: 'x' })).error).toMatch(/^id: /);
		await call(USERS, { 'id[]': '1221' });
		await call(USERS, { id: '' });
		await call(USERS, { nonsense: '1' });
		expect(sim.violations.map(({ field }) => field)).toEqual(['id[]', 'id', 'nonsense']);
	});

	it('says refusals in the envelope, and in HTTP 200 when asked', async () => {
		const answer = await call('/api/v3/callback/delete', { id: '99' });
		expect(answer).toMatchObject({ status: 404, success: false, result: { code: 404 } });
		await withOptions({ errorsAs200: true }, async () => {
			const hidden = await call('/api/v3/callback/delete', { id: '99' });
			expect(hidden).toMatchObject({ status: 200, success: false, result: { code: 404 } });
		});
	});

	it('limits speed where asked, with or without Retry-After', async () => {
		holdClock();
		await withOptions({ requestsPerSecond: 2 }, async () => {
			const answers = await Promise.all([1, 2, 3].map(async () => await call(INFO)));
			const refused = answers.filter(({ status }) => status === 429);
			expect(refused).toHaveLength(1);
			expect(refused[0]?.headers.get('retry-after')).toBe('1');
		});
	});

	it('injects faults on every host', async () => {
		sim.faults.add({ kind: 'okWithError', error: 'Broken' });
		expect(await call(INFO)).toMatchObject({ status: 200, success: false, error: 'Broken' });
		sim.faults.add({ kind: 'status', status: 503, path: '/transferCall' });
		expect((await call('/transferCall', {}, { host: 'cti' })).status).toBe(503);
	});
});

describe('pages (section 3.6)', () => {
	it('counts per-page in the query only, page in both', async () => {
		const body = await call(USERS, { 'per-page': '50', page: '2' });
		expect(body.meta).toEqual({ totalCount: 29, pageCount: 2, currentPage: 2, perPage: 20 });
		expect(rowsOf(body)).toHaveLength(9);
		const query = await call(USERS, {}, { query: { 'per-page': '10', page: '3', sort: '-id' } });
		expect(query.meta).toEqual({ totalCount: 29, pageCount: 3, currentPage: 3, perPage: 10 });
		expect(rowsOf(query)[0]).toMatchObject({ id: 1225 });
		const big = await call(USERS, {}, { query: { 'per-page': '100' } });
		expect(big.meta).toMatchObject({ perPage: 50 });
	});

	it('gives the last page again behind the end, or nothing', async () => {
		const last = await call(USERS, { page: '9' });
		expect(last.meta).toMatchObject({ currentPage: 2 });
		await withOptions({ pageBeyond: 'empty' }, async () =>
			expect(rowsOf(await call(USERS, { page: '9' }))).toEqual([]),
		);
	});

	it('has no _meta on agent statuses, and takes per-page=0 on tags', async () => {
		const statuses = await call('/api/v3/agentStatuses/searchStatuses');
		expect(statuses.meta).toBeUndefined();
		expect(rowsOf(statuses)).toContainEqual(
			expect.objectContaining({ id: 2219, key: 'CUSTOM_5', system: false }),
		);
		const tags = await call('/api/v3/tags/searchTags', {}, { query: { 'per-page': '0' } });
		expect(rowsOf(tags)).toHaveLength(30);
		expect(rowsOf(await call('/api/v3/tags/searchTags'))).toHaveLength(20);
	});
});

describe('sources of drop-downs', () => {
	it.each([
		['/api/v3/scenario/searchScenarios', { title: 'order' }, { id: 17828, scenario_type: 1 }],
		['/api/v3/phone/searchNumbers', { can_be_used: '1' }, { id: 610, phone_number: 15557654321 }],
		['/api/v2/callerid/searchCallerIDs', { active: '1' }, { id: 1, active: true }],
		['/api/v3/usergroup/searchGroups', { id: [190] }, { group_title: 'Retail sales' }],
		['/api/v3/queues/searchQueues', {}, { id: 2511, acd_queue_id: 2641 }],
		['/api/v3/dnc/searchDncList', {}, { id: 897 }],
		['/api/v3/whatsappHsmTemplates/search', {}, { id: 8, status: 'approved' }],
		['/api/v3/tags/searchTags', {}, { id: 12, tag_name: 'vip' }],
	])('lists %s', async (path, params, row) => {
		expect(rowsOf(await call(path, params))[0]).toMatchObject(row);
		expect(sim.violations).toEqual([]);
	});

	it('shows users of queues only when asked', async () => {
		const queues = '/api/v3/queues/searchQueues';
		expect(rowsOf(await call(queues))[0]).not.toHaveProperty('users');
		const [queue] = rowsOf(await call(queues, { with_users: 'true' }));
		expect(queue?.users).toContainEqual(
			expect.objectContaining({ id: 1217, skills: [expect.objectContaining({ skill_id: 175 })] }),
		);
	});
});
