// What the demo leaves on disk: `demo/.state/`, which may be deleted whenever the demo does not run.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processIdentity, stopGroup } from './processes';

export const STATE_FOLDER = join(__dirname, '.state');
export const USER_FOLDER = join(STATE_FOLDER, 'n8n');
const RUN_FILE = join(STATE_FOLDER, 'run.json');

export interface RecordedProcess {
	pid: number;
	identity?: string;
}

interface RunRecord {
	starter: RecordedProcess;
	n8n?: RecordedProcess & { port: number };
}

export function readState<T>(file: string): T | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as T;
	} catch {
		// Missing, or half-written by a killed run: the same as none.
		return undefined;
	}
}

export function writeState(file: string, value: unknown): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
	renameSync(`${file}.new`, file);
}

/** True only for the very process that was recorded, not for a later one with the same number. */
function isStillRunning(process: RecordedProcess | undefined): process is RecordedProcess {
	return process?.identity !== undefined && processIdentity(process.pid) === process.identity;
}

/**
 * Claims the state folder. An n8n left by a killed demo is stopped; a demo that is still running is left
 * alone and named in the error.
 */
export async function claimState(say: (line: string) => void): Promise<void> {
	const earlier = readState<RunRecord>(RUN_FILE);
	if (earlier && isStillRunning(earlier.starter)) {
		const where = earlier.n8n ? ` at http://127.0.0.1:${earlier.n8n.port}` : '';
		throw new Error(
			`The demo is already running${where} (process ${earlier.starter.pid}). Use that one, or end it with Ctrl-C in its terminal and start again.`,
		);
	}
	if (isStillRunning(earlier?.n8n)) {
		say(
			`An earlier demo was killed and left its n8n behind (process ${earlier.n8n.pid}); stopping it`,
		);
		await stopGroup(earlier.n8n.pid);
	}
	recordRun();
}

export function recordRun(n8n?: RecordedProcess & { port: number }): void {
	const starter = { pid: process.pid, identity: processIdentity(process.pid) };
	writeState(RUN_FILE, { starter, n8n } satisfies RunRecord);
}

export function releaseState(): void {
	rmSync(RUN_FILE, { force: true });
}
