import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { asText } from '../shared/http/redact';
import { answer, readDelivery } from '../shared/webhook/delivery';
import { awaitedTag, resumeWith, withoutResumeKeys } from '../shared/webhook/sendAndWait';
import { connect, secretsOf } from './api';
import { CALLBACKS, readEvents } from './events';

/** Whether this callback is the result of the call that the execution waits for. */
export function endsWait(event: IDataObject, ctid: string): boolean {
	if (event.event !== 'callFinished' || event.state === 'pending') return false;
	// Not every account sends the correlation ID back (velip.md §14.3).
	const given = asText(event.ctid ?? '');
	return given === '' || given === ctid;
}

/** Takes the callback of a call that an execution waits for. Never throws. */
export async function resume(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const { delivery, problem } = await readDelivery(context, CALLBACKS);
		if (problem !== undefined) return answer(context, 400, problem);
		const connection = connect(await context.getCredentials<IDataObject>('velipApi'));
		const [secret = ''] = secretsOf(connection);
		const ctid = awaitedTag(context, delivery.query, secret);
		if (ctid === undefined) return answer(context, 401, 'Nobody waits for this callback');
		const events = readEvents(withoutResumeKeys(delivery.body));
		// Among several calls only the ID tells which is ours.
		const ours = events.length > 1 ? events.filter((one) => asText(one.ctid) === ctid) : events;
		const event = ours.find((one) => endsWait(one, ctid));
		if (event === undefined) return { webhookResponse: 'OK' };
		return resumeWith(event);
	} catch {
		return answer(
			context,
			500,
			'The callback could not be checked; see the credential of the node',
		);
	}
}
