// What globalSetup hands to the tests: they run in other contexts, so it goes through a file.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { N8nClient, type Credential, type Login } from '../../../demo/client';
import { startAlphaSmsSimulator } from '../../simulators/alphasms';
import { startVelipSimulator } from '../../simulators/velip';
import { startVoximplantKitSimulator } from '../../simulators/voximplantKit';
import { Editor } from './editor';

/** n8n's user folder, its log, and the session file. Another folder lets two runs go on side by side. */
export const E2E_FOLDER =
	process.env.E2E_FOLDER ?? join(__dirname, '..', '..', '..', 'artifacts', 'e2e');
const SESSION_FILE = join(E2E_FOLDER, 'session.json');

export const LOGIN: Login = { email: 'e2e@voice-providers.example', password: 'E2e-password-1' };

/** The shared n8n. */
export interface Session {
	url: string;
	pid: number;
	userFolder: string;
	logFile: string;
	/** One line per file of the pack that n8n's process loaded; see loadLog.cjs. */
	loadLogFile: string;
	/** Those of them that n8n had loaded when it was up and nobody had used it. */
	loadedAtStart: string[];
	startupMs: number;
	/** Of the owner; every test file logging in by itself would meet n8n's limit. */
	cookie: string;
	pack: { name: string; version: string; folder: string };
}

export function writeSession(session: Session): void {
	mkdirSync(dirname(SESSION_FILE), { recursive: true });
	writeFileSync(SESSION_FILE, JSON.stringify(session, null, 2));
}

export function readSession(): Session {
	return JSON.parse(readFileSync(SESSION_FILE, 'utf8')) as Session;
}

/** A client of the shared n8n, signed in. */
export async function signedInClient(session = readSession()): Promise<N8nClient> {
	return new N8nClient(session.url, session.cookie);
}

/** A browser of its own. Only the first one fills in the log-in form: n8n takes five log-ins a minute of one person. */
export async function openEditor(session = readSession()): Promise<Editor> {
	return await Editor.open(session.url, LOGIN, join(E2E_FOLDER, 'browser.json'));
}

/**
 * How the simulators call back: patiently. A report may come before n8n has stored that the execution waits for it, which
 * n8n answers with 409; and on a small machine a burst of callbacks takes a while.
 */
export const PATIENT = { callbackTries: 50, callbackTimeoutMs: 60_000 };

/** Files of the pack (relative, with forward slashes) that n8n has loaded so far, in order. */
export function loadedPackFiles(
	session: Pick<Session, 'loadLogFile' | 'pack'> = readSession(),
): string[] {
	const lines = readFileSync(session.loadLogFile, 'utf8').split('\n').filter(Boolean);
	const inside = lines.filter((file) => file.startsWith(session.pack.folder));
	return inside.map((file) => file.slice(session.pack.folder.length + 1).replaceAll('\\', '/'));
}

export type AlphaSmsSimulator = Awaited<ReturnType<typeof startAlphaSmsSimulator>>;

export interface AlphaSmsFixture {
	simulator: AlphaSmsSimulator;
	credential: Credential;
	close(): Promise<void>;
}

/** A simulator of its own for one test file, and a saved credential that points to it. */
export async function alphaSmsFixture(
	client: N8nClient,
	options: Parameters<typeof startAlphaSmsSimulator>[0] = {},
): Promise<AlphaSmsFixture> {
	const simulator = await startAlphaSmsSimulator({ lifecycleMs: 20, ...PATIENT, ...options });
	const data = {
		baseUrl: 'custom',
		customBaseUrl: simulator.url,
		apiKey: simulator.apiKey,
	};
	const name = `AlphaSMS simulator ${simulator.port}`;
	const credential = await client.createCredential('alphaSmsApi', name, data);
	return { simulator, credential, close: async () => await simulator.close() };
}

export type VelipSimulator = Awaited<ReturnType<typeof startVelipSimulator>>;

export interface VelipFixture {
	simulator: VelipSimulator;
	credential: Credential;
	close(): Promise<void>;
}

/** The same for Velip. */
export async function velipFixture(
	client: N8nClient,
	options: Parameters<typeof startVelipSimulator>[0] = {},
): Promise<VelipFixture> {
	const simulator = await startVelipSimulator({ lifecycleMs: 20, ...PATIENT, ...options });
	const data = { baseUrl: simulator.url, authentication: 'bearer', token: simulator.apiKey };
	const name = `Velip simulator ${simulator.port}`;
	const credential = await client.createCredential('velipApi', name, data);
	return { simulator, credential, close: async () => await simulator.close() };
}

export type KitSimulator = Awaited<ReturnType<typeof startVoximplantKitSimulator>>;

export interface KitFixture {
	simulator: KitSimulator;
	credential: Credential;
	/** Values of a credential for the simulator, some of them replaced. */
	data(more?: Record<string, string>): Record<string, string>;
	close(): Promise<void>;
}

/** The same for Voximplant Kit. */
export async function kitFixture(
	client: N8nClient,
	options: Parameters<typeof startVoximplantKitSimulator>[0] = {},
): Promise<KitFixture> {
	const simulator = await startVoximplantKitSimulator({ lifecycleMs: 20, ...PATIENT, ...options });
	const { hosts, domain, apiKey } = simulator;
	const data = (more: Record<string, string> = {}) => ({
		region: 'custom',
		domain,
		accessToken: apiKey,
		apiHost: hosts.api,
		messagingHost: hosts.messaging,
		ctiHost: hosts.cti,
		...more,
	});
	const name = `Voximplant Kit simulator ${simulator.port}`;
	const credential = await client.createCredential('voximplantKitApi', name, data());
	return { simulator, credential, data, close: async () => await simulator.close() };
}
