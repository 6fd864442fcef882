/** Single requests: this node, bare undici, and n8n's HTTP Request node. */
import type { IDataObject } from 'n8n-workflow';

import type { SinglesJob, SinglesResult } from '../client/contenders';
import { Client } from '../processes';
import { median, type Row } from '../report';
import { LATENCY_MS, say, type Setting } from './setting';

const COUNT = 1000;
const CONCURRENCY = 50;
/** A process that has sent less than some thousand requests still compiles much of the time. */
const WARM_UPS = 8;

const JSON_ANSWERS = { response: { response: { responseFormat: 'json' } } };
const BATCHES = { batch: { batchSize: CONCURRENCY, batchInterval: LATENCY_MS } };

/**
 * The HTTP Request node has no limit of concurrent requests. Its two sensible settings for a list: everything at
 * once, or a batch of 50 as often as the gateway can answer one. The faster one of this run is compared.
 */
const SETTINGS: Record<string, IDataObject> = {
	'all at once': JSON_ANSWERS,
	[`${CONCURRENCY} every ${LATENCY_MS} ms`]: { ...JSON_ANSWERS, batching: BATCHES },
};

const SUBJECTS = ['node', 'undici', ...Object.keys(SETTINGS)];

function contenderOf(name: string): SinglesJob['contender'] {
	return name === 'node' || name === 'undici' ? name : 'http-request';
}

interface Measured extends SinglesResult {
	connections: number;
}

/** The three processes, and what was measured in them. */
class Race {
	private readonly clients: Record<SinglesJob['contender'], Client>;
	private readonly measured = new Map<string, Measured[]>(SUBJECTS.map((name) => [name, []]));
	/** The first requests of a new process, by contender. */
	readonly cold = new Map<SinglesJob['contender'], Measured>();
	/** Connections of this node in every round, the warm-up included. */
	readonly connections: number[] = [];

	constructor(private readonly setting: Setting) {
		const { folder, simulator } = setting;
		const client = () => new Client(folder, simulator.certificate);
		this.clients = { undici: client(), node: client(), 'http-request': client() };
	}

	async warmUp(): Promise<void> {
		const settings = Object.keys(SETTINGS);
		for (let round = 0; round < WARM_UPS; round++) {
			say(`  single requests, warm-up ${round + 1} of ${WARM_UPS}`);
			for (const name of ['undici', 'node', settings[round % settings.length] ?? '']) {
				await this.send(name);
			}
		}
	}

	async measure(): Promise<void> {
		const { rounds, simulator } = this.setting;
		for (let round = 1; round <= rounds; round++) {
			say(`  single requests, round ${round} of ${rounds}`);
			let before: string | undefined;
			for (const name of SUBJECTS) {
				// Unmeasured once, so that none is judged right after idling through the others' turns.
				if (contenderOf(name) !== before) await this.send(name);
				before = contenderOf(name);
				// The only one that keeps connections after its last request: it begins without any.
				if (name === 'node') await simulator.drained();
				this.of(name).push(await this.send(name));
			}
		}
	}

	of(name: string): Measured[] {
		return this.measured.get(name) ?? [];
	}

	async stop(): Promise<void> {
		await Promise.all(Object.values(this.clients).map(async (client) => await client.stop()));
	}

	private async send(name: string): Promise<Measured> {
		const { simulator } = this.setting;
		const contender = contenderOf(name);
		await simulator.reset();
		const result = await this.clients[contender].run('singles', {
			contender,
			target: simulator.target,
			count: COUNT,
			concurrency: CONCURRENCY,
			httpRequestOptions: SETTINGS[name],
		});
		const { accepted, connections } = await simulator.state();
		if (result.confirmed !== COUNT || accepted.total !== COUNT || accepted.maxPerId !== 1) {
			throw new Error(`${name}: ${result.confirmed} confirmed, ${accepted.total} accepted`);
		}
		const measured = { ...result, connections: connections.total };
		if (!this.cold.has(contender)) this.cold.set(contender, measured);
		if (contender === 'node') this.connections.push(measured.connections);
		return measured;
	}
}

const wall = ({ wallMs }: SinglesResult) => wallMs;
const cpu = ({ cpuMs }: SinglesResult) => cpuMs;

function rowsOf(race: Race): Row[] {
	const medianWall = (name: string) => median(race.of(name).map(wall));
	const [fastest = ''] = Object.keys(SETTINGS).sort((a, b) => medianWall(a) - medianWall(b));
	/** Round by round, so that what disturbs a round disturbs both sides. */
	const ratios = (value: (result: SinglesResult) => number, over: string, under: string) =>
		race.of(over).flatMap((result, index) => {
			const other = race.of(under)[index];
			return other === undefined ? [] : [value(result) / value(other)];
		});
	const row = (what: string, values: number[], unit: string, rest: Partial<Row> = {}): Row => ({
		section: `${COUNT} single requests, ${CONCURRENCY} at once`,
		what,
		values,
		unit,
		judged: 'median',
		...rest,
	});
	const label = (name: string) => {
		if (name === 'node') return 'this node';
		return name === 'undici' ? 'bare undici' : `HTTP Request, ${name}`;
	};
	const first = (contender: SinglesJob['contender']) => {
		const result = race.cold.get(contender);
		return result === undefined ? [] : [cpu(result) / COUNT];
	};
	return [
		row('Throughput, this node / HTTP Request', ratios(wall, fastest, 'node'), 'x', {
			target: { atLeast: 4 },
		}),
		row('Throughput, this node / bare undici', ratios(wall, 'undici', 'node'), 'x', {
			target: { atLeast: 0.75 },
		}),
		row('CPU per request, this node / HTTP Request', ratios(cpu, 'node', fastest), 'x', {
			target: { atMost: 0.25 },
		}),
		row('Connections, this node', race.connections, '', {
			target: { atMost: CONCURRENCY },
			judged: 'max',
		}),
		row(
			'Connections, HTTP Request',
			race.of(fastest).map((result) => result.connections),
			'',
			{
				judged: 'max',
			},
		),
		row('Throughput, bare undici / HTTP Request', ratios(wall, fastest, 'undici'), 'x'),
		...SUBJECTS.map((name) => {
			const values = race.of(name).map((result) => (COUNT / wall(result)) * 1000);
			return row(`Throughput, ${label(name)}`, values, 'requests/s');
		}),
		...SUBJECTS.map((name) => {
			const values = race.of(name).map((result) => cpu(result) / COUNT);
			return row(`CPU per request, ${label(name)}`, values, 'ms');
		}),
		row('CPU per request in a new process, this node', first('node'), 'ms'),
		row('CPU per request in a new process, HTTP Request', first('http-request'), 'ms'),
	];
}

export async function singles(setting: Setting): Promise<Row[]> {
	const race = new Race(setting);
	try {
		await race.warmUp();
		await race.measure();
	} finally {
		await race.stop();
	}
	return rowsOf(race);
}
