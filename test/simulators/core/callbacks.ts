import { Agent, request } from 'undici';
import type { Scheduler } from './scheduler';

/** A callback to deliver. */
export interface Callback {
	url: string;
	kind: string;
	headers: Record<string, string>;
	/** The body as text; what a GET carries stands in its URL. */
	body: string;
	/** The body as sent, where it is not UTF-8. */
	bytes?: Buffer;
	/** Default POST. */
	method?: 'POST' | 'GET';
}

/** One try of a delivery. */
export interface CallbackDelivery extends Callback {
	/** 1 for the first try. */
	attempt: number;
	/** HTTP status of the receiver; missing when it could not be reached. */
	status?: number;
	/** Whether the provider takes the answer for a receipt. */
	ok: boolean;
	durationMs: number;
	error?: string;
	at: number;
}

/** How callbacks are repeated. Read at each delivery, so that it may change while running. */
export interface CallbackSettings {
	callbackTries: number;
	callbackRetryMs: number;
	callbackTimeoutMs: number;
	duplicateCallbacks: boolean;
	/** Statuses that count as received: only 200 (alphasms.md section 6.1, the default) or any 2xx. */
	callbackReceipt?: '200' | '2xx';
}

const CONCURRENCY = 16;
const LOG_LIMIT = 2000;

/** Delivers callbacks over HTTP with bounded concurrency, retries, and a log. */
export class CallbackSender {
	private readonly agent = new Agent({ connections: CONCURRENCY });
	private waiting: Array<{ callback: Callback; attempt: number }> = [];
	private head = 0;
	private active = 0;
	private retrying = 0;
	private generation = 0;

	readonly log: CallbackDelivery[] = [];
	readonly totals = { total: 0, ok: 0, failed: 0 };

	constructor(
		private readonly scheduler: Scheduler,
		private readonly settings: CallbackSettings,
	) {}

	/** Deliveries that are not finished, retries included. */
	get pending(): number {
		return this.waiting.length - this.head + this.active + this.retrying;
	}

	/** Queues a callback. */
	enqueue(callback: Callback): void {
		const copies = this.settings.duplicateCallbacks ? 2 : 1;
		for (let copy = 0; copy < copies; copy++) this.waiting.push({ callback, attempt: 1 });
		this.pump();
	}

	/** One try, at once, without retry. */
	async deliver(callback: Callback, attempt = 1): Promise<CallbackDelivery> {
		const at = Date.now();
		const delivery: CallbackDelivery = { ...callback, attempt, ok: false, durationMs: 0, at };
		try {
			const response = await request(callback.url, {
				method: callback.method ?? 'POST',
				headers: callback.headers,
				body: callback.method === 'GET' ? undefined : (callback.bytes ?? callback.body),
				dispatcher: this.agent,
				headersTimeout: this.settings.callbackTimeoutMs,
				bodyTimeout: this.settings.callbackTimeoutMs,
			});
			await response.body.dump();
			delivery.status = response.statusCode;
			delivery.ok = this.isReceipt(response.statusCode);
		} catch (error) {
			delivery.error = error instanceof Error ? error.message : String(error);
		}
		delivery.durationMs = Date.now() - at;
		this.record(delivery);
		return delivery;
	}

	/** Forgets what waits, and the log. Deliveries under way end without a trace in the queue. */
	reset(): void {
		this.generation++;
		this.waiting = [];
		this.head = 0;
		this.retrying = 0;
		this.log.length = 0;
		Object.assign(this.totals, { total: 0, ok: 0, failed: 0 });
	}

	async close(): Promise<void> {
		this.reset();
		await this.agent.destroy();
	}

	private isReceipt(status: number): boolean {
		if (this.settings.callbackReceipt === '2xx') return status >= 200 && status < 300;
		return status === 200;
	}

	private record(delivery: CallbackDelivery): void {
		this.totals.total++;
		this.totals[delivery.ok ? 'ok' : 'failed']++;
		this.log.push(delivery);
		if (this.log.length > LOG_LIMIT) this.log.shift();
	}

	private pump(): void {
		while (this.active < CONCURRENCY) {
			const next = this.waiting[this.head];
			if (!next) break;
			this.head++;
			this.active++;
			void this.attempt(next.callback, next.attempt);
		}
		// Cutting the used part off now and then keeps the queue linear for many thousand callbacks.
		if (this.head > 1000) {
			this.waiting = this.waiting.slice(this.head);
			this.head = 0;
		}
	}

	private async attempt(callback: Callback, attempt: number): Promise<void> {
		const generation = this.generation;
		const delivery = await this.deliver(callback, attempt);
		this.active--;
		if (generation === this.generation && !delivery.ok && attempt < this.settings.callbackTries) {
			this.retrying++;
			this.scheduler.after(this.settings.callbackRetryMs, () => {
				this.retrying--;
				this.waiting.push({ callback, attempt: attempt + 1 });
				this.pump();
			});
		}
		this.pump();
	}
}
