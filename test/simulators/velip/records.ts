/** A call attempt (velip.md section 7.2). */
export interface Call {
	/** The number in `cd_id`; calls are ordered by it. */
	num: number;
	dest: string;
	ctid?: string;
	cpid?: string;
	campaignId?: number;
	/** `cd_status`; undefined until the call has ended. */
	status?: string;
	/** `cd_amdasw`. */
	machine?: 'MA' | 'HM' | 'ND';
	createdAt: number;
	dialledAt?: number;
	answeredAt?: number;
	endedAt?: number;
	seconds: number;
	/** Seconds of the second leg. */
	seconds2: number;
	/** Typed digits, one entry per question. */
	digits: readonly string[];
	value: number;
	/** Seconds of the recording; 0 for none. */
	recorded: number;
	name?: string;
	/** List columns, for campaigns: `cdc_extra1` ... */
	columns?: Readonly<Record<string, string>>;
	rurl?: string;
	plan?: CallPlan;
}

/** What was ordered with a call. */
export interface CallPlan {
	detectMachine: boolean;
	secondLeg: boolean;
	/** Seconds to record at most. */
	record: number;
	/** Section 6.5: a call with a bare number as audio id drops on answer. */
	drops: boolean;
	sms?: { action: string; text: string; keys: readonly string[] };
	/** Attempts still to come, with `repeat`. */
	triesLeft: number;
}

/** A message of any other channel. */
export interface Message {
	id: number;
	fn: string;
	dest: string;
	ctid?: string;
	text: string;
	/** Delivery status of an SMS, or what the provider said. */
	status: string;
	createdAt: number;
}

/** One record of a destination list. */
export interface Destination {
	number: string;
	name: string;
	code: string;
	extras: readonly string[];
}

/** A destination list (section 10). */
export interface DestinationList {
	id: number;
	name: string;
	ctid?: string;
	file: string;
	active: boolean;
	deleted: boolean;
	createdAt: number;
	bytes: number;
	destinations: readonly Destination[];
}

/** An audio asset (section 8). */
export interface Audio {
	/** The digits of `tf12345`. */
	num: number;
	name: string;
	filename: string;
	seconds: number;
	type: 'tts' | 'upload' | 'rec' | 'ttsvar';
	text: string;
	hidden: boolean;
	createdAt: number;
	/** First moment it is out of date. */
	expiresAt: number;
	expires: string;
	contentType: string;
	content: Buffer;
}

/** A campaign (section 9). */
export interface Campaign {
	id: number;
	name: string;
	detail: string;
	ctid?: string;
	type: '0' | '4' | '6';
	listId: number;
	group: string;
	queueId?: number;
	/** 2 while destinations load. */
	active: 0 | 1 | 2;
	/** The state after loading. */
	wanted: 0 | 1;
	statusText: string;
	dead: boolean;
	dateStart: string;
	dateEnd: string;
	timeStart: string;
	timeEnd: string;
	speed: string;
	/** Concurrent transfers; undefined when it is no transfer campaign. */
	transfers?: number;
	maxAnswered: number;
	resends: number;
	timeResends: number;
	noBlock: number;
	content: string;
	rurl?: string;
	model: boolean;
	/** Index of the next destination to dial. */
	next: number;
	made: number;
	answered: number;
	transferred: number;
	dialling: boolean;
}

/** A contact-centre queue (section 9.4). */
export interface Queue {
	id: number;
	name: string;
	type: 'au' | 'ch';
	description: string;
	createdAt: number;
	tutor?: number;
	chatbot?: number;
	buttons: Record<string, string>;
	dropdowns: { dropdown_1: string[]; dropdown_2: string[] };
	templates: string[];
}
