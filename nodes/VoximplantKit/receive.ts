import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import { judgeWith } from '../shared/webhook/credentials';
import { answer, readDelivery } from '../shared/webhook/delivery';
import { RepeatMemory } from '../shared/webhook/repeats';
import { isRepeatedEvent } from '../shared/webhook/trigger';
import { connect } from './api';
import type { Callback } from './callbacks';
import { areGenuine, isCallEvent, isKnownEvent, readCallbacks, readEvents } from './callbacks';
import { chosenEvents } from './subscription';
import type { Subscription } from './subscription';

interface Filters {
	additionalEvents?: string;
	callDirection?: 'all' | 'incoming' | 'outgoing';
	completionCodes?: string[];
	simplify?: boolean;
	verification?: 'required' | 'off';
}

const memory = new RepeatMemory();

function isWantedCall(event: IDataObject, filters: Filters): boolean {
	const { callDirection = 'all', completionCodes = [] } = filters;
	const said = filters.simplify === false ? event.data : event;
	const call = isRecord(said) ? said : {};
	if (completionCodes.length > 0 && !completionCodes.includes(asText(call.completion_code))) {
		return false;
	}
	// What does not say its direction is not thrown away.
	if (callDirection === 'all' || call.is_incoming === undefined) return true;
	const incoming = [true, 1, '1', 'true'].includes(call.is_incoming as never);
	return incoming === (callDirection === 'incoming');
}

/** Events that were not chosen may still come for a while after a change of the form. */
function isChosen({ type }: Callback, events: readonly string[]): boolean {
	return events.includes(type) || !isKnownEvent(type);
}

/**
 * Takes a delivery: verified as a whole, one item per event, filtered, repeats left out, answered
 * at once. Never throws, since n8n would start a failing execution for it.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const { delivery, problem } = await readDelivery(context);
		if (problem !== undefined) return answer(context, 400, problem);
		const callbacks = readCallbacks(delivery.body);
		if (callbacks === undefined) return answer(context, 400, 'The body holds no callbacks');

		const filters = context.getNodeParameter('options', {}) as Filters;
		const { salt } = context.getWorkflowStaticData('node') as Subscription;
		if (filters.verification !== 'off') {
			if (!salt)
				return answer(context, 401, 'This trigger has no salt; publish the workflow again');
			const reason = await judgeWith(context, 'voximplantKitApi', (stored) => {
				const { domain } = connect(stored);
				return areGenuine(callbacks, { salt, domain }) ? undefined : 'Wrong hash';
			});
			if (reason !== undefined) return answer(context, 401, reason);
		}

		const events = chosenEvents(context.getNodeParameter('events', []), filters.additionalEvents);
		const wanted = callbacks
			.filter((callback) => isChosen(callback, events))
			.flatMap((callback) => readEvents(callback, filters.simplify !== false))
			.filter((event) => !isCallEvent(asText(event.event)) || isWantedCall(event, filters))
			.filter((event) => !isRepeatedEvent(context, memory, event));
		if (wanted.length === 0) return { webhookResponse: 'OK' };
		return { webhookResponse: 'OK', workflowData: [wanted.map((json) => ({ json }))] };
	} catch {
		return answer(
			context,
			500,
			'The callback could not be checked; see the credential of the trigger',
		);
	}
}
