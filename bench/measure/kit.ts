/** What large amounts cost at Voximplant Kit: 100,000 input items become contacts of a campaign. */
import { Client, Simulator } from '../processes';
import type { Row } from '../report';
import { LATENCY_MS, say, type Setting } from './setting';

const CONTACTS = 100_000;
/** Kit's own limit of a request (voximplant-kit.md §5.6). */
const PER_REQUEST = 5000;
const APPEND = 'v3/campaigns/appendContacts';
const DOMAIN = 'acme';
const KIND = {
	provider: 'voximplantKit',
	key: 'bench-kit-token',
	options: { lifecycle: 'manual', keep: 'counts', steerByPhone: false, domain: DOMAIN },
};

type Seen = Record<
	| 'seconds'
	| 'rssMb'
	| 'heapMb'
	| 'liveMb'
	| 'inputMb'
	| 'outputMb'
	| 'requests'
	| 'accepted'
	| 'paired',
	number
>;

/** One round: time and RSS in one process, what is in use in another one. */
async function round(folder: string, simulator: Simulator): Promise<Seen> {
	const measure = async (live: boolean) => {
		await simulator.reset();
		const client = new Client(folder, simulator.certificate, ['--expose-gc']);
		try {
			const job = { target: simulator.target, domain: DOMAIN, count: CONTACTS, live };
			return await client.run('kit', job);
		} finally {
			await client.stop();
		}
	};
	const { wallMs, ...seen } = await measure(false);
	const { requests, accepted } = await simulator.state();
	const { liveMb } = await measure(true);
	return {
		...seen,
		liveMb,
		seconds: wallMs / 1000,
		// One contact was added to warm the process up.
		requests: (requests[APPEND] ?? 0) - 1,
		accepted: accepted.total - 1,
	};
}

export async function kit({ folder }: Setting, rounds = 3): Promise<Row[]> {
	const simulator = await Simulator.start(folder, LATENCY_MS, KIND);
	const seen: Seen[] = [];
	try {
		for (let count = 1; count <= rounds; count++) {
			say(`  kit, round ${count} of ${rounds}`);
			seen.push(await round(folder, simulator));
		}
	} finally {
		await simulator.stop();
	}
	const row = (
		what: string,
		pick: (one: Seen) => number,
		unit: string,
		judged: Row['judged'],
		target?: Row['target'],
	): Row => ({
		section: `Voximplant Kit: ${CONTACTS} contacts to a campaign`,
		what,
		values: seen.map(pick),
		unit,
		judged,
		target,
	});
	const held = (one: Seen) => one.liveMb / (one.inputMb + one.outputMb);
	return [
		row('Requests', ({ requests }) => requests, '', 'max', { atMost: CONTACTS / PER_REQUEST }),
		row('Contacts taken', ({ accepted }) => accepted, '', 'min', { atLeast: CONTACTS }),
		row('Items paired with their own result', ({ paired }) => paired, '', 'min', {
			atLeast: CONTACTS,
		}),
		row('Memory in use / the input and output rows', held, 'x', 'median', { atMost: 2 }),
		row('The input rows, in memory', ({ inputMb }) => inputMb, 'MB', 'median'),
		row('The output rows, in memory', ({ outputMb }) => outputMb, 'MB', 'median'),
		row('Most memory in use, above the input', ({ liveMb }) => liveMb, 'MB', 'median'),
		row('Peak memory, above the input (RSS)', ({ rssMb }) => rssMb, 'MB', 'max'),
		row('Peak memory, above the input (heap)', ({ heapMb }) => heapMb, 'MB', 'max'),
		row('Time', ({ seconds }) => seconds, 's', 'median'),
	];
}
