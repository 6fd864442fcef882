// Runs ESLint outside jest, whose module loader cannot load the plugins (ES modules only).
//   node lint-runner.mjs <strict|scanner> <folder> <pattern>...
// Prints { findings: [{ file, line, rule, message }], accepted: [{ file, rules }] }.
import { relative, sep } from 'node:path';
import { ESLint } from 'eslint';
import tsParser from '@typescript-eslint/parser';
import communityNodes from '@n8n/eslint-plugin-community-nodes-scanner';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import { accepted, strict } from '../../../eslint.config.mjs';

/** What n8n's package scanner applies to the JavaScript and the package.json of a tarball. */
const scanner = [
	communityNodes.configs.recommended,
	{ rules: { 'no-console': 'error' } },
	{ plugins: { 'n8n-nodes-base': nodesBase } },
	{ files: ['package.json'], rules: nodesBase.configs.community.rules },
	{ files: ['**/*.json'], languageOptions: { parser: tsParser } },
];

const [config, folder, ...patterns] = process.argv.slice(2);
const eslint = new ESLint({
	cwd: folder,
	allowInlineConfig: false,
	overrideConfigFile: true,
	overrideConfig: { strict, scanner }[config],
	// The scanner is pointed at an unpacked package, which lies below an ignored folder here.
	ignore: config !== 'scanner',
});
const results = await eslint.lintFiles(patterns);
const findings = results.flatMap(({ filePath, messages }) =>
	messages.map(({ line, ruleId, message }) => ({
		file: relative(folder, filePath).split(sep).join('/'),
		line,
		rule: ruleId,
		message,
	})),
);
process.stdout.write(JSON.stringify({ findings, accepted, files: results.length }));
