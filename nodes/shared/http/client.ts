import type { Download } from './download';
import { download } from './download';
import { afterLostAnswer, beforeSending, CallError, CancelledError, hideSecrets } from './errors';
import type { Gate } from './gate';
import { presentable, redact } from './redact';
import type { RefusalMemory } from './refusals';
import type { ApiRequest, Reply, Safety } from './request';
import { decodeText } from './request';
import type { RetryPolicy } from './retry';
import { DEFAULT_RETRY, mayRepeat, nextDelay, parseRetryAfter } from './retry';
import type { SessionStore } from './session';
import { settle } from './settle';
import type { TransportOptions } from './transport';
import { transmit } from './transport';
import { orCancelled, wait } from './wait';

/** How a provider is spoken to. `C` is its parsed credential, `S` what a login gives. */
export interface Dialect<C, S = undefined> {
	/** The provider's name as users know it. */
	readonly name: string;
	/** Base URL without a trailing slash. */
	origin(connection: C, host?: string): string;
	authenticate(request: ApiRequest, connection: C, session: S | undefined): ApiRequest;
	/** Texts that must never show up anywhere. */
	secrets(connection: C): string[];
	/** The provider's own words in an answer with an error status, where it has any. */
	explain?(reply: Reply): CallError | undefined;
	/** Whether an answer with an error status is a yes all the same, by what it says. */
	accepts?(reply: Reply): boolean;
	/** What a user can do when the request rate is limited; a general text unless given. */
	readonly rateLimitHint?: string;
	/** For providers that ban repeated refusals: which credentials were refused, and their key. */
	readonly refusals?: { readonly memory: RefusalMemory; key(connection: C): string };
	/**
	 * The ways to ask for a file of the provider by its address, best first, each with what
	 * authenticates it. Throws `CallError` for addresses that are not the provider's. Without it
	 * files are asked for without a credential.
	 */
	files?(url: URL, connection: C): readonly FileRequest[];
	readonly sessions?: Sessions<C, S>;
	/** Called for every single try of a request, with the credential already in it. */
	attempt?(request: ApiRequest, connection: C): Attempt;
}

export interface FileRequest {
	readonly url: string;
	/** Sent by POST; by GET without it. */
	readonly form?: Readonly<Record<string, string>>;
}

/** One try of a request. */
export interface Attempt {
	/** What is sent. */
	readonly request: ApiRequest;
	/** Looks at the answer, whatever its status, before anything reads it. Throws `CallError`. */
	receive(reply: Reply): Reply;
}

/** Sends a request without a session and decodes its answer, if that is not an error. */
export type Ask = <T>(request: ApiRequest, decode: (reply: Reply) => T) => Promise<T>;

/** For APIs with a login: where sessions are kept, how to get one, and how one is refused. */
export interface Sessions<C, S> {
	readonly store: SessionStore<S>;
	/** What a session belongs to: the credential, and the request's `scope` where it has one. */
	key(connection: C, scope?: string): string;
	/** A new session. Given the `stale` one, which some APIs can renew. */
	login(ask: Ask, connection: C, stale?: S, scope?: string): Promise<S>;
	/** Whether a session is so near its end that it is renewed before it is used. */
	isStale?(session: S): boolean;
	/** Whether a request was refused for its session, surely not acted upon, and another may do. */
	isRefused(reply: Reply, session: S): boolean;
	/** Texts of a session that must never show up anywhere. */
	secrets?(session: S): string[];
}

export interface ClientOptions extends TransportOptions {
	readonly gate?: Gate;
	/** Also repeat spending requests whose outcome is unknown. */
	readonly resendUnknown?: boolean;
	readonly attempts?: number;
	/** Throws when the credential may not be used with this base URL. */
	assertUrlAllowed?(url: string): void;
}

const MAX_PAGE_TEXT = 20_000;
/** Files go to n8n as a stream, so they may be larger than answers. */
const MAX_FILE_BYTES = 500 * 1024 * 1024;

