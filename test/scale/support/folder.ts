// Where a run keeps everything: data of the databases, user folders of n8n, logs, the record of its processes.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const SCALE_FOLDER =
	process.env.SCALE_FOLDER ?? join(__dirname, '..', '..', '..', 'artifacts', 'scale');

export function readJson<T>(name: string): T | undefined {
	try {
		return JSON.parse(readFileSync(join(SCALE_FOLDER, name), 'utf8')) as T;
	} catch {
		// Missing, or half-written by a killed run: the same as none.
		return undefined;
	}
}

export function writeJson(name: string, value: unknown): void {
	const file = join(SCALE_FOLDER, name);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(`${file}.new`, JSON.stringify(value, null, '\t'));
	renameSync(`${file}.new`, file);
}
