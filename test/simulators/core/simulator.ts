import { setTimeout as sleep } from 'node:timers/promises';
import type { CallbackDelivery, CallbackSender } from './callbacks';
import { writeCertificate, type Certificate } from './certificate';
import type { ConnectionCounts } from './connections';
import type { FaultQueue } from './faults';
import type { Handler, SimulatorRequest, SimulatorResponse } from './http';
import type { RequestRecord } from './log';
import { startServer, type ServerOptions, type SimulatorServer } from './server';

/** The provider behind a simulator, without its network side. */
export interface SimulatedProvider {
	readonly options: { readonly apiKey: string; readonly latencyMs: number };
	readonly sender: CallbackSender;
	/** Whether nothing is under way. */
	readonly isIdle: boolean;
	handle(request: SimulatorRequest): SimulatorResponse | Promise<SimulatorResponse>;
	/** How it says that a request failed. */
	formatError(path: string, error: string): SimulatorResponse;
	reset(): void;
	stop(): Promise<void>;
}

/** What the simulators of all providers over HTTP have in common. Members: `test/simulators/README.md`. */
export abstract class Simulator<P extends SimulatedProvider> {
	constructor(
		protected readonly provider: P,
		protected readonly server: SimulatorServer,
	) {}

	/** Summary of `GET /__sim/state`. */
	abstract state(): unknown;

	/** URL of the (first) host. */
	get url(): string {
		return this.server.url;
	}

	get port(): number {
		return this.server.port;
	}

	get apiKey(): string {
		return this.options.apiKey;
	}

	get options(): Readonly<P['options']> {
		return this.provider.options as P['options'];
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

	get log(): RequestRecord[] {
		return this.server.log.entries;
	}

	get connections(): ConnectionCounts {
		return this.server.connections;
	}

	get callbacks(): CallbackDelivery[] {
		return this.provider.sender.log;
	}

	/** Resolves when nothing is under way; what waits for a date, and calls that stay open, do not count. */
	async idle(timeoutMs = 25_000): Promise<void> {
		const end = Date.now() + timeoutMs;
		while (!this.provider.isIdle) {
			if (Date.now() > end) throw new Error(`The simulator is still busy after ${timeoutMs} ms`);
			await sleep(5);
		}
	}

	/** Forgets everything but the options. */
	reset(): void {
		this.provider.reset();
		this.server.reset();
	}

	async close(): Promise<void> {
		await this.server.close();
		await this.provider.stop();
	}
}

/** Starts the server of a provider, and makes the simulator that both belong to. */
export async function startSimulator<S>(
	provider: SimulatedProvider,
	options: ServerOptions,
	control: (simulator: () => S) => Handler,
	make: (server: SimulatorServer) => S,
): Promise<S> {
	// The control endpoints need the simulator, which needs the server they are part of.
	const running: { simulator?: S } = {};
	const server = await startServer((request) => provider.handle(request), {
		...options,
		control: control(() => {
			if (!running.simulator) throw new Error('The simulator is starting');
			return running.simulator;
		}),
		formatError: (path, error) => provider.formatError(path, error),
	});
	running.simulator = make(server);
	return running.simulator;
}
