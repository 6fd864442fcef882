/** The Voximplant Kit nodes of the example workflows, run one after the other against the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

import type { IDataObject, INode } from 'n8n-workflow';

import { runNode } from '../engine/support/engine';
import { kitCredentials, runKit, type Simulator } from '../engine/support/voximplantKit';
import { startVoximplantKitSimulator } from '../simulators/voximplantKit';

let sim: Simulator;

beforeEach(async () => {
	sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
});

afterEach(async () => {
	expect(sim.violations).toEqual([]);
	await sim.close();
});

function nodeOf(file: string, name: string): INode {
	const path = join(__dirname, '../../demo/workflows', file);
	const { nodes } = JSON.parse(readFileSync(path, 'utf8')) as { nodes: INode[] };
	const found = nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`${file} has no node "${name}"`);
	return found;
}

async function run(file: string, name: string, items: IDataObject[]) {
	const result = await runNode({
		node: 'voximplantKit',
		parameters: nodeOf(file, name).parameters as IDataObject,
		items,
		credentials: kitCredentials(sim),
	});
	expect(result.error && `${result.error.message} ${result.error.description}`).toBeUndefined();
	return result;
}

async function made(name: string, parameters: IDataObject): Promise<IDataObject> {
	const { json, error } = await runKit(sim, name, parameters);
	if (error) throw error;
	return json[0] ?? {};
}

test('leads become contacts, and those that Kit does not take come out with the reason', async () => {
	const file = '08-voximplant-kit-leads-to-campaign.json';
	// The first campaign of the simulator has the ID that stands in the example.
	const campaign = await made('campaign/createAutomated', {
		title: 'Leads',
		scenarioId: '17828',
		phoneNumberIds: [610],
		region: 'europe',
		maxLines: 10,
		maxAttempts: 2,
	});
	expect(campaign.id).toBe(901);
	const source = String(nodeOf(file, 'Sample Leads').parameters.jsonOutput);
	const { leads } = JSON.parse(source) as { leads: IDataObject[] };
	const { outputs } = await run(file, 'Add to Campaign', leads);
	const [accepted = [], rejected = []] = outputs;
	expect(accepted.map(({ json }) => [json.phone1, json.campaign_id, json.outcome])).toEqual([
		['447700900030', 901, 'accepted'],
		['447700900031', 901, 'accepted'],
		['447700900032', 901, 'accepted'],
	]);
	expect(rejected.map(({ json }) => [json.name, json.outcome])).toEqual([
		['Ana', 'rejected'],
		['Tom', 'not_sent'],
	]);
	for (const { json } of rejected) expect(String(json.reason)).toMatch(/\w+ \w+/);
	expect(sim.requests['v3/campaigns/appendContacts']).toBe(1);
	const contacts = [...sim.store.contacts.values()];
	expect(contacts).toHaveLength(3);
});

test('a call is found by its session, and its recording is fetched', async () => {
	const file = '09-voximplant-kit-after-call-summary.json';
	await run(file, 'Start Call', [{}]);
	await sim.idle();
	sim.seedCalls(3, { phone: '447700900030', spanMs: 60_000 });
	const call = sim.calls()[0];
	const event = {
		session_id: String(call?.sessionId),
		phone_b: '447700900030',
		is_incoming: false,
	};
	const { json } = await run(file, 'Calls of the Number', [event]);
	expect(json).toHaveLength(4);
	const found = json.filter((row) => String(row.session_id) === event.session_id);
	expect(found).toEqual([expect.objectContaining({ successful: true, reason: 'answered' })]);
	const { outputs } = await run(file, 'Download Recording', found);
	expect(outputs[0]?.[0]?.binary).toHaveProperty('recording');
	expect(sim.recordings).toEqual([expect.objectContaining({ status: 200, token: 'body' })]);
});

describe('the queue monitor', () => {
	const file = '10-voximplant-kit-queue-monitor.json';

	test('reads queues with their agents, and the calls of these', async () => {
		const { json } = await run(file, 'Queues', [{}]);
		const queue = json.find(({ id }) => id === 2511);
		const users = queue?.users as Array<{ id: number; call_status: string }>;
		expect(users.length).toBeGreaterThan(0);
		expect(users[0]).toHaveProperty('call_status');
		const staffing = { agentIds: users.map(({ id }) => id) };
		const { json: metrics } = await run(file, 'Calls Today', [staffing]);
		expect(metrics.map(({ user_id: id }) => id)).toEqual(staffing.agentIds);
		expect(metrics[0]).toHaveProperty('total_direct_outbound_calls');
	});

	test('tells of an empty queue once, until somebody was there', () => {
		const code = String(nodeOf(file, 'Newly Empty').parameters.jsCode);
		const memory: IDataObject = {};
		const look = (...queues: Array<[id: number, ready: number]>) => {
			const items = queues.map(([queueId, ready]) => ({ json: { queueId, ready } }));
			const found = runInNewContext(`(() => {${code}})()`, {
				$input: { all: () => items },
				$getWorkflowStaticData: () => memory,
			}) as Array<{ json: { queueId: number }; pairedItem: { item: number } }>;
			return found.map(({ json, pairedItem }) => [json.queueId, pairedItem.item]);
		};
		expect(look([1, 2], [2, 0])).toEqual([[2, 1]]);
		expect(look([1, 0], [2, 0])).toEqual([[1, 0]]);
		expect(look([1, 0], [2, 1])).toEqual([]);
		expect(look([1, 0], [2, 0])).toEqual([[2, 1]]);
	});
});

/** The rows that a Filter node with one comparison lets through; `source` is the item of the node it names. */
function passed(node: INode, rows: IDataObject[], source: IDataObject): IDataObject[] {
	const { conditions } = node.parameters.conditions as {
		conditions: Array<{ leftValue: string; rightValue: string }>;
	};
	const [condition] = conditions;
	const valueOf = (expression = '', row: IDataObject): unknown =>
		runInNewContext(expression.replace(/^=\{\{|\}\}$/g, ''), {
			$json: row,
			$: () => ({ item: { json: source } }),
		});
	return rows.filter(
		(row) => valueOf(condition?.leftValue, row) === valueOf(condition?.rightValue, row),
	);
}

