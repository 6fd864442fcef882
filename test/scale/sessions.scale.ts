/** What a process remembers by itself, and what it must not need to: tokens, and waiting executions. */
import type { N8nClient } from '../../demo/client';
import { alphaSms, node, PACK, set, workflowOf } from '../e2e/support/workflows';
import { startVoximplantKitCustomChannelSimulator } from '../simulators/voximplantKitCustomChannel';
import { mainClient, WORKERS } from './support/cluster';
import { note } from './support/findings';
import { urlOf } from './support/record';
import {
	alphaSmsSide,
	inParallel,
	publish,
	rowsWebhook,
	settled,
	smsParameters,
	statuses,
	usedBy,
	workersOf,
} from './support/workflows';

const post = async (url: string, rows: unknown[]) => {
	const headers = { 'content-type': 'application/json' };
	const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ rows }) });
	await response.arrayBuffer();
	return response.status;
};

describe('the tokens of the custom channel', () => {
	const RUNS = 40;
	let client: N8nClient;
	let kit: Awaited<ReturnType<typeof startVoximplantKitCustomChannelSimulator>>;

	beforeAll(async () => {
		client = mainClient();
		kit = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
	});

	afterAll(async () => await kit?.close());

	test('one login per worker, one renewal per worker when the token ends', async () => {
		const credential = await client.createCredential('voximplantKitCustomChannelApi', 'Channel', {
			region: 'custom',
			customHost: kit.url,
			domain: kit.options.domain,
			accessToken: kit.apiKey,
			channelUuid: kit.options.channelUuid,
			saltSecret: kit.options.salt,
		});
		const send = node(
			'Send',
			`${PACK}.voximplantKitCustomChannel`,
			{
				resource: 'message',
				operation: 'send',
				clientId: '={{ $json.body.rows[0].client }}',
				text: 'Hello',
			},
			{ credentials: usedBy(credential) },
		);
		const file = workflowOf('To Kit', [rowsWebhook('onReceived'), send], { Orders: ['Send'] });
		const workflow = await client.createWorkflow(file);
		const url = urlOf('webhook') + (await publish(workflow, 'Orders'));
		let sent = 0;
		/** Sends until each worker has had some: how runs are dealt out is the queue's affair. */
		const round = async () => {
			const before = await workersOf(workflow);
			for (let tries = 0; tries < 10; tries += 1) {
				const first = sent;
				sent += RUNS;
				const answers = await inParallel(
					RUNS,
					10,
					async (index) => await post(url, [{ client: `client-${first + index}` }]),
				);
				expect(new Set(answers)).toEqual(new Set([200]));
				expect(await settled(workflow, sent)).toEqual({ success: sent });
				const shares = await workersOf(workflow);
				if (shares.every((share, index) => share > (before[index] ?? 0))) return;
			}
			throw new Error('One worker got nothing to do');
		};

		await round();
		expect(kit.logins).toEqual({ ok: WORKERS.length, failed: 0 });
		expect(kit.refreshes.ok).toBe(0);

		kit.expireTokens();
		await round();
		expect(kit.logins).toEqual({ ok: WORKERS.length, failed: 0 });
		expect(kit.refreshes).toEqual({ ok: WORKERS.length, failed: 0 });

		for (let index = 0; index < sent; index += 1) {
			expect(kit.messages(`client-${index}`)).toHaveLength(1);
		}
		const shares = await workersOf(workflow);
		note('tokens', { sends: sent, logins: kit.logins.ok, renewals: kit.refreshes.ok, shares });
		await client.deactivateWorkflow(workflow.id);
	});
});

describe('Send and Wait', () => {
	const COUNT = 20;
	const RECEIPT = 1_000_000;
	const FIRST = 7_000_000;
	let client: N8nClient;
	let side: Awaited<ReturnType<typeof alphaSmsSide>>;

	beforeAll(async () => {
		client = mainClient();
		side = await alphaSmsSide();
	});

	afterAll(async () => await side?.simulator.close());

	test('waits in the database, and the same final report at two processes goes on once', async () => {
		const wait = {
			...smsParameters('447700900002', '={{ $json.body.rows[0].id }}'),
			operation: 'sendSmsAndWait',
			waitAmount: 1,
			waitUnit: 'hours',
		};
		const receipt = smsParameters(
			'447700900003',
			`={{ Number($('Customer').item.json.id) + ${RECEIPT} }}`,
		);
		const nodes = [
			rowsWebhook('onReceived'),
			set('Customer', { id: '={{ $json.body.rows[0].id }}' }),
			alphaSms('Send and Wait', side.credential, {
				...wait,
				additionalFields: { id: '={{ $json.id }}' },
				smsMessage: 'Hello',
			}),
			alphaSms('Receipt', side.credential, receipt),
		];
		const workflow = await client.createWorkflow(
			workflowOf('Waiting', nodes, {
				Orders: ['Customer'],
				Customer: ['Send and Wait'],
				'Send and Wait': ['Receipt'],
			}),
		);
		const url = urlOf('webhook') + (await publish(workflow, 'Orders'));
		const { simulator } = side;
		await inParallel(COUNT, 10, async (index) => await post(url, [{ id: FIRST + index }]));
		expect(await settled(workflow, COUNT)).toEqual({ waiting: COUNT });
		const messages = Array.from({ length: COUNT }, (_, index) => simulator.message(FIRST + index));
		const hooks = messages.map((message) => String(message?.hook));
		expect(hooks.every((hook) => hook.startsWith(urlOf('webhook')))).toBe(true);

		const report = (index: number, status: string) => ({
			id: FIRST + index,
			msg_id: 1,
			type: 'sms',
			status,
		});
		const atMain = (hook: string) => hook.replace(urlOf('webhook'), urlOf('main'));
		const deliver = async (to: string, body: Record<string, unknown>, more = {}) =>
			(await simulator.deliver({ url: to, body, ...more })).status;

		const [first = ''] = hooks;
		for (const to of [first, atMain(first)]) {
			expect(await deliver(to, report(0, 'DELIVERED'), { signature: 'invalid' })).toBe(401);
			const forged = new URL(to);
			forged.searchParams.set('seal', '0'.repeat(40));
			expect(await deliver(forged.href, report(0, 'DELIVERED'))).toBe(401);
			expect(await deliver(to, report(0, 'QUEUED'))).toBe(200);
		}
		expect(await statuses(workflow)).toEqual({ waiting: COUNT });

		const answers = await Promise.all(
			hooks.map(async (hook, index) => {
				const doors = [hook, atMain(hook), hook, atMain(hook)];
				return await Promise.all(
					doors.map(async (to) => await deliver(to, report(index, 'DELIVERED'))),
				);
			}),
		);
		expect(await settled(workflow, COUNT)).toEqual({ success: COUNT });
		const receipts = hooks.map((_, index) =>
			simulator.accepted.get(String(FIRST + RECEIPT + index)),
		);
		expect(receipts).toEqual(hooks.map(() => 1));
		expect(simulator.acceptedTotal).toBe(2 * COUNT);
		const codes: Record<string, number> = {};
		for (const status of answers.flat()) codes[String(status)] = (codes[String(status)] ?? 0) + 1;
		note('send and wait', { waiting: COUNT, reports: 4 * COUNT, answers: codes, wentOn: COUNT });
		await client.deactivateWorkflow(workflow.id);
	});
});
