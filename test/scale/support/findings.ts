// Numbers that a person wants to read afterwards; those of the documentation come from here.
import { readJson, writeJson } from './folder';

const FILE = 'findings.json';

/** Written to artifacts/scale/findings.json, and shown. */
export function note(name: string, facts: Record<string, unknown>): void {
	writeJson(FILE, { ...readJson<Record<string, unknown>>(FILE), [name]: facts });
	process.stdout.write(`  ${name}: ${JSON.stringify(facts)}\n`);
}
