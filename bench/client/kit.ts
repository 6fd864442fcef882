import { performance } from 'node:perf_hooks';

import type { IDataObject } from 'n8n-workflow';

import type { Target } from './contenders';
import { runInEngine } from './engine';
import { liveMb, watchLive, watchMemory } from './memory';

export interface KitJob {
	target: Target;
	/** Account name. */
	domain: string;
	count: number;
	/** Whether to look at what is really in use, which takes longer, or at time and RSS. */
	live: boolean;
}

export interface KitResult {
	wallMs: number;
	/** Peak above what was used before the node ran, the input being there; only where `live` is off. */
	rssMb: number;
	heapMb: number;
	/** Most memory in use while the node ran, above the same; only where `live` is on. */
	liveMb: number;
	/** What the rows that go in and those that come out take in memory. */
	inputMb: number;
	outputMb: number;
	/** Items that came out as accepted, each with its own number and its own input item. */
	paired: number;
}

/** A collection among 100,000 items takes much longer than the usual pause between two of them. */
const LIVE_SAMPLE_MS = 1000;

const PEOPLE = ['Maria', 'João', 'Ana', 'José'];
const phoneOf = (index: number) => `1555${1_000_000 + index}`;

/** What a spreadsheet node would have given. */
function makeRows(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, index) => ({
		phone: `+${phoneOf(index)}`,
		name: `${PEOPLE[index % 4]} Silva ${index}`,
		order: `A-${100_000 + index}`,
		amount: (index % 1000) / 10,
	}));
}

const assigned = (names: string[]) => ({
	assignments: names.map((name) => ({
		id: name,
		name,
		value: `={{ $json.${name} }}`,
		type: 'string',
	})),
});

async function run({ target, domain }: KitJob, parameters: IDataObject, rows: IDataObject[]) {
	const { url } = target;
	return await runInEngine(
		{
			node: 'voximplantKit',
			credential: {
				domain,
				accessToken: target.key,
				region: 'custom',
				apiHost: url,
				messagingHost: url,
				ctiHost: url,
			},
			parameters,
		},
		rows,
	);
}

async function createCampaign(job: KitJob): Promise<string> {
	const parameters = {
		resource: 'campaign',
		operation: 'createAutomated',
		title: 'Bench',
		scenarioId: { __rl: true, mode: 'id', value: '17828' },
		phoneNumberIds: [610],
		region: 'europe',
		maxLines: 10,
		maxAttempts: 1,
		additionalFields: {},
		options: {},
	};
	const [item] = await run(job, parameters, [{}]);
	return String(item?.json.id);
}

/** Adds many contacts to one campaign. Wants a process of its own, with `--expose-gc`. */
export async function runKit(job: KitJob): Promise<KitResult> {
	const { count, live } = job;
	const append = {
		resource: 'campaignContact',
		operation: 'append',
		campaignId: { __rl: true, mode: 'id', value: await createCampaign(job) },
		phone1: '={{ $json.phone }}',
		variablesFrom: 'chosen',
		variables: assigned(['name', 'order', 'amount']),
		additionalFields: {},
		options: { timeout: 50 },
	};
	// Loads what is loaded on first use.
	await run(job, append, makeRows(1));
	const before = liveMb();
	const input = makeRows(count);
	const inputMb = liveMb() - before;

	const watch = live ? watchLive(LIVE_SAMPLE_MS) : undefined;
	const memory = live ? undefined : watchMemory();
	const started = performance.now();
	const items = await run(job, append, input);
	const wallMs = performance.now() - started;
	const peak = memory?.stop() ?? { rssMb: NaN, heapMb: NaN };
	const most = watch?.stop() ?? NaN;
	const isPaired = ({ json, pairedItem }: (typeof items)[number], index: number) =>
		json.outcome === 'accepted' &&
		json.phone1 === phoneOf(index) &&
		(pairedItem as { item: number }).item === index;
	const paired = items.filter(isPaired).length;
	const outputMb = liveMb() - before - inputMb;
	return { wallMs, ...peak, liveMb: most, inputMb, outputMb, paired };
}
