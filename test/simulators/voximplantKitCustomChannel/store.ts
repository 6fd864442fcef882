import { randomUUID } from 'node:crypto';
import type { ChannelBehaviour } from './options';
import type { Channel, Conversation, Message } from './records';

/** What was accepted, so that a test can prove that nothing went out twice. */
export class Acceptance {
	total = 0;
	readonly byEventId = new Map<string, number>();
	readonly byMessageId = new Map<string, number>();
	readonly byClient = new Map<string, number>();

	/** Highest count of any event id or message id. */
	get maxPerKey(): number {
		let max = 0;
		for (const counts of [this.byEventId, this.byMessageId])
			for (const count of counts.values()) max = Math.max(max, count);
		return max;
	}

	add(eventId: string, messageId: string | undefined, clientId: string): void {
		this.total++;
		count(this.byEventId, eventId);
		if (messageId !== undefined) count(this.byMessageId, messageId);
		count(this.byClient, clientId);
	}

	reset(): void {
		this.total = 0;
		for (const counts of [this.byEventId, this.byMessageId, this.byClient]) counts.clear();
	}
}

/** Channels, API tokens and conversations of the account. */
export class Store {
	readonly channels = new Map<string, Channel>();
	readonly apiTokens = new Set<string>();
	readonly accepted = new Acceptance();
	/** Events that were answered as accepted, but were repeats (option `repeatedEvents`). */
	ignoredRepeats = 0;
	private tokensOfOptions: string[] = [];
	private channelsOfOptions: string[] = [];
	private readonly conversations = new Map<string, Conversation>();

	constructor(private readonly options: ChannelBehaviour) {
		this.loadAccount();
	}

	/** Takes channels and tokens over from the options; what the panel made or chose stays. */
	loadAccount(): void {
		const { apiKey, apiTokens, callbackToken, channelUuid, salt } = this.options;
		for (const token of this.tokensOfOptions) this.apiTokens.delete(token);
		this.tokensOfOptions = [apiKey, ...(callbackToken ? [callbackToken] : []), ...apiTokens];
		for (const token of this.tokensOfOptions) this.apiTokens.add(token);
		const main = { uuid: channelUuid, salt, callbackUrl: this.options.callbackUrl };
		const before = new Map(this.channels);
		for (const uuid of this.channelsOfOptions) this.channels.delete(uuid);
		this.channelsOfOptions = [channelUuid, ...this.options.channels.map(({ uuid }) => uuid)];
		for (const { uuid, ...fields } of [main, ...this.options.channels]) {
			const saved = before.get(uuid);
			const isTokenGood = saved && this.apiTokens.has(saved.apiToken);
			this.channels.set(uuid, {
				...(saved ?? { name: 'Custom channel' }),
				uuid,
				salt: fields.salt ?? salt,
				callbackUrl: fields.callbackUrl ?? saved?.callbackUrl,
				apiToken: isTokenGood ? saved.apiToken : apiKey,
			});
		}
	}

	/** The channel, by default the one of the options. */
	channel(uuid = this.options.channelUuid): Channel {
		const channel = this.channels.get(uuid);
		if (!channel) throw new Error(`No channel ${uuid}`);
		return channel;
	}

	conversation(clientId: string, uuid = this.options.channelUuid): Conversation | undefined {
		return this.conversations.get(`${uuid} ${clientId}`);
	}

	allConversations(): Conversation[] {
		return [...this.conversations.values()];
	}

	/** The open conversation, begun or opened again when there is none. */
	open(clientId: string, uuid: string, now: number): Conversation {
		const key = `${uuid} ${clientId}`;
		const conversation: Conversation = this.conversations.get(key) ?? {
			channelUuid: uuid,
			clientId,
			client: { client_id: clientId },
			status: 'closed',
			assigned: 'nobody',
			requests: 0,
			messages: [],
			lastAt: now,
		};
		this.conversations.set(key, conversation);
		if (conversation.status === 'closed') {
			conversation.status = 'open';
			conversation.assigned = 'nobody';
			conversation.requests++;
			conversation.closeReason = undefined;
		}
		conversation.lastAt = now;
		return conversation;
	}

	addMessage(
		conversation: Conversation,
		message: Omit<Message, 'messageId'> & { messageId?: string },
	): Message {
		const stored = { ...message, messageId: message.messageId ?? `kit-${randomUUID()}` };
		conversation.messages.push(stored);
		conversation.lastAt = message.at;
		return stored;
	}

	/** Forgets conversations, and channels and tokens that did not come from the options. */
	reset(): void {
		this.accepted.reset();
		this.ignoredRepeats = 0;
		this.conversations.clear();
		this.channels.clear();
		this.apiTokens.clear();
		this.loadAccount();
	}
}

function count(counts: Map<string, number>, key: string): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}
