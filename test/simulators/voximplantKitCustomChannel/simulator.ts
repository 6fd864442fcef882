import { randomUUID } from 'node:crypto';
import type { CallbackDelivery } from '../core/callbacks';
import type { ConnectionCounts } from '../core/connections';
import type { Fault, FaultRecord } from '../core/faults';
import { Simulator, startSimulator } from '../core/simulator';
import type { Attempts } from './access';
import { createChannelControl } from './control';
import type { HostedFile } from './files';
import { applyOptions, defaultBehaviour, type ChannelSimulatorOptions } from './options';
import type { DeliveryOverrides, EventOverrides, Reply, SentEvent } from './outbound';
import type { Panel } from './panel';
import { channelOf, LOGIN_PATH, Provider, REFRESH_PATH } from './provider';
import type { Channel, CloseReason, Conversation, Message, Sender } from './records';
import type { Remark } from './remarks';
import type { Acceptance } from './store';

/** Summary of `GET /__sim/state`. */
export interface ChannelState {
	requests: Record<string, number>;
	accepted: { total: number; maxPerKey: number; ignoredRepeats: number };
	auth: { logins: Attempts; refreshes: Attempts; unauthorized: number };
	conversations: { open: number; closed: number };
	messages: number;
	connections: ConnectionCounts;
	callbacks: { total: number; ok: number; failed: number; pending: number };
	violations: Remark[];
	plausible: Remark[];
	faults: { pending: Fault[]; log: FaultRecord[] };
}

