import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Target } from './client/contenders';
import type { JobName, Jobs, Order, Reply } from './client/main';

export const ROOT = path.resolve(__dirname, '..');

const JOB_LIMIT_MS = 240_000;
/** Both sides close an idle connection after 4 or 5 seconds. */
const DRAIN_LIMIT_MS = 8_000;

/** The part of the simulator's state that is counted. */
export interface SimulatorState {
	requests: Record<string, number>;
	accepted: { total: number; ids: number; maxPerId: number };
	connections: { total: number; open: number; peak: number; peakInFlight: number };
}

/** Which simulator runs, and how. */
export interface SimulatorKind {
	readonly provider: string;
	readonly key: string;
	readonly options: object;
}

const ALPHASMS: SimulatorKind = {
	provider: 'alphasms',
	key: 'bench-key',
	options: { lifecycle: 'manual', balance: 1e9 },
};

/** The TLS simulator in a process of its own, steered over its control endpoints. */
export class Simulator {
	private readonly agent: Agent;

	private constructor(
		private readonly child: ChildProcess,
		readonly target: Target,
		/** PEM file for NODE_EXTRA_CA_CERTS. */
		readonly certificate: string,
	) {
		this.agent = new Agent({ ca: readFileSync(certificate), keepAlive: true, maxSockets: 1 });
	}

	static async start(
		folder: string,
		latencyMs: number,
		{ provider, key, options }: SimulatorKind = ALPHASMS,
	): Promise<Simulator> {
		const certificate = path.join(folder, `${provider}.pem`);
		const child = spawn(
			process.execPath,
			[
				...['--import', 'tsx', path.join(ROOT, 'test/simulators/cli.ts'), provider],
				...['--key', key, '--log', 'counts', '--latency-ms', String(latencyMs)],
				...['--tls', '--tls-cert', certificate, '--watch-stdin'],
				...['--options', JSON.stringify(options)],
			],
			{ cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] },
		);
		const [line] = (await Promise.race([
			once(createInterface(child.stdout), 'line'),
			once(child, 'exit').then(() => Promise.reject(new Error('The simulator did not start'))),
		])) as [string];
		return new Simulator(child, JSON.parse(line) as Target, certificate);
	}

	async state(): Promise<SimulatorState> {
		return (await this.control('GET', 'state')) as SimulatorState;
	}

	/** Number by message id, for everything that was accepted since the last reset. */
	async phones(): Promise<Map<number, string>> {
		const messages = (await this.control('GET', 'messages')) as Array<{
			id?: unknown;
			phone?: unknown;
		}>;
		return new Map(messages.map(({ id, phone }) => [Number(id), String(phone)]));
	}

	/** Resolves when every client connection is closed, so that no round inherits another's. */
	async drained(): Promise<void> {
		const limit = Date.now() + DRAIN_LIMIT_MS;
		while ((await this.state()).connections.open > 0 && Date.now() < limit) await sleep(50);
	}

	/** Forgets all messages and starts counting anew. */
	async reset(): Promise<void> {
		await this.control('POST', 'reset');
	}

	/** Adds finished calls of the past; Velip only. */
	async seedCalls(calls: number): Promise<void> {
		await this.control('POST', 'seed', { calls });
	}

	async stop(): Promise<void> {
		this.agent.destroy();
		await stop(this.child, () => this.child.stdin?.end());
	}

	private async control(method: string, action: string, body?: object): Promise<unknown> {
		const url = `${this.target.url}/__sim/${action}`;
		return await new Promise((resolve, reject) => {
			const sent = request(url, { method, agent: this.agent }, (answer) => {
				const chunks: Buffer[] = [];
				answer.on('data', (chunk: Buffer) => chunks.push(chunk));
				answer.on('error', reject);
				answer.on('end', () => {
					const text = Buffer.concat(chunks).toString();
					if (answer.statusCode === 200) resolve(JSON.parse(text));
					else
						reject(new Error(`The simulator answered ${answer.statusCode}: ${text.slice(0, 200)}`));
				});
			});
			sent.on('error', reject);
			sent.end(body && JSON.stringify(body));
		});
	}
}

async function stop(child: ChildProcess, ask: () => void): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	ask();
	const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
	await ended;
	clearTimeout(timer);
}

/** A measured process (`client/main.ts`), which trusts the simulator's certificate. */
export class Client {
	private readonly child: ChildProcess;

	constructor(folder: string, certificate: string, nodeFlags: string[] = []) {
		this.child = fork(path.join(__dirname, 'client/main.ts'), {
			cwd: ROOT,
			execArgv: [...nodeFlags, '--import', 'tsx'],
			env: {
				...clean(process.env),
				NODE_ENV: 'production',
				NODE_EXTRA_CA_CERTS: certificate,
				N8N_USER_FOLDER: folder,
			},
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
	}

	async run<N extends JobName>(name: N, job: Jobs[N][0]): Promise<Jobs[N][1]> {
		const settled = new AbortController();
		const { signal } = settled;
		const limit = setTimeout(() => settled.abort(), JOB_LIMIT_MS);
		const ended = once(this.child, 'exit', { signal }).then(() =>
			Promise.reject(new Error(`The measured process ended during "${name}"`)),
		);
		try {
			this.child.send({ name, job } as Order);
			const answered = once(this.child, 'message', { signal });
			const [reply] = (await Promise.race([answered, ended])) as [Reply];
			if ('error' in reply) throw new Error(`"${name}" failed: ${reply.error}`);
			return reply.result as Jobs[N][1];
		} finally {
			clearTimeout(limit);
			settled.abort();
			ended.catch(() => undefined);
		}
	}

	async stop(): Promise<void> {
		await stop(this.child, () => this.child.disconnect());
	}
}

/** An environment without proxies, n8n settings and loader options that would change what is measured. */
export function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const foreign = /^(N8N_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|https?_proxy$|all_proxy$|no_proxy$)/i;
	return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}
