import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const OWN = 'https://github.com/n8n-nodes-voice-providers/n8n-nodes-voice-providers';
const pages = [
	...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
	...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
	'test/simulators/README.md',
].filter((name) => name.endsWith('.md'));

function textOf(file: string): string {
	return readFileSync(join(ROOT, file), 'utf8');
}

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(file: string): Set<string> {
	const headings = textOf(file).matchAll(/^#+ (.+)$/gm);
	const names = [...headings].map(([, title = '']) =>
		title
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replace(/\s/g, '-'),
	);
	return new Set(names.map((name, index) => numbered(names, name, index)));
}

function numbered(names: string[], name: string, index: number): string {
	const before = names.slice(0, index).filter((one) => one === name).length;
	return before === 0 ? name : `${name}-${before}`;
}

function problemOf(from: string, link: string): string | undefined {
	const [path = '', anchor] = link.split('#');
	const file = path === '' ? from : relative(ROOT, join(ROOT, dirname(from), path));
	if (!existsSync(join(ROOT, file))) return `${from}: ${link} names no file`;
	if (anchor === undefined || anchorsOf(file).has(anchor)) return undefined;
	return `${from}: ${link} names no heading`;
}

test.each(pages)('the links of %s lead somewhere', (page) => {
	const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
	const own = links.filter((link) => !/^[a-z]+:/.test(link));
	expect(own.map((link) => problemOf(page, link)).filter(Boolean)).toEqual([]);
});

test('the links of nodes and credentials lead to a page and heading of this repository', () => {
	const sources = ['nodes', 'credentials'].flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(node\.json|credentials\.ts)$/.test(name))
			.map((name) => join(folder, name)),
	);
	const links = sources.flatMap((file) =>
		[
			...textOf(file).matchAll(/["'](https:\/\/github\.com\/n8n-nodes-voice-providers[^"']*)["']/g),
		].map(([, url = '']) => url.replace(OWN, '').replace(/^\/blob\/main\//, '')),
	);
	expect(links.length).toBeGreaterThan(sources.length);
	expect(links.map((link) => problemOf('README.md', link)).filter(Boolean)).toEqual([]);
});
