import type { Callback, CallbackDelivery, CallbackSender } from '../core/callbacks';
import { encodeLegacy } from '../core/encoding';
import { dateOf, timeOf, type Clock } from './clock';
import type { VelipBehaviour } from './options';
import type { Call, Message } from './records';

/** The two payloads the provider sends (velip.md sections 14.3 and 14.4). */
export type EventKind = 'call' | 'sms';

/** How a callback is sent; the account's settings fill the gaps. */
export interface Delivery {
	url: string;
	method?: 'POST' | 'GET';
	format?: 'json' | 'form';
	encoding?: 'utf-8' | 'iso-8859-1';
	headers?: Record<string, string>;
}

/** A callback made by hand. */
export interface EventOverrides extends Partial<Delivery> {
	kind?: EventKind;
	/** Fields that replace those of a sample; null removes one. */
	body?: Record<string, unknown>;
	/** The exact text to send instead. */
	rawBody?: string;
}

/** Makes the provider's callbacks and hands them to the sender. */
export class Events {
	constructor(
		private readonly options: VelipBehaviour,
		private readonly sender: CallbackSender,
		private readonly clock: Clock,
	) {}

	/** One request per finished call attempt, to `rurl` instead of the account's URL (section 14.1). */
	callFinished(call: Call): void {
		const url = call.rurl ?? this.options.accountHook;
		if (url) this.sender.enqueue(this.callback('call', this.callFields(call), { url }));
	}

	/** Section 14.4: to the same URL as call results; there is no `rurl` for SMS. */
	smsDelivered(message: Message): void {
		const url = this.options.accountHook;
		if (url) this.sender.enqueue(this.callback('sms', this.smsFields(message), { url }));
	}

	/** Re-pushes one call, with the delivery of `GetCallStatus` (section 7.2). */
	push(call: Call, dest: string, delivery: Delivery): void {
		const fields = { ...this.callFields(call), dest };
		this.sender.enqueue(this.callback('call', fields, delivery));
	}

	/** Pushes any JSON. */
	pushBody(body: Record<string, unknown>, delivery: Delivery): void {
		this.sender.enqueue(this.callback('call', body, delivery));
	}

	/** Sends one callback with any content, without retry. */
	async deliver(event: EventOverrides): Promise<CallbackDelivery> {
		const kind = event.kind ?? 'call';
		const url = event.url ?? this.options.accountHook;
		if (!url) throw new Error('No url, and no accountHook is set');
		const fields = { ...this.sample(kind), ...event.body };
		const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
		const callback = this.callback(kind, body, { ...event, url });
		if (event.rawBody !== undefined) {
			callback.body = event.rawBody;
			callback.bytes = undefined;
		}
		return await this.sender.deliver(callback);
	}

	private callFields(call: Call): Record<string, unknown> {
		const moment = (time: number | undefined): string =>
			time === undefined ? 'null' : timeOf(time);
		const start = call.dialledAt ?? call.createdAt;
		const fields: Record<string, unknown> = {
			cd_id: `c_${call.num}`,
			ctid: call.ctid ?? '',
			dest: call.dest,
			cd_called_status: call.status ?? 'null',
			cd_date: dateOf(start),
			cd_time: timeOf(start),
			cd_time_start: moment(call.answeredAt),
			cd_time_end: moment(call.endedAt),
			cd_time_sec: this.number(call.seconds),
			cd_time_sec2: this.number(call.seconds2),
			cd_price: this.decimal(this.options.prices.call),
			cd_value: this.decimal(call.value),
			saldo: this.decimal(this.options.balance),
			cd_name: call.name ?? '',
			cd_route: routeOf(call.dest),
		};
		for (let index = 0; index < 12; index++)
			fields[`cd_resp${index + 1}`] = call.digits[index] ?? '';
		return { ...fields, ...call.columns };
	}

	private smsFields(message: Message): Record<string, unknown> {
		return {
			command: 'sms',
			cdls_id: this.number(message.id),
			ctid: message.ctid ?? '',
			dest: message.dest,
			delivstatus: message.status,
		};
	}

	private number(value: number): string | number {
		return this.options.callbackTypes === 'numbers' ? value : String(value);
	}

	private decimal(value: number): string | number {
		if (this.options.callbackTypes === 'numbers') return value;
		const text = value.toFixed(3);
		return this.options.callbackDecimals === 'comma' ? text.replace('.', ',') : text;
	}

	private callback(kind: EventKind, fields: Record<string, unknown>, delivery: Delivery): Callback {
		const method = delivery.method ?? this.options.callbackMethod;
		const encoding = delivery.encoding ?? this.options.callbackEncoding;
		const format = method === 'GET' ? 'form' : (delivery.format ?? this.options.callbackFormat);
		if (format === 'json') {
			const body = JSON.stringify(fields);
			return {
				url: delivery.url,
				kind,
				method,
				headers: { 'content-type': 'application/json', ...delivery.headers },
				body,
				bytes: encoding === 'utf-8' ? undefined : encodeLegacy(body, 'iso-8859-1'),
			};
		}
		// Section 14.3: `conf` appears in form deliveries; nobody says what it holds.
		const form = encodeForm(kind === 'call' ? { ...fields, conf: '' } : fields, encoding);
		if (method === 'GET') {
			const url = `${delivery.url}${delivery.url.includes('?') ? '&' : '?'}${form}`;
			return { url, kind, method, headers: { ...delivery.headers }, body: form };
		}
		return {
			url: delivery.url,
			kind,
			method,
			headers: { 'content-type': 'application/x-www-form-urlencoded', ...delivery.headers },
			body: form,
		};
	}

	private sample(kind: EventKind): Record<string, unknown> {
		const now = this.clock.now();
		if (kind === 'sms')
			return this.smsFields({
				id: 5001,
				fn: 'MakeSMS',
				dest: '5511999999999',
				ctid: 'order-abc-123',
				text: '',
				status: 'DELIVRD',
				createdAt: now,
			});
		return this.callFields({
			num: 88700,
			dest: '5511999999999',
			ctid: 'order-abc-123',
			status: 'OK',
			createdAt: now,
			dialledAt: now - 15_000,
			answeredAt: now - 12_000,
			endedAt: now,
			seconds: 12,
			seconds2: 0,
			digits: ['1'],
			value: this.options.prices.call,
			recorded: 0,
			name: 'João',
		});
	}
}

/** Dialled region; the page prints no list of them. */
export function routeOf(dest: string): string {
	if (!dest.startsWith('55')) return 'INTERNACIONAL';
	return `${dest.length === 13 ? 'MOVEL' : 'FIXO'} ${dest.slice(2, 4)}`;
}

function encodeForm(fields: Record<string, unknown>, encoding: 'utf-8' | 'iso-8859-1'): string {
	return Object.entries(fields)
		.map(([name, value]) => `${percent(name, encoding)}=${percent(toText(value), encoding)}`)
		.join('&');
}

function toText(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}

function percent(text: string, encoding: 'utf-8' | 'iso-8859-1'): string {
	if (/^[\w.-]*$/.test(text)) return text;
	const bytes = encoding === 'utf-8' ? Buffer.from(text) : encodeLegacy(text, 'iso-8859-1');
	let encoded = '';
	for (const byte of bytes) {
		const character = String.fromCharCode(byte);
		encoded += /[\w.-]/.test(character)
			? character
			: `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}
	return encoded;
}
