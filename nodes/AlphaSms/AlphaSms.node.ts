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
import { executeOperation } from '../shared/operation/runner';
import { resumeWebhook } from '../shared/webhook/sendAndWait';
import { alphaSms } from './provider';
import { resume } from './resume';

export class AlphaSms implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AlphaSMS',
		name: 'alphaSms',
		icon: { light: 'file:../../icons/alphasms.svg', dark: 'file:../../icons/alphasms.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Send SMS, Viber, RCS and one-time codes, place calls and look up numbers with AlphaSMS',
		defaults: { name: 'AlphaSMS' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs:
			'={{ String($parameter["operation"]).endsWith("AndWait") ? [{ type: "main", displayName: "Answered" }, { type: "main", displayName: "Timed Out" }] : ["main"] }}',
		credentials: [{ name: 'alphaSmsApi', required: true }],
		webhooks: [resumeWebhook],
		properties: describeOperations(alphaSms),
	};

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
		return await executeOperation(this, alphaSms);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume(this);
	}
}
