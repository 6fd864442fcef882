// Redis and PostgreSQL of our own: own folders, own ports, loopback only, a password each; never the system's.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort } from '../../../demo/ports';
import { isAlive, processIdentity } from '../../../demo/processes';
import { SCALE_FOLDER } from './folder';
import { partOf, readCluster, recordPart, type PartName } from './record';

const run = promisify(execFile);

const READY_TIMEOUT_MS = 120_000;
const REDIS_TIMEOUT_MS = 60_000;
export const DATABASE_USER = 'n8n';

interface Account {
	uid: number;
	gid: number;
}

/** PostgreSQL refuses to run as root; then it runs as its own user, or as nobody. */
function unprivileged(): Account | undefined {
	if (process.getuid?.() !== 0) return undefined;
	for (const user of ['postgres', 'nobody']) {
		const ask = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
		try {
			return { uid: ask('-u'), gid: ask('-g') };
		} catch {
			// No such user: the next one.
		}
	}
	throw new Error('PostgreSQL refuses to run as root, and there is no other user to run it as');
}

/** The state folder, or one below the system's temporary files where that user cannot get at it. */
export function makeDataFolder(): string {
	const account = unprivileged();
	const folder = join(SCALE_FOLDER, 'postgres');
	mkdirSync(folder, { recursive: true });
	if (!account) return folder;
	chownSync(folder, account.uid, account.gid);
	if (spawnSync('test', ['-w', folder], account).status === 0) return folder;
	const elsewhere = mkdtempSync(join(tmpdir(), 'voice-providers-scale-'));
	chownSync(elsewhere, account.uid, account.gid);
	return elsewhere;
}

function tool(name: string): string {
	return join(process.env.POSTGRES_BIN ?? '', name);
}

/** A process in the background, recorded at once; the log is a file, so that it survives us. */
function startPart(
	name: PartName,
	port: number,
	[command = '', ...args]: string[],
	options: { account?: Account; cwd: string },
): void {
	const output = openSync(join(SCALE_FOLDER, `${name}.log`), 'a');
	const child = spawn(command, args, {
		...options.account,
		cwd: options.cwd,
		stdio: ['ignore', output, output],
		detached: true,
	});
	closeSync(output);
	// Tests wait for what they need; the process must not keep them from ending.
	child.unref();
	child.on('error', () => undefined);
	if (child.pid === undefined) throw new Error(`${command} could not be started`);
	recordPart(name, { pid: child.pid, identity: processIdentity(child.pid), port });
}

async function untilReady(name: PartName, ready: () => Promise<unknown>): Promise<void> {
	const deadline = Date.now() + READY_TIMEOUT_MS;
	for (;;) {
		try {
			await ready();
			return;
		} catch (error) {
			if (isAlive(partOf(name).pid) && Date.now() < deadline) await sleep(50);
			else {
				const log = readFileSync(join(SCALE_FOLDER, `${name}.log`), 'utf8').slice(-2000);
				throw new Error(`${name} did not start: ${String(error)}\n${log}`);
			}
		}
	}
}

export async function startPostgres(): Promise<void> {
	const { dataFolder, password } = readCluster();
	const account = unprivileged();
	const data = join(dataFolder, 'data');
	const passwordFile = join(dataFolder, 'password');
	writeFileSync(passwordFile, password, { mode: 0o600 });
	if (account) chownSync(passwordFile, account.uid, account.gid);
	const init = `--pgdata=${data} --username=${DATABASE_USER} --pwfile=${passwordFile} --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync`;
	await run(tool('initdb'), init.split(' '), { ...account, cwd: dataFolder });
	rmSync(passwordFile);
	const port = await findFreePort();
	// Processes are killed here, machines are not, so nothing waits for the disk.
	const settings = [
		`port=${port}`,
		'listen_addresses=127.0.0.1',
		'unix_socket_directories=',
		'fsync=off',
		'max_connections=100',
	];
	const args = settings.flatMap((setting) => ['-c', setting]);
	startPart('postgres', port, [tool('postgres'), '-D', data, ...args], {
		account,
		cwd: dataFolder,
	});
	await untilReady('postgres', async () => await query('SELECT 1'));
}

/** Rows of n8n's database, each column as text. */
export async function query(sql: string): Promise<string[][]> {
	const { stdout } = await run(
		tool('psql'),
		['--no-psqlrc', '--tuples-only', '--no-align', '--field-separator=\t', '--command', sql],
		{
			env: {
				...process.env,
				PGHOST: '127.0.0.1',
				PGPORT: String(partOf('postgres').port),
				PGUSER: DATABASE_USER,
				PGPASSWORD: readCluster().password,
				PGDATABASE: 'postgres',
			},
			maxBuffer: 64 * 1024 * 1024,
		},
	);
	const lines = stdout.split('\n').filter(Boolean);
	return lines.map((line) => line.split('\t'));
}

/**
 * Redis as Debian configures it: a snapshot from time to time and at a shutdown. With `log` it also writes down every
 * change (`appendonly yes`), as those do who must not lose their queue.
 */
export async function startRedis({ port, log = false }: { port?: number; log?: boolean } = {}) {
	const folder = join(SCALE_FOLDER, 'redis');
	mkdirSync(folder, { recursive: true });
	const chosen = port ?? (await findFreePort());
	const config = join(folder, 'redis.conf');
	const lines = [
		'bind 127.0.0.1',
		`port ${chosen}`,
		`requirepass ${readCluster().password}`,
		`dir ${folder}`,
		'save 3600 1 300 100 60 10000',
		`appendonly ${log ? 'yes' : 'no'}`,
		// As for PostgreSQL. A slow disk would otherwise keep Redis from writing, and changes would die with the process.
		'appendfsync no',
		'daemonize no',
	];
	writeFileSync(config, `${lines.join('\n')}\n`);
	chmodSync(config, 0o600);
	startPart('redis', chosen, [process.env.REDIS_SERVER ?? 'redis-server', config], { cwd: folder });
	await untilReady('redis', async () => await redis('PING'));
}

/** One command to Redis, as `redis-cli` sends it. */
export async function redis(...command: string[]): Promise<string> {
	const socket = createConnection({ host: '127.0.0.1', port: partOf('redis').port });
	return await new Promise((resolve, reject) => {
		let answer = '';
		socket.setTimeout(REDIS_TIMEOUT_MS, () => socket.destroy(new Error('Redis does not answer')));
		socket.on('error', reject);
		socket.on('data', (chunk) => {
			answer += chunk.toString();
			const [login = '', ...rest] = answer.split('\r\n');
			if (!login.startsWith('+')) return void socket.destroy(new Error(login));
			if (rest.length < 2) return;
			const [text = '', ...lines] = rest;
			// A long answer: its length stands before it.
			const long = text.startsWith('$') ? lines.join('\r\n') : undefined;
			if (long !== undefined && long.length < Number(text.slice(1))) return;
			socket.end();
			if (long !== undefined) resolve(long);
			else if (/^[+:]/.test(text)) resolve(text.slice(1));
			else reject(new Error(text));
		});
		socket.on('connect', () => {
			socket.write(`AUTH ${readCluster().password}\r\n${command.join(' ')}\r\n`);
		});
	});
}
