import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../shared/http/errors';
import { asText } from '../shared/http/redact';

/** The app's name as users know it. */
export const NAME = 'Voicemod';

/** Where the app may listen, in order of preference (voicemod.md §B.1). */
export const PUBLISHED_PORTS: readonly number[] = [
	59129, 20000, 39273, 42152, 43782, 46667, 35679, 37170, 38501, 33952, 30546,
];

export const DEFAULT_CONNECT_TIMEOUT_MS = 1000;

/** The parsed credential. */
export interface Connection {
	/** Host as in an address: a name, an IPv4 address, or an IPv6 address in brackets. */
	readonly host: string;
	/** Whether the address, of a tunnel then, is reached over TLS. */
	readonly secure: boolean;
	/** 0: the published ports one after the other. */
	readonly port: number;
	readonly clientKey: string;
	/** Longest time for the connection to one port. */
	readonly connectTimeoutMs: number;
}

const HOST =
	/^(?:(wss?|https?):\/\/)?(\[[0-9a-f:.]+\]|[^\s/:@[\]]+|[0-9a-f]*:[0-9a-f:.]+)(?::(\d+))?(?:\/.*)?$/i;

function wholeNumber(value: unknown, label: string, min: number, max: number): number {
	const text = asText(value ?? '').trim();
	const number = Number(text);
	if (/^\d+$/.test(text) && number >= min && number <= max) return number;
	throw new ParameterError(
		`"${label}" of the ${NAME} Control credential must be a whole number from ${min} to ${max}`,
	);
}

/** Checks and normalises the stored credential. Throws `ParameterError`. */
export function connect(credentials: IDataObject): Connection {
	const given = asText(credentials.host ?? '').trim() || '127.0.0.1';
	const [, scheme = '', name = '', ownPort] = HOST.exec(given) ?? [];
	if (name === '') {
		throw new ParameterError(
			`"Host" of the ${NAME} Control credential is no host name or address: "${given}"`,
			'Enter e.g. 127.0.0.1, or wss://tunnel.example.com for a tunnel with TLS.',
		);
	}
	const clientKey = asText(credentials.apiKey ?? '').trim();
	if (clientKey === '') {
		throw new ParameterError(
			`"Client Key (API Key)" of the ${NAME} Control credential is empty`,
			'Voicemod sends the key by e-mail; it is requested on control-api.voicemod.net.',
		);
	}
	const secure = /^(wss|https)$/i.test(scheme);
	const port = wholeNumber(ownPort ?? credentials.port ?? 0, 'Port', 0, 65535);
	return {
		// An IPv6 address without brackets would be read as host and port.
		host: name.includes(':') && !name.startsWith('[') ? `[${name}]` : name,
		secure,
		port: secure && port === 0 ? 443 : port,
		clientKey,
		connectTimeoutMs: wholeNumber(
			credentials.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT_MS,
			'Connection Timeout (Milliseconds)',
			50,
			60_000,
		),
	};
}

/** Whether the app is looked for on the machine that n8n runs on. */
export function isLocal({ host }: Connection): boolean {
	return /^(localhost|127(\.\d+){3}|\[::1\]|\[0*(:0*)*:0*1\])$/i.test(host);
}

export function candidatePorts({ port }: Connection): readonly number[] {
	return port === 0 ? PUBLISHED_PORTS : [port];
}

/** The address of the app on a port (voicemod.md §B.1). */
export function addressOf({ host, secure }: Connection, port: number): URL {
	return new URL(`${secure ? 'wss' : 'ws'}://${host}:${port}/v1/`);
}
