// Real outputs of every Voicemod Control operation: each is run by n8n's engine against the simulator.
import { readEvent } from '../../nodes/VoicemodControl/events';
import { readMessage } from '../../nodes/VoicemodControl/messages';
import { CASES, runControl } from '../../test/engine/support/voicemodControl';
import { startVoicemodControlSimulator } from '../../test/simulators/voicemod';
import type { Samples } from './samples';

/** Options of operations that add to their output. */
const MORE: Readonly<Record<string, object>> = {
	'voice/load': { additionalFields: { turnOnVoiceChanger: true } },
	'voice/loadRandom': { additionalFields: { turnOnVoiceChanger: true } },
	'sound/getFiles': { includeImages: true },
	'sound/play': { sound: 'Air Raid', key: 'hold', holdSeconds: 0.1 },
};

/** Runs everything once; the simulator is gone afterwards. */
export async function collectVoicemodControlSamples(): Promise<Samples> {
	const samples: Samples = new Map();
	const app = await startVoicemodControlSimulator();
	try {
		for (const { name, parameters } of CASES) {
			for (const more of [{}, MORE[name] ?? {}]) {
				app.reset();
				const { json, error } = await runControl(app, name, { ...parameters, ...more });
				if (error) throw new Error(`${name}: ${error.message} ${error.description ?? ''}`);
				samples.set(name, [...(samples.get(name) ?? []), ...json]);
			}
		}
		const messages = [
			['voiceChangedEvent', { voiceID: 'cave', parameters: { Pitch: { value: 1 } } }],
			['toggleVoiceChanger', { value: true }],
			['voiceParameterUpdated', { voiceID: 'cave', parameter: { name: 'Pitch', value: 1 } }],
			['parameterChangedEvent', { voiceID: 'cave', parameters: { Pitch: { value: 1 } } }],
			['licenseTypeChanged', { licenseType: 'pro' }],
			['getVoices', { voices: samples.get('voice/getAll') }],
			['getAllSoundboard', { soundboards: samples.get('soundboard/getAll') }],
			['getMemes', { listOfMemes: samples.get('sound/getFiles') }],
			['getActiveSoundboardProfile', { profileId: 'board' }],
		] as const;
		const events = messages.flatMap(([actionType, actionObject]) => {
			const message = readMessage(JSON.stringify({ actionType, actionObject }));
			const event = message && readEvent(message);
			return event === undefined ? [] : [{ ...event, message: message?.raw as never }];
		});
		const connected = { event: 'connected', name: 'connected', appVersion: '3', address: 'a:1' };
		const gone = { event: 'disconnected', name: 'disconnected', code: 1006, reason: '' };
		samples.set('trigger', [...events, connected, gone]);
		return samples;
	} finally {
		await app.close();
	}
}