/** A running provider, as voximplant-kit-custom-channel.md describes it. All members: `test/simulators/README.md`. */
export class VoximplantKitCustomChannelSimulator extends Simulator<Provider> {
	/** Requests that arrived, lost ones included: `login`, `refresh`, `event`, and by path what is none of them. */
	get requests(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const [path, count] of Object.entries(this.server.log.byPath)) {
			const name = this.nameOf(path);
			counts[name] = (counts[name] ?? 0) + count;
		}
		return counts;
	}

	/** Events accepted, by event id, message id and client. */
	get accepted(): Acceptance {
		return this.provider.store.accepted;
	}

	/** Logins processed. */
	get logins(): Attempts {
		return this.provider.access.logins;
	}

	/** Refreshes processed. */
	get refreshes(): Attempts {
		return this.provider.access.refreshes;
	}

	/** Events refused because their token was missing, expired or of no use. */
	get unauthorized(): number {
		return this.provider.access.unauthorized;
	}

	/** Everything that must never show in an output, error or log. */
	get secrets(): string[] {
		const { store, tokens } = this.provider;
		const salts = [...store.channels.values()].map(({ salt }) => salt);
		return [...new Set([...store.apiTokens, ...salts, ...tokens.issued])];
	}

	get violations(): Remark[] {
		return this.provider.remarks.violations;
	}

	get plausible(): Remark[] {
		return this.provider.remarks.plausible;
	}

	/** Kit's administration: API tokens, and the form of a channel with its set-up check. */
	get panel(): Panel {
		return this.provider.panel;
	}

	channel(uuid?: string): Channel {
		return this.provider.store.channel(uuid);
	}

	conversation(clientId: string, channel?: string): Conversation | undefined {
		return this.provider.store.conversation(clientId, channel);
	}

	conversations(): Conversation[] {
		return this.provider.store.allConversations();
	}

	/** Messages of one client, or of all, in the order of their conversations. */
	messages(clientId?: string): Message[] {
		return this.conversations()
			.filter((conversation) => clientId === undefined || conversation.clientId === clientId)
			.flatMap((conversation) => conversation.messages);
	}

	/** Ends all access tokens issued so far, on demand the refresh tokens as well. */
	expireTokens({ refresh = false }: { refresh?: boolean } = {}): void {
		this.provider.tokens.revokeAll('access');
		if (refresh) this.provider.tokens.revokeAll('refresh');
	}

	/** The provider's time, in ms. */
	now(): number {
		return this.provider.clock.now();
	}

	/** Puts the provider's clock forward: tokens expire, idle conversations close. */
	advanceClock(ms: number): void {
		this.provider.clock.advance(ms);
	}

	/** An agent answers; resolves when the callback was delivered or given up. */
	async agentReply(clientId: string, reply: string | Reply): Promise<SentEvent> {
		return await this.provider.reply(clientId, 'agent', toReply(reply));
	}

	/** A bot or function answers. */
	async botReply(clientId: string, reply: string | Reply): Promise<SentEvent> {
		return await this.provider.reply(clientId, 'bot', toReply(reply));
	}

	/** The conversation is closed in Kit. */
	async closeConversation(
		clientId: string,
		reason: CloseReason = 'CLOSED_BY_AGENT',
		options: { channel?: string; sender?: Sender } = {},
	): Promise<SentEvent> {
		return await this.provider.close(clientId, reason, options);
	}

	/** Sends an event of a type the page does not know (open question 3). */
	async sendEvent(
		clientId: string,
		type: string,
		data: Record<string, unknown> = {},
		{ channel, eventId }: { channel?: string; eventId?: string } = {},
	): Promise<SentEvent> {
		const { outbound } = this.provider;
		const event = outbound.event(eventId ?? randomUUID(), type, clientId, data);
		return await outbound.send(this.channel(channel), event);
	}

	/** Delivers an event that was sent once more. */
	async repeat(eventId: string): Promise<SentEvent> {
		return await this.provider.outbound.repeat(eventId);
	}

	/** Kit's test request to the callback URL, or to another address. */
	async check(
		url?: string,
		overrides: Omit<DeliveryOverrides, 'url'> & {
			method?: 'GET' | 'HEAD' | 'POST';
			channel?: string;
		} = {},
	): Promise<CallbackDelivery> {
		return await this.provider.outbound.check(this.channel(overrides.channel), {
			...overrides,
			url,
		});
	}

	/** Sends one callback with any content and signature, without retry. */
	async deliver(event: EventOverrides = {}): Promise<CallbackDelivery> {
		return await this.provider.outbound.deliver(event);
	}

	/** Hosts a file without authentication; the address to download it from. */
	addFile(file: HostedFile): string {
		return `${this.url}${this.provider.files.add(file)}`;
	}

	setOptions(options: Partial<ChannelSimulatorOptions>): void {
		applyOptions(this.provider.options, options);
		this.provider.store.loadAccount();
		if (options.callbackUrl === null) this.channel().callbackUrl = undefined;
		this.server.latencyMs = this.options.latencyMs;
	}

	state(): ChannelState {
		const { store, sender } = this.provider;
		const { total, maxPerKey } = store.accepted;
		const conversations = this.conversations();
		const open = conversations.filter(({ status }) => status === 'open').length;
		const { logins, refreshes, unauthorized } = this;
		return {
			requests: this.requests,
			accepted: { total, maxPerKey, ignoredRepeats: store.ignoredRepeats },
			auth: { logins, refreshes, unauthorized },
			conversations: { open, closed: conversations.length - open },
			messages: this.messages().length,
			connections: this.connections,
			callbacks: { ...sender.totals, pending: sender.pending },
			violations: this.violations,
			plausible: this.plausible,
			faults: { pending: this.faults.pending, log: this.faults.log },
		};
	}

	private nameOf(path: string): string {
		if (path === LOGIN_PATH) return 'login';
		if (path === REFRESH_PATH) return 'refresh';
		return this.provider.store.channels.has(channelOf(path) ?? '') ? 'event' : path;
	}
}

function toReply(reply: string | Reply): Reply {
	return typeof reply === 'string' ? { text: reply } : reply;
}

/** Starts a custom channel on a local port. */
export async function startVoximplantKitCustomChannelSimulator(
	options: ChannelSimulatorOptions = {},
): Promise<VoximplantKitCustomChannelSimulator> {
	const behaviour = defaultBehaviour();
	applyOptions(behaviour, options);
	const provider = new Provider(behaviour);
	return await startSimulator(provider, options, createChannelControl, (server) => {
		provider.outbound.baseUrl = server.url;
		return new VoximplantKitCustomChannelSimulator(provider, server);
	});
}
