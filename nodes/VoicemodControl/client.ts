import type { ClientOptions } from '../shared/http/client';
import { afterLostAnswer, CallError, CancelledError, hideSecrets } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import type { ApiRequest, Reply, Safety } from '../shared/http/request';
import { DEFAULT_RETRY, mayRepeat, nextDelay } from '../shared/http/retry';
import { settle } from '../shared/http/settle';
import { orCancelled, wait } from '../shared/http/wait';
import type { Line } from '../shared/operation/operation';
import { ACTIONS } from './actions';
import type { Connection } from './connection';
import { NAME } from './connection';
import type { Link } from './link';
import type { Message } from './messages';
import { sameName, statusOf } from './messages';
import { reach } from './reach';

/** What a request wants beyond being sent (`ApiRequest.terms`). */
export interface Terms {
	/** Sent even when the execution was cancelled: it ends what was begun. */
	readonly ending?: 'yes';
	/** Whether an answer of this run may be used again, until the app says that it has changed. */
	readonly reuse?: 'yes';
	/** `no` for an action after which nothing is waited for. */
	readonly answer?: 'no';
	/** Further names of the answer, with commas. */
	readonly names?: string;
}

/** An action as a request. */
export function actionRequest(
	action: string,
	payload: object = {},
	safety: Safety = 'read',
	terms: Terms = {},
): ApiRequest {
	return {
		method: 'POST',
		path: `/${encodeURIComponent(action)}`,
		body: { kind: 'json', value: payload },
		safety,
		terms: { ...terms },
	};
}

/** A reply that holds this; 204 and nothing for an action that was not answered. */
export function replyOf(value: object | undefined, source: string = NAME): Reply {
	const text = value === undefined ? '' : JSON.stringify(value);
	return {
		status: value === undefined ? 204 : 200,
		headers: {},
		bytes: Buffer.from(text, 'utf8'),
		source,
	};
}

function refusal(action: string, message: Message): CallError | undefined {
	if (sameName(message.name, ['commandNotFound'])) {
		return new CallError(`This version of ${NAME} does not know the action "${action}"`, {
			code: 'commandNotFound',
			hint: 'Update the app, or check the name of the action.',
		});
	}
	const status = statusOf(message);
	if (status === undefined || (status.code >= 200 && status.code < 300)) return undefined;
	const words = status.description === '' ? `status ${status.code}` : status.description;
	return new CallError(`${NAME} refused "${action}": ${words}`, { code: String(status.code) });
}

/** One connection for a whole run: made with the first request, renewed when it breaks, closed at the end. */
export class ControlClient implements Line {
	private link?: Promise<Link>;
	/** Whether the app was reached once: then a failure may be a restart of it. */
	private wasReached = false;
	private readonly ended = new AbortController();
	private readonly kept = new Map<string, Promise<Reply>>();

	constructor(
		private readonly connection: Connection,
		private readonly options: ClientOptions,
	) {}

	get secrets(): string[] {
		return [this.connection.clientKey];
	}

	/**
	 * Sends an action and decodes its answer, again as far as its safety allows.
	 *
	 * @throws CallError with secrets removed, CancelledError
	 */
	async call<T>(request: ApiRequest, decode: (reply: Reply, afterLost: boolean) => T): Promise<T> {
		const terms: Terms = request.terms ?? {};
		if (terms.reuse !== 'yes') return await this.repeat(request, terms, decode);
		const known = this.kept.get(request.path);
		const asked = known ?? this.repeat(request, terms, (reply) => reply);
		this.kept.set(request.path, asked);
		const { value, error } = await settle(async () => await asked);
		if (error === undefined) return decode(value, false);
		this.kept.delete(request.path);
		throw error;
	}

	/** Ends the connection; never throws. */
	async close(): Promise<void> {
		this.ended.abort();
		const { value } = await settle(async () => await this.link);
		await value?.close();
	}

