import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock';
import type { Notebook, Remark } from './input';
import type { KitBehaviour } from './options';
import {
	emptyStat,
	type Call,
	type CallerId,
	type Campaign,
	type Contact,
	type ContactList,
	type Conversation,
	type Dialer,
	type DncContact,
	type Group,
	type Media,
	type PhoneNumber,
	type Queue,
	type Report,
	type Scenario,
	type StatusInterval,
	type Subscription,
	type Template,
	type User,
} from './records';
import { seedAccount } from './seed';

const REMARK_LIMIT = 1000;

/** How often something was accepted. */
export class Acceptance {
	/** Calls, messages and contacts taken in. */
	total = 0;
	readonly byMethod: Record<string, number> = {};
	/** Same method, same target (campaign or scenario) and same phone: more than 1 means it was ordered twice. */
	readonly byKey = new Map<string, number>();
	readonly byPhone = new Map<string, number>();

	constructor(private readonly keep: KitBehaviour['keep']) {}

	get maxPerKey(): number {
		let max = 0;
		for (const count of this.byKey.values()) max = Math.max(max, count);
		return max;
	}

	add(method: string, target: number | string, phone: string): void {
		this.count(method, 1);
		if (this.keep === 'counts') return;
		increase(this.byKey, `${method} ${target} ${phone}`);
		increase(this.byPhone, phone);
	}

	count(method: string, many: number): void {
		this.total += many;
		this.byMethod[method] = (this.byMethod[method] ?? 0) + many;
	}
}

function increase(counts: Map<string, number>, key: string): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Everything the provider remembers, and the counters tests look at. */
export class Store implements Notebook {
	accepted: Acceptance;
	readonly violations: Remark[] = [];
	readonly plausible: Remark[] = [];
	spent = 0;

	readonly scenarios = new Map<number, Scenario>();
	readonly numbers = new Map<number, PhoneNumber>();
	readonly callerIds = new Map<number, CallerId>();
	readonly users = new Map<number, User>();
	readonly groups = new Map<number, Group>();
	readonly queues = new Map<number, Queue>();
	readonly tags = new Map<number, string>();
	readonly dncLists = new Map<number, string>();
	readonly dncContacts = new Map<number, DncContact>();
	readonly templates = new Map<number, Template>();
	readonly media = new Map<number, Media>();
	readonly statusHistory: StatusInterval[] = [];
	readonly campaigns = new Map<number, Campaign>();
	readonly lists = new Map<number, ContactList>();
	readonly contacts = new Map<number, Contact>();
	readonly subscriptions = new Map<number, Subscription>();
	readonly reports = new Map<number, Report>();
	readonly conversations = new Map<string, Conversation>();
	/** Ascending by id and by start. */
	calls: Call[] = [];
	callCount = 0;
	/** Orders of the CTI host. */
	readonly ctiCalls: Array<Record<string, unknown>> = [];
	private readonly callById = new Map<number, Call>();
	private readonly listsOf = new Map<number, ContactList[]>();
	/** `list number` of all do-not-call entries. */
	readonly dncKeys = new Map<string, number>();
	private readonly ids: Record<string, number> = {};

	constructor(
		private readonly options: KitBehaviour,
		private readonly clock: Clock,
	) {
		this.accepted = new Acceptance(options.keep);
		seedAccount(this, options, clock.now());
	}

	/** The next id of a kind, from its first value on. */
	nextId(kind: string, first: number): number {
		const id = (this.ids[kind] ?? first - 1) + 1;
		this.ids[kind] = id;
		return id;
	}

	addCampaign(
		input: Pick<Campaign, 'dialer' | 'title' | 'maxAttempts' | 'fields'> & Partial<Campaign>,
	): Campaign {
		const now = this.clock.now();
		const campaign: Campaign = {
			id: this.nextId(input.dialer, { pds: 685, kit2: 901, legacy: 331 }[input.dialer]),
			status: 'draft',
			createdAt: now,
			editedAt: now,
			startedAt: null,
			completedAt: null,
			queueId: null,
			sessionId: null,
			dialling: false,
			stat: emptyStat(),
			...input,
		};
		this.campaigns.set(keyOf(campaign.dialer, campaign.id), campaign);
		return campaign;
	}

	campaign(dialer: Dialer, id: number): Campaign | undefined {
		return this.campaigns.get(keyOf(dialer, id));
	}

	campaignsOf(dialer: Dialer): Campaign[] {
		return [...this.campaigns.values()].filter((campaign) => campaign.dialer === dialer);
	}

