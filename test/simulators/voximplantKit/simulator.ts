import type { CallbackDelivery } from '../core/callbacks';
import type { ConnectionCounts } from '../core/connections';
import type { Fault, FaultRecord } from '../core/faults';
import { Simulator, startSimulator } from '../core/simulator';
import { setStatus } from './campaigns';
import { LISTENERS, targetOf, type Listener } from './catalogue';
import { createKitControl } from './control';
import type { DeliveryByHand } from './events';
import type { Remark } from './input';
import { applyOptions, defaultBehaviour, type KitOptions } from './options';
import { Provider } from './provider';
import type { RecordingFetch } from './recordings';
import type {
	Call,
	Campaign,
	CampaignStatus,
	Contact,
	ContactList,
	Dialer,
	Report,
	Subscription,
	WrapUp,
} from './records';
import { seedCalls, type CallSeed } from './seedCalls';
import type { CallOutcome } from './steering';
import type { Acceptance, Store } from './store';

/** Summary of `GET /__sim/state`. */
export interface KitState {
	requests: Record<string, number>;
	accepted: { total: number; byMethod: Record<string, number>; maxPerKey: number };
	spent: number;
	balance: number;
	authFailures: number;
	calls: number;
	contacts: number;
	campaigns: number;
	subscriptions: Subscription[];
	connections: ConnectionCounts;
	callbacks: { total: number; ok: number; failed: number; pending: number };
	recordings: RecordingFetch[];
	violations: Remark[];
	plausible: Remark[];
	faults: { pending: Fault[]; log: FaultRecord[] };
}

/** A running provider, as voximplant-kit.md describes it. All members: `test/simulators/README.md`. */
export class VoximplantKitSimulator extends Simulator<Provider> {
	/** URLs of all hosts: `api`, `messaging`, `cti`, and `storage`, which no account has configured. */
	get hosts(): Readonly<Record<Listener, string>> {
		const { api = '', messaging = '', cti = '', storage = '' } = this.server.urls;
		return { api, messaging, cti, storage };
	}

	/** Account name. */
	get domain(): string {
		return this.options.domain;
	}

	/** Calls, messages and contacts taken in, by method, by phone, and by method, target and phone. */
	get accepted(): Acceptance {
		return this.provider.store.accepted;
	}

