import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { choice, json, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { functionRequest, isRecord, readEnvelope } from '../api';
import { CREDENTIAL_NAMES } from './base';
import { readDownload } from './download';

const READING = new Set([
	'CheckTemplateStatus',
	'GetAudiosList',
	'GetCallStatus',
	'GetCampaignsList',
	'GetCenterQueues',
	'GetDestinationsList',
	'GetTTSVoices',
	'GetUserID',
	'GetWATemplates',
	'PlayAudioFile',
	'ValidateWhatsAppNumber',
]);

/** Names of these change things although the function reads. */
const CHANGING = ['setactive', 'rurl'];

function safetyOf(fn: string, body: unknown) {
	const changes = isRecord(body) && CHANGING.some((name) => name in body);
	return READING.has(fn) && !changes ? 'read' : 'spends';
}

/** Reaches any function, also those that are newer than this node. */
export const apiRequest = defineOperation({
	resource: 'apiRequest',
	name: 'send',
	displayName: 'Send Request',
	action: 'Send a request of your own making',
	description: 'Call any Velip function with your credential; for functions without an operation',
	safety: 'spends',
	recheck: 'look in the Velip panel',
	fields: {
		fn: text({
			displayName: 'Function',
			required: true,
			placeholder: 'e.g. GetUserID',
			pattern: {
				test: /^[A-Za-z]\w{1,60}$/,
				message: 'must be the name of a function, e.g. GetUserID',
			},
			description: 'Name of the function in the Velip manual, without .php',
		}),
		parameters: json({
			displayName: 'Parameters',
			default: '{}',
			onlyObject: true,
			description:
				'Object with the parameters under the names of the Velip manual. The credential is added. Functions that do not only read may be charged.',
		}),
		answer: choice({
			displayName: 'Answer',
			default: 'json',
			options: [
				{ name: 'File', value: 'file', description: 'Into the binary field "data"' },
				{ name: 'JSON', value: 'json' },
			],
			description: 'What the function answers with',
		}),
	},
	prepare(params) {
		const held = CREDENTIAL_NAMES.find((name) => name in (params.parameters ?? {}));
		if (held === undefined) return params;
		throw new ParameterError(`"Parameters" may not hold "${held}"; use the credential`);
	},
	request([call]) {
		const { fn = '', parameters = {} } = call?.params ?? {};
		return functionRequest(fn, parameters as Record<string, unknown>, safetyOf(fn, parameters));
	},
	read(reply, [call]) {
		if (call?.params.answer === 'file') return readDownload(reply, { function: call.params.fn });
		const raw = readEnvelope(reply).answer as IDataObject;
		return [{ raw, data: raw }];
	},
});
