// Where everything lives, relative to the repository and never to the current folder.
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
export const DEMO = join(ROOT, 'demo');
export const ARTIFACTS = join(ROOT, 'artifacts');
export const RESULTS = join(ARTIFACTS, 'results');
export const CACHE = join(ROOT, '.cache');
export const LOGS = join(CACHE, 'logs');

/** The environment with the given folder's binaries first, so that its own Node is the one used. */
export function envWithBinaries(folder) {
	const path = [join(folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
	return { ...process.env, PATH: path };
}
