// The tasks that give a verdict. Each leaves { passed, failed } in artifacts/results/ for .ci/run.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say, StepFailure } from './console.mjs';
import { ARTIFACTS, RESULTS, ROOT, envWithBinaries } from './paths.mjs';

const CHROMIUM_PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

async function tool(command, args, extraEnv = {}) {
	return await run({ command, args, cwd: ROOT, env: { ...envWithBinaries(ROOT), ...extraEnv } });
}

/** Jest's own account of what passed; no account at all counts as one failure. */
export function readReport(report, code) {
	if (!existsSync(report)) return { passed: 0, failed: 1, code: code || 1 };
	const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	const failed = numFailedTests + numRuntimeErrorTestSuites;
	// A crash after the last test, or a failing global set-up, fails no test but must not look green.
	return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, code };
}

async function jest(name, args, extraEnv) {
	mkdirSync(RESULTS, { recursive: true });
	const report = join(RESULTS, `jest-${name}.json`);
	rmSync(report, { force: true });
	const code = await tool('jest', [...args, '--json', `--outputFile=${report}`], extraEnv);
	return readReport(report, code);
}

export function conclude(name, { passed, failed, code }, details) {
	mkdirSync(RESULTS, { recursive: true });
	writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify({ passed, failed })}\n`);
	say(`\n${failed === 0 && code === 0 ? '✓' : '✗'} ${name}: ${details}`);
	return failed === 0 && code === 0 ? 0 : 1;
}

/** Lint, types and every test that needs no n8n host. Arguments go to jest, e.g. a file pattern. */
export async function runTests(args) {
	mkdirSync(ARTIFACTS, { recursive: true });
	rmSync(join(RESULTS, 'test.json'), { force: true });
	const checks = [];
	for (const name of ['lint', 'typecheck']) {
		say(`\n▸ ${name}`);
		const passed = (await tool('npm', ['run', '--silent', name])) === 0;
		checks.push({ name, passed });
		say(passed ? '  no findings' : `  ${name} found problems (listed above)`);
	}
	say('\n▸ jest');
	const tests = await jest('test', args);
	const passedChecks = checks.filter((check) => check.passed).length;
	const failedChecks = checks.length - passedChecks;
	const words = checks.map(({ name, passed }) => `${name} ${passed ? 'passed' : 'FAILED'}`);
	return conclude(
		'test',
		{ passed: tests.passed + passedChecks, failed: tests.failed + failedChecks, code: tests.code },
		[...words, `${tests.passed} tests passed, ${tests.failed} failed`].join(', '),
	);
}

function findChromium() {
	const wanted = process.env.CHROMIUM_PATH;
	if (wanted && !existsSync(wanted)) {
		throw new StepFailure(`CHROMIUM_PATH names ${wanted}, and there is no such file.`);
	}
	const found = wanted || CHROMIUM_PLACES.find(existsSync);
	if (!found) {
		throw new StepFailure(
			[
				'The end-to-end tests drive the n8n editor in Chromium, and none was found.',
				'Debian and Ubuntu: apt-get install chromium',
				'Anywhere else: set CHROMIUM_PATH to the browser binary.',
			].join('\n'),
		);
	}
	return found;
}

export async function runE2e(args) {
	rmSync(join(RESULTS, 'e2e.json'), { force: true });
	const env = { CHROMIUM_PATH: findChromium() };
	const tests = await jest('e2e', ['-c', 'jest.e2e.config.js', '--runInBand', ...args], env);
	return conclude('e2e', tests, `${tests.passed} tests passed, ${tests.failed} failed`);
}

/** Debian and Ubuntu keep the programs of PostgreSQL's server outside the PATH, by version; the newest first. */
function postgresFolders() {
	const base = '/usr/lib/postgresql';
	const versions = existsSync(base) ? readdirSync(base).map(Number) : [];
	return versions.sort((a, b) => b - a).map((version) => join(base, String(version), 'bin'));
}

function findProgram(name, folders) {
	return folders.map((folder) => join(folder, name)).find(existsSync);
}

function findServices() {
	const path = (process.env.PATH ?? '').split(delimiter);
	const redis = process.env.REDIS_SERVER || findProgram('redis-server', path);
	const folders = process.env.POSTGRES_BIN
		? [process.env.POSTGRES_BIN]
		: [...postgresFolders(), ...path];
	const wanted = ['initdb', 'postgres', 'psql'];
	const postgres = folders.find((folder) => wanted.every((name) => existsSync(join(folder, name))));
	if (redis && existsSync(redis) && postgres) {
		return { REDIS_SERVER: redis, POSTGRES_BIN: postgres };
	}
	const missing = [!(redis && existsSync(redis)) && 'Redis', !postgres && 'PostgreSQL'];
	throw new StepFailure(
		[
			`The queue mode tests start a Redis and a PostgreSQL of their own, and ${missing.filter(Boolean).join(' and ')} could not be found.`,
			'Debian and Ubuntu: apt-get install redis-server postgresql',
			'macOS: brew install redis postgresql@17',
			'Anywhere else: set REDIS_SERVER to the program redis-server, and POSTGRES_BIN to the folder that holds initdb, postgres and psql.',
			'No service has to run: the tests start the programs themselves, on ports of their own.',
		].join('\n'),
	);
}

/** n8n in queue mode. Arguments go to jest, e.g. a file pattern. */
export async function runScale(args) {
	rmSync(join(RESULTS, 'scale.json'), { force: true });
	const tests = await jest(
		'scale',
		['-c', 'jest.scale.config.js', '--runInBand', ...args],
		findServices(),
	);
	return conclude('scale', tests, `${tests.passed} tests passed, ${tests.failed} failed`);
}
