import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import { answer, readDelivery } from '../shared/webhook/delivery';
import { awaitedTag, resumeWith } from '../shared/webhook/sendAndWait';
import { connect } from './api';
import type { EventKind } from './events';
import { distrust, eventKind, readEvent } from './events';
import type { Awaited } from './operations/waiting';
import { parseTag } from './operations/waiting';

/** Whether this callback ends the wait. Other channels of a fallback chain may still deliver. */
export function endsWait(awaited: Awaited, kind: EventKind, event: IDataObject): boolean {
	if (kind === 'callResult') return awaited.goal !== 'delivery';
	if (kind !== 'status' || event.isFinal !== true) return false;
	if (event.state === 'failed') {
		return awaited.lastChannel === '' || asText(event.type).toLowerCase() === awaited.lastChannel;
	}
	// A call that was answered has not brought its key yet.
	return awaited.goal !== 'key';
}

/** Takes a callback of a message that an execution waits for. Never throws. */
export async function resume(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const { delivery, problem } = await readDelivery(context);
		if (problem !== undefined) return answer(context, 400, problem);
		const { apiKey } = connect(await context.getCredentials<IDataObject>('alphaSmsApi'));
		const tag = awaitedTag(context, delivery.query, apiKey);
		if (tag === undefined)
			return answer(context, 401, 'This is not the address of a waiting message');

		const awaited = parseTag(tag);
		const kind = eventKind(delivery.body);
		const reason = distrust(delivery, kind, {
			apiKey,
			knowsSecret: true,
			signatureOptional: awaited.signatureOptional,
		});
		if (reason !== undefined) return answer(context, 401, reason);
		const event = readEvent(kind, delivery.body);
		const foreign = kind === 'status' && awaited.id !== '' && asText(event.id) !== awaited.id;
		if (foreign || !endsWait(awaited, kind, event)) return { webhookResponse: 'OK' };
		return resumeWith(event);
	} catch {
		return answer(
			context,
			500,
			'The callback could not be checked; see the credential of the node',
		);
	}
}
