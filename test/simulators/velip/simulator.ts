import type { CallbackDelivery } from '../core/callbacks';
import type { ConnectionCounts } from '../core/connections';
import type { Fault, FaultRecord } from '../core/faults';
import { Simulator, startSimulator } from '../core/simulator';
import { createVelipControl } from './control';
import type { EventOverrides } from './events';
import type { Remark } from './input';
import type { StoredTemplate } from './lines';
import { applyOptions, defaultBehaviour, MCP_TOKEN, type VelipOptions } from './options';
import { functionOf, Provider } from './provider';
import type { Audio, Call, Campaign, DestinationList, Message } from './records';
import { seedCalls, type SeedOptions } from './seed';
import { callOutcome, type CallOutcome } from './steering';
import { Acceptance } from './store';

/** Summary of `GET /__sim/state`. */
export interface VelipState {
	requests: Record<string, number>;
	accepted: { total: number; byFunction: Record<string, number>; maxPerKey: number };
	spent: number;
	balance: number;
	auth: { failures: number; byCode: Record<string, number>; banned: string[] };
	calls: number;
	messages: number;
	campaigns: number;
	lists: number;
	connections: ConnectionCounts;
	callbacks: { total: number; ok: number; failed: number; pending: number };
	violations: Remark[];
	plausible: Remark[];
	faults: { pending: Fault[]; log: FaultRecord[] };
}

/** A running provider, as velip.md describes it. All members: `test/simulators/README.md`. */
export class VelipSimulator extends Simulator<Provider> {
	/** A token REST refuses with 114. */
	readonly mcpToken = MCP_TOKEN;

	/** Everything accepted, by function, `ctid`, `request_id` and destination. */
	get accepted(): Acceptance {
		return this.provider.store.accepted;
	}

	/** The same for one function. */
	acceptedBy(fn: string): Acceptance {
		return this.provider.store.acceptedBy.get(fn) ?? new Acceptance();
	}

	/** Requests that arrived, per function, whichever the URL form. */
	get requests(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const [path, count] of Object.entries(this.server.log.byPath)) {
			const fn = functionOf(path) ?? path;
			counts[fn] = (counts[fn] ?? 0) + count;
		}
		return counts;
	}

	/** Requests refused with an authentication code. */
	get authFailures(): number {
		return this.provider.gate.authFailures;
	}

	/** Whether any source has been banned for good. */
	get banned(): boolean {
		return this.provider.gate.banned.size > 0;
	}

	get bannedSources(): string[] {
		return [...this.provider.gate.banned];
	}

	/** Lifts bans and blocks, as Velip staff would. */
	unban(source?: string): void {
		this.provider.gate.unban(source);
	}

	get spent(): number {
		return this.provider.store.spent;
	}

	get balance(): number {
		return this.options.balance;
	}

	get violations(): Remark[] {
		return this.provider.store.violations;
	}

	get plausible(): Remark[] {
		return this.provider.store.plausible;
	}

	/** The provider's time, in ms. */
	now(): number {
		return this.provider.clock.now();
	}

	/** Puts the provider's clock forward. */
	advanceClock(ms: number): void {
		this.provider.clock.advance(ms);
	}

	/** A call by `cd_id`, else the last one with this `ctid`. */
	call(id: string | number): Call | undefined {
		const { store } = this.provider;
		return store.findCall(String(id)) ?? store.callsOfCtid(String(id)).at(-1);
	}

	calls(): readonly Call[] {
		return this.provider.store.calls;
	}

	messages(): readonly Message[] {
		return this.provider.store.messages;
	}

	campaign(id: string | number): Campaign | undefined {
		return this.provider.store.campaigns.get(Number(id));
	}

	campaigns(): Campaign[] {
		return [...this.provider.store.campaigns.values()];
	}

	templates(): readonly StoredTemplate[] {
		return this.provider.store.templates;
	}

	list(id: string | number): DestinationList | undefined {
		return this.provider.store.lists.get(Number(id));
	}

	/** An audio asset by `tf12345` or its digits. */
	audio(id: string | number): Audio | undefined {
		return this.provider.store.audios.get(Number(String(id).replace('tf', '')));
	}

	/** Ends a call by hand, with its callback. */
	finishCall(id: string | number, outcome: Partial<CallOutcome> = {}): Call {
		const call = this.call(id);
		if (!call) throw new Error(`No call ${id}`);
		const planned = callOutcome(call.dest, this.options.steerByPhone);
		this.provider.lifecycle.finish(call, { ...planned, ...outcome });
		return call;
	}

	/** Ends the loading of a campaign by hand. */
	finishLoading(id: string | number): Campaign {
		const campaign = this.campaign(id);
		if (!campaign) throw new Error(`No campaign ${id}`);
		this.provider.lifecycle.loaded(campaign);
		return campaign;
	}

	/** Adds finished calls without requests; quick for 100,000. */
	seedCalls(count: number, options: SeedOptions = {}): void {
		seedCalls(this.provider, count, options);
	}

	/** Sends one callback with any content, without retry. */
	async deliver(event: EventOverrides = {}): Promise<CallbackDelivery> {
		return await this.provider.events.deliver(event);
	}

	setOptions(options: Partial<VelipOptions>): void {
		applyOptions(this.provider.options, options);
		if (options.templates) this.provider.store.loadTemplates();
		this.server.latencyMs = this.options.latencyMs;
	}

	state(): VelipState {
		const { store, sender, gate } = this.provider;
		const { total, byFunction, maxPerKey } = store.accepted;
		return {
			requests: this.requests,
			accepted: { total, byFunction, maxPerKey },
			spent: store.spent,
			balance: this.balance,
			auth: { failures: gate.authFailures, byCode: gate.failures, banned: this.bannedSources },
			calls: store.calls.length,
			messages: store.messages.length,
			campaigns: store.campaigns.size,
			lists: store.lists.size,
			connections: this.connections,
			callbacks: { ...sender.totals, pending: sender.pending },
			violations: store.violations,
			plausible: store.plausible,
			faults: { pending: this.faults.pending, log: this.faults.log },
		};
	}
}

/** Starts a Velip provider on a local port. */
export async function startVelipSimulator(options: VelipOptions = {}): Promise<VelipSimulator> {
	const behaviour = defaultBehaviour();
	applyOptions(behaviour, options);
	const provider = new Provider(behaviour);
	return await startSimulator(provider, options, createVelipControl, (server) => {
		provider.baseUrl = server.url;
		return new VelipSimulator(provider, server);
	});
}
