/**
 * The numbers this package promises, measured against the TLS simulator. How to read them: docs/BENCHMARKS.md.
 *
 * Usage: npm run bench -- [--json <file>] [--strict] [--rounds <n>] [--only singles,batches,startup,webhook,callbacks,velip,kit,control]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { batches } from './measure/batches';
import { callbacks } from './measure/callbacks';
import { control } from './measure/control';
import { kit } from './measure/kit';
import { LATENCY_MS } from './measure/setting';
import { singles } from './measure/singles';
import { startUp } from './measure/startUp';
import { velip } from './measure/velip';
import { webhook } from './measure/webhook';
import { ROOT, Simulator } from './processes';
import type { Row } from './report';
import { table, valueOf, verdictOf } from './report';

const PARTS = { singles, batches, startup: startUp, webhook, callbacks, velip, kit, control };

function versions(): Record<string, string> {
	const version = (folder: string) => {
		const file = path.join(ROOT, folder, 'package.json');
		return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
	};
	return {
		Node: process.versions.node,
		n8n: version('demo/node_modules/n8n'),
		'n8n-nodes-base': version('demo/node_modules/n8n-nodes-base'),
		undici: version('node_modules/undici'),
		'this package': version('.'),
	};
}

async function main(): Promise<number> {
	const { values: options } = parseArgs({
		options: {
			json: { type: 'string' },
			strict: { type: 'boolean', default: false },
			rounds: { type: 'string', default: '5' },
			only: { type: 'string', default: Object.keys(PARTS).join(',') },
		},
	});
	const parts = options.only.split(',').map((name) => {
		if (name in PARTS) return PARTS[name as keyof typeof PARTS];
		throw new Error(`There is no part "${name}"; one or more of: ${Object.keys(PARTS).join(', ')}`);
	});
	const rounds = Number(options.rounds);
	if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number');

	const started = Date.now();
	const folder = mkdtempSync(path.join(tmpdir(), 'voice-bench-'));
	let simulator: Simulator | undefined;
	const rows: Row[] = [];
	try {
		simulator = await Simulator.start(folder, LATENCY_MS);
		for (const part of parts) rows.push(...(await part({ folder, simulator, rounds })));
	} finally {
		await simulator?.stop();
		rmSync(folder, { recursive: true, force: true });
	}

	const cores = availableParallelism();
	const seconds = Math.round((Date.now() - started) / 1000);
	const used = Object.entries(versions()).map(([name, version]) => `${name} ${version}`);
	const missed = rows.filter((row) => verdictOf(row) === 'MISS').length;
	console.log(`${used.join(', ')}; ${cores} cores; TLS, ${LATENCY_MS} ms latency; ${seconds} s\n`);
	console.log(table(rows));
	console.log(
		`\n${missed === 0 ? 'All targets are met.' : `${missed} of the targets are missed.`}`,
	);
	if (options.json !== undefined) {
		const results = rows.map((row) => ({ ...row, value: valueOf(row), verdict: verdictOf(row) }));
		const content = { versions: versions(), cores, latencyMs: LATENCY_MS, seconds, results };
		writeFileSync(options.json, `${JSON.stringify(content, null, 2)}\n`);
	}
	return missed > 0 && options.strict ? 1 : 0;
}

main().then(
	(code) => {
		process.exitCode = code;
	},
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	},
);
