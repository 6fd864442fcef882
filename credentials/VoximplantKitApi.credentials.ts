import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

const WHERE = 'Shown in Kit under Administration > Security > API tokens, "API access data"';

function isForm(value: unknown): value is IDataObject {
	return (
		typeof value === 'object' &&
		value !== null &&
		[Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
	);
}

/** Account name, API token and hosts of a Voximplant Kit account (voximplant-kit.md §1, §2). */
export class VoximplantKitApi implements ICredentialType {
	name = 'voximplantKitApi';

	displayName = 'Voximplant Kit API';

	icon: Icon = {
		light: 'file:../icons/voximplantKit.svg',
		dark: 'file:../icons/voximplantKit.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/VOXIMPLANT-KIT.md#voximplant-kit-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Account Name',
			name: 'domain',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acme',
			description: `Name of the account. ${WHERE}.`,
		},
		{
			displayName: 'API Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Made in Kit under Administration > Security > API tokens. It has the rights of the user who makes it, so make it as an administrator.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'eu',
			options: [
				{ name: 'Brazil', value: 'br' },
				{ name: 'Custom', value: 'custom', description: 'The hosts are given below' },
				{ name: 'Europe', value: 'eu' },
				{ name: 'Kazakhstan', value: 'kz' },
				{ name: 'Russia', value: 'ru' },
				{ name: 'Russia 2', value: 'ru2' },
				{ name: 'United States', value: 'us' },
			],
			description:
				'Region of the account. Compare the host names in Kit with those of the region, e.g. kitapi-eu.voximplant.com.',
		},
		{
			displayName: 'API Host',
			name: 'apiHost',
			type: 'string',
			default: '',
			placeholder: 'e.g. kitapi-eu.voximplant.com',
			description: `Host of the main API. ${WHERE}. That of the region is used when left empty; needed for a custom region.`,
		},
		{
			displayName: 'Messaging Host',
			name: 'messagingHost',
			type: 'string',
			default: '',
			placeholder: 'e.g. kit-im-eu.voximplant.com',
			description: `Host of the messaging API ("custom channel API hostname" in Kit). ${WHERE}. That of the region is used when left empty.`,
		},
		{
			displayName: 'CTI Host',
			name: 'ctiHost',
			type: 'string',
			default: '',
			placeholder: 'e.g. kit-cti-eu.voximplant.com',
			description: `Host for calls by agents. ${WHERE}. That of the region is used when left empty.`,
		},
	];

	/** The account name goes into the query, the token into the form, and so not into addresses. */
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const token = String(credentials.accessToken ?? '').trim();
		const qs = { ...requestOptions.qs, domain: String(credentials.domain ?? '').trim() };
		const { form } = requestOptions as { form?: unknown };
		if (isForm(form)) {
			return {
				...requestOptions,
				qs,
				form: { ...form, access_token: token },
			} as IHttpRequestOptions;
		}
		const { body } = requestOptions;
		const hasNoBody = body === undefined || body === null || body === '';
		if (isForm(body) || (hasNoBody && requestOptions.method !== 'GET')) {
			return { ...requestOptions, qs, body: { ...(isForm(body) && body), access_token: token } };
		}
		return { ...requestOptions, qs: { ...qs, access_token: token } };
	};

	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL:
				'={{ ($credentials.apiHost || "").trim() ? ($credentials.apiHost.trim().includes("://") ? "" : "https://") + $credentials.apiHost.trim().replace(/^http:(?=\\/\\/([^\\/]+\\.)?voximplant\\.com)/i, "https:").replace(/\\/(api(\\/v\\d)?)?\\/*$/, "") : "https://kitapi-" + $credentials.region + ".voximplant.com" }}',
			url: '/api/v3/account/getAccountInfo',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body: {},
			// The refusal comes with an error status, and its body says what to do.
			ignoreHttpStatusErrors: true,
		},
		rules: [
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'result.code',
					value: 401,
					message:
						'Voximplant Kit refused the token. Check the account name, the API token, and that the region is that of the account.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'result.code',
					value: 403,
					message:
						'Voximplant Kit knows the token and does not allow this. Make it as an administrator, and check the list of allowed IP addresses.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'success',
					value: false,
					message:
						'Voximplant Kit refused the credential. Check the account name, the API token and the region.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'success',
					value: undefined,
					message:
						'This address does not answer like Voximplant Kit. Check the region and the API host.',
				},
			},
		],
	};
}
