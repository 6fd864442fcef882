import { createHash } from 'node:crypto';
import type { Callback, CallbackDelivery, CallbackSender } from '../core/callbacks';
import { callFields, commentTexts, tagNames, topicNames } from './callRecord';
import { momentText } from './moments';
import type { Call, Subscription } from './records';
import type { World } from './world';

/** All events (voximplant-kit.md section 6.3). */
export const EVENTS = [
	'scenario_created',
	'scenario_updated',
	'scenario_deleted',
	'caller_id_changed',
	'numbers_changed',
	'profile_email_updated',
	'new_calls',
	'call_assigned_to_agent',
	'wrap_up_code_set',
	'finished_call',
	'call_finalized',
	'chat_started',
	'chat_assigned_to_agent',
	'chat_closed',
	'chat_unassigned',
	'chat_transfer',
] as const;

/** Who signs a delivery made by hand, and how. */
export type SignatureKind = 'valid' | 'invalid' | 'missing' | 'uppercase' | 'otherSalt';

/** A callback of a delivery made by hand. */
export interface CallbackByHand {
	type: string;
	/** What lies under the key `type`; default: as the provider nests it. */
	data?: unknown;
	signature?: SignatureKind;
	/** Further fields of the callback; null removes one. */
	fields?: Record<string, unknown>;
}

/** A delivery made by hand. */
export interface DeliveryByHand {
	url?: string;
	/** Id of the subscription whose URL and salt count; default the last one. */
	subscription?: number;
	salt?: string;
	callbacks?: CallbackByHand[];
	/** The exact text to send instead. */
	rawBody?: string;
	method?: 'POST' | 'GET';
	headers?: Record<string, string>;
}

interface Waiting {
	subscription: Subscription;
	callbacks: Array<Record<string, unknown>>;
}

/** `md5(salt + domain + type)` in lower-case hexadecimal (section 6.2). */
export function callbackHash(salt: string, domain: string, type: string): string {
	return createHash('md5').update(`${salt}${domain}${type}`).digest('hex');
}

/** Makes the provider's callbacks and hands them to the sender. */
export class Events {
	private readonly waiting = new Map<number, Waiting>();
	private flushes = 0;

	constructor(
		private readonly world: () => World,
		private readonly sender: CallbackSender,
	) {}

	/** Whether anybody wants to hear of an event. */
	isWanted(...types: string[]): boolean {
		for (const subscription of this.world().store.subscriptions.values())
			if (subscription.is_enabled && types.some((type) => subscription.callbacks.includes(type)))
				return true;
		return false;
	}

	/** Reports an event to all subscriptions that have it. */
	emit(type: string, data: unknown): void {
		const { store, options } = this.world();
		for (const subscription of store.subscriptions.values()) {
			if (!subscription.is_enabled || !subscription.callbacks.includes(type)) continue;
			const callback = this.callback(type, data, subscription.salt);
			if (options.callbackBatch <= 1) {
				this.send(subscription.url, [callback]);
				continue;
			}
			const batch = this.waiting.get(subscription.id) ?? { subscription, callbacks: [] };
			batch.callbacks.push(callback);
			this.waiting.set(subscription.id, batch);
			if (batch.callbacks.length >= options.callbackBatch) this.flush(subscription.id);
			else if (batch.callbacks.length === 1) this.flushWhenQuiet(subscription.id);
		}
	}

	/** The events at the end of a call, in their order. */
	callEnded(call: Call, finalizedFirst: boolean): void {
		if (!this.isWanted('new_calls', 'finished_call', 'call_finalized', 'call_assigned_to_agent'))
			return;
		if (call.userId !== null && call.code === 'Call_Answered') this.assigned(call);
		if (finalizedFirst) this.finalized(call);
		this.emit('new_calls', { calls: [this.newCall(call)] });
		this.emit('finished_call', this.finished(call));
	}

