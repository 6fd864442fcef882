import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../../shared/http/errors';
import { asText } from '../../shared/http/redact';
import { choice, json } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { isRecord, isYes, NAME, readEnvelope, readJson, refusal } from '../api';

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
	recheck: 'ask for the status of each item, or look in the AlphaSMS cabinet,',
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
	sends: ({ items }) =>
		itemsOf(items).filter((item) => !READING_TYPES.has(asText(item.type))).length,
	request([call]) {
		const items = itemsOf(call?.params.items);
		const reads = items.every((item) => READING_TYPES.has(asText(item.type)));
		return {
			method: 'POST',
			path: call?.params.endpoint ?? '/api/json.php',
			body: { kind: 'json', value: { data: items } },
			safety: reads ? 'read' : 'spends',
		};
	},
	read(reply, [call]) {
		const results = readEnvelope(reply) as IDataObject[];
		const raw = readJson(reply) as IDataObject;
		if (call?.params.endpoint === '/v1/json') return [{ raw, data: raw }];
		const missing = itemsOf(call?.params.items).length - results.length;
		if (missing > 0) {
			results.push({ success: false, error: `${NAME} gave no answer for ${missing} of the items` });
		}
		// Some items may be accepted and charged while others are refused: all of them are shown.
		const accepted = results.filter((result) => isYes(result.success));
		const last = results.at(-1);
		if (accepted.length === 0 && missing > 0) {
			return [{ error: new CallError(asText(last?.error), { outcome: 'unknown' }) }];
		}
		if (accepted.length === 0) return [{ error: refusal(results[0]?.error) }];
		const word = (result: IDataObject) => {
			if (missing > 0 && result === last) return 'unknown';
			return accepted.includes(result) ? 'accepted' : 'refused';
		};
		const data = results.map((result) => ({ ...result, outcome: word(result) }));
		return [{ raw, data }];
	},
});
