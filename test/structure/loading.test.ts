import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';
import { choices } from './support/built';
import { filesBelow, packageJson, readJson, ROOT, SCRATCH } from './support/paths';

interface Required {
	/** Files of this repository in the module cache, node_modules left out. */
	own: string[];
	/** `importer requires name` for everything they asked for that is not a relative path. */
	requests: string[];
}

/** What a new process loads when it requires this file. */
function requireAlone(file: string): Required {
	const probe = `
		const Module = require('node:module');
		const requests = [];
		const load = Module._load;
		Module._load = function (name, parent, ...rest) {
			if (!name.startsWith('.')) requests.push([parent?.filename ?? '', name]);
			return load.call(this, name, parent, ...rest);
		};
		require(process.argv[1]);
		process.stdout.write(JSON.stringify({ own: Object.keys(require.cache), requests }));
	`;
	const output = execFileSync(process.execPath, ['-e', probe, join(ROOT, file)], {
		encoding: 'utf8',
	});
	const { own, requests } = JSON.parse(output) as {
		own: string[];
		requests: Array<[string, string]>;
	};
	const isOwn = (name: string) => name.startsWith(ROOT) && !/\/node_modules\/|\[eval\]$/.test(name);
	return {
		own: own.filter(isOwn).map((name) => relative(ROOT, name)),
		requests: requests
			.filter(([importer]) => isOwn(importer))
			.map(([importer, name]) => `${relative(ROOT, importer)} requires ${name}`),
	};
}

describe('requiring', () => {
	// n8n-workflow brings a zod of its own along, so it counts who asks for it.
	const heavy = (requests: string[]) => requests.filter((line) => / (undici|zod)(\/|$)/.test(line));

	test.each([...packageJson.n8n.credentials, ...packageJson.n8n.nodes])(
		'%s loads neither undici nor zod',
		(file) => {
			const { own, requests } = requireAlone(file);
			expect(own).toContain(file);
			expect(heavy(requests)).toEqual([]);
		},
	);

	test('a credential loads nothing but fields that it shares with another one', () => {
		for (const file of packageJson.n8n.credentials) {
			const { own, requests } = requireAlone(file);
			expect(requests).toEqual([]);
			const others = own.filter((one) => one !== file);
			expect(others.filter((one) => !/^dist\/credentials\/\w+Fields\.js$/.test(one))).toEqual([]);
		}
	});

	test('the check sees a file that does load one', () => {
		mkdirSync(SCRATCH, { recursive: true });
		const control = join(SCRATCH, 'control.cjs');
		writeFileSync(control, "require('undici');\nrequire('zod');\n");
		expect(heavy(requireAlone(relative(ROOT, control)).requests)).toHaveLength(2);
	});

	test('the main file works', () => {
		expect(requireAlone(packageJson.main).own).toEqual([packageJson.main]);
	});
});

interface Loaded {
	isLazyLoaded: boolean;
	nodes: string[];
	credentials: string[];
	/** Files of dist/ in the module cache, before and after asking for one node. */
	before: string[];
	after: string[];
}

const inDist = (file: string) => file.startsWith(join(ROOT, 'dist'));

/** Loads this package as n8n does at start-up, then asks for one node as an execution does. */
function loadLikeN8n(): Loaded {
	const probe = `
		const { LazyPackageDirectoryLoader } = require('n8n-core');
		const [root, nodeName] = process.argv.slice(1);
		const loaded = () => Object.keys(require.cache);
		(async () => {
			const loader = new LazyPackageDirectoryLoader(root);
			await loader.loadAll();
			const before = loaded();
			loader.getNode(nodeName);
			const { isLazyLoaded, known } = loader;
			const result = {
				isLazyLoaded,
				nodes: Object.keys(known.nodes),
				credentials: Object.keys(known.credentials),
				before,
				after: loaded(),
			};
			process.stdout.write('\\n' + JSON.stringify(result), () => process.exit(0));
		})();
	`;
	const env = { ...process.env, NODE_ENV: 'production' };
	const args = ['-e', probe, ROOT, 'alphaSms'];
	const output = execFileSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
	const result = JSON.parse(output.split('\n').at(-1) ?? '') as Loaded;
	return { ...result, before: result.before.filter(inDist), after: result.after.filter(inDist) };
}

