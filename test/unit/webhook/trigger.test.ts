/** A repeat is left out only when the first of them has come through. */
import { EventEmitter } from 'node:events';

import type { IWebhookFunctions } from 'n8n-workflow';

import { RepeatMemory } from '../../../nodes/shared/webhook/repeats';
import { isRepeatedEvent } from '../../../nodes/shared/webhook/trigger';

class FakeResponse extends EventEmitter {
	statusCode = 200;
}

/** One delivery of the same event: whether it was a repeat, and how n8n answered it. */
function deliver(memory: RepeatMemory, statusCode: number | 'cut off', mode = 'webhook'): boolean {
	const response = new FakeResponse();
	const context = {
		getMode: () => mode,
		getWorkflow: () => ({ id: 'w' }),
		getNode: () => ({ id: 'n' }),
		getResponseObject: () => response,
	} as unknown as IWebhookFunctions;
	const isRepeat = isRepeatedEvent(context, memory, { deliveryKey: 'status:1' });
	if (statusCode !== 'cut off') response.statusCode = statusCode;
	response.emit('close');
	return isRepeat;
}

it.each<[string, number | 'cut off', boolean]>([
	['200', 200, true],
	['204', 204, true],
	['500: n8n could not store the execution', 500, false],
	['503', 503, false],
	// n8n goes on when the caller hangs up.
	['nothing, since the caller hung up', 'cut off', true],
])('after an answer of %s the next one is a repeat or not', (_, status, expected) => {
	const memory = new RepeatMemory();
	expect(deliver(memory, status)).toBe(false);
	expect(deliver(memory, 200)).toBe(expected);
	expect(deliver(memory, 200)).toBe(true);
});

it('an error in answering a repeat does not undo the first', () => {
	const memory = new RepeatMemory();
	deliver(memory, 200);
	expect(deliver(memory, 500)).toBe(true);
	expect(deliver(memory, 200)).toBe(true);
});

it('nothing is a repeat while building', () => {
	const memory = new RepeatMemory();
	expect([deliver(memory, 200, 'manual'), deliver(memory, 200, 'manual')]).toEqual([false, false]);
});
