import { performance } from 'node:perf_hooks';

import type { IDataObject } from 'n8n-workflow';

import type { Target } from './contenders';
import { runInEngine } from './engine';
import { liveMb, watchLive, watchMemory } from './memory';

export interface VelipJob {
	target: Target;
	/** Rows to a destination list, or call records from Velip. */
	what: 'list' | 'calls';
	count: number;
	/** Whether to look at what is really in use, which takes longer, or at time and RSS. */
	live: boolean;
}

export interface VelipResult {
	wallMs: number;
	/** Peak above what was used before the node ran, the input being there; only where `live` is off. */
	rssMb: number;
	heapMb: number;
	/** Most memory in use while the node ran, above the same; only where `live` is on. */
	liveMb: number;
	/** What the rows take in memory: those that go in, or those that come out. */
	rowsMb: number;
	/** Bytes of the records that went in the request, as Velip tells them. */
	sentMb: number;
	/** Numbers that the list holds, or different calls that came out. */
	rows: number;
}

const PEOPLE = ['Maria', 'João', 'Ana', 'José'];

/** What a spreadsheet node would have given. */
function makeRows(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, index) => ({
		number: `55119${80_000_000 + index}`,
		name: `${PEOPLE[index % 4]} Silva ${index}`,
		codcli: String(100_000 + index),
		extra1: `Order ${index}`,
		extra2: `${(index % 28) + 1} June`,
		extra3: `R$ ${index % 1000},00`,
	}));
}

async function run({ target, what }: Pick<VelipJob, 'target' | 'what'>, rows: IDataObject[]) {
	const operations = {
		list: { resource: 'destinationList', operation: 'createFromItems', name: 'Bench' },
		calls: { resource: 'call', operation: 'getAll', returnAll: true },
	};
	return await runInEngine(
		{
			node: 'velip',
			credential: { baseUrl: target.url, authentication: 'bearer', token: target.key },
			parameters: { ...operations[what], additionalFields: {}, options: { timeout: 50 } },
		},
		rows,
	);
}

/** Makes one big list, or reads all call records. Wants a process of its own, with `--expose-gc`. */
export async function runVelip(job: VelipJob): Promise<VelipResult> {
	const { what, count, live } = job;
	// Loads what is loaded on first use.
	await run({ ...job, what: 'list' }, makeRows(1));
	const before = liveMb();
	const input = what === 'list' ? makeRows(count) : [{}];
	const inputMb = liveMb() - before;

	const watch = live ? watchLive() : undefined;
	const memory = live ? undefined : watchMemory();
	const started = performance.now();
	const items = await run(job, input);
	const wallMs = performance.now() - started;
	const peak = memory?.stop() ?? { rssMb: NaN, heapMb: NaN };
	const most = watch?.stop() ?? NaN;

	const isList = what === 'list';
	const sentMb = Number(items[0]?.json.base_size) / 1024 / 1024;
	const ids = new Set(items.map(({ json }) => json.cd_id));
	const rows = isList ? Number(items[0]?.json.num_dest) : ids.size;
	if (items.length !== (isList ? 1 : count)) throw new Error(`${items.length} output items`);
	ids.clear();
	const outputMb = liveMb() - before - inputMb;
	return { wallMs, ...peak, liveMb: most, rowsMb: isList ? inputMb : outputMb, sentMb, rows };
}
