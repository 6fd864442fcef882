import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { listSearch } from '../shared/operation/lookup';
import { lookups } from './lookups';
import { poll } from './poll';
import { velip } from './provider';

export class VelipPollingTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Velip Polling Trigger',
		name: 'velipPollingTrigger',
		icon: { light: 'file:../../icons/velip.svg', dark: 'file:../../icons/velip.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: 'finished calls',
		description:
			'Asks Velip for finished calls from time to time, for an n8n that cannot be reached from outside',
		defaults: { name: 'Velip Polling Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'velipApi', required: true }],
		properties: [
			{
				displayName:
					'Velip allows 200 list requests an hour for the whole account. Once a minute is fine up to about 10,000 calls in two days; with more calls this node asks less often by itself. If this n8n can be reached from the internet, use the Velip Trigger instead.',
				name: 'limitNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Campaign',
				name: 'cpId',
				type: 'resourceLocator',
				default: { mode: 'list', value: '' },
				description: 'Only calls of this campaign; all calls when empty',
				modes: [
					{
						displayName: 'From List',
						name: 'list',
						type: 'list',
						typeOptions: { searchListMethod: 'searchCampaigns', searchable: true },
					},
					{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 4500' },
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
						displayName: 'Batch ID',
						name: 'cpid',
						type: 'string',
						default: '',
						placeholder: 'e.g. reminders-june',
						description: 'Only calls made with this Batch ID',
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
						displayName: 'Look Back (Days)',
						name: 'lookBackDays',
						type: 'number',
						typeOptions: { minValue: 1, maxValue: 7 },
						default: 1,
						description:
							'How many days before today are read again each time, for calls that finish late. More days cost more requests.',
					},
					{
						displayName: 'Most Requests per Hour',
						name: 'maxRequests',
						type: 'number',
						typeOptions: { minValue: 1, maxValue: 200 },
						default: 150,
						description:
							'How many of the 200 list requests an hour this node may use; the rest is left for other workflows',
					},
				],
			},
		],
	};

	methods = { listSearch: listSearch(velip, lookups) };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