	deleteCampaign(campaign: Campaign): void {
		this.campaigns.delete(keyOf(campaign.dialer, campaign.id));
		for (const list of this.listsOfCampaign(campaign)) this.deleteList(list);
		this.listsOf.delete(keyOf(campaign.dialer, campaign.id));
	}

	addList(campaign: Campaign, fileName: string | null, detectZones: boolean): ContactList {
		const now = this.clock.now();
		const list: ContactList = {
			id: this.nextId('list', 77),
			campaignId: campaign.id,
			dialer: campaign.dialer,
			status: 'ongoing',
			fileName,
			createdAt: now,
			editedAt: now,
			invalidPhones: 0,
			invalidZones: 0,
			detectZones,
			contacts: [],
			next: 0,
			stat: emptyStat(),
		};
		this.lists.set(list.id, list);
		const key = keyOf(campaign.dialer, campaign.id);
		const lists = this.listsOf.get(key);
		if (lists) lists.push(list);
		else this.listsOf.set(key, [list]);
		return list;
	}

	listsOfCampaign(campaign: Campaign): ContactList[] {
		return this.listsOf.get(keyOf(campaign.dialer, campaign.id)) ?? [];
	}

	/** Adds a contact, or only counts it. */
	addContact(
		campaign: Campaign,
		list: ContactList,
		input: Pick<Contact, 'phones' | 'zone' | 'data' | 'priority'>,
	): void {
		campaign.stat.total++;
		list.stat.total++;
		if (this.options.keep === 'counts') return;
		const contact: Contact = {
			...input,
			id: this.nextId('contact', 115026),
			listId: list.id,
			status: 'new',
			attempts: 0,
			maxAttempts: campaign.maxAttempts,
			uuid: randomUUID(),
			interval: null,
			lastAttemptAt: null,
			createdAt: list.createdAt,
			cancelReason: null,
			canceledAt: null,
		};
		list.contacts.push(contact);
		this.contacts.set(contact.id, contact);
	}

	addCall(input: Omit<Call, 'id' | 'sessionId'>): Call {
		this.callCount++;
		const number = this.nextId('call', 98765432);
		const call: Call = { ...input, id: number, sessionId: String(1_126_281_000 + this.callCount) };
		if (this.options.keep === 'counts') return call;
		this.calls.push(call);
		this.callById.set(call.id, call);
		return call;
	}

	call(id: number): Call | undefined {
		return this.callById.get(id);
	}

	/** Puts a number on a list; false when it was there. */
	addDnc(listId: number, number: string, comment: string | null, date: string): boolean {
		const key = `${listId} ${number}`;
		if (this.dncKeys.has(key)) return false;
		const id = this.nextId('dnc', 4455);
		this.dncKeys.set(key, id);
		this.dncContacts.set(id, { id, list_id: listId, number, comment, create_date: date });
		return true;
	}

	isOnDnc(lists: unknown, number: string): boolean {
		return Array.isArray(lists) && lists.some((list) => this.dncKeys.has(`${list} ${number}`));
	}

	charge(price: number): void {
		this.options.balance = round(this.options.balance - price);
		this.spent = round(this.spent + price);
	}

	/** Section 3.4: 402 below the minimum. */
	get canCampaign(): boolean {
		return this.options.balance >= this.options.minimumBalance;
	}

	violation(method: string, field: string, detail: string): void {
		if (this.violations.length < REMARK_LIMIT) this.violations.push({ method, field, detail });
	}

	undocumented(method: string, field: string, detail: string): void {
		if (this.plausible.length < REMARK_LIMIT) this.plausible.push({ method, field, detail });
	}

	reset(): void {
		this.options.balance = round(this.options.balance + this.spent);
		this.spent = 0;
		this.accepted = new Acceptance(this.options.keep);
		this.calls = [];
		this.callCount = 0;
		for (const list of [this.violations, this.plausible, this.statusHistory, this.ctiCalls])
			list.length = 0;
		for (const value of Object.values(this)) if (value instanceof Map) value.clear();
		for (const kind of Object.keys(this.ids)) delete this.ids[kind];
		seedAccount(this, this.options, this.clock.now());
	}

	private deleteList(list: ContactList): void {
		for (const contact of list.contacts) this.contacts.delete(contact.id);
		this.lists.delete(list.id);
	}
}

/** One key space for the ids of three dialers. */
function keyOf(dialer: Dialer, id: number): number {
	return id * 4 + { pds: 0, kit2: 1, legacy: 2 }[dialer];
}

/** Money to four decimals. */
export function round(amount: number): number {
	return Math.round(amount * 10_000) / 10_000;
}
