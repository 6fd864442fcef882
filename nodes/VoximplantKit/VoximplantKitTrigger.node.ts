import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { EVENTS } from './callbacks';
import { completionCodeOptions } from './codes';
import { receive } from './receive';
import { subscription } from './subscription';

const EVENT_OPTIONS = Object.entries(EVENTS)
	.map(([value, [name, description]]) => ({ name, value, description }))
	.sort((a, b) => a.name.localeCompare(b.name));

export class VoximplantKitTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voximplant Kit Trigger',
		name: 'voximplantKitTrigger',
		icon: {
			light: 'file:../../icons/voximplantKit.svg',
			dark: 'file:../../icons/voximplantKit.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when Voximplant Kit reports a call, a chat, or a change in the account',
		defaults: { name: 'Voximplant Kit Trigger' },
		eventTriggerDescription: 'Make a call in your Voximplant Kit account',
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voximplantKitApi', required: true }],
		webhooks: [
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
					'<b>While building</b>, click "listen" and make a call: the node registers a callback endpoint at Kit for as long as it listens, and removes it again.<br /><br /><b>For real use</b>, publish the workflow. The node then registers an endpoint of its own; nothing has to be set up in Kit.',
				active:
					'<b>While building</b>, click "listen" and make a call. Testing uses an endpoint of its own, so the published workflow goes on as before.<br /><br /><b>The published workflow</b> has registered its endpoint at Kit and starts by itself.',
			},
			activationHint: 'Publish the workflow to register its callback endpoint at Voximplant Kit.',
		},
		properties: [
			{
				displayName:
					'The node registers itself at Kit, which must be able to reach this n8n from the internet. Kit takes five callback endpoints per account: each published trigger uses one, and each listening test one more.',
				name: 'setupNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['new_calls', 'call_finalized'],
				options: EVENT_OPTIONS,
				description:
					'What starts the workflow. The events of one call may come in any order; their "session_id" is the same.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Additional Events',
						name: 'additionalEvents',
						type: 'string',
						default: '',
						placeholder: 'e.g. call_recorded',
						description:
							'Names of events that Kit has got since this node was made, separated by commas',
					},
					{
						displayName: 'Call Direction',
						name: 'callDirection',
						type: 'options',
						default: 'all',
						options: [
							{ name: 'All', value: 'all' },
							{ name: 'Incoming', value: 'incoming' },
							{ name: 'Outgoing', value: 'outgoing' },
						],
						description: 'Which calls start the workflow; other events are not affected',
					},
					{
						displayName: 'Completion Codes',
						name: 'completionCodes',
						type: 'multiOptions',
						default: [],
						options: completionCodeOptions,
						description: 'Results of calls that start the workflow; all when empty',
					},
					{
						displayName: 'Hash Check',
						name: 'verification',
						type: 'options',
						default: 'required',
						options: [
							{
								name: 'Off',
								value: 'off',
								description:
									'Anybody who knows the URL can start the workflow. Only for an account whose hashes turn out to be formed in another way.',
							},
							{
								name: 'Required',
								value: 'required',
								description: 'A delivery with a wrong or missing hash is refused',
							},
						],
						description: 'How it is made sure that a delivery comes from Kit',
					},
					{
						displayName: 'Simplify',
						name: 'simplify',
						type: 'boolean',
						default: true,
						description:
							'Whether to return a simplified version of the response instead of the raw data',
					},
				],
			},
		],
	};

	webhookMethods = subscription;

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
