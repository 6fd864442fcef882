import { randomBytes, randomUUID } from 'node:crypto';
import type { CallbackDelivery } from '../core/callbacks';
import type { ChannelBehaviour } from './options';
import type { Outbound } from './outbound';
import type { Channel } from './records';
import type { Store } from './store';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;

/** What a person fills in (§2). */
export interface ChannelFields {
	name?: string;
	callbackUrl: string;
	/** One of the account's API tokens; default the one of the options. */
	apiToken?: string;
	/** 60 s to 14 days (7 in an older edition), in ms. */
	closeAgentAfterMs?: number;
	/** 60 s to 7 days, in ms. */
	closeBotAfterMs?: number;
}

/** What the saved channel shows. */
export interface SavedChannel {
	channelUuid: string;
	salt: string;
	check: CallbackDelivery;
}

/** The form of a new channel, open in a browser: the salt is there already, the UUID is not. */
export interface ChannelForm {
	salt: string;
	/** Makes the test request and saves; fails when the address does not answer it. */
	save(fields: ChannelFields): Promise<SavedChannel>;
}

/** The parts of Kit's administration a channel needs. */
export class Panel {
	constructor(
		private readonly options: ChannelBehaviour,
		private readonly store: Store,
		private readonly outbound: Outbound,
	) {}

	/** *Administration → Security → API tokens*. */
	createApiToken(): string {
		const token = randomBytes(16).toString('hex');
		this.store.apiTokens.add(token);
		return token;
	}

	/** Logins with it fail from now on. */
	revokeApiToken(token: string): void {
		this.store.apiTokens.delete(token);
	}

	/** *Setup → Conversations → Channels → Custom channel*. */
	openChannelForm(): ChannelForm {
		const salt = randomBytes(12).toString('hex');
		return {
			salt,
			save: async (fields) => await this.save({ uuid: randomUUID(), salt }, fields, true),
		};
	}

	/** Saves changes of a channel; its salt and UUID stay. */
	async editChannel(
		uuid: string,
		fields: Partial<ChannelFields>,
	): Promise<SavedChannel | undefined> {
		const channel = this.store.channel(uuid);
		const callbackUrl = fields.callbackUrl ?? channel.callbackUrl ?? '';
		const { salt } = channel;
		return await this.save(
			{ ...channel, salt },
			{ ...fields, callbackUrl },
			this.options.checkOnEdit,
		);
	}

	private async save(
		base: Partial<Channel> & { uuid: string; salt: string },
		fields: ChannelFields,
		isChecked: true,
	): Promise<SavedChannel>;
	private async save(
		base: Partial<Channel> & { uuid: string; salt: string },
		fields: ChannelFields,
		isChecked: boolean,
	): Promise<SavedChannel | undefined>;
	private async save(
		base: Partial<Channel> & { uuid: string; salt: string },
		fields: ChannelFields,
		isChecked: boolean,
	): Promise<SavedChannel | undefined> {
		const given = Object.fromEntries(
			Object.entries(fields).filter(([, value]) => value !== undefined),
		);
		const channel: Channel = {
			name: 'Custom channel',
			apiToken: this.options.apiKey,
			...base,
			...given,
		};
		this.validate(channel);
		const check = isChecked ? await this.outbound.check(channel, {}) : undefined;
		if (check && !check.ok)
			throw new Error(`The callback URL does not answer: ${check.status ?? check.error ?? ''}`);
		this.store.channels.set(channel.uuid, channel);
		return check && { channelUuid: channel.uuid, salt: channel.salt, check };
	}

	private validate(channel: Channel): void {
		if (!/^https?:\/\//.test(channel.callbackUrl ?? '')) throw new Error('Callback URL is missing');
		if (!this.store.apiTokens.has(channel.apiToken)) throw new Error('No such API token');
		checkTimer(channel.closeAgentAfterMs, 14 * DAY);
		checkTimer(channel.closeBotAfterMs, 7 * DAY);
	}
}

function checkTimer(ms: number | undefined, max: number): void {
	if (ms !== undefined && !(ms >= 60 * SECOND && ms <= max))
		throw new Error('A timer is 60 seconds to some days');
}
