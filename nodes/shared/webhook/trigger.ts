import type { IDataObject, IHookFunctions, IWebhookFunctions, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { RepeatMemory } from './repeats';

type Hook = (this: IHookFunctions) => Promise<boolean>;

const SECRET = /^[A-Za-z0-9_-]{16,100}$/;

/** Whether a text can be a callback secret: random text that becomes part of the webhook path. */
export function isCallbackSecret(secret: unknown): boolean {
	return typeof secret === 'string' && SECRET.test(secret);
}

/** Refuses a callback secret that is too short or does not fit into a URL. */
export function assertCallbackSecret(context: IHookFunctions, secret: unknown): void {
	if (isCallbackSecret(secret)) return;
	throw new NodeOperationError(
		context.getNode(),
		'"Callback Secret" needs 16 to 100 letters, digits, dashes or underscores',
	);
}

/**
 * The webhook life cycle of a provider that has no API to register callbacks: a person pastes the
 * URL, so there is nothing to create or delete. `check` throws when the trigger cannot work as it
 * is set up.
 */
export function registeredByHand(
	check: (context: IHookFunctions) => void,
): NonNullable<INodeType['webhookMethods']> {
	const checked: Hook = async function () {
		check(this);
		return true;
	};
	const nothing: Hook = async () => true;
	return { default: { checkExists: checked, create: checked, delete: nothing } };
}

interface Ending {
	statusCode?: number;
	once?(event: 'close', listener: () => void): unknown;
}

/**
 * n8n answers when it has stored the execution, and with an error when it could not. The provider
 * then sends the event again, and it must not be taken for one that has been dealt with.
 */
function forgetOnFailure(context: IWebhookFunctions, memory: RepeatMemory, key: string): void {
	const response: Ending = context.getResponseObject();
	response.once?.('close', () => {
		if ((response.statusCode ?? 200) >= 400) memory.forget(key);
	});
}

/**
 * Whether this trigger has had an event with the same `deliveryKey` before. Never while building:
 * the same sample is sent again and again then, and shall be seen.
 */
export function isRepeatedEvent(
	context: IWebhookFunctions,
	memory: RepeatMemory,
	event: IDataObject,
): boolean {
	if (typeof event.deliveryKey !== 'string' || context.getMode() === 'manual') return false;
	const place = [context.getWorkflow().id, context.getNode().id];
	const key = [...place, event.deliveryKey].join(' ');
	if (memory.isRepeat(key)) return true;
	forgetOnFailure(context, memory, key);
	return false;
}
