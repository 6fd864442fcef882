import { basename, join } from 'node:path';
import type {
	ICredentialType,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { ROOT, packageJson } from './paths';

export interface BuiltNode {
	className: string;
	/** As in package.json, e.g. `dist/nodes/AlphaSms/AlphaSms.node.js`. */
	file: string;
	node: INodeType;
	description: INodeTypeDescription;
	isTrigger: boolean;
}

export interface BuiltCredential {
	className: string;
	file: string;
	credential: ICredentialType;
}

function instantiate<T>(file: string): { className: string; instance: T } {
	const className = basename(file).split('.')[0] ?? '';
	// Without jest's own function, since the generator of docs/RELIABILITY.md has no jest.
	const loaded = require(join(ROOT, file)) as Record<string, new () => T>;
	const Constructor = loaded[className];
	if (!Constructor) throw new Error(`${file} exports no class ${className}`);
	return { className, instance: new Constructor() };
}

export function builtNodes(): BuiltNode[] {
	return packageJson.n8n.nodes.map((file) => {
		const { className, instance } = instantiate<INodeType>(file);
		const { description } = instance;
		const isTrigger = description.group.includes('trigger');
		return { className, file, node: instance, description, isTrigger };
	});
}

export function builtCredentials(): BuiltCredential[] {
	return packageJson.n8n.credentials.map((file) => {
		const { className, instance } = instantiate<ICredentialType>(file);
		return { className, file, credential: instance };
	});
}

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

export const isProperty = (entry: Entry): entry is INodeProperties => 'type' in entry;
export const isCollection = (entry: Entry): entry is INodePropertyCollection => 'values' in entry;
export const isOption = (entry: Entry): entry is INodePropertyOptions => 'value' in entry;

export interface Visited {
	/** e.g. `alphaSms: additionalFields.lifetime` */
	path: string;
	property: INodeProperties;
	/** The properties it stands among, itself included. */
	siblings: INodeProperties[];
}

/** Every property at every depth: in collections, fixed collections and resource locator modes. */
export function walk(properties: INodeProperties[], path: string): Visited[] {
	return properties.flatMap((property) => {
		const here = `${path}${property.name}`;
		const inner = property.options ?? [];
		const fixed = inner
			.filter(isCollection)
			.flatMap((group) => walk(group.values, `${here}.${group.name}.`));
		return [
			{ path: here, property, siblings: properties },
			...walk(inner.filter(isProperty), `${here}.`),
			...fixed,
		];
	});
}

export function allProperties(): Visited[] {
	const nodes = builtNodes().flatMap(({ description }) =>
		walk(description.properties, `${description.name}: `),
	);
	const credentials = builtCredentials().flatMap(({ credential }) =>
		walk(credential.properties, `${credential.name}: `),
	);
	return [...nodes, ...credentials];
}

/** The choices of an options list; empty for anything else. */
export function choices(property: INodeProperties): INodePropertyOptions[] {
	return (property.options ?? []).filter(isOption);
}

export interface Operation {
	node: string;
	nodeFile: string;
	resource: string;
	operation: string;
	option: INodePropertyOptions;
}

/** Every pair of resource and operation the action nodes offer. */
export function operations(): Operation[] {
	return builtNodes()
		.filter(({ isTrigger }) => !isTrigger)
		.flatMap(({ description, file }) =>
			description.properties
				.filter(({ name }) => name === 'operation')
				.flatMap((property) => {
					const resources = property.displayOptions?.show?.resource ?? [''];
					return resources.flatMap((resource) =>
						choices(property).map((option) => ({
							node: description.name,
							nodeFile: file,
							resource: String(resource),
							operation: String(option.value),
							option,
						})),
					);
				}),
		);
}
