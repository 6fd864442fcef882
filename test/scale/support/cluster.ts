// n8n in queue mode: main, two workers, one webhook process, each with a user folder and a copy of the pack of its
// own, as on machines of their own.
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { N8nClient } from '../../../demo/client';
import { findFreePort, installPack, startN8n, type N8nRole } from '../../../demo/host';
import { SCALE_FOLDER } from './folder';
import {
	changeCluster,
	createCluster,
	partOf,
	readCluster,
	recordPart,
	stopAll,
	urlOf,
	type PartName,
} from './record';
import { DATABASE_USER, makeDataFolder, startPostgres, startRedis } from './services';

const LOGIN = { email: 'scale@voice-providers.example', password: 'Scale-password-1' };

/** n8n's defaults are 60, 10 and 30 seconds: the same, six times as fast. */
export const STALLED = { lockMs: 10_000, renewMs: 1_700, checkMs: 5_000 };

export type N8nPart = Extract<PartName, 'main' | 'worker1' | 'worker2' | 'webhook'>;
export const WORKERS = ['worker1', 'worker2'] as const;
const ROLES: Record<N8nPart, N8nRole> = {
	main: 'start',
	worker1: 'worker',
	worker2: 'worker',
	webhook: 'webhook',
};

export const logFileOf = (name: PartName) => join(SCALE_FOLDER, `${name}.log`);
export const logOf = (name: PartName) => readFileSync(logFileOf(name), 'utf8');
const userFolderOf = (name: N8nPart) => join(SCALE_FOLDER, name);

function queueMode(webhookPort: number): Record<string, string> {
	const { password, encryptionKey } = readCluster();
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: encryptionKey,
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(partOf('postgres').port),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: DATABASE_USER,
		DB_POSTGRESDB_PASSWORD: password,
		DB_POSTGRESDB_POOL_SIZE: '10',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(partOf('redis').port),
		QUEUE_BULL_REDIS_PASSWORD: password,
		QUEUE_WORKER_LOCK_DURATION: String(STALLED.lockMs),
		QUEUE_WORKER_LOCK_RENEW_TIME: String(STALLED.renewMs),
		QUEUE_WORKER_STALLED_INTERVAL: String(STALLED.checkMs),
		// Where the internet would come in.
		WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/`,
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${webhookPort}`,
	};
}

/** Starts one part, or starts it again on its old port. */
export async function startPart(name: N8nPart, webhookPort = partOf('webhook').port) {
	const known = readCluster().parts[name]?.port;
	const port = name === 'webhook' ? webhookPort : (known ?? (await findFreePort()));
	return await startN8n({
		role: ROLES[name],
		port,
		userFolder: userFolderOf(name),
		logFile: logFileOf(name),
		env: queueMode(webhookPort),
		onSpawn: (part) => recordPart(name, part),
	});
}

export function mainClient(): N8nClient {
	return new N8nClient(urlOf('main'), readCluster().cookie);
}

function installEverywhere(folder: string): void {
	for (const name of ['worker1', 'worker2', 'webhook'] as const) {
		const nodes = join('.n8n', 'nodes');
		cpSync(join(folder, nodes), join(userFolderOf(name), nodes), { recursive: true });
	}
}

/** Everything new: databases, the pack, the processes, the owner. */
export async function startCluster(): Promise<void> {
	await stopAll();
	rmSync(SCALE_FOLDER, { recursive: true, force: true });
	mkdirSync(SCALE_FOLDER, { recursive: true });
	createCluster({
		password: randomBytes(16).toString('hex'),
		encryptionKey: randomBytes(16).toString('hex'),
		dataFolder: makeDataFolder(),
	});
	const main = userFolderOf('main');
	await Promise.all([installPack({ userFolder: main }), startPostgres(), startRedis()]);
	installEverywhere(main);

	const webhookPort = await findFreePort();
	// The first one makes the tables.
	const { client } = await startPart('main', webhookPort);
	await client.signIn(LOGIN);
	changeCluster({ cookie: client.sessionCookie });
	const others = ['worker1', 'worker2', 'webhook'] as const;
	await Promise.all(others.map(async (name) => await startPart(name, webhookPort)));
}

export async function stopCluster(): Promise<void> {
	const { dataFolder } = readCluster();
	await stopAll();
	if (!dataFolder.startsWith(SCALE_FOLDER)) rmSync(dataFolder, { recursive: true, force: true });
}
