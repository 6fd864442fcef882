/** What n8n pays at start: every probe is a new process, so nothing is warm but the file cache. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { clean, ROOT } from '../processes';

const run = promisify(execFile);

const NODE_FILE = path.join(ROOT, 'dist/nodes/AlphaSms/AlphaSms.node.js');

/** Runs JavaScript with `args` in a new process and parses the JSON on its last line. */
async function probe<T>(source: string, args: string[], folder: string): Promise<T> {
	const env = { ...clean(process.env), NODE_ENV: 'production', N8N_USER_FOLDER: folder };
	const { stdout } = await run(process.execPath, ['-e', source, ...args], { cwd: ROOT, env });
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

// n8n has loaded n8n-workflow long before any node, so it is not a cost of the node.
const REQUIRE = `
	const [preload, file] = process.argv.slice(1);
	if (preload) require(preload);
	const started = performance.now();
	require(file);
	console.log(performance.now() - started);
`;

export async function requireNode(folder: string): Promise<number> {
	return await probe(REQUIRE, ['n8n-workflow', NODE_FILE], folder);
}

export async function requireNodeAlone(folder: string): Promise<number> {
	return await probe(REQUIRE, ['', NODE_FILE], folder);
}

export async function requireUndici(folder: string): Promise<number> {
	return await probe(REQUIRE, ['', 'undici'], folder);
}

const IMPORTS = `
	const Module = require('node:module');
	const load = Module._load;
	const heavy = [];
	Module._load = function (name, parent, ...rest) {
		const own = !parent?.filename?.includes('node_modules');
		if (own && /^(undici|zod)(\\/|$)/.test(name)) heavy.push(name);
		return load.call(this, name, parent, ...rest);
	};
	for (const file of process.argv.slice(1)) require(file);
	console.log(JSON.stringify(heavy));
`;

/** undici and zod, where requiring the credentials of this package asks for them. */
export async function heavyImportsOfCredentials(folder: string): Promise<string[]> {
	const below = path.join(ROOT, 'dist/credentials');
	const files = readdirSync(below).filter((file) => file.endsWith('.credentials.js'));
	return await probe(
		IMPORTS,
		files.map((file) => path.join(below, file)),
		folder,
	);
}

export interface LoaderTimes {
	lazyMs: number;
	fullMs: number;
	isLazy: boolean;
	/** Files of nodes/ that the lazy loader required. */
	nodeFiles: number;
}

// The lazy loader goes first, so what both share is warm for the other one.
const LOADERS = `
	const { LazyPackageDirectoryLoader, PackageDirectoryLoader } = require('n8n-core');
	const path = require('node:path');
	const [root] = process.argv.slice(1);
	const time = async (loader) => {
		const started = performance.now();
		await loader.loadAll();
		return performance.now() - started;
	};
	(async () => {
		const lazy = new LazyPackageDirectoryLoader(root);
		const lazyMs = await time(lazy);
		const nodes = path.join(root, 'dist', 'nodes');
		const nodeFiles = Object.keys(require.cache).filter((file) => file.startsWith(nodes)).length;
		const fullMs = await time(new PackageDirectoryLoader(root));
		const result = { lazyMs, fullMs, isLazy: lazy.isLazyLoaded, nodeFiles };
		process.stdout.write('\\n' + JSON.stringify(result), () => process.exit(0));
	})();
`;

/** The package as n8n loads it at start, and as it would without its metadata. */
export async function loaderTimes(folder: string): Promise<LoaderTimes> {
	return await probe(LOADERS, [ROOT], folder);
}
