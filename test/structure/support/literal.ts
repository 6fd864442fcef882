import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { builtCredentials, builtNodes } from './built';
import { ROOT } from './paths';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const key = (name: string) => (IDENTIFIER.test(name) ? name : JSON.stringify(name));

/** A value as TypeScript source. Lint rules read identifiers as keys, so JSON would not do. */
export function literal(value: unknown, indent = ''): string {
	const deeper = `${indent}\t`;
	if (Array.isArray(value)) {
		if (value.length === 0) return '[]';
		const items = value.map((item) => `${deeper}${literal(item, deeper)},\n`).join('');
		return `[\n${items}${indent}]`;
	}
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
		if (entries.length === 0) return '{}';
		const lines = entries.map(
			([name, inner]) => `${deeper}${key(name)}: ${literal(inner, deeper)},\n`,
		);
		return `{\n${lines.join('')}${indent}}`;
	}
	if (typeof value === 'string') {
		return `'${JSON.stringify(value).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
	}
	if (value === null || typeof value === 'number' || typeof value === 'boolean')
		return String(value);
	throw new Error(`A description must be plain data, found ${typeof value}`);
}

/** Connections as source writes them. */
function connections(value: INodeType['description']['inputs']): string {
	return literal(value).replace(/'main'/g, 'NodeConnectionTypes.Main');
}

const STUB = 'async () => true';

function webhookMethods(node: INodeType): string {
	if (!node.webhookMethods) return '';
	const groups = Object.entries(node.webhookMethods).map(([group, methods]) => {
		const lines = Object.keys(methods ?? {}).map((method) => `\t\t\t${method}: ${STUB},\n`);
		return `\t\t${key(group)}: {\n${lines.join('')}\t\t},\n`;
	});
	return `\twebhookMethods = {\n${groups.join('')}\t};\n`;
}

function methodStubs(node: INodeType): string {
	const groups = Object.entries(node.methods ?? {}).map(([group, methods]) => {
		const lines = Object.keys(methods ?? {}).map((method) => `\t\t\t${key(method)}: ${STUB},\n`);
		return `\t\t${key(group)}: {\n${lines.join('')}\t\t},\n`;
	});
	return groups.length > 0 ? `\tmethods = {\n${groups.join('')}\t};\n` : '';
}

function runStubs(node: INodeType): string {
	const execute = `\tasync execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {\n\t\treturn [this.getInputData()];\n\t}\n`;
	const webhook = `\tasync webhook(): Promise<IWebhookResponseData> {\n\t\treturn {};\n\t}\n`;
	return `${node.execute ? execute : ''}${node.webhook ? webhook : ''}`;
}

export function nodeSource(className: string, node: INodeType): string {
	const { inputs, outputs, ...rest } = node.description;
	const body = literal(rest, '\t')
		.replace(/^\{\n/, '')
		.replace(/\n\t\}$/, '');
	return [
		"import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookResponseData } from 'n8n-workflow';",
		"import { NodeConnectionTypes } from 'n8n-workflow';\n",
		`export class ${className} implements INodeType {`,
		'\tdescription: INodeTypeDescription = {',
		`\t\tinputs: ${connections(inputs)},`,
		`\t\toutputs: ${connections(outputs)},`,
		body,
		'\t};\n',
		`${webhookMethods(node)}${methodStubs(node)}${runStubs(node)}}\n`,
	].join('\n');
}

export function credentialSource(className: string, credential: ICredentialType): string {
	const types: Record<string, string> = {
		icon: ': Icon',
		properties: ': INodeProperties[]',
		test: ': ICredentialTestRequest',
		authenticate: ': IAuthenticateGeneric',
	};
	const fields = Object.entries(credential).map(([name, value]) =>
		typeof value === 'function'
			? `\t${name} = async () => ({});\n`
			: `\t${name}${types[name] ?? ''} = ${literal(value, '\t')};\n`,
	);
	return [
		"import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, INodeProperties, Icon } from 'n8n-workflow';\n",
		`export class ${className} implements ICredentialType {`,
		`${fields.join('\n')}}\n`,
	].join('\n');
}

/** Writes every built description out as hand-written source would look, in a package of its own. */
export function writeLiterals(folder: string): void {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
	cpSync(join(ROOT, 'icons'), join(folder, 'icons'), { recursive: true });
	const sources = [
		...builtNodes().map(
			({ className, file, node }) => [file, nodeSource(className, node)] as const,
		),
		...builtCredentials().map(
			({ className, file, credential }) => [file, credentialSource(className, credential)] as const,
		),
	];
	for (const [builtFile, source] of sources) {
		const file = join(folder, builtFile.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, source);
	}
}
