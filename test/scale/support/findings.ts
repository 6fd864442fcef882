// Numbers that a person wants to read afterwards; those of the documentation come from here.
import { readFileSync } from 'node:fs';
import { readJson, writeJson } from './folder';
import { readCluster } from './record';

const FILE = 'findings.json';

/** Written to artifacts/scale/findings.json, and shown. */
export function note(name: string, facts: Record<string, unknown>): void {
	writeJson(FILE, { ...readJson<Record<string, unknown>>(FILE), [name]: facts });
	process.stdout.write(`  ${name}: ${JSON.stringify(facts)}\n`);
}

function cpuSeconds(pid: number): number {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// Fields after the command name, which may itself contain spaces; user and system time, in hundredths.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return (Number(fields[11]) + Number(fields[12])) / 100;
	} catch {
		// Not Linux: not measured.
		return 0;
	}
}

/** Begins to measure; what it gives says how much CPU time each process of n8n has used since. */
export function cpuOf(): () => Record<string, number> {
	const measure = () =>
		['main', 'webhook', 'worker1', 'worker2'].map((name) => {
			const part = readCluster().parts[name as 'main'];
			return [name, part ? cpuSeconds(part.pid) : 0] as const;
		});
	const before = new Map(measure());
	return () =>
		Object.fromEntries(
			measure().map(([name, now]) => [name, Math.round((now - (before.get(name) ?? 0)) * 10) / 10]),
		);
}
