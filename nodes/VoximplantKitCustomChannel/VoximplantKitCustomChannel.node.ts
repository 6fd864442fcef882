import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { describeOperations } from '../shared/operation/describe';
import { executeOperation } from '../shared/operation/runner';
import { customChannel } from './provider';

export class VoximplantKitCustomChannel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voximplant Kit Custom Channel',
		name: 'voximplantKitCustomChannel',
		icon: {
			light: 'file:../../icons/voximplantKitCustomChannel.svg',
			dark: 'file:../../icons/voximplantKitCustomChannel.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Bring the messages of any chat into the Voximplant Kit contact centre',
		defaults: { name: 'Voximplant Kit Custom Channel' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voximplantKitCustomChannelApi', required: true }],
		sensitiveOutputFields: [
			'access_token',
			'refresh_token',
			'result.access_token',
			'result.refresh_token',
		],
		properties: describeOperations(customChannel),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeOperation(this, customChannel);
	}
}
