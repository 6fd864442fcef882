/** A real n8n with one published workflow for each webhook trigger, and one for its own Webhook node. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Credential, N8nClient, Workflow, WorkflowNode } from '../../demo/client';
import { openHostDatabase } from '../../demo/database';
import type { N8nHost } from '../../demo/host';
import { installPack, startN8n } from '../../demo/host';
import {
	alphaSmsTrigger,
	kitTrigger,
	node,
	PACK,
	productionUrl,
	velipTrigger,
	workflowOf,
} from '../../test/e2e/support/workflows';
import { startVoximplantKitSimulator } from '../../test/simulators/voximplantKit';

/** What a callback is: believed; not believed; and not believed either, with a body that costs. */
export type Kind = 'accepted' | 'refused' | 'large' | 'deep';

export interface Contender {
	readonly name: string;
	/** The callback with this number; numbers are not used twice. */
	call(kind: Kind, number: number): { url: string; body: Buffer; headers: Record<string, string> };
	/** Status of the answers to what is not believed. */
	readonly refusals: readonly number[];
}

export interface CallbackHost {
	/** The core node comes first. */
	readonly contenders: Contender[];
	/** Seconds of CPU time that n8n has used so far; undefined where the system does not tell. */
	cpuSeconds(): number | undefined;
	stop(): Promise<void>;
}

const LOGIN = { email: 'bench@voice-providers.example', password: 'Bench-password-1' };
const KEY = 'bench-key-0123456789';
const SALT = 'bench-salt';
const SECRET = 'benchSecret0123456789';
const MEGABYTE = 1024 * 1024;
const LEVELS = 100_000;
/** Of a proof that is wrong. */
const FORGED = 'f'.repeat(64);

const LARGE = Buffer.from(
	`{"msg_id":1,"event_id":"1","event_type":"x","a":"${'x'.repeat(MEGABYTE - 100)}"}`,
);
const DEEP = Buffer.from(
	`{"msg_id":1,"event_type":"x","a":${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}}`,
);

function hash(algorithm: string, ...parts: Array<string | Buffer>): string {
	const digest = createHash(algorithm);
	for (const part of parts) digest.update(part);
	return digest.digest('hex');
}

const usedBy = ({ id, name, type }: Credential) => ({ [type]: { id, name } });

/** Publishes a workflow of this trigger and a node that does nothing. */
async function publish(host: N8nHost, trigger: WorkflowNode): Promise<Workflow & { url: string }> {
	const next = node('Next', 'n8n-nodes-base.noOp');
	const file = workflowOf(trigger.type, [trigger, next], { [trigger.name]: ['Next'] });
	const workflow = await host.client.createWorkflow(file);
	await host.client.activateWorkflow(workflow);
	return { ...workflow, url: productionUrl(host, workflow) };
}

interface Dialect {
	readonly name: string;
	readonly url: string;
	/** Where forged callbacks go, if not there. */
	readonly forgedUrl?: string;
	readonly refusals: readonly number[];
	body(number: number, isForged: boolean): object;
	/** Headers that prove, or seem to prove, where a body comes from. */
	proof?(body: Buffer, isForged: boolean, number: number): Record<string, string>;
}

function contender({ name, url, forgedUrl = url, refusals, body, proof }: Dialect): Contender {
	return {
		name,
		refusals,
		call(kind, number) {
			const isForged = kind !== 'accepted';
			const hostile = { large: LARGE, deep: DEEP, accepted: undefined, refused: undefined }[kind];
			const bytes = hostile ?? Buffer.from(JSON.stringify(body(number, isForged)));
			const proven = proof?.(bytes, isForged, number) ?? {};
			const headers = { 'content-type': 'application/json', ...proven };
			return { url: isForged ? forgedUrl : url, body: bytes, headers };
		},
	};
}

const status = (number: number) => ({
	id: number,
	msg_id: number,
	type: 'sms',
	status: 'DELIVERED',
});

/** Answers at once, asks for a header, and has no expression: the cheapest that proves anything. */
async function core(host: N8nHost): Promise<Contender> {
	const data = { name: 'X-Bench', value: KEY };
	const credential = await host.client.createCredential('httpHeaderAuth', 'Header', data);
	const parameters = {
		httpMethod: 'POST',
		path: randomUUID(),
		authentication: 'headerAuth',
		responseMode: 'onReceived',
		options: {},
	};
	const more = { typeVersion: 2.1, webhookId: randomUUID(), credentials: usedBy(credential) };
	const { url } = await publish(host, node('Webhook', 'n8n-nodes-base.webhook', parameters, more));
	return contender({
		name: 'n8n Webhook node',
		url,
		refusals: [401, 403],
		body: status,
		proof: (_, isForged) => ({ 'x-bench': isForged ? FORGED : KEY }),
	});
}

