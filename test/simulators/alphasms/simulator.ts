import { setTimeout as sleep } from 'node:timers/promises';
import type { CallbackDelivery } from '../core/callbacks';
import { writeCertificate, type Certificate } from '../core/certificate';
import type { ConnectionCounts } from '../core/connections';
import type { Fault, FaultQueue, FaultRecord } from '../core/faults';
import type { RequestRecord } from '../core/log';
import { startServer, type SimulatorServer } from '../core/server';
import { createAlphaSmsControl } from './control';
import type { EventOverrides } from './events';
import {
	applyOptions,
	defaultBehaviour,
	type AlphaSmsBehaviour,
	type AlphaSmsOptions,
} from './options';
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
export class AlphaSmsSimulator {
	constructor(
		private readonly provider: Provider,
		private readonly server: SimulatorServer,
	) {}

	get url(): string {
		return this.server.url;
	}

	get port(): number {
		return this.server.port;
	}

	get apiKey(): string {
		return this.options.apiKey;
	}

	get options(): Readonly<AlphaSmsBehaviour> {
		return this.provider.options;
	}

	get certificate(): Certificate | undefined {
		return this.server.certificate;
	}

	/** Writes the certificate as PEM for NODE_EXTRA_CA_CERTS. */
	writeCertificate(file: string): void {
		if (!this.server.certificate) throw new Error('The simulator runs without TLS');
		writeCertificate(this.server.certificate, file);
	}

	get faults(): FaultQueue {
		return this.server.faults;
	}

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

	get log(): RequestRecord[] {
		return this.server.log.entries;
	}

	get connections(): ConnectionCounts {
		return this.server.connections;
	}

	get violations(): Violation[] {
		return this.provider.store.violations;
	}

	get plausible(): Violation[] {
		return this.provider.store.plausible;
	}

	get callbacks(): CallbackDelivery[] {
		return this.provider.sender.log;
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

	/** Resolves when no status step and no callback is under way; sending dates in the future do not count. */
	async idle(timeoutMs = 10_000): Promise<void> {
		const end = Date.now() + timeoutMs;
		while (!this.provider.isIdle) {
			if (Date.now() > end) throw new Error(`The simulator is still busy after ${timeoutMs} ms`);
			await sleep(5);
		}
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

	/** Forgets messages, faults, logs and counters; options stay, spent money comes back. */
	reset(): void {
		this.provider.reset();
		this.server.reset();
	}

	async close(): Promise<void> {
		await this.server.close();
		await this.provider.close();
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
	// The control endpoints need the simulator, which needs the server they are part of.
	const running: { simulator?: AlphaSmsSimulator } = {};
	const control = createAlphaSmsControl(() => {
		if (!running.simulator) throw new Error('The simulator is starting');
		return running.simulator;
	});
	const server = await startServer((request) => provider.handle(request), {
		...options,
		control,
		formatError: (path, error) => provider.formatError(path, error),
	});
	running.simulator = new AlphaSmsSimulator(provider, server);
	return running.simulator;
}
