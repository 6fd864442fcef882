// Real outputs of every Velip operation: each is run by n8n's engine against the simulator.
import type { IDataObject } from 'n8n-workflow';

import { callRow } from '../../nodes/Velip/calls';
import { readEvent, readEvents } from '../../nodes/Velip/events';
import { CASES, FILES, populate, runVelip } from '../../test/engine/support/velip';
import { startVelipSimulator } from '../../test/simulators/velip';
import type { Samples } from './samples';

const OF_DAY = { dateStart: '2000-01-01', dateEnd: '2100-01-01' };

/** Runs everything once; the simulator is gone afterwards. */
export async function collectVelipSamples(): Promise<Samples> {
	const samples: Samples = new Map();
	const simulator = await startVelipSimulator({ lifecycleMs: 5 });
	const note = (name: string, rows: IDataObject[]) =>
		samples.set(name, [...(samples.get(name) ?? []), ...rows]);
	const run = async (name: string, parameters: IDataObject) => {
		const { json, error } = await runVelip(simulator, name, parameters, { items: FILES });
		if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
		note(name, json);
	};
	try {
		const world = await populate(simulator);
		await runVelip(simulator, 'call/speakText', { dest: '5511987654300', text: 'Hello' });
		await simulator.idle();
		for (const { name, parameters } of CASES) {
			// From a settled state, so that no sample depends on how fast the machine is.
			await simulator.idle();
			await run(name, parameters(world));
		}
		await run('sms/send', { dest: '5511987654315', message: 'Hello' });
		await run('campaign/activate', { cpId: world.campaign });
		await run('campaign/update', {
			cpId: world.campaign,
			additionalFields: { ligMin: '12', name: 'Renamed' },
		});
		await simulator.idle();
		for (const kind of ['call', 'sms'] as const) {
			const { body } = await simulator.deliver({ kind, url: `${simulator.url}/nobody` });
			note('trigger', readEvents(JSON.parse(String(body)) as IDataObject));
		}
		// The polling trigger, and results that were asked for again, have the fields of call records.
		const { json } = await runVelip(simulator, 'call/getAll', { additionalFields: OF_DAY });
		note(
			'trigger',
			json.map(({ warning: _, ...row }) => readEvent(callRow(row))),
		);
		for (const name of ['call/speakTextAndWait', 'call/playAudioAndWait']) {
			const sent = samples.get(name) ?? [];
			const answers = (samples.get('trigger') ?? []).filter((event) => 'cd_called_status' in event);
			samples.set(
				name,
				[...answers, ...sent].map((row) => ({ ...row, timedOut: true })),
			);
		}
		return samples;
	} finally {
		await simulator.close();
	}
}
