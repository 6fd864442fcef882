import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { VOICEMOD_FIELDS } from './voicemodFields';

const REFUSED = 'Voicemod refused the access token. Connect the account again.';

/** A user's permission by OAuth2; Voicemod gives out the addresses with the client (voicemod.md §A.3). */
export class VoicemodOAuth2Api implements ICredentialType {
	name = 'voicemodOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Voicemod OAuth2 API';

	icon: Icon = { light: 'file:../icons/voicemod.svg', dark: 'file:../icons/voicemod.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/VOICEMOD.md#voicemod-credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'hidden',
			default: 'authorizationCode',
		},
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://login.example.com/authorize',
			description: 'Not published; Voicemod tells it to you when it registers your application',
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'string',
			default: 'https://api.voicemod.net/v1/oauth/token',
			required: true,
			placeholder: 'e.g. https://api.voicemod.net/v1/oauth/token',
			description: 'Where a code becomes a token',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: '',
			description:
				'Not published; leave it empty unless Voicemod names scopes, with blanks between',
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'string',
			default: '',
			placeholder: 'e.g. originalClient=voicemod',
			description: 'Added to the authorization URL',
		},
		{
			displayName: 'Client Authentication',
			name: 'authentication',
			type: 'options',
			default: 'body',
			options: [
				{ name: 'Body', value: 'body', description: 'What has been seen at Voicemod' },
				{ name: 'Header', value: 'header', description: 'As HTTP Basic' },
			],
			description: 'How client ID and secret are sent to the access token URL',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for Voice Conversion, and for Song as a partner',
		},
		...VOICEMOD_FIELDS,
	];

	test: ICredentialTestRequest = {
		request: {
			method: 'GET',
			baseURL:
				'={{ ({ production: "https://tuna-api.voicemod.net", staging: "https://staging-tuna-gateway-api.voicemod.net" }[$credentials.environment] || $credentials.tunaBaseUrl).trim().replace(/\\/+$/, "") }}',
			url: '/v1/auth',
		},
		rules: [
			// The profile of the user; an error has none, even with status 200.
			{
				type: 'responseSuccessBody',
				properties: { key: 'id', value: undefined, message: REFUSED },
			},
		],
	};
}
