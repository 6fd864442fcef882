import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { describeOperations } from '../shared/operation/describe';
import { listSearch, loadOptions } from '../shared/operation/lookup';
import { executeOperation } from '../shared/operation/runner';
import { lookups } from './lookups';
import { voximplantKit } from './provider';

export class VoximplantKit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Voximplant Kit',
		name: 'voximplantKit',
		icon: {
			light: 'file:../../icons/voximplantKit.svg',
			dark: 'file:../../icons/voximplantKit.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Start calls, run dialer campaigns, and read call history, agents and queues with Voximplant Kit',
		defaults: { name: 'Voximplant Kit' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs:
			'={{ $parameter["rejected"] === "output" ? [{ type: "main", displayName: "Accepted" }, { type: "main", displayName: "Rejected" }] : ["main"] }}',
		credentials: [{ name: 'voximplantKitApi', required: true }],
		properties: describeOperations(voximplantKit),
	};

	methods = {
		listSearch: listSearch(voximplantKit, lookups),
		loadOptions: loadOptions(voximplantKit, lookups),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeOperation(this, voximplantKit);
	}
}
