/** A real n8n with its SSRF protection switched on: what this pack asks of blocked addresses never arrives. */
import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { outputItems, type Credential, type N8nClient } from '../../demo/client';
import { startN8n, type N8nHost } from '../../demo/host';
import { startAlphaSmsSimulator } from '../simulators/alphasms';
import { startVelipSimulator } from '../simulators/velip';
import {
	startVoximplantKitCustomChannelSimulator,
	type VoximplantKitCustomChannelSimulator,
} from '../simulators/voximplantKitCustomChannel';
import {
	E2E_FOLDER,
	LOGIN,
	PATIENT,
	readSession,
	type AlphaSmsSimulator,
	type VelipSimulator,
} from './support/session';
import {
	alphaSms,
	finishedExecutions,
	node,
	PACK,
	productionUrl,
	start,
	workflowOf,
} from './support/workflows';

const BLOCKED = 'The network policy of this n8n instance blocks';

describe('with the SSRF protection of n8n on', () => {
	const ownFolder = join(E2E_FOLDER, 'protected');
	let host: N8nHost | undefined;
	let client: N8nClient;
	let sms: AlphaSmsSimulator;
	let calls: VelipSimulator;
	let kit: VoximplantKitCustomChannelSimulator;
	let trap: Server;
	let connections = 0;
	let trapUrl = '';

	/** The policy allows this name, and no address. */
	const allowed = (url: string) => url.replace('127.0.0.1', 'localhost');
	const gateway = (customBaseUrl: string) => ({
		baseUrl: 'custom',
		customBaseUrl,
		apiKey: sms.apiKey,
	});
	const velip = (baseUrl: string) => ({ baseUrl, authentication: 'bearer', token: calls.apiKey });
	const credential = async (type: string, data: Record<string, unknown>): Promise<Credential> =>
		await client.createCredential(type, `${type} ${randomUUID()}`, data);

	beforeAll(async () => {
		trap = createServer((socket) => {
			connections++;
			socket.destroy();
		});
		await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
		trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
		sms = await startAlphaSmsSimulator({ lifecycle: 'manual' });
		calls = await startVelipSimulator({ lifecycle: 'manual' });
		const { callbackTimeoutMs } = PATIENT;
		kit = await startVoximplantKitCustomChannelSimulator({ steerByText: false, callbackTimeoutMs });
		const nodes = join('.n8n', 'nodes');
		cpSync(join(readSession().userFolder, nodes), join(ownFolder, nodes), { recursive: true });
		host = await startN8n({
			userFolder: ownFolder,
			env: { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_HOSTNAMES: 'localhost' },
		});
		client = host.client;
		await client.signIn(LOGIN);
	}, 600_000);

	afterAll(async () => {
		await host?.stop();
		await Promise.all([sms?.close(), calls?.close(), kit?.close()]);
		await new Promise<void>((resolve) => trap.close(() => resolve()));
	});

	async function sendSms(baseUrl: string) {
		const parameters = {
			resource: 'message',
			operation: 'sendSms',
			phone: '380971234567',
			smsSignature: 'SMSTest',
			smsMessage: 'Hello',
		};
		const chosen = await credential('alphaSmsApi', gateway(baseUrl));
		const more = { onError: 'continueRegularOutput' as const };
		const nodes = [start(), alphaSms('Send', chosen, parameters, more)];
		const workflow = await client.createWorkflow(workflowOf('Send', nodes, { Start: ['Send'] }));
		const [item] = outputItems(await client.runToEnd(workflow.id, 'Start'), 'Send');
		return item?.json ?? {};
	}

	test('a node is refused and has sent nothing; an allowed host takes the message', async () => {
		expect(await sendSms(trapUrl)).toMatchObject({
			error: expect.stringContaining(BLOCKED) as string,
			outcome: 'not_sent',
		});
		expect(connections).toBe(0);
		expect(await sendSms(allowed(sms.url))).toMatchObject({ phone: '380971234567' });
		expect(sms.maxPerId).toBe(1);
	});

	async function voices(baseUrl: string): Promise<unknown> {
		const { id, name } = await credential('velipApi', velip(baseUrl));
		const asked = client.request('POST', '/dynamic-node-parameters/resource-locator-results', {
			path: 'parameters.voice',
			methodName: 'searchVoices',
			nodeTypeAndVersion: { name: `${PACK}.velip`, version: 1 },
			currentNodeParameters: {},
			credentials: { velipApi: { id, name } },
		});
		return await asked.catch((error: unknown) => String(error));
	}

	test('a dropdown says so, and lists what an allowed host has', async () => {
		expect(await voices(trapUrl)).toContain(BLOCKED);
		expect(connections).toBe(0);
		expect(await voices(allowed(calls.url))).toMatchObject({
			results: expect.arrayContaining([expect.objectContaining({ value: expect.anything() })]),
		});
	});

	test('credential tests are refused by n8n itself', async () => {
		const tests: Array<[string, Record<string, unknown>, Record<string, unknown>]> = [
			['alphaSmsApi', gateway(trapUrl), gateway(allowed(sms.url))],
			['velipApi', velip(trapUrl), velip(allowed(calls.url))],
		];
		for (const [type, bad, good] of tests) {
			const saved = await credential(type, bad);
			expect(await client.testCredential(saved, bad)).toMatchObject({ status: 'Error' });
			expect(await client.testCredential(saved, good)).toMatchObject({ status: 'OK' });
		}
		expect(connections).toBe(0);
	});

	test('an event comes in without its file, which lies at a blocked address', async () => {
		const type = 'voximplantKitCustomChannelApi';
		const { id, name } = await credential(type, {
			region: 'custom',
			customHost: allowed(kit.url),
			domain: kit.options.domain,
			accessToken: kit.apiKey,
			channelUuid: kit.options.channelUuid,
			saltSecret: kit.options.salt,
		});
		const trigger = node(
			'From Kit',
			`${PACK}.voximplantKitCustomChannelTrigger`,
			{ events: ['message'], simplify: true, options: { downloadFiles: true } },
			{ webhookId: randomUUID(), credentials: { [type]: { id, name } } },
		);
		const workflow = await client.createWorkflow(workflowOf('From Kit', [trigger]));
		await client.activateWorkflow(workflow);
		const url = productionUrl({ url: host?.url ?? '', userFolder: ownFolder }, workflow);
		kit.setOptions({ callbackUrl: url });
		const content = Buffer.from('some text');
		const file = kit.addFile({ name: 'a.txt', type: 'text/plain', content });
		const addresses = [`${trapUrl}/a.txt`, allowed(file)];
		await kit.agentReply('c1', {
			payload: addresses.map((file_url) => ({ type: 'document' as const, file_url })),
		});
		const [found] = await finishedExecutions(client, { workflowId: workflow.id }, 1);
		const [item] = outputItems(await client.getExecution(found?.id ?? ''), 'From Kit');
		expect(item?.json.payload).toMatchObject([
			{ downloadError: expect.stringContaining(BLOCKED) as string },
			{ binaryField: 'attachment_1' },
		]);
		expect(connections).toBe(0);
	});
});
