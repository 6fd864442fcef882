// n8n's SQLite file, read and written beside a running n8n where its REST API has no way.
import { join } from 'node:path';

export interface Database {
	exec(sql: string): void;
	prepare(sql: string): {
		run(...values: Array<string | number | null>): unknown;
		all(...values: Array<string | number | null>): Array<Record<string, unknown>>;
	};
	close(): void;
}

/** node:sqlite of Node 24; the installed Node types are those of the oldest Node we support. */
export function openHostDatabase(userFolder: string): Database {
	const sqlite = process.getBuiltinModule('node:sqlite' as 'node:fs') as unknown as
		{ DatabaseSync: new (path: string) => Database } | undefined;
	if (!sqlite) throw new Error('This needs Node.js 24: start it through the npm scripts');
	const database = new sqlite.DatabaseSync(join(userFolder, '.n8n', 'database.sqlite'));
	database.exec('PRAGMA busy_timeout = 10000');
	return database;
}

export interface RegisteredWebhook {
	workflowId: string;
	node: string;
	method: string;
	/** Below `/webhook/`. */
	path: string;
}

/** The production webhooks of all active workflows. */
export function registeredWebhooks(userFolder: string): RegisteredWebhook[] {
	const database = openHostDatabase(userFolder);
	try {
		const rows = database
			.prepare('SELECT workflowId, node, method, webhookPath FROM webhook_entity')
			.all();
		return rows.map((row) => ({
			workflowId: String(row.workflowId),
			node: String(row.node),
			method: String(row.method),
			path: String(row.webhookPath),
		}));
	} finally {
		database.close();
	}
}
