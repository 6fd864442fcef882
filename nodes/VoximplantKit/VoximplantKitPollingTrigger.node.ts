import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { completionCodeOptions } from './codes';
import { poll } from './poll';

export class VoximplantKitPollingTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voximplant Kit Polling Trigger',
		name: 'voximplantKitPollingTrigger',
		icon: {
			light: 'file:../../icons/voximplantKit.svg',
			dark: 'file:../../icons/voximplantKit.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ { callFinished: "call finished", campaignStatusChanged: "campaign status changed", reportReady: "report ready" }[$parameter["event"]] }}',
		description:
			'Asks Voximplant Kit from time to time for new calls, campaigns with a new status, and reports that are ready',
		defaults: { name: 'Voximplant Kit Polling Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voximplantKitApi', required: true }],
		properties: [
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				default: 'callFinished',
				options: [
					{
						name: 'Call Finished',
						value: 'callFinished',
						description:
							'A call has ended and its record has settled. If this n8n can be reached from the internet, the Voximplant Kit Trigger is faster.',
					},
					{
						name: 'Campaign Status Changed',
						value: 'campaignStatusChanged',
						description:
							'A campaign was started, paused, completed or made. Kit has no callback for it.',
					},
					{
						name: 'Report Ready',
						value: 'reportReady',
						description: 'A report that was ordered can be downloaded',
					},
				],
				description: 'What starts the workflow',
			},
			{
				displayName: 'Campaign Kinds',
				name: 'campaignKinds',
				type: 'multiOptions',
				required: true,
				default: ['automated', 'agent', 'pds'],
				options: [
					{ name: 'Automated', value: 'automated', description: 'Dialer 2.0, without agents' },
					{ name: 'PDS', value: 'pds', description: 'The older predictive dialer' },
					{ name: 'With Agents', value: 'agent', description: 'Dialer 2.0, with agents' },
				],
				displayOptions: { show: { event: ['campaignStatusChanged'] } },
				description: 'Which campaigns are watched; each kind is asked for by itself',
			},
			{
				displayName: 'Report IDs',
				name: 'reportIds',
				type: 'string',
				required: true,
				default: '',
				placeholder: 'e.g. 777, 778',
				displayOptions: { show: { event: ['reportReady'] } },
				description:
					'The "report_id" of the reports that were ordered, separated by commas. Kit has no list of reports. To order a report and go on when it is ready, use the Voximplant Kit node.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				displayOptions: { show: { event: ['callFinished'] } },
				options: [
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
						description: 'Which calls start the workflow',
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
						displayName: 'Include Unsettled Calls',
						name: 'unsettled',
						type: 'boolean',
						default: true,
						description:
							'Whether to give out calls that Kit is still processing. Cost, recording and codes may be missing then, and do not come later.',
					},
					{
						displayName: 'Look Back (Minutes)',
						name: 'lookBackMinutes',
						type: 'number',
						typeOptions: { minValue: 5, maxValue: 1440 },
						default: 120,
						description:
							'How far back calls are read again each time. A call is found by the moment of its start, so this must be longer than your longest call plus some minutes for its record to settle.',
					},
					{
						displayName: 'Scenario IDs',
						name: 'scenarioIds',
						type: 'string',
						default: '',
						placeholder: 'e.g. 17828, 17829',
						description: 'Only calls of these scenarios, separated by commas; all when empty',
					},
				],
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				displayOptions: { show: { event: ['campaignStatusChanged'] } },
				options: [
					{
						displayName: 'Campaign IDs',
						name: 'campaignIds',
						type: 'string',
						default: '',
						placeholder: 'e.g. 685, 686',
						description: 'Only these campaigns, separated by commas; all when empty',
					},
					{
						displayName: 'Statuses',
						name: 'campaignStatuses',
						type: 'multiOptions',
						default: [],
						options: [
							{ name: 'Completed', value: 'completed' },
							{ name: 'Draft', value: 'draft' },
							{ name: 'Ongoing', value: 'ongoing' },
							{ name: 'Paused', value: 'paused' },
							{ name: 'Scheduled', value: 'scheduled' },
						],
						description: 'New statuses that start the workflow; all when empty',
					},
				],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
