import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nClient, NodeType } from '../../demo/client';
import { readSession, signedInClient } from './support/session';

const session = readSession();
const { n8n } = JSON.parse(readFileSync(join(session.pack.folder, 'package.json'), 'utf8')) as {
	n8n: { nodes: string[]; credentials: string[] };
};
const nameOf = (file: string) => {
	const base =
		file
			.split('/')
			.at(-1)
			?.replace(/\.(node|credentials)\.js$/, '') ?? '';
	return base.charAt(0).toLowerCase() + base.slice(1);
};
const nodeNames = n8n.nodes.map(nameOf);
const actionNames = nodeNames.filter((name) => !name.endsWith('Trigger'));

describe('the packed tarball, installed as n8n installs it', () => {
	let client: N8nClient;
	let types: NodeType[];

	beforeAll(async () => {
		client = await signedInClient();
		types = await client.nodeTypes();
	});

	test('n8n offers every node', () => {
		const offered = types.map(({ name }) => name);
		for (const name of nodeNames) expect(offered).toContain(`${session.pack.name}.${name}`);
	});

	test('n8n makes an AI tool of every action node', () => {
		const offered = types.map(({ name }) => name);
		for (const name of actionNames) expect(offered).toContain(`${session.pack.name}.${name}Tool`);
	});

	test('n8n knows every credential and which nodes use it', async () => {
		const known = await client.credentialTypes();
		for (const file of n8n.credentials) {
			expect(known.map(({ name }) => name)).toContain(nameOf(file));
		}
	});

	test('Settings > Community nodes lists the package as loaded', async () => {
		const packages = await client.request<
			Array<{ packageName: string; failedLoading: boolean; installedNodes: unknown[] }>
		>('GET', '/community-packages');
		const entry = packages.find(({ packageName }) => packageName === session.pack.name);
		expect(entry).toMatchObject({ failedLoading: false });
		expect(entry?.installedNodes).toHaveLength(nodeNames.length);
	});

	test('until a node is used, n8n has loaded credential files, their fields and nothing else of the package', () => {
		const loaded = [...new Set(session.loadedAtStart)].filter(
			(file) => !/^dist\/credentials\/\w+Fields\.js$/.test(file),
		);
		expect(loaded.sort()).toEqual([...n8n.credentials].sort());
	});
});
