import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import { judgeWith } from '../shared/webhook/credentials';
import { answer, readDelivery } from '../shared/webhook/delivery';
import { RepeatMemory } from '../shared/webhook/repeats';
import { isCallbackSecret, isRepeatedEvent } from '../shared/webhook/trigger';
import { connect } from './api';
import { distrust, eventKind, isSigned, readEvent } from './events';
import { normalizeStatus } from './statuses';

interface Filters {
	channels?: string[];
	finalOnly?: boolean;
	signature?: 'required' | 'optional';
	statuses?: string[];
}

const memory = new RepeatMemory();

function isWanted(event: IDataObject, events: string[], filters: Filters): boolean {
	if (!events.includes(String(event.event))) return false;
	const { channels = [], statuses = [], finalOnly = false } = filters;
	if (event.event !== 'status') return true;
	if (statuses.length > 0 && !statuses.includes(normalizeStatus(event.status))) return false;
	if (channels.length > 0 && !channels.includes(asText(event.type).toLowerCase())) return false;
	return !finalOnly || event.isFinal === true;
}

/**
 * Takes a callback: verified, filtered, repeats left out, answered at once. Never throws, since
 * n8n would start a failing execution for it.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const { delivery, problem } = await readDelivery(context);
		if (problem !== undefined) return answer(context, 400, problem);

		const filters = context.getNodeParameter('options', {}) as Filters;
		const secret = context.getNodeParameter('callbackSecret', '') as string;
		const kind = eventKind(delivery.body);
		const judge = (apiKey: string) =>
			distrust(delivery, kind, {
				apiKey,
				// The secret is a part of the path, so only those who know it get here.
				knowsSecret: isCallbackSecret(secret),
				signatureOptional: filters.signature === 'optional',
			});
		// Without a signature no key tells more.
		const reason = isSigned(delivery)
			? await judgeWith(context, 'alphaSmsApi', (stored) => judge(connect(stored).apiKey))
			: judge('');
		if (reason !== undefined) return answer(context, 401, reason);

		const event = readEvent(kind, delivery.body);
		const events = context.getNodeParameter('events', []) as string[];
		if (!isWanted(event, events, filters) || isRepeatedEvent(context, memory, event)) {
			return { webhookResponse: 'OK' };
		}
		return { webhookResponse: 'OK', workflowData: [[{ json: event }]] };
	} catch {
		return answer(
			context,
			500,
			'The callback could not be checked; see the credential of the trigger',
		);
	}
}
