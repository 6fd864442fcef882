import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { describeOperations } from '../shared/operation/describe';
import { listSearch } from '../shared/operation/lookup';
import { executeOperation } from '../shared/operation/runner';
import { voicemodApiTest } from './credentialTest';
import { lookups } from './lookups';
import { voicemod } from './provider';

export class Voicemod implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voicemod',
		name: 'voicemod',
		icon: { light: 'file:../../icons/voicemod.svg', dark: 'file:../../icons/voicemod.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Find sounds, convert voices, make songs and use the services of Voicemod',
		defaults: { name: 'Voicemod' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'voicemodApi',
				required: true,
				testedBy: 'voicemodApiTest',
				displayOptions: { show: { authentication: ['apiKey'] } },
			},
			{
				name: 'voicemodOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['oAuth2'] } },
			},
		],
		properties: [
			{
				displayName: 'Authentication',
				name: 'authentication',
				type: 'options',
				noDataExpression: true,
				default: 'apiKey',
				options: [
					{ name: 'API Key or Access Token', value: 'apiKey' },
					{
						name: 'None',
						value: 'none',
						description: 'Enough for sounds, the application and signatures',
					},
					{ name: 'OAuth2', value: 'oAuth2' },
				],
				description: 'Which credential is used',
			},
			...describeOperations(voicemod),
		],
	};

	methods = {
		listSearch: listSearch(voicemod, lookups),
		credentialTest: { voicemodApiTest },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeOperation(this, voicemod);
	}
}
