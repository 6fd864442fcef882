import { startAlphaSmsSimulator, type AlphaSmsOptions } from './alphasms';
import { startVelipSimulator, type VelipOptions } from './velip';
import { startVoximplantKitSimulator, type KitOptions } from './voximplantKit';
import {
	startVoximplantKitCustomChannelSimulator,
	type ChannelSimulatorOptions,
} from './voximplantKitCustomChannel';

/** What the command line needs from a simulator. */
export interface RunningSimulator {
	url: string;
	/** URLs of all hosts, for providers with several. */
	hosts?: Readonly<Record<string, string>>;
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
	voximplantKit: async (options) => await startVoximplantKitSimulator(options satisfies KitOptions),
	voximplantKitCustomChannel: async ({ accountHook, ...options }) => {
		const own = { callbackUrl: accountHook, ...options };
		return await startVoximplantKitCustomChannelSimulator(own as ChannelSimulatorOptions);
	},
};
