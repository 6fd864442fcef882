import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { CallErrorOptions } from '../../../nodes/shared/http/errors';
import {
	CallError,
	CancelledError,
	ParameterError,
	toNodeError,
} from '../../../nodes/shared/http/errors';
import { NODE } from '../support/node';

describe('toNodeError of a failed call', () => {
	it.each([
		'connect ECONNREFUSED 127.0.0.1:443',
		'read ECONNRESET',
		'getaddrinfo ENOTFOUND host',
		'ETIMEDOUT while we waited',
		'401 Unauthorized',
		'Request failed with status code 500',
		'Error in Alpha-name',
		'Ім’я відправника не знайдено',
	])('keeps the words: %s', (words) => {
		const error = toNodeError(NODE, new CallError(words, { httpStatus: 500, code: 'X1' }));
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toBe(words);
	});

	it('carries status, hint, advice, item and place', () => {
		const cause = new CallError('no', { httpStatus: 503, hint: 'Wait.', code: 'E7' });
		const error = toNodeError(NODE, cause, {
			itemIndex: 3,
			advice: 'Look first.',
			context: { data: { accepted: [1] } },
		}) as NodeApiError;
		expect(error.message).toBe('no [item 3]');
		expect(error.description).toBe('Wait. Look first.');
		expect(error.httpCode).toBe('503');
		expect(error.context).toMatchObject({ itemIndex: 3, data: { accepted: [1] } });
	});

	it.each<[string, CallErrorOptions, unknown]>([
		['a refused credential', { cause: 'credential-invalid' }, { cause: 'credential-invalid' }],
		['a wrong address', { cause: 'configuration-invalid' }, { cause: 'configuration-invalid' }],
		[
			'a limited rate',
			{ cause: 'rate-limited', retryAfterMs: 500 },
			{ cause: 'rate-limited', retryAfterMs: 500 },
		],
		[
			'a server that is down',
			{ cause: 'temporarily-unavailable' },
			{ cause: 'temporarily-unavailable' },
		],
	])('tells n8n the cause of %s', (_, options, failure) => {
		const error = toNodeError(NODE, new CallError('x', options)) as NodeApiError;
		expect(error.failure).toMatchObject(failure as object);
	});

	it('tells no cause where there is none', () => {
		const error = toNodeError(NODE, new CallError('x')) as NodeApiError;
		expect(error.failure).toBeUndefined();
		expect(error.description).toBeFalsy();
	});

	it('survives being written to the execution and read again', () => {
		const error = toNodeError(NODE, new CallError('no', { hint: 'Wait.' }), { itemIndex: 0 });
		const stored = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
		expect(stored).toMatchObject({ message: 'no [item 0]', description: 'Wait.' });
	});
});

describe('toNodeError of other errors', () => {
	it.each([
		[
			'a parameter',
			new ParameterError('"To" is empty', 'Fill it in.'),
			'"To" is empty [item 1]',
			'Fill it in.',
		],
		['a cancelled run', new CancelledError(), 'The execution was cancelled [item 1]', undefined],
		[
			'an unexpected error',
			new TypeError('x is not a function'),
			'x is not a function [item 1]',
			undefined,
		],
		['a text', 'just words', 'just words [item 1]', undefined],
	])('%s', (_, thrown, message, description) => {
		const error = toNodeError(NODE, thrown, { itemIndex: 1 });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe(message);
		expect(error.description ?? undefined).toBe(description);
		expect(error.context.itemIndex).toBe(1);
	});

	it('does not wrap a node error a second time', () => {
		const first = toNodeError(NODE, new CallError('no', { httpStatus: 400 }), { itemIndex: 2 });
		expect(toNodeError(NODE, first, { itemIndex: 5 })).toBe(first);
		const own = new NodeOperationError(NODE, 'own');
		expect(toNodeError(NODE, own)).toBe(own);
	});

	it('shows no control characters', () => {
		expect(toNodeError(NODE, new Error('a\u0000\nb\u202ec')).message).toBe('a bc');
	});
});
