/** Wherever n8n lets this pack ask for something: a host that its SSRF protection blocks hears nothing of it. */
import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { startTrigger } from '../engine/support/channelTrigger';
import { runNode, type RunResult } from '../engine/support/engine';
import { CASES, FILES, voicemodCredentials, WAV } from '../engine/support/voicemod';
import { channelCredentials, CREDENTIAL } from '../engine/support/voximplantKitCustomChannel';
import { startVoicemodSimulator, type VoicemodSimulator } from '../simulators/voicemod';
import { startVoximplantKitCustomChannelSimulator } from '../simulators/voximplantKitCustomChannel';
import { startProxy } from '../unit/support/proxy';
import { errands, webhookHelpers } from './support/coreContexts';
import {
	type ActivePolicy,
	type Listener,
	startListener,
	usePolicy,
	useProxies,
} from './support/egress';
import { eachProvider, providers } from './support/providers';
import { asking, ofSafety, type OperationCase, type Provider } from './support/providers/provider';
import { run } from './support/spend';

const LOOPBACK = { allowedIpRanges: ['127.0.0.0/8', '::1/128'] };
const BLOCKED = /^The network policy of this n8n instance blocks /;

let trap: Listener;
let policy: ActivePolicy;

beforeAll(async () => {
	trap = await startListener();
	useProxies();
});
afterAll(async () => await trap.close());
beforeEach(() => {
	policy = usePolicy();
});

const trapUrl = () => `http://127.0.0.1:${trap.port}`;

/** What is wrong about a run against the trap. */
function problemsOf(
	key: string,
	isRead: boolean,
	{ outputs, error }: RunResult,
	refusals: number,
): string[] {
	const problems: string[] = [];
	const item = outputs[0]?.[0]?.json as IDataObject | undefined;
	const message = String(error?.message ?? item?.error ?? '');
	if (!BLOCKED.test(message)) problems.push(`said "${message}"`);
	// Reads have no outcome: nothing hangs on it.
	const outcome = item?.outcome ?? (isRead ? 'not_sent' : undefined);
	if (outcome !== 'not_sent') problems.push(`was ${String(outcome)}`);
	if (refusals !== 1) problems.push(`asked the policy ${refusals} times`);
	if (trap.connections !== 0) problems.push('connected');
	return problems.map((problem) => `${key} ${problem}`);
}

/** Runs operations against the trap. */
async function runAgainstTrap(
	provider: Provider,
	operations: readonly OperationCase[],
): Promise<string[]> {
	const problems: string[] = [];
	for (const operation of operations) {
		const gateway = await provider.start({ operation });
		const parameters = gateway.parameters(operation);
		const before = policy.refusals();
		const result = await run(provider, trapUrl(), parameters, { onError: 'continueRegularOutput' });
		const isRead = operation.safety === 'reads';
		problems.push(...problemsOf(operation.key, isRead, result, policy.refusals() - before));
		await gateway.close();
	}
	return problems;
}

/** Dropdowns, polls and the life cycle of triggers, against the trap. */
async function errandsAgainstTrap(provider: Provider): Promise<string[]> {
	const problems: string[] = [];
	for (const { name, credential, forgives, run: ask } of errands([provider.credential])) {
		if (credential !== provider.credential) continue;
		if (provider.localDropdowns?.some((local) => name.endsWith(` ${local}`))) continue;
		const before = policy.refusals();
		const error: unknown = await ask(provider.fields(trapUrl())).catch((reason: unknown) => reason);
		const asked = policy.refusals() - before;
		// Triggers that nobody registers by an API ask nobody.
		const isSilent =
			/, (checkExists|create|delete)$/.test(name) && !/^voximplantKitTrigger/.test(name);
		if (trap.connections !== 0) problems.push(`${name} connected`);
		if (isSilent) continue;
		// A trigger that could not register looks once more whether it did.
		const most = name.endsWith(', create') ? 2 : 1;
		if (asked < 1 || asked > most) problems.push(`${name} asked the policy ${asked} times`);
		const said = error instanceof Error ? error.message : '';
		if (!forgives && !BLOCKED.test(said)) problems.push(`${name} said "${said}"`);
	}
	return problems;
}

