import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
	NodeHelpers,
	Workflow,
	type IConnections,
	type INode,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';
import { builtCredentials, builtNodes } from './support/built';
import { filesBelow, packageJson, readJson, ROOT } from './support/paths';

interface Example {
	name: string;
	nodes: INode[];
	connections: IConnections;
}

const PREFIX = `${packageJson.name}.`;
const CORE = 'n8n-nodes-base.';
/** The demo's n8n, where it is installed: only then can the names of n8n's own nodes be checked. */
const HOST_NODES = join(ROOT, 'demo/node_modules/n8n-nodes-base/dist/known/nodes.json');

const ours = new Map(builtNodes().map((built) => [`${PREFIX}${built.description.name}`, built]));
const credentialNames = builtCredentials().map(({ credential }) => credential.name);
const folder = join(ROOT, 'demo', 'workflows');
const files = existsSync(folder) ? filesBelow('demo/workflows', /\.json$/) : [];
const examples = files.map(
	(file) => [basename(file), readJson<Example>(join(ROOT, file))] as const,
);

const stranger: INodeType = {
	description: {
		displayName: 'Any',
		name: 'any',
		group: [],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: [],
		properties: [],
	},
};

const nodeTypes: INodeTypes = {
	getByName: (type) => ours.get(type)?.node ?? stranger,
	getByNameAndVersion: (type) => ours.get(type)?.node ?? stranger,
	getKnownTypes: () => ({}),
};

const typed = (node: INode) => ours.get(node.type.replace(/Tool$/, ''));

/** What of the given parameters the node does not know, or does not show with these settings. */
function unknownParameters(given: unknown, known: unknown, path: string): string[] {
	if (typeof given !== 'object' || given === null) return [];
	if (typeof known !== 'object' || known === null) return [path];
	return Object.entries(given).flatMap(([name, value]) => {
		const match = (known as Record<string, unknown>)[name];
		return match === undefined
			? [`${path}.${name}`]
			: unknownParameters(value, match, `${path}.${name}`);
	});
}

test('there are at least three examples', () => {
	expect(files.length).toBeGreaterThanOrEqual(3);
});

function describeExample(file: string, example: Example): void {
	describe(file, () => {
		const own = () => example.nodes.filter((node) => typed(node));

		test('has a name and uses this package', () => {
			expect(example.name).toMatch(/\S/);
			expect(own().length).toBeGreaterThan(0);
		});

		test('opens as a workflow', () => {
			const { name, nodes, connections } = structuredClone(example);
			const workflow = new Workflow({ name, nodes, connections, active: false, nodeTypes });
			expect(Object.keys(workflow.nodes)).toHaveLength(nodes.length);
			expect(workflow.getStartNode() ?? workflow.getTriggerNodes()[0]).toBeDefined();
		});

		test('names node types that exist', () => {
			const strangers = example.nodes.filter((node) => !typed(node));
			expect(strangers.filter(({ type }) => !type.startsWith(CORE))).toEqual([]);
			if (!existsSync(HOST_NODES)) return;
			const known = Object.keys(readJson<object>(HOST_NODES));
			expect(strangers.filter(({ type }) => !known.includes(type.slice(CORE.length)))).toEqual([]);
		});

		test('connects nodes that exist', () => {
			const names = example.nodes.map(({ name }) => name);
			expect(names).toEqual([...new Set(names)]);
			const ends = Object.values(example.connections).flatMap((byType) =>
				Object.values(byType).flatMap((outputs) => outputs.flatMap((output) => output ?? [])),
			);
			const mentioned = [...Object.keys(example.connections), ...ends.map(({ node }) => node)];
			expect(mentioned.filter((name) => !names.includes(name))).toEqual([]);
		});

		test('gives parameters and choices the nodes have', () => {
			const wrong = own().flatMap((node) => {
				const description = typed(node)?.description;
				if (!description) return [];
				const parameters: INodeParameters = node.parameters;
				const known = NodeHelpers.getNodeParameters(
					description.properties,
					structuredClone(parameters),
					true,
					false,
					node,
					description,
				);
				const issues = NodeHelpers.getNodeParametersIssues(
					description.properties,
					node,
					description,
				);
				return [
					...unknownParameters(parameters, known, node.name),
					...Object.entries(issues?.parameters ?? {}).map(
						([name, texts]) => `${node.name}.${name}: ${texts.join(' ')}`,
					),
				];
			});
			expect(wrong).toEqual([]);
		});

		test('names versions and credentials that exist, and holds no secret', () => {
			for (const node of own()) {
				const description = typed(node)?.description;
				expect([description?.version].flat()).toContain(node.typeVersion);
				const accepted = description?.credentials?.map(({ name }) => name) ?? [];
				for (const [type, reference] of Object.entries(node.credentials ?? {})) {
					expect(credentialNames).toContain(type);
					expect(accepted).toContain(type);
					expect(Object.keys(reference).sort()).toEqual(['id', 'name']);
				}
			}
		});
	});
}

// Not describe.each, which refuses an empty list before the first test can say that it is empty.
for (const [file, example] of examples) describeExample(file, example);
