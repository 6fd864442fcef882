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
	/** Default POST; GET and HEAD carry no body. */
	method?: 'POST' | 'GET' | 'HEAD';
}

/** One try of a delivery. */
export interface CallbackDelivery extends Callback {
	/** 1 for the first try. */
	attempt: number;
	/** HTTP status of the receiver; missing when it could not be reached. */
	status?: number;
	/** Whether the provider takes the answer for a receipt. */
	ok: boolean;
	/** Start of what the receiver answered, and its content type. */
	reply?: { body: string; type: string };
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
const REPLY_CHARS = 200;

interface Entry {
	callback: Callback;
	attempt: number;
	/** Called when no further try follows. */
	done?: () => void;
}

/** Delivers callbacks over HTTP with bounded concurrency, retries, and a log. */
export class CallbackSender {
	private readonly agent = new Agent({ connections: CONCURRENCY, pipelining: 0 });
	private waiting: Entry[] = [];
	private readonly unsettled = new Set<() => void>();
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
		for (let copy = 0; copy < this.copies; copy++) this.waiting.push({ callback, attempt: 1 });
		this.pump();
	}

	/** Queues a callback and waits for its last try, repeats included, or for a reset. */
	async settle(callback: Callback): Promise<void> {
		let left = this.copies;
		await new Promise<void>((resolve) => {
			const finish = (): void => {
				this.unsettled.delete(finish);
				resolve();
			};
			const done = (): void => {
				if (--left === 0) finish();
			};
			this.unsettled.add(finish);
			for (let copy = 0; copy < this.copies; copy++)
				this.waiting.push({ callback, attempt: 1, done });
			this.pump();
		});
	}

	/** One try, at once, without retry. */
	async deliver(callback: Callback, attempt = 1): Promise<CallbackDelivery> {
		const at = Date.now();
		const { generation } = this;
		const delivery: CallbackDelivery = { ...callback, attempt, ok: false, durationMs: 0, at };
		try {
			const response = await request(callback.url, {
				method: callback.method ?? 'POST',
				headers: callback.headers,
				body: isBodiless(callback) ? undefined : (callback.bytes ?? callback.body),
				dispatcher: this.agent,
				headersTimeout: this.settings.callbackTimeoutMs,
				bodyTimeout: this.settings.callbackTimeoutMs,
			});
			const type = String(response.headers['content-type'] ?? '');
			delivery.reply = { body: (await response.body.text()).slice(0, REPLY_CHARS), type };
			delivery.status = response.statusCode;
			delivery.ok = this.isReceipt(response.statusCode);
		} catch (error) {
			delivery.error = error instanceof Error ? error.message : String(error);
		}
		delivery.durationMs = Date.now() - at;
		if (generation === this.generation) this.record(delivery);
		return delivery;
	}

	/** Forgets what waits, and the log. Deliveries under way end without a trace in either. */
	reset(): void {
		this.generation++;
		this.waiting = [];
		this.head = 0;
		this.retrying = 0;
		this.log.length = 0;
		Object.assign(this.totals, { total: 0, ok: 0, failed: 0 });
		for (const finish of [...this.unsettled]) finish();
	}

	async close(): Promise<void> {
		this.reset();
		await this.agent.destroy();
	}

	private isReceipt(status: number): boolean {
		if (this.settings.callbackReceipt === '2xx') return status >= 200 && status < 300;
		return status === 200;
	}

	private get copies(): number {
		return this.settings.duplicateCallbacks ? 2 : 1;
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
			void this.attempt(next);
		}
		// Cutting the used part off now and then keeps the queue linear for many thousand callbacks.
		if (this.head > 1000) {
			this.waiting = this.waiting.slice(this.head);
			this.head = 0;
		}
	}

	private async attempt({ callback, attempt, done }: Entry): Promise<void> {
		const generation = this.generation;
		const delivery = await this.deliver(callback, attempt);
		this.active--;
		if (generation === this.generation && !delivery.ok && attempt < this.settings.callbackTries) {
			this.retrying++;
			this.scheduler.after(this.settings.callbackRetryMs, () => {
				this.retrying--;
				this.waiting.push({ callback, attempt: attempt + 1, done });
				this.pump();
			});
		} else {
			done?.();
		}
		this.pump();
	}
}

function isBodiless(callback: Callback): boolean {
	return callback.method === 'GET' || callback.method === 'HEAD';
}
