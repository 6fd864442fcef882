import { dayOf, type Clock } from './clock';
import type { Notebook, Remark } from './input';
import type { StoredTemplate } from './lines';
import type { VelipBehaviour } from './options';
import type { Audio, Call, Campaign, DestinationList, Message, Queue } from './records';

const REMARK_LIMIT = 1000;

/** How often something was accepted, by the keys that should make it happen once. */
export class Acceptance {
	total = 0;
	readonly byFunction: Record<string, number> = {};
	readonly byCtid = new Map<string, number>();
	readonly byRequestId = new Map<string, number>();
	readonly byDest = new Map<string, number>();

	/** The highest count of any one `ctid` or `request_id`: more than 1 means somebody paid twice. */
	get maxPerKey(): number {
		let max = 0;
		for (const counts of [this.byCtid, this.byRequestId])
			for (const count of counts.values()) max = Math.max(max, count);
		return max;
	}

	add(fn: string, keys: AcceptanceKeys): void {
		this.total++;
		this.byFunction[fn] = (this.byFunction[fn] ?? 0) + 1;
		increase(this.byCtid, keys.ctid);
		increase(this.byRequestId, keys.requestId);
		increase(this.byDest, keys.dest);
	}
}

/** What an accepted request can be recognised by. */
export interface AcceptanceKeys {
	ctid?: string;
	requestId?: string;
	dest?: string;
}

function increase(counts: Map<string, number>, key: string | undefined): void {
	if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A remembered campaign creation (velip.md section 9.1, `request_id`). */
export interface RememberedCreation {
	at: number;
	fields: Record<string, unknown>;
}

/** Everything the provider remembers, and the counters tests look at. */
export class Store implements Notebook {
	accepted = new Acceptance();
	readonly acceptedBy = new Map<string, Acceptance>();
	readonly violations: Remark[] = [];
	readonly plausible: Remark[] = [];
	spent = 0;
	/** Templates of the panel, with their approval state. */
	templates: StoredTemplate[] = [];

	/** All calls, by ascending number. */
	calls: Call[] = [];
	readonly campaigns = new Map<number, Campaign>();
	readonly lists = new Map<number, DestinationList>();
	readonly audios = new Map<number, Audio>();
	readonly queues = new Map<number, Queue>();
	readonly messages: Message[] = [];
	readonly creations = new Map<string, RememberedCreation>();
	/** `cpid` to the latest campaign or batch with it (section 7.2). */
	readonly batches = new Map<string, number>();
	/** Used ctids by function, for the rule of section 6.4. */
	readonly ctids = new Set<string>();
	/** SMS sent per night (section 6.7). */
	readonly nightSends = new Map<number, number>();
	private readonly byNum = new Map<number, Call>();
	private readonly byCtid = new Map<string, Call[]>();
	private readonly byCampaign = new Map<number, Call[]>();
	private readonly perDay = new Map<number, number>();
	private readonly lastSends = new Map<string, number>();
	private readonly ids: Record<string, number> = {};

	constructor(
		private readonly options: VelipBehaviour,
		private readonly clock: Clock,
	) {
		this.loadTemplates();
	}

	/** Takes the templates of the options as a fresh start. */
	loadTemplates(): void {
		this.templates = structuredClone(this.options.templates);
	}

	/** The next id of a kind, from its first value on. */
	nextId(kind: string, first: number): number {
		const id = (this.ids[kind] ?? first - 1) + 1;
		this.ids[kind] = id;
		return id;
	}

	addCall(
		input: Omit<Call, 'num' | 'seconds' | 'seconds2' | 'digits' | 'value' | 'recorded'> &
			Partial<Call>,
	): Call {
		const num = this.nextId('call', 88700);
		const call: Call = {
			seconds: 0,
			seconds2: 0,
			digits: [],
			value: 0,
			recorded: 0,
			...input,
			num,
		};
		this.calls.push(call);
		this.byNum.set(num, call);
		if (call.ctid !== undefined) push(this.byCtid, call.ctid, call);
		if (call.campaignId !== undefined) push(this.byCampaign, call.campaignId, call);
		const day = dayOf(call.createdAt);
		this.perDay.set(day, (this.perDay.get(day) ?? 0) + 1);
		return call;
	}

	/** A call by `c_88700` or `88700`. */
	findCall(id: string): Call | undefined {
		const match = /^(?:[a-z0-9]+_)?(\d+)$/i.exec(id);
		return match ? this.byNum.get(Number(match[1])) : undefined;
	}

	callsOfCtid(ctid: string): Call[] {
		return this.byCtid.get(ctid) ?? [];
	}

	callsOfCampaign(id: number): Call[] {
		return this.byCampaign.get(id) ?? [];
	}

	/** Calls of a day of Brasília, for the limits of section 6.7. */
	callsOnDay(day: number): number {
		return this.perDay.get(day) ?? 0;
	}

	addMessage(input: Omit<Message, 'id' | 'createdAt'>): Message {
		const message = { ...input, id: this.nextId('message', 5001), createdAt: this.clock.now() };
		this.messages.push(message);
		return message;
	}

	/** Counts one accepted request and takes its price. */
	accept(fn: string, keys: AcceptanceKeys, price = 0): void {
		this.accepted.add(fn, keys);
		let own = this.acceptedBy.get(fn);
		if (!own) this.acceptedBy.set(fn, (own = new Acceptance()));
		own.add(fn, keys);
		this.charge(price);
	}

	charge(price: number): void {
		this.options.balance = round(this.options.balance - price);
		this.spent = round(this.spent + price);
	}

	/** Section 6.7: the balance must exceed the limit of the account. */
	get canPay(): boolean {
		return this.options.balance > this.options.creditLimit;
	}

	/** Section 6.4: whether something was sent to this destination within the window. */
	isRepeated(fn: string, dest: string, seconds: number): boolean {
		const last = this.lastSends.get(`${fn} ${dest}`);
		return seconds > 0 && last !== undefined && this.clock.now() - last < seconds * 1000;
	}

	noteSend(fn: string, dest: string): void {
		this.lastSends.set(`${fn} ${dest}`, this.clock.now());
	}

	violation(fn: string, field: string, detail: string): void {
		if (this.violations.length < REMARK_LIMIT) this.violations.push({ fn, field, detail });
	}

	undocumented(fn: string, field: string, detail: string): void {
		if (this.plausible.length < REMARK_LIMIT) this.plausible.push({ fn, field, detail });
	}

	reset(): void {
		this.options.balance = round(this.options.balance + this.spent);
		this.spent = 0;
		this.accepted = new Acceptance();
		this.loadTemplates();
		this.calls = [];
		for (const list of [this.violations, this.plausible, this.messages]) list.length = 0;
		for (const map of [
			this.acceptedBy,
			this.campaigns,
			this.lists,
			this.audios,
			this.queues,
			this.creations,
			this.batches,
			this.ctids,
			this.nightSends,
			this.byNum,
			this.byCtid,
			this.byCampaign,
			this.perDay,
			this.lastSends,
		])
			map.clear();
		for (const kind of Object.keys(this.ids)) delete this.ids[kind];
	}
}

function push<Key>(map: Map<Key, Call[]>, key: Key, call: Call): void {
	const list = map.get(key);
	if (list) list.push(call);
	else map.set(key, [call]);
}

function round(amount: number): number {
	return Math.round(amount * 10_000) / 10_000;
}
