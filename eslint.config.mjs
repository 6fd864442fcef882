import tsParser from '@typescript-eslint/parser';
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import communityNodesScanner from '@n8n/eslint-plugin-community-nodes-scanner';
import nodesBase from 'eslint-plugin-n8n-nodes-base';

const PREFIX = '@n8n/community-nodes';
const SCANNER_PREFIX = '@n8n/community-nodes-scanner';

/** A plugin's recommended rules under the given prefix, its warnings raised to errors. */
function recommended(plugin, prefix) {
	const names = Object.keys(plugin.configs.recommended.rules);
	return Object.fromEntries(names.map((name) => [name.replace(PREFIX, prefix), 'error']));
}

const communityRules = {
	...recommended(communityNodes, PREFIX),
	...recommended(communityNodesScanner, SCANNER_PREFIX),
};

/** Rules of n8n's own repository that n8n switches off for community packages (`n8n-node lint`). */
const NOT_FOR_COMMUNITY = {
	// Wants the slug of a page in n8n's documentation; ours is a URL.
	'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
	// Want the string 'main', where the community rules want NodeConnectionTypes.Main.
	'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
	'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
};

const correctness = {
	'array-callback-return': 'error',
	'default-case-last': 'error',
	eqeqeq: 'error',
	'no-constant-condition': 'error',
	'no-duplicate-case': 'error',
	'no-empty': 'error',
	'no-eval': 'error',
	'no-fallthrough': 'error',
	'no-implied-eval': 'error',
	'no-new-func': 'error',
	'no-self-compare': 'error',
	'no-shadow-restricted-names': 'error',
	'no-sparse-arrays': 'error',
	'no-template-curly-in-string': 'error',
	'no-throw-literal': 'error',
	'no-unreachable': 'error',
	'no-unreachable-loop': 'error',
	'no-unsafe-finally': 'error',
	'no-useless-catch': 'error',
	'no-var': 'error',
	'object-shorthand': 'error',
	'prefer-const': 'error',
	'use-isnan': 'error',
	'valid-typeof': 'error',
};

/** Every rule on every file, with no exception: what test/structure/lint.test.ts runs. */
export const strict = [
	{
		ignores: [
			'dist/**',
			'artifacts/**',
			'coverage/**',
			'.cache/**',
			'demo/node_modules/**',
			'demo/.state/**',
		],
	},
	{
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
		plugins: {
			[PREFIX]: communityNodes,
			[SCANNER_PREFIX]: communityNodesScanner,
			'n8n-nodes-base': nodesBase,
		},
	},
	{
		files: ['**/*.ts', 'package.json', '{nodes,credentials}/**/*.json'],
		languageOptions: { parser: tsParser, sourceType: 'module' },
	},
	{
		files: ['**/*.{ts,js,mjs,cjs}'],
		rules: correctness,
	},
	{
		files: ['**/*.js'],
		languageOptions: { sourceType: 'commonjs' },
	},
	{
		files: ['**/*.{js,mjs,cjs}'],
		rules: { 'no-unused-vars': 'error' },
	},
	{
		// Unused names in TypeScript are the compiler's business (noUnusedLocals, noUnusedParameters).
		files: ['**/*.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{ selector: 'TSAnyKeyword', message: 'Use `unknown` and narrow it, or name the type.' },
				{ selector: 'TSNonNullExpression', message: 'Check for the missing value instead of `!`.' },
				{ selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
			],
		},
	},
	{
		files: ['package.json', '{nodes,credentials}/**/*.{ts,json}'],
		rules: communityRules,
	},
	{
		files: ['{nodes,credentials}/**/*.ts'],
		rules: { 'no-console': 'error' },
	},
	{ files: ['package.json'], rules: nodesBase.configs.community.rules },
	{
		files: ['credentials/**/*.ts'],
		rules: { ...nodesBase.configs.credentials.rules, ...NOT_FOR_COMMUNITY },
	},
	{
		files: ['nodes/**/*.ts'],
		rules: { ...nodesBase.configs.nodes.rules, ...NOT_FOR_COMMUNITY },
	},
];

/**
 * The findings we accept, file by file; test/structure/lint.test.ts compares this list with what the
 * strict rules really find. Two kinds only: undici with the timers and settings a transport of its own
 * needs, in the two transport folders, and the run-time dependencies undici and zod.
 */
export const accepted = [
	{ file: 'package.json', rules: ['no-runtime-dependencies'] },
	{ file: 'nodes/shared/http/pools.ts', rules: ['no-restricted-imports'] },
	{
		file: 'nodes/shared/http/proxy.ts',
		rules: ['no-restricted-imports', 'no-restricted-globals'],
	},
	{
		file: 'nodes/shared/http/transport.ts',
		rules: ['no-restricted-imports', 'no-restricted-globals'],
	},
	{ file: 'nodes/shared/http/wait.ts', rules: ['no-restricted-globals'] },
	{ file: 'nodes/shared/websocket/dispatch.ts', rules: ['no-restricted-imports'] },
	{ file: 'nodes/shared/websocket/socket.ts', rules: ['no-restricted-imports'] },
];

export default [
	...strict,
	...accepted.map(({ file, rules }) => ({
		files: [file],
		rules: Object.fromEntries(
			[PREFIX, SCANNER_PREFIX].flatMap((prefix) =>
				rules.map((rule) => [`${prefix}/${rule}`, 'off']),
			),
		),
	})),
];
