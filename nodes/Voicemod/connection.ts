import type { IDataObject } from 'n8n-workflow';

import { CallError, ParameterError } from '../shared/http/errors';
import { isRecord } from '../shared/http/json';
import { asText } from '../shared/http/redact';
import type { CredentialSource } from '../shared/operation/operation';
import { ENVIRONMENTS } from './services';

export const NAME = 'Voicemod';

/** A checked credential; secrets that are not there are empty. */
export interface Connection {
	/** Base URLs of the gateways, without a slash at the end. */
	readonly baseUrl: string;
	readonly tunaUrl: string;
	readonly twitchUrl: string;
	readonly apiKey: string;
	readonly accessToken: string;
	readonly refreshToken: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly tokenUrl: string;
	/** How the token endpoint is asked: JSON as observed, or as OAuth2 has it. */
	readonly tokenStyle: 'json' | 'form' | 'basic';
	readonly renewToken?: () => Promise<unknown>;
	/** The headers by which the application names itself. */
	readonly app: Readonly<Record<string, string>>;
	/** As pasted; empty when there is none. */
	readonly publicKey: string;
}

function textOf(value: unknown): string {
	return asText(value ?? '').trim();
}

/** Something that travels in a header. */
function secretOf(value: unknown, label: string): string {
	const secret = textOf(value).replace(/^Bearer\s+/i, '');
	if (secret === '' || /^[\x21-\x7e]+$/.test(secret)) return secret;
	throw new ParameterError(
		`The ${label} of the ${NAME} credential has blanks or special characters`,
	);
}

function headerText(value: unknown, fallback: string): string {
	return textOf(value).replace(/[^\x20-\x7e]/g, '') || fallback;
}

function baseUrlOf(value: unknown, label: string, example: string): string {
	const address = textOf(value);
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '') {
		throw new ParameterError(
			`The ${label} of the ${NAME} credential is not a web address: "${address}"`,
			`It looks like ${example}`,
		);
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

function gatewaysOf(
	credentials: IDataObject,
): Pick<Connection, 'baseUrl' | 'tunaUrl' | 'twitchUrl'> {
	const { environment = 'production' } = credentials;
	const { main, tuna } = ENVIRONMENTS.production;
	if (environment === 'custom') {
		const baseUrl = baseUrlOf(credentials.baseUrl, 'base URL', main);
		const tunaUrl = baseUrlOf(credentials.tunaBaseUrl, 'Tuna base URL', tuna);
		return { baseUrl, tunaUrl, twitchUrl: baseUrl };
	}
	const { staging, production } = ENVIRONMENTS;
	const gateways = environment === 'staging' ? staging : production;
	return { baseUrl: gateways.main, tunaUrl: gateways.tuna, twitchUrl: main };
}

type Tokens = Pick<Connection, 'accessToken' | 'refreshToken' | 'tokenUrl' | 'tokenStyle'>;

function oAuth2Tokens(credentials: IDataObject): Tokens {
	const data = isRecord(credentials.oauthTokenData) ? credentials.oauthTokenData : {};
	const accessToken = secretOf(data.access_token, 'access token');
	if (accessToken === '') {
		throw new ParameterError(
			`The ${NAME} OAuth2 credential is not connected`,
			'Open the credential and press "Connect my account".',
		);
	}
	return {
		accessToken,
		refreshToken: textOf(data.refresh_token),
		tokenUrl: baseUrlOf(
			credentials.accessTokenUrl,
			'access token URL',
			'https://api.voicemod.net/v1/oauth/token',
		),
		tokenStyle: credentials.authentication === 'header' ? 'basic' : 'form',
	};
}

function isOAuth2(source: CredentialSource | undefined): boolean {
	return source?.type.endsWith('OAuth2Api') ?? false;
}

/** Checks the stored credential (voicemod.md §E.4). Throws `ParameterError`. */
export function connect(credentials: IDataObject, source?: CredentialSource): Connection {
	const gateways = gatewaysOf(credentials);
	const tokens: Tokens = isOAuth2(source)
		? oAuth2Tokens(credentials)
		: {
				accessToken: secretOf(credentials.accessToken, 'access token'),
				refreshToken: textOf(credentials.refreshToken),
				tokenUrl: `${gateways.baseUrl}/v1/oauth/token`,
				tokenStyle: 'json',
			};
	return {
		...gateways,
		...tokens,
		apiKey: secretOf(credentials.apiKey, 'API key'),
		clientId: textOf(credentials.clientId),
		clientSecret: textOf(credentials.clientSecret),
		...(isOAuth2(source) && { renewToken: source?.renewToken }),
		app: {
			'app-name': headerText(credentials.appName, 'n8n'),
			'app-version': headerText(credentials.appVersion, '1.0.0'),
			'app-os': headerText(credentials.appOs, 'windows'),
		},
		publicKey: textOf(credentials.publicPem),
	};
}

/**
 * The origin of a full address, if the credential may travel there: Voicemod's own hosts by HTTPS,
 * and those that the credential names.
 */
export function ownOrigin({ baseUrl, tunaUrl, tokenUrl }: Connection, address: string): string {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const named = [baseUrl, tunaUrl, tokenUrl].map((known) => new URL(known).origin);
	const isOwn =
		url?.protocol === 'https:' && url.port === '' && /\.voicemod\.net$/.test(url.hostname);
	if (url !== undefined && (isOwn || named.includes(url.origin))) return url.origin;
	throw new CallError(`${url?.host ?? 'This address'} is not a host of ${NAME}`, {
		hint: 'The credential is sent to hosts that end in .voicemod.net and to the base URLs of the credential only. Use the HTTP Request node for others.',
		outcome: 'not_sent',
	});
}
