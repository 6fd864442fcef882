// Loads the package as one host does at its start, and asks it for everything: [host, package]. In a process of its own, so that
// modules are found as they are there.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');

const [host, folder] = process.argv.slice(2);
const ofHost = createRequire(path.join(host, 'package.json'));
const { LazyPackageDirectoryLoader, PackageDirectoryLoader } = ofHost('n8n-core');
const { NodeHelpers, Workflow } = ofHost('n8n-workflow');

const loaded = () => Object.keys(require.cache).filter((file) => file.startsWith(folder));

/** Every operation of a node that has some; else the node as it is dropped into a workflow. */
function parameterSets({ properties }) {
	const operations = properties.filter(({ name }) => name === 'operation');
	if (operations.length === 0) return [{}];
	return operations.flatMap(({ options, displayOptions }) =>
		(displayOptions?.show?.resource ?? [undefined]).flatMap((resource) =>
			options.map(({ value }) => ({ ...(resource && { resource }), operation: value })),
		),
	);
}

/** What the editor and the engine do with a description: fill in defaults, look for issues, make a workflow. */
function use(type, parameters) {
	const { description } = type;
	const node = {
		id: 'node',
		name: 'Node',
		type: description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters,
	};
	const nodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		id: '1',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
	});
	const { parameters: filled } = workflow.getNode('Node');
	const issues = NodeHelpers.getNodeParametersIssues(
		description.properties,
		workflow.getNode('Node'),
		description,
	);
	return { parameters: Object.keys(filled).length, issues: Object.keys(issues?.parameters ?? {}) };
}

/** The form, as it comes out of JSON; n8n itself adds when to poll. */
const fields = ({ properties }) =>
	JSON.parse(JSON.stringify(properties.filter(({ name }) => name !== 'pollTimes')));

async function main() {
	const full = new PackageDirectoryLoader(folder);
	await full.loadAll();
	const eager = full.loadedNodes.map(({ name }) => name);
	for (const file of loaded()) delete require.cache[file];

	const lazy = new LazyPackageDirectoryLoader(folder);
	await lazy.loadAll();
	const atStart = loaded();
	const nodes = Object.keys(lazy.known.nodes).map((name) => {
		const { type, sourcePath } = lazy.getNode(name);
		const listed = lazy.types.nodes.find((entry) => entry.name === name);
		const uses = parameterSets(type.description).map((set) => ({ ...set, ...use(type, set) }));
		return {
			name,
			sourcePath,
			properties: type.description.properties.length,
			sameAsListed: isDeepStrictEqual(fields(type.description), fields(listed)),
			uses,
		};
	});
	const credentials = Object.keys(lazy.known.credentials).map((name) => {
		const { type } = lazy.getCredential(name);
		return {
			name,
			properties: type.properties.length,
			supported: lazy.known.credentials[name].supportedNodes,
		};
	});
	const own = createRequire(path.join(folder, 'dist/nodes/shared/http/client.js'));
	return {
		node: process.version,
		core: ofHost('n8n-core/package.json').version,
		workflow: ofHost('n8n-workflow/package.json').version,
		isLazyLoaded: lazy.isLazyLoaded,
		eager,
		atStart,
		nodes,
		credentials,
		resolved: {
			'n8n-workflow': own.resolve('n8n-workflow') === ofHost.resolve('n8n-workflow'),
			undici: own.resolve('undici').startsWith(folder),
			zod: own.resolve('zod').startsWith(folder),
		},
	};
}

main().then(
	(result) => process.stdout.write(`\n${JSON.stringify(result)}`, () => process.exit(0)),
	(error) => {
		process.stderr.write(String(error.stack));
		process.exit(1);
	},
);
