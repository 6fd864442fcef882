/** What the built nodes say of themselves. */
import type { INodeProperties } from 'n8n-workflow';

import { builtNodes, type BuiltNode } from '../../structure/support/built';

export function builtNode(name: string): BuiltNode {
	const built = builtNodes().find(({ description }) => description.name === name);
	if (!built) throw new Error(`The built package has no node ${name}`);
	return built;
}

function shownFor(property: INodeProperties): string[] {
	const { resource = [], operation = [] } = property.displayOptions?.show ?? {};
	return resource.flatMap((name) => operation.map((action) => `${String(name)}/${String(action)}`));
}

/** Every operation in the description of a built node, and those of them that offer a Dry Run. */
export function describedOperations(node: string): { all: string[]; spending: string[] } {
	const { properties } = builtNode(node).description;
	const all = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				options.flatMap((option) =>
					'value' in option ? [`${String(resource)}/${String(option.value)}`] : [],
				),
			),
		);
	const spending = properties.filter(({ name }) => name === 'dryRun').flatMap(shownFor);
	return { all: all.sort(), spending: [...new Set(spending)].sort() };
}
