import { constants, createHash, createPublicKey, createVerify } from 'node:crypto';
import { STRING_FORMATS, type StringFormat } from './voicemod';

/** An answer of the REST side. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	bytes: Buffer;
	/** Parsed JSON, `{}` for anything else. */
	body: Record<string, unknown>;
}

/** A request; strings and forms are sent as they are, everything else as JSON. */
export async function call(
	url: string,
	init: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
	const { method = 'GET', headers = {}, body } = init;
	const isRaw = body === undefined || typeof body === 'string' || body instanceof FormData;
	const response = await fetch(url, {
		method,
		headers: { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...headers },
		body: isRaw ? body : JSON.stringify(body),
	});
	const bytes = Buffer.from(await response.arrayBuffer());
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		bytes,
		body: parse(bytes),
	};
}

function parse(bytes: Buffer): Record<string, unknown> {
	try {
		return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
	} catch {
		return {};
	}
}

/** A form with texts and files. */
export function formOf(
	fields: Record<string, string | { content: Buffer; name: string; type?: string }>,
): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) {
		if (typeof value === 'string') form.append(name, value);
		else
			form.append(
				name,
				new Blob([new Uint8Array(value.content)], { type: value.type ?? 'audio/wav' }),
				value.name,
			);
	}
	return form;
}

/** What the procedure of voicemod.md section A.4 says about an answer: the format that verifies, else undefined. */
export function verify(
	answer: { headers: Record<string, string>; body: Buffer },
	sentRequestId: string,
	key: string,
	options: { hash?: 'SHA-256' | 'SHA-512'; pss?: boolean } = {},
): StringFormat | undefined {
	const { headers, body } = answer;
	const { signature, digest, 'signature-headers': list } = headers;
	const hash = options.hash ?? 'SHA-256';
	if (!signature || !list || headers['request-id'] !== sentRequestId) return undefined;
	const names = list.toLowerCase().split(/\s+/).filter(Boolean);
	if (!names.includes('request-id') || (body.length > 0 && !names.includes('digest')))
		return undefined;
	if (names.some((name) => headers[name] === undefined)) return undefined;
	const hashed = createHash(hash.replace('-', '').toLowerCase()).update(body).digest('base64');
	if (digest === undefined ? body.length > 0 : digest !== `${hash}=${hashed}`) return undefined;
	const publicKey = createPublicKey(
		key.includes('-----') ? key : `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`,
	);
	const values = names.map((name) => headers[name] ?? '');
	const texts: Record<StringFormat, string> = {
		nameColonSpaceValue: names.map((name, index) => `${name}: ${values[index]}`).join('\n'),
		nameColonValue: names.map((name, index) => `${name}:${values[index]}`).join('\n'),
		valuesByLine: values.join('\n'),
		valuesBySpace: values.join(' '),
		valuesJoined: values.join(''),
	};
	const padding = options.pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
	return STRING_FORMATS.find((format) =>
		createVerify(`RSA-${hash.replace('-', '')}`)
			.update(texts[format], 'utf8')
			.verify({ key: publicKey, padding }, signature, 'base64'),
	);
}
