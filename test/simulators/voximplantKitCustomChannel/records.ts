/** What is told about an attachment, either way (voximplant-kit-custom-channel.md §4.3). */
export interface MediaItem {
	type: 'photo' | 'video' | 'audio' | 'document';
	file_name?: string;
	file_url?: string;
}

/** A place. Degrees. */
export interface LocationItem {
	type: 'location';
	latitude?: number;
	longitude?: number;
	address?: string;
}

/** A visiting card. */
export interface ContactItem {
	type: 'contact';
	name?: string;
	number?: string;
	avatar?: string;
}

export type PayloadItem = MediaItem | LocationItem | ContactItem;

/** Why a conversation ended (§6.4). */
export const CLOSE_REASONS = [
	'CLOSED_BY_AGENT',
	'CLOSED_BY_BOT',
	'CLOSED_BY_CLIENT_TIMEOUT',
	'CLOSED_BY_UNKNOWN_REASON',
] as const;

export type CloseReason = (typeof CLOSE_REASONS)[number];

/** Who writes on Kit's side (§6.3). */
export interface Sender {
	sender_id?: number;
	sender_username?: string;
	sender_display_name?: string;
	sender_avatar?: string;
	sender_email?: string;
	/** `agent` or `bot`; may be absent. */
	sender_type?: string;
	is_bot?: boolean;
}

/** What Kit made of fetching an attachment (option `fetchAttachments`). */
export interface FetchedFile {
	status?: number;
	bytes?: number;
	type?: string;
	error?: string;
}

/** A message of a conversation, whoever wrote it. */
export interface Message {
	from: 'client' | 'agent' | 'bot';
	messageId: string;
	eventId: string;
	text?: string;
	payload: PayloadItem[];
	/** Of messages from Kit. */
	sender?: Sender;
	/** By `file_url`. */
	fetched?: Record<string, FetchedFile>;
	/** ms */
	at: number;
}

/** Everything with one `client_id` in one channel. A message after the end opens the next request in it. */
export interface Conversation {
	channelUuid: string;
	clientId: string;
	/** `client_data` as last sent, merged. */
	client: Record<string, unknown>;
	status: 'open' | 'closed';
	/** Who has it; the timers of the channel differ by this. */
	assigned: 'nobody' | 'agent' | 'bot';
	/** 1 for the first conversation, 2 after it was closed and opened again... */
	requests: number;
	messages: Message[];
	closeReason?: CloseReason;
	/** ms */
	lastAt: number;
}

/** A custom channel as saved in Kit (§2). */
export interface Channel {
	uuid: string;
	name: string;
	/** Where Kit sends events. */
	callbackUrl?: string;
	salt: string;
	/** The API token chosen in the form; signs the callbacks. */
	apiToken: string;
	/** Timers that close idle conversations, in ms; undefined: never. */
	closeAgentAfterMs?: number;
	closeBotAfterMs?: number;
}
