import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { choice, json } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { isRecord, isYes, readEnvelope, readJson, refusal } from '../api';
import { messageId, numeric, to } from './fields';
import { gatewayOperation } from './gateway';
import { deliveryState, normalizeStatus } from '../statuses';

export const lookUpNumber = gatewayOperation({
	resource: 'number',
	name: 'lookUp',
	displayName: 'Look Up',
	action: 'Look up a number',
	description:
		'Ask the network (HLR) whether a number is alive, and its operator. The subscriber sees nothing; every look-up is charged.',
	safety: 'spends',
	fields: { phone: to, id: messageId },
	item: ({ id, phone }) => ({ type: 'hlr', id, phone: numeric(phone) }),
	simplify: (data) => {
		const status = normalizeStatus(data.status);
		return { ...data, status, isAlive: deliveryState(status).state === 'delivered' };
	},
});

export const getBalance = gatewayOperation({
	resource: 'account',
	name: 'getBalance',
	displayName: 'Get Balance',
	action: 'Get the account balance',
	description: 'Get the money left on the account, and its currency',
	safety: 'read',
	batch: false,
	fields: {},
	item: () => ({ type: 'balance' }),
});

const READING_TYPES = new Set(['balance', 'status']);

function itemsOf(body: unknown): Array<Record<string, unknown>> {
	const items: unknown[] = Array.isArray(body) ? body : [body];
	if (items.length === 0) throw new ParameterError('"Items" is an empty list');
	return items.map((item, index) => {
		if (isRecord(item) && typeof item.type === 'string' && item.type !== '') return item;
		throw new ParameterError(`"Items" ${index + 1} is not an object with a text "type"`);
	});
}

/** Reaches every request type, also those that are newer than this node (alphasms.md §4). */
export const apiRequest = defineOperation({
	resource: 'apiRequest',
	name: 'send',
	displayName: 'Send Items',
	action: 'Send items of your own making',
	description: 'Send any JSON items with your credential; for request types without an operation',
	safety: 'spends',
	fields: {
		endpoint: choice({
			displayName: 'Endpoint',
			default: '/api/json.php',
			options: [
				{
					name: 'Asynchronous SMS Intake',
					value: '/v1/json',
					description:
						'Takes many SMS items and answers with a request ID. Documented for Interconnect-Solutions only.',
				},
				{
					name: 'JSON Gateway',
					value: '/api/json.php',
					description: 'Takes items of every type',
				},
			],
			description: 'Which API takes the items',
		}),
		items: json({
			displayName: 'Items',
			required: true,
			default: '[\n  { "type": "balance" }\n]',
			description:
				'One item or a list of items for the "data" array, as in the AlphaSMS manual. The key is added. Anything but "balance" and "status" may be charged.',
		}),
	},
	prepare(params) {
		itemsOf(params.items);
		return params;
	},
	request([call]) {
		const items = itemsOf(call?.params.items);
		const reads = items.every((item) => READING_TYPES.has(String(item.type)));
		return {
			method: 'POST',
			path: call?.params.endpoint ?? '/api/json.php',
			body: { kind: 'json', value: { data: items } },
			safety: reads ? 'read' : 'spends',
		};
	},
	read(reply) {
		const results = readEnvelope(reply) as IDataObject[];
		const raw = readJson(reply) as IDataObject;
		if (results.length === 0) return [{ raw, data: raw }];
		// Some items may be accepted and charged while others are refused: all of them are shown.
		const accepted = results.filter((result) => isYes(result.success));
		if (accepted.length === 0) return [{ error: refusal(results[0]?.error) }];
		const data = results.map((result) => ({
			...result,
			outcome: accepted.includes(result) ? 'accepted' : 'refused',
		}));
		return [{ raw, data }];
	},
});
