import type { Call, Campaign, Contact, ContactList, Stat } from './records';
import { callOutcome, FINAL_FAILURES, oddity, RESTRICTED, type CallOutcome } from './steering';
import type { World } from './world';

/** An order for one call. */
export interface CallOrder {
	phone: string;
	from: string;
	scenarioId: number | null;
	data: Record<string, unknown>;
	userId?: number | null;
	source: string;
	/** Set for calls of campaigns. */
	campaign?: Campaign;
	contact?: Contact;
}

/** Lets calls ring, end and settle, and campaigns dial. */
export class Dialer {
	/** Calls that ring or talk, by phone. */
	readonly open: CallOrder[] = [];

	constructor(private readonly world: () => World) {}

	/** Dials one call; it is over after `lifecycleMs`. */
	start(order: CallOrder): void {
		const { options, scheduler } = this.world();
		this.open.push(order);
		if (options.lifecycle === 'manual') return;
		if (oddity(order.phone, options.steerByPhone) === 'staysOpen') return;
		scheduler.after(options.lifecycleMs, () => {
			if (this.open.includes(order)) this.finish(order);
		});
	}

	/** Ends a call: it appears in the history and is reported; cost and recording follow. */
	finish(order: CallOrder, wanted: Partial<CallOutcome> = {}): Call {
		const { options, scheduler, events } = this.world();
		const index = this.open.indexOf(order);
		if (index >= 0) this.open.splice(index, 1);
		const outcome = { ...this.outcome(order), ...wanted };
		const call = this.record(order, outcome);
		const odd = oddity(order.phone, options.steerByPhone);
		events.callEnded(call, odd === 'finalizedFirst');
		if (options.lifecycle === 'auto' && odd !== 'neverSettles')
			scheduler.after(options.settleMs, () => this.settle(call, odd !== 'finalizedFirst'));
		return call;
	}

	/** Cost, recording and `processing` become final; after-call work is over. */
	settle(call: Call, report = true): void {
		if (call.settled) return;
		call.settled = true;
		if (report) this.world().events.finalized(call);
	}

	/** Goes on dialling while the campaign is ongoing. */
	dial(campaign: Campaign): void {
		const { options, scheduler } = this.world();
		if (campaign.dialling || !isRunning(campaign)) return;
		if (options.lifecycle === 'manual' || options.campaignBatch <= 0) return;
		if (!this.hasWork(campaign)) return this.completeWhenDone(campaign);
		campaign.dialling = true;
		scheduler.after(options.lifecycleMs, () => {
			campaign.dialling = false;
			this.dialBatch(campaign);
			this.dial(campaign);
		});
	}

	/** Calls a batch of contacts now. */
	dialBatch(campaign: Campaign): void {
		if (!isRunning(campaign)) return;
		let left = Math.max(1, this.world().options.campaignBatch);
		for (const list of this.world().store.listsOfCampaign(campaign)) {
			if (list.status !== 'ongoing') continue;
			for (; list.next < list.contacts.length && left > 0; list.next++, left--) {
				const contact = list.contacts[list.next];
				if (contact && isDue(contact)) this.attempt(campaign, list, contact);
			}
			if (list.next >= list.contacts.length) this.nextRound(list);
			if (left <= 0) return;
		}
	}

	private attempt(campaign: Campaign, list: ContactList, contact: Contact): void {
		contact.attempts++;
		contact.lastAttemptAt = this.world().clock.now();
		const phone = contact.phones[(contact.attempts - 1) % contact.phones.length] ?? '';
		const call = this.finish({
			phone,
			from: this.callerOf(campaign),
			scenarioId:
				typeof campaign.fields.scenario_id === 'number' ? campaign.fields.scenario_id : null,
			data: contact.data,
			userId: this.agentOf(campaign),
			source: campaign.dialer === 'pds' ? 'agent_campaign' : 'campaign',
			campaign,
			contact,
		});
		for (const stat of [campaign.stat, list.stat]) {
			stat.cost += call.cost;
			if (call.code === 'Call_Answered') stat.seconds += call.duration;
		}
		if (call.code === 'Call_Answered') this.close(campaign, list, contact, 'success');
		else if (contact.attempts >= contact.maxAttempts || FINAL_FAILURES.has(call.code))
			this.close(campaign, list, contact, 'failed');
		else contact.status = 'ongoing';
	}

