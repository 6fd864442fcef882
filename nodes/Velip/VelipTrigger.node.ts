import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { assertCallbackSecret, registeredByHand } from '../shared/webhook/trigger';
import { receive } from './receive';

function assertUsable(context: IHookFunctions): void {
	assertCallbackSecret(context, context.getNodeParameter('callbackSecret', ''));
}

export class VelipTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Velip Trigger',
		name: 'velipTrigger',
		icon: { light: 'file:../../icons/velip.svg', dark: 'file:../../icons/velip.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when Velip reports the end of a call or the delivery of an SMS',
		defaults: { name: 'Velip Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'GET,POST',
				// The label beside the address has room for one method.
				ndvHideMethod: true,
				responseMode: 'onReceived',
				// Without it n8n answers with the word firstEntryJson.
				responseData: '',
				path: '={{ $parameter["callbackSecret"] ? "velip/" + $parameter["callbackSecret"] : "velip" }}',
			},
		],
		triggerPanel: {
			header: 'Wait for Velip to call',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click "Execute step", copy the test URL into the field "Result Callback URL" of a Velip node, and call your own phone.<br /><br /><b>For real use</b>, publish the workflow and paste the production URL: either into that field, or for the whole account in the Velip panel under Integrations > return URLs (URLs para Retorno).',
				active:
					'<b>While building</b>, click "Execute step" and use the test URL; it works for two minutes.<br /><br /><b>The production URL</b> works all the time. Paste it into the field "Result Callback URL" of a Velip node, or for the whole account in the Velip panel under Integrations > return URLs (URLs para Retorno).',
			},
			activationHint:
				'Publish the workflow, then paste the production URL into "Result Callback URL" of your Velip nodes or into the Velip panel.',
		},
		properties: [
			{
				displayName:
					'Velip cannot register this trigger by itself. Paste the webhook URL above into "Result Callback URL" of a Velip node, or in the panel under Integrations > return URLs. Choose JSON or form, POST or GET there as you like. If Velip reports that its callbacks are refused with 422, choose GET: n8n itself refuses bodies whose header names the character set ISO-8859-1, before this node sees them. Reports of SMS come only to the address in the panel.',
				name: 'setupNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['callFinished'],
				options: [
					{
						name: 'Call Finished',
						value: 'callFinished',
						description: 'A call has ended, with its result and the keys that were pressed',
					},
					{
						name: 'Other',
						value: 'other',
						description: 'Anything this node does not know yet',
					},
					{
						name: 'SMS Delivery Status',
						value: 'smsDelivery',
						description: 'An SMS was delivered or has failed; may take up to 48 hours',
					},
				],
				description: 'What starts the workflow',
			},
			{
				displayName: 'Callback Secret',
				name: 'callbackSecret',
				type: 'string',
				typeOptions: { password: true },
				required: true,
				default: '',
				placeholder: 'e.g. 8Qk2vX7mB4nR9tLz',
				description:
					'Random text of 16 or more letters and digits, which becomes part of the webhook URL. Velip signs nothing, so this alone tells its callbacks from forged ones. After a change, paste the new URL everywhere.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Allowed Addresses',
						name: 'sourceAddresses',
						type: 'string',
						default: '35.232.103.91, 35.184.30.236',
						placeholder: 'e.g. 35.232.103.91',
						description: 'Addresses for Check Source Address, separated by commas',
					},
					{
						displayName: 'Call Results',
						name: 'callStates',
						type: 'multiOptions',
						default: [],
						options: [
							{ name: 'Answered', value: 'answered' },
							{
								name: 'Failed',
								value: 'failed',
								description: 'Wrong or dead number, blocked, on the do-not-call list',
							},
							{ name: 'Not Answered', value: 'notAnswered' },
							{ name: 'Unknown', value: 'unknown', description: 'A word this node does not know' },
						],
						description: 'Results of calls that start the workflow; all when empty',
					},
					{
						displayName: 'Calls with Keys Only',
						name: 'onlyDtmf',
						type: 'boolean',
						default: true,
						description: 'Whether to leave out calls in which no key was pressed',
					},
					{
						displayName: 'Check Source Address',
						name: 'checkSource',
						type: 'boolean',
						default: true,
						description:
							'Whether to refuse callbacks that do not come from an address of Velip. Behind a reverse proxy, add Proxies Before N8n too, or everything is refused.',
					},
					{
						displayName: 'Proxies Before N8n',
						name: 'proxies',
						type: 'number',
						typeOptions: { minValue: 0, maxValue: 10 },
						default: 1,
						description:
							'How many reverse proxies stand before this n8n. The caller is then read from the header X-Forwarded-For, as the outermost of them wrote it.',
					},
					{
						displayName: 'SMS Results',
						name: 'smsStates',
						type: 'multiOptions',
						default: [],
						options: [
							{ name: 'Delivered', value: 'delivered' },
							{ name: 'Failed', value: 'failed' },
							{ name: 'Pending', value: 'pending' },
							{ name: 'Unknown', value: 'unknown' },
						],
						description: 'Results of SMS that start the workflow; all when empty',
					},
				],
			},
		],
	};

	webhookMethods = registeredByHand(assertUsable);

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
