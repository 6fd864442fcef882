// Writes what is made from the code: the output schemas of nodes/<provider>/__schema__ and the pages of all operations.
//
//   npm run build && npx tsx scripts/docs.ts          writes them
//   npm run build && npx tsx scripts/docs.ts --check  ends with code 1 when a committed file differs
//
// The schemas come from real outputs: every operation runs in n8n's engine, from dist/, against the
// simulator. They are copied into dist/ by the next build.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

import { format, resolveConfig } from 'prettier';

const ROOT = join(__dirname, '..');
const VERSION = 'v1.0.0';
const FOLDERS = ['AlphaSms', 'Velip', 'VoximplantKit', 'VoximplantKitCustomChannel'];
const schemaFolder = (folder: string) => `nodes/${folder}/__schema__`;

/** n8n-core keeps settings there, and must not touch a real installation. */
process.env.N8N_USER_FOLDER ??= join(tmpdir(), 'voice-providers-docs');

interface OutputSchema {
	properties?: Record<string, unknown>;
}

/** Formatted like every other file, so that neither tool undoes the other's work. */
async function formatted(file: string, text: string): Promise<string> {
	const filepath = join(ROOT, file);
	const config = await resolveConfig(filepath, { editorconfig: true });
	return await format(text, { ...config, filepath });
}

/** All generated files, as `/`-separated paths relative to the repository. */
async function generate(): Promise<Map<string, string>> {
	mkdirSync(process.env.N8N_USER_FOLDER ?? '', { recursive: true });
	const { books } = await import('./docs/books');
	const { outputSchema } = await import('./docs/schema');
	const { operationsPage } = await import('./docs/page');

	const files = new Map<string, string>();
	for (const { folder, page, collect, open, book } of books) {
		const samples = await collect();
		const keys = new Map<string, string[]>();
		const { operations } = book.provider;
		// Nodes without resource and operation have one file beside the folders; only triggers do.
		const wanted = [...operations.map(({ resource, name }) => `${resource}/${name}`), 'trigger'];
		for (const name of wanted) {
			const schema: OutputSchema = outputSchema(samples.get(name) ?? [], open[name]);
			const place = name === 'trigger' ? VERSION : `${VERSION}/${name}`;
			const file = `${schemaFolder(folder)}/${place}.json`;
			files.set(file, await formatted(file, JSON.stringify(schema, null, 2)));
			keys.set(name, Object.keys(schema.properties ?? {}));
		}
		files.set(page, await formatted(page, operationsPage(book, keys)));
	}
	return files;
}

function committedSchemas(): string[] {
	const folders = FOLDERS.map((name) => join(ROOT, schemaFolder(name))).filter(existsSync);
	return folders.flatMap((folder) =>
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')),
	);
}

function differences(files: ReadonlyMap<string, string>): string[] {
	const current = (file: string) =>
		existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : undefined;
	return [
		...[...files.keys()].filter((file) => current(file) !== files.get(file)),
		...committedSchemas().filter((file) => !files.has(file)),
	];
}

async function main(): Promise<number> {
	const files = await generate();
	const changed = differences(files);
	if (process.argv.includes('--check')) {
		if (changed.length === 0) return 0;
		process.stderr.write(
			`These files are not what the code says; run "npx tsx scripts/docs.ts":\n  ${changed.join('\n  ')}\n`,
		);
		return 1;
	}
	for (const file of changed) {
		const text = files.get(file);
		if (text === undefined) {
			rmSync(join(ROOT, file));
			continue;
		}
		mkdirSync(dirname(join(ROOT, file)), { recursive: true });
		writeFileSync(join(ROOT, file), text);
	}
	process.stdout.write(`${changed.length} of ${files.size} files changed\n`);
	return 0;
}

main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(1);
	},
);
