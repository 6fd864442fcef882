import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { isRecord, readJsonObject } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import type { RequestBody, Scalar } from '../../shared/http/request';
import { choice, json, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { NAME, refusal } from '../api';
import { LOGIN_PATH, REFRESH_PATH } from '../session';
import { channelUuid } from './fields';

function scalars(value: unknown, label: string): Record<string, Scalar> {
	const entries = Object.entries(isRecord(value) ? value : {}).map(
		([key, entry]): [string, Scalar] => {
			if (typeof entry !== 'object' && entry !== undefined) return [key, asText(entry)];
			throw new ParameterError(`"${label}" may hold texts, numbers and flags only, see "${key}"`);
		},
	);
	return Object.fromEntries(entries);
}

function bodyOf(format: string, value: unknown): RequestBody | undefined {
	if (format === 'none') return undefined;
	return format === 'form'
		? { kind: 'form', fields: scalars(value, 'Body') }
		: { kind: 'json', value: value ?? {} };
}

/** Reaches any path of the host of the credential, also those that are newer than this node. */
export const apiRequest = defineOperation({
	resource: 'apiRequest',
	name: 'send',
	displayName: 'Send Request',
	action: 'Send a request of your own making',
	description:
		'Call any path of the custom channel API with your credential; for what has no operation here',
	safety: 'spends',
	recheck: 'look in Voximplant Kit',
	fields: {
		method: choice({
			displayName: 'Method',
			default: 'POST',
			options: [
				{ name: 'DELETE', value: 'DELETE' },
				{ name: 'GET', value: 'GET' },
				{ name: 'PATCH', value: 'PATCH' },
				{ name: 'POST', value: 'POST' },
				{ name: 'PUT', value: 'PUT' },
			],
			description: 'HTTP method; only GET is tried again by itself after a network failure',
		}),
		path: text({
			displayName: 'Path',
			required: true,
			default: '/{channel_uuid}',
			placeholder: 'e.g. /{channel_uuid}',
			pattern: { test: /^\/(?!\/)[^\s?#]*$/, message: 'begins with one / and has no query' },
			description:
				'Path on the host of the credential. {channel_uuid} stands for the UUID of the channel. The token is added by itself.',
		}),
		query: json({
			displayName: 'Query Parameters',
			additional: true,
			description: 'JSON object with what stands behind the ? of the address',
		}),
		bodyFormat: choice({
			displayName: 'Body Format',
			default: 'json',
			options: [
				{ name: 'Form Fields', value: 'form' },
				{ name: 'JSON', value: 'json' },
				{ name: 'None', value: 'none' },
			],
			description: 'How the body is written',
		}),
		body: json({
			displayName: 'Body',
			default: '{}',
			show: { bodyFormat: ['form', 'json'] },
			description: 'JSON object with the body, or with the form fields',
		}),
		channelUuid,
	},
	prepare(params) {
		if (Array.isArray(params.query))
			throw new ParameterError('"Query Parameters" must be an object');
		scalars(params.query, 'Query Parameters');
		if (params.bodyFormat !== 'form') return params;
		if (Array.isArray(params.body)) throw new ParameterError('"Body" must be an object');
		scalars(params.body, 'Body');
		return params;
	},
	request([call]) {
		const { method = 'POST', path = '/', query, bodyFormat = 'none', body } = call?.params ?? {};
		const reads = method === 'GET';
		return {
			method,
			path,
			query: scalars(query, 'Query Parameters'),
			body: reads ? undefined : bodyOf(bodyFormat, body),
			scope: call?.params.channelUuid,
			// These ask for a session and have none yet.
			anonymous: path === LOGIN_PATH || path === REFRESH_PATH,
			safety: reads ? 'read' : 'spends',
		};
	},
	read(reply) {
		const raw = readJsonObject(reply, NAME) as IDataObject;
		if (raw.success === false) throw refusal(raw, reply);
		return [{ raw, data: raw }];
	},
});
