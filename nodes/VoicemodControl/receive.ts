import { createHash } from 'node:crypto';

import type { IDataObject, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';

import { egressFilterOf } from '../shared/http/egress';
import { toNodeError } from '../shared/http/errors';
import { redactDeep } from '../shared/http/redact';
import { RefusalMemory } from '../shared/http/refusals';
import { settle } from '../shared/http/settle';
import { allowedDomains } from '../shared/operation/connect';
import type { Closure } from '../shared/websocket/socket';
import type { Connection } from './connection';
import { connect, NAME } from './connection';
import type { ControlEvent } from './events';
import { ANY, readEvent } from './events';
import type { Listener, Listening } from './listen';
import { listen } from './listen';
import { TOO_LARGE } from './link';
import type { Message } from './messages';
import { isGreeting } from './messages';
import { isFinal } from './reach';
import { isWanted, readSelection, Repeats } from './select';

const REFUSED_REST_MS = 10 * 60_000;

function connectionEvent(event: 'connected' | 'disconnected', more: IDataObject): ControlEvent {
	return { event, name: event, ...more };
}

/** The checked credential of the node. */
async function connectionOf(context: ITriggerFunctions): Promise<Connection> {
	const credentials = await context.getCredentials('voicemodControlApi');
	const connection = connect({ ...credentials });
	allowedDomains(context.getNode(), credentials, NAME)(`http://${connection.host}`);
	return connection;
}

/** Reads the node's parameters and keeps the connection up. */
function begin(
	context: ITriggerFunctions,
	connection: Connection,
	onRefused: (error: Error) => void,
): Listening {
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	const selection = readSelection(context.getNodeParameter('events', []), filters);
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const repeats = new Repeats();
	const secrets = [connection.clientKey];

	const give = (event: ControlEvent, message?: Message) => {
		const output = options.raw && message ? { ...event, message: message.raw } : event;
		const json = redactDeep(output, secrets) as IDataObject;
		context.emit([context.helpers.returnJsonArray([json])]);
	};
	const listener: Listener = {
		connected({ appVersion, address }) {
			const event = connectionEvent('connected', { appVersion, address: address.host });
			if (isWanted(event, selection)) give(event);
		},
		disconnected({ code, reason, tooLarge }: Closure) {
			const why = tooLarge ? TOO_LARGE : reason;
			const event = connectionEvent('disconnected', { code, reason: why });
			if (isWanted(event, selection)) give(event);
		},
		message(message) {
			if (isGreeting(message) && !selection.events.includes(ANY)) return;
			const event = readEvent(message);
			if (event === undefined || !isWanted(event, selection)) return;
			if (!repeats.isRepeat(event)) give(event, message);
		},
		refused: onRefused,
	};
	return listen(connection, listener, { egress: egressFilterOf(context.helpers) });
}

/** n8n tries a failed trigger again and again; a refused key shall not be tried again with it. */
const refusals = new RefusalMemory(REFUSED_REST_MS);

function keyOf({ host, port, clientKey }: Connection): string {
	return createHash('sha256').update(`${host} ${port} ${clientKey}`).digest('hex');
}

/**
 * Tells of the end of a published trigger by a failed execution, which starts the error workflow too.
 * `emitError` would make n8n start the trigger five times more, and a workflow that is published anew
 * meanwhile would then have two of them; it is for hosts that know nothing else.
 */
function report(context: ITriggerFunctions, error: Error): void {
	const { saveFailedExecution }: Partial<ITriggerFunctions> = context;
	const failure = toNodeError(context.getNode(), error);
	if (saveFailedExecution === undefined) context.emitError(failure);
	else saveFailedExecution(failure);
}

/** Starts when the workflow is published; an app that is not running is waited for. */
async function beginPublished(context: ITriggerFunctions): Promise<ITriggerResponse> {
	let isRunning = false;
	const connection = await connectionOf(context);
	const key = keyOf(connection);
	const known = refusals.recall(key);
	if (known !== undefined) throw toNodeError(context.getNode(), known);
	const listening = begin(context, connection, (error) => {
		if (isFinal(error) && error.failureCause === 'credential-invalid') refusals.note(key, error);
		// The first refusal is thrown below, and keeps the workflow from being published.
		if (isRunning) report(context, error);
	});
	const { error } = await settle(async () => await listening.first);
	if (isFinal(error)) throw toNodeError(context.getNode(), error);
	isRunning = true;
	return { closeFunction: async () => await listening.close() };
}

/**
 * The life of the trigger. While a workflow is being built a person waits for the first event, so
 * then an app that is not there is an error.
 */
export async function startTrigger(context: ITriggerFunctions): Promise<ITriggerResponse> {
	if (context.getMode() !== 'manual') return await beginPublished(context);
	let listening: Listening | undefined;
	return {
		async manualTriggerFunction() {
			try {
				let isRunning = false;
				listening = begin(context, await connectionOf(context), (error) => {
					if (isRunning) context.emitError(toNodeError(context.getNode(), error));
				});
				await listening.first;
				isRunning = true;
			} catch (error) {
				await listening?.close();
				throw toNodeError(context.getNode(), error);
			}
		},
		async closeFunction() {
			await listening?.close();
		},
	};
}
