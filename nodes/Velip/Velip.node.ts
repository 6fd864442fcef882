import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { describeOperations } from '../shared/operation/describe';
import { listSearch } from '../shared/operation/lookup';
import { executeOperation } from '../shared/operation/runner';
import { resumeWebhook } from '../shared/webhook/sendAndWait';
import { lookups } from './lookups';
import { velip } from './provider';
import { resume } from './resume';

export class Velip implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Velip',
		name: 'velip',
		icon: { light: 'file:../../icons/velip.svg', dark: 'file:../../icons/velip.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Make calls and voice campaigns, and send SMS, WhatsApp and other messages with Velip',
		defaults: { name: 'Velip' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs:
			'={{ String($parameter["operation"]).endsWith("AndWait") ? [{ type: "main", displayName: "Answered" }, { type: "main", displayName: "Timed Out" }] : ["main"] }}',
		credentials: [{ name: 'velipApi', required: true }],
		// Velip calls back by POST or GET, as the account is set up (velip.md §14.1).
		webhooks: [{ ...resumeWebhook, httpMethod: 'GET,POST' }],
		// The second is where it stands in the raw answer.
		sensitiveOutputFields: ['sipsecret', 'return.sipsecret'],
		properties: describeOperations(velip),
	};

	methods = { listSearch: listSearch(velip, lookups) };

	/** The only webhook resumes a waiting execution; n8n registers that one itself. */
	webhookMethods = {
		default: {
			async checkExists(): Promise<boolean> {
				return true;
			},
			async create(): Promise<boolean> {
				return true;
			},
			async delete(): Promise<boolean> {
				return true;
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeOperation(this, velip);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume(this);
	}
}
