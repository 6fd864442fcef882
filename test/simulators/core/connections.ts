import type { Socket } from 'node:net';

/** Connection and concurrency counters of a server. */
export interface ConnectionCounts {
	/** Connections that carried at least one provider request. */
	total: number;
	open: number;
	peak: number;
	/** Requests that arrived and are not answered yet. */
	inFlight: number;
	peakInFlight: number;
}

interface State {
	number: number;
	/** The counting period in which this socket was counted. */
	period: number;
	closeOnNextRequest: boolean;
}

/** Keeps the sockets of a server, counts them, and destroys them at the end. */
export class Connections {
	private readonly sockets = new Set<Socket>();
	private readonly states = new WeakMap<Socket, State>();
	private next = 1;
	private period = 1;

	readonly counts: ConnectionCounts = { total: 0, open: 0, peak: 0, inFlight: 0, peakInFlight: 0 };

	/** Registers a raw TCP socket, so that it can be destroyed. */
	add(socket: Socket): void {
		this.sockets.add(socket);
		socket.once('close', () => this.sockets.delete(socket));
	}

	/**
	 * Counts the socket on its first provider request. Sockets of control requests are left out, else watching the
	 * simulator would change the numbers.
	 */
	request(socket: Socket): State {
		const state = this.states.get(socket) ?? this.register(socket);
		if (state.period !== this.period) {
			state.period = this.period;
			this.counts.total++;
			this.counts.open++;
			this.counts.peak = Math.max(this.counts.peak, this.counts.open);
		}
		return state;
	}

	/** Counts a request until `leave`. */
	enter(): void {
		this.counts.inFlight++;
		this.counts.peakInFlight = Math.max(this.counts.peakInFlight, this.counts.inFlight);
	}

	leave(): void {
		this.counts.inFlight--;
	}

	/** Starts counting anew; a connection that is still open counts again when it is used again. */
	reset(): void {
		this.period++;
		this.counts.total = 0;
		this.counts.open = 0;
		this.counts.peak = 0;
		this.counts.peakInFlight = this.counts.inFlight;
	}

	destroyAll(): void {
		for (const socket of this.sockets) socket.destroy();
	}

	private register(socket: Socket): State {
		const state: State = { number: this.next++, period: 0, closeOnNextRequest: false };
		this.states.set(socket, state);
		let isOpen = true;
		const leave = (): void => {
			if (isOpen && state.period === this.period) this.counts.open--;
			isOpen = false;
		};
		// The client's end counts: when it opens another connection then, the first one may not be closed here yet.
		socket.once('end', leave);
		socket.once('close', leave);
		return state;
	}
}
