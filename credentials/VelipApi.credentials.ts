import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

const WHAT_TO_CHECK =
	'Velip refused the credential. Check it before you try again: Velip bans addresses after repeated failures. Tokens are made in the panel under Integrations > API tokens; tokens of the MCP server are refused.';

const IP =
	'Velip does not allow the address of this n8n: register it in the panel under Integrations > IPs.';

/** Codes by which Velip refuses a credential (velip.md §5), and what to say where it is special. */
const REFUSALS: Array<[code: string, message?: string]> = [
	['100'],
	['101'],
	['102'],
	['110', 'The Velip account is inactive.'],
	['114', 'This is a token of the MCP server. Make an API token under Integrations > API tokens.'],
	['120', IP],
	['121'],
	['122'],
	['123', 'This token may not do anything here. Give it permissions in the panel.'],
	['130'],
	['131', 'Velip has blocked this address for a while after too many failures. Wait 30 minutes.'],
	['132', 'Velip has blocked this user for a while after too many failures. Wait 10 minutes.'],
	['140'],
	['142', IP],
	['198', 'All tokens of the account are switched off. Ask Velip.'],
	['199', 'Velip has banned this address for good. Only the staff of Velip can lift that.'],
	['105', IP],
	['429', 'Velip limits how often it may be asked. Wait some minutes before you try again.'],
	['500', 'Velip has an internal error. Try again later.'],
];

const OTHER = 'Velip refused the request for a reason that is not known here. Ask Velip.';

const NOT_VELIP =
	'This address does not answer like Velip. Check the base URL, and the switch .php.';

type Rule = Extract<
	NonNullable<ICredentialTestRequest['rules']>[number],
	{ type: 'responseSuccessBody' }
>;

const refuse = (key: string, value: unknown, message: string): Rule =>
	({ type: 'responseSuccessBody', properties: { key, value, message } }) as Rule;

/**
 * n8n compares by `===` and knows no "everything else", so these rules leave only one answer over:
 * a code that is no number of three digits, with the number of an account. A refusal has none, or
 * 0 in its place (velip.md §3.5). Codes come as text and as numbers (§4).
 */
const RULES: Rule[] = [
	...REFUSALS.flatMap(([code, message = WHAT_TO_CHECK]) => [
		refuse('return.status_code', code, message),
		refuse('return.status_code', Number(code), message),
	]),
	refuse('return.status_code.length', 3, OTHER),
	refuse('return.status_code', undefined, NOT_VELIP),
	...['0', 0, '', null, 'null', undefined].map((none) => refuse('return.cdcs_id', none, OTHER)),
];

/** Host and token, or user and password, of a Velip account (velip.md §2, §3). */
export class VelipApi implements ICredentialType {
	name = 'velipApi';

	displayName = 'Velip API';

	icon: Icon = { light: 'file:../icons/velip.svg', dark: 'file:../icons/velip.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers/blob/main/docs/VELIP.md#velip-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://vox.velip.com.br',
			required: true,
			placeholder: 'e.g. https://vox.velip.com.br',
			description:
				'Host of your account, without /api/v2. Change it only when Velip gave you another one.',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			default: 'bearer',
			options: [
				{ name: 'Token (Bearer)', value: 'bearer', description: 'What Velip recommends' },
				{ name: 'Token in the Header, Without a Word Before It', value: 'header' },
				{ name: 'Token in the Request', value: 'tsid', description: 'As the parameter tsid' },
				{ name: 'User and Password', value: 'basic', description: 'Those of the Velip panel' },
			],
			description: 'How the node logs in',
		},
		{
			displayName: 'API Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['bearer', 'header', 'tsid'] } },
			description:
				'30 characters, made in the Velip panel under Integrations > API tokens and shown only once. Switch on "Full numbers in list responses" there if you need whole phone numbers. Tokens of the MCP server are refused. n8n tests the token when you save and each time you open this dialog again, and 15 refused tests within ten minutes ban the address of n8n for good: replace or delete a token that was refused.',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['basic'] } },
			placeholder: 'e.g. maria',
			description: 'User name of the Velip panel',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['basic'] } },
			description: 'Password of that user. Five wrong ones block the user for ten minutes.',
		},
		{
			displayName: 'Append .php',
			name: 'appendPhp',
			type: 'boolean',
			default: false,
			description:
				'Whether addresses end in .php, as on the newer manual pages. Both forms should work; try the other one when functions are not found.',
		},
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const token = String(credentials.token ?? '').trim();
		if (credentials.authentication === 'tsid') {
			const body: unknown = requestOptions.body;
			// Texts, lists and forms of other nodes cannot take another field.
			const isPlain = body === undefined || Object.getPrototypeOf(body) === Object.prototype;
			if (!isPlain) return requestOptions;
			return { ...requestOptions, body: { ...(body as object | undefined), tsid: token } };
		}
		const pair = `${String(credentials.user ?? '')}:${String(credentials.password ?? '')}`;
		const words: Record<string, string> = {
			header: token,
			basic: `Basic ${Buffer.from(pair).toString('base64')}`,
		};
		const authorization = words[String(credentials.authentication)] ?? `Bearer ${token}`;
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, Authorization: authorization },
		};
	};

	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL:
				'={{ $credentials.baseUrl.trim().replace(/\\/(api(\\/v2)?)?\\/*$/, "").replace(/\\/+$/, "") }}',
			url: '={{ "/api/v2/GetUserID" + ($credentials.appendPhp ? ".php" : "") }}',
			headers: { 'Content-Type': 'application/json' },
			body: {},
			// The refusal comes with HTTP 401, and its code says what to do.
			ignoreHttpStatusErrors: true,
		},
		rules: RULES,
	};
}
