/** What a restart of n8n does to executions that wait: a second n8n, so that the others are left alone. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential, Execution, N8nClient } from '../../demo/client';
import { openHostDatabase } from '../../demo/database';
import { startN8n, type N8nHost } from '../../demo/host';
import { startAlphaSmsSimulator } from '../simulators/alphasms';
import { startVelipSimulator } from '../simulators/velip';
import {
	E2E_FOLDER,
	LOGIN,
	PATIENT,
	readSession,
	type AlphaSmsSimulator,
	type VelipSimulator,
} from './support/session';
import { callAndWait, json, sendAndWait, WAIT_NODE, type Waiting } from './support/waiting';

const wait = { waitAmount: 1, waitUnit: 'hours' };
const SMS = {
	resource: 'message',
	operation: 'sendSmsAndWait',
	phone: '380971234567',
	smsSignature: 'SMSTest',
	smsMessage: 'Hello',
	...wait,
};
const CALL = {
	resource: 'call',
	operation: 'speakTextAndWait',
	text: 'Press 1',
	ndig: 1,
	...wait,
};

describe('over a restart of n8n', () => {
	const ownFolder = join(E2E_FOLDER, 'restarted');
	let host: N8nHost | undefined;
	let client: N8nClient;
	let alphaSms: AlphaSmsSimulator;
	let velip: VelipSimulator;
	let sms: { answered: Waiting; overdue: Waiting };
	let call: { answered: Waiting; overdue: Waiting };

	const finished = async ({ execution }: Waiting) => await client.waitForExecution(execution.id);

	function expectTimedOut(late: Execution, sent: Record<string, unknown>): void {
		expect(json(late, WAIT_NODE, 0)).toEqual([]);
		expect(json(late, WAIT_NODE, 1)).toEqual([
			expect.objectContaining({ ...sent, timedOut: true }),
		]);
		expect(json(late, 'After Time')).toEqual([{ customer: 'Olena' }]);
		expect(late.data.resultData.runData).not.toHaveProperty('After Answer');
	}

	beforeAll(async () => {
		const { userFolder } = readSession();
		const nodes = join('.n8n', 'nodes');
		cpSync(join(userFolder, nodes), join(ownFolder, nodes), { recursive: true });
		host = await startN8n({ userFolder: ownFolder });
		client = host.client;
		await client.signIn(LOGIN);
		alphaSms = await startAlphaSmsSimulator({ lifecycle: 'manual', ...PATIENT });
		velip = await startVelipSimulator({ lifecycle: 'manual', ...PATIENT });
		const credential = async (type: string, data: Record<string, unknown>): Promise<Credential> =>
			await client.createCredential(type, 'Restart', data);
		const smsSide = {
			simulator: alphaSms,
			credential: await credential('alphaSmsApi', {
				baseUrl: 'custom',
				customBaseUrl: alphaSms.url,
				apiKey: alphaSms.apiKey,
			}),
		};
		const callSide = {
			simulator: velip,
			credential: await credential('velipApi', {
				baseUrl: velip.url,
				authentication: 'bearer',
				token: velip.apiKey,
			}),
		};
		sms = {
			answered: await sendAndWait(client, smsSide, SMS),
			overdue: await sendAndWait(client, smsSide, SMS),
		};
		call = {
			answered: await callAndWait(client, callSide, { ...CALL, dest: '5511987654306' }),
			overdue: await callAndWait(client, callSide, { ...CALL, dest: '5511987654305' }),
		};

		await host.stop();
		const database = openHostDatabase(ownFolder);
		const end = database.prepare('UPDATE execution_entity SET waitTill = ? WHERE id = ?');
		for (const { execution } of [sms.overdue, call.overdue])
			end.run('2026-01-01 00:00:00.000', execution.id);
		database.close();
		host = await startN8n({ userFolder: ownFolder, port: host.port });
		client = host.client;
		await client.signIn(LOGIN);
	}, 900_000);

	afterAll(async () => {
		await host?.stop();
		await Promise.all([alphaSms?.close(), velip?.close()]);
	});

	test('a time that was over meanwhile ends the wait for an SMS', async () => {
		const { overdue } = sms;
		expectTimedOut(await finished(overdue), { id: Number(overdue.id), phone: SMS.phone });
	});

	test('a time that was over meanwhile ends the wait for a call', async () => {
		const { overdue } = call;
		expectTimedOut(await finished(overdue), { ctid: overdue.id, dest: '5511987654305' });
	});

	test('a report that comes afterwards resumes', async () => {
		const { id, hook } = sms.answered;
		const deliver = async (status: string) => {
			const body = { id: Number(id), msg_id: 1, type: 'sms', status };
			return (await alphaSms.deliver({ url: hook.href, body })).status;
		};
		expect(await deliver('QUEUED')).toBe(200);
		expect(await deliver('DELIVERED')).toBe(200);
		const execution = await finished(sms.answered);
		expect(execution.status).toBe('success');
		expect(json(execution, 'After Answer')).toEqual([{ customer: 'Olena' }]);
	});

	test('the result of a call that comes afterwards resumes, with the key', async () => {
		velip.setOptions({ callbackMethod: 'GET' });
		velip.finishCall(call.answered.id);
		const execution = await finished(call.answered);
		expect(execution.status).toBe('success');
		expect(json(execution, WAIT_NODE)).toEqual([
			expect.objectContaining({ state: 'answered', digits: ['1'], timedOut: false }),
		]);
		expect(json(execution, 'After Answer')).toEqual([{ customer: 'Olena' }]);
		expect([alphaSms.maxPerId, velip.accepted.maxPerKey]).toEqual([1, 1]);
	});
});
