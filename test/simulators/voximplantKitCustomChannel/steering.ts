import type { Outbound } from './outbound';
import { SAMPLE_FILES } from './files';
import type { CloseReason, Conversation, Message } from './records';

/** Runs something that Kit does after a message. */
type Act = (clientId: string, channel: string) => Promise<unknown>;

/** What a client's text provokes: `sim:agent`, `sim:close`... */
export class Steering {
	private readonly acts: Record<string, Act>;

	constructor(
		outbound: Outbound,
		close: (clientId: string, reason: CloseReason, channel: string) => Promise<unknown>,
	) {
		const agent = (reply: Parameters<Outbound['reply']>[2]): Act => {
			return async (id, channel) => await outbound.reply(id, 'agent', { ...reply, channel });
		};
		const closing = (reason: CloseReason): Act => {
			return async (id, channel) => await close(id, reason, channel);
		};
		const { photo, document } = SAMPLE_FILES;
		this.acts = {
			agent: agent({ text: 'Good afternoon!' }),
			bot: async (id, channel) => await outbound.reply(id, 'bot', { text: 'I am a bot.', channel }),
			photo: agent({
				text: 'Here is the photo',
				payload: [
					{ type: 'photo', file_name: photo.name, content: photo.content, mime: photo.type },
				],
			}),
			document: agent({
				payload: [
					{
						type: 'document',
						file_name: document.name,
						content: document.content,
						mime: document.type,
					},
				],
			}),
			location: agent({
				payload: [{ type: 'location', latitude: 50.45, longitude: 30.52, address: 'Kyiv' }],
			}),
			contact: agent({
				payload: [{ type: 'contact', name: 'Anna', number: '380441234567' }],
			}),
			close: closing('CLOSED_BY_AGENT'),
			'close-bot': closing('CLOSED_BY_BOT'),
			'close-timeout': closing('CLOSED_BY_CLIENT_TIMEOUT'),
			'close-unknown': closing('CLOSED_BY_UNKNOWN_REASON'),
		};
	}

	/** The act a message asks for. */
	actFor(message: Message): Act | undefined {
		const name = /^sim:([a-z-]+)$/.exec(message.text?.trim() ?? '')?.[1];
		return name !== undefined && Object.hasOwn(this.acts, name) ? this.acts[name] : undefined;
	}
}

/** When an idle conversation is closed (§2); undefined: never. */
export function idleLimit(
	conversation: Conversation,
	timers: { closeAgentAfterMs?: number; closeBotAfterMs?: number },
): number | undefined {
	return conversation.assigned === 'bot' ? timers.closeBotAfterMs : timers.closeAgentAfterMs;
}
