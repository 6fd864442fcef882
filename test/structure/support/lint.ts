import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Finding {
	file: string;
	line: number;
	rule: string;
	message: string;
}

export interface LintRun {
	findings: Finding[];
	/** The exceptions eslint.config.mjs makes. */
	accepted: Array<{ file: string; rules: string[] }>;
	/** How many files were read. */
	files: number;
}

/** `strict` is every rule of eslint.config.mjs without exceptions; `scanner` is what n8n's scanner applies. */
export function lint(config: 'strict' | 'scanner', folder: string, patterns: string[]): LintRun {
	const runner = join(__dirname, 'lint-runner.mjs');
	// eslint-plugin-n8n-nodes-base looks at no file names while NODE_ENV is "test", as jest sets it.
	const env = { ...process.env, NODE_ENV: 'production' };
	const output = execFileSync(process.execPath, [runner, config, folder, ...patterns], {
		encoding: 'utf8',
		env,
		maxBuffer: 64 * 1024 * 1024,
	});
	return JSON.parse(output) as LintRun;
}

const PREFIXES = /^@n8n\/community-nodes(-scanner)?\//;

/** `file rule`, each once: both versions of the community plugin report the same things. */
export function summary(findings: Finding[]): string[] {
	const lines = findings.map(({ file, rule }) => `${file} ${rule.replace(PREFIXES, '')}`);
	return [...new Set(lines)].sort();
}

/** One readable line per finding, for expecting an empty list. */
export function readable(findings: Finding[]): string[] {
	return findings.map(({ file, line, rule, message }) => `${file}:${line} ${rule}: ${message}`);
}
