// Measures what every operation does under every fault, and writes docs/RELIABILITY.md from it.
//
//   npm run reliability                    measures everything, some minutes
//   npm run reliability -- --only Velip    measures one provider, and keeps the rest
//   npm run reliability -- --resume        goes on where a run was stopped
//   npm run reliability -- --page          writes the page from the stored results; with --resume from a stopped run
//   npm run reliability -- --check         ends with code 1 when the page is not what the stored results say
//
// Every operation runs in n8n's engine, from dist/, against the simulators; nothing on the page is written by hand
// but its explanations. Pauses between tries are cut short, limits of time are not.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { format, resolveConfig } from 'prettier';

import type { Measurement } from '../test/faults/support/reliability/measure';
import type { Results } from '../test/faults/support/reliability/results';

const ROOT = join(__dirname, '..');
const PAGE = 'docs/RELIABILITY.md';
/** Stalled connections only wait, and so do many others, for a Retry-After; large answers keep the processor busy. */
const AT_ONCE = { light: 16, stalled: 80, heavy: 2 };

/** n8n-core keeps settings there, and must not touch a real installation. */
process.env.N8N_USER_FOLDER ??= join(tmpdir(), 'voice-providers-reliability');

/** So many measurements are lost at most when a run is stopped. */
const PART = 10;
const PART_FILE = join(ROOT, 'artifacts', 'reliability.json');

function storePart(results: Results): void {
	mkdirSync(dirname(PART_FILE), { recursive: true });
	writeFileSync(PART_FILE, JSON.stringify([...results]));
}

function storedPart(): Results {
	if (!existsSync(PART_FILE)) return new Map();
	return new Map(JSON.parse(readFileSync(PART_FILE, 'utf8')) as Array<[string, Measurement]>);
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

interface Choice {
	readonly only?: string;
	readonly resume?: boolean;
}

async function measureAll({ only, resume }: Choice): Promise<Results> {
	// The engine prints every failed run.
	for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) console[level] = () => {};
	const { countPauses } = await import('../test/faults/support/reliability/measure');
	const { subjects } = await import('../test/faults/support/reliability/plan');
	const { cells, nameOf, read, RESULTS_FILE } =
		await import('../test/faults/support/reliability/results');
	const { pooled } = await import('../test/faults/support/spend');
	countPauses();

	const known = only && existsSync(join(ROOT, RESULTS_FILE)) ? read() : new Map();
	const results: Results = resume ? storedPart() : known;
	const wanted = subjects.filter(({ provider }) => only === undefined || provider === only);
	const jobs = [...cells(wanted)].filter(
		({ subject, fault, duration }) => !resume || !results.has(nameOf(subject, fault, duration)),
	);
	const groups = [
		[AT_ONCE.light, jobs.filter(({ fault }) => !fault.heavy && fault.timeout === undefined)],
		[AT_ONCE.stalled, jobs.filter(({ fault }) => fault.timeout !== undefined)],
		[AT_ONCE.heavy, jobs.filter(({ fault }) => fault.heavy)],
	] as const;
	for (const [width, list] of groups) {
		const started = Date.now();
		await pooled(list, width, async ({ subject, fault, duration }) => {
			results.set(nameOf(subject, fault, duration), await subject.run(fault, duration));
			if (results.size % PART === 0) storePart(results);
		});
		storePart(results);
		say(`${list.length} measured in ${Math.round((Date.now() - started) / 1000)} s`);
	}
	return results;
}

/** Formatted like every other file, so that neither tool undoes the other's work. */
async function page(results: Results): Promise<string> {
	const { reliabilityPage } = await import('./reliability/page');
	const filepath = join(ROOT, PAGE);
	const config = await resolveConfig(filepath, { editorconfig: true });
	return await format(reliabilityPage(results), { ...config, filepath });
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			only: { type: 'string' },
			resume: { type: 'boolean' },
			page: { type: 'boolean' },
			check: { type: 'boolean' },
		},
	});
	mkdirSync(process.env.N8N_USER_FOLDER ?? '', { recursive: true });
	const { read, write, RESULTS_FILE } = await import('../test/faults/support/reliability/results');
	if (values.check) {
		const current = existsSync(join(ROOT, PAGE)) ? readFileSync(join(ROOT, PAGE), 'utf8') : '';
		if (current === (await page(read()))) return 0;
		process.stderr.write(`${PAGE} is not what the results say; run "npm run reliability"\n`);
		return 1;
	}
	const kept = () => (values.resume ? storedPart() : read());
	const results = values.page ? kept() : await measureAll(values);
	writeFileSync(join(ROOT, RESULTS_FILE), write(results));
	writeFileSync(join(ROOT, PAGE), await page(results));
	const twice = [...results].filter(([, { accepted }]) => accepted > 1);
	for (const [name, { accepted }] of twice) say(`Accepted ${accepted} times: ${name}`);
	return twice.length === 0 ? 0 : 1;
}

main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(1);
	},
);