describe('lazy loading', () => {
	const nodeFiles = packageJson.n8n.nodes;
	const nameOf = (file: string) => (/\/(\w+)\.(node|credentials)\.js$/.exec(file) ?? [])[1] ?? '';
	const decapitalised = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
	const names = nodeFiles.map((file) => decapitalised(nameOf(file)));
	const credentialNames = packageJson.n8n.credentials.map((file) => decapitalised(nameOf(file)));
	const read = <T>(file: string) => readJson<T>(join(ROOT, 'dist', file));

	test('the four metadata files list every node and credential', () => {
		const known =
			read<Record<string, { sourcePath: string; className: string }>>('known/nodes.json');
		expect(Object.keys(known).sort()).toEqual([...names].sort());
		expect(
			Object.values(known)
				.map(({ sourcePath }) => sourcePath)
				.sort(),
		).toEqual([...nodeFiles].sort());
		const types = read<INodeTypeDescription[]>('types/nodes.json');
		expect(types.map(({ name }) => name).sort()).toEqual([...names].sort());
		const knownCredentials =
			read<Record<string, { supportedNodes: string[] }>>('known/credentials.json');
		expect(Object.keys(knownCredentials).sort()).toEqual([...credentialNames].sort());
		const credentials = read<ICredentialType[]>('types/credentials.json');
		expect(credentials.map(({ name }) => name).sort()).toEqual([...credentialNames].sort());
		for (const { supportedNodes } of Object.values(knownCredentials)) {
			expect(supportedNodes.length).toBeGreaterThan(0);
		}
	});

	test('the metadata carries codex, icons and the version of this package', () => {
		for (const type of read<INodeTypeDescription[]>('types/nodes.json')) {
			expect(type.codex?.categories?.length).toBeGreaterThan(0);
			expect(type.communityNodePackageVersion).toBe(packageJson.version);
			const urls = type.iconUrl as { light: string; dark: string };
			for (const url of [urls.light, urls.dark]) {
				const file = url.replace(`icons/${packageJson.name}/`, '');
				expect(filesBelow('dist/icons', /\.svg$/)).toContain(file);
			}
		}
	});

	test('n8n takes it: no node code is loaded until a node is asked for', () => {
		const { isLazyLoaded, nodes, credentials, before, after } = loadLikeN8n();
		expect(isLazyLoaded).toBe(true);
		expect(nodes.sort()).toEqual([...names].sort());
		expect(credentials.sort()).toEqual([...credentialNames].sort());
		expect(before).toEqual([]);
		expect(after).toContain(join(ROOT, 'dist/nodes/AlphaSms/AlphaSms.node.js'));
		expect(after.filter((file) => file.endsWith('Trigger.node.js'))).toEqual([]);
	});

	/** What n8n does to the descriptions at start-up (`injectCustomApiCallOptions`). */
	test("n8n's own Custom API Call entry fits into every list it is added to", () => {
		const types = structuredClone(read<INodeTypeDescription[]>('types/nodes.json'));
		const credentials = read<ICredentialType[]>('types/credentials.json');
		const authenticates = new Set(
			credentials.filter(({ authenticate }) => authenticate !== undefined).map(({ name }) => name),
		);
		for (const type of types) {
			if (!type.credentials?.some(({ name }) => authenticates.has(name))) continue;
			for (const property of type.properties) {
				if (!['resource', 'operation'].includes(property.name) || !property.options) continue;
				expect(property.options.length).toBeGreaterThan(0);
				property.options.push({ name: 'Custom API Call', value: '__CUSTOM_API_CALL__' });
				const optionNames = choices(property).map(({ name }) => name.toLowerCase());
				expect(optionNames).toEqual([...new Set(optionNames)]);
			}
		}
		expect(authenticates.size).toBeGreaterThan(0);
	});
});
