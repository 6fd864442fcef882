import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPack, registerPack, startN8n, type N8nHost } from '../../../demo/host';
import { E2E_FOLDER, loadedPackFiles, LOGIN, writeSession } from './session';

declare global {
	var e2eHost: N8nHost | undefined;
}

/** A new n8n, the pack installed as n8n installs it, the owner created: as on a user's first day. */
export default async function globalSetup(): Promise<void> {
	rmSync(E2E_FOLDER, { recursive: true, force: true });
	const userFolder = join(E2E_FOLDER, 'n8n');
	const loadLogFile = join(E2E_FOLDER, 'load.log');

	const pack = await installPack({ userFolder, source: process.env.PACK_SOURCE });
	writeFileSync(loadLogFile, '');
	const host = await startN8n({
		userFolder,
		logFile: join(E2E_FOLDER, 'n8n.log'),
		env: {
			NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'loadLog.cjs'))}`,
			LOAD_LOG_FILE: loadLogFile,
			LOAD_LOG_FOLDER: pack.folder,
		},
	});
	globalThis.e2eHost = host;
	registerPack(userFolder, pack);
	await host.client.signIn(LOGIN);
	const started = {
		loadLogFile,
		pack: { name: pack.name, version: pack.version, folder: pack.folder },
	};
	writeSession({
		...started,
		url: host.url,
		pid: host.pid,
		userFolder,
		logFile: host.logFile,
		loadedAtStart: loadedPackFiles(started),
		startupMs: host.startupMs,
		cookie: host.client.sessionCookie,
	});
}
