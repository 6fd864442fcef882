// Brings the working copy into a state in which a task can run. Every step is skipped when its stamp
// matches; a stamp is written only after success, inside the folder it vouches for, so an interrupted
// step or a deleted folder is simply done again.
import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { basename, join, relative } from 'node:path';
import { quietStep, say, StepFailure } from './console.mjs';
import { CACHE, DEMO, ROOT, envWithBinaries } from './paths.mjs';

const MIN_NODE = [20, 19, 0];
const NETWORK_HELP =
	'check that the npm registry is reachable from here and that the disk is not full, then run the same command again; it continues where it stopped.';
const COMPILER_HELP =
	'building sqlite3 needs Python 3, make and a C++ compiler (Debian and Ubuntu: apt-get install python3 make g++). Then run the same command again.';

export function checkNodeVersion() {
	const have = process.versions.node.split('.').map(Number);
	for (const [index, wanted] of MIN_NODE.entries()) {
		if (have[index] > wanted) return;
		if (have[index] < wanted) {
			throw new StepFailure(
				`Node.js ${MIN_NODE.join('.')} or newer is needed, this is ${process.versions.node}. Install a current one and try again.`,
			);
		}
	}
}

/** Only what decides about the installed tree: editing a script or the version reinstalls nothing. */
function dependencyHash(folder) {
	const { dependencies, devDependencies, peerDependencies, overrides } = JSON.parse(
		readFileSync(join(folder, 'package.json'), 'utf8'),
	);
	return createHash('sha256')
		.update(JSON.stringify({ dependencies, devDependencies, peerDependencies, overrides }))
		.update(readFileSync(join(folder, 'package-lock.json')))
		.update(`${process.platform}-${process.arch}`)
		.digest('hex');
}

function hasStamp(file, hash) {
	return existsSync(file) && readFileSync(file, 'utf8') === hash;
}

/**
 * `npm install` bound to the lock file. Not `npm ci`: that refuses locks which lack the optional builds of
 * other platforms. What is installed is the lock's; the lock itself stays as it is.
 */
async function installLocked(folder, title, name) {
	const modules = join(folder, 'node_modules');
	const unfinished = join(modules, '.setup-unfinished');
	// An interrupted install may leave half a package, which npm would take for a whole one.
	if (existsSync(unfinished)) rmSync(modules, { recursive: true, force: true });
	mkdirSync(modules, { recursive: true });
	writeFileSync(unfinished, '');
	const lockFile = join(folder, 'package-lock.json');
	const lock = readFileSync(lockFile);
	const flags =
		'--legacy-peer-deps --ignore-scripts --no-save --no-audit --no-fund --loglevel=error';
	try {
		await quietStep({
			title,
			name,
			command: 'npm',
			args: ['install', ...flags.split(' ')],
			cwd: folder,
			env: process.env,
			help: NETWORK_HELP,
		});
	} finally {
		if (!readFileSync(lockFile).equals(lock)) writeFileSync(lockFile, lock);
	}
	rmSync(unfinished, { force: true });
}

/** The one install script we need: it puts the Node of package.json into node_modules/.bin. */
async function fetchNode(folder, title, name) {
	await quietStep({
		title,
		name,
		command: 'npm',
		args: ['rebuild', 'node'],
		cwd: folder,
		env: process.env,
		help: NETWORK_HELP,
	});
}

export async function ensureDependencies() {
	const stamp = join(ROOT, 'node_modules', '.setup-stamp');
	const hash = dependencyHash(ROOT);
	if (hasStamp(stamp, hash)) return;
	await installLocked(ROOT, 'Installing dependencies (about a minute)', 'install');
	await fetchNode(ROOT, 'Fetching Node.js 24', 'rebuild-node');
	writeFileSync(stamp, hash);
}

