// The processes of the cluster, in a file: tests, set-up and tear-down are separate contexts, and a run
// that was killed must not leave its processes to the next one.
import { isAlive, processIdentity, stopGroup } from '../../../demo/processes';
import { readJson, writeJson } from './folder';

export type PartName = 'redis' | 'postgres' | 'main' | 'worker1' | 'worker2' | 'webhook';

export interface Part {
	pid: number;
	/** See `processIdentity`. */
	identity?: string;
	port: number;
}

/** What everything needs to find the cluster. */
export interface Cluster {
	/** Of PostgreSQL and Redis. */
	password: string;
	/** Where PostgreSQL keeps its data. */
	dataFolder: string;
	encryptionKey: string;
	/** Of the owner; n8n limits how often one may log in. */
	cookie: string;
	parts: Partial<Record<PartName, Part>>;
}

const FILE = 'cluster.json';

export function readCluster(): Cluster {
	const cluster = readJson<Cluster>(FILE);
	if (!cluster) throw new Error('There is no cluster; start the tests with "npm run test:scale"');
	return cluster;
}

export function changeCluster(change: Partial<Cluster>): void {
	writeJson(FILE, { ...readCluster(), ...change });
}

export function createCluster(cluster: Omit<Cluster, 'parts' | 'cookie'>): void {
	writeJson(FILE, { ...cluster, cookie: '', parts: {} } satisfies Cluster);
}

export function recordPart(name: PartName, part: Part): void {
	changeCluster({ parts: { ...readCluster().parts, [name]: part } });
}

export function partOf(name: PartName): Part {
	const part = readCluster().parts[name];
	if (!part) throw new Error(`"${name}" was not started`);
	return part;
}

export const urlOf = (name: PartName) => `http://127.0.0.1:${partOf(name).port}`;

/** True only for the very process that was recorded, not for a later one with the same number. */
function isOurs({ pid, identity }: Part): boolean {
	return identity !== undefined && processIdentity(pid) === identity;
}

/** Ends a part and its children as a shutdown would. */
export async function stopPart(name: PartName): Promise<void> {
	const part = partOf(name);
	if (isOurs(part)) await stopGroup(part.pid);
}

/** Ends a part and its children without a last word. */
export async function killPart(name: PartName): Promise<void> {
	const part = partOf(name);
	if (!isOurs(part)) throw new Error(`"${name}" does not run`);
	process.kill(-part.pid, 'SIGKILL');
	while (isOurs(part) && isAlive(part.pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** n8n first, then what it needs. Also for what an earlier run left behind. */
export async function stopAll(): Promise<void> {
	const cluster = readJson<Cluster>(FILE);
	if (!cluster) return;
	const { parts } = cluster;
	const started = (name: PartName) => name in parts;
	const n8n: PartName[] = ['webhook', 'worker1', 'worker2', 'main'];
	await Promise.all(n8n.filter(started).map(stopPart));
	await Promise.all((['redis', 'postgres'] as const).filter(started).map(stopPart));
}
