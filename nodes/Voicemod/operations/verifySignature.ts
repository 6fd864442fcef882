import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/json';
import { asText } from '../../shared/http/redact';
import { choice, json, text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { FORMATS, parsePublicKey, verifySignature } from '../signature';
import { signatureAlgorithm, signatureFormat } from './base';

/** Header names in lower case; lists of values as HTTP joins them. */
function headersOf(value: unknown): Record<string, string> {
	if (!isRecord(value)) throw new ParameterError('"Headers" must be an object');
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [
			name.toLowerCase(),
			(Array.isArray(entry) ? entry.map(asText).join(', ') : asText(entry ?? '')).trim(),
		]),
	);
}

function nothingToSend(): never {
	throw new ParameterError('This operation sends nothing');
}

/** The check of voicemod.md §A.4 without any request. */
export const verify = defineOperation({
	resource: 'signature',
	name: 'verify',
	displayName: 'Verify',
	action: 'Verify a signature',
	description: 'Check the signature of an answer that you already have. Asks nobody.',
	safety: 'read',
	offline: true,
	isPlain: true,
	fields: {
		bodySource: choice({
			displayName: 'Body Given As',
			default: 'text',
			options: [
				{ name: 'File', value: 'file', description: 'Binary field with the bytes as they came' },
				{ name: 'Text', value: 'text' },
			],
			description: 'How you give the body of the answer',
		}),
		body: text({
			displayName: 'Body',
			rows: 5,
			show: { bodySource: ['text'] },
			description:
				'The body exactly as it came. JSON that n8n has parsed and written again is another text; take the raw body.',
		}),
		binaryPropertyName: text({
			displayName: 'Input Data Field Name',
			default: 'data',
			show: { bodySource: ['file'] },
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
			description: 'Binary field of the input item that holds the body',
		}),
		headers: json({
			displayName: 'Headers',
			required: true,
			default: '={{ $json.headers }}',
			description: 'Headers of the answer as an object; capitals do not matter',
		}),
		requestId: text({
			displayName: 'Sent Request ID',
			required: true,
			placeholder: 'e.g. 1700000000000',
			description: 'The ID that was sent with the request',
		}),
		publicKey: text({
			displayName: 'Public Key',
			required: true,
			rows: 5,
			placeholder: 'e.g. -----BEGIN PUBLIC KEY-----',
			description: 'As Voicemod gave it to you: PEM, or its base64',
		}),
		signatureFormat,
		signatureAlgorithm,
	},
	file: ['binaryPropertyName'],
	prepare(params) {
		headersOf(params.headers);
		parsePublicKey(params.publicKey);
		return params;
	},
	known(params, { files }) {
		const file = files?.binaryPropertyName;
		const bytes = file?.bytes ?? Buffer.from(params.body ?? '', 'utf8');
		const finding = verifySignature(
			{ headers: headersOf(params.headers), bytes },
			{
				sentRequestId: params.requestId,
				publicKey: parsePublicKey(params.publicKey),
				format: FORMATS.find((known) => known === params.signatureFormat),
				algorithm: params.signatureAlgorithm ?? 'rsaSha256',
			},
		);
		const data: IDataObject = { ...finding };
		return { raw: data, data };
	},
	request: nothingToSend,
	read: nothingToSend,
});
