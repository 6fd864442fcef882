// Real outputs of every Voicemod operation: each is run by n8n's engine against the simulator.
import type { IDataObject } from 'n8n-workflow';

import { CASES, FILES, populate, runVoicemod } from '../../test/engine/support/voicemod';
import { startVoicemodSimulator } from '../../test/simulators/voicemod';
import type { Samples } from './samples';

const EMPTY_ANSWER = { path: 'sim/empty', method: 'DELETE', bodyType: 'none' };
const EMPTY_PATH = 'v1/catalog/sim/empty';

/** Runs everything once; the simulator is gone afterwards. */
export async function collectVoicemodSamples(): Promise<Samples> {
	const samples: Samples = new Map();
	const simulator = await startVoicemodSimulator({ lifecycleMs: 5 });
	const run = async (name: string, parameters: IDataObject) => {
		const { json, error } = await runVoicemod(simulator, name, parameters, { items: FILES });
		if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
		samples.set(name, [...(samples.get(name) ?? []), ...json]);
		return json;
	};
	try {
		const world = await populate(simulator);
		for (const { name, parameters } of CASES) {
			// What a service answers with is not for the simulator to say.
			const isFree = /^(apiRequest|serviceRequest)\//.test(name);
			const given = { ...parameters(world), ...(isFree && EMPTY_ANSWER) };
			await run(name, name.startsWith('apiRequest') ? { ...given, path: EMPTY_PATH } : given);
		}
		await run('sound/search', { api: 'tunaV1', limit: 1 });
		simulator.setOptions({ lifecycle: 'manual' });
		const late = { waitForCompletion: true, interval: 0.2, maxWait: 1 };
		await run('voiceConversion/convert', { voice: 'baby', ...late });
		await run('song/create', { lyrics: 'la', ...late });
		const address = `${simulator.url}/v1/nextgen/update/%7B%7D`;
		const answer = await fetch(address, { headers: { 'request-id': 'sample' } });
		const signed = {
			body: await answer.text(),
			headers: Object.fromEntries(answer.headers),
			publicKey: simulator.publicKey.spki,
		};
		await run('signature/verify', { ...signed, requestId: 'sample' });
		await run('signature/verify', { ...signed, requestId: 'another' });
		return samples;
	} finally {
		await simulator.close();
	}
}
