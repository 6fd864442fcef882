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
	counted: boolean;
	closeOnNextRequest: boolean;
}

/** Keeps the sockets of a server, counts them, and destroys them at the end. */
export class Connections {
	private readonly sockets = new Set<Socket>();
	private readonly states = new WeakMap<Socket, State>();
	private next = 1;

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
		const state = this.states.get(socket) ?? {
			number: 0,
			counted: false,
			closeOnNextRequest: false,
		};
		this.states.set(socket, state);
		if (!state.counted) {
			state.counted = true;
			state.number = this.next++;
			this.counts.total++;
			this.counts.open++;
			this.counts.peak = Math.max(this.counts.peak, this.counts.open);
			socket.once('close', () => this.counts.open--);
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

	/** Starts counting anew; connections that are open now count as open, not as new. */
	reset(): void {
		this.counts.total = 0;
		this.counts.peak = this.counts.open;
		this.counts.peakInFlight = this.counts.inFlight;
	}

	destroyAll(): void {
		for (const socket of this.sockets) socket.destroy();
	}
}
