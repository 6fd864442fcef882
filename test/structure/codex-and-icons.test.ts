import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Icon } from 'n8n-workflow';
import { builtCredentials, builtNodes } from './support/built';
import { DIST, packageJson, readJson, ROOT } from './support/paths';

// The list n8n's documentation gives for codex files.
const CATEGORIES = [
	'AI',
	'Analytics',
	'Communication',
	'Core Nodes',
	'Cybersecurity',
	'Data & Storage',
	'Development',
	'Finance & Accounting',
	'HITL',
	'Marketing',
	'Marketing & Content',
	'Miscellaneous',
	'Productivity',
	'Sales',
	'Utility',
];

interface Codex {
	node: string;
	nodeVersion: string;
	codexVersion: string;
	categories: string[];
	alias?: string[];
	resources: {
		primaryDocumentation: Array<{ url: string }>;
		credentialDocumentation: Array<{ url: string }>;
	};
}

describe.each(builtNodes())('codex of $className', ({ file, description }) => {
	const codexFile = `${file}on`;
	const codex = () => readJson<Codex>(join(ROOT, codexFile));

	test('is shipped beside the node', () => {
		expect(existsSync(join(ROOT, codexFile))).toBe(true);
	});

	test('names this node and its version', () => {
		const versions = [description.version].flat().map((version) => version.toFixed(1));
		expect(codex().node).toBe(`${packageJson.name}.${description.name}`);
		expect(versions).toContain(codex().nodeVersion);
		expect(codex().codexVersion).toBe('1.0');
	});

	test('has categories n8n knows and search words', () => {
		expect(codex().categories.length).toBeGreaterThan(0);
		expect(codex().categories.filter((category) => !CATEGORIES.includes(category))).toEqual([]);
		expect(codex().alias?.length).toBeGreaterThan(0);
	});

	test('links the documentation', () => {
		const { primaryDocumentation, credentialDocumentation } = codex().resources;
		const links = [...primaryDocumentation, ...credentialDocumentation];
		expect(primaryDocumentation.length).toBeGreaterThan(0);
		expect(links.filter(({ url }) => !/^https:\/\/\S+$/.test(url))).toEqual([]);
	});
});

const owners: Array<{ className: string; file: string; icon: Icon | undefined }> = [
	...builtNodes().map(({ className, file, description }) => ({
		className,
		file,
		icon: description.icon as Icon | undefined,
	})),
	...builtCredentials().map(({ className, file, credential }) => ({
		className,
		file,
		icon: credential.icon,
	})),
];

describe.each(owners)('icon of $className', ({ file, icon }) => {
	const themes: { light: string; dark: string } =
		typeof icon === 'object' ? icon : { light: icon ?? '', dark: '' };
	const pathOf = (value: string) => join(ROOT, dirname(file), value.replace(/^file:/, ''));

	test('has a light and a dark variant', () => {
		expect(themes.light).toMatch(/^file:.*\.svg$/);
		expect(themes.dark).toMatch(/^file:.*\.svg$/);
		expect(themes.dark).not.toBe(themes.light);
	});

	test.each(['light', 'dark'] as const)(
		'%s is a square, self-contained SVG in dist/icons',
		(theme) => {
			const path = pathOf(themes[theme]);
			expect(relative(join(DIST, 'icons'), path)).not.toMatch(/^\.\./);
			const svg = readFileSync(path, 'utf8');
			const [, x, y, width, height] = /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(svg) ?? [];
			expect([x, y]).toEqual(['0', '0']);
			expect(width).toBe(height);
			expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\s*$/);
			expect(svg).not.toMatch(/<script|<image|<foreignObject|href=|on\w+=|<text|url\(/i);
			const opened = svg.match(/<[a-z][^>]*[^/]>/g)?.length ?? 0;
			const closed = svg.match(/<\/[a-z]+>/g)?.length ?? 0;
			expect(opened).toBe(closed);
		},
	);

	test('light and dark differ', () => {
		const [light, dark] = [themes.light, themes.dark].map((value) =>
			readFileSync(pathOf(value), 'utf8'),
		);
		expect(light).not.toBe(dark);
	});
});
