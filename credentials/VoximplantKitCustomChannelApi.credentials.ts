import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';

const WHAT_TO_CHECK =
	'Voximplant Kit refused the login. Check region, account name, API token and channel UUID. If the account uses the API whitelist, add the address of this n8n to it.';

const NOT_KIT =
	'This address does not answer like Voximplant Kit. Check the region or the custom host.';

/** The base URL as an expression, for the test; `baseUrlOf` says the same in code. */
const BASE_URL =
	'={{ $credentials.region === "custom" ? (/^https?:/i.test($credentials.customHost.trim()) ? "" : "https://") + $credentials.customHost.trim().replace(/^((https?:[/][/])?[^/?#]*).*$/i, "$1") : "https://kit-im-" + $credentials.region + ".voximplant.com" }}';

/** The UUID, also where the whole address of the channel was pasted; `channelUuidOf` of the node does the same. */
const CHANNEL_UUID =
	'={{ $credentials.channelUuid.trim().replace(/^https?:[/][/][^/]+[/]/i, "").replace(/[/]+$/, "") }}';

const LOGIN = '/api/v3/botService/login';

function textOf(credentials: ICredentialDataDecryptedObject, name: string): string {
	const value = credentials[name];
	return typeof value === 'string' ? value.trim() : '';
}

function baseUrlOf(credentials: ICredentialDataDecryptedObject): string {
	if (credentials.region !== 'custom') {
		return `https://kit-im-${textOf(credentials, 'region')}.voximplant.com`;
	}
	const host = textOf(credentials, 'customHost').replace(/^((https?:\/\/)?[^/?#]*).*$/i, '$1');
	return /^https?:/i.test(host) ? host : `https://${host}`;
}

function channelUuidOf(credentials: ICredentialDataDecryptedObject): string {
	return textOf(credentials, 'channelUuid')
		.replace(/^https?:\/\/[^/]+\//i, '')
		.replace(/\/+$/, '');
}

/** What Kit says, in one line and without the token, also where it stands there encoded. */
function wordsOf(error: unknown, token: string): string {
	if (typeof error !== 'string') return '';
	const form = new URLSearchParams({ '': token }).toString().slice(1);
	return [token, encodeURIComponent(token), form]
		.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '[hidden]')), error)
		.replace(/\s+/g, ' ')
		.slice(0, 300);
}

/** Host, account, token and channel of a custom channel (voximplant-kit-custom-channel.md §1, §2). */
export class VoximplantKitCustomChannelApi implements ICredentialType {
	name = 'voximplantKitCustomChannelApi';

	displayName = 'Voximplant Kit Custom Channel API';

	icon: Icon = {
		light: 'file:../icons/voximplantKitCustomChannel.svg',
		dark: 'file:../icons/voximplantKitCustomChannel.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/VOXIMPLANT-KIT-CUSTOM-CHANNEL.md#voximplant-kit-custom-channel-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'us',
			options: [
				{ name: 'Brazil (BR)', value: 'br' },
				{ name: 'Custom Host', value: 'custom' },
				{ name: 'Europe (EU)', value: 'eu' },
				{ name: 'Kazakhstan (KZ)', value: 'kz' },
				{ name: 'Russia (RU)', value: 'ru' },
				{ name: 'Russia 2 (RU2)', value: 'ru2' },
				{ name: 'United States (US)', value: 'us' },
			],
			description:
				'Where the account lives. It is a part of the "Custom channel API hostname" in Kit: Administration > Security > API tokens > API access data.',
		},
		{
			displayName: 'Custom Host',
			name: 'customHost',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. kit-im-eu.voximplant.com',
			displayOptions: { show: { region: ['custom'] } },
			description: '"Custom channel API hostname" of the API access data in Kit',
		},
		{
			displayName: 'Account Name',
			name: 'domain',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. my-account',
			description: 'Name of the account in Kit, which stands among the API access data, too',
		},
		{
			displayName: 'API Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Made in Kit under Administration > Security > API tokens. It can be shown and copied there later.',
		},
		{
			displayName: 'Channel UUID',
			name: 'channelUuid',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 11111111-2222-4333-8444-555555555555',
			description:
				'Shown in the settings of the saved channel: Setup > Conversations > Channels in Kit',
		},
		{
			displayName: 'Security Salt (Secret)',
			name: 'saltSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'For the trigger: "Security salt" in the form of the channel in Kit. Once it is here, events without the right signature are refused.',
		},
		{
			displayName: 'Callback API Token',
			name: 'callbackToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'For the trigger: only if another API token is chosen in the form of the channel than the one above',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	/** Logs in for n8n's HTTP Request node: when there is no token yet, and after an HTTP 401. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const accessToken = textOf(credentials, 'accessToken');
		// An error of the request would show its address, and the API token in it.
		const answer: unknown = await this.helpers
			.httpRequest({
				method: 'POST',
				url: `${baseUrlOf(credentials)}${LOGIN}`,
				qs: {
					access_token: accessToken,
					domain: textOf(credentials, 'domain'),
				},
				headers: {
					Accept: 'application/json',
					'Content-Type': 'application/x-www-form-urlencoded',
				},
				body: new URLSearchParams({
					channel_uuid: channelUuidOf(credentials),
				}).toString(),
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				json: true,
			})
			.catch(() => undefined);
		const { success, result } = (answer ?? {}) as IDataObject;
		const sessionToken = (result as IDataObject | null | undefined)?.access_token;
		if (success === undefined) throw new Error(NOT_KIT);
		if (success !== true || typeof sessionToken !== 'string' || sessionToken === '') {
			const said = wordsOf((result as IDataObject | null | undefined)?.error, accessToken);
			throw new Error(said === '' ? WHAT_TO_CHECK : `${WHAT_TO_CHECK} It says: ${said}`);
		}
		return { sessionToken };
	}

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{ $credentials.sessionToken }}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: BASE_URL,
			url: LOGIN,
			qs: {
				access_token: '={{ $credentials.accessToken.trim() }}',
				domain: '={{ $credentials.domain.trim() }}',
			},
			headers: {
				Accept: 'application/json',
				'Content-Type': 'application/x-www-form-urlencoded',
			},
			body: { channel_uuid: CHANNEL_UUID },
			// The refusal may come with any status, and the body says what it is.
			ignoreHttpStatusErrors: true,
		},
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: false, message: WHAT_TO_CHECK },
			},
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: undefined, message: NOT_KIT },
			},
			{
				type: 'responseSuccessBody',
				properties: { key: 'result.access_token', value: undefined, message: NOT_KIT },
			},
		],
	};
}
