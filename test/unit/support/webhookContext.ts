import type { IDataObject, INode, IWebhookFunctions } from 'n8n-workflow';

import { NODE } from './node';

export interface FakeCallback {
	body?: string | Buffer;
	/** What n8n has read from a multipart body, of which it keeps no raw bytes. */
	multipart?: IDataObject;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	parameters?: IDataObject;
	/** `undefined` makes the look-up of the credential throw. */
	credentials?: IDataObject | undefined;
	node?: Partial<INode>;
	workflowId?: string;
	mode?: string;
	/** Path and query that were called. */
	originalUrl?: string;
}

export interface FakeResponse {
	status?: number;
	json?: unknown;
}

/** As much of n8n's webhook context as the nodes use, and what was answered through it. */
export function fakeWebhook(callback: FakeCallback): {
	context: IWebhookFunctions;
	response: FakeResponse;
} {
	const response: FakeResponse = {};
	const responseObject = {
		status(code: number) {
			response.status = code;
			return responseObject;
		},
		json(value: unknown) {
			response.json = value;
			return responseObject;
		},
	};
	const rawBody = Buffer.from(callback.body ?? '');
	const context = {
		getNode: () => ({ ...NODE, ...callback.node }),
		getWorkflow: () => ({ id: callback.workflowId ?? 'workflow-1', name: 'W', active: true }),
		getMode: () => callback.mode ?? 'webhook',
		getCredentials: async () => {
			if (callback.credentials === undefined) throw new Error('The credential is gone');
			return callback.credentials;
		},
		getNodeParameter: (name: string, fallback: unknown) => callback.parameters?.[name] ?? fallback,
		getRequestObject: () => ({
			headers: callback.headers ?? {},
			query: callback.query ?? {},
			rawBody,
			originalUrl: callback.originalUrl ?? '/',
		}),
		getBodyData: () =>
			callback.multipart === undefined ? {} : { data: callback.multipart, files: {} },
		getResponseObject: () => responseObject,
	};
	return { context: context as unknown as IWebhookFunctions, response };
}
