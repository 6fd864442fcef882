import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { VOICEMOD_FIELDS } from './voicemodFields';

/** API key and/or access token of Voicemod's cloud (voicemod.md §A.1, §A.3, §E.4). The node tests it. */
export class VoicemodApi implements ICredentialType {
	name = 'voicemodApi';

	displayName = 'Voicemod API';

	icon: Icon = { light: 'file:../icons/voicemod.svg', dark: 'file:../icons/voicemod.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/VOICEMOD.md#voicemod-credentials';

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
		...VOICEMOD_FIELDS,
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const key = String(credentials.apiKey ?? '').trim();
		const token = String(credentials.accessToken ?? '').trim();
		return {
			...requestOptions,
			headers: {
				...requestOptions.headers,
				...(key !== '' && { 'x-api-key': key }),
				...(token !== '' && { Authorization: `Bearer ${token.replace(/^Bearer\s+/i, '')}` }),
			},
		};
	};
}
