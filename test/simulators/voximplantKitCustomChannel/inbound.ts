import { request as fetchUrl } from 'undici';
import type { Clock } from '../core/clock';
import type { SimulatorRequest } from '../core/http';
import type { Access } from './access';
import { Refusal } from './envelope';
import { readEvent, type InboundEvent } from './eventModel';
import type { ChannelBehaviour } from './options';
import type { Conversation, FetchedFile, Message } from './records';
import type { Remarks } from './remarks';
import type { Store } from './store';

/** Called for every message that was accepted as a new one. */
export type OnMessage = (conversation: Conversation, message: Message) => void;

/** Clients that provoke a refusal: `sim-error-402`, and `sim-error-402-ok` for the same at HTTP 200. */
const STEERED_ERROR = /^sim-error-(\d{3})(-ok)?$/;

/** `POST /{channel_uuid}` (§4.3). */
export class Inbound {
	/** Attachments that Kit is fetching. */
	fetching = 0;

	constructor(
		private readonly options: ChannelBehaviour,
		private readonly store: Store,
		private readonly access: Access,
		private readonly remarks: Remarks,
		private readonly clock: Clock,
		private readonly onMessage: OnMessage,
	) {}

	/** Takes an event; the number of messages accepted. */
	take(uuid: string, request: SimulatorRequest): number {
		const tokenChannel = this.access.bearer(request);
		if (!this.store.channels.has(uuid)) throw this.refusal(404, 'Channel not found.');
		if (tokenChannel !== uuid) {
			this.remarks.violation('event', 'Authorization', 'a JWT of another channel');
			throw this.refusal(403);
		}
		if (request.search !== '') this.remarks.violation('event', request.search, 'query string');
		const type = request.headers['content-type'];
		const event = readEvent(request.body, type, this.options, this.remarks);
		const steered = STEERED_ERROR.exec(event.clientId);
		if (steered) throw new Refusal(Number(steered[1]), undefined, steered[2] ? 'ok' : 'status');
		if (this.isIgnoredRepeat(event)) return 0;
		this.store.accepted.add(event.eventId, event.message?.messageId, event.clientId);
		this.keep(uuid, event);
		return 1;
	}

	private isIgnoredRepeat(event: InboundEvent): boolean {
		if (!this.store.accepted.byEventId.has(event.eventId)) return false;
		if (this.options.repeatedEvents === 'refuse')
			throw this.refusal(422, `Event "${event.eventId}" exists already.`);
		if (this.options.repeatedEvents === 'accept') return false;
		this.store.ignoredRepeats++;
		return true;
	}

	private keep(uuid: string, { eventId, clientId, client, message }: InboundEvent): void {
		const now = this.clock.now();
		const conversation = this.store.open(clientId, uuid, now);
		Object.assign(conversation.client, client);
		if (!message) return;
		const stored = this.store.addMessage(conversation, {
			from: 'client',
			eventId,
			...message,
			at: now,
		});
		if (this.options.fetchAttachments) void this.fetchAll(stored);
		this.onMessage(conversation, stored);
	}

	/** "`file_url` must be reachable by Kit without authentication" (§4.3). */
	private async fetchAll(message: Message): Promise<void> {
		this.fetching++;
		try {
			for (const item of message.payload) {
				if (!('file_url' in item) || item.file_url === undefined) continue;
				message.fetched = { ...message.fetched, [item.file_url]: await fetchFile(item.file_url) };
			}
		} finally {
			this.fetching--;
		}
	}

	private refusal(code: number, text?: string): Refusal {
		return new Refusal(code, text, this.options.sendErrors);
	}
}

async function fetchFile(url: string): Promise<FetchedFile> {
	try {
		const { statusCode, headers, body } = await fetchUrl(url, { headersTimeout: 5000 });
		const content = await body.arrayBuffer();
		const type = String(headers['content-type'] ?? '');
		return { status: statusCode, bytes: content.byteLength, type };
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	}
}
