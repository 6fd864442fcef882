import { startAlphaSmsSimulator, type AlphaSmsOptions } from './alphasms';
import { startVelipSimulator, type VelipOptions } from './velip';
import {
	startVoicemodControlSimulator,
	startVoicemodSimulator,
	type ControlOptions,
	type VoicemodOptions,
} from './voicemod';

/** What the command line needs from a simulator. */
export interface RunningSimulator {
	url: string;
	apiKey: string;
	writeCertificate(file: string): void;
	close(): Promise<void>;
}

/** Options from the command line; names and values are checked by the simulator. */
export type CliOptions = Record<string, unknown>;

/** Providers by the name used on the command line. */
export const SIMULATORS: Record<string, (options: CliOptions) => Promise<RunningSimulator>> = {
	alphasms: async (options) => await startAlphaSmsSimulator(options satisfies AlphaSmsOptions),
	velip: async (options) => await startVelipSimulator(options satisfies VelipOptions),
	voicemod: async (options) => await startVoicemodSimulator(options satisfies VoicemodOptions),
	voicemodControl: async ({ apiKey, ...options }) =>
		await startVoicemodControlSimulator({
			clientKey: apiKey,
			...options,
		} satisfies CliOptions as ControlOptions),
};
