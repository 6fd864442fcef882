import { randomUUID } from 'node:crypto';
import { isRecord, json, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { ERRORS, idOf, phoneOf } from './checks';
import { readEnvelope } from './gateway';
import type { Lifecycle } from './lifecycle';
import type { AlphaSmsBehaviour } from './options';
import type { Status } from './statuses';
import { priceOf, type Store } from './store';
import { validateMessage } from './validation';

/** `/v1/json`, asynchronous intake of SMS (alphasms.md section 4.14). */
export class AsyncIntake {
	constructor(
		private readonly options: AlphaSmsBehaviour,
		private readonly store: Store,
		private readonly lifecycle: Lifecycle,
	) {}

	handle(request: SimulatorRequest): SimulatorResponse {
		const envelope = readEnvelope(request, this.options, this.store);
		if ('error' in envelope) return refuse(envelope.error);
		const items = envelope.items.filter(isRecord);
		const allSms =
			items.length === envelope.items.length && items.every((item) => item.type === 'sms');
		if (!allSms) return refuse(ERRORS.field('type'));
		if (items.some((item) => idOf(item.id) === undefined)) return refuse(ERRORS.field('id'));

		this.store.itemsReceived += items.length;
		const before = this.store.acceptedTotal;
		for (const item of items) this.take(item);
		const answer = json({ request_id: `cf-ray-${randomUUID()}`, success: true });
		return { ...answer, accepted: this.store.acceptedTotal - before };
	}

	/**
	 * The answer has been promised before the items are looked at, so a bad one only shows in its status. It is not
	 * billed. A repeated id is dropped.
	 */
	private take(item: Record<string, unknown>): void {
		const id = idOf(item.id);
		if (id === undefined || this.store.isTaken(id)) return;
		const valid = validateMessage('sms', item, { options: this.options, store: this.store });
		const channels = ['sms'] as const;
		const parts = valid.ok ? valid.parts : 1;
		const price = priceOf(channels, parts, this.options.prices);
		const hook = typeof item.hook === 'string' ? item.hook : undefined;
		const base = {
			id,
			type: 'sms',
			channels,
			phone: phoneOf(item.phone) ?? '',
			hook,
			parts,
			price,
			item,
		};
		if (valid.ok && this.store.canPay(price)) {
			this.lifecycle.start(this.store.add({ ...base, sender: valid.sender }));
			return;
		}
		const message = this.store.add(base, false);
		this.lifecycle.advance(message, valid.ok ? 'REJECTED' : statusOf(valid.error));
	}
}

function statusOf(error: string): Status {
	if (error === ERRORS.alphaName) return 'INVALID SOURCE ADDRESS';
	return error === ERRORS.phone ? 'INVALID DESTINATION ADDRESS' : 'REJECTED';
}

function refuse(error: string): SimulatorResponse {
	return json({ success: false, error });
}
