import type { Scheduler } from '../core/scheduler';
import type { Access } from './auth';
import type { Calendar, Clock } from './clock';
import type { Answer } from './envelope';
import type { Events } from './events';
import type { Params } from './input';
import type { Lifecycle } from './lifecycle';
import type { VelipBehaviour } from './options';
import type { Store } from './store';

/** What all functions work with. */
export interface World {
	readonly options: VelipBehaviour;
	readonly clock: Clock;
	readonly store: Store;
	readonly scheduler: Scheduler;
	readonly calendar: Calendar;
	readonly events: Events;
	readonly lifecycle: Lifecycle;
	/** Where the server listens. */
	readonly baseUrl: string;
}

/** One authenticated request. */
export interface Visit {
	readonly fn: string;
	readonly params: Params;
	readonly access: Access;
	readonly source: string;
	/** `Range` header. */
	readonly range?: string;
}

/** A file instead of the envelope (velip.md section 7.4). */
export interface FileAnswer {
	http: number;
	headers: Record<string, string>;
	file: Buffer;
}

/** A function of the API. It refuses by throwing a `Refusal`. */
export type ApiFunction = (world: World, visit: Visit) => Answer | FileAnswer;

/** Section 4: numbers are often strings. */
export function num(world: World, value: number): string | number {
	return world.options.plainNumbers ? value : String(value);
}

/** Section 4: a missing value is often the text `null`. */
export function orNull(value: string | number | undefined): string {
	return value === undefined ? 'null' : String(value);
}
