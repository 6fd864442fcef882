/** Voicemod Control over restarts of n8n, and in one that guards its network: an n8n of its own. */
import { cpSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { N8nClient, Workflow } from '../../demo/client';
import { startN8n, type N8nHost } from '../../demo/host';
import { until } from '../simulators/testSupport';
import { E2E_FOLDER, LOGIN, readSession } from './support/session';
import {
	chain,
	control as controlNode,
	controlFixture,
	controlTrigger,
	failure,
	listed,
	type ControlFixture,
} from './support/voicemodControl';
import { json } from './support/waiting';
import { finishedExecutions, workflowOf } from './support/workflows';

const ownFolder = join(E2E_FOLDER, 'voicemod-control');

let host: N8nHost | undefined;
let client: N8nClient;
let control: ControlFixture;
let listening: Workflow;

async function startHost(env: Record<string, string> = {}): Promise<void> {
	await host?.stop();
	host = await startN8n({ userFolder: ownFolder, port: host?.port, env });
	client = host.client;
	await client.signIn(LOGIN);
}

async function askForUser() {
	const nodes = [controlNode('User', control.credential, 'user/get')];
	const workflow = await client.createWorkflow(chain('User', [{}], nodes));
	return await client.runToEnd(workflow.id, 'Start');
}

beforeAll(async () => {
	const nodes = join('.n8n', 'nodes');
	const { userFolder } = readSession();
	cpSync(join(userFolder, nodes), join(ownFolder, nodes), { recursive: true });
	await startHost();
	control = await controlFixture(client);
	const events = ['voiceChanged', 'connected'];
	const trigger = controlTrigger(control.credential, { events, filters: {}, options: {} });
	listening = await client.createWorkflow(workflowOf('Over restarts', [trigger]));
	await client.activateWorkflow(listening);
	await control.app.waitForClients(1, 60_000);
	// Told, too: what n8n has not noted when it is stopped is lost.
	await finishedExecutions(client, { workflowId: listening.id }, 1);
}, 600_000);

afterAll(async () => {
	await host?.stop();
	await control?.close();
});

test('a restart closes the connection in an orderly way, and makes one again', async () => {
	await startHost();
	const { app } = control;
	await app.waitForClients(1, 60_000);
	expect(app.connections).toMatchObject({ total: 2, open: 1 });
	expect(app.closed).toMatchObject([{ code: 1000, byClient: true }]);
	app.app.loadVoice('cave');
	// Two executions may start in either order.
	const found = await finishedExecutions(client, { workflowId: listening.id }, 3);
	const all = await Promise.all(found.map(async ({ id }) => await client.getExecution(id)));
	const told = all.flatMap((one) => json(one, 'App')).map(({ event }) => event);
	expect(told.sort()).toEqual(['connected', 'connected', 'voiceChanged']);
}, 600_000);

test('with the protection of the network on, nothing reaches the app, and everything says why', async () => {
	const { app, credential } = control;
	await startHost({ N8N_SSRF_PROTECTION_ENABLED: 'true' });
	app.reset();
	const why =
		/network policy of this n8n instance blocks 127\.0\.0\.1.*N8N_SSRF_ALLOWED_IP_RANGES/s;
	expect(await client.testCredential(credential, control.data())).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(why),
	});
	expect(failure(await askForUser())).toMatch(why);
	await expect(listed(client, credential, 'voice', 'searchVoices')).rejects.toThrow(
		'network policy of this n8n instance blocks 127.0.0.1',
	);
	// The trigger was published before.
	await until(() => host?.log().includes('network policy of this n8n instance') ?? false, 60_000);
	expect(app.connections).toMatchObject({ total: 0, open: 0 });
}, 600_000);

test('what the administrator allows is reached', async () => {
	const { app } = control;
	await startHost({
		N8N_SSRF_PROTECTION_ENABLED: 'true',
		N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.0/8',
	});
	// n8n takes off a workflow whose trigger could not be started.
	await client.activateWorkflow(await client.getWorkflow(listening.id));
	await app.waitForClients(1, 60_000);
	expect(await client.testCredential(control.credential, control.data())).toMatchObject({
		status: 'OK',
	});
	expect((await askForUser()).status).toBe('success');
}, 600_000);

describe('behind a proxy that knows nothing of the app', () => {
	let proxy: Server;
	let asked = 0;

	beforeAll(async () => {
		proxy = createServer((_, response) => response.writeHead(403).end());
		proxy.on('connect', (_, socket) => {
			asked++;
			socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
		});
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	});
	afterAll(() => proxy.close());

	const address = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

	test('the error names NO_PROXY', async () => {
		control.app.reset();
		await startHost({ HTTP_PROXY: address() });
		control.app.reset();
		const error = failure(await askForUser());
		expect(error).toContain('the proxy of this n8n refused to connect to it (HTTP 403)');
		expect(error).toContain('add 127.0.0.1 to the NO_PROXY setting of this n8n');
		const { status, message } = await client.testCredential(control.credential, control.data());
		expect([status, message]).toEqual(['Error', expect.stringContaining('NO_PROXY')]);
		expect(asked).toBeGreaterThan(0);
		expect(control.app.connections.total).toBe(0);
	}, 600_000);

	test('with NO_PROXY the app is reached', async () => {
		await startHost({ HTTP_PROXY: address(), NO_PROXY: '127.0.0.1' });
		await client.activateWorkflow(await client.getWorkflow(listening.id));
		await control.app.waitForClients(1, 60_000);
		expect((await askForUser()).status).toBe('success');
	}, 600_000);
});
