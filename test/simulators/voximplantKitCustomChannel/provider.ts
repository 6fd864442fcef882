import { CallbackSender } from '../core/callbacks';
import { Calendar, Clock } from '../core/clock';
import { json, type SimulatorRequest, type SimulatorResponse } from '../core/http';
import { Scheduler } from '../core/scheduler';
import type { SimulatedProvider } from '../core/simulator';
import { Access } from './access';
import { errorBody, Refusal, writeRefusal, writeResult } from './envelope';
import { Files } from './files';
import { Inbound } from './inbound';
import type { ChannelBehaviour } from './options';
import { Outbound, type Reply, type SentEvent } from './outbound';
import { Panel } from './panel';
import type { CloseReason, Conversation, Message, Sender } from './records';
import { Remarks } from './remarks';
import { idleLimit, Steering } from './steering';
import { Store } from './store';
import { Tokens } from './tokens';

export const LOGIN_PATH = '/api/v3/botService/login';
export const REFRESH_PATH = '/api/v3/botService/refreshToken';
/** §1: superseded in 2021. */
const LEGACY_PATH = '/api/v3/botService/callback/';

/** The provider without its network side. */
export class Provider implements SimulatedProvider {
	readonly clock = new Clock();
	readonly scheduler = new Scheduler();
	readonly calendar = new Calendar(this.clock);
	readonly remarks = new Remarks();
	readonly files = new Files();
	readonly store: Store;
	readonly tokens: Tokens;
	readonly access: Access;
	readonly sender: CallbackSender;
	readonly outbound: Outbound;
	readonly inbound: Inbound;
	readonly panel: Panel;
	private readonly steering: Steering;
	private recent: number[] = [];
	private acting = 0;

	constructor(readonly options: ChannelBehaviour) {
		this.store = new Store(options);
		this.tokens = new Tokens(options, this.clock);
		this.access = new Access(options, this.tokens, this.store, this.remarks);
		this.sender = new CallbackSender(this.scheduler, options);
		this.outbound = new Outbound(options, this.store, this.files, this.sender, this.clock);
		this.inbound = new Inbound(
			options,
			this.store,
			this.access,
			this.remarks,
			this.clock,
			(conversation, message) => this.afterMessage(conversation, message),
		);
		this.panel = new Panel(options, this.store, this.outbound);
		this.steering = new Steering(
			this.outbound,
			async (id, reason, channel) => await this.close(id, reason, { channel }),
		);
	}

	/** Answers one request. */
	handle(request: SimulatorRequest): SimulatorResponse {
		const file = this.files.serve(request.method, request.path);
		if (file) return file;
		try {
			this.admit(request);
			return this.route(request);
		} catch (error) {
			if (error instanceof Refusal) return writeRefusal(error);
			throw error;
		}
	}

	/** An agent or bot writes. */
	async reply(clientId: string, from: 'agent' | 'bot', reply: Reply): Promise<SentEvent> {
		const sent = this.outbound.reply(clientId, from, reply);
		const conversation = this.store.conversation(clientId, reply.channel);
		if (conversation) this.watch(conversation);
		return await sent;
	}

	/** Ends the conversation; a client that never wrote has one from now on. */
	async close(
		clientId: string,
		reason: CloseReason,
		{ channel, sender }: { channel?: string; sender?: Sender } = {},
	): Promise<SentEvent> {
		const { uuid } = this.store.channel(channel);
		const conversation =
			this.store.conversation(clientId, uuid) ?? this.store.open(clientId, uuid, this.clock.now());
		return await this.outbound.close(conversation, reason, sender);
	}

	/** A failure that is the server's fault. */
	formatError(_path: string, error: string): SimulatorResponse {
		return json(errorBody(500, error));
	}

	get isIdle(): boolean {
		return (
			this.scheduler.size === 0 &&
			this.sender.pending === 0 &&
			this.inbound.fetching === 0 &&
			this.acting === 0
		);
	}

	/** Forgets everything but the options and the tokens issued, which stay good. */
	reset(): void {
		this.scheduler.clear();
		this.calendar.clear();
		this.sender.reset();
		this.store.reset();
		this.access.reset();
		this.remarks.reset();
		this.files.reset();
		this.outbound.reset();
		this.clock.reset();
		this.recent = [];
	}

	async stop(): Promise<void> {
		this.scheduler.clear();
		this.calendar.clear();
		await this.sender.close();
	}

	/** What stands before every method (§5). */
	private admit({ remoteAddress }: SimulatorRequest): void {
		const { allowedIps, paymentRequired, requestsPerSecond, sendErrors } = this.options;
		if (allowedIps.length > 0 && !allowedIps.includes(remoteAddress))
			throw new Refusal(403, undefined, sendErrors);
		if (paymentRequired) throw new Refusal(402, undefined, sendErrors);
		if (requestsPerSecond === undefined) return;
		const now = this.clock.now();
		this.recent = this.recent.filter((at) => at > now - 1000);
		if (this.recent.length >= requestsPerSecond)
			throw new Refusal(429, undefined, sendErrors, { 'retry-after': '1' });
		this.recent.push(now);
	}

	private route(request: SimulatorRequest): SimulatorResponse {
		const { method, path } = request;
		const extra = this.options.extraReplyFields;
		if (method === 'POST') {
			if (path === LOGIN_PATH) return writeResult(this.access.login(request), extra);
			if (path === REFRESH_PATH) return writeResult(this.access.refresh(request), extra);
			const uuid = channelOf(path);
			if (uuid !== undefined) {
				const accepted = this.inbound.take(uuid, request);
				return { ...writeResult(true, extra), accepted };
			}
		}
		const detail = path.startsWith(LEGACY_PATH) ? 'address of 2021' : 'no such method';
		this.remarks.violation('request', `${method} ${path}`, detail);
		throw new Refusal(404);
	}

	private afterMessage(conversation: Conversation, message: Message): void {
		this.watch(conversation);
		if (!this.options.steerByText) return;
		const act = this.steering.actFor(message);
		if (!act) return;
		this.scheduler.after(this.options.lifecycleMs, () => {
			this.acting++;
			void act(conversation.clientId, conversation.channelUuid)
				.catch(() => undefined)
				.finally(() => this.acting--);
		});
	}

	/** Closes the conversation when nobody writes any more (timers of §2). */
	private watch(conversation: Conversation): void {
		const channel = this.store.channels.get(conversation.channelUuid);
		const limit = channel && idleLimit(conversation, channel);
		if (limit === undefined) return;
		const { lastAt } = conversation;
		this.calendar.at(lastAt + limit, () => {
			if (conversation.status === 'closed' || conversation.lastAt !== lastAt) return;
			void this.outbound.close(conversation, 'CLOSED_BY_CLIENT_TIMEOUT');
		});
	}
}

/** The channel a path names: it stands directly under the host, percent-encoded (§4.3). */
export function channelOf(path: string): string | undefined {
	const name = /^\/([^/]+)$/.exec(path)?.[1];
	try {
		return name === undefined ? undefined : decodeURIComponent(name);
	} catch {
		return undefined;
	}
}
