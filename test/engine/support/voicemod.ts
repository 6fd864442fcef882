/** Everything that tests of the Voicemod node share: credentials, and good parameters of every operation. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { makeWav, PIXEL, type VoicemodSimulator } from '../../simulators/voicemod';
import type { RunOptions, RunResult } from './engine';
import { binary, runNode } from './engine';

export function voicemodCredentials(
	sim: Pick<VoicemodSimulator, 'url' | 'tunaUrl' | 'apiKey' | 'accessToken' | 'publicKey'>,
	more: IDataObject = {},
) {
	return {
		voicemodApi: {
			environment: 'custom',
			baseUrl: sim.url,
			tunaBaseUrl: sim.tunaUrl,
			apiKey: sim.apiKey,
			accessToken: sim.accessToken,
			publicKey: sim.publicKey.spki,
			...more,
		},
	};
}

type Options = Partial<Omit<RunOptions, 'parameters'>>;

/** Runs `<resource>/<operation>` of the Voicemod node. */
export async function runVoicemod(
	sim: VoicemodSimulator,
	name: string,
	parameters: IDataObject = {},
	options: Options = {},
): Promise<RunResult> {
	const [resource, operation] = name.split('/');
	return await runNode({
		node: 'voicemod',
		credentials: voicemodCredentials(sim),
		...options,
		parameters: { resource, operation, ...parameters },
	});
}

export const WAV = makeWav(1);

export const FILES: INodeExecutionData[] = [
	{
		json: {},
		binary: {
			...binary('data', WAV, 'recording.wav', 'audio/wav'),
			...binary('picture', PIXEL, 'me.png', 'image/png'),
		},
	},
];
