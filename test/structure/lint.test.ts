import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { lint, readable, summary } from './support/lint';
import { literal, writeLiterals } from './support/literal';
import { filesBelow, packageJson, ROOT, SCRATCH, shippedSources } from './support/paths';

const ACCEPTED_KINDS = [
	/^nodes\/shared\/(http|websocket)\/[\w.]+ no-restricted-(imports|globals)$/,
	/^package\.json no-runtime-dependencies$/,
];

describe('source', () => {
	const { findings, accepted, files } = lint('strict', ROOT, ['.']);
	const expected = accepted
		.flatMap(({ file, rules }) => rules.map((rule) => `${file} ${rule}`))
		.sort();

	test('has exactly the findings that eslint.config.mjs accepts', () => {
		expect(summary(findings)).toEqual(expected);
	});

	test('has accepted findings of the two agreed kinds only', () => {
		const others = expected.filter((line) => !ACCEPTED_KINDS.some((kind) => kind.test(line)));
		expect(others).toEqual([]);
		expect(Object.keys(packageJson.dependencies).sort()).toEqual(['undici', 'zod']);
		const imports = findings.filter(({ rule }) => rule.endsWith('/no-restricted-imports'));
		expect(imports.filter(({ message }) => !message.includes("'undici'"))).toEqual([]);
	});

	test('was all read', () => {
		expect(files).toBeGreaterThan(shippedSources().length);
	});
});

test('no file talks to the linter', () => {
	const directive = /eslint[-](disable|enable)|@ts[-](ignore|nocheck|expect-error)/;
	const files = ['nodes', 'credentials', 'test', 'scripts']
		.flatMap((folder) => filesBelow(folder, /\.(ts|mjs|cjs|js)$/))
		.filter((file) => directive.test(readFileSync(join(ROOT, file), 'utf8')));
	expect(files).toEqual([]);
});

describe('built descriptions, written out', () => {
	test('literals survive quotes, keys and nesting', () => {
		const value = { plain: 'it\'s "so"\n\\', 'not-plain': [1, null, { a: [] }], gone: undefined };
		expect(runInNewContext(`(${literal(value)})`)).toEqual({
			plain: value.plain,
			'not-plain': value['not-plain'],
		});
	});

	test('have no findings', () => {
		const folder = join(SCRATCH, 'literals');
		writeLiterals(folder);
		const { findings, files } = lint('strict', folder, ['nodes', 'credentials']);
		expect(readable(findings)).toEqual([]);
		expect(files).toBe(packageJson.n8n.nodes.length + packageJson.n8n.credentials.length);
	}, 120_000);
});