	/** After-call work is over. */
	finalized(call: Call): void {
		if (!this.isWanted('call_finalized')) return;
		this.emit('call_finalized', { call_finalized: this.finalizedFields(call) });
	}

	/** Sends any content, one try. */
	async deliver(delivery: DeliveryByHand): Promise<CallbackDelivery> {
		const { store } = this.world();
		const subscription =
			delivery.subscription === undefined
				? [...store.subscriptions.values()].at(-1)
				: store.subscriptions.get(delivery.subscription);
		const url = delivery.url ?? subscription?.url;
		if (url === undefined) throw new Error('No url, and no subscription');
		const salt = delivery.salt ?? subscription?.salt ?? '';
		const callbacks = (delivery.callbacks ?? [{ type: 'new_calls' }]).map((callback) =>
			this.byHand(callback, salt),
		);
		return await this.sender.deliver({
			...toRequest(url, callbacks),
			headers: { 'content-type': 'application/json', ...delivery.headers },
			...(delivery.rawBody === undefined ? {} : { body: delivery.rawBody }),
			...(delivery.method === undefined ? {} : { method: delivery.method }),
		});
	}

	reset(): void {
		this.waiting.clear();
		this.flushes = 0;
	}

	/**
	 * Sends a batch that does not fill up once nothing else is under way. A time alone would cut the events of one call apart
	 * on a slow machine.
	 */
	private flushWhenQuiet(id: number): void {
		const { options, scheduler } = this.world();
		this.flushes++;
		scheduler.after(options.lifecycleMs * 2, () => {
			this.flushes--;
			if (scheduler.size > this.flushes) this.flushWhenQuiet(id);
			else this.flush(id);
		});
	}

	private flush(id: number): void {
		const batch = this.waiting.get(id);
		if (!batch) return;
		this.waiting.delete(id);
		this.send(batch.subscription.url, batch.callbacks);
	}

	private send(url: string, callbacks: Array<Record<string, unknown>>): void {
		this.sender.enqueue(toRequest(url, callbacks));
	}

	private callback(type: string, data: unknown, salt: string): Record<string, unknown> {
		const { domain, hashCase } = this.world().options;
		const hash = callbackHash(salt, domain, type);
		return {
			type,
			hash: hashCase === 'upper' ? hash.toUpperCase() : hash,
			[type]: this.nest(type, data),
		};
	}

	/** Proven nestings are made by the emitters; the others follow the option. */
	private nest(type: string, data: unknown): unknown {
		if (type === 'new_calls' || type === 'call_finalized') return data;
		return this.world().options.nesting === 'double' ? { [type]: data } : data;
	}

	private byHand(wanted: CallbackByHand, salt: string): Record<string, unknown> {
		const { type, signature = 'valid' } = wanted;
		const made = this.callback(type, this.sample(type), salt);
		if (wanted.data !== undefined) made[type] = wanted.data;
		if (signature === 'invalid') made.hash = '0'.repeat(32);
		if (signature === 'missing') delete made.hash;
		if (signature === 'uppercase') made.hash = String(made.hash).toUpperCase();
		if (signature === 'otherSalt')
			made.hash = callbackHash(`${salt}x`, this.world().options.domain, type);
		for (const [name, value] of Object.entries(wanted.fields ?? {})) {
			if (value === null) delete made[name];
			else made[name] = value;
		}
		return made;
	}

	private newCall(call: Call): Record<string, unknown> {
		const fields = callFields(this.world(), call, true);
		return {
			...fields,
			...(call.dialer === 'pds'
				? { agent_campaign_id: call.campaignId, agent_campaign_list_item_id: call.contactId }
				: { campaign_id: call.campaignId }),
			tags: tagNames(this.world(), call),
			wrap_up_code: call.wrapUp,
		};
	}

	private finished(call: Call): Record<string, unknown> {
		return {
			...this.newCall(call),
			datetime_end: momentText(call.startedAt + (call.dialling + call.duration) * 1000),
			topics: topicNames(call),
		};
	}

