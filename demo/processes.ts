import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it exists and belongs to somebody else.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/**
 * A text that stays the same for the life of one process and differs for any later process with the
 * same number, so that a recorded pid is never confused with a stranger's. Undefined when it is gone.
 */
export function processIdentity(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// Fields after the command name, which may itself contain spaces; the 20th is the start time.
		const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		return `${pid}@${startTime}@${boot}`;
	} catch {
		if (process.platform === 'linux' || !isAlive(pid)) return undefined;
	}
	try {
		const started = execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8' });
		return `${pid}@${started.trim()}`;
	} catch {
		return undefined;
	}
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch {
		// Gone already.
	}
}

/** n8n ends its runs first and gives them half a minute; then it goes by itself. */
const PATIENCE_MS = 45_000;

/** Ends a process that was started as the leader of its own group, and its children with it. */
export async function stopGroup(pid: number, patienceMs = PATIENCE_MS): Promise<void> {
	signalGroup(pid, 'SIGTERM');
	const deadline = Date.now() + patienceMs;
	while (isAlive(pid) && Date.now() < deadline) await sleep(50);
	signalGroup(pid, 'SIGKILL');
}
