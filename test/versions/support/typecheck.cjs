// Says what n8n-workflow's own types of one host find wrong with the descriptions of the package: [host, package].
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const [host, folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(path.join(folder, 'dist/types', name), 'utf8'));

/** What n8n's own build adds to a description for the editor. */
const ADDED = ['codex', 'iconUrl', 'communityNodePackageVersion'];
const without = (entry) =>
	Object.fromEntries(Object.entries(entry).filter(([key]) => !ADDED.includes(key)));

const lines = [
	"import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';",
	...read('nodes.json').map(
		(entry) =>
			`export const ${entry.name}: INodeTypeDescription = ${JSON.stringify(without(entry))};`,
	),
	...read('credentials.json').map(
		({ name, properties }) =>
			`export const ${name}: INodeProperties[] = ${JSON.stringify(properties)};`,
	),
];
const file = path.join(folder, 'descriptions.ts');
writeFileSync(file, lines.join('\n'));

const program = ts.createProgram([file], {
	strict: true,
	noEmit: true,
	skipLibCheck: true,
	types: [],
	module: ts.ModuleKind.CommonJS,
	moduleResolution: ts.ModuleResolutionKind.Node10,
	target: ts.ScriptTarget.ES2022,
	baseUrl: folder,
	paths: { 'n8n-workflow': [path.join(host, 'node_modules/n8n-workflow')] },
});
const findings = ts.getPreEmitDiagnostics(program).map(({ messageText, start, file: source }) => {
	const line = source ? source.getLineAndCharacterOfPosition(start ?? 0).line : 0;
	const [, name = ''] = /^export const (\w+)/.exec(lines[line]) ?? [];
	return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
});
process.stdout.write(JSON.stringify(findings));