	private async repeat<T>(
		request: ApiRequest,
		terms: Terms,
		decode: (reply: Reply, afterLost: boolean) => T,
	): Promise<T> {
		const signal = terms.ending === 'yes' ? undefined : this.options.signal;
		const policy = {
			...DEFAULT_RETRY,
			...(this.options.attempts && { attempts: this.options.attempts }),
		};
		let spentMs = 0;
		let lost = false;
		for (let attempt = 1; ; attempt++) {
			const { value, error } = await settle(async () =>
				decode(await this.send(request, terms, signal), lost),
			);
			if (error === undefined) return value;
			// The app may echo what it was sent.
			hideSecrets(error, this.secrets);
			if (error instanceof CancelledError) throw new CancelledError(lost || error.sent);
			if (!(error instanceof CallError)) throw error;
			const delay = mayRepeat(error, request.safety)
				? nextDelay(error, attempt, spentMs, policy)
				: undefined;
			if (delay === undefined) throw lost ? afterLostAnswer(error) : error;
			lost ||= request.safety !== 'read' && error.outcome === 'unknown';
			spentMs += delay;
			const waited = await settle(async () => await wait(delay, signal));
			if (waited.error !== undefined) throw new CancelledError(lost);
		}
	}

	private async send(
		{ path, body }: ApiRequest,
		terms: Terms,
		signal: AbortSignal | undefined,
	): Promise<Reply> {
		if (signal?.aborted) throw new CancelledError();
		const action = decodeURIComponent(path.slice(1));
		const link = await orCancelled(this.reached(), signal);
		if (action === 'registerClient') return this.registration(link);
		const payload = body?.kind === 'json' && isRecord(body.value) ? body.value : {};
		const names = terms.names?.split(',').map((name) => name.trim());
		const nature = ACTIONS[action] ?? { answers: [] };
		const { timeoutMs } = this.options;
		const asked = link.ask({
			action,
			payload,
			timeoutMs: terms.answer === 'no' ? 0 : timeoutMs,
			...(names && { nature: { ...nature, answers: [...nature.answers, ...names] } }),
		});
		const { value, error } = await settle(async () => await orCancelled(asked, signal));
		if (error instanceof CancelledError) throw new CancelledError(true);
		if (error !== undefined) throw error;
		const refused = value && refusal(action, value);
		if (refused !== undefined) throw refused;
		return replyOf(value?.raw, link.address.origin);
	}

	/** What is known of the connection, which is registered already. */
	private registration({ address, appVersion }: Link): Reply {
		return replyOf({
			registered: true,
			appVersion,
			host: address.hostname,
			port: Number(address.port) || (address.protocol === 'wss:' ? 443 : 80),
		});
	}

	/** The open connection, or a new one. */
	private async reached(): Promise<Link> {
		const current = this.link && (await settle(async () => await this.link)).value;
		if (current?.isOpen) return current;
		if (this.ended.signal.aborted)
			throw new CallError(`The connection to ${NAME} was closed`, { outcome: 'not_sent' });
		if (current !== undefined) current.destroy();
		return await this.connect(current);
	}

	/** Several requests may find the connection broken; one of them makes the new one. */
	private async connect(broken: Link | undefined): Promise<Link> {
		const latest = this.link && (await settle(async () => await this.link)).value;
		if (this.link === undefined || latest === broken) this.link = this.open();
		return await this.link;
	}

	private async open(): Promise<Link> {
		this.kept.clear();
		const { origin } = new URL(`http://${this.connection.host}`);
		const { value: link, error } = await settle(async () => {
			this.options.assertUrlAllowed?.(origin);
			return await reach(this.connection, {
				egress: this.options.egress,
				signal: this.ended.signal,
				onEvent: (message) => this.forget(message),
			});
		});
		if (error === undefined) {
			this.wasReached = true;
			return link;
		}
		if (!(error instanceof CallError)) throw error;
		const restarting = this.wasReached && error.failureCause === 'temporarily-unavailable';
		throw restarting ? afterBreak(error) : error;
	}

	/** A list that the app sends by itself has changed. */
	private forget({ name }: Message): void {
		for (const path of this.kept.keys()) {
			if (sameName(name, [path.slice(1)])) this.kept.delete(path);
		}
	}
}

/** The app was there a moment ago, so it may come back. */
function afterBreak(error: CallError): CallError {
	return new CallError(error.message, {
		...error,
		cause: error.failureCause,
		transient: true,
		stopsRun: false,
	});
}
