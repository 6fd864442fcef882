import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';
import { ROOT, shippedSources } from './support/paths';

const OPEN_MODULES = ['n8n-workflow', 'zod', 'node:crypto'];
const TRANSPORT = /^nodes\/shared\/(http|websocket)\//;
const FORBIDDEN_NAMES = new Set([
	'setTimeout',
	'setInterval',
	'setImmediate',
	'clearTimeout',
	'clearInterval',
	'clearImmediate',
	'queueMicrotask',
	'process',
	'global',
	'globalThis',
	'__dirname',
	'__filename',
]);
const MAX_LINES = 400;

interface Source {
	file: string;
	text: string;
	imports: string[];
}

const sources: Source[] = shippedSources().map((file) => {
	const text = readFileSync(join(ROOT, file), 'utf8');
	const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
	return { file, text, imports };
});

/** `nodes/AlphaSms`, `nodes/shared`, or `credentials`: what is published or moved as one. */
function unit(file: string): string {
	return file.startsWith('nodes/') ? file.split('/').slice(0, 2).join('/') : 'credentials';
}

const isRelative = (name: string) => name.startsWith('.');
const pairs = sources.flatMap(({ file, imports }) => imports.map((name) => ({ file, name })));
const shown = ({ file, name }: { file: string; name: string }) => `${file} imports ${name}`;

/** Nodes of the syntax tree for which `wanted` gives a word, as `file:line word`. */
function occurrences(
	{ file, text }: Source,
	wanted: (node: ts.Node) => string | undefined,
): string[] {
	const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
	const found: string[] = [];
	const visit = (node: ts.Node) => {
		const word = wanted(node);
		const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
		if (word) found.push(`${file}:${line + 1} ${word}`);
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return found;
}

/** A name that stands for a variable, not for a property or a key. */
function freeName(node: ts.Node): string | undefined {
	if (!ts.isIdentifier(node)) return undefined;
	const { parent } = node;
	if (ts.isPropertyAccessExpression(parent) && parent.name === node) return undefined;
	if ('name' in parent && parent.name === node) return undefined;
	return node.text;
}

test('there is something to look at', () => {
	expect(sources.length).toBeGreaterThan(10);
	expect(pairs.length).toBeGreaterThan(10);
});

test('a provider imports itself and nodes/shared, and nodes/shared imports no provider', () => {
	const crossing = pairs
		.filter(({ name }) => isRelative(name))
		.filter(({ file, name }) => {
			const target = unit(normalize(join(dirname(file), name)));
			return target !== unit(file) && !(target === 'nodes/shared' && file.startsWith('nodes/'));
		});
	expect(crossing.map(shown)).toEqual([]);
});

test('undici is imported in the transport folders only', () => {
	const users = pairs.filter(({ name }) => name === 'undici' || name.startsWith('undici/'));
	expect(users.length).toBeGreaterThan(0);
	expect(users.filter(({ file }) => !TRANSPORT.test(file)).map(shown)).toEqual([]);
});

test('everything else imports relative paths, n8n-workflow, zod and node:crypto', () => {
	const strangers = pairs.filter(({ file, name }) => {
		if (isRelative(name) || OPEN_MODULES.includes(name)) return false;
		return !(TRANSPORT.test(file) && (name === 'undici' || name.startsWith('node:')));
	});
	expect(strangers.map(shown)).toEqual([]);
});

test('timers and the process are used in the transport folders only', () => {
	const users = sources
		.filter(({ file }) => !TRANSPORT.test(file))
		.flatMap((source) =>
			occurrences(source, (node) => {
				const name = freeName(node);
				return name && FORBIDDEN_NAMES.has(name) ? name : undefined;
			}),
		);
	expect(users).toEqual([]);
});

test('there is no `any` and no non-null assertion', () => {
	const found = sources.flatMap((source) =>
		occurrences(source, (node) => {
			if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
			return ts.isNonNullExpression(node) ? '!' : undefined;
		}),
	);
	expect(found).toEqual([]);
});

test(`no file has more than ${MAX_LINES} lines`, () => {
	const long = sources
		.map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
		.filter(({ lines }) => lines > MAX_LINES);
	expect(long).toEqual([]);
});