/** The error of an answer whose HTTP status says no; undefined for 2xx. */
function statusError(
	{ name, rateLimitHint }: Pick<Dialect<never>, 'name' | 'rateLimitHint'>,
	reply: Reply,
	secrets: readonly string[],
): CallError | undefined {
	const { status } = reply;
	if (status >= 200 && status < 300) return undefined;
	if (status === 429) {
		const retryAfterMs = parseRetryAfter(reply.headers['retry-after']);
		// A pause that no run should wait for: the other requests would only meet it too.
		const stopsRun = (retryAfterMs ?? 0) > DEFAULT_RETRY.maxDelayMs;
		return new CallError(`${name} limits the request rate (HTTP 429)`, {
			hint: [
				stopsRun &&
					`It asks to come back in ${Math.ceil((retryAfterMs ?? 0) / 60_000)} minutes. Run what was not sent again then.`,
				rateLimitHint ??
					(!stopsRun && 'Lower "Concurrent Requests" in the options, or send in smaller portions.'),
			]
				.filter(Boolean)
				.join(' '),
			httpStatus: status,
			cause: 'rate-limited',
			outcome: 'not_sent',
			retryAfterMs,
			transient: true,
			stopsRun,
		});
	}
	// First hidden, then cut: half a secret could not be found any more.
	const page = redact(decodeText(reply), secrets)
		.slice(0, MAX_PAGE_TEXT)
		.replace(/<[^>]*>/g, ' ');
	const excerpt = presentable(page.replace(/\s+/g, ' '), secrets);
	const words = excerpt ? `: ${excerpt.slice(0, 200)}` : '';
	const serverSide = status >= 500 || status === 408;
	return new CallError(`${name} answered with HTTP ${status}${words}`, {
		httpStatus: status,
		retryAfterMs: parseRetryAfter(reply.headers['retry-after']),
		...(serverSide
			? { cause: 'temporarily-unavailable', transient: true, outcome: 'unknown' }
			: status === 401 && {
					hint: 'Check the credential. Nothing more was sent in this run.',
					cause: 'credential-invalid',
					stopsRun: true,
				}),
	});
}

/** How far a call has come. */
interface Tries {
	/** From 1. */
	readonly attempt: number;
	/** All pauses so far, in milliseconds. */
	readonly spentMs: number;
	readonly policy: RetryPolicy;
}

/** Sends requests of one provider with one credential: authentication, retries, decoding. */
export class Client<C, S = undefined> {
	private readonly used = new Set<S>();

	/** Secrets among the parameters of the items. */
	private readonly given = new Set<string>();

	/** Logins that were refused, by the key of their session: asking again brings the same answer. */
	private readonly refusedLogins = new Map<string, Error>();

	constructor(
		private readonly dialect: Dialect<C, S>,
		private readonly connection: C,
		private readonly options: ClientOptions,
	) {}

	/** Texts that must not appear in output. */
	get secrets(): string[] {
		const { secrets, sessions } = this.dialect;
		const ofSession = [...this.used].flatMap((session) => sessions?.secrets?.(session) ?? []);
		return [...secrets(this.connection), ...ofSession];
	}

	/** Texts that must not appear in errors: also what the user gave, which may well be in an output. */
	get secretsOfErrors(): string[] {
		return [...this.secrets, ...this.given];
	}

	/** Keeps a parameter out of errors. */
	withhold(secret: string): void {
		if (secret !== '') this.given.add(secret);
	}

