import { randomUUID } from 'node:crypto';

import type { EgressFilter } from '../shared/http/egress';
import { CallError } from '../shared/http/errors';
import { atMost } from '../shared/http/wait';
import type { Closure } from '../shared/websocket/socket';
import { Socket } from '../shared/websocket/socket';
import type { Action } from './actions';
import { ACTIONS } from './actions';
import { addressOf, NAME } from './connection';
import type { Connection } from './connection';
import type { Message } from './messages';
import { isGreeting, readMessage, sameName, textOf } from './messages';

/** Largest message of the app: all soundboards with their pictures may be in one (voicemod.md §B.1). */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What has happened when a connection ended by a message beyond that. */
export const TOO_LARGE = `${NAME} sent a message of more than 16 MB`;

/** How long commands that need no answer are given to answer or to fail (voicemod.md §B.4). */
const QUIET_MS = 1000;
const KNOWN_IDS = 1000;

export const BLOCKED_HINT =
	'The app runs on a local address, which this instance protects. Its administrator can allow it with N8N_SSRF_ALLOWED_IP_RANGES, e.g. 127.0.0.0/8, or N8N_SSRF_ALLOWED_HOSTNAMES.';

export interface LinkOptions {
	readonly egress?: EgressFilter;
	readonly signal?: AbortSignal;
	/** Hears of every message that answers nothing. */
	onEvent?(message: Message): void;
}

export interface Question {
	readonly action: string;
	readonly payload: Record<string, unknown>;
	/** Longest time for the answer, in milliseconds; 0 for no answer at all. */
	readonly timeoutMs: number;
	/** In place of what is known of the action. */
	readonly nature?: Action;
}

interface Pending extends Question {
	readonly id: string;
	readonly nature: Action;
	settle(message: Message): void;
	fail(error: CallError): void;
}

/** The error of a connection that ended while something was expected of it. */
function broken(closure: Closure): CallError {
	if (closure.tooLarge) {
		return new CallError(TOO_LARGE, {
			hint: 'It was not read. Ask for less at a time.',
			outcome: 'unknown',
		});
	}
	const code = closure.code === 1006 ? '' : ` (close code ${closure.code})`;
	return new CallError(`The connection to ${NAME} broke before the answer came${code}`, {
		cause: 'temporarily-unavailable',
		transient: true,
		outcome: 'unknown',
	});
}

function closedBefore(): CallError {
	return new CallError(`The connection to ${NAME} was closed`, {
		cause: 'temporarily-unavailable',
		transient: true,
		outcome: 'not_sent',
	});
}

/** Whether a message is about the same voice or sound as the question, as far as it says. */
function concerns({ payload, nature }: Pending, message: Message): boolean {
	return (nature.about ?? []).every((name) => {
		const wanted = payload[name];
		const told = textOf(message, name);
		return wanted === undefined || told === '' || told === wanted;
	});
}

/** One connection to the app: sends actions, and tells answers from events (voicemod.md §B.2). */
export class Link {
	readonly address: URL;
	/** From the greeting or from any message; empty until then. */
	appVersion = '';
	private readonly pending = new Map<string, Pending>();
	/** Questions that are over: what still comes for them answers nothing else. */
	private readonly over = new Set<string>();
	private greeted?: () => void;
	/** Resolves with the greeting, which older apps may not send. */
	readonly greeting = new Promise<void>((resolve) => {
		this.greeted = resolve;
	});

	private constructor(
		private readonly socket: Socket,
		address: URL,
		private readonly onEvent: (message: Message) => void,
	) {
		this.address = address;
		void socket.closed.then((closure) => {
			for (const question of this.pending.values()) question.fail(broken(closure));
		});
	}

