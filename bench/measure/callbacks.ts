/** How long a callback takes in a real n8n: each webhook trigger beside n8n's own Webhook node. */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Row } from '../report';
import { median } from '../report';
import type { CallbackHost, Contender, Kind } from './callbackHost';
import { startCallbackHost } from './callbackHost';
import { say, type Setting } from './setting';

/** Calls of each contender in a round. */
const CALLS: Readonly<Record<Kind, number>> = { accepted: 60, refused: 40, large: 20, deep: 20 };
/** The contenders take turns after so many. */
const BLOCK = 10;
const WARM_UP = 20;
const AT_MOST = 4;
/** An idle n8n uses less in a moment. */
const IDLE_SECONDS = 0.011;
const MOMENT_MS = 40;

const TITLES: Readonly<Record<Kind, string>> = {
	accepted: 'genuine callback',
	refused: 'forged callback',
	large: 'forged, 1 MB',
	deep: 'forged, 100,000 levels deep',
};

interface Turn {
	ms: number[];
	cpuMs: number;
}

type Round = Map<string, Turn>;

const keyOf = (kind: Kind, { name }: Contender) => `${kind} ${name}`;

async function post(agent: Agent, { url, body, headers }: ReturnType<Contender['call']>) {
	return await new Promise<number>((resolve, reject) => {
		const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
			answer.resume();
			answer.on('error', reject);
			answer.on('end', () => resolve(answer.statusCode ?? 0));
		});
		sent.on('error', reject);
		sent.setHeader('content-length', body.length);
		sent.end(body);
	});
}

/** Resolves when n8n has nothing to do, so that no contender pays for the runs that another has started. */
async function idle({ cpuSeconds }: CallbackHost): Promise<void> {
	for (let tries = 0; tries < 100; tries++) {
		const before = cpuSeconds() ?? 0;
		await sleep(MOMENT_MS);
		if ((cpuSeconds() ?? 0) - before <= IDLE_SECONDS) return;
	}
}

class Caller {
	private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
	private number = 1000;

	constructor(private readonly host: CallbackHost) {}

	async block(contender: Contender, kind: Kind, calls: number): Promise<Turn> {
		const wanted = kind === 'accepted' ? [200] : contender.refusals;
		const ms: number[] = [];
		const cpu = this.host.cpuSeconds() ?? 0;
		for (let index = 0; index < calls; index++) {
			this.number += 1;
			const call = contender.call(kind, this.number);
			const begun = performance.now();
			const status = await post(this.agent, call);
			ms.push(performance.now() - begun);
			if (!wanted.includes(status)) {
				throw new Error(`${contender.name} answered ${status}: ${TITLES[kind]}`);
			}
		}
		await idle(this.host);
		return { ms, cpuMs: ((this.host.cpuSeconds() ?? NaN) - cpu) * 1000 };
	}

	/** Every contender with every kind, in turns. */
	async round(): Promise<Round> {
		const seen: Round = new Map();
		for (const [kind, calls] of Object.entries(CALLS) as Array<[Kind, number]>) {
			for (let done = 0; done < calls; done += BLOCK) {
				for (const contender of this.host.contenders) {
					const { ms, cpuMs } = await this.block(contender, kind, BLOCK);
					const before = seen.get(keyOf(kind, contender)) ?? { ms: [], cpuMs: 0 };
					const all = { ms: [...before.ms, ...ms], cpuMs: before.cpuMs + cpuMs };
					seen.set(keyOf(kind, contender), all);
				}
			}
		}
		return seen;
	}

	async warmUp(): Promise<void> {
		for (const contender of this.host.contenders) {
			await this.block(contender, 'accepted', WARM_UP);
			await this.block(contender, 'refused', BLOCK);
		}
	}

	close(): void {
		this.agent.destroy();
	}
}

function p99(ms: number[]): number {
	const sorted = [...ms].sort((a, b) => a - b);
	return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN;
}

function rowsOf(kind: Kind, contenders: Contender[], rounds: Round[]): Row[] {
	const [core, ...triggers] = contenders;
	const each = (contender: Contender | undefined, pick: (turn: Turn) => number) =>
		rounds.map((round) => {
			const turn = contender && round.get(keyOf(kind, contender));
			return turn === undefined ? NaN : pick(turn);
		});
	const row = (what: string, values: number[], unit: string, target?: Row['target']): Row => ({
		...{ section: `Callbacks in n8n: ${TITLES[kind]}`, what, values, unit, target },
		judged: 'median',
	});
	const ratios = (contender: Contender, pick: (turn: Turn) => number) => {
		const bases = each(core, pick);
		return each(contender, pick).map((value, index) => value / (bases[index] ?? NaN));
	};
	const p50 = ({ ms }: Turn) => median(ms);
	const cpu = ({ cpuMs, ms }: Turn) => cpuMs / ms.length;
	const hasCpu = each(core, cpu).every((value) => Number.isFinite(value));
	return [
		...triggers.map((one) =>
			row(
				`p99, ${one.name} / Webhook`,
				ratios(one, (turn) => p99(turn.ms)),
				'x',
				{
					atMost: AT_MOST,
				},
			),
		),
		...triggers.map((one) => row(`p50, ${one.name} / Webhook`, ratios(one, p50), 'x')),
		...contenders.map((one) => row(`p50, ${one.name}`, each(one, p50), 'ms')),
		...contenders.map((one) =>
			row(
				`p99, ${one.name}`,
				each(one, (turn) => p99(turn.ms)),
				'ms',
			),
		),
		...(hasCpu ? contenders.map((one) => row(`CPU, ${one.name}`, each(one, cpu), 'ms')) : []),
	];
}

export async function callbacks({ folder, rounds }: Setting): Promise<Row[]> {
	say('  callbacks: starting n8n');
	const host = await startCallbackHost(folder);
	const caller = new Caller(host);
	const seen: Round[] = [];
	try {
		await caller.warmUp();
		for (let count = 1; count <= rounds; count++) {
			say(`  callbacks, round ${count} of ${rounds}`);
			seen.push(await caller.round());
		}
	} finally {
		caller.close();
		await host.stop();
	}
	const kinds = Object.keys(CALLS) as Kind[];
	return kinds.flatMap((kind) => rowsOf(kind, host.contenders, seen));
}
