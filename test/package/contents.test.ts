import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint, summary } from '../structure/support/lint';
import { readJson, type PackageJson } from '../structure/support/paths';
import { pack } from './support';

const packed = pack('contents');
const manifest = readJson<PackageJson>(join(packed.folder, 'package.json'));
const text = (file: string) => readFileSync(join(packed.folder, file), 'utf8');

describe('files', () => {
	test('are the built package, its page and its licence', () => {
		const outside = packed.files.filter((file) => !file.startsWith('dist/'));
		expect(outside).toEqual(['LICENSE.md', 'README.md', 'package.json']);
	});

	test('are code, data and icons: no tests, sources, declarations or maps', () => {
		const inside = packed.files.filter((file) => file.startsWith('dist/'));
		expect(inside.length).toBeGreaterThan(10);
		const allowed =
			/^dist\/(index\.js|icons\/[\w.]+\.svg|(known|types)\/(nodes|credentials)\.json|(nodes|credentials)\/[\w./]+\.(js|json))$/;
		expect(inside.filter((file) => !allowed.test(file))).toEqual([]);
		expect(
			inside.filter((file) =>
				/(^|[/._-])(tests?|specs?|simulators?)([/._-]|$)|\.d\.ts|\.map$/i.test(file),
			),
		).toEqual([]);
		const mapped = inside.filter(
			(file) => file.endsWith('.js') && text(file).includes('sourceMappingURL'),
		);
		expect(mapped).toEqual([]);
	});

	test('are small', () => {
		expect(packed.size).toBeLessThan(500_000);
		expect(packed.unpackedSize).toBeLessThan(2_000_000);
	});

	test('name no machine and no test server', () => {
		const telling = packed.files.filter((file) =>
			/\/(home|root|tmp|work)\/\w|localhost:|127\.0\.0\.1:\d/.test(text(file)),
		);
		expect(telling).toEqual([]);
	});
});

describe('package.json', () => {
	test('lets n8n and npm find the package', () => {
		expect(manifest.name).toMatch(/^n8n-nodes-/);
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.license).toBe('MIT');
		expect(manifest.files).toEqual(['dist']);
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		expect(manifest.n8n.n8nNodesApiVersion).toBe(1);
		expect(manifest.repository.url).toContain(manifest.homepage.replace('https://', ''));
	});

	test('names files that are in the package', () => {
		const named = [manifest.main, ...manifest.n8n.nodes, ...manifest.n8n.credentials];
		expect(named.filter((file) => !packed.files.includes(file))).toEqual([]);
	});

	test('registers every built node and credential', () => {
		const built = packed.files.filter((file) => /\.(node|credentials)\.js$/.test(file));
		expect([...manifest.n8n.nodes, ...manifest.n8n.credentials].sort()).toEqual(built);
	});

	test('runs nothing on installation and forces nothing on others', () => {
		const hooks =
			/^(pre|post)?(install|pack|prepare|publish|uninstall)|^(pre|post)prepare|^dependencies$/;
		expect(Object.keys(manifest.scripts).filter((name) => hooks.test(name))).toEqual([]);
		for (const field of [
			'overrides',
			'bundleDependencies',
			'bundledDependencies',
			'optionalDependencies',
		]) {
			expect(manifest[field]).toBeUndefined();
		}
	});

	test('depends on undici and zod alone, in lines that run on its oldest Node', () => {
		expect(Object.keys(manifest.dependencies).sort()).toEqual(['undici', 'zod']);
		expect(manifest.engines.node).toBe('>=20.19.0');
		const undici = readJson<{ engines: { node: string } }>(require.resolve('undici/package.json'));
		expect(undici.engines.node).toBe('>=20.18.1');
	});
});

test("n8n's package scanner finds the two accepted kinds and nothing else", () => {
	const { findings, files } = lint('scanner', packed.folder, ['**/*.js', 'package.json']);
	const scripts = packed.files.filter((file) => file.endsWith('.js'));
	expect(files).toBe(scripts.length + 1);
	const source = lint('strict', packed.folder, ['package.json']).accepted;
	// The build's own settings drop type-only imports, so a finding may vanish, but none may appear.
	const expected = source.flatMap(({ file, rules }) =>
		rules.map((rule) => `${file.replace(/^nodes/, 'dist/nodes').replace(/\.ts$/, '.js')} ${rule}`),
	);
	const found = summary(findings);
	expect(found.filter((line) => !expected.includes(line))).toEqual([]);
	expect(found).toContain('package.json no-runtime-dependencies');
	expect(found.filter((line) => line.endsWith(' no-restricted-imports')).length).toBeGreaterThan(0);
}, 120_000);

test('the licence is the one the manifest names', () => {
	expect(existsSync(join(packed.folder, 'LICENSE.md'))).toBe(true);
	expect(text('LICENSE.md')).toMatch(/^# MIT License|^MIT License/);
});
