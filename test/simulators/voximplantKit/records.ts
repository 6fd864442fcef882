/** Statuses of campaigns of dialer 2.0 and PDS (voximplant-kit.md sections 5.5, 5.6). */
export type CampaignStatus = 'draft' | 'scheduled' | 'ongoing' | 'paused' | 'completed';

/** The three dialers: PDS, dialer 2.0, dialer 1.0. */
export type Dialer = 'pds' | 'kit2' | 'legacy';

/** A campaign of any dialer. */
export interface Campaign {
	id: number;
	dialer: Dialer;
	/** Dialer 2.0: `automated` or `operator`. */
	type?: 'automated' | 'operator';
	title: string;
	status: CampaignStatus | 'canceled' | 'started';
	createdAt: number;
	editedAt: number;
	startedAt: number | null;
	completedAt: number | null;
	maxAttempts: number;
	/** Everything else, as sent. */
	fields: Record<string, unknown>;
	queueId: number | null;
	sessionId: string | null;
	/** Whether the dialer has this campaign in hand. */
	dialling: boolean;
	stat: Stat;
}

/** Counters of a campaign or list. */
export interface Stat {
	total: number;
	ended: number;
	success: number;
	failed: number;
	canceled: number;
	cost: number;
	seconds: number;
}

/** A list of contacts; every append makes one. */
export interface ContactList {
	id: number;
	campaignId: number;
	dialer: Dialer;
	status: 'processing' | 'ongoing' | 'paused' | 'completed' | 'canceled';
	fileName: string | null;
	createdAt: number;
	editedAt: number;
	invalidPhones: number;
	invalidZones: number;
	detectZones: boolean;
	contacts: Contact[];
	/** First contact that may still be dialled. */
	next: number;
	stat: Stat;
}

/** A contact of a campaign. */
export interface Contact {
	id: number;
	listId: number;
	/** The phones in dialling order. */
	phones: string[];
	zone: string | null;
	status: 'new' | 'ongoing' | 'success' | 'failed' | 'canceled' | 'duplicated';
	attempts: number;
	maxAttempts: number;
	/** The row as sent. */
	data: Record<string, unknown>;
	uuid: string;
	priority: number | null;
	interval: number | null;
	lastAttemptAt: number | null;
	createdAt: number;
	cancelReason: string | null;
	canceledAt: number | null;
}

/** A call that has ended. */
export interface Call {
	id: number;
	sessionId: string;
	scenarioId: number | null;
	campaignId: number | null;
	dialer: Dialer | null;
	contactId: number | null;
	attempt: number | null;
	startedAt: number;
	phoneA: string;
	phoneB: string;
	incoming: boolean;
	resultCode: number;
	code: string;
	duration: number;
	dialling: number;
	cost: number;
	data: Record<string, unknown>;
	userId: number | null;
	groupId: number | null;
	queueId: number | null;
	tags: number[];
	topics: number[];
	comments: string[];
	wrapUp: WrapUp | null;
	source: string;
	recorded: boolean;
	/** Cost, recording and `processing` are final. */
	settled: boolean;
}

/** A wrap-up code an agent has set. */
export interface WrapUp {
	id: number;
	title: string;
	type: string;
	callback_at: string | null;
}

/** A callback subscription. */
export interface Subscription {
	id: number;
	name: string;
	url: string;
	salt: string;
	callbacks: string[];
	is_enabled: boolean;
}

/** A report that was ordered. */
export interface Report {
	id: number;
	method: string;
	format: 'csv' | 'xlsx';
	rows: string[][];
	processed: boolean;
	/** The download answers with a JSON error. */
	broken?: boolean;
}

/** A user, mostly an agent. */
export interface User {
	id: number;
	name: string;
	first: string;
	last: string;
	email: string;
	role: number;
	groupId: number;
	status: string;
	statusAt: number;
	zone: string;
}

/** An interval in which an agent had a status. */
export interface StatusInterval {
	id: number;
	user_id: number;
	status: string;
	start: number;
	end: number;
	next_status: string;
	changed_by: number | null;
}

/** A scenario. */
export interface Scenario {
	id: number;
	title: string;
	/** 1 outgoing, 2 incoming. */
	type: 1 | 2;
	folderId: number | null;
	createdAt: number;
	variables: string[];
}

/** A bought number. */
export interface PhoneNumber {
	id: number;
	number: string;
	country: string;
	active: boolean;
}

/** A confirmed foreign number. */
export interface CallerId {
	id: number;
	number: string;
	active: boolean;
	verifiedUntil: number;
}

/** A queue; PDS campaigns make one of their own. */
export interface Queue {
	id: number;
	title: string;
	name: string;
	agentCampaignId: number | null;
	campaignId: number | null;
	userIds: number[];
	createdAt: number;
}

/** A user group. */
export interface Group {
	id: number;
	title: string;
	createdAt: number;
}

/** A number on a do-not-call list. */
export interface DncContact {
	id: number;
	list_id: number;
	number: string;
	comment: string | null;
	create_date: string;
}

/** A media file. */
export interface Media {
	id: number;
	title: string;
	file_id: number;
	duration: number;
}

/** A WhatsApp template. */
export interface Template {
	id: number;
	name: string;
	channel_id: number;
	status: 'approved' | 'rejected';
	language: string;
}

/** A chat that a message has opened. */
export interface Conversation {
	uuid: string;
	requestId: number;
	clientId: string;
	userId: number | null;
	messages: string[];
}

/** No contacts, no calls. */
export function emptyStat(): Stat {
	return { total: 0, ended: 0, success: 0, failed: 0, canceled: 0, cost: 0, seconds: 0 };
}
