import type { SimulatorResponse } from '../../core/http';
import type { Need } from './access';
import type { Gateway } from './services';
import type { Visit } from './input';
import type { VoicemodBehaviour } from './options';
import type { Store } from './store';

/** What the endpoints work with. */
export interface World {
	readonly options: VoicemodBehaviour;
	readonly store: Store;
	/** Origin of this server. */
	readonly baseUrl: string;
	/** Origin of the downloads: another one, so that a credential that is sent there shows. */
	readonly filesUrl: string;
}

/** One documented endpoint. */
export interface Endpoint {
	gateway: Gateway;
	method: string;
	/** Groups are handed to `run`. */
	path: RegExp;
	need: Need | ((world: World) => Need);
	run(world: World, visit: Visit, groups: string[]): SimulatorResponse;
}
