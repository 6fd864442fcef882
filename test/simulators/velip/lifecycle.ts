import type { Scheduler } from '../core/scheduler';
import { MINUTE, parseMoment, type Calendar, type Clock } from './clock';
import type { Events } from './events';
import type { VelipBehaviour } from './options';
import type { Call, Campaign, Message } from './records';
import { callOutcome, deliveries, obstacle, staysOpen, type CallOutcome } from './steering';
import type { Store } from './store';

/** Lets calls ring and end, SMS arrive, and campaigns load and dial. */
export class Lifecycle {
	constructor(
		private readonly options: VelipBehaviour,
		private readonly store: Store,
		private readonly events: Events,
		private readonly scheduler: Scheduler,
		private readonly calendar: Calendar,
		private readonly clock: Clock,
	) {}

	/** Dials a call, now or at its moment (velip.md section 7.1, `repeat` and `block`). */
	startCall(call: Call, notBefore = 0): void {
		if (this.options.lifecycle === 'manual') return;
		if (notBefore > this.clock.now()) {
			this.calendar.at(notBefore, () => this.startCall(call));
			return;
		}
		this.scheduler.after(this.options.lifecycleMs, () => {
			if (call.endedAt !== undefined) return;
			call.dialledAt = this.clock.now();
			if (staysOpen(call.dest, this.options.steerByPhone)) return;
			this.scheduler.after(this.options.lifecycleMs, () => {
				if (call.endedAt === undefined)
					this.finish(call, callOutcome(call.dest, this.options.steerByPhone));
			});
		});
	}

	/** Ends a call and reports it. */
	finish(call: Call, outcome: CallOutcome): void {
		this.settle(call, outcome);
		this.events.callFinished(call);
		this.followUp(call);
		const { plan } = call;
		if (plan && plan.triesLeft > 0 && call.status !== 'OK') {
			const { num: _, ...again } = call;
			this.startCall(
				this.store.addCall({
					...again,
					status: undefined,
					dialledAt: undefined,
					endedAt: undefined,
					createdAt: this.clock.now(),
					plan: { ...plan, triesLeft: plan.triesLeft - 1 },
				}),
			);
		}
	}

	/** Starts the delivery reports of an SMS (section 14.4). */
	startSms(message: Message): void {
		if (this.options.lifecycle === 'manual') return;
		if (staysOpen(message.dest, this.options.steerByPhone)) return;
		const steps = deliveries(message.dest, this.options.steerByPhone);
		steps.forEach((status, index) => {
			this.scheduler.after(this.options.lifecycleMs * (index + 1), () => {
				message.status = status;
				this.events.smsDelivered(message);
			});
		});
	}

	/** Section 9.1: creation is asynchronous; `cp_active` is 2 meanwhile. */
	load(campaign: Campaign): void {
		if (this.options.lifecycle === 'manual') return;
		if (campaign.dead) {
			this.calendar.at(this.clock.now() + 30 * MINUTE, () => this.loaded(campaign));
			return;
		}
		this.scheduler.after(this.options.lifecycleMs * 2, () => this.loaded(campaign));
	}

	/** Ends the loading. */
	loaded(campaign: Campaign): void {
		if (campaign.active !== 2) return;
		if (campaign.dead) {
			campaign.active = 0;
			campaign.statusText = 'Falha na geração dos destinos';
			return;
		}
		campaign.active = campaign.wanted;
		this.dial(campaign);
	}

	/** Goes on dialling while the campaign is active and inside its window. */
	dial(campaign: Campaign): void {
		if (campaign.dialling || campaign.active !== 1 || this.options.campaignBatch <= 0) return;
		if (this.options.lifecycle === 'manual') return;
		const list = this.store.lists.get(campaign.listId);
		if (!list || campaign.next >= list.destinations.length || isFull(campaign)) return;
		campaign.dialling = true;
		if (!this.isOnTime(campaign)) {
			this.calendar.at(this.clock.now() + MINUTE, () => {
				campaign.dialling = false;
				this.dial(campaign);
			});
			return;
		}
		this.scheduler.after(this.options.lifecycleMs, () => {
			campaign.dialling = false;
			this.dialBatch(campaign);
			this.dial(campaign);
		});
	}