export async function ensureDemoHost() {
	const stamp = join(DEMO, 'node_modules', '.setup-stamp');
	const hash = dependencyHash(DEMO);
	if (hasStamp(stamp, hash)) return;
	const title = 'Installing n8n for the demo (about 2 GB, 3 minutes, only the first time)';
	await installLocked(DEMO, title, 'demo-install');
	await fetchNode(DEMO, 'Fetching Node.js 24 for n8n', 'demo-rebuild-node');
	// With n8n's Node first on the PATH, so that the module fits the Node which will load it.
	await quietStep({
		title: 'Building sqlite3 for n8n (about 75 seconds)',
		name: 'demo-rebuild-sqlite3',
		command: 'npm',
		args: ['rebuild', 'sqlite3'],
		cwd: DEMO,
		env: envWithBinaries(DEMO),
		help: COMPILER_HELP,
	});
	writeFileSync(stamp, hash);
}

/** A package.json with its lock file, installed in another folder than the one where they are kept. */
export async function ensureLocked(source, folder, title, { withNode }) {
	const stamp = join(folder, 'node_modules', '.setup-stamp');
	const hash = dependencyHash(source);
	if (hasStamp(stamp, hash)) return;
	// Another lock is another host: what npm would leave of the old one is not worth the doubt.
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const name of ['package.json', 'package-lock.json']) {
		copyFileSync(join(source, name), join(folder, name));
	}
	const name = basename(folder);
	await installLocked(folder, title, `install-${name}`);
	if (withNode) await fetchNode(folder, `${title}: the program`, `rebuild-${name}`);
	writeFileSync(stamp, hash);
}

const BUILD_INPUTS = [
	'nodes',
	'credentials',
	'icons',
	'gulpfile.js',
	'package.json',
	'tsconfig.json',
	'tsconfig.build.json',
];

function filesBelow(path) {
	if (!existsSync(path)) return [];
	const entries = readdirSync(path, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

function sourceHash() {
	const hash = createHash('sha256');
	for (const input of BUILD_INPUTS) {
		const path = join(ROOT, input);
		const files = /\.\w+$/.test(input) ? [path].filter(existsSync) : filesBelow(path).sort();
		for (const file of files) {
			hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
		}
	}
	return hash.digest('hex');
}

/** True when every file that package.json promises to n8n is there. */
function isBuilt() {
	const { n8n } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	return [...n8n.nodes, ...n8n.credentials].every((file) => existsSync(join(ROOT, file)));
}

export async function ensureBuild() {
	// Not inside dist/: that folder is published.
	const stamp = join(CACHE, 'build-stamp');
	const hash = sourceHash();
	if (hasStamp(stamp, hash) && isBuilt()) return;
	// Files of removed sources must not end up in the package.
	rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
	await quietStep({
		title: 'Building the nodes',
		name: 'build',
		command: 'npm',
		args: ['run', 'build'],
		cwd: ROOT,
		env: envWithBinaries(ROOT),
		help: 'correct the error above; it is in the source of the nodes, not in the set-up.',
	});
	mkdirSync(CACHE, { recursive: true });
	writeFileSync(stamp, hash);
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** Undefined when nobody has it any more. */
function holderOf(lock) {
	try {
		const pid = Number(readFileSync(lock, 'utf8').trim() || 0);
		// It is empty for a moment, between making it and writing into it.
		const isNew = () => Date.now() - statSync(lock).mtimeMs < 5_000;
		return { pid, isAlive: pid ? isAlive(pid) : isNew() };
	} catch (error) {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	}
}

/** Two terminals may start at once: the second waits, and a lock left by a killed run is taken over. */
export async function withSetupLock(work) {
	const lock = join(CACHE, 'setup.lock');
	mkdirSync(CACHE, { recursive: true });
	let announced = false;
	for (;;) {
		try {
			writeFileSync(lock, String(process.pid), { flag: 'wx' });
			break;
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		const holder = holderOf(lock);
		if (!holder) continue;
		if (!holder.isAlive) {
			rmSync(lock, { force: true });
			continue;
		}
		if (!announced) say(`  … waiting for another set-up in this folder (process ${holder.pid})`);
		announced = true;
		await sleep(500);
	}
	try {
		return await work();
	} finally {
		rmSync(lock, { force: true });
	}
}
