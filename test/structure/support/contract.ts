import { dirname, join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { builtCredentials, builtNodes, choices, walk } from './built';
import { filesBelow, readJson, ROOT } from './paths';

interface Schema {
	properties?: Record<string, Schema>;
	items?: Schema;
}

export interface Contract {
	[kind: string]: Record<string, string[]>;
}

/** `message.sendSms `, for each operation a field belongs to; once nothing for a field of all. */
function places(property: INodeProperties): string[] {
	const { resource = [], operation = [] } = property.displayOptions?.show ?? {};
	if (operation.length === 0)
		return resource.length === 0 ? [''] : resource.map((one) => `${one} `);
	const resources = resource.length === 0 ? ['*'] : resource;
	return resources.flatMap((one) => operation.map((other) => `${one}.${other} `));
}

function parameters(properties: INodeProperties[]): string[] {
	const lines = properties.flatMap((top) => {
		const below = walk([top], '').flatMap(({ path, property }) => [
			`${path}: ${property.type}`,
			...choices(property).map(({ value }) => `${path} = ${String(value)}`),
		]);
		return places(top).flatMap((place) => below.map((line) => `${place}${line}`));
	});
	return [...new Set(lines)].sort();
}

function keys(schema: Schema, path: string): string[] {
	const inner = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
		`${path}${name}`,
		...keys(child, `${path}${name}.`),
	]);
	return [...inner, ...(schema.items ? keys(schema.items, `${path.replace(/\.$/, '')}[].`) : [])];
}

function outputs(): Record<string, string[]> {
	const folders = [...new Set(builtNodes().map(({ file }) => dirname(file)))];
	const files = folders.flatMap((folder) => filesBelow(folder, /\/__schema__\/.*\.json$/));
	return Object.fromEntries(
		files.map((file) => {
			const name = file
				.replace(/^dist\/nodes\//, '')
				.replace('/__schema__', '')
				.replace(/\.json$/, '');
			return [name, keys(readJson<Schema>(join(ROOT, file)), '').sort()];
		}),
	);
}

/** What workflows in the field depend on: removing or renaming a line breaks somebody. */
export function contract(): Contract {
	const nodes = builtNodes().map(({ description }) => {
		const versions = `version: ${[description.version].flat().join(', ')}`;
		const credentials = (description.credentials ?? []).map(({ name }) => `credential: ${name}`);
		const webhooks = (description.webhooks ?? []).map(
			(hook) => `webhook: ${hook.name} ${hook.path}`,
		);
		const lines = [versions, ...credentials, ...webhooks, ...parameters(description.properties)];
		return [description.name, lines] as const;
	});
	const credentials = builtCredentials().map(
		({ credential }) => [credential.name, parameters(credential.properties)] as const,
	);
	return {
		nodes: Object.fromEntries(nodes),
		credentials: Object.fromEntries(credentials),
		outputs: outputs(),
	};
}
