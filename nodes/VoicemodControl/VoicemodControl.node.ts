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
import { voicemodControlApiTest } from './credentialTest';
import { lookups } from './lookups';
import { voicemodControl } from './provider';

export class VoicemodControl implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voicemod Control',
		name: 'voicemodControl',
		icon: { light: 'file:../../icons/voicemod.svg', dark: 'file:../../icons/voicemod.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Change voices, play sounds and turn switches in the Voicemod app on a PC',
		defaults: { name: 'Voicemod Control' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'voicemodControlApi', required: true, testedBy: 'voicemodControlApiTest' },
		],
		properties: describeOperations(voicemodControl),
	};

	methods = {
		listSearch: listSearch(voicemodControl, lookups),
		credentialTest: { voicemodControlApiTest },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeOperation(this, voicemodControl);
	}
}
