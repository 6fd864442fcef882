import type { AlphaSmsBehaviour, Prices } from './options';
import type { Channel, Status, Step } from './statuses';

/** A reply of a Viber subscriber (alphasms.md section 4.13). */
export interface ViberReply {
	datetime: string;
	message?: string;
	media?: { url: string; filename: string; filesize: number };
}

/** An accepted message or call. */
export interface Message {
	/** Own id as text; `gw:<gateway id>` when the sender gave none. */
	key: string;
	/** Own id. */
	id?: string;
	/** Gateway id. */
	msgId: number;
	/** Request type, for instance `viber+sms`; `http` and `voiceFile` for the other interfaces. */
	type: string;
	channels: readonly Channel[];
	/** The channel used last. */
	channel: Channel;
	phone: string;
	/** Sender name of the first channel that has one. */
	sender: string;
	status: Status;
	parts: number;
	price: number;
	hook?: string;
	dtmf: boolean;
	replies: ViberReply[];
	/** The fields as they arrived. */
	item: Record<string, unknown>;
	createdAt: number;
	updatedAt: number;
	/** Sending time of a scheduled message that has not been sent. */
	scheduledAt?: number;
	/** Statuses still to come. */
	steps: readonly Step[];
	nextStep: number;
}

/** What the sender supplies when a message is accepted. */
export type NewMessage = Pick<Message, 'type' | 'channels' | 'phone' | 'parts' | 'price' | 'item'> &
	Partial<Pick<Message, 'id' | 'sender' | 'hook' | 'dtmf' | 'scheduledAt' | 'status'>>;

/** A use of the API that the page does not cover. */
export interface Violation {
	/** Request type or path. */
	type: string;
	field: string;
	detail: string;
}

const VIOLATION_LIMIT = 1000;

/** Everything the provider remembers, and the counters tests look at. */
export class Store {
	readonly accepted = new Map<string, number>();
	readonly billed: Record<string, number> = {};
	readonly violations: Violation[] = [];
	readonly plausible: Violation[] = [];
	itemsReceived = 0;
	spent = 0;
	acceptedTotal = 0;
	maxPerId = 0;

	private byId = new Map<string, Message>();
	private byMsgId = new Map<number, Message>();
	private lastMsgId = 123456788;

	constructor(private readonly options: AlphaSmsBehaviour) {}

	get messages(): Message[] {
		return [...this.byMsgId.values()];
	}

	/** The latest message with this own id. */
	findById(id: string): Message | undefined {
		return this.byId.get(id);
	}

	findByMsgId(msgId: string | number): Message | undefined {
		return this.byMsgId.get(Number(msgId));
	}

	/** Whether an id is used up (section 3.1, "`id` details"). */
	isTaken(id: string): boolean {
		return this.options.duplicateIds === 'refuse' && this.accepted.has(id);
	}

	canPay(price: number): boolean {
		return this.options.balance >= price;
	}

	/** Takes the money and counts one accepted message or check under this key. */
	bill(key: string, type: string, price: number): void {
		this.options.balance = round(this.options.balance - price);
		this.spent = round(this.spent + price);
		const count = (this.accepted.get(key) ?? 0) + 1;
		this.accepted.set(key, count);
		this.acceptedTotal++;
		this.maxPerId = Math.max(this.maxPerId, count);
		this.billed[type] = (this.billed[type] ?? 0) + 1;
	}

	/** Money back for a scheduled message that was deleted; the acceptance stays counted. */
	refund(price: number): void {
		this.options.balance = round(this.options.balance + price);
		this.spent = round(this.spent - price);
	}

	/** Stores a message. `billed: false` is for items that an asynchronous intake took and then found bad. */
	add(input: NewMessage, billed = true): Message {
		const msgId = ++this.lastMsgId;
		const key = input.id ?? `gw:${msgId}`;
		const now = Date.now();
		const message: Message = {
			key,
			msgId,
			channel: input.channels[0] ?? 'sms',
			sender: '',
			status: 'ACCEPTED',
			dtmf: false,
			replies: [],
			createdAt: now,
			updatedAt: now,
			steps: [],
			nextStep: 0,
			...input,
		};
		this.byMsgId.set(msgId, message);
		if (input.id !== undefined) this.byId.set(input.id, message);
		if (billed) this.bill(key, input.type, input.price);
		return message;
	}

	/** Notes a field or value that the page does not list. */
	violation(type: string, field: string, detail: string): void {
		if (this.violations.length < VIOLATION_LIMIT) this.violations.push({ type, field, detail });
	}

	/** Notes a use that the page calls plausible, but that is not documented. */
	undocumented(type: string, field: string, detail: string): void {
		if (this.plausible.length < VIOLATION_LIMIT) this.plausible.push({ type, field, detail });
	}

	reset(): void {
		this.accepted.clear();
		for (const type of Object.keys(this.billed)) delete this.billed[type];
		this.violations.length = 0;
		this.plausible.length = 0;
		this.itemsReceived = 0;
		this.options.balance = round(this.options.balance + this.spent);
		this.spent = 0;
		this.acceptedTotal = 0;
		this.maxPerId = 0;
		this.byId = new Map();
		this.byMsgId = new Map();
	}
}

/** Price of a message: SMS per part, everything else per message, by the channel that is tried first. */
export function priceOf(channels: readonly Channel[], parts: number, prices: Prices): number {
	const first = channels[0] ?? 'sms';
	return first === 'sms' ? round(prices.sms * parts) : prices[first];
}

function round(amount: number): number {
	return Math.round(amount * 10_000) / 10_000;
}
