import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';

import { assertCallbackSecret, registeredByHand } from '../shared/webhook/trigger';
import { receive } from './receive';
import { MESSAGE_STATUSES } from './statuses';

function titleCase(status: string): string {
	return status.toLowerCase().replace(/(^|\s)\w/g, (letter) => letter.toUpperCase());
}

function assertUsable(context: IHookFunctions): void {
	const secret = context.getNodeParameter('callbackSecret', '') as string;
	const events = context.getNodeParameter('events', []) as string[];
	if (secret !== '') return assertCallbackSecret(context, secret);
	if (events.includes('status')) return;
	throw new NodeOperationError(
		context.getNode(),
		'"Callback Secret" is empty, so none of the chosen events would ever be accepted',
		{
			description:
				'AlphaSMS signs message statuses only. Everything else needs the secret in the URL.',
		},
	);
}

export class AlphaSmsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AlphaSMS Trigger',
		name: 'alphaSmsTrigger',
		icon: { light: 'file:../../icons/alphasms.svg', dark: 'file:../../icons/alphasms.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when AlphaSMS reports a delivery status, a Viber reply or the result of a call',
		defaults: { name: 'AlphaSMS Trigger' },
		eventTriggerDescription:
			'Send a message to your own phone with the test URL as its Status Callback URL',
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'alphaSmsApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				// Without it n8n answers with the word firstEntryJson.
				responseData: '',
				path: '={{ $parameter["callbackSecret"] ? "alphasms/" + $parameter["callbackSecret"] : "alphasms" }}',
			},
		],
		triggerPanel: {
			header: 'Wait for AlphaSMS to call',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click "Execute step", copy the test URL from "Webhook URLs" into the field "Status Callback URL" of an AlphaSMS node, and send a message to your own phone.<br /><br /><b>For real use</b>, publish the workflow and paste the production URL: either into that field, or for the whole account in the AlphaSMS cabinet under SMS > Settings > API > "URL/Email for notification about SMS statuses".',
				active:
					'<b>While building</b>, click "Execute step" and use the test URL from "Webhook URLs"; it works for two minutes.<br /><br /><b>The production URL</b> works all the time. Paste it into the field "Status Callback URL" of an AlphaSMS node, or for the whole account in the AlphaSMS cabinet under SMS > Settings > API > "URL/Email for notification about SMS statuses".',
			},
			activationHint:
				'Publish the workflow, then paste the production URL into "Status Callback URL" of your AlphaSMS nodes or into the AlphaSMS cabinet.',
		},
		properties: [
			{
				displayName:
					'AlphaSMS cannot register this trigger by itself. Open "Webhook URLs" above and paste the production URL into "Status Callback URL" of an AlphaSMS node, or in the cabinet under SMS > Settings > API. Viber replies come only to the address in the cabinet.',
				name: 'setupNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['status'],
				options: [
					{
						name: 'Call Finished',
						value: 'callResult',
						description:
							'A call has ended, with duration and pressed key. Needs a callback secret.',
					},
					{
						name: 'Message Status Changed',
						value: 'status',
						description: 'A message was delivered, read, or has failed. Signed by AlphaSMS.',
					},
					{
						name: 'Other',
						value: 'other',
						description: 'Anything this node does not know yet. Needs a callback secret.',
					},
					{
						name: 'Viber Reply Received',
						value: 'viberReply',
						description: 'A recipient answered a Viber message. Needs a callback secret.',
					},
				],
				description: 'What starts the workflow',
			},
			{
				displayName: 'Callback Secret',
				name: 'callbackSecret',
				type: 'string',
				typeOptions: { password: true },
				default: '',
				placeholder: 'e.g. 8Qk2vX7mB4nR9tLz',
				description:
					'Random text of 16 or more letters and digits, which becomes part of the webhook URL. AlphaSMS signs only message statuses; call results, Viber replies and other events are accepted only with this secret in the URL. After a change, paste the new URL everywhere.',
			},
			{
				displayName:
					'The chosen events need a callback secret: AlphaSMS signs message statuses only, so without it the other events are refused.',
				name: 'secretNotice',
				type: 'notice',
				default: '',
				displayOptions: {
					show: { events: ['callResult', 'other', 'viberReply'], callbackSecret: [''] },
				},
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Channels',
						name: 'channels',
						type: 'multiOptions',
						default: [],
						options: [
							{ name: 'RCS', value: 'rcs' },
							{ name: 'SMS', value: 'sms' },
							{ name: 'Telegram', value: 'telegram' },
							{ name: 'Viber', value: 'viber' },
							{ name: 'Voice', value: 'voice' },
							{ name: 'WhatsApp', value: 'whatsapp' },
						],
						description: 'Channels whose message statuses start the workflow; all when empty',
					},
					{
						displayName: 'Final Statuses Only',
						name: 'finalOnly',
						type: 'boolean',
						default: true,
						description:
							'Whether to leave out message statuses that may still change, such as queued. Without this option all of them start the workflow.',
					},
					{
						displayName: 'Signature',
						name: 'signature',
						type: 'options',
						default: 'required',
						options: [
							{
								name: 'Required',
								value: 'required',
								description: 'A status without a valid signature is refused',
							},
							{
								name: 'Checked When Present',
								value: 'optional',
								description:
									'For older accounts that do not sign. Needs a callback secret; a wrong signature is still refused.',
							},
						],
						description: 'How message statuses are verified',
					},
					{
						displayName: 'Statuses',
						name: 'statuses',
						type: 'multiOptions',
						default: [],
						options: MESSAGE_STATUSES.map((value) => ({ name: titleCase(value), value })).sort(
							(a, b) => a.name.localeCompare(b.name),
						),
						description: 'Message statuses that start the workflow; all when empty',
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
