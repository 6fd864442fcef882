import { createHash } from 'node:crypto';
import type { Callback, CallbackDelivery, CallbackSender } from '../core/callbacks';
import { kyivTime } from './clock';
import type { AlphaSmsBehaviour } from './options';
import { isFinal } from './statuses';
import type { Message, ViberReply } from './store';

/** The three bodies the provider sends (alphasms.md sections 6.1, 6.2, 6.3). */
export type EventKind = 'status' | 'viberReply' | 'callResult';

/** A callback made by hand. */
export interface EventOverrides {
	/** Receiver; default is the account-wide hook. */
	url?: string;
	kind?: EventKind;
	/** Fields that replace those of the page's sample; null removes one. */
	body?: Record<string, unknown>;
	/** The exact bytes to send instead. */
	rawBody?: string;
	/** Default `valid` for statuses and `missing` for the others, which the page does not sign. */
	signature?: 'valid' | 'invalid' | 'missing' | 'uppercase' | 'tampered' | 'otherKey';
	/** Default `json`, for Viber replies as in the options. */
	encoding?: 'form' | 'json';
	headers?: Record<string, string>;
}

/** Section 6.1: lower-case hex of SHA-256 over the raw body directly followed by the API key. */
export function signBody(rawBody: string, apiKey: string): string {
	return createHash('sha256')
		.update(rawBody + apiKey)
		.digest('hex');
}

/** Makes the provider's callbacks and hands them to the sender. */
export class Events {
	constructor(
		private readonly options: AlphaSmsBehaviour,
		private readonly sender: CallbackSender,
	) {}

	/** Reports a new status to the hook of the message, else to the account (section 6, ways 1 and 3). */
	statusChanged(message: Message): void {
		if (message.type === 'voiceFile') return this.callFinished(message);
		const wanted = this.options.callbackStatuses === 'all' || isFinal(message.status);
		const onlyCallResult = message.channel === 'voice' && this.options.voiceHook === 'callResult';
		if (wanted && !onlyCallResult) {
			const body = JSON.stringify(this.statusBody(message));
			for (const url of this.targets(message)) this.sender.enqueue(this.signed(url, body));
		}
		const reportsCall = onlyCallResult || (this.options.voiceHook === 'both' && message.dtmf);
		if (message.channel === 'voice' && reportsCall) this.callFinished(message);
	}

	/** Reports a Viber reply to the account-wide URL, the only one that receives it (section 6.2). */
	replied(message: Message, reply: ViberReply): void {
		if (!this.options.accountHook) return;
		const body = {
			action: 'viber/2way',
			sender: message.sender,
			phone: message.phone,
			// Media are not included: the message is empty then.
			message: reply.message ?? '',
			datetime: reply.datetime,
		};
		this.sender.enqueue(
			this.unsigned(this.options.accountHook, 'viberReply', body, this.options.viberReplyEncoding),
		);
	}

	/** Sends one callback with any body and any signature. */
	async deliver(event: EventOverrides): Promise<CallbackDelivery> {
		const kind = event.kind ?? 'status';
		const url = event.url ?? this.options.accountHook;
		if (!url) throw new Error('No url, and no accountHook is set');
		const fields = { ...this.sample(kind), ...event.body };
		const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
		const encoding =
			event.encoding ?? (kind === 'viberReply' ? this.options.viberReplyEncoding : 'json');
		const callback = this.unsigned(url, kind, body, encoding);
		if (event.rawBody !== undefined) callback.body = event.rawBody;
		this.sign(callback, event.signature ?? (kind === 'status' ? 'valid' : 'missing'));
		Object.assign(callback.headers, event.headers);
		return await this.sender.deliver(callback);
	}

	private sign(callback: Callback, signature: NonNullable<EventOverrides['signature']>): void {
		const valid = signBody(callback.body, this.options.apiKey);
		const values: Record<typeof signature, string | undefined> = {
			valid,
			tampered: valid,
			uppercase: valid.toUpperCase(),
			invalid: '0'.repeat(64),
			otherKey: signBody(callback.body, `${this.options.apiKey}-of-somebody-else`),
			missing: undefined,
		};
		const value = values[signature];
		if (value !== undefined) callback.headers['x-signature'] = value;
		// One blank more: the same JSON value, but other bytes than those that were signed.
		if (signature === 'tampered') callback.body = callback.body.replace(/\}\s*$/, ' }');
	}

	/** Section 6.3; the page names only ANSWERED, `NO ANSWER` stands for the unknown words. */
	private callFinished(message: Message): void {
		if (!isFinal(message.status) || !message.hook) return;
		const answered = message.status === 'DELIVERED';
		const body: Record<string, unknown> = {
			id: message.id === undefined ? message.msgId : this.asId(message.id),
			phone: message.phone,
			status: answered ? 'ANSWERED' : 'NO ANSWER',
			duration: answered ? 12 : 0,
		};
		if (answered && message.dtmf) body.dtmf = this.options.dtmfDigit;
		this.sender.enqueue(this.unsigned(message.hook, 'callResult', body, 'json'));
	}

	private targets(message: Message): string[] {
		const { accountHook, accountHookMode } = this.options;
		if (!message.hook) return accountHook ? [accountHook] : [];
		return accountHook && accountHookMode === 'always'
			? [message.hook, accountHook]
			: [message.hook];
	}

	private statusBody(message: Message): Record<string, unknown> {
		return {
			// Messages of the HTTP API have no own id, but the page lists the field without exception.
			id: message.id === undefined ? message.msgId : this.asId(message.id),
			msg_id: this.options.stringIds === 'all' ? String(message.msgId) : message.msgId,
			type: message.channel,
			status: message.status,
			datetime: kyivTime(message.updatedAt),
		};
	}

	private asId(id: string): string | number {
		return this.options.stringIds === 'all' ? id : toNumber(id);
	}

	private signed(url: string, body: string): Callback {
		return {
			url,
			kind: 'status',
			headers: {
				'content-type': 'application/json',
				'x-signature': signBody(body, this.options.apiKey),
			},
			body,
		};
	}

	private unsigned(
		url: string,
		kind: EventKind,
		body: Record<string, unknown>,
		encoding: 'form' | 'json',
	): Callback {
		if (encoding === 'json')
			return {
				url,
				kind,
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			};
		const form = new URLSearchParams(
			Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
		);
		return {
			url,
			kind,
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: form.toString(),
		};
	}

	private sample(kind: EventKind): Record<string, unknown> {
		const datetime = kyivTime(Date.now());
		if (kind === 'status')
			return { id: 100500, msg_id: 123456789, type: 'viber', status: 'READ', datetime };
		if (kind === 'callResult')
			return { id: 100500, phone: '380501234567', status: 'ANSWERED', duration: 123, dtmf: '7' };
		return {
			action: 'viber/2way',
			sender: 'ViberTest',
			phone: '380971234567',
			message: 'Please wait',
			datetime,
		};
	}
}

/** The id as a number where it fits one, else as it is. */
export function toNumber(id: string): string | number {
	return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}
