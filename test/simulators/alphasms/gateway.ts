import { isRecord, json, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { ERRORS, idOf, phoneOf } from './checks';
import { access } from './access';
import { lookUp } from './hlr';
import type { Lifecycle } from './lifecycle';
import type { AlphaSmsBehaviour } from './options';
import { CHECK_RULES, SENDING_TYPES } from './rules';
import { statusData } from './statusAnswer';
import { priceOf, type Store } from './store';
import { toNumber } from './events';
import { checkFields, refusedData, validateMessage } from './validation';

type Item = Record<string, unknown>;

/** One entry of the answer's `data` (alphasms.md section 3.2). */
interface ItemResult {
	success: boolean;
	error?: string;
	data?: Record<string, unknown>;
}

/** `/api/json.php` (alphasms.md sections 3 and 4). */
export class JsonGateway {
	constructor(
		private readonly options: AlphaSmsBehaviour,
		private readonly store: Store,
		private readonly lifecycle: Lifecycle,
	) {}

	handle(request: SimulatorRequest): SimulatorResponse {
		const envelope = readEnvelope(request, this.options, this.store);
		if ('error' in envelope) return this.refuse(envelope.error);
		const { items } = envelope;
		this.store.itemsReceived += items.length;
		if (items.some((item) => isRecord(item) && this.isUnsupportedFlashCall(item)))
			return this.refuse('Operator not supported');

		const before = this.store.acceptedTotal;
		const data = items.map((item) => this.result(item));
		const accepted = this.store.acceptedTotal - before;
		return { ...this.envelope({ success: true, data }), accepted };
	}

	/** Whole call refused, with HTTP 200 (section 3.2). */
	refuse(error: string): SimulatorResponse {
		return this.envelope({ success: false, error });
	}

	private envelope(body: {
		success: boolean;
		error?: string;
		data?: ItemResult[];
	}): SimulatorResponse {
		const success =
			this.options.envelopeSuccess === 'integer' ? Number(body.success) : body.success;
		const error = body.error ?? (this.options.emptyError ? '' : undefined);
		return json({ success, error, data: body.data });
	}

	private result(item: unknown): ItemResult {
		if (!isRecord(item)) return { success: false, error: ERRORS.field('data'), data: {} };
		const result = this.dispatch(item);
		if (typeof result === 'string')
			return { success: false, error: result, data: refusedData(item) };
		return this.options.emptyError
			? { success: true, error: '', data: result }
			: { success: true, data: result };
	}

	/** The `data` of a good item, or the error text of a refused one. */
	private dispatch(item: Item): Record<string, unknown> | string {
		switch (item.type) {
			case 'balance':
				checkFields('balance', item, {}, { options: this.options, store: this.store });
				return { amount: this.options.balance, currency: this.options.currency };
			case 'status':
				return statusData(item, this.options, this.store);
			case 'hlr':
			case 'call/otp':
				return this.check(item.type, item);
			default:
				return this.send(item);
		}
	}

	private send(item: Item): Record<string, unknown> | string {
		const type = item.type;
		if (typeof type !== 'string' || (type !== 'pipeline' && !Object.hasOwn(SENDING_TYPES, type)))
			return ERRORS.unknownType;
		const valid = validateMessage(type, item, { options: this.options, store: this.store });
		if (!valid.ok) return valid.error;
		const id = idOf(item.id) ?? '';
		if (this.store.isTaken(id)) return ERRORS.duplicate;
		const price = priceOf(valid.channels, valid.parts, this.options.prices);
		if (!this.store.canPay(price)) return ERRORS.money;

		const { channels, parts, sender, dtmf } = valid;
		const phone = phoneOf(item.phone) ?? '';
		const hook = typeof item.hook === 'string' ? item.hook : undefined;
		const message = this.store.add({
			id,
			type,
			channels,
			phone,
			sender,
			dtmf,
			hook,
			parts,
			price,
			item,
		});
		this.lifecycle.start(message);
		const all = this.options.stringIds === 'all';
		return {
			id: all ? id : toNumber(id),
			msg_id: all ? String(message.msgId) : message.msgId,
			data: 1,
			parts,
		};
	}

	/** Synchronous checks by number: `call/otp` (section 4.10) and `hlr` (section 4.12). */
	private check(type: 'hlr' | 'call/otp', item: Item): Record<string, unknown> | string {
		const error = checkFields(type, item, CHECK_RULES, {
			options: this.options,
			store: this.store,
		});
		if (error) return error;
		const id = idOf(item.id) ?? '';
		if (this.store.isTaken(id)) return ERRORS.duplicate;
		const price = this.options.prices[type];
		if (!this.store.canPay(price)) return ERRORS.money;
		this.store.bill(id, type, price);
		const phone = phoneOf(item.phone) ?? '';
		if (type === 'hlr') return lookUp(phone, this.options.steerByPhone);
		// The sample's 0471 shows that leading zeros happen, so every code here has one.
		return { code: `0${String(this.store.acceptedTotal % 1000).padStart(3, '0')}`, price };
	}

	/** Section 4.10: this error stands in the envelope, so one such item refuses the whole call. */
	private isUnsupportedFlashCall(item: Item): boolean {
		return (
			item.type === 'call/otp' && this.options.steerByPhone && String(item.phone).endsWith('03')
		);
	}
}

/** The items of a call, or the error of its envelope (sections 2 and 3). Shared with `/v1/json`. */
export function readEnvelope(
	request: SimulatorRequest,
	options: AlphaSmsBehaviour,
	store: Store,
): { items: unknown[] } | { error: string } {
	if (request.method !== 'POST') return { error: 'Method not allowed' };
	const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json') return { error: 'Content-Type must be application/json' };
	const body = parseBody(request.body);
	if (!isRecord(body)) return { error: 'Invalid JSON' };
	if (!access(body.auth, request, options)) return { error: 'Access denied' };
	for (const name of Object.keys(body)) {
		if (name !== 'auth' && name !== 'data')
			store.violation(request.path, name, 'The page lists no such envelope field');
	}
	if (!Array.isArray(body.data) || body.data.length === 0) return { error: ERRORS.field('data') };
	if (options.maxItems !== undefined && body.data.length > options.maxItems)
		return { error: 'Too many items' };
	return { items: body.data };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseBody(body: Buffer): unknown {
	try {
		return JSON.parse(utf8.decode(body));
	} catch {
		return undefined;
	}
}
