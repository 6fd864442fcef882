// The real n8n of demo/node_modules, as a child process. Used by the demo, the end-to-end tests and the
// benchmarks.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nClient } from './client';
import { findFreePort } from './ports';
import { processIdentity, stopGroup } from './processes';

export { N8nClient, outputItems } from './client';
export type { Execution, Item, Workflow, WorkflowFile } from './client';
export { installPack, registerPack } from './pack';
export { findFreePort } from './ports';

export const DEMO_FOLDER = __dirname;
export const PROJECT_FOLDER = join(__dirname, '..');

const READY_TIMEOUT_MS = 300_000;
// Set by an outer npm run or a developer's own n8n; they would change what is tested.
const FOREIGN_VARIABLES =
	/^(N8N_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_|CREDENTIALS_|NODES_|VUE_APP_|npm_(lifecycle|package)_)/;

/** What a process of n8n does: everything, or its part in queue mode. */
export type N8nRole = 'start' | 'worker' | 'webhook';

export interface N8nHostOptions {
	/** n8n keeps everything below `<userFolder>/.n8n`. */
	userFolder: string;
	/** Default `start`; the others need the variables of queue mode. Only `start` has the REST API. */
	role?: N8nRole;
	/** Default: any free port. */
	port?: number;
	/** Additions to, and replacements of, the variables below. */
	env?: Record<string, string>;
	/** Default: `<userFolder>/n8n.log`, started anew each time. */
	logFile?: string;
	/** Called at once, before n8n answers, so that the process can be recorded. */
	onSpawn?(process: { pid: number; identity: string | undefined; port: number }): void;
}

export interface N8nHost {
	url: string;
	port: number;
	pid: number;
	/** See `processIdentity`. */
	identity: string | undefined;
	userFolder: string;
	logFile: string;
	client: N8nClient;
	/** How long it took until n8n answered. */
	startupMs: number;
	log(): string;
	hasExited(): boolean;
	stop(): Promise<void>;
}

export function binariesFirst(folder: string): string {
	const separator = process.platform === 'win32' ? ';' : ':';
	return `${join(folder, 'node_modules', '.bin')}${separator}${process.env.PATH ?? ''}`;
}

function hostEnvironment(options: N8nHostOptions, port: number, brokerPort: number) {
	const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN_VARIABLES.test(name));
	const url = `http://127.0.0.1:${port}`;
	return {
		...Object.fromEntries(inherited),
		// A test runner's value would put n8n into a mode of its own.
		NODE_ENV: 'production',
		PATH: binariesFirst(DEMO_FOLDER),
		N8N_USER_FOLDER: options.userFolder,
		// A worker listens for health checks only.
		...(options.role === 'worker'
			? {
					QUEUE_HEALTH_CHECK_ACTIVE: 'true',
					QUEUE_HEALTH_CHECK_PORT: String(port),
					N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				}
			: { N8N_PORT: String(port) }),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		DB_TYPE: 'sqlite',
		WEBHOOK_URL: `${url}/`,
		N8N_EDITOR_BASE_URL: url,
		...options.env,
	};
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}

function tail(file: string, lines = 25): string {
	return existsSync(file)
		? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
		: '';
}

async function isReady(url: string, role: N8nRole): Promise<boolean> {
	const paths = ['/healthz/readiness', ...(role === 'start' ? ['/rest/settings'] : [])];
	for (const path of paths) if (!(await answers(`${url}${path}`))) return false;
	return true;
}

/** Starts n8n and resolves when its database is migrated and it answers. */
export async function startN8n(options: N8nHostOptions): Promise<N8nHost> {
	const { role = 'start' } = options;
	const port = options.port ?? (await findFreePort());
	const brokerPort = await findFreePort();
	const logFile = options.logFile ?? join(options.userFolder, 'n8n.log');
	mkdirSync(options.userFolder, { recursive: true });
	mkdirSync(dirname(logFile), { recursive: true });

	const started = Date.now();
	const output = openSync(logFile, 'w');
	const child = spawn(
		join(DEMO_FOLDER, 'node_modules', '.bin', 'node'),
		[join(DEMO_FOLDER, 'node_modules', 'n8n', 'bin', 'n8n'), role],
		{
			cwd: options.userFolder,
			env: hostEnvironment(options, port, brokerPort),
			// A file, not a pipe: the log survives us. Its own group: its task runner is stopped with it.
			stdio: ['ignore', output, output],
			detached: true,
		},
	);
	closeSync(output);
	let exit: string | undefined;
	child.on('error', (error) => {
		exit = error.message;
	});
	child.on('exit', (code, signal) => {
		exit = `it ended with ${code ?? signal}`;
	});
	const pid = child.pid;
	if (pid === undefined) {
		await sleep(0);
		throw new Error(
			`n8n could not be started: ${exit ?? 'no process'}. Delete demo/node_modules and run again.`,
		);
	}
	const identity = processIdentity(pid);
	options.onSpawn?.({ pid, identity, port });
	// Should this process die by an exception, n8n must not stay behind.
	const lastResort = () => {
		try {
			process.kill(-pid, 'SIGKILL');
		} catch {
			// Gone already.
		}
	};
	process.on('exit', lastResort);
	const stop = async () => {
		await stopGroup(pid);
		process.off('exit', lastResort);
	};

	const url = `http://127.0.0.1:${port}`;
	while (!(await isReady(url, role))) {
		const late = Date.now() - started > READY_TIMEOUT_MS;
		if (exit !== undefined || late) {
			await stop();
			const reason = exit ?? `it did not answer within ${READY_TIMEOUT_MS / 1000} s`;
			throw new Error(
				`n8n did not start: ${reason}. Its log (${logFile}) ends with:\n${tail(logFile)}`,
			);
		}
		await sleep(150);
	}

	return {
		url,
		port,
		pid,
		identity,
		userFolder: options.userFolder,
		logFile,
		client: new N8nClient(url),
		startupMs: Date.now() - started,
		log: () => readFileSync(logFile, 'utf8'),
		hasExited: () => exit !== undefined,
		stop,
	};
}
