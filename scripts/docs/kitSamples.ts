// Real outputs of every Voximplant Kit operation: each is run by n8n's engine against the simulator.
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { EVENTS, readCallbacks, readEvents } from '../../nodes/VoximplantKit/callbacks';
import { poll } from '../../nodes/VoximplantKit/poll';
import { CASES, kitCredentials, populate, runKit } from '../../test/engine/support/voximplantKit';
import { startVoximplantKitSimulator } from '../../test/simulators/voximplantKit';
import type { Samples } from './samples';

type Simulator = Awaited<ReturnType<typeof startVoximplantKitSimulator>>;

const NODE = { id: '1', name: 'Kit', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} };

/** What a test run of the polling trigger shows. */
async function polled(sim: Simulator, parameters: IDataObject): Promise<IDataObject[]> {
	const context = {
		getCredentials: async () => kitCredentials(sim).voximplantKitApi,
		getNode: () => NODE,
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getMode: () => 'manual',
		getWorkflowStaticData: () => ({}),
		getTimezone: () => 'UTC',
		helpers: {},
	};
	const items = await poll(context as unknown as IPollFunctions);
	return (items?.[0] ?? []).map(({ json }) => json);
}

/** Every event of the callback trigger, and every kind of news of the polling trigger. */
async function triggerSamples(sim: Simulator, report: number): Promise<IDataObject[]> {
	const callbacks = Object.keys(EVENTS).map((type) => ({ type }));
	const { body } = await sim.deliver({ callbacks, url: `${sim.url}/nobody` });
	const delivered = readCallbacks(JSON.parse(String(body)) as IDataObject) ?? [];
	const campaignKinds = ['automated', 'agent', 'pds'];
	return [
		...delivered.flatMap((callback) => readEvents(callback)),
		...(await polled(sim, { event: 'callFinished' })),
		...(await polled(sim, { event: 'campaignStatusChanged', campaignKinds })),
		...(await polled(sim, { event: 'reportReady', reportIds: String(report) })),
	];
}

/** Runs everything once; the simulator is gone afterwards. */
export async function collectKitSamples(): Promise<Samples> {
	const samples: Samples = new Map();
	const sim = await startVoximplantKitSimulator({ lifecycleMs: 5, settleMs: 5 });
	const note = (name: string, rows: IDataObject[]) =>
		samples.set(name, [...(samples.get(name) ?? []), ...rows]);
	try {
		const world = await populate(sim);
		sim.seedCalls(3);
		await sim.idle();
		const events = await triggerSamples(sim, world.report);
		note('trigger', events);
		for (const { name, parameters, prepare, options } of CASES) {
			// From a settled state, so that no sample depends on how fast the machine is.
			await sim.idle();
			await prepare?.(sim, world);
			const { outputs, error } = await runKit(sim, name, parameters(world), options);
			if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
			note(
				name,
				outputs.flat().map(({ json }) => json),
			);
		}
		return samples;
	} finally {
		await sim.close();
	}
}
