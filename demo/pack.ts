// Installs the pack into an n8n user folder by the very steps n8n takes for a community package
// (community-packages.service of n8n 2.41): pack, unpack, strip, shallow install, load once, register.
// The one difference: the tarball comes from this working copy instead of a registry.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openHostDatabase } from './database';

const execFileAsync = promisify(execFile);

const PROJECT = join(__dirname, '..');
const HOST_MODULES = join(__dirname, 'node_modules');

interface PackageJson {
	name: string;
	version: string;
	author?: { name?: string; email?: string } | string;
	dependencies?: Record<string, string>;
	[key: string]: unknown;
}

interface LoadedNode {
	/** Bare node name, e.g. `alphaSms`. */
	name: string;
	displayName: string;
	version: number;
}

export interface InstalledPack {
	name: string;
	version: string;
	folder: string;
	tarballSha256: string;
	/** False when exactly this tarball was installed already. */
	fresh: boolean;
	nodes: LoadedNode[];
}

export interface InstallOptions {
	userFolder: string;
	/** The package to install: a folder (built already). Default: this project. */
	source?: string;
}

/** n8n runs npm outside any project, so the settings of an outer `npm run` must not leak in. */
function npmEnvironment(): NodeJS.ProcessEnv {
	const leaked =
		/^npm_(lifecycle|package|command|execpath|node_execpath|config_(legacy_peer_deps|local_prefix|ignore_scripts|noproxy|node_gyp|global_prefix|prefix|init_module))/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !leaked.test(name)));
}

async function command(file: string, args: string[], cwd: string, env = npmEnvironment()) {
	try {
		const { stdout } = await execFileAsync(file, args, { cwd, env, maxBuffer: 32 * 1024 * 1024 });
		return stdout.trim();
	} catch (error) {
		const { stderr = '', message } = error as Error & { stderr?: string };
		throw new Error(`"${[file, ...args].join(' ')}" failed: ${stderr.trim() || message}`);
	}
}

async function readJson<T>(file: string): Promise<T | undefined> {
	return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as T) : undefined;
}

/** n8n's own list of what it installed, beside node_modules. */
async function enterInLedger(downloadFolder: string, name: string, version: string) {
	const file = join(downloadFolder, 'package.json');
	const ledger = (await readJson<PackageJson>(file)) ?? {
		name: 'installed-nodes',
		private: true,
		dependencies: {},
	};
	const dependencies = { ...ledger.dependencies, [name]: version };
	await writeFile(file, JSON.stringify({ ...ledger, dependencies }, null, 2));
}

// n8n loads a package completely, once, right after unpacking it, and refuses it if that fails.
const LOAD_SCRIPT = `
const { PackageDirectoryLoader } = require('n8n-core');
const loader = new PackageDirectoryLoader(process.argv[1]);
loader.loadAll().then(() => {
	const nodes = loader.loadedNodes.map(({ name, version }) => ({
		name, version, displayName: loader.nodeTypes[name].type.description.displayName,
	}));
	process.stdout.write('\\n' + JSON.stringify(nodes) + '\\n', () => process.exit(0));
}).catch((error) => { console.error(error); process.exit(1); });
`;

async function loadOnce(folder: string, userFolder: string): Promise<LoadedNode[]> {
	const node = join(HOST_MODULES, '.bin', 'node');
	const output = await command(node, ['-e', LOAD_SCRIPT, folder], userFolder, {
		...npmEnvironment(),
		NODE_PATH: [join(HOST_MODULES, 'n8n', 'node_modules'), HOST_MODULES].join(
			process.platform === 'win32' ? ';' : ':',
		),
		N8N_USER_FOLDER: userFolder,
	});
	const nodes = JSON.parse(output.split('\n').at(-1) ?? '') as LoadedNode[];
	if (nodes.length === 0) throw new Error('The package contains no nodes');
	return nodes;
}

/** Puts the package into the user folder. n8n finds it at its next start; then call `registerPack`. */
export async function installPack({
	userFolder,
	source = PROJECT,
}: InstallOptions): Promise<InstalledPack> {
	const downloadFolder = join(userFolder, '.n8n', 'nodes');
	await mkdir(downloadFolder, { recursive: true });
	const packed = await command(
		'npm',
		['pack', source, '--quiet', '--ignore-scripts'],
		downloadFolder,
	);
	const tarball = join(downloadFolder, packed.split('\n').at(-1)?.trim() ?? '');
	const tarballSha256 = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	const sourceJson = await readJson<PackageJson>(join(source, 'package.json'));
	if (!sourceJson) throw new Error(`${source} has no package.json`);
	const { name, version } = sourceJson;
	const folder = join(downloadFolder, 'node_modules', name);
	const receipt = join(downloadFolder, `.${name.replace('/', '+')}.installed.json`);

	try {
		const previous = await readJson<InstalledPack>(receipt);
		if (previous?.tarballSha256 === tarballSha256 && existsSync(join(folder, 'package.json'))) {
			return { ...previous, folder, fresh: false };
		}
		await rm(receipt, { force: true });
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		await command('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], downloadFolder);

		const packageFile = join(folder, 'package.json');
		const unpacked = JSON.parse(await readFile(packageFile, 'utf8')) as PackageJson;
		const { devDependencies, peerDependencies, optionalDependencies, ...kept } = unpacked;
		await writeFile(packageFile, JSON.stringify(kept, null, 2));

		const flags =
			'--audit=false --fund=false --bin-links=false --install-strategy=shallow --ignore-scripts=true --package-lock=false';
		await command('npm', ['install', ...flags.split(' ')], folder);
		await enterInLedger(downloadFolder, name, version);
		const nodes = await loadOnce(folder, userFolder);

		const installed: InstalledPack = { name, version, folder, tarballSha256, fresh: true, nodes };
		// Last: an interrupted installation leaves no receipt and is done again.
		await writeFile(receipt, JSON.stringify(installed, null, 2));
		return installed;
	} finally {
		await rm(tarball, { force: true });
	}
}

// The default of these columns in n8n's own schema.
const NOW = "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')";

/**
 * Writes the rows n8n writes after installing (tables `installed_packages` and `installed_nodes`), so that
 * Settings > Community nodes lists the package. n8n must have created its database before; it may be running.
 */
export function registerPack(userFolder: string, pack: InstalledPack): void {
	const packageJson = JSON.parse(
		readFileSync(join(pack.folder, 'package.json'), 'utf8'),
	) as PackageJson;
	const author = typeof packageJson.author === 'object' ? packageJson.author : undefined;
	const database = openHostDatabase(userFolder);
	try {
		database.exec('BEGIN IMMEDIATE');
		database.prepare('DELETE FROM installed_nodes WHERE package = ?').run(pack.name);
		database.prepare('DELETE FROM installed_packages WHERE packageName = ?').run(pack.name);
		database
			.prepare(
				`INSERT INTO installed_packages (packageName, installedVersion, authorName, authorEmail, createdAt, updatedAt)
				 VALUES (?, ?, ?, ?, ${NOW}, ${NOW})`,
			)
			.run(pack.name, pack.version, author?.name ?? null, author?.email ?? null);
		const insert = database.prepare(
			'INSERT INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)',
		);
		for (const node of pack.nodes) {
			insert.run(node.displayName, `${pack.name}.${node.name}`, node.version, pack.name);
		}
		database.exec('COMMIT');
	} finally {
		database.close();
	}
}