	/** Section 9.3, `cp_ontime`: active and inside its window. */
	isOnTime(campaign: Campaign): boolean {
		if (campaign.active !== 1) return false;
		const now = this.clock.now();
		const start = parseMoment(`${campaign.dateStart} ${campaign.timeStart}`);
		const end = parseMoment(`${campaign.dateEnd} ${campaign.timeEnd}`);
		const dayStart = (now - start) % (24 * 60 * MINUTE);
		const length = (end - start) % (24 * 60 * MINUTE);
		return now >= start && now <= end + 999 && dayStart <= length + 999;
	}

	private dialBatch(campaign: Campaign): void {
		const list = this.store.lists.get(campaign.listId);
		if (!list || campaign.active !== 1) return;
		const end = Math.min(list.destinations.length, campaign.next + this.options.campaignBatch);
		for (; campaign.next < end; campaign.next++) {
			if (isFull(campaign)) return;
			const destination = list.destinations[campaign.next];
			if (!destination) return;
			const columns: Record<string, string> = { cdc_cod_cli: destination.code };
			destination.extras.forEach((extra, index) => {
				columns[`cdc_extra${index + 1}`] = extra;
			});
			const call = this.store.addCall({
				dest: destination.number,
				campaignId: campaign.id,
				cpid: campaign.ctid,
				createdAt: this.clock.now(),
				dialledAt: this.clock.now(),
				rurl: campaign.rurl,
				name: destination.name,
				columns,
			});
			campaign.made++;
			this.settle(call, this.campaignOutcome(call.dest, campaign));
			if (call.status === 'OK') campaign.answered++;
			this.events.callFinished(call);
		}
	}

	private campaignOutcome(dest: string, campaign: Campaign): CallOutcome {
		const { doNotCall, steerByPhone } = this.options;
		const listed = doNotCall.includes(dest) || obstacle(dest, steerByPhone) === 'doNotCall';
		if (listed && campaign.noBlock !== 1)
			return { status: 'BK', digits: [], seconds: 0, machine: 'ND' };
		return callOutcome(dest, steerByPhone);
	}

	private settle(call: Call, outcome: CallOutcome): void {
		const now = this.clock.now();
		const answered = outcome.status === 'OK';
		const seconds = call.plan?.drops ? 0 : outcome.seconds;
		call.status = outcome.status;
		call.endedAt = now;
		call.dialledAt ??= now - seconds * 1000;
		if (call.plan?.detectMachine) call.machine = outcome.machine;
		if (!answered) return;
		call.answeredAt = now - seconds * 1000;
		// The sequence dial, answer, end must hold, although time is compressed here.
		call.dialledAt = Math.min(call.dialledAt, call.answeredAt - 3000);
		call.seconds = seconds;
		call.digits = call.plan?.drops ? [] : outcome.digits;
		call.seconds2 = call.plan?.secondLeg ? Math.floor(seconds / 2) : 0;
		call.recorded = Math.min(call.plan?.record ?? 0, seconds, 2);
		call.value = this.options.prices.call;
		this.store.charge(call.value);
	}

	/** Section 7.1, `sms_action`: an SMS after the call. */
	private followUp(call: Call): void {
		const sms = call.plan?.sms;
		if (!sms) return;
		const answered = call.status === 'OK';
		const typed = call.digits.some((digit) => sms.keys.includes(digit));
		const wanted =
			sms.action === 'oknae' ||
			(sms.action === 'ok' && answered) ||
			(sms.action === 'nae' && !answered) ||
			(sms.action === 'dtmf1' && typed);
		if (!wanted) return;
		this.store.charge(this.options.prices.sms);
		this.startSms(
			this.store.addMessage({
				fn: 'MakeTTSCall',
				dest: call.dest,
				ctid: call.ctid,
				text: sms.text,
				status: 'ACCEPTD',
			}),
		);
	}
}

/** Section 9.2, `max_answered`: 0 means none. */
function isFull(campaign: Campaign): boolean {
	return campaign.maxAnswered > 0 && campaign.answered >= campaign.maxAnswered;
}
