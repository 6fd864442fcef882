import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

const REFUSED =
	'Voicemod refused the API key or the access token. Tokens end after a while: get a new one, or add the refresh token with client ID and secret, with which the node renews it.';

/** End of the address of a conversion that does not exist. */
const PROBE = '/v2/cloud/audio/00000000-0000-0000-0000-000000000000';

const BASES =
	'({ production: ["https://api.voicemod.net", "https://tuna-api.voicemod.net"], staging: ["https://staging-gateway-api.voicemod.net", "https://staging-tuna-gateway-api.voicemod.net"], custom: [$credentials.baseUrl, $credentials.tunaBaseUrl] })[$credentials.environment]';

/** API key and/or access token of Voicemod's cloud (voicemod.md §A.1, §A.3, §E.4). */
export class VoicemodApi implements ICredentialType {
	name = 'voicemodApi';

	displayName = 'Voicemod API';

	icon: Icon = { light: 'file:../icons/voicemod.svg', dark: 'file:../icons/voicemod.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers#voicemod-credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'For Voice Conversion, and for Song as a partner. Voicemod gives keys to partners on request.',
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'For Account, Song as a user, and the services. Without the word "Bearer". Searching for sounds works without either so far.',
		},
		{
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'With it, client ID and client secret the node gets a new access token by itself when the old one has ended. The new one is kept in memory only; the OAuth2 credential stores it.',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			description: 'Of your application, as Voicemod registered it. Only for the refresh token.',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Of your application. Only for the refresh token.',
		},
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			default: 'production',
			options: [
				{ name: 'Custom', value: 'custom', description: 'Addresses of your own' },
				{ name: 'Production', value: 'production' },
				{ name: 'Staging', value: 'staging', description: "Voicemod's own test environment" },
			],
			description: 'Where the requests go',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.voicemod.net',
			required: true,
			displayOptions: { show: { environment: ['custom'] } },
			placeholder: 'e.g. https://api.voicemod.net',
			description: 'Address of the main gateway, without /v1',
		},
		{
			displayName: 'Tuna Base URL',
			name: 'tunaBaseUrl',
			type: 'string',
			default: 'https://tuna-api.voicemod.net',
			required: true,
			displayOptions: { show: { environment: ['custom'] } },
			placeholder: 'e.g. https://tuna-api.voicemod.net',
			description: 'Address of the sound library, without /v1',
		},
		{
			displayName: 'Public Key',
			name: 'publicPem',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. -----BEGIN PUBLIC KEY-----',
			description:
				'For checking the signature of answers. Voicemod gives it out on request: PEM (public key or certificate), or its base64.',
		},
		{
			displayName: 'Application Name',
			name: 'appName',
			type: 'string',
			default: 'n8n',
			description: 'Sent as app-name with every request',
		},
		{
			displayName: 'Application Version',
			name: 'appVersion',
			type: 'string',
			default: '1.0.0',
			description: 'Sent as app-version with every request',
		},
		{
			displayName: 'Application System',
			name: 'appOs',
			type: 'string',
			default: 'windows',
			description: 'Sent as app-os with every request; only windows has been seen',
		},
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const key = String(credentials.apiKey ?? '').trim();
		const token = String(credentials.accessToken ?? '').trim();
		return {
			...requestOptions,
			// No such conversion: the key was accepted.
			...(requestOptions.url.endsWith(PROBE) && {
				ignoreHttpStatusErrors: { ignore: true, except: [401, 403, 500, 502, 503] },
			}),
			headers: {
				...requestOptions.headers,
				...(key !== '' && { 'x-api-key': key }),
				...(token !== '' && { Authorization: `Bearer ${token}` }),
			},
		};
	};

	/**
	 * With a token the own profile; with a key alone a conversion that does not exist, where 404 and
	 * 400 mean that the key was accepted; with neither the version of the app.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'GET',
			baseURL: `={{ ${BASES}[$credentials.accessToken ? 1 : 0].trim().replace(/\\/+$/, "") }}`,
			url: '={{ $credentials.accessToken ? "/v1/auth" : $credentials.apiKey ? "/v2/cloud/audio/00000000-0000-0000-0000-000000000000" : "/v1/nextgen/update/%7B%7D" }}',
			headers: {
				'app-name': '={{ $credentials.appName }}',
				'app-version': '={{ $credentials.appVersion }}',
				'app-os': '={{ $credentials.appOs }}',
			},
		},
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'message', value: 'Unauthorized', message: REFUSED },
			},
			{
				type: 'responseSuccessBody',
				properties: { key: 'message', value: 'Forbidden', message: REFUSED },
			},
		],
	};
}
