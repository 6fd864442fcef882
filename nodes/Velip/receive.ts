import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answer, readDelivery } from '../shared/webhook/delivery';
import { RepeatMemory } from '../shared/webhook/repeats';
import { isCallbackSecret, isRepeatedEvent } from '../shared/webhook/trigger';
import { CALLBACKS, readEvents } from './events';
import { isAllowed, sourceAddress } from './source';

interface Filters {
	callStates?: string[];
	onlyDtmf?: boolean;
	smsStates?: string[];
	checkSource?: boolean;
	sourceAddresses?: string;
	proxies?: number;
}

const memory = new RepeatMemory();

function isWanted(event: IDataObject, events: string[], filters: Filters): boolean {
	if (!events.includes(String(event.event))) return false;
	const { callStates = [], smsStates = [], onlyDtmf = false } = filters;
	const state = String(event.state);
	if (event.event === 'callFinished') {
		const typed = Array.isArray(event.digits) && event.digits.length > 0;
		return (callStates.length === 0 || callStates.includes(state)) && (typed || !onlyDtmf);
	}
	return event.event !== 'smsDelivery' || smsStates.length === 0 || smsStates.includes(state);
}

/**
 * Takes a callback: checked, filtered, repeats left out, answered at once. Velip signs nothing, so
 * the secret in the path is what tells its callbacks from forged ones. Never throws, since n8n
 * would start a failing execution for it.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const secret = context.getNodeParameter('callbackSecret', '') as string;
		if (!isCallbackSecret(secret)) return answer(context, 401, 'The URL holds no callback secret');
		const filters = context.getNodeParameter('options', {}) as Filters;
		if (filters.checkSource) {
			const address = sourceAddress(context, filters.proxies ?? 0);
			if (!isAllowed(address, filters.sourceAddresses ?? '')) {
				return answer(context, 401, 'This address may not call back');
			}
		}
		const { delivery, problem } = await readDelivery(context, CALLBACKS);
		if (problem !== undefined) return answer(context, 400, problem);
		// The panel tests the address with an empty GET (velip.md §14.5).
		if (Object.keys(delivery.body).length === 0) return { webhookResponse: 'OK' };

		const events = context.getNodeParameter('events', []) as string[];
		const wanted = readEvents(delivery.body).filter(
			(event) => isWanted(event, events, filters) && !isRepeatedEvent(context, memory, event),
		);
		if (wanted.length === 0) return { webhookResponse: 'OK' };
		return { webhookResponse: 'OK', workflowData: [wanted.map((json) => ({ json }))] };
	} catch {
		return answer(context, 500, 'The callback could not be read');
	}
}