/** Does `task` while everything would go through a proxy, and gives what the proxy was asked. */
async function throughProxy(task: () => Promise<void>): Promise<readonly string[]> {
	const proxy = await startProxy(trap.port);
	useProxies({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
	try {
		await task();
		return proxy.seen;
	} finally {
		useProxies();
		await proxy.close();
	}
}

describe.each(eachProvider)('%s', (_, provider: Provider) => {
	it('no operation reaches a blocked base URL; each says so, once, and sends nothing', async () => {
		expect(await runAgainstTrap(provider, asking(provider))).toEqual([]);
	}, 120_000);

	it('neither executions, dropdowns, polls nor life cycles reach it through a proxy', async () => {
		const some = [
			...ofSafety(provider, 'spends').slice(0, 2),
			...ofSafety(provider, 'reads').slice(-2),
		];
		const seen = await throughProxy(async () => {
			expect(await runAgainstTrap(provider, some)).toEqual([]);
			expect(await errandsAgainstTrap(provider)).toEqual([]);
		});
		expect(seen).toEqual([]);
	}, 60_000);

	it('stops with an error that tells what an administrator can do', async () => {
		const [operation] = provider.operations.filter(({ key }) => key === provider.simple);
		const gateway = await provider.start({ operation });
		const parameters = operation ? gateway.parameters(operation) : {};
		const { error } = await run(provider, trapUrl(), parameters);
		await gateway.close();
		expect(error?.message).toMatch(`blocks 127.0.0.1:${trap.port}`);
		expect(error?.description).toMatch(/administrator.+N8N_SSRF_ALLOWED_IP_RANGES/);
		expect(trap.connections).toBe(0);
	});

	it('every operation works where the policy allows the address', async () => {
		policy = usePolicy(LOOPBACK);
		const problems: string[] = [];
		for (const operation of asking(provider)) {
			const gateway = await provider.start({ operation });
			const result = await run(provider, gateway.url, gateway.parameters(operation), {
				onError: 'continueRegularOutput',
			});
			const said = String(result.error?.message ?? result.json[0]?.error ?? '');
			if (BLOCKED.test(said) || gateway.log.length === 0)
				problems.push(`${operation.key}: ${said}`);
			await gateway.close();
		}
		expect(problems).toEqual([]);
		expect(policy.refusals()).toBe(0);
	}, 120_000);

	it('dropdowns, polls and the life cycle of triggers reach no blocked base URL', async () => {
		expect(await errandsAgainstTrap(provider)).toEqual([]);
	}, 60_000);
});

/** Operations that bring a file from an address that the provider names. */
const FILES_OF: ReadonlyArray<readonly [provider: string, operation: string]> = [
	['Velip', 'call/downloadRecording'],
	['Velip', 'audio/download'],
	['Voximplant Kit', 'call/downloadRecording'],
];

it.each(FILES_OF)('%s, %s: the file is not fetched from a blocked address', async (name, key) => {
	policy = usePolicy({ allowedIpRanges: ['127.0.0.0/8'] });
	const provider = providers.find((one) => one.name === name);
	const operation = provider?.operations.find((one) => one.key === key);
	if (provider === undefined || operation === undefined) throw new Error('no such operation');
	const said: string[] = [];
	// One request after the other is sent away, the last one being that for the file.
	for (const skip of [0, 1, 2]) {
		const gateway = await provider.start({ operation });
		const location = `http://[::1]:${trap.port}/file`;
		gateway.faults.add({ kind: 'redirect', location, times: 'always', skip });
		const { error } = await run(provider, gateway.url, gateway.parameters(operation));
		said.push(String(error?.message));
		await gateway.close();
	}
	// Velip gives its files in the answer itself, and requests are not redirected anywhere.
	const refused = name === 'Velip' ? /^Velip redirected the request to/ : BLOCKED;
	expect(said.filter((text) => refused.test(text)).length).toBeGreaterThan(0);
	expect(trap.connections).toBe(0);
});

it('the providers have dropdowns, polls and a life cycle at all', () => {
	const names = errands(providers.map(({ credential }) => credential)).map(({ name }) => name);
	expect(names.filter((name) => name.includes(', dropdown ')).length).toBeGreaterThan(10);
	expect(names.filter((name) => name.includes(', poll, '))).toHaveLength(4);
	expect(names).toContain('voximplantKitTrigger, create');
});

describe('Voicemod', () => {
	let sim: VoicemodSimulator;
	beforeAll(async () => {
		sim = await startVoicemodSimulator();
	});
	afterAll(async () => await sim.close());

	const READS = /^(sound|application)\/|\/get/;
	const ID = '0b0e7d39-3a04-4b0f-8d51-6a2f6e4f3c11';
	const world = { sound: ID, conversion: ID, song: ID };
	const credentials = (url: string): Record<string, ICredentialDataDecryptedObject> =>
		voicemodCredentials(sim, { baseUrl: url, tunaBaseUrl: `${url}/tuna` });
	const runCase = async (
		{ name, parameters }: (typeof CASES)[number],
		url: string,
		items: INodeExecutionData[] = FILES,
	) => {
		const [resource, operation] = name.split('/');
		return await runNode({
			node: 'voicemod',
			credentials: credentials(url),
			items,
			parameters: { resource, operation, ...parameters(world) },
			onError: 'continueRegularOutput',
		});
	};

	it('no operation reaches a blocked base URL', async () => {
		expect(WAV.length).toBeGreaterThan(0);
		const problems: string[] = [];
		for (const one of CASES) {
			const before = policy.refusals();
			const result = await runCase(one, trapUrl());
			problems.push(
				...problemsOf(one.name, READS.test(one.name), result, policy.refusals() - before),
			);
		}
		expect(problems).toEqual([]);
	}, 60_000);

	it.each(['sound/download', 'application/getCommunityVoiceImage'])(
		'%s: the file is not fetched from a blocked address',
		async (name) => {
			policy = usePolicy({ allowedIpRanges: ['127.0.0.1/32'] });
			const sound = sim.sounds()[0]?.id ?? '';
			const said: string[] = [];
			for (const skip of [0, 1]) {
				const location = `http://[::1]:${trap.port}/file`;
				sim.faults.add({ kind: 'redirect', location, times: 'always', skip });
				const [resource, operation] = name.split('/');
				const parameters = { resource, operation, findBy: 'id', id: sound };
				const { error } = await runNode({
					node: 'voicemod',
					credentials: voicemodCredentials(sim),
					parameters,
				});
				said.push(String(error?.message));
				sim.faults.clear();
			}
			expect(said.join()).toMatch(/network policy of this n8n|redirected the request/);
			expect(trap.connections).toBe(0);
		},
	);

	it('reaches what the policy allows', async () => {
		policy = usePolicy(LOOPBACK);
		const before = trap.connections;
		const [first] = CASES;
		if (first) await runCase(first, trapUrl());
		expect(trap.connections).toBeGreaterThan(before);
		await trap.close();
		trap = await startListener();
	});
});

describe('attachments that the custom channel trigger downloads', () => {
	const photo = (file_url: string) => ({ type: 'photo' as const, file_name: 'a.png', file_url });

	/** The payload of one signed event with these files, as it comes out. */
	async function received(addresses: string[], options: IDataObject = {}) {
		const sim = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
		const fields = channelCredentials(sim.url)[CREDENTIAL];
		const type = 'voximplantKitCustomChannelTrigger';
		const { getSecureEgressFilter } = (await webhookHelpers({
			type,
			credential: CREDENTIAL,
			fields,
		})) as { getSecureEgressFilter: unknown };
		const trigger = await startTrigger({ credentials: fields });
		trigger.helpers = { ...trigger.helpers, getSecureEgressFilter };
		trigger.parameters = { ...trigger.parameters, options: { downloadFiles: true, ...options } };
		sim.setOptions({ callbackUrl: trigger.url });
		await sim.agentReply('c1', { payload: addresses.map(photo) });
		await trigger.idle();
		const [item] = trigger.started;
		await trigger.close();
		await sim.close();
		return (item?.json.payload ?? []) as IDataObject[];
	}

	it('come from no blocked address, however it is written; the event is there all the same', async () => {
		const hosts = ['127.0.0.1', '[::1]', '[::]', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost'];
		const addresses = hosts.map((host) => `http://${host}:${trap.port}/a.png`);
		const payload = await received(addresses);
		expect(payload).toHaveLength(hosts.length);
		for (const entry of payload) expect(entry.downloadError).toMatch(BLOCKED);
		expect(trap.connections).toBe(0);
	});

	it('come from none through a proxy either', async () => {
		const seen = await throughProxy(async () => {
			const [entry] = await received([`${trapUrl()}/a.png`]);
			expect(entry?.downloadError).toMatch(BLOCKED);
		});
		expect([seen, trap.connections]).toEqual([[], 0]);
	});

	it('are not redirected to one', async () => {
		const mover = await startListener(
			(_, response) => {
				response.writeHead(302, { location: `http://[::1]:${trap.port}/a.png` }).end();
			},
			['127.0.0.1'],
		);
		policy = usePolicy({ allowedIpRanges: ['127.0.0.1/32'] });
		const [entry] = await received([`http://127.0.0.1:${mover.port}/a.png`]);
		expect(entry?.downloadError).toMatch(BLOCKED);
		expect([mover.requests.length, trap.connections]).toEqual([1, 0]);
		await mover.close();
	});

	it('come from what the policy allows', async () => {
		policy = usePolicy(LOOPBACK);
		const [allowed] = await received([`http://127.0.0.1:${trap.port}/a.png`]);
		expect(allowed).toMatchObject({ binaryField: 'attachment_0' });
		expect(trap.requests).toEqual(['GET /a.png']);
	});

	it('come as before on an older n8n, which has no such policy', async () => {
		const sim = await startVoximplantKitCustomChannelSimulator({ steerByText: false });
		const trigger = await startTrigger({ credentials: channelCredentials(sim.url)[CREDENTIAL] });
		expect(trigger.helpers).not.toHaveProperty('getSecureEgressFilter');
		trigger.parameters = { ...trigger.parameters, options: { downloadFiles: true } };
		sim.setOptions({ callbackUrl: trigger.url });
		await sim.agentReply('c1', { payload: [photo(`${trapUrl()}/b.png`)] });
		await trigger.idle();
		expect(trigger.started[0]?.json.payload).toMatchObject([{ binaryField: 'attachment_0' }]);
		await trigger.close();
		await sim.close();
	});
});
