/** What large amounts cost at Velip: a list of 50,000 numbers in one request, and 100,000 call records page by page. */
import { Client, Simulator } from '../processes';
import type { Row } from '../report';
import { LATENCY_MS, say, type Setting } from './setting';

const LIST_ROWS = 50_000;
const CALLS = 100_000;
/** Velip's own limit of a page (velip.md §7.2). */
const PAGE = 5000;
const KIND = {
	provider: 'velip',
	key: 'benchTokenOfThirtyCharacters01',
	options: { lifecycle: 'manual' },
};

type What = 'list' | 'calls';
type Seen = Record<
	'seconds' | 'rssMb' | 'heapMb' | 'liveMb' | 'rowsMb' | 'sentMb' | 'requests' | 'rows',
	number
>;

/** One round: time and RSS in one process, what is in use in another one. */
async function round(folder: string, simulator: Simulator, what: What): Promise<Seen> {
	const count = what === 'list' ? LIST_ROWS : CALLS;
	const fn = what === 'list' ? 'CreateDestinationBase' : 'GetCallStatus';
	const measure = async (live: boolean) => {
		await simulator.reset();
		if (what === 'calls') await simulator.seedCalls(CALLS);
		const client = new Client(folder, simulator.certificate, ['--expose-gc']);
		try {
			return await client.run('velip', { target: simulator.target, what, count, live });
		} finally {
			await client.stop();
		}
	};
	const { wallMs, rssMb, heapMb, rows, rowsMb, sentMb } = await measure(false);
	const { requests } = await simulator.state();
	const { liveMb } = await measure(true);
	// One list was made to warm the process up.
	const asked = (requests[fn] ?? 0) - (what === 'list' ? 1 : 0);
	const seconds = wallMs / 1000;
	return { seconds, rssMb, heapMb, liveMb, rowsMb, sentMb, requests: asked, rows };
}

export async function velip({ folder }: Setting, rounds = 3): Promise<Row[]> {
	const simulator = await Simulator.start(folder, LATENCY_MS, KIND);
	const seen: Record<What, Seen[]> = { list: [], calls: [] };
	try {
		for (let count = 1; count <= rounds; count++) {
			say(`  velip, round ${count} of ${rounds}`);
			for (const what of ['list', 'calls'] as const)
				seen[what].push(await round(folder, simulator, what));
		}
	} finally {
		await simulator.stop();
	}
	const row = (
		what: What,
		name: string,
		pick: (one: Seen) => number,
		unit: string,
		judged: Row['judged'],
		target?: Row['target'],
	): Row => ({
		section:
			what === 'list'
				? `Velip: ${LIST_ROWS} rows to a destination list`
				: `Velip: ${CALLS} call records`,
		what: name,
		values: seen[what].map(pick),
		unit,
		judged,
		target,
	});
	const memory = (what: What, rows: string, atMost: number) => [
		row(what, `Memory in use / ${rows}`, (one) => one.liveMb / one.rowsMb, 'x', 'median', {
			atMost,
		}),
		row(
			what,
			`${rows[0]?.toUpperCase()}${rows.slice(1)}, in memory`,
			(one) => one.rowsMb,
			'MB',
			'median',
		),
		row(what, 'Most memory in use, above the input', (one) => one.liveMb, 'MB', 'median'),
		row(what, 'Peak memory, above the input (RSS)', (one) => one.rssMb, 'MB', 'max'),
		row(what, 'Peak memory, above the input (heap)', (one) => one.heapMb, 'MB', 'max'),
		row(what, 'Time', (one) => one.seconds, 's', 'median'),
	];
	return [
		row('list', 'Requests', (one) => one.requests, '', 'max', { atMost: 1 }),
		row('list', 'Numbers in the list', (one) => one.rows, '', 'min', { atLeast: LIST_ROWS }),
		...memory('list', 'the input rows', 2),
		row('list', 'The records in the request', (one) => one.sentMb, 'MB', 'median'),
		row('calls', 'Requests', (one) => one.requests, '', 'max', { atMost: CALLS / PAGE }),
		row('calls', 'Different calls', (one) => one.rows, '', 'min', { atLeast: CALLS }),
		...memory('calls', 'the output rows', 2),
	];
}
