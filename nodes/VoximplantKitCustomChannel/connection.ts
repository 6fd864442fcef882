import type { IDataObject } from 'n8n-workflow';

import { ParameterError } from '../shared/http/errors';
import { asText } from '../shared/http/redact';

/** A checked credential. */
export interface Connection {
	/** Base URL without trailing slash or path. */
	readonly baseUrl: string;
	/** Account name; `domain` of the API. */
	readonly domain: string;
	/** The long-lived token of the account. Not the token of a session, whose name is the same. */
	readonly apiToken: string;
	readonly channelUuid: string;
	/** Secrets that requests do not need; Kit knows them, and may show them in an answer. */
	readonly otherSecrets: readonly string[];
}

export const REGIONS = ['br', 'eu', 'kz', 'ru', 'ru2', 'us'] as const;

function baseUrlOf(credentials: IDataObject): string {
	if (credentials.region !== 'custom') {
		const given = asText(credentials.region ?? 'us')
			.trim()
			.toLowerCase();
		const region = REGIONS.find((name) => name === given);
		if (region !== undefined) return `https://kit-im-${region}.voximplant.com`;
		throw new ParameterError(
			`The Voximplant Kit custom channel credential names a region that is not known: "${given}"`,
			`It is one of ${REGIONS.join(', ')}. For any other, choose "Custom Host".`,
		);
	}
	const given = asText(credentials.customHost ?? '').trim();
	const address = /^https?:\/\//i.test(given) ? given : `https://${given}`;
	if (given !== '' && URL.canParse(address)) return new URL(address).origin;
	throw new ParameterError(
		`The custom host of the Voximplant Kit custom channel credential is not a host name: "${given}"`,
		'Copy "Custom channel API hostname" from Administration > Security > API tokens > API access data. It looks like kit-im-eu.voximplant.com.',
	);
}

/** The UUID of a channel; people also paste its whole address, which ends in it. */
export function channelUuidOf(value: unknown): string {
	return asText(value ?? '')
		.trim()
		.replace(/^https?:\/\/[^/]+\//i, '')
		.replace(/\/+$/, '');
}

export const CHANNEL_UUID = /^[A-Za-z0-9_-]{1,100}$/;

/** The token that the credential holds; blanks in it come from copying too much. */
function tokenOf(credentials: IDataObject): string {
	const token = asText(credentials.accessToken ?? '').trim();
	if (token !== '' && !/\s/.test(token)) return token;
	throw new ParameterError(
		token === ''
			? 'The Voximplant Kit custom channel credential has no API token'
			: 'The API token of the Voximplant Kit custom channel credential holds blanks',
		'Copy it from Administration > Security > API tokens.',
	);
}

/** Checks the stored credential (voximplant-kit-custom-channel.md §1, §2). */
export function connect(credentials: IDataObject): Connection {
	const domain = asText(credentials.domain ?? '').trim();
	if (domain === '') {
		throw new ParameterError(
			'The Voximplant Kit custom channel credential has no account name',
			'It stands in Kit under Administration > Security > API tokens > API access data.',
		);
	}
	const channelUuid = channelUuidOf(credentials.channelUuid);
	if (!CHANNEL_UUID.test(channelUuid)) {
		throw new ParameterError(
			channelUuid === ''
				? 'The Voximplant Kit custom channel credential has no channel UUID'
				: 'The channel UUID of the Voximplant Kit custom channel credential is not a UUID',
			'It stands in Kit in the settings of the saved channel: Setup > Conversations > Channels.',
		);
	}
	const otherSecrets = [credentials.saltSecret, credentials.callbackToken, credentials.sessionToken]
		.map((secret) => asText(secret ?? '').trim())
		.filter((secret) => secret !== '');
	const apiToken = tokenOf(credentials);
	return { baseUrl: baseUrlOf(credentials), domain, apiToken, channelUuid, otherSecrets };
}

/** What verifies callbacks: salt, and the token that is chosen in the channel's form (§6.2). */
export interface CallbackKeys {
	readonly salt: string;
	readonly token: string;
}

/** Undefined as long as no salt is known: Kit makes it while the channel is created (§2). */
export function callbackKeys(credentials: IDataObject): CallbackKeys | undefined {
	const salt = asText(credentials.saltSecret ?? '').trim();
	if (salt === '') return undefined;
	const own = asText(credentials.callbackToken ?? '').trim();
	const token = own === '' ? asText(credentials.accessToken ?? '').trim() : own;
	if (token !== '') return { salt, token };
	throw new ParameterError('The credential has a security salt but no API token');
}
