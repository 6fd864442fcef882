import type {
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { voicemodControlApiTest } from './credentialTest';
import { EVENT_OPTIONS } from './events';
import { startTrigger } from './receive';

export class VoicemodControlTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voicemod Control Trigger',
		name: 'voicemodControlTrigger',
		icon: { light: 'file:../../icons/voicemod.svg', dark: 'file:../../icons/voicemod.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when something changes in the Voicemod app on a PC',
		defaults: { name: 'Voicemod Control Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'voicemodControlApi', required: true, testedBy: 'voicemodControlApiTest' },
		],
		properties: [
			{
				displayName:
					'This node keeps a connection to the app. When the app is closed, it is looked for again, at most 30 seconds apart. The app does not tell when a sound is played or ends.',
				name: 'connectionNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['voiceChanged'],
				options: EVENT_OPTIONS,
				description: 'What starts the workflow',
			},
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add Filter',
				default: {},
				options: [
					{
						displayName: 'Parameter Names',
						name: 'parameterNames',
						type: 'string',
						default: '',
						placeholder: 'e.g. Pitch, mix',
						description:
							'For Voice Parameter Changed: only these parameters, with commas between them; all when empty',
					},
					{
						displayName: 'State',
						name: 'state',
						type: 'options',
						default: '',
						options: [
							{ name: 'On or Off', value: '' },
							{ name: 'Turned Off', value: 'off' },
							{ name: 'Turned On', value: 'on' },
						],
						description: 'For switches and the beep: only changes to this state',
					},
					{
						displayName: 'Voice IDs',
						name: 'voiceIds',
						type: 'string',
						default: '',
						placeholder: 'e.g. cave, nofx',
						description:
							'For Voice Changed and Voice Parameter Changed: only these voices, with commas between them; all when empty. The operation Get Many of Voice in Voicemod Control lists the IDs.',
					},
				],
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Include Raw Message',
						name: 'raw',
						type: 'boolean',
						default: true,
						description: 'Whether to add the message as the app sent it, in the field "message"',
					},
				],
			},
		],
	};

	methods = { credentialTest: { voicemodControlApiTest } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await startTrigger(this);
	}
}
