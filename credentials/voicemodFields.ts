import type { INodeProperties } from 'n8n-workflow';

/** What both credentials of Voicemod's cloud ask for: where requests go, and how they introduce themselves. */
export const VOICEMOD_FIELDS: INodeProperties[] = [
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
		description: 'Where the requests go; leave it at Production unless Voicemod says otherwise',
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
