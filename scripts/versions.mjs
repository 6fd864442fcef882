// `npm run test:versions`: the engine tests against the packed tarball, in pairs of n8n and Node that exist.
// Which ones, and what an older n8n lacks, stands in test/versions/pairs.json.
import { execFileSync } from 'node:child_process';
import {
	cpSync,
	createWriteStream,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { quietStep, run, say, StepFailure } from './console.mjs';
import { CACHE, LOGS, RESULTS, ROOT, envWithBinaries } from './paths.mjs';
import { ensureLocked } from './setup.mjs';
import { conclude, readReport } from './test-tasks.mjs';

const SOURCES = join(ROOT, 'test', 'versions', 'hosts');
const PLACE = join(CACHE, 'versions');
const { pairs: PAIRS, features: FEATURES } = JSON.parse(
	readFileSync(join(ROOT, 'test', 'versions', 'pairs.json'), 'utf8'),
);
/** The tests wait more than they compute. */
const PAIRS_AT_ONCE = 2;

/** A pair without a folder of its own is what this repository itself installs. */
const folderOf = (name) => (name === undefined ? ROOT : join(PLACE, name));
const nodeOf = ({ binary }) => join(folderOf(binary), 'node_modules', '.bin', 'node');
/** Below its host, so that Node finds the host's n8n-workflow from there and not this repository's. */
const packageOf = ({ id, host = 'repository' }) =>
	join(PLACE, host, 'packages', id, 'node_modules', MANIFEST.name);
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

function choose(args) {
	const wanted = args.filter((arg) => arg.startsWith('--pair=')).map((arg) => arg.slice(7));
	const chosen = PAIRS.filter(
		({ id }) => wanted.length === 0 || wanted.some((part) => id.includes(part)),
	);
	if (chosen.length > 0) return chosen;
	throw new StepFailure(
		`There is no pair "${wanted.join('", "')}". There are: ${PAIRS.map(({ id }) => id).join(', ')}.`,
	);
}

function checkNode(pair) {
	const expected = `v${pair.node}`;
	let found;
	try {
		found = execFileSync(nodeOf(pair), ['--version'], { encoding: 'utf8' }).trim();
	} catch (error) {
		found = error.message;
	}
	if (found === expected) return;
	throw new StepFailure(
		`The Node.js of ${pair.id} should be ${expected}; asked for its version, it said: ${found}\nDelete ${relative(ROOT, folderOf(pair.binary))}, check that the npm registry is reachable, and run the same command again.`,
	);
}

/** Installs what the chosen pairs need and the repository does not have. */
export async function ensurePairs(args) {
	const chosen = choose(args);
	const named = (key) => [...new Set(chosen.map((pair) => pair[key]).filter(Boolean))];
	for (const binary of named('binary')) {
		const source = join(SOURCES, binary);
		await ensureLocked(source, folderOf(binary), `Fetching ${binary}`, { withNode: true });
	}
	for (const host of named('host')) {
		const title = `Installing the engine of ${host} (about 20 seconds)`;
		await ensureLocked(join(SOURCES, host), folderOf(host), title, { withNode: false });
	}
	chosen.forEach(checkNode);
}

async function quietly(title, name, command, args, cwd, help) {
	await quietStep({ title, name, command, args, cwd, env: envWithBinaries(ROOT), help });
}

/** Packs, unpacks and installs the package with the steps of n8n itself, and gives the folder. */
async function installPacked() {
	const place = join(PLACE, 'packed');
	const folder = join(place, 'unpacked');
	rmSync(place, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const own = 'this is a fault of the package or of its set-up; the log tells more.';
	const pack = ['pack', '--ignore-scripts', '--pack-destination', place];
	await quietly('Packing the package', 'versions-pack', 'npm', pack, ROOT, own);
	const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'));
	const unpack = ['-xzf', join(place, tarball), '-C', folder, '--strip-components=1'];
	await quietly('Unpacking it', 'versions-unpack', 'tar', unpack, ROOT, own);
	const file = join(folder, 'package.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8'));
	for (const key of ['dev', 'peer', 'optional']) delete manifest[`${key}Dependencies`];
	writeFileSync(file, JSON.stringify(manifest, null, 2));
	const flags =
		'--install-strategy=shallow --ignore-scripts=true --bin-links=false --package-lock=false --audit=false --fund=false';
	await quietly(
		'Installing its dependencies',
		'versions-dependencies',
		'npm',
		['install', ...flags.split(' ')],
		folder,
		'check that the npm registry is reachable from here, then run the same command again.',
	);
	return folder;
}

async function runPair(pair, packed, args) {
	const folder = packageOf(pair);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(dirname(folder), { recursive: true });
	cpSync(packed, folder, { recursive: true });
	const userFolder = join(PLACE, 'user-folders', pair.id);
	// Made here: Jest's workers, which would make it all at once, could read each other's half.
	mkdirSync(join(userFolder, '.n8n'), { recursive: true });
	const settings = JSON.stringify({ encryptionKey: 'only-for-tests' });
	writeFileSync(join(userFolder, '.n8n', 'config'), settings, { mode: 0o600 });
	const report = join(RESULTS, `jest-versions-${pair.id}.json`);
	rmSync(report, { force: true });
	const log = join(LOGS, `versions-${pair.id}.log`);
	const started = Date.now();
	// Sockets of older engines keep a process alive after its tests, so it is ended then (--forceExit).
	const code = await run({
		command: nodeOf(pair),
		args: [
			join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
			...['-c', 'jest.versions.config.js', '--forceExit', '--json', `--outputFile=${report}`],
			...args,
		],
		cwd: ROOT,
		env: {
			...envWithBinaries(folderOf(pair.binary)),
			N8N_USER_FOLDER: userFolder,
			VOICE_PROVIDERS_PAIR: pair.id,
			VOICE_PROVIDERS_HOST: folderOf(pair.host),
			VOICE_PROVIDERS_PACKAGE: folder,
		},
		output: createWriteStream(log),
	});
	const tests = readReport(report, code);
	const seconds = Math.round((Date.now() - started) / 1000);
	const verdict = tests.failed === 0 && tests.code === 0 ? '✓' : '✗';
	say(
		`  ${verdict} ${pair.id}: ${tests.passed} tests passed, ${tests.failed} failed (${seconds} s)`,
	);
	if (verdict === '✗') say(failuresIn(log));
	return tests;
}

/** Jest's own account of what failed; without one, what was said last. */
function failuresIn(log) {
	const text = readFileSync(log, 'utf8');
	const from = text.search(/^ {2}● (?!Console)/m);
	const part = from < 0 ? text.slice(-4000) : text.slice(from, from + 12_000);
	return `${part}\n  The whole log: ${relative(ROOT, log)}\n`;
}

function announce(pairs) {
	for (const { id, why, n8n, core, workflow, node, lacks } of pairs) {
		say(`\n▸ ${id}: ${why}`);
		say(
			`  n8n ${n8n} (n8n-core ${core}, n8n-workflow ${workflow}), Node ${node}; all engine tests run`,
		);
		for (const name of lacks) {
			const { what, instead } = FEATURES[name];
			say(`  - lacks ${name}: ${what}\n    tested instead: ${instead}`);
		}
	}
	say('');
}

/** Arguments: `--pair=<part of a name>`; the others go to jest, e.g. a file pattern. */
export async function runVersions(args) {
	rmSync(join(RESULTS, 'versions.json'), { force: true });
	mkdirSync(RESULTS, { recursive: true });
	mkdirSync(LOGS, { recursive: true });
	const pairs = choose(args);
	const forJest = args.filter((arg) => !arg.startsWith('--pair='));
	const packed = await installPacked();
	announce(pairs);
	const waiting = [...pairs];
	const results = [];
	const work = async () => {
		for (let pair = waiting.shift(); pair; pair = waiting.shift()) {
			results.push(await runPair(pair, packed, forJest));
		}
	};
	await Promise.all(Array.from({ length: PAIRS_AT_ONCE }, work));
	const sum = (key) => results.reduce((total, result) => total + result[key], 0);
	const total = { passed: sum('passed'), failed: sum('failed'), code: sum('code') };
	const details = `${total.passed} tests passed in ${pairs.length} pairs, ${total.failed} failed`;
	return conclude('versions', total, details);
}