async function alphaSms(host: N8nHost): Promise<Contender> {
	const data = { baseUrl: 'https://alphasms.ua', apiKey: KEY };
	const credential = await host.client.createCredential('alphaSmsApi', 'AlphaSMS', data);
	const { url } = await publish(host, alphaSmsTrigger(credential, { events: ['status'] }));
	return contender({
		name: 'AlphaSMS Trigger',
		url,
		refusals: [400, 401],
		body: status,
		proof: (body, isForged) => ({ 'x-signature': isForged ? FORGED : hash('sha256', body, KEY) }),
	});
}

/** Nothing is signed: whoever has the address is believed, unless it may come from Velip's only. */
async function velip(host: N8nHost): Promise<Contender> {
	const parameters = { events: ['callFinished'], callbackSecret: SECRET };
	const { url } = await publish(host, velipTrigger(parameters));
	const checked = velipTrigger({ ...parameters, options: { checkSource: true } });
	const forged = await publish(host, checked);
	return contender({
		name: 'Velip Trigger',
		url,
		forgedUrl: forged.url,
		refusals: [400, 401],
		body: (number) => ({ cd_id: `c_${number}`, cd_called_status: 'OK', cd_resp1: '1' }),
	});
}

async function kit(host: N8nHost): Promise<{ contender: Contender; stop(): Promise<void> }> {
	const simulator = await startVoximplantKitSimulator();
	const { domain, apiKey, hosts } = simulator;
	const credential = await host.client.createCredential('voximplantKitApi', 'Kit', {
		...{ region: 'custom', domain, accessToken: apiKey },
		...{ apiHost: hosts.api, messagingHost: hosts.messaging, ctiHost: hosts.cti },
	});
	const trigger = kitTrigger(credential, { events: ['new_calls'] });
	const { id, url } = await publish(host, trigger);
	const database = openHostDatabase(host.userFolder);
	const [row] = database.prepare('SELECT staticData FROM workflow_entity WHERE id = ?').all(id);
	database.close();
	const stored = JSON.parse(String(row?.staticData)) as Record<string, { salt?: string }>;
	const salt = stored[`node:${trigger.name}`]?.salt;
	if (salt === undefined) throw new Error('The trigger of Voximplant Kit has no salt');
	const type = 'new_calls';
	const genuine = hash('md5', salt, domain, type);
	return {
		contender: contender({
			name: 'Voximplant Kit Trigger',
			url,
			refusals: [400, 401],
			body: (number, isForged) => ({
				callbacks: [{ type, hash: isForged ? FORGED : genuine, [type]: { session_id: number } }],
			}),
		}),
		stop: async () => await simulator.close(),
	};
}

async function customChannel(host: N8nHost): Promise<Contender> {
	const type = 'voximplantKitCustomChannelApi';
	const credential = await host.client.createCredential(type, 'Channel', {
		...{ region: 'us', domain: 'bench', accessToken: KEY, channelUuid: 'bench', saltSecret: SALT },
	});
	const more = { webhookId: randomUUID(), credentials: usedBy(credential) };
	const name = `${PACK}.voximplantKitCustomChannelTrigger`;
	const { url } = await publish(host, node('Callback', name, { events: ['message'] }, more));
	return contender({
		name: 'Custom Channel Trigger',
		url,
		refusals: [400, 401],
		body: (number) => ({
			event_id: String(number),
			event_type: 'send_message',
			client_data: { client_id: '1' },
			event_data: { sender_data: { sender_type: 'agent' }, message: { text: 'Hello' } },
		}),
		proof: (_, isForged, number) => ({
			authorization: isForged ? FORGED : hash('md5', `${SALT}:${KEY}:${number}`),
		}),
	});
}

/** User and system time of a process, on Linux. */
function cpuOf(pid: number): number | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return (Number(fields[11]) + Number(fields[12])) / 100;
	} catch {
		return undefined;
	}
}

async function signIn(client: N8nClient): Promise<void> {
	await client.signIn(LOGIN);
}

export async function startCallbackHost(folder: string): Promise<CallbackHost> {
	const userFolder = path.join(folder, 'callbacks');
	await installPack({ userFolder });
	const host = await startN8n({ userFolder, env: { N8N_LOG_LEVEL: 'error' } });
	try {
		await signIn(host.client);
		const contenders = [await core(host), await alphaSms(host), await velip(host)];
		const { contender: kitContender, stop } = await kit(host);
		contenders.push(kitContender, await customChannel(host));
		return {
			contenders,
			cpuSeconds: () => cpuOf(host.pid),
			async stop() {
				await host.stop();
				await stop();
			},
		};
	} catch (error) {
		await host.stop();
		return await Promise.reject(error as Error);
	}
}