	/** Requests that arrived, by `version/group/method`. */
	get requests(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const [path, count] of Object.entries(this.server.log.byPath)) {
			const name = targetOf('api', path)?.method ?? targetOf('cti', path)?.method ?? path;
			counts[name] = (counts[name] ?? 0) + count;
		}
		return counts;
	}

	/** Requests refused for their token or account name. */
	get authFailures(): number {
		return this.provider.gate.failures;
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

	/** Fetches of recordings, with the place of the token. */
	get recordings(): readonly RecordingFetch[] {
		return this.provider.recordings.fetches;
	}

	/** Everything the account holds; tests may read and change it. */
	get store(): Store {
		return this.provider.store;
	}

	/** The provider's time, in ms. */
	now(): number {
		return this.provider.clock.now();
	}

	/** Puts the provider's clock forward. */
	advanceClock(ms: number): void {
		this.provider.clock.advance(ms);
	}

	calls(): readonly Call[] {
		return this.provider.store.calls;
	}

	call(id: number): Call | undefined {
		return this.provider.store.call(id);
	}

	campaign(dialer: Dialer, id: number): Campaign | undefined {
		return this.provider.store.campaign(dialer, id);
	}

	list(id: number): ContactList | undefined {
		return this.provider.store.lists.get(id);
	}

	contact(id: number): Contact | undefined {
		return this.provider.store.contacts.get(id);
	}

	subscriptions(): Subscription[] {
		return [...this.provider.store.subscriptions.values()];
	}

	report(id: number): Report | undefined {
		return this.provider.store.reports.get(id);
	}

	/** Ends the oldest open call, or the one to this phone, by hand. */
	finishCall(phone?: string, outcome: Partial<CallOutcome> = {}): Call {
		const { open } = this.provider.dialer;
		const order = phone === undefined ? open[0] : open.find((call) => call.phone === phone);
		if (!order) throw new Error(`No open call${phone === undefined ? '' : ` to ${phone}`}`);
		return this.provider.dialer.finish(order, outcome);
	}

	/** Makes cost, recording and `processing` of a call final, and ends its after-call work. */
	settleCall(id: number): Call {
		const call = this.callOrFail(id);
		this.provider.dialer.settle(call);
		return call;
	}

	/** What an agent does after a call; reported as `wrap_up_code_set`. */
	wrapUp(id: number, code: WrapUp): void {
		const call = this.callOrFail(id);
		call.wrapUp = code;
		this.provider.events.emit('wrap_up_code_set', {
			call_id: call.id,
			campaign_id: call.campaignId,
			user_id: call.userId,
			wrap_up_code: code,
		});
	}

	/** Puts a campaign into a status, as somebody in the user interface would. */
	setCampaignStatus(dialer: Dialer, id: number, status: CampaignStatus): void {
		const campaign = this.campaign(dialer, id);
		if (!campaign) throw new Error(`No campaign ${id}`);
		setStatus(this.provider, campaign, status);
	}

	/** Gives an agent another status, with an interval in the history. */
	setAgentStatus(userId: number, status: string, changedBy: number | null = userId): void {
		const user = this.provider.store.users.get(userId);
		if (!user) throw new Error(`No user ${userId}`);
		const now = this.now();
		this.provider.store.statusHistory.push({
			id: this.provider.store.nextId('status', 11953014),
			user_id: userId,
			status: user.status,
			start: user.statusAt,
			end: now,
			next_status: status,
			changed_by: changedBy,
		});
		user.status = status;
		user.statusAt = now;
	}

	/** Makes all reports ready. */
	finishReports(): void {
		for (const report of this.provider.store.reports.values()) report.processed = true;
	}

	/** Adds finished calls of the past without requests; quick for 100,000. */
	seedCalls(count: number, seed: CallSeed = {}): void {
		seedCalls(this.provider, count, seed);
	}

	/** Reports any event to the subscriptions that have it. */
	emit(type: string, data: unknown): void {
		this.provider.events.emit(type, data);
	}

	/** Sends one delivery with any content, without retry. */
	async deliver(delivery: DeliveryByHand = {}): Promise<CallbackDelivery> {
		return await this.provider.events.deliver(delivery);
	}

	setOptions(options: Partial<KitOptions>): void {
		applyOptions(this.provider.options, options);
		this.server.latencyMs = this.options.latencyMs;
	}

	state(): KitState {
		const { store, sender } = this.provider;
		const { total, byMethod, maxPerKey } = store.accepted;
		return {
			requests: this.requests,
			accepted: { total, byMethod, maxPerKey },
			spent: store.spent,
			balance: this.balance,
			authFailures: this.authFailures,
			calls: store.callCount,
			contacts: store.contacts.size,
			campaigns: store.campaigns.size,
			subscriptions: this.subscriptions(),
			connections: this.connections,
			callbacks: { ...sender.totals, pending: sender.pending },
			recordings: [...this.recordings],
			violations: store.violations,
			plausible: store.plausible,
			faults: { pending: this.faults.pending, log: this.faults.log },
		};
	}

	private callOrFail(id: number): Call {
		const call = this.call(id);
		if (!call) throw new Error(`No call ${id}`);
		return call;
	}
}

/** Starts a Voximplant Kit on four local ports. */
export async function startVoximplantKitSimulator(
	options: KitOptions = {},
): Promise<VoximplantKitSimulator> {
	const behaviour = defaultBehaviour();
	applyOptions(behaviour, options);
	const provider = new Provider(behaviour);
	return await startSimulator(
		provider,
		{ ...options, listeners: LISTENERS },
		createKitControl,
		(server) => {
			provider.urls = server.urls;
			return new VoximplantKitSimulator(provider, server);
		},
	);
}
