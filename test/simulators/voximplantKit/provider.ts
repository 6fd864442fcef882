import { CallbackSender } from '../core/callbacks';
import { Calendar, Clock } from '../core/clock';
import { json, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { Scheduler } from '../core/scheduler';
import type { SimulatedProvider } from '../core/simulator';
import { Gatekeeper } from './access';
import { accountMethods } from './account';
import { callbackMethods } from './callbackMethods';
import { campaignContactMethods } from './campaignContacts';
import { campaignMethods } from './campaigns';
import { CATALOGUE, targetOf, type Target } from './catalogue';
import { Dialer } from './dialer';
import { Refusal, refusals, writeAnswer, writeRefusal } from './envelope';
import { Events } from './events';
import { historyMethods } from './history';
import { readInput } from './input';
import { legacyMethods } from './legacy';
import { mediaHelperMethods } from './mediaHelper';
import { messagingMethods } from './messaging';
import { nameOnlyMethods } from './nameOnly';
import type { KitBehaviour } from './options';
import { peopleMethods } from './people';
import { pdsMethods } from './pdsCampaigns';
import { pdsContactMethods } from './pdsContacts';
import { Recordings } from './recordings';
import { reportMethods } from './reports';
import { resourceMethods } from './resources';
import { scenarioMethods } from './scenarios';
import { Store } from './store';
import type { Method, Methods, World } from './world';

const OWN: Methods = {
	...accountMethods,
	...scenarioMethods,
	...historyMethods,
	...campaignMethods,
	...campaignContactMethods,
	...pdsMethods,
	...pdsContactMethods,
	...legacyMethods,
	...reportMethods,
	...messagingMethods,
	...mediaHelperMethods,
	...callbackMethods,
	...peopleMethods,
	...resourceMethods,
};

/** Methods outside the collection that are still in use (voximplant-kit.md section 4). */
const OLD = new Map([['v3/history/searchCalls', 'api']]);
/** Needs no credentials (section 5.14). */
const OPEN = 'v2/helper/getListTimezones';

const METHODS: Methods = {
	...nameOnlyMethods([...CATALOGUE.keys()].filter((name) => !Object.hasOwn(OWN, name))),
	...OWN,
};

/** Methods the simulator answers with knowledge of their parameters. */
export const IMPLEMENTED: readonly string[] = Object.keys(OWN);

/** The provider without its network side: state, methods, callbacks. */
export class Provider implements World, SimulatedProvider {
	readonly clock = new Clock();
	readonly calendar = new Calendar(this.clock);
	readonly scheduler = new Scheduler();
	readonly store: Store;
	readonly sender: CallbackSender;
	readonly events: Events;
	readonly dialer: Dialer;
	readonly gate: Gatekeeper;
	readonly recordings: Recordings;
	urls: Readonly<Record<string, string>> = {};

	constructor(readonly options: KitBehaviour) {
		this.store = new Store(options, this.clock);
		this.sender = new CallbackSender(this.scheduler, options);
		this.events = new Events(() => this, this.sender);
		this.dialer = new Dialer(() => this);
		this.gate = new Gatekeeper(options, () => this.clock.now());
		this.recordings = new Recordings(this, this.gate);
	}

	/** Answers one request. */
	handle(request: SimulatorRequest): SimulatorResponse {
		const recording = this.recordings.answer(request);
		if (recording) return recording;
		try {
			return this.call(request);
		} catch (error) {
			if (error instanceof Refusal) return writeRefusal(error, this.options.errorsAs200);
			throw error;
		}
	}

	/** A failure inside HTTP 200 (section 3.3). */
	formatError(_path: string, error: string): SimulatorResponse {
		return json({ success: false, result: { error, code: 500 } });
	}

	/** Whether no call, batch, report or callback is under way. */
	get isIdle(): boolean {
		return this.scheduler.size === 0 && this.sender.pending === 0;
	}

	reset(): void {
		this.scheduler.clear();
		this.calendar.clear();
		this.sender.reset();
		this.events.reset();
		this.dialer.reset();
		this.gate.reset();
		this.recordings.reset();
		this.clock.reset();
		this.store.reset();
	}

	async stop(): Promise<void> {
		this.scheduler.clear();
		this.calendar.clear();
		await this.sender.close();
	}

	private call(request: SimulatorRequest): SimulatorResponse {
		const { target, method } = this.find(request);
		const raw = readInput(target.method, request, this.store);
		if (target.method !== OPEN) this.gate.admit(target, request, raw, this.store);
		this.gate.authorize(target.method, method);
		const before = this.store.accepted.total;
		const answer = method.run(this, {
			method: target.method,
			raw,
			uploads: raw.uploads,
			notes: this.store,
			paged: method.paged,
		});
		const response = writeAnswer(answer, this.options.reportFileName);
		return { ...response, accepted: this.store.accepted.total - before };
	}

	/** The method a request means, if this host serves it and the verb is right (sections 1, 3.1, 3.2). */
	private find(request: SimulatorRequest): { target: Target; method: Method } {
		const target = targetOf(request.listener, request.path);
		const name = target?.method ?? '';
		const host = CATALOGUE.get(name) ?? OLD.get(name);
		const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
		if (!target || !method || host !== request.listener) {
			this.store.violation(
				request.path,
				'(path)',
				`No such method on the ${request.listener} host`,
			);
			throw refusals.unknownMethod();
		}
		const helper = name.startsWith('v2/helper/');
		const may = helper
			? ['GET']
			: ['POST', ...(this.options.getSearches && method.paged ? ['GET'] : [])];
		if (!may.includes(request.method)) {
			this.store.violation(name, '(verb)', `${request.method} instead of ${may.join(' or ')}`);
			throw new Refusal(405, 'Method Not Allowed');
		}
		return { target, method };
	}
}