	private close(
		campaign: Campaign,
		list: ContactList,
		contact: Contact,
		status: 'success' | 'failed',
	): void {
		contact.status = status;
		for (const stat of [campaign.stat, list.stat]) {
			stat.ended++;
			stat[status]++;
		}
	}

	/** Contacts with attempts left come again; a list without any is completed. */
	private nextRound(list: ContactList): void {
		if (list.contacts.some(isDue)) list.next = 0;
		else if (list.stat.total === list.stat.ended + list.stat.canceled) list.status = 'completed';
	}

	private hasWork(campaign: Campaign): boolean {
		return this.world()
			.store.listsOfCampaign(campaign)
			.some((list) => list.status === 'ongoing' && list.contacts.some(isDue));
	}

	private completeWhenDone(campaign: Campaign): void {
		const legacy = campaign.dialer === 'legacy' && campaign.fields.permanent !== true;
		if (campaign.stat.total === 0) return;
		if (!legacy && !this.world().options.completeWhenDone) return;
		campaign.status = 'completed';
		campaign.completedAt = this.world().clock.now();
	}

	private outcome(order: CallOrder): CallOutcome {
		const { store, options } = this.world();
		const fields = order.campaign?.fields;
		const lists = fields?.dnc_lists ?? fields?.dnc_list_ids;
		if (store.isOnDnc(lists, order.phone)) return RESTRICTED;
		return callOutcome(order.phone, options.steerByPhone);
	}

	private record(order: CallOrder, outcome: CallOutcome): Call {
		const { store, options, clock } = this.world();
		const answered = outcome.seconds > 0;
		const cost = answered ? options.prices.call : 0;
		store.charge(cost);
		const dialling = outcome.code === 'Restricted_By_DNC' ? 0 : 6;
		const user = store.users.get(order.userId ?? 0);
		return store.addCall({
			scenarioId: order.scenarioId,
			campaignId: order.campaign?.id ?? null,
			dialer: order.campaign?.dialer ?? null,
			contactId: order.contact?.id ?? null,
			attempt: order.contact?.attempts ?? 1,
			startedAt: clock.now() - (dialling + outcome.seconds) * 1000,
			phoneA: order.from,
			phoneB: order.phone,
			incoming: false,
			resultCode: outcome.resultCode,
			code: outcome.code,
			duration: outcome.seconds,
			dialling,
			cost,
			data: order.data,
			userId: user?.id ?? null,
			groupId: user?.groupId ?? null,
			queueId: order.campaign?.queueId ?? null,
			tags: [],
			topics: [],
			comments: [],
			wrapUp: null,
			source: order.source,
			recorded: answered && oddity(order.phone, options.steerByPhone) !== 'noRecording',
			settled: false,
		});
	}

	private callerOf(campaign: Campaign): string {
		const { store } = this.world();
		const number = store.numbers.get(Number(campaign.fields.phone_number_id));
		return number?.number ?? [...store.numbers.values()][0]?.number ?? '';
	}

	private agentOf(campaign: Campaign): number | null {
		const users = campaign.fields.user_ids;
		if (!Array.isArray(users) || users.length === 0) return null;
		const user: unknown = users[campaign.stat.ended % users.length];
		return typeof user === 'number' ? user : null;
	}

	reset(): void {
		this.open.length = 0;
	}
}

/** Whether a contact may still be called. */
export function isOpen(contact: Contact): boolean {
	return contact.status === 'new' || contact.status === 'ongoing';
}

/** Section 5.6: a contact without a time zone is not dialled. */
function isDue(contact: Contact): boolean {
	return isOpen(contact) && contact.zone !== null;
}

function isRunning(campaign: Campaign): boolean {
	return campaign.status === 'ongoing' || campaign.status === 'started';
}

/** Counters of a campaign or list as texts and numbers (section 5.5). */
export function statFields(stat: Stat): Record<string, unknown> {
	return {
		call_item_count: stat.total,
		call_ended: stat.ended,
		call_success: stat.success,
		call_failed: stat.failed,
		call_canceled: stat.canceled,
		cost: stat.cost.toFixed(4),
		success_calls_duration: stat.seconds,
	};
}
