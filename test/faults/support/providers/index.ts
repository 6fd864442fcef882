/** The providers under test. A further one is a file beside this one and a line here. */
import { alphaSms } from './alphaSms';
import type { Provider } from './provider';
import { velip } from './velip';
import { voicemod } from './voicemod';
import { voximplantKit } from './voximplantKit';
import { voximplantKitCustomChannel } from './voximplantKitCustomChannel';

export const providers: readonly Provider[] = [
	alphaSms,
	velip,
	voximplantKit,
	voximplantKitCustomChannel,
	voicemod,
];

/** For `describe.each`. */
export const eachProvider = providers.map((provider) => [provider.name, provider] as const);