	/** Connects to one port, without registering. Throws `CallError`, `CancelledError`. */
	static async open(connection: Connection, port: number, options: LinkOptions): Promise<Link> {
		const address = addressOf(connection, port);
		const early: string[] = [];
		const made: { link?: Link } = {};
		const socket = await Socket.open(
			{
				name: NAME,
				url: address,
				timeoutMs: connection.connectTimeoutMs,
				maxBytes: MAX_MESSAGE_BYTES,
				egress: options.egress,
				blockedHint: BLOCKED_HINT,
				signal: options.signal,
			},
			(text) => {
				if (made.link === undefined) early.push(text);
				else made.link.receive(text);
			},
		);
		const link = new Link(socket, address, (message) => options.onEvent?.(message));
		made.link = link;
		for (const text of early) link.receive(text);
		return link;
	}

	get isOpen(): boolean {
		return this.socket.isOpen;
	}

	get closed(): Promise<Closure> {
		return this.socket.closed;
	}

	/** @see Socket.probe */
	probe(): boolean {
		return this.socket.probe();
	}

	destroy(): void {
		this.socket.destroy();
	}

	async close(): Promise<void> {
		await this.socket.close();
	}

	/**
	 * Sends an action and waits for its answer.
	 *
	 * @returns undefined when there is none and none is needed
	 * @throws CallError (`unknown`) when the answer does not come
	 */
	async ask(question: Question): Promise<Message | undefined> {
		const { action, payload, timeoutMs } = question;
		const nature = question.nature ?? ACTIONS[action] ?? { answers: [] };
		if (!this.isOpen) throw closedBefore();
		const id = randomUUID();
		const text = JSON.stringify({ id, action, payload });
		if (timeoutMs === 0) {
			this.socket.send(text);
			return undefined;
		}
		const answered = new Promise<Message>((resolve, reject) => {
			this.pending.set(id, { ...question, id, nature, settle: resolve, fail: reject });
		});
		try {
			this.socket.send(text);
			const patience = nature.quiet ? Math.min(QUIET_MS, timeoutMs) : timeoutMs;
			const answer = await atMost(answered, patience);
			if (answer !== undefined) return answer.value;
		} finally {
			this.pending.delete(id);
			this.over.add(id);
			const [oldest] = this.over;
			if (this.over.size > KNOWN_IDS && oldest !== undefined) this.over.delete(oldest);
		}
		if (nature.quiet) return undefined;
		throw new CallError(
			`${NAME} did not answer "${action}" within ${Math.ceil(timeoutMs / 1000)} seconds`,
			{
				hint: 'Is the app busy, or showing a message? More time can be given with the option Timeout.',
				cause: 'temporarily-unavailable',
				outcome: 'unknown',
			},
		);
	}

	private receive(text: string): void {
		const message = readMessage(text);
		if (message === undefined) return;
		this.appVersion = textOf({ places: [message.raw] }, 'appVersion') || this.appVersion;
		if (isGreeting(message)) {
			this.greeted?.();
			return this.onEvent(message);
		}
		const question = this.questionOf(message);
		if (question !== undefined) {
			// At once, because the next message may come before anybody has heard of this one.
			this.pending.delete(question.id);
			this.over.add(question.id);
			return question.settle(message);
		}
		if (!this.over.has(message.id)) this.onEvent(message);
	}

	/** Which question a message answers: by its id, else the oldest one that may have such an answer. */
	private questionOf(message: Message): Pending | undefined {
		const { id, name } = message;
		const own = this.pending.get(id);
		if (own !== undefined) return own;
		if (this.over.has(id)) return undefined;
		const open = [...this.pending.values()];
		if (sameName(name, ['commandNotFound'])) {
			const command = textOf(message, 'commandName');
			return open.find(({ action }) => sameName(action, [command]));
		}
		const answered = open.find((question) => {
			const names = [question.action, ...question.nature.answers];
			return sameName(name, names) && concerns(question, message);
		});
		if (answered !== undefined) return answered;
		const shown = open.find(
			(question) =>
				sameName(name, question.nature.signs ?? []) &&
				textOf(message, 'voiceID') !== 'custom' &&
				concerns(question, message),
		);
		// The change is news for others all the same.
		if (shown !== undefined) this.onEvent(message);
		return shown;
	}
}