	private finalizedFields(call: Call): Record<string, unknown> {
		const { store } = this.world();
		const campaign =
			call.campaignId === null || call.dialer === null
				? undefined
				: store.campaign(call.dialer, call.campaignId);
		const scenario = store.scenarios.get(call.scenarioId ?? 0);
		const queue = store.queues.get(call.queueId ?? 0);
		return {
			...callFields(this.world(), call, true),
			agent_campaign: campaign ? { id: campaign.id, title: campaign.title } : null,
			queue: queue ? { id: queue.id, title: queue.title } : null,
			scenario: scenario
				? { id: scenario.id, title: scenario.title, scenario_type: scenario.type }
				: null,
			comments: commentTexts(call),
			topics: topicNames(call),
			tags: tagNames(this.world(), call),
			wrap_up_code: call.wrapUp ? { title: call.wrapUp.title } : null,
			log_path: null,
		};
	}

	private assigned(call: Call): void {
		const user = this.world().store.users.get(call.userId ?? 0);
		this.emit('call_assigned_to_agent', {
			agent: { id: call.userId, username: user?.name ?? null },
			assign_type: call.queueId === null ? 'user_call' : 'queue_call',
			call: {
				IVR_RESULT_1: '',
				attempt_num: call.attempt,
				destination: call.phoneB,
				result_code: call.resultCode,
				session_id: call.sessionId,
			},
			variables: call.data,
		});
	}

	/** What a delivery by hand carries unless it says otherwise. */
	private sample(type: string): unknown {
		const call = this.world().store.calls.at(-1) ?? sampleCall(this.world().clock.now());
		if (type === 'new_calls') return { calls: [this.newCall(call)] };
		if (type === 'finished_call') return this.finished(call);
		if (type === 'call_finalized') return { call_finalized: this.finalizedFields(call) };
		if (type.startsWith('chat_')) return sampleChat(type);
		if (type === 'caller_id_changed')
			return { caller_ids: [{ id: 1, callerid_number: '15550001000', active: true }] };
		if (type === 'numbers_changed')
			return { phone_numbers: [{ id: 610, phone_number: 15557654321 }] };
		if (type.startsWith('scenario_'))
			return { callback_id: 15, domain_name: this.world().options.domain, scenario_id: 17828 };
		return {};
	}
}

/** A chat as the callbacks show it. */
export function sampleChat(type: string): Record<string, unknown> {
	return {
		conversation_uuid: '11111111-2222-4333-8444-555555555555',
		incoming_request_id: 9001,
		channel_type: 'whatsapp',
		conversation_url: 'https://kit.example.com/conversation/9001',
		...(type === 'chat_closed' ? { closed_reason: 'CLOSED_BY_AGENT' } : {}),
	};
}

function toRequest(url: string, callbacks: Array<Record<string, unknown>>): Callback {
	return {
		url,
		kind: callbacks.map((callback) => String(callback.type)).join(','),
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ callbacks }),
	};
}

/** The call of section 5.16. */
function sampleCall(now: number): Call {
	return {
		id: 98765432,
		sessionId: '1126281000',
		scenarioId: 17828,
		campaignId: 685,
		dialer: 'pds',
		contactId: 115026,
		attempt: 1,
		startedAt: now - 60_000,
		phoneA: '15557654321',
		phoneB: '15551230000',
		incoming: false,
		resultCode: 200,
		code: 'Call_Answered',
		duration: 37,
		dialling: 6,
		cost: 0.0213,
		data: { phone: '15551230000', UTC: 'America/New_York' },
		userId: 1221,
		groupId: 191,
		queueId: 2511,
		tags: [12],
		topics: [],
		comments: [],
		wrapUp: null,
		source: 'agent_campaign',
		recorded: true,
		settled: true,
	};
}
