import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { resetSocket } from '../../core/faultActions';
import { Scheduler } from '../../core/scheduler';
import { acceptWebSocket, refuseUpgrade, ServerWebSocket } from '../../core/webSocket';
import { Notes } from '../cloud/notes';
import { App, type AppChange } from './app';
import { eventsOf, toggleName } from './events';
import { ControlFaultQueue } from './faults';
import type { ControlBehaviour } from './options';
import { Session, type Desk } from './session';

/** How a connection ended. */
export interface Closed {
	connection: number;
	/** 1006: no close frame, 1005: one without a code. */
	code: number;
	reason: string;
	byClient: boolean;
	at: number;
}

/** One frame as it came or went. */
export interface FrameRecord {
	connection: number;
	direction: 'in' | 'out';
	/** At most the first 4,000 characters. */
	text: string;
	at: number;
}

/** Connections to the app. */
export interface ControlConnections {
	total: number;
	open: number;
	peak: number;
	/** Upgrades that were refused or never answered. */
	refused: number;
}

const LOG_LIMIT = 2000;
const TEXT_LIMIT = 4000;
const PATH = /^\/v1\/?$/;

/** Everything behind the port of the app: the app itself, its sessions, counters. */
export class ControlDesk implements Desk {
	readonly app: App;
	readonly notes = new Notes();
	readonly faults = new ControlFaultQueue();
	readonly scheduler = new Scheduler();
	readonly sessions = new Set<Session>();
	readonly connections: ControlConnections = { total: 0, open: 0, peak: 0, refused: 0 };
	readonly registrations = { accepted: 0, refused: 0 };
	/** Actions that arrived, and those that were done. */
	readonly received: Record<string, number> = {};
	readonly performed: Record<string, number> = {};
	readonly frames: FrameRecord[] = [];
	readonly closed: Closed[] = [];
	pings = 0;
	private next = 1;
	private pinger: NodeJS.Timeout | undefined;

	constructor(readonly options: ControlBehaviour) {
		this.app = new App(options, (change, by) => this.tell(change, by));
	}

	/** Takes over a connection that asks for WebSocket. */
	upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
		const { upgrade } = this.options;
		const path = new URL(req.url ?? '/', 'http://simulator').pathname;
		if (upgrade === 'accept' && PATH.test(path)) {
			if (acceptWebSocket(req, socket)) this.open(socket, head);
			else this.connections.refused++;
			return;
		}
		this.connections.refused++;
		socket.on('error', () => socket.destroy());
		if (upgrade === 'reset') {
			if (socket instanceof Socket) resetSocket(socket);
			else socket.destroy();
		} else if (upgrade === 'accept') {
			this.notes.violation(`GET ${path}`, '(path)', 'The page has /v1/ only');
			refuseUpgrade(socket, 404, 'Not Found');
		} else if (typeof upgrade === 'number') refuseUpgrade(socket, upgrade, 'Refused');
	}

	arrived(session: Session, action: string, text: string): void {
		this.received[action] = (this.received[action] ?? 0) + 1;
		this.record(session, 'in', text);
	}

	done(action: string): void {
		this.performed[action] = (this.performed[action] ?? 0) + 1;
	}

	registered(isAccepted: boolean): void {
		this.registrations[isAccepted ? 'accepted' : 'refused']++;
	}

	sent(session: Session, text: string): void {
		this.record(session, 'out', text);
	}

	/** Sends pings as often as the options say. */
	schedulePings(): void {
		clearInterval(this.pinger);
		if (this.options.pingMs <= 0) return;
		this.pinger = setInterval(() => {
			for (const { socket } of this.sessions) socket.ping();
		}, this.options.pingMs);
		this.pinger.unref();
	}

	/** Forgets state, faults, logs and counters; open connections stay, and stay registered. */
	reset(): void {
		this.scheduler.clear();
		this.app.reset();
		this.notes.reset();
		this.faults.reset();
		const open = this.sessions.size;
		Object.assign(this.connections, { total: open, open, peak: open, refused: 0 });
		Object.assign(this.registrations, { accepted: 0, refused: 0 });
		for (const counts of [this.received, this.performed])
			for (const action of Object.keys(counts)) delete counts[action];
		this.frames.length = 0;
		this.closed.length = 0;
		this.pings = 0;
	}

	stop(): void {
		clearInterval(this.pinger);
		this.scheduler.clear();
	}

	private open(socket: Duplex, head: Buffer): void {
		const number = this.next++;
		const { connections } = this;
		connections.total++;
		connections.open++;
		connections.peak = Math.max(connections.peak, connections.open);
		const webSocket = new ServerWebSocket(socket, Buffer.alloc(0), this.options, {
			message: (data, isBinary) => session.receive(data, isBinary),
			ping: () => void this.pings++,
			pong: () => {},
			close: (code, reason, byClient) => {
				connections.open--;
				this.sessions.delete(session);
				this.closed.push({ connection: number, code, reason, byClient, at: Date.now() });
			},
		});
		const session = new Session(number, webSocket, this);
		this.sessions.add(session);
		session.greet();
		// Bytes that came with the upgrade are part of the stream.
		if (head.length > 0) socket.unshift(head);
	}

	/** Tells all registered clients of a change. */
	private tell(change: AppChange, by?: object): void {
		const events = eventsOf(change, this.app, this.options);
		for (const session of this.sessions) {
			if (!session.isRegistered) continue;
			for (const event of events)
				if (session !== by || !this.isAnswer(change, event.name)) session.push(event);
		}
	}

	/** Whether the one who asked learns of the change by the answer already. */
	private isAnswer(change: AppChange, name: string): boolean {
		if (change.kind === 'switch') return name === toggleName(change.name, this.options);
		return change.kind === 'parameter' && name === 'voiceParameterUpdated';
	}

	private record(session: Session, direction: 'in' | 'out', text: string): void {
		this.frames.push({
			connection: session.number,
			direction,
			text: text.slice(0, TEXT_LIMIT),
			at: Date.now(),
		});
		if (this.frames.length > LOG_LIMIT) this.frames.shift();
	}
}
