/** The three hosts of each simulator of Voximplant Kit that runs, by the URL of the first. */
import type { startVoximplantKitSimulator } from '../../../simulators/voximplantKit';

export type KitSimulator = Awaited<ReturnType<typeof startVoximplantKitSimulator>>;

interface Hosts {
	readonly api: string;
	readonly messaging: string;
	readonly cti: string;
}

const known = new Map<string, Hosts>();

export function remember({ url, hosts: { api, messaging, cti } }: KitSimulator): void {
	known.set(url, { api, messaging, cti });
}

/** The same address for all of them where nothing is known, e.g. for a server that does not exist. */
export function hostsOf(url: string): Hosts {
	return known.get(url) ?? { api: url, messaging: url, cti: url };
}
