import type { Calendar, Clock } from '../core/clock';
import type { Scheduler } from '../core/scheduler';
import type { Dialer } from './dialer';
import type { Answer } from './envelope';
import type { Events } from './events';
import type { KitBehaviour } from './options';
import { readValues, type Rules, type Values, type Visit } from './rules';
import type { Store } from './store';

/** What all methods work with. */
export interface World {
	readonly options: KitBehaviour;
	readonly clock: Clock;
	/** Tasks for a date, which do not count as work under way. */
	readonly calendar: Calendar;
	readonly scheduler: Scheduler;
	readonly store: Store;
	readonly events: Events;
	readonly dialer: Dialer;
	/** URLs of the hosts by listener. */
	readonly urls: Readonly<Record<string, string>>;
}

/** A method of the API. */
export interface Method {
	paged: boolean;
	/** Whether it changes something: roles below the owner may be refused (voximplant-kit.md section 2). */
	writes: boolean;
	/** Needs the contact centre. */
	contactCentre: boolean;
	run(world: World, visit: Visit): Answer;
}

/** What a method is, apart from its parameters. */
export type Traits = Partial<Pick<Method, 'paged' | 'writes' | 'contactCentre'>>;

/** Makes a method that reads its parameters first. */
export function method<R extends Rules>(
	rules: R,
	traits: Traits,
	run: (world: World, values: Values<R>, visit: Visit) => Answer,
): Method {
	return {
		paged: false,
		writes: false,
		contactCentre: false,
		...traits,
		run: (world, visit) => run(world, readValues(rules, visit), visit),
	};
}

/** Methods by `version/group/method`. */
export type Methods = Record<string, Method>;
