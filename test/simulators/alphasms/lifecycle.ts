import { Scheduler } from '../core/scheduler';
import { kyivTime } from './clock';
import type { Events } from './events';
import type { AlphaSmsBehaviour } from './options';
import { planSteps, type Channel, type Status } from './statuses';
import type { Message, Store, ViberReply } from './store';

/** Moves messages through their statuses (alphasms.md section 5). */
export class Lifecycle {
	/** Apart from the steps, so that a message for next week does not look like work under way. */
	private readonly calendar = new Scheduler(50);

	constructor(
		private readonly options: AlphaSmsBehaviour,
		private readonly store: Store,
		private readonly events: Events,
		private readonly scheduler: Scheduler,
	) {}

	/** Starts an accepted message, or waits for its sending time. */
	start(message: Message): void {
		if (message.scheduledAt !== undefined && message.scheduledAt > Date.now()) {
			this.calendar.after(message.scheduledAt - Date.now(), () => {
				if (message.scheduledAt === undefined) return;
				message.scheduledAt = undefined;
				this.start(message);
			});
			return;
		}
		if (this.options.lifecycle === 'manual') return;
		message.steps = planSteps(message.channels, message.phone, this.options.steerByPhone);
		this.schedule(message);
	}

	/** Sets a status by hand and cancels what would have come by itself. */
	advance(message: Message, status: Status, channel?: Channel): void {
		message.steps = [];
		message.scheduledAt = undefined;
		this.change(message, status, channel ?? message.channel);
	}

	/** Adds a Viber reply and sets REPLIED (section 4.13). */
	reply(message: Message, reply: Omit<ViberReply, 'datetime'>): void {
		const full: ViberReply = { datetime: kyivTime(Date.now()), ...reply };
		message.steps = [];
		this.change(message, 'REPLIED', 'viber', full);
	}

	/** Cancels a scheduled message; false when it has been sent (Appendix A, `delete`). */
	cancel(message: Message): boolean {
		if (message.scheduledAt === undefined) return false;
		this.advance(message, 'DELETED');
		this.store.refund(message.price);
		return true;
	}

	/** Forgets all steps. */
	clear(): void {
		this.scheduler.clear();
		this.calendar.clear();
	}

	private schedule(message: Message): void {
		if (message.nextStep >= message.steps.length) return;
		const steps = message.steps;
		this.scheduler.after(this.options.lifecycleMs, () => {
			// A change by hand has replaced the plan meanwhile.
			if (message.steps !== steps) return;
			this.step(message);
			this.schedule(message);
		});
	}

	private step(message: Message): void {
		const step = message.steps[message.nextStep++];
		if (!step) return;
		const reply = step.status === 'REPLIED' ? steeredReply(message.phone) : undefined;
		this.change(message, step.status, step.channel, reply);
	}

	private change(message: Message, status: Status, channel: Channel, reply?: ViberReply): void {
		message.status = status;
		message.channel = channel;
		message.updatedAt = Date.now();
		if (reply) message.replies.push(reply);
		this.events.statusChanged(message);
		if (reply) this.events.replied(message, reply);
	}
}

/** Numbers ending in 07 answer with a file, those in 06 with text. */
function steeredReply(phone: string): ViberReply {
	const datetime = kyivTime(Date.now());
	if (!phone.endsWith('07')) return { datetime, message: 'Please wait' };
	const media = {
		url: 'https://url.com/home/vibermedia/',
		filename: 'invoice.pdf',
		filesize: 67983,
	};
	return { datetime, media };
}
