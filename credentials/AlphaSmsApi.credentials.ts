import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

const WHAT_TO_CHECK =
	'AlphaSMS refused the key. Check the API key, that "Activate API" is on, and the list of allowed IP addresses (cabinet: SMS > Settings > API).';

/** API key and host of an AlphaSMS account, or of a brand on the same platform (alphasms.md §1, §2). */
export class AlphaSmsApi implements ICredentialType {
	name = 'alphaSmsApi';

	displayName = 'AlphaSMS API';

	icon: Icon = { light: 'file:../icons/alphasms.svg', dark: 'file:../icons/alphasms.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/ALPHASMS.md#alphasms-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'options',
			default: 'https://alphasms.ua',
			options: [
				{ name: 'AlphaSMS International (alphasms.net)', value: 'https://alphasms.net' },
				{ name: 'AlphaSMS Ukraine (alphasms.ua)', value: 'https://alphasms.ua' },
				{ name: 'Blackbox Business (blackbox.business)', value: 'https://blackbox.business' },
				{ name: 'Custom', value: 'custom' },
				{
					name: 'Interconnect-Solutions (portal.interconnect.solutions)',
					value: 'https://portal.interconnect.solutions',
				},
			],
			description: 'Where your account lives: the site on which you log in to the cabinet',
		},
		{
			displayName: 'Custom Base URL',
			name: 'customBaseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://alphasms.example.com',
			displayOptions: { show: { baseUrl: ['custom'] } },
			description: 'Address of the gateway, without /api/json.php. Use https.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'In the cabinet under SMS > Settings > API. It is shown in full only right after you press the round update button; making a new key ends the old one. "Activate API" must be on.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { body: { auth: '={{ $credentials.apiKey.trim() }}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL:
				'={{ ($credentials.baseUrl === "custom" ? $credentials.customBaseUrl : $credentials.baseUrl).trim().split(/[?#]/)[0].replace(/\\/(api(\\/\\w+\\.php)?|v1\\/json)?\\/*$/, "") }}',
			url: '/api/json.php',
			headers: { 'Content-Type': 'application/json' },
			body: { data: [{ type: 'balance' }] },
		},
		// HTTP is 200 even for a bad key, and a web page has no "success" at all.
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: false, message: WHAT_TO_CHECK },
			},
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: 0, message: WHAT_TO_CHECK },
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'success',
					value: undefined,
					message: 'This address does not answer like AlphaSMS. Check the base URL.',
				},
			},
		],
	};
}
