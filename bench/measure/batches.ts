/** A long list in few requests: how many, whether every item gets its own answer, and how much memory it takes. */
import { phoneOf } from '../client/messages';
import { Client } from '../processes';
import type { Row } from '../report';
import { say, type Setting } from './setting';

const COUNT = 10_000;
const BATCH_SIZE = 100;

export async function batches({ folder, simulator }: Setting, rounds = 3): Promise<Row[]> {
	const seen: Array<Record<'requests' | 'paired' | 'rssMb' | 'heapMb' | 'seconds', number>> = [];
	for (let round = 1; round <= rounds; round++) {
		say(`  batches, round ${round} of ${rounds}`);
		const client = new Client(folder, simulator.certificate, ['--expose-gc']);
		try {
			const { target } = simulator;
			await simulator.reset();
			const job = { target, count: COUNT, batchSize: BATCH_SIZE };
			const { wallMs, rssMb, heapMb, paired, sent } = await client.run('batches', job);
			const { requests, accepted } = await simulator.state();
			// The simulator's own memory tells whether the id of each item really went to its number.
			const stored = await simulator.phones();
			const right = sent.filter(
				([id, phone], index) => phone === phoneOf(index) && stored.get(id) === phone,
			).length;
			if (accepted.maxPerId !== 1) throw new Error('A message was sent twice');
			const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
			// One of them was the single message that warmed the process up.
			seen.push({
				...{ requests: total - 1, paired: Math.min(paired, right) },
				...{ rssMb, heapMb, seconds: wallMs / 1000 },
			});
		} finally {
			await client.stop();
		}
	}
	const section = `${COUNT} SMS in batches of ${BATCH_SIZE}`;
	const row = (
		what: string,
		key: keyof (typeof seen)[number],
		unit: string,
		judged: Row['judged'],
		target?: Row['target'],
	): Row => ({ section, what, values: seen.map((one) => one[key]), unit, judged, target });
	return [
		row('Requests', 'requests', '', 'max', { atMost: COUNT / BATCH_SIZE }),
		row('Items paired with their own result', 'paired', '', 'min', { atLeast: COUNT }),
		row('Peak memory above baseline (RSS)', 'rssMb', 'MB', 'max', { atMost: 150 }),
		row('Peak memory above baseline (heap)', 'heapMb', 'MB', 'max', { atMost: 150 }),
		row('Time', 'seconds', 's', 'median'),
	];
}
