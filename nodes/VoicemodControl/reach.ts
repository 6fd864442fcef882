import { CallError, CancelledError, hideSecrets } from '../shared/http/errors';
import { settle } from '../shared/http/settle';
import { atMost, orCancelled } from '../shared/http/wait';
import type { Connection } from './connection';
import { candidatePorts, isLocal, NAME } from './connection';
import type { LinkOptions } from './link';
import { Link } from './link';
import { statusOf } from './messages';

/** What may be asked before a port is connected to. Throws to keep from it. */
export interface ReachOptions extends LinkOptions {
	before?(address: { readonly port: number }): Promise<void>;
}

const REGISTRATION_MS = 5000;
/** How long the app, which greets, is told from another server that is silent. */
const GREETING_MS = 400;

const NEEDS = 'Start Voicemod (2.21.0.43 or newer) and check that it has finished loading.';

const ELSEWHERE =
	'n8n looks on the machine that n8n itself runs on; in Docker that is the container. If Voicemod runs on another PC, a tunnel or port proxy is needed on that PC, because the app takes local connections only; enter its address in the credential.';

function hintFor(connection: Connection): string {
	const proxy = `If this n8n uses a proxy (HTTP_PROXY), add ${connection.host} to NO_PROXY.`;
	if (isLocal(connection)) return `${NEEDS} ${ELSEWHERE} ${proxy}`;
	return `${NEEDS} The app takes local connections only: check that a tunnel or port proxy on that PC leads to it, and that a firewall lets it through. ${proxy}`;
}

/** What a proxy had to say, where one stands between. */
function hintOf(failures: readonly Error[]): string | undefined {
	const told = failures.find((error) => error instanceof CallError && error.hint !== undefined);
	return told instanceof CallError ? told.hint : undefined;
}

function notFound(connection: Connection, failures: readonly Error[]): CallError {
	const { host } = connection;
	const ports = candidatePorts(connection);
	const [first] = failures;
	if (ports.length === 1 && first instanceof CallError) {
		return new CallError(first.message, {
			...first,
			cause: 'temporarily-unavailable',
			// That a proxy stands between says more than everything else.
			hint: first.hint ?? hintFor(connection),
			outcome: 'not_sent',
			stopsRun: true,
		});
	}
	const strangers = failures.filter(
		(error) => error instanceof CallError && error.httpStatus !== undefined,
	);
	const others = strangers.length > 0 ? '; another program answers on one of them' : '';
	return new CallError(
		`${NAME} could not be found at ${host} on any of its ports (${ports.join(', ')})${others}`,
		{
			hint: hintOf(failures) ?? hintFor(connection),
			cause: 'temporarily-unavailable',
			outcome: 'not_sent',
			stopsRun: true,
		},
	);
}

function refusedKey(code: number, description: string): CallError {
	const words = description === '' ? '' : `: ${description}`;
	return new CallError(`${NAME} refused the client key${words}`, {
		code: String(code),
		hint: 'Check "Client Key (API Key)" in the credential. Voicemod sends the key by e-mail; it is requested on control-api.voicemod.net. The same key is not tried again.',
		cause: 'credential-invalid',
		outcome: 'not_sent',
		stopsRun: true,
	});
}

/** Whether an error of `reach` says that another attempt with the same credential is no use. */
export function isFinal(error: unknown): error is CallError {
	const causes = ['credential-invalid', 'configuration-invalid'];
	return error instanceof CallError && causes.includes(error.failureCause ?? '');
}

/** Says who we are; everything else is allowed after that only (voicemod.md §B.1). */
async function register(link: Link, { clientKey }: Connection): Promise<void> {
	const answer = await link.ask({
		action: 'registerClient',
		payload: { clientKey },
		timeoutMs: REGISTRATION_MS,
	});
	const status = answer && statusOf(answer);
	if (status === undefined) {
		// Something that is not the app may send back what it gets.
		throw new CallError(`${NAME} did not say whether it has registered this client`, {
			hint: 'Another program may be listening on this port. Check the port in the credential.',
			outcome: 'not_sent',
		});
	}
	if (status.code >= 200 && status.code < 300) return;
	if (status.code === 401 || status.code === 403) {
		throw refusedKey(status.code, status.description);
	}
	throw new CallError(`${NAME} did not register this client: ${status.description}`, {
		code: String(status.code),
		outcome: 'not_sent',
	});
}

async function registered(
	link: Link,
	connection: Connection,
	signal: AbortSignal | undefined,
): Promise<Link> {
	const { error } = await settle(async () => await orCancelled(register(link, connection), signal));
	if (error === undefined) return link;
	await link.close();
	throw error;
}

/** Opens the ports one after the other, and gives those that do not look like the app last. */
async function* openPorts(connection: Connection, options: ReachOptions, failures: Error[]) {
	const ports = candidatePorts(connection);
	const silent: Link[] = [];
	try {
		for (const port of ports) {
			const { value: link, error } = await settle(async () => {
				await options.before?.({ port });
				return await Link.open(connection, port, options);
			});
			if (error !== undefined) {
				// A policy that forbids one port, or the end of the execution, concerns them all.
				const goesOn =
					error instanceof CallError && error.failureCause === 'temporarily-unavailable';
				if (!goesOn) throw error;
				failures.push(error);
			} else if (ports.length === 1) {
				yield link;
			} else if ((await atMost(link.greeting, GREETING_MS)) !== undefined) {
				yield link;
			} else silent.push(link);
		}
		// The key goes to a server that has not greeted only when there is no other.
		for (let link = silent.shift(); link !== undefined; link = silent.shift()) yield link;
	} finally {
		for (const link of silent) await link.close();
	}
}

async function find(connection: Connection, options: ReachOptions): Promise<Link> {
	const failures: Error[] = [];
	for await (const link of openPorts(connection, options, failures)) {
		const { value, error } = await settle(
			async () => await registered(link, connection, options.signal),
		);
		if (error === undefined) return value;
		if (isFinal(error) || error instanceof CancelledError) throw error;
		failures.push(error);
	}
	throw notFound(connection, failures);
}

/**
 * Finds the app, connects and registers.
 *
 * @throws CallError (`not_sent`) without the key, when it is not there, not allowed, or refuses the
 * key (`isFinal`); CancelledError
 */
export async function reach(connection: Connection, options: ReachOptions = {}): Promise<Link> {
	const { value, error } = await settle(async () => await find(connection, options));
	if (error === undefined) return value;
	// A server may echo what it was sent, and the trigger shows the error as it is.
	hideSecrets(error, [connection.clientKey]);
	throw error;
}
