import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { judgeWith } from '../shared/webhook/credentials';
import type { Delivery } from '../shared/webhook/delivery';
import { answer, answerText, readDelivery } from '../shared/webhook/delivery';
import { RepeatMemory } from '../shared/webhook/repeats';
import { isRepeatedEvent } from '../shared/webhook/trigger';
import { callbackKeys } from './connection';
import {
	authorOf,
	closeReasonOf,
	distrust,
	eventKind,
	payloadOf,
	readEvent,
	withPayload,
} from './events';
import type { FileOptions } from './files';
import { fetchFiles } from './files';

export const CREDENTIAL = 'voximplantKitCustomChannelApi';

interface Settings extends FileOptions {
	readonly acceptUnsigned?: boolean;
	readonly author?: 'any' | 'agent' | 'bot';
	readonly closeReasons?: string[];
	readonly downloadFiles?: boolean;
}

const memory = new RepeatMemory();

/** Kit's own samples answer everything with this text (§6.1, §6.2). */
const OK = 'OK';

/** Whether a callback may be believed, and whether it was signed; even the credential may come later. */
async function judged(
	context: IWebhookFunctions,
	{ body, headers }: Delivery,
	{ acceptUnsigned }: Settings,
): Promise<{ reason?: string; isSigned: boolean }> {
	const unsigned = acceptUnsigned
		? undefined
		: 'The trigger has no credential with a security salt yet';
	if (context.getNode().credentials?.[CREDENTIAL] === undefined) {
		return { reason: unsigned, isSigned: false };
	}
	let isSigned = false;
	const reason = await judgeWith(context, CREDENTIAL, (stored) => {
		const keys = callbackKeys(stored);
		isSigned = keys !== undefined;
		return keys === undefined ? unsigned : distrust(headers.authorization, body, keys);
	});
	return { reason, isSigned };
}

function isWanted(body: IDataObject, events: string[], settings: Settings): boolean {
	const kind = eventKind(body);
	if (!events.includes(kind)) return false;
	const { author = 'any', closeReasons = [] } = settings;
	if (kind === 'message') return author === 'any' || authorOf(body) === author;
	if (kind !== 'conversationClosed' || closeReasons.length === 0) return true;
	return closeReasons.includes(closeReasonOf(body));
}

/** The event of a callback that shall start the workflow; otherwise the answer to it. */
async function wantedEvent(
	context: IWebhookFunctions,
	settings: Settings,
): Promise<{ body: IDataObject; isSigned: boolean } | { end: IWebhookResponseData }> {
	const { delivery, problem } = await readDelivery(context);
	const isEmpty = delivery === undefined && !context.getRequestObject().rawBody?.length;
	// Whether Kit's check of the address is always a GET is not known (§8.9).
	if (isEmpty) return { end: answerText(context, OK) };
	if (problem !== undefined) return { end: answer(context, 400, problem) };
	const { body } = delivery;
	if (body.event_type === undefined) return { end: answerText(context, OK) };

	const { reason, isSigned } = await judged(context, delivery, settings);
	if (reason !== undefined) return { end: answer(context, 401, reason) };

	const events = context.getNodeParameter('events', []) as string[];
	const isNew =
		isWanted(body, events, settings) && !isRepeatedEvent(context, memory, readEvent(body, false));
	return isNew ? { body, isSigned } : { end: answerText(context, OK) };
}

/**
 * Takes a callback: verified, filtered, repeats left out. Kit gets its answer at once, before any
 * file is downloaded. Never throws, since n8n would start a failing execution for it.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	if (context.getWebhookName() === 'setup') return answerText(context, OK);
	try {
		const settings = context.getNodeParameter('options', {}) as Settings;
		const simplify = context.getNodeParameter('simplify', true) as boolean;
		const wanted = await wantedEvent(context, settings);
		if ('end' in wanted) return wanted.end;
		const { body, isSigned } = wanted;
		const payload = payloadOf(body);
		if (!settings.downloadFiles || payload.length === 0) {
			context.getResponseObject().type('text/plain');
			return { webhookResponse: OK, workflowData: [[{ json: readEvent(body, simplify) }]] };
		}
		const answered = answerText(context, OK);
		const files = await fetchFiles(context, payload, settings, isSigned);
		const json = readEvent(withPayload(body, files.payload), simplify);
		const binary = Object.keys(files.binary).length > 0 ? { binary: files.binary } : {};
		return { ...answered, workflowData: [[{ json, ...binary }]] };
	} catch {
		return answer(
			context,
			500,
			'The callback could not be checked; see the credential of the trigger',
		);
	}
}
