import { randomUUID } from 'node:crypto';
import type { Callback, CallbackDelivery, CallbackSender } from '../core/callbacks';
import type { Clock } from '../core/clock';
import type { Files, HostedFile } from './files';
import type { ChannelBehaviour } from './options';
import type {
	Channel,
	CloseReason,
	Conversation,
	LocationItem,
	ContactItem,
	MediaItem,
	Message,
	PayloadItem,
	Sender,
} from './records';
import { authorization, type SignatureForm, type SignatureKind } from './signature';
import type { Store } from './store';

/** An attachment of a reply: its own address, or content that the simulator serves. */
export type ReplyItem =
	(MediaItem & { content?: Buffer | string; mime?: string }) | LocationItem | ContactItem;

/** What an agent or bot writes. */
export interface Reply {
	text?: string;
	payload?: ReplyItem[];
	messageId?: string;
	eventId?: string;
	/** Replaces fields of the standard sender. */
	sender?: Sender;
	/** UUID of the channel; default the one of the options. */
	channel?: string;
}

/** How one delivery differs from the options. */
export interface DeliveryOverrides {
	url?: string;
	signature?: SignatureKind;
	form?: SignatureForm;
	headers?: Record<string, string>;
}

/** A callback made by hand: an event, or any text. */
export interface EventOverrides extends DeliveryOverrides {
	channel?: string;
	/** Fields that replace those of a sample message; null removes one. */
	event?: Record<string, unknown>;
	/** The exact body to send instead; `event.event_id` is what is signed. */
	rawBody?: string;
	method?: 'POST' | 'GET' | 'HEAD';
}

/** An event that went out. */
export interface SentEvent {
	eventId: string;
	body: Record<string, unknown>;
	/** All tries and repeats so far; empty without a callback URL. */
	deliveries: CallbackDelivery[];
}

/** The standard agent (§6.3). */
export const AGENT: Sender = {
	sender_id: 4210,
	sender_username: 'anna',
	sender_display_name: 'Anna Agent',
	sender_avatar: 'https://example.com/a.png',
	sender_email: 'anna@example.com',
	sender_type: 'agent',
	is_bot: false,
};

/** The standard bot. */
export const BOT: Sender = {
	sender_display_name: 'Kit bot',
	sender_type: 'bot',
	is_bot: true,
};

/** Kit's events on their way to the callback URL (§6). */
export class Outbound {
	baseUrl = '';
	/** Everything sent, by event id. */
	private readonly sent = new Map<string, { channel: string; body: Record<string, unknown> }>();

	constructor(
		private readonly options: ChannelBehaviour,
		private readonly store: Store,
		private readonly files: Files,
		private readonly sender: CallbackSender,
		private readonly clock: Clock,
	) {}

	/** An agent or bot writes to a client, known or not (open question 11). */
	async reply(clientId: string, from: 'agent' | 'bot', reply: Reply): Promise<SentEvent> {
		const channel = this.store.channel(reply.channel);
		const now = this.clock.now();
		const conversation = this.store.open(clientId, channel.uuid, now);
		conversation.assigned = from;
		const eventId = reply.eventId ?? randomUUID();
		const message = this.store.addMessage(conversation, {
			from,
			eventId,
			messageId: reply.messageId,
			...(reply.text === undefined ? {} : { text: reply.text }),
			payload: (reply.payload ?? []).map((item) => this.host(item)),
			sender: { ...(from === 'agent' ? AGENT : BOT), ...reply.sender },
			at: now,
		});
		return await this.send(channel, this.messageEvent(clientId, message));
	}

	/** The conversation ends in Kit. */
	async close(
		conversation: Conversation,
		reason: CloseReason,
		sender?: Sender,
	): Promise<SentEvent> {
		conversation.status = 'closed';
		conversation.closeReason = reason;
		const channel = this.store.channel(conversation.channelUuid);
		return await this.send(channel, this.closeEvent(conversation.clientId, reason, sender));
	}

	/** Sends an event once more, as it was. */
	async repeat(eventId: string): Promise<SentEvent> {
		const sent = this.sent.get(eventId);
		if (!sent) throw new Error(`No event ${eventId} was sent`);
		return await this.send(this.store.channel(sent.channel), sent.body);
	}

	/** Sends an event of any type and content. */
	async send(channel: Channel, body: Record<string, unknown>): Promise<SentEvent> {
		const eventId = String(body.event_id);
		this.sent.set(eventId, { channel: channel.uuid, body });
		const callback = this.callback(channel, body, {});
		if (callback) await this.sender.settle(callback);
		const deliveries = this.sender.log.filter(
			(delivery) => callback !== undefined && delivery.body === callback.body,
		);
		return { eventId, body, deliveries };
	}

