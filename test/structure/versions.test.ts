/** The pairs of n8n and Node in which `npm run test:versions` runs: locks, README and package.json say the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { features, pairs } from '../versions/pairs.json';
import { packageJson, readJson, ROOT } from './support/paths';

interface Lock {
	packages: Record<string, { version: string; resolved?: string; engines?: { node: string } }>;
}

const HOSTS = join(ROOT, 'test/versions/hosts');
const lockOf = (name?: string) =>
	readJson<Lock>(join(name ? join(HOSTS, name) : ROOT, 'package-lock.json')).packages;
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test.each(pairs)('$id is locked, and stands in the README', (pair) => {
	const host = lockOf(pair.host);
	expect(host['node_modules/n8n-core']?.version).toBe(pair.core);
	expect(host['node_modules/n8n-workflow']?.version).toBe(pair.workflow);
	expect(lockOf(pair.binary)['node_modules/node']?.version).toBe(pair.node);
	expect(readme).toMatch(
		new RegExp(
			`^\\| ${pair.n8n.replaceAll('.', '\\.')} +\\| ${pair.node.replaceAll('.', '\\.')} +\\|`,
			'm',
		),
	);
	expect(Object.keys(features)).toEqual(expect.arrayContaining(pair.lacks));
});

test('the README names no pair that is not run', () => {
	const [, table = ''] = /### Versions of n8n and Node\.js([\s\S]*?)\n\nOn /.exec(readme) ?? [];
	expect(table.match(/^\| \d\S+ +\| \d/gm)).toHaveLength(pairs.length);
});

test('no lock says where its packages come from', () => {
	for (const name of pairs.flatMap(({ host, binary }) => [host, binary])) {
		if (name === undefined) continue;
		const located = Object.values(lockOf(name)).filter(({ resolved }) => resolved !== undefined);
		expect(located).toEqual([]);
	}
});

test('package.json asks for the oldest Node that is tested, and leaves n8n-workflow to the host', () => {
	const nodes = pairs.map(({ node }) => node);
	const [oldest] = nodes.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
	expect(packageJson.engines.node).toBe(`>=${oldest}`);
	expect(packageJson.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(packageJson.n8n.n8nNodesApiVersion).toBe(1);
});
