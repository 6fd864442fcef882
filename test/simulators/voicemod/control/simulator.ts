import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord, text } from '../../core/http';
import { startServer, type SimulatorServer } from '../../core/server';
import type { Remark } from '../cloud/notes';
import type { App } from './app';
import { ControlDesk, type Closed, type ControlConnections, type FrameRecord } from './desk';
import type { ControlFault, ControlFaultQueue } from './faults';
import { frame } from './frames';
import { createControlEndpoints } from './http';
import {
	applyOptions,
	defaultBehaviour,
	PUBLISHED_PORTS,
	type ControlBehaviour,
	type ControlOptions,
} from './options';

/** Summary of `GET /__sim/state`. */
export interface ControlState {
	connections: ControlConnections;
	registrations: { accepted: number; refused: number };
	received: Record<string, number>;
	performed: Record<string, number>;
	closed: Closed[];
	pings: number;
	currentVoice: string;
	switches: App['switches'];
	beeping: boolean;
	beeps: App['beeps'];
	played: App['played'];
	held: string[];
	violations: Remark[];
	plausible: Remark[];
	faults: { pending: ControlFault[]; log: ControlFaultQueue['log'] };
}

/** The desktop application with its Control API (voicemod.md part B). All members: `test/simulators/README.md`. */
export class VoicemodControlSimulator {
	constructor(
		private readonly desk: ControlDesk,
		private readonly server: SimulatorServer,
	) {}

	/** `ws://host:port/v1/`. */
	get url(): string {
		return `${this.server.url.replace(/^http/, 'ws')}/v1/`;
	}

	/** Base of the `/__sim/` endpoints. */
	get controlUrl(): string {
		return this.server.url;
	}

	get port(): number {
		return this.server.port;
	}

	get clientKey(): string {
		return this.options.clientKey;
	}

	/** The same by the name all simulators have. */
	get apiKey(): string {
		return this.clientKey;
	}

	writeCertificate(): void {
		throw new Error('The Control API has no TLS');
	}

	get options(): Readonly<ControlBehaviour> {
		return this.desk.options;
	}

	/** State of the application, with the methods of a person in front of it. */
	get app(): App {
		return this.desk.app;
	}

	get faults(): ControlFaultQueue {
		return this.desk.faults;
	}

	get connections(): ControlConnections {
		return this.desk.connections;
	}

	get registrations(): { accepted: number; refused: number } {
		return this.desk.registrations;
	}

	/** Actions that arrived, by name. */
	get received(): Record<string, number> {
		return this.desk.received;
	}

	/** Actions that were done, by name. */
	get performed(): Record<string, number> {
		return this.desk.performed;
	}

	get frames(): readonly FrameRecord[] {
		return this.desk.frames;
	}

	/** Connections that ended. */
	get closed(): readonly Closed[] {
		return this.desk.closed;
	}

	get pings(): number {
		return this.desk.pings;
	}

	get violations(): Remark[] {
		return this.desk.notes.violations;
	}

	get plausible(): Remark[] {
		return this.desk.notes.plausible;
	}

	/** Registered clients. */
	get clients(): number {
		return [...this.desk.sessions].filter(({ isRegistered }) => isRegistered).length;
	}

	/** Sends any event to all registered clients, in the notation of the options; gives their number. */
	emit(name: string, data: Record<string, unknown> = {}): number {
		return this.emitText(frame({ name, data }, this.options));
	}

	/** Sends any text to all registered clients. */
	emitText(message: string): number {
		const clients = [...this.desk.sessions].filter(({ isRegistered }) => isRegistered);
		for (const session of clients) session.write(message);
		return clients.length;
	}

	/** Sends any frame to all clients, allowed or not (RFC 6455 opcodes). */
	emitFrame(opcode: number, payload: Buffer, isFinal = true, reserved = 0): void {
		for (const { socket } of this.desk.sessions)
			socket.sendFrame(opcode, payload, isFinal, reserved);
	}

	/** Ends all connections: with a close frame when a code is given, else without one. */
	drop(code?: number, reason = ''): number {
		const sessions = [...this.desk.sessions];
		for (const { socket } of sessions) {
			if (code === undefined) socket.drop();
			else socket.close(code, reason);
		}
		return sessions.length;
	}

	setOptions(options: Partial<ControlOptions>): void {
		applyOptions(this.desk.options, options);
		if (options.noEffect !== undefined) this.app.reset();
		if (options.pingMs !== undefined) this.desk.schedulePings();
	}

	/** Waits until this many clients are registered. */
	async waitForClients(count: number, timeoutMs = 20_000): Promise<void> {
		const end = Date.now() + timeoutMs;
		while (this.clients !== count) {
			if (Date.now() > end)
				throw new Error(
					`${this.clients} clients are registered after ${timeoutMs} ms, not ${count}`,
				);
			await sleep(5);
		}
	}

	state(): ControlState {
		const { app, desk } = this;
		return {
			connections: desk.connections,
			registrations: desk.registrations,
			received: desk.received,
			performed: desk.performed,
			closed: desk.closed,
			pings: desk.pings,
			currentVoice: app.currentVoice,
			switches: app.switches,
			beeping: app.isBeeping,
			beeps: app.beeps,
			played: app.played,
			held: [...app.held],
			violations: this.violations,
			plausible: this.plausible,
			faults: { pending: this.faults.pending, log: this.faults.log },
		};
	}

	/** Forgets state, faults, logs and counters; options and open connections stay. */
	reset(): void {
		this.desk.reset();
		this.server.reset();
	}

	async close(): Promise<void> {
		this.desk.stop();
		await this.server.close();
	}
}

/** Starts the desktop application on a local port. */
export async function startVoicemodControlSimulator(
	options: ControlOptions = {},
): Promise<VoicemodControlSimulator> {
	const behaviour = defaultBehaviour();
	applyOptions(behaviour, options);
	const desk = new ControlDesk(behaviour);
	// The control endpoints need the simulator, which needs the server they are part of.
	const running: { simulator?: VoicemodControlSimulator } = {};
	const control = createControlEndpoints(() => {
		if (!running.simulator) throw new Error('The simulator is starting');
		return running.simulator;
	});
	const listen = async (port: number): Promise<SimulatorServer> =>
		await startServer(() => text('Upgrade Required', 426), {
			host: options.host,
			port,
			control,
			upgrade: (req, socket, head) => desk.upgrade(req, socket, head),
		});
	const server =
		options.port === 'published' ? await firstFree(listen) : await listen(options.port ?? 0);
	desk.schedulePings();
	running.simulator = new VoicemodControlSimulator(desk, server);
	return running.simulator;
}

/** As the app does: the first port of the list that nobody has. Other runs of the tests may have them all for a while. */
async function firstFree(
	listen: (port: number) => Promise<SimulatorServer>,
): Promise<SimulatorServer> {
	const deadline = Date.now() + 20_000;
	do {
		for (const port of PUBLISHED_PORTS) {
			try {
				return await listen(port);
			} catch (error) {
				// Errors of Node are no instances of the `Error` that Jest gives to tests.
				const isTaken = isRecord(error) && error.code === 'EADDRINUSE';
				if (!isTaken) throw error;
			}
		}
		await new Promise((resolve) => setTimeout(resolve, 200));
	} while (Date.now() < deadline);
	throw new Error('All published ports are taken');
}
