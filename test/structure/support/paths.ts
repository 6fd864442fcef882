import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');
export const DIST = join(ROOT, 'dist');
/** Left behind for a look after a failure; not in git. */
export const SCRATCH = join(ROOT, 'artifacts', 'structure');

export interface PackageJson {
	name: string;
	version: string;
	main: string;
	license: string;
	homepage: string;
	keywords: string[];
	files: string[];
	author: { name: string; email: string };
	repository: { type: string; url: string };
	engines: { node: string };
	scripts: Record<string, string>;
	dependencies: Record<string, string>;
	peerDependencies: Record<string, string>;
	n8n: { n8nNodesApiVersion: number; nodes: string[]; credentials: string[] };
	[key: string]: unknown;
}

export function readJson<T = unknown>(file: string): T {
	return JSON.parse(readFileSync(file, 'utf8')) as T;
}

export const packageJson = readJson<PackageJson>(join(ROOT, 'package.json'));

/** Files below a folder of the repository that match, as `/`-separated paths relative to it. */
export function filesBelow(folder: string, pattern: RegExp, root = ROOT): string[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.filter((file) => pattern.test(file))
		.sort();
}

/** The TypeScript that becomes the package. */
export function shippedSources(): string[] {
	return [...filesBelow('nodes', /\.ts$/), ...filesBelow('credentials', /\.ts$/)];
}