	/**
	 * Sends `request` and decodes the answer, again and again as far as its safety allows.
	 *
	 * @param decode turns a 2xx answer into the result; throws `CallError` when it says no. Told
	 * whether the answer to an earlier try of something that changes things was lost.
	 * @throws CallError with secrets removed, CancelledError
	 */
	async call<T>(request: ApiRequest, decode: (reply: Reply, afterLost: boolean) => T): Promise<T> {
		const { gate, signal, attempts } = this.options;
		const policy = { ...DEFAULT_RETRY, ...(attempts && { attempts }) };
		let spentMs = 0;
		let lost = false;
		for (let attempt = 1; ; attempt++) {
			const pause: { ms?: number } = {};
			const send = async () => {
				const tried = await settle(
					async () =>
						await this.sparing(async () =>
							this.decode(await this.exchange(request), (reply) => decode(reply, lost)),
						),
				);
				if (tried.error === undefined) return tried.value;
				pause.ms = this.delayAfter(tried.error, request.safety, { attempt, spentMs, policy });
				throw tried.error;
			};
			const { value, error } = await settle(async () => await (gate ? gate.run(send) : send()));
			if (error === undefined) return value;
			// A provider may echo what it was sent.
			hideSecrets(error, this.secretsOfErrors);
			if (error instanceof CancelledError) throw new CancelledError(lost || error.sent);
			if (!(error instanceof CallError)) throw error;
			const { ms } = pause;
			if (ms === undefined) throw lost ? afterLostAnswer(error) : error;
			lost ||= request.safety !== 'read' && error.outcome === 'unknown';
			spentMs += ms;
			const waited = await settle(async () => await wait(ms, signal));
			if (waited.error !== undefined) throw new CancelledError(lost);
		}
	}

	/**
	 * The pause before the next try in milliseconds, undefined when there is none. Asked inside of the
	 * gate: after a rate limit it lets nobody else in before the pause.
	 */
	private delayAfter(error: Error, safety: Safety, tries: Tries): number | undefined {
		if (!(error instanceof CallError)) return undefined;
		const { gate, resendUnknown } = this.options;
		const { attempt, spentMs, policy } = tries;
		const delay = mayRepeat(error, safety, resendUnknown)
			? nextDelay(error, attempt, spentMs, policy)
			: undefined;
		if (error.failureCause === 'rate-limited') gate?.throttle(delay ?? policy.baseDelayMs);
		return delay;
	}

	/**
	 * Downloads a file of the provider, with the credential where the dialect knows how.
	 *
	 * @param name what it is, as the beginning of an error message
	 * @param keep stores the file; throws `CallError` when it is none
	 * @throws CallError with secrets removed, CancelledError
	 */
	async download<T>(
		source: string,
		name: string,
		keep: (file: Download) => Promise<T>,
	): Promise<T> {
		const { dialect, connection, options } = this;
		const fetched = await settle(async () => {
			if (!URL.canParse(source)) {
				throw new CallError(`${name} has no web address`, { outcome: 'not_sent' });
			}
			const url = new URL(source);
			const ways = dialect.files?.(url, connection) ?? [{ url: source }];
			if (dialect.files !== undefined) await this.assertAllowed(url.origin);
			return await this.firstOf(ways, name, keep);
		});
		if (fetched.error === undefined) return fetched.value;
		hideSecrets(fetched.error, this.secrets);
		if (options.signal?.aborted) throw new CancelledError();
		throw fetched.error;
	}

	/** The next way is tried when the server refuses the one before. */
	private async firstOf<T>(
		ways: readonly FileRequest[],
		name: string,
		keep: (file: Download) => Promise<T>,
	): Promise<T> {
		const { gate, timeoutMs, egress, signal } = this.options;
		let refused: Error = new CallError(`${name} cannot be downloaded`, { outcome: 'not_sent' });
		for (const { url, form } of ways) {
			const wanted = {
				name,
				timeoutMs,
				maxBytes: MAX_FILE_BYTES,
				egress,
				signal,
				form,
				// A server that copies the query into its redirect must not hand the token to another one.
				allows: ({ href, origin }: URL) =>
					origin === new URL(url).origin || redact(href, this.secrets) === href,
			};
			const fetch = async () => await download(url, wanted, keep);
			const { value, error } = await settle(async () => await (gate ? gate.run(fetch) : fetch()));
			if (error === undefined) return value;
			refused = error;
			if (!(error instanceof CallError) || error.transient) break;
		}
		throw refused;
	}

