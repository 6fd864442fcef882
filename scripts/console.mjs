// Progress lines and errors a newcomer can act on.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LOGS, ROOT } from './paths.mjs';

const HEARTBEAT_MS = 10_000;
const isTerminal = Boolean(process.stdout.isTTY) && !process.env.CI;

/** A failure that has already been put into words: printed as it is, without a stack. */
export class StepFailure extends Error {}

export function say(text) {
	process.stdout.write(`${text}\n`);
}

function lastLines(file, count) {
	return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

function seconds(since) {
	return `${Math.round((Date.now() - since) / 1000)} s`;
}

/**
 * Runs one set-up command quietly: output goes to a log file, the terminal sees that time passes.
 * `help` is what a person can do when it fails.
 */
export async function quietStep({ title, name, command, args, cwd, env, help }) {
	mkdirSync(LOGS, { recursive: true });
	const log = join(LOGS, `${name}.log`);
	const started = Date.now();
	process.stdout.write(isTerminal ? `  … ${title}` : `  … ${title}\n`);
	const timer = setInterval(() => {
		const line = `  … ${title} (${seconds(started)})`;
		process.stdout.write(isTerminal ? `\r${line}` : `${line}\n`);
	}, HEARTBEAT_MS);
	try {
		const code = await run({ command, args, cwd, env, output: createWriteStream(log) });
		if (code !== 0) {
			throw new StepFailure(
				[
					`\n✗ ${title}: "${[command, ...args].join(' ')}" ended with ${code}. The last lines it wrote:\n`,
					lastLines(log, 25),
					`\nThe whole log: ${relative(ROOT, log)}`,
					`What to do: ${help}`,
				].join('\n'),
			);
		}
		process.stdout.write(`${isTerminal ? '\r' : ''}  ✓ ${title} (${seconds(started)})\n`);
	} finally {
		clearInterval(timer);
	}
}

/** Runs a command and resolves with its exit code; without `output` it writes to this terminal. */
export async function run({ command, args, cwd, env, output }) {
	return await new Promise((resolve) => {
		const child = spawn(command, args, {
			cwd,
			env,
			stdio: output ? ['ignore', 'pipe', 'pipe'] : 'inherit',
			// npm is a .cmd file on Windows.
			shell: process.platform === 'win32',
		});
		// Ctrl-C reaches the child through the terminal; wait for it to tidy up instead of dying first.
		const ignore = () => {};
		const forward = () => child.kill('SIGTERM');
		process.on('SIGINT', ignore);
		process.on('SIGTERM', forward);
		const finish = (code) => {
			process.off('SIGINT', ignore);
			process.off('SIGTERM', forward);
			if (output) output.end(() => resolve(code));
			else resolve(code);
		};
		if (output) {
			child.stdout.pipe(output, { end: false });
			child.stderr.pipe(output, { end: false });
		}
		child.on('error', (error) => {
			if (output) output.write(`${error.message}\n`);
			else say(error.message);
			finish(127);
		});
		child.on('close', (code, signal) => finish(code ?? (signal === 'SIGINT' ? 130 : 143)));
	});
}
