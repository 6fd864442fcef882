import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { registeredByHand } from '../shared/webhook/trigger';
import { receive } from './receive';

/** Everything works before the salt is known, so that Kit's check of the address is answered. */
const byHand = registeredByHand(() => undefined);

export class VoximplantKitCustomChannelTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voximplant Kit Custom Channel Trigger',
		name: 'voximplantKitCustomChannelTrigger',
		icon: {
			light: 'file:../../icons/voximplantKitCustomChannel.svg',
			dark: 'file:../../icons/voximplantKitCustomChannel.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when an agent or bot of Voximplant Kit answers a customer, or a conversation ends',
		defaults: { name: 'Voximplant Kit Custom Channel Trigger' },
		eventTriggerDescription:
			'Enter the test URL as Callback URL of a channel for tests in Kit, and answer a customer there',
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voximplantKitCustomChannelApi', required: false }],
		webhooks: [
			{
				name: 'setup',
				httpMethod: 'GET,HEAD',
				// The same address as below; Kit tests it when the channel is saved.
				ndvHideUrl: true,
				responseMode: 'onReceived',
				path: 'voximplant-kit',
			},
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				// Without it n8n answers with the word firstEntryJson.
				responseData: '',
				path: 'voximplant-kit',
			},
		],
		triggerPanel: {
			header: 'Wait for Voximplant Kit to call',
			executionsHelp: {
				inactive:
					'<b>Connect a channel in this order:</b><br />1. In Kit under Administration > Security > API tokens, make an API token.<br />2. Publish this workflow, even without a credential: Kit tests the address.<br />3. In Kit under Setup > Conversations > Channels, add a <b>Custom channel</b>. Paste the <b>production URL</b> from above as Callback URL, copy the <b>Security salt</b>, choose the API token, and choose where messages go. Save.<br />4. Open the saved channel and copy its <b>Channel UUID</b>.<br />5. In n8n, make a credential with region, account name, API token, channel UUID and security salt, choose it here, and publish again.<br /><br /><b>While building</b>, give a second channel the test URL; it works for two minutes after "Execute step".',
				active:
					'<b>The production URL</b> works all the time. It belongs into the field Callback URL of the custom channel in Kit (Setup > Conversations > Channels).<br /><br />If nothing arrives, compare the <b>Security salt</b> and the <b>API token</b> of the channel with the credential: events with another signature are refused.<br /><br /><b>While building</b>, give a second channel the test URL; it works for two minutes after "Execute step".',
			},
			activationHint:
				'Publish the workflow first: Kit tests the address when the channel is created. Then paste the production URL as Callback URL of the custom channel.',
		},
		properties: [
			{
				displayName:
					// The editor shows lists and links here, and no other markup.
					'Connect a channel in this order: <ul><li>1. In Kit under Administration > Security > API tokens, make an API token.</li> <li>2. Publish this workflow. Kit tests the address, so this comes before the channel; a credential is not needed yet.</li> <li>3. In Kit under Setup > Conversations > Channels, add a custom channel: paste the production URL from above, copy the security salt, choose the API token, save.</li> <li>4. Open the saved channel and copy its channel UUID.</li> <li>5. Enter all of them in a credential, choose it here, and publish again. Until then events are refused.</li></ul>',
				name: 'setupNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['message', 'conversationClosed'],
				options: [
					{
						name: 'Conversation Closed',
						value: 'conversationClosed',
						description: 'An agent, a bot or a timer has ended the conversation',
					},
					{
						name: 'Message',
						value: 'message',
						description: 'An agent, a bot or a function wrote to the customer',
					},
					{
						name: 'Other',
						value: 'other',
						description: 'Anything this node does not know yet',
					},
				],
				description: 'What starts the workflow',
			},
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description:
					'Whether to return a simplified version of the response instead of the raw data',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Accept Unsigned Events',
						name: 'acceptUnsigned',
						type: 'boolean',
						default: true,
						description:
							'Whether to accept events although the credential has no security salt. Everybody who knows the address can then send some. With a salt, every event must be signed, whatever this says.',
					},
					{
						displayName: 'Close Reasons',
						name: 'closeReasons',
						type: 'multiOptions',
						default: [],
						options: [
							{ name: 'Closed by Agent', value: 'CLOSED_BY_AGENT' },
							{ name: 'Closed by Bot', value: 'CLOSED_BY_BOT' },
							{ name: 'Closed for an Unknown Reason', value: 'CLOSED_BY_UNKNOWN_REASON' },
							{ name: 'Customer Did Not Answer', value: 'CLOSED_BY_CLIENT_TIMEOUT' },
						],
						description: 'Ends of a conversation that start the workflow; all when empty',
					},
					{
						displayName: 'Download Files',
						name: 'downloadFiles',
						type: 'boolean',
						default: true,
						description:
							'Whether to put photos, videos, audios and documents of a message into binary fields, attachment_0 and so on. Kit gets its answer before that. A file that cannot be had does not stop the workflow.',
					},
					{
						displayName: 'File Hosts',
						name: 'fileHosts',
						type: 'string',
						default: '',
						placeholder: 'e.g. voximplant.com, files.example.com',
						description:
							'Hosts from which files are downloaded, separated by commas; hosts below them count too. The signature of Kit does not cover the addresses of files, so this keeps forged ones out. Any host when empty, but none for events that are not signed.',
					},
					{
						displayName: 'Maximum File Size (MB)',
						name: 'maxFileSize',
						type: 'number',
						typeOptions: { minValue: 1, maxValue: 200 },
						default: 20,
						description: 'Larger files are not downloaded',
					},
					{
						displayName: 'Messages From',
						name: 'author',
						type: 'options',
						default: 'agent',
						options: [
							{ name: 'Agents', value: 'agent', description: 'People only' },
							{ name: 'Anybody', value: 'any' },
							{ name: 'Bots and Functions', value: 'bot' },
						],
						description: 'Whose messages start the workflow',
					},
				],
			},
		],
	};

	webhookMethods = { setup: byHand.default, default: byHand.default };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