	/** Keeps a refused credential from being tried again at once, by this run or by another one. */
	private async sparing<T>(send: () => Promise<T>): Promise<T> {
		const { refusals } = this.dialect;
		if (refusals === undefined) return await send();
		return await refusals.memory.ahead(refusals.key(this.connection), send, this.options.signal);
	}

	/** Some providers have several hosts, and the credential may be limited to other domains. */
	private async assertAllowed(origin: string): Promise<void> {
		const { error } = await settle(() => this.options.assertUrlAllowed?.(origin));
		if (error === undefined) return;
		throw new CallError(error.message, {
			hint: 'Add the host to the allowed domains of the credential.',
			cause: 'configuration-invalid',
			outcome: 'not_sent',
			stopsRun: true,
		});
	}

	private decode<T>(reply: Reply, decode: (reply: Reply) => T): T {
		const refused = statusError(this.dialect, reply, this.secretsOfErrors);
		if (refused === undefined || this.dialect.accepts?.(reply)) return decode(reply);
		throw (refused.transient ? undefined : this.dialect.explain?.(reply)) ?? refused;
	}

	private async exchange(request: ApiRequest): Promise<Reply> {
		const { sessions } = this.dialect;
		if (sessions === undefined || request.anonymous) return await this.transmit(request, undefined);

		const { store } = sessions;
		const { scope } = request;
		const key = sessions.key(this.connection, scope);
		const refused = this.refusedLogins.get(key);
		if (refused !== undefined) throw refused;
		const login = async (stale?: S) => await this.logIn(sessions, stale, scope);
		const session = await this.hold(key, store.get(key, login, sessions.isStale));
		const reply = await this.transmit(request, session);
		if (!sessions.isRefused(reply, session)) return reply;
		// Refused for its session, so surely not acted upon: once more with a new one.
		const renewed = await this.hold(key, store.renew(key, session, login));
		const second = await this.transmit(request, renewed);
		if (sessions.isRefused(second, renewed)) store.forget(key, renewed);
		return second;
	}

	/** A login or renewal. Runs that wait for the same one see its error too, so the secrets go here. */
	private async logIn(sessions: Sessions<C, S>, stale?: S, scope?: string): Promise<S> {
		if (stale !== undefined) this.used.add(stale);
		const { value, error } = await settle(
			async () => await sessions.login(this.ask, this.connection, stale, scope),
		);
		if (error === undefined) return value;
		hideSecrets(error, this.secretsOfErrors);
		throw error;
	}

	/** Waits for a session. Without one nothing is sent, whatever became of the login. */
	private async hold(key: string, session: Promise<S>): Promise<S> {
		const { value, error } = await settle(
			async () => await orCancelled(session, this.options.signal),
		);
		if (error === undefined) {
			this.used.add(value);
			return value;
		}
		const failure = beforeSending(error);
		const isRefusal = error instanceof CallError && error.outcome === 'refused';
		if (isRefusal && !error.transient) this.refusedLogins.set(key, failure);
		throw failure;
	}

	/** Other runs may wait for the same login, so cancelling this one does not end it. */
	private readonly ask: Ask = async (request, decode) => {
		const options = { ...this.options, signal: undefined };
		return this.decode(await this.transmit(request, undefined, options), decode);
	};

	private async transmit(
		request: ApiRequest,
		session: S | undefined,
		options: TransportOptions = this.options,
	): Promise<Reply> {
		const { dialect, connection } = this;
		const refused = dialect.refusals?.memory.recall(dialect.refusals.key(connection));
		if (refused !== undefined) throw refused;
		const origin = dialect.origin(connection, request.host);
		await this.assertAllowed(origin);
		const ready = dialect.authenticate(request, connection, session);
		const attempt = dialect.attempt?.(ready, connection);
		const reply = await transmit(attempt?.request ?? ready, origin, dialect.name, options);
		return attempt?.receive(reply) ?? reply;
	}
}
