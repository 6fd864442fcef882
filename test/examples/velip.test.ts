/** The Velip nodes of the example workflows, run one after the other against the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject, INode } from 'n8n-workflow';

import { runNode } from '../engine/support/engine';
import { velipCredentials, type Simulator } from '../engine/support/velip';
import { startVelipSimulator } from '../simulators/velip';

let sim: Simulator;

beforeEach(async () => {
	sim = await startVelipSimulator({ lifecycleMs: 5 });
});

afterEach(async () => await sim.close());

function nodeOf(file: string, name: string): INode {
	const path = join(__dirname, '../../demo/workflows', file);
	const { nodes } = JSON.parse(readFileSync(path, 'utf8')) as { nodes: INode[] };
	const found = nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`${file} has no node "${name}"`);
	return found;
}

async function run(file: string, name: string, items: IDataObject[]) {
	const { parameters } = nodeOf(file, name);
	const result = await runNode({
		node: 'velip',
		parameters: parameters as IDataObject,
		items,
		credentials: velipCredentials(sim.url),
	});
	expect(result.error && `${result.error.message} ${result.error.description}`).toBeUndefined();
	return result;
}

test('the reminder calls, waits, and can ask for the result', async () => {
	const file = '05-velip-appointment-reminder.json';
	const customer = { name: 'Maria', phone: '+447700900006', time: 'ten' };
	const { run: execution, json } = await run(file, 'Call and Wait', [customer]);
	expect(execution.status).toBe('waiting');
	await sim.idle();
	const asked = await run(file, 'Ask for the Result', [{ ctid: json[0]?.ctid }]);
	expect(asked.json[0]).toMatchObject({ state: 'answered', digits: ['1'], dest: '447700900006' });
	expect(sim.violations).toEqual([]);
});

test('the spreadsheet becomes a list, a campaign and a report', async () => {
	const file = '06-velip-campaign-from-spreadsheet.json';
	const source = String(nodeOf(file, 'Rows').parameters.jsonOutput);
	const { rows } = JSON.parse(source) as { rows: IDataObject[] };
	const list = await run(file, 'Create List', rows);
	expect(list.json).toEqual([expect.objectContaining({ num_dest: rows.length })]);
	const campaign = await run(file, 'Create Campaign', list.json);
	expect(campaign.json[0]).toMatchObject({ loaded: true });
	await sim.idle();
	const report = await run(file, 'Report', campaign.json);
	expect(report.json[0]).toMatchObject({ cp_destinations: rows.length });
	const calls = await run(file, 'Every Call', campaign.json);
	expect(calls.json.length).toBeGreaterThan(0);
	expect(sim.violations).toEqual([]);
});

test('a missed call is followed by a template', async () => {
	const file = '07-velip-missed-call-follow-up.json';
	const settings = { phone: '+447700900000', name: 'Maria', callbackUrl: `${sim.url}/nobody` };
	await run(file, 'Call', [settings]);
	await sim.idle();
	const callback = sim.callbacks.at(-1);
	const event = JSON.parse(String(callback?.body)) as IDataObject;
	expect(event.cd_called_status).toBe('NA');
	const { json } = await run(file, 'Send Template', [event]);
	expect(json[0]).toMatchObject({ outcome: 'accepted', dest: '447700900000' });
	expect(sim.violations).toEqual([]);
});