test('an opt-out goes onto the list, and the calls that wait are cancelled', async () => {
	const file = '11-voximplant-kit-do-not-call-opt-out.json';
	const { id } = await made('pdsCampaign/create', { title: 'Offers', phoneNumberIds: [610] });
	// The last one holds the number of the opt-out.
	for (const phone of ['447700900033', '447700900034', '4477009000339']) {
		await made('pdsContact/append', {
			campaignId: { __rl: true, mode: 'id', value: String(id) },
			phone,
			utc: 'Europe/London',
		});
	}
	const request = { Phone: '+447700900033', Reason: 'Asked on the phone' };
	const { outputs } = await run(file, 'Add to Do-Not-Call List', [request, { Phone: 'none' }]);
	const [added = [], rejected = []] = outputs.map((items) => items.map(({ json }) => json));
	expect(rejected).toEqual([expect.objectContaining({ outcome: 'not_sent', number: 'none' })]);
	const { json: waiting } = await run(file, 'Waiting Contacts', added);
	expect(waiting).toHaveLength(2);
	const same = passed(nodeOf(file, 'Same Number'), waiting, added[0] ?? {});
	expect(same).toEqual([expect.objectContaining({ phone: '447700900033' })]);
	await run(file, 'Cancel Contact', same);
	const { json: listed } = await runKit(sim, 'dncContact/getAll', { number: '447700900033' });
	expect(listed).toHaveLength(1);
	const { json: contacts } = await runKit(sim, 'pdsContact/getAll', { returnAll: true });
	expect(contacts.map(({ phone, status }) => [phone, status])).toEqual([
		['447700900033', 'canceled'],
		['447700900034', 'ongoing'],
		['4477009000339', 'ongoing'],
	]);
});