	/** One try of a callback with any content and signature. */
	async deliver(overrides: EventOverrides): Promise<CallbackDelivery> {
		const channel = this.store.channel(overrides.channel);
		const fields = { ...this.sample(), ...overrides.event };
		const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
		const callback = this.callback(channel, body, overrides);
		if (!callback) throw new Error('No url, and the channel has no callback URL');
		const { rawBody, method } = overrides;
		return await this.sender.deliver({ ...callback, body: rawBody ?? callback.body, method });
	}

	/** The URL check (§6.1). */
	async check(
		channel: Channel,
		overrides: DeliveryOverrides & { method?: EventOverrides['method'] },
	): Promise<CallbackDelivery> {
		const url = overrides.url ?? channel.callbackUrl;
		if (!url) throw new Error('No url, and the channel has no callback URL');
		return await this.sender.deliver({
			url,
			kind: 'check',
			method: overrides.method ?? this.options.checkMethod,
			headers: this.headers(channel, undefined, overrides),
			body: '',
		});
	}

	reset(): void {
		this.sent.clear();
	}

	private callback(
		channel: Channel,
		body: Record<string, unknown>,
		overrides: DeliveryOverrides,
	): Callback | undefined {
		const url = overrides.url ?? channel.callbackUrl;
		if (!url) return undefined;
		const eventId = typeof body.event_id === 'string' ? body.event_id : '';
		const headers = {
			'content-type': 'application/json',
			...this.headers(channel, eventId, overrides),
		};
		return { url, kind: String(body.event_type), headers, body: JSON.stringify(body) };
	}

	private headers(
		channel: Channel,
		eventId: string | undefined,
		overrides: DeliveryOverrides,
	): Record<string, string> {
		const token = this.options.callbackToken ?? channel.apiToken;
		const value = authorization(
			{ salt: channel.salt, token, eventId },
			overrides.signature ?? this.options.signature,
			overrides.form ?? this.options.signatureForm,
		);
		return { ...(value === undefined ? {} : { authorization: value }), ...overrides.headers };
	}

	private messageEvent(clientId: string, message: Message): Record<string, unknown> {
		const { senderData, senderType, emptyPayload } = this.options;
		const { sender_type, ...rest } = message.sender ?? {};
		const sender = senderType === 'absent' ? rest : { ...rest, sender_type };
		const hasPayload = message.payload.length > 0 || emptyPayload === 'present';
		return this.event(message.eventId, 'send_message', clientId, {
			...(senderData ? { sender_data: sender } : {}),
			message: {
				message_id: message.messageId,
				...(message.text === undefined ? {} : { text: message.text }),
				...(hasPayload ? { payload: message.payload.map((item) => this.withExtras(item)) } : {}),
			},
		});
	}

	/** §6.4: names are filled for agents only, and there is no `sender_type`. */
	private closeEvent(
		clientId: string,
		reason: CloseReason,
		sender: Sender = {},
	): Record<string, unknown> {
		const { sender_type: _type, ...agent } = { ...AGENT, ...sender };
		const isAgent = reason === 'CLOSED_BY_AGENT';
		const closer = isAgent ? agent : { is_bot: reason === 'CLOSED_BY_BOT', ...sender };
		return this.event(randomUUID(), 'close_conversation', clientId, {
			close_reason: reason,
			...(this.options.senderData ? { sender_data: closer } : {}),
		});
	}

	/** Any event in its envelope. */
	event(
		eventId: string,
		type: string,
		clientId: string,
		data: Record<string, unknown>,
	): Record<string, unknown> {
		return {
			event_id: eventId,
			event_type: type,
			client_data: { client_id: clientId },
			event_data: data,
			...(this.options.extraEventFields
				? { timestamp: new Date(this.clock.now()).toISOString() }
				: {}),
		};
	}

	private withExtras(item: PayloadItem): Record<string, unknown> {
		if (!this.options.extraEventFields || !('file_url' in item)) return { ...item };
		return { ...item, file_id: 77, file_size: 1024, mime_type: 'application/octet-stream' };
	}

	private host(item: ReplyItem): PayloadItem {
		if (!('content' in item) || item.content === undefined) return item;
		const { content, mime, ...rest } = item;
		const file: HostedFile = {
			name: rest.file_name ?? 'file',
			type: mime ?? 'application/octet-stream',
			content: Buffer.from(content),
		};
		return { ...rest, file_url: `${this.baseUrl}${this.files.add(file)}` };
	}

	private sample(): Record<string, unknown> {
		const message = { message_id: 'kit-555', text: 'Good afternoon!', payload: [] };
		return this.event(randomUUID(), 'send_message', '107804195', {
			sender_data: AGENT,
			message,
		});
	}
}
