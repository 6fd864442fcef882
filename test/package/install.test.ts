import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, ROOT, type PackageJson } from '../structure/support/paths';
import { npm, pack, SCRATCH } from './support';

interface Probe {
	lazy: boolean;
	nodes: string[];
	undici: string;
	zod: string;
}

/** Runs in a process of its own, with n8n's modules reachable as n8n makes them reachable. */
const PROBE = `
	const { createRequire } = require('node:module');
	const { LazyPackageDirectoryLoader, PackageDirectoryLoader } = require('n8n-core');
	const folder = process.argv[1];
	(async () => {
		const full = new PackageDirectoryLoader(folder);
		await full.loadAll();
		const lazy = new LazyPackageDirectoryLoader(folder);
		await lazy.loadAll();
		const own = createRequire(folder + '/dist/nodes/shared/http/');
		const result = {
			lazy: lazy.isLazyLoaded,
			nodes: full.loadedNodes.map(({ name }) => name).sort(),
			undici: own.resolve('undici'),
			zod: own.resolve('zod'),
		};
		own('undici');
		own('zod');
		process.stdout.write('\\n' + JSON.stringify(result), () => process.exit(0));
	})();
`;

/** The steps of n8n's community-packages service, with the tarball coming from this working copy. */
function installLikeN8n(): { folder: string; manifest: PackageJson } {
	const downloads = join(SCRATCH, 'user-folder', '.n8n', 'nodes');
	const packed = pack('install');
	const manifest = readJson<PackageJson>(join(packed.folder, 'package.json'));
	const folder = join(downloads, 'node_modules', manifest.name);
	rmSync(join(SCRATCH, 'user-folder'), { recursive: true, force: true });
	mkdirSync(join(downloads, 'node_modules'), { recursive: true });
	cpSync(packed.folder, folder, { recursive: true });
	const { devDependencies, peerDependencies, optionalDependencies, ...kept } = manifest;
	expect(devDependencies).toBeDefined();
	expect(peerDependencies).toBeDefined();
	expect(optionalDependencies).toBeUndefined();
	writeFileSync(join(folder, 'package.json'), JSON.stringify(kept, null, 2));
	npm(
		[
			'install',
			'--audit=false',
			'--fund=false',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--ignore-scripts=true',
			'--package-lock=false',
		],
		folder,
	);
	return { folder, manifest };
}

test('installs the way n8n installs it, with its own undici and zod, and loads', () => {
	const { folder, manifest } = installLikeN8n();
	const installed = readdirSync(join(folder, 'node_modules')).filter(
		(name) => !name.startsWith('.'),
	);
	expect(installed.sort()).toEqual(['undici', 'zod']);

	const env = { ...process.env, NODE_ENV: 'production', NODE_PATH: join(ROOT, 'node_modules') };
	const output = execFileSync(process.execPath, ['-e', PROBE, folder], { env, encoding: 'utf8' });
	const probe = JSON.parse(output.split('\n').at(-1) ?? '') as Probe;
	expect(probe.lazy).toBe(true);
	expect(probe.nodes).toHaveLength(manifest.n8n.nodes.length);
	expect(probe.undici.startsWith(join(folder, 'node_modules', 'undici'))).toBe(true);
	expect(probe.zod.startsWith(join(folder, 'node_modules', 'zod'))).toBe(true);
}, 180_000);
