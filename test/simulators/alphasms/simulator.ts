import type { CallbackDelivery } from '../core/callbacks';
import type { ConnectionCounts } from '../core/connections';
import type { Fault, FaultRecord } from '../core/faults';
import { Simulator, startSimulator } from '../core/simulator';
import { createAlphaSmsControl } from './control';
import type { EventOverrides } from './events';
import { applyOptions, defaultBehaviour, type AlphaSmsOptions } from './options';
import { Provider } from './provider';
import type { Channel, Status } from './statuses';
import type { Message, ViberReply, Violation } from './store';

/** Summary of `GET /__sim/state`. */
export interface AlphaSmsState {
	requests: Record<string, number>;
	itemsReceived: number;
	accepted: { total: number; ids: number; maxPerId: number };
	billed: Record<string, number>;
	spent: number;
	balance: number;
	connections: ConnectionCounts;
	callbacks: { total: number; ok: number; failed: number; pending: number };
	violations: Violation[];
	plausible: Violation[];
	faults: { pending: Fault[]; log: FaultRecord[] };
}

/** A running provider, as alphasms.md describes it. All members: `test/simulators/README.md`. */
export class AlphaSmsSimulator extends Simulator<Provider> {
	/** Messages accepted (billed) per own id; `gw:<gateway id>` where there is no own id. */
	get accepted(): Map<string, number> {
		return this.provider.store.accepted;
	}

	get acceptedTotal(): number {
		return this.provider.store.acceptedTotal;
	}

	/** The highest number of messages any one id caused: more than 1 means somebody paid twice. */
	get maxPerId(): number {
		return this.provider.store.maxPerId;
	}

	get billed(): Record<string, number> {
		return this.provider.store.billed;
	}

	get spent(): number {
		return this.provider.store.spent;
	}

	get balance(): number {
		return this.options.balance;
	}

	get itemsReceived(): number {
		return this.provider.store.itemsReceived;
	}

	get requests(): Record<string, number> {
		return this.server.log.byPath;
	}

	get violations(): Violation[] {
		return this.provider.store.violations;
	}

	get plausible(): Violation[] {
		return this.provider.store.plausible;
	}

	/** A stored message by own id, else by gateway id. */
	message(id: string | number): Message | undefined {
		return this.provider.store.findById(String(id)) ?? this.provider.store.findByMsgId(id);
	}

	messages(): Message[] {
		return this.provider.store.messages;
	}

	/** Moves a message by hand, with its callbacks; steps of its own end here. */
	advance(id: string | number, status: Status, change: { type?: Channel } = {}): Message {
		const message = this.known(id);
		this.provider.lifecycle.advance(message, status, change.type);
		return message;
	}

	/** Lets the subscriber answer a Viber message. */
	reply(id: string | number, reply: Omit<ViberReply, 'datetime'>): Message {
		const message = this.known(id);
		this.provider.lifecycle.reply(message, reply);
		return message;
	}

	/** Sends one callback, well or badly signed, without retry. */
	async deliver(event: EventOverrides = {}): Promise<CallbackDelivery> {
		return await this.provider.events.deliver(event);
	}

	setOptions(options: Partial<AlphaSmsOptions>): void {
		applyOptions(this.provider.options, options);
		this.server.latencyMs = this.options.latencyMs;
	}

	state(): AlphaSmsState {
		const { store, sender } = this.provider;
		return {
			requests: this.requests,
			itemsReceived: store.itemsReceived,
			accepted: { total: store.acceptedTotal, ids: store.accepted.size, maxPerId: store.maxPerId },
			billed: store.billed,
			spent: store.spent,
			balance: this.balance,
			connections: this.connections,
			callbacks: { ...sender.totals, pending: sender.pending },
			violations: store.violations,
			plausible: store.plausible,
			faults: { pending: this.faults.pending, log: this.faults.log },
		};
	}

	private known(id: string | number): Message {
		const message = this.message(id);
		if (!message) throw new Error(`No message with id ${id}`);
		return message;
	}
}

/** Starts an AlphaSMS provider on a local port. */
export async function startAlphaSmsSimulator(
	options: AlphaSmsOptions = {},
): Promise<AlphaSmsSimulator> {
	const behaviour = defaultBehaviour();
	applyOptions(behaviour, options);
	const provider = new Provider(behaviour);
	return await startSimulator(
		provider,
		options,
		createAlphaSmsControl,
		(server) => new AlphaSmsSimulator(provider, server),
	);
}
