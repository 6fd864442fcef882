/**
 * An hour's worth of traffic in five minutes, with faults all the time: memory flat, sockets returned, no
 * unhandled rejection, nothing sent twice. `npm run test:soak`, or `npm run test:soak -- --seconds 60`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAlphaSmsSimulator } from '../simulators/alphasms';
import type { Fault } from '../simulators/core/faults';
import { startVelipSimulator } from '../simulators/velip';
import type { Outcome, Plan, Sample } from './traffic';

const ARTIFACTS = join(__dirname, '..', '..', 'artifacts');
const RESULTS = join(ARTIFACTS, 'results');
const FAULT_EVERY_MS = 2000;
const FAULTS: Fault[] = [
	{ kind: 'status', status: 429, retryAfter: 1 },
	{ kind: 'resetBeforeBody' },
	{ kind: 'resetAfterBody' },
	{ kind: 'resetMidResponse', afterProcessing: true },
	{ kind: 'status', status: 503 },
	{ kind: 'html', status: 502 },
	{ kind: 'truncatedJson', afterProcessing: true },
	{ kind: 'stallHeaders' },
	{ kind: 'okWithError', error: 'Error in Alpha-name' },
	{ kind: 'closeIdle' },
];
/** Growth of what is in use, over all of the time after the warm-up. */
const MAX_GROWTH_MB = 4;

async function run(plan: Plan): Promise<Outcome> {
	const child = fork(join(__dirname, 'client.ts'), [], {
		execArgv: ['--expose-gc', '--import', 'tsx'],
		silent: true,
	});
	// The engine prints every failed run.
	const log = createWriteStream(join(ARTIFACTS, 'soak.log'));
	child.stdout?.pipe(log, { end: false });
	child.stderr?.pipe(log, { end: false });
	child.send(plan);
	const answer = once(child, 'message').then(([outcome]) => outcome as Outcome);
	const end = once(child, 'exit').then(([code]) => {
		throw new Error(`The process under test ended with ${String(code)}`);
	});
	return await Promise.race([answer, end]);
}

const middle = (numbers: number[]) =>
	[...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Middle of the last third less that of the first third, so that one sample decides nothing. */
function growth(samples: Sample[]): number {
	const third = Math.max(1, Math.floor(samples.length / 3));
	const live = samples.map((sample) => sample.liveMb);
	return middle(live.slice(-third)) - middle(live.slice(0, third));
}

async function main(): Promise<number> {
	mkdirSync(RESULTS, { recursive: true });
	const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' } } });
	const seconds = Number(values.seconds);
	const quiet = { log: 'counts', lifecycle: 'manual', latencyMs: 20 } as const;
	const gateway = await startAlphaSmsSimulator({ ...quiet, duplicateIds: 'accept', balance: 1e9 });
	const velip = await startVelipSimulator(quiet);
	velip.seedCalls(200, { spanMs: 60_000 });
	let next = 0;
	const timer = setInterval(() => {
		const fault = FAULTS[next % FAULTS.length];
		next += 1;
		if (fault) gateway.faults.add({ ...fault });
	}, FAULT_EVERY_MS);
	const outcome = await run({
		seconds,
		alphaSms: { url: gateway.url, key: gateway.apiKey },
		velip: { url: velip.url, key: velip.apiKey },
	}).finally(() => clearInterval(timer));

	const { samples, unhandled, openSockets, failures, ...amounts } = outcome;
	const warm = samples.filter(({ second }) => second >= seconds / 5);
	const grown = growth(warm);
	const faulty = gateway.faults.log.length;
	const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
	const checks: Array<[string, boolean]> = [
		[
			`memory is flat: ${grown.toFixed(1)} MB more in the last third than in the first`,
			grown < MAX_GROWTH_MB,
		],
		[`sockets are returned: ${openSockets} open`, openSockets === 0],
		[`${unhandled.length} unhandled rejections ${unhandled.join('; ')}`, unhandled.length === 0],
		[`no message twice: at most ${gateway.maxPerId} per id`, gateway.maxPerId === 1],
		[
			`what the node counts as sent has arrived: ${amounts.sent} of ${gateway.acceptedTotal}`,
			amounts.sent > 0 && amounts.sent <= gateway.acceptedTotal,
		],
		[
			`faults showed: ${faulty} of them, ${failed} runs failed`,
			faulty > 0 && failed > 0 && failed <= faulty,
		],
	];
	const last = samples.at(-1);
	process.stdout.write(
		`${seconds} s: ${JSON.stringify(amounts)}; in use ${warm[0]?.liveMb.toFixed(1)} to ${last?.liveMb.toFixed(1)} MB, RSS ${last?.rssMb.toFixed(0)} MB, at most ${gateway.connections.peak} connections\n`,
	);
	for (const [words, count] of Object.entries(failures))
		process.stdout.write(`  ${count} × ${words}\n`);
	for (const [name, good] of checks) process.stdout.write(`${good ? '✓' : '✗'} ${name}\n`);
	await Promise.all([gateway.close(), velip.close()]);

	const bad = checks.filter(([, good]) => !good).length;
	const report = { passed: checks.length - bad, failed: bad };
	writeFileSync(join(RESULTS, 'soak.json'), `${JSON.stringify(report)}\n`);
	return bad === 0 ? 0 : 1;
}

main()
	.then((code) => process.exit(code))
	.catch((error: unknown) => {
		process.stderr.write(`${String(error)}\n`);
		process.exit(1);
	});
