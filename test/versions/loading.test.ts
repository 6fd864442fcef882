/** The host loads every node and credential of the package by itself, in a process without Jest. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { readJson, type PackageJson } from '../structure/support/paths';
import { pairs } from './pairs.json';

interface Loaded {
	node: string;
	core: string;
	workflow: string;
	isLazyLoaded: boolean;
	eager: string[];
	atStart: string[];
	nodes: Array<{
		name: string;
		sourcePath: string;
		properties: number;
		sameAsListed: boolean;
		uses: Array<{ resource?: string; operation?: string; parameters: number; issues: string[] }>;
	}>;
	credentials: Array<{ name: string; properties: number; supported: string[] }>;
	resolved: Record<string, boolean>;
}

const {
	VOICE_PROVIDERS_PAIR: ID,
	VOICE_PROVIDERS_HOST: HOST,
	VOICE_PROVIDERS_PACKAGE: PACKAGE,
} = process.env as Record<string, string>;
if (!HOST || !PACKAGE) throw new Error('Run these tests with `npm run test:versions`');

const pair = pairs.find(({ id }) => id === ID);
const manifest = readJson<PackageJson>(path.join(PACKAGE, 'package.json'));
const nameOf = (file: string) => {
	const [, name = ''] = /\/(\w+)\.(node|credentials)\.js$/.exec(file) ?? [];
	return name.charAt(0).toLowerCase() + name.slice(1);
};

let loaded: Loaded;
beforeAll(() => {
	const script = path.join(__dirname, 'support/load.cjs');
	const env = { ...process.env, NODE_ENV: 'production', NODE_PATH: '' };
	const output = execFileSync(process.execPath, [script, HOST, PACKAGE], { env, encoding: 'utf8' });
	loaded = JSON.parse(output.split('\n').at(-1) ?? '') as Loaded;
}, 120_000);

test('with the Node and the n8n of the pair, and its own undici and zod', () => {
	const { node, core, workflow, resolved } = loaded;
	expect({ node, core, workflow }).toEqual({
		node: `v${pair?.node}`,
		core: pair?.core,
		workflow: pair?.workflow,
	});
	expect(resolved).toEqual({ 'n8n-workflow': true, undici: true, zod: true });
});

test('lazily: no code of a node before it is asked for', () => {
	expect(loaded.isLazyLoaded).toBe(true);
	expect(loaded.atStart.filter((file) => file.includes('/nodes/'))).toEqual([]);
});

test('every node, lazily and at once, with the form that is listed for it', () => {
	const wanted = manifest.n8n.nodes.map(nameOf).sort();
	expect(loaded.eager.sort()).toEqual(wanted);
	expect(loaded.nodes.map(({ name }) => name).sort()).toEqual(wanted);
	expect(loaded.nodes.filter(({ sameAsListed }) => !sameAsListed)).toEqual([]);
	expect(loaded.nodes.filter(({ properties }) => properties === 0)).toEqual([]);
});

test('every credential, each with the nodes that use it', () => {
	const wanted = manifest.n8n.credentials.map(nameOf).sort();
	expect(loaded.credentials.map(({ name }) => name).sort()).toEqual(wanted);
	for (const { properties, supported } of loaded.credentials) {
		expect([properties, supported.length]).toEqual([expect.any(Number), expect.any(Number)]);
		expect(Math.min(properties, supported.length)).toBeGreaterThan(0);
	}
});

test('every operation gets its form: defaults are filled in, and what is required is missed', () => {
	const uses = loaded.nodes.flatMap(({ uses }) => uses);
	const operations = uses.filter(({ operation }) => operation !== undefined);
	expect(operations.length).toBeGreaterThan(150);
	expect(operations.filter(({ parameters }) => parameters < 2)).toEqual([]);
	expect(operations.filter(({ issues }) => issues.length > 0).length).toBeGreaterThan(50);
});
