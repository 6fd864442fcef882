/** The built trigger behind a web server of its own, so that the simulator can call it. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { listen } from '../../simulators/core/listen';
import { CREDENTIAL } from './voximplantKitCustomChannel';

/** A trigger remembers for a moment what it was told of a credential; another content is another credential. */
const idOf = (credentials: object) =>
	createHash('sha256').update(JSON.stringify(credentials)).digest('hex').slice(0, 16);

const ROOT = path.resolve(__dirname, '../../..');

export interface Started {
	json: IDataObject;
	binary?: IBinaryKeyData;
	/** Whether the caller had its answer before the workflow was started. */
	answeredBefore: boolean;
}

export interface TriggerServer {
	readonly url: string;
	readonly started: Started[];
	/** Content types of the answers. */
	readonly types: unknown[];
	parameters: IDataObject;
	/** Undefined: no credential is chosen. */
	credentials: IDataObject | undefined;
	/** The look-up of the credential fails. */
	broken: boolean;
	mode: string;
	helpers: object;
	idle(): Promise<void>;
	close(): Promise<void>;
}

type Result = {
	webhookResponse?: string;
	noWebhookResponse?: boolean;
	workflowData?: Array<Array<{ json: IDataObject; binary?: IBinaryKeyData }>>;
};

/** As much of Express' response as the node uses. */
function responseOf(raw: ServerResponse) {
	const response = {
		status(code: number) {
			raw.statusCode = code;
			return response;
		},
		type(type: string) {
			raw.setHeader('content-type', type);
			return response;
		},
		send(body: string) {
			raw.end(body);
			return response;
		},
		json(value: unknown) {
			raw.setHeader('content-type', 'application/json');
			raw.end(JSON.stringify(value));
			return response;
		},
	};
	return response;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** Keeps a file in memory, as n8n does where it is not told otherwise. */
async function prepareBinaryData(content: Buffer | Readable, fileName?: string, mimeType?: string) {
	const chunks: Buffer[] = [];
	if (Buffer.isBuffer(content)) chunks.push(content);
	else for await (const chunk of content) chunks.push(chunk as Buffer);
	return { data: Buffer.concat(chunks).toString('base64'), fileName, mimeType };
}

let servers = 0;

export async function startTrigger(more: Partial<TriggerServer> = {}): Promise<TriggerServer> {
	const file = 'dist/nodes/VoximplantKitCustomChannel/VoximplantKitCustomChannelTrigger.node.js';
	const { VoximplantKitCustomChannelTrigger } = jest.requireActual<{
		VoximplantKitCustomChannelTrigger: new () => {
			webhook: (this: unknown) => Promise<Result>;
			description: { webhooks: Array<{ name: string; httpMethod: string }> };
		};
	}>(path.join(ROOT, file));
	const trigger = new VoximplantKitCustomChannelTrigger();
	const nodeId = `trigger-${++servers}`;
	let pending = 0;

	const handle = async (request: IncomingMessage, raw: ServerResponse) => {
		const rawBody = await readBody(request);
		const webhook = trigger.description.webhooks.find(({ httpMethod }) =>
			httpMethod.split(',').includes(request.method ?? ''),
		);
		if (webhook === undefined) return void raw.writeHead(404).end();
		const response = responseOf(raw);
		const context = {
			getWebhookName: () => webhook.name,
			getNode: () => ({
				id: nodeId,
				name: 'Trigger',
				...(server.credentials && {
					credentials: { [CREDENTIAL]: { id: idOf(server.credentials), name: 'x' } },
				}),
			}),
			getWorkflow: () => ({ id: 'workflow-1', name: 'W' }),
			getMode: () => server.mode,
			getCredentials: async () => {
				if (server.broken) throw new Error('cannot be decrypted');
				return server.credentials;
			},
			getNodeParameter: (name: string, fallback: unknown) => server.parameters[name] ?? fallback,
			getRequestObject: () => ({
				headers: request.headers,
				query: {},
				rawBody,
				originalUrl: request.url,
			}),
			getBodyData: () => ({}),
			getResponseObject: () => response,
			helpers: server.helpers,
		};
		const result = await trigger.webhook.call(context);
		const answeredBefore = raw.writableEnded;
		if (!result.noWebhookResponse) response.send(result.webhookResponse ?? '');
		server.types.push(raw.getHeader('content-type'));
		for (const item of result.workflowData?.flat() ?? []) {
			server.started.push({ ...item, answeredBefore });
		}
	};
	const http = createServer((request, raw) => {
		pending++;
		void handle(request, raw).finally(() => pending--);
	});
	const port = await listen(http);
	const server: TriggerServer = {
		url: `http://127.0.0.1:${port}/webhook/x/voximplant-kit`,
		started: [],
		types: [],
		parameters: { events: ['message', 'conversationClosed', 'other'], options: {} },
		credentials: undefined,
		broken: false,
		mode: 'webhook',
		helpers: { prepareBinaryData },
		...more,
		async idle() {
			while (pending > 0) await new Promise((resolve) => setTimeout(resolve, 5));
		},
		async close() {
			const closed = new Promise<void>((resolve) => http.close(() => resolve()));
			http.closeAllConnections();
			await closed;
		},
	};
	return server;
}
