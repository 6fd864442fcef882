#!/usr/bin/env node
// The one entry point behind `npm start`, `npm test`, `npm run test:e2e`, `npm run test:scale`,
// `npm run test:versions`, `npm run test:soak`, `npm run reliability` and `npm run bench`.
// Works on a fresh clone: it does its own set-up first. Uses nothing but Node's own modules.
import { existsSync } from 'node:fs';
import { run, say, StepFailure } from './console.mjs';
import { ROOT, envWithBinaries } from './paths.mjs';
import {
	checkNodeVersion,
	ensureBuild,
	ensureDemoHost,
	ensureDependencies,
	withSetupLock,
} from './setup.mjs';
import { runE2e, runScale, runTests } from './test-tasks.mjs';
import { ensurePairs, runVersions } from './versions.mjs';

const TASKS = {
	start: { needsHost: true, run: async (args) => await typescript('demo/start.ts', args) },
	test: { needsHost: false, run: runTests },
	e2e: { needsHost: true, run: runE2e },
	scale: { needsHost: true, run: runScale },
	versions: { needsHost: false, prepare: ensurePairs, run: runVersions },
	soak: { needsHost: true, run: async (args) => await typescript('test/soak/index.ts', args) },
	reliability: {
		needsHost: false,
		run: async (args) => await typescript('scripts/reliability.ts', args),
	},
	bench: { needsHost: true, run: bench },
};

/** One process, no wrapper in between: Ctrl-C reaches the program itself. */
async function typescript(file, args) {
	const env = envWithBinaries(ROOT);
	return await run({ command: 'node', args: ['--import', 'tsx', file, ...args], cwd: ROOT, env });
}

async function bench(args) {
	if (!existsSync(new URL('../bench/index.ts', import.meta.url))) {
		throw new StepFailure(
			'There is no bench/index.ts in this copy, so there is nothing to measure.',
		);
	}
	return await typescript('bench/index.ts', args);
}

async function main() {
	const [name, ...args] = process.argv.slice(2);
	const task = TASKS[name];
	if (!task) {
		throw new StepFailure(
			`Usage: node scripts/run.mjs <${Object.keys(TASKS).join('|')}> [options]`,
		);
	}
	checkNodeVersion();
	await withSetupLock(async () => {
		await ensureDependencies();
		await ensureBuild();
		if (task.needsHost) await ensureDemoHost();
		await task.prepare?.(args);
	});
	return await task.run(args);
}

try {
	process.exitCode = await main();
} catch (error) {
	say(error instanceof StepFailure ? error.message : (error.stack ?? String(error)));
	process.exitCode = 1;
}
